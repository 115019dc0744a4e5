"""Referral to somebody who does not work in the system: consent, a sealed package, and its code told this once."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.interfaces.exchange.outside import make_package
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.cases import codes
from concerted.mechanism.cases.acts import consents as consent_acts
from concerted.mechanism.cases.acts import referrals as acts
from concerted.mechanism.cases.reads import referrals as reads
from concerted.mechanism.cases.sections import SEALED

from ..doing import case_of, end_of, form_page, who
from ..fields import code, day, long, short
from ..fields import codes as several
from ..words import SECTION_NAMES, URGENCIES


class OutsideForm(forms.Form):
    """Who it is, what is asked, and the person's consent to it."""

    name = short(gettext_lazy("Name of the recipient"))
    body = short(gettext_lazy("Body the recipient works for"), required=False)
    contact = short(gettext_lazy("How to reach the recipient"))
    service = code(gettext_lazy("Service"), codes.SERVICES)
    urgency = code(gettext_lazy("Urgency"), URGENCIES)
    reason = long(gettext_lazy("What is asked for, and why"))
    sections = several(
        gettext_lazy("What goes into the package"),
        {key: label for key, label in SECTION_NAMES.items() if key != "spine" and key not in SEALED},
        help=gettext_lazy("Your agency's own words only, and never a sealed section."),
    )
    purpose = code(gettext_lazy("What for"), codes.PURPOSES)
    until = day(gettext_lazy("Until"))
    language = short(gettext_lazy("Language in which it was explained"), limit=40)
    witness = short(gettext_lazy("Witness or interpreter"), required=False)


@page(Permission.REFERRAL_SEND)
def refer_outside(request: Request, pk: int) -> HttpResponse:
    """Take the person's own consent, write the referral and send it; the package is made afterwards."""
    case = case_of(request, pk)

    def do(given: Any) -> HttpResponse:
        outside = {key: given[key] for key in ("name", "body", "contact")}
        shared = {
            "case": case,
            "sections": given["sections"],
            "purpose": given["purpose"],
            "until": end_of(given["until"]),
            "outside": outside,
        }
        consent = consent_acts.take_consent(
            **who(request), **shared, giver="self", language=given["language"], witness=given["witness"]
        )
        made = acts.draft_referral(
            **who(request),
            **shared,
            service=given["service"],
            urgency=given["urgency"],
            reason=given["reason"],
            consent=consent,
        )
        acts.send_referral(**who(request), referral=made)
        messages.success(request, _("It was written down. Make the sealed package now."))
        return redirect("cases:referral", made.pk)

    initial = {"until": timezone.localdate(request.at) + timedelta(days=90)}
    return form_page(
        request,
        OutsideForm(request.POST or None, initial=initial),
        do,
        title=_("Refer outside the system"),
        lede=_("Only on the person's own consent. A sealed package goes out, and its code by another way."),
        button=_("Write the referral"),
        back=reverse("cases:case", args=[pk]),
        context={"quick_exit": True},
    )


class PackageForm(forms.Form):
    """By which other way the code goes, and in which language the package speaks."""

    channel = code(gettext_lazy("The code goes by"), codes.OUTSIDE_CHANNELS)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=[("zh-hans", "中文"), ("en", "English")]
    )


@page(Permission.REFERRAL_SEND)
def package(request: Request, pk: int) -> HttpResponse:
    """Make the sealed package; file and code are shown this once."""
    found = reads.referral_by_id(**who(request), pk=pk)
    if found.agency_id != request.officer.agency_id:
        raise NotThere(_("There is no such referral."))

    def do(given: Any) -> HttpResponse:
        made = make_package(
            **who(request),
            referral=found,
            channel=given["channel"],
            language=given["language"],
            acknowledge_at=request.build_absolute_uri(reverse("tell:acknowledge")),
        )
        shown = {"made": made, "data": b64encode(made.data).decode(), "referral": found}
        return render(request, "cases/package.html", shown)

    return form_page(
        request,
        PackageForm(request.POST or None),
        do,
        title=_("Make the sealed package"),
        lede=found.number,
        button=_("Make it"),
        back=reverse("cases:referral", args=[pk]),
    )
