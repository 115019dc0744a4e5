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
from concerted.interfaces.exchange.outside import make_package, papers_to_attach
from concerted.interfaces.pages.choosing import choosing
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.cases import codes
from concerted.mechanism.cases.acts import consents as consent_acts
from concerted.mechanism.cases.acts import referrals as acts
from concerted.mechanism.cases.reads import referrals as reads
from concerted.mechanism.cases.sections import SEALED

from ..doing import case_of, end_of, form_page, who
from ..fields import code, day, long, short, yes
from ..fields import codes as several
from ..words import GIVERS, SECTION_NAMES, URGENCIES
from .consents import choose_whose, guardian_named, guardians_of, people_of


class OutsideForm(forms.Form):
    """Who it is, what is asked, and the person's consent to it."""

    name = short(
        gettext_lazy("Name of the recipient"),
        help=gettext_lazy("Whom the package is for; it stands in the book of packages and nowhere else."),
    )
    body = short(
        gettext_lazy("Body the recipient works for"),
        required=False,
        help=gettext_lazy("The hospital, school or organisation, where there is one."),
    )
    contact = short(
        gettext_lazy("How to reach the recipient"),
        help=gettext_lazy("By which way you will send the package; the code must go by another."),
    )
    service = code(
        gettext_lazy("Service"), codes.SERVICES, help=gettext_lazy("What you ask this person to do.")
    )
    urgency = code(
        gettext_lazy("Urgency"),
        URGENCIES,
        help=gettext_lazy("It is written in the package, so that the recipient knows how soon."),
    )
    reason = long(
        gettext_lazy("What is asked for, and why"),
        help=gettext_lazy("What is needed and since when, and no more than the recipient needs."),
    )
    sections = several(
        gettext_lazy("What goes into the package"),
        {key: label for key, label in SECTION_NAMES.items() if key != "spine" and key not in SEALED},
        help=gettext_lazy("Your agency's own words only, and never a sealed section."),
    )
    purpose = code(
        gettext_lazy("What for"),
        codes.PURPOSES,
        help=gettext_lazy("What the recipient may use it for; the person was told this."),
    )
    until = day(
        gettext_lazy("Until"), help=gettext_lazy("The day on which the recipient must delete everything.")
    )
    person = forms.ChoiceField(
        label=gettext_lazy("Whose consent it is"),
        help_text=gettext_lazy("It opens this person's name and record, and nobody else's on the case."),
    )
    giver = code(
        gettext_lazy("Who consents"),
        {key: label for key, label in GIVERS.items() if key != "child_assent"},
        help=gettext_lazy("Below 14 a guardian consents, and the child's assent is recorded beside it."),
    )
    guardian = forms.ChoiceField(
        label=gettext_lazy("The guardian's record"),
        required=False,
        help_text=gettext_lazy("A guardian who is a suspect cannot consent."),
    )
    assents = yes(
        gettext_lazy("The child assents"),
        help=gettext_lazy(
            "Tick it when the child was asked, understood and agrees; it is kept beside the consent."
        ),
    )
    language = short(
        gettext_lazy("Language in which it was explained"),
        limit=40,
        help=gettext_lazy("So that it can be shown later that the person understood."),
    )
    witness = short(
        gettext_lazy("Witness or interpreter"),
        required=False,
        help=gettext_lazy("Who was there and can say that it was understood, such as the interpreter."),
    )

    def __init__(self, *args: Any, guardians: Any = (), people: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing(self, "guardian").choices = [("", "–"), *guardians]
        choose_whose(self, people)


@page(Permission.REFERRAL_SEND)
def refer_outside(request: Request, pk: int) -> HttpResponse:
    """Take the consent of the person or a guardian, write the referral and send it; the package is made afterwards."""
    case = case_of(request, pk)
    guardians = guardians_of(request, case)

    def do(given: Any) -> HttpResponse:
        outside = {key: given[key] for key in ("name", "body", "contact")}
        shared = {
            "case": case,
            "sections": given["sections"],
            "purpose": given["purpose"],
            "until": end_of(given["until"]),
            "outside": outside,
        }
        person = guardian_named(request, given.get("person", ""))
        explained = {"language": given["language"], "witness": given["witness"]}
        consent = consent_acts.take_consent(
            **who(request),
            **shared,
            **explained,
            person=person,
            giver=given["giver"],
            giver_person=guardian_named(request, given["guardian"]),
        )
        if given["assents"]:
            consent_acts.take_consent(
                **who(request), **shared, **explained, person=person, giver="child_assent"
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
        OutsideForm(
            request.POST or None, initial=initial, guardians=guardians, people=people_of(request, case)
        ),
        do,
        title=_("Refer outside the system"),
        lede=_(
            "Only on consent: the person's own, below 14 a guardian's. A sealed package goes out, and its code by "
            "another way."
        ),
        button=_("Write the referral"),
        back=reverse("cases:case", args=[pk]),
        context={"quick_exit": True},
    )


class PackageForm(forms.Form):
    """By which other way the code goes, and in which language the package speaks."""

    channel = code(
        gettext_lazy("The code goes by"),
        codes.OUTSIDE_CHANNELS,
        help=gettext_lazy("Never the way by which the file itself goes; who has both can read everything."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=[("zh-hans", "中文"), ("en", "English")],
        help_text=gettext_lazy("The language in which the recipient reads."),
    )
    documents = forms.MultipleChoiceField(
        label=gettext_lazy("Papers that go with it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Your agency's own papers in the sections of the referral; once sent they cannot be called back."
        ),
    )

    def __init__(self, *args: Any, papers: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing(self, "documents").choices = [(str(pk), title) for pk, title in papers]
        if not papers and args:
            del self.fields["documents"]


@page(Permission.REFERRAL_SEND)
def package(request: Request, pk: int) -> HttpResponse:
    """Make the sealed package; file and code are shown this once."""
    found = reads.referral_by_id(**who(request), pk=pk)
    if found.agency_id != request.officer.agency_id:
        raise NotThere(_("There is no such referral."))

    case = case_of(request, found.case_id)
    papers = papers_to_attach(**who(request), case=case, sections=found.sections)

    def do(given: Any) -> HttpResponse:
        made = make_package(
            **who(request),
            referral=found,
            channel=given["channel"],
            language=given["language"],
            documents=[int(pk) for pk in given.get("documents", ())],
            acknowledge_at=request.build_absolute_uri(reverse("tell:acknowledge")),
        )
        shown = {"made": made, "data": b64encode(made.data).decode(), "referral": found}
        return render(request, "cases/package.html", shown)

    return form_page(
        request,
        PackageForm(request.POST or None, papers=papers),
        do,
        title=_("Make the sealed package"),
        lede=found.number,
        button=_("Make it"),
        back=reverse("cases:referral", args=[pk]),
    )
