"""Emergency access to one case: a reason in the body, the second factor again, three hours, and a review."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allauth.account.authentication import get_authentication_records
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import Invalid, NotThere, Problem
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.interfaces.pages.agencies.sign_in import has_second_factor
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.cases.acts import glass as acts
from concerted.mechanism.cases.reads import sharing as reads

from ..doing import form_page, who
from ..fields import code, explained, long, short
from ..fields import codes as several
from ..words import SECTION_NAMES, VERDICTS


class GlassForm(forms.Form):
    """One case, why, and which sections."""

    number = short(
        gettext_lazy("Number of the case"),
        limit=20,
        help=gettext_lazy("The whole number, with or without hyphens; nothing is searched."),
    )
    reason = explained(
        long(
            gettext_lazy("What the emergency is"),
            help=gettext_lazy("The agency that leads the case reads it at once, and reviews it."),
        ),
        gettext_lazy(
            "Say who is in danger, of what, and why it cannot wait for the agency that leads the case. "
            "The access ends by itself after three hours, nothing of it can be exported or given on, and "
            "it cannot be undone."
        ),
    )
    sections = several(
        gettext_lazy("Sections you need"),
        {key: label for key, label in SECTION_NAMES.items() if key != "spine"},
        help=gettext_lazy(
            "Ask for what the emergency needs and no more; every section is named in the record."
        ),
    )


_CHECK_NUMBER = gettext_lazy(
    "Check the number with whoever told it. A case that is closed or shut against emergency access gives the same "
    "answer."
)


def second_factor_at(request: Request) -> datetime | None:
    """When this officer last gave the second factor in this session, by the clock the page goes by."""
    given = [
        float(one["at"])
        for one in get_authentication_records(request, request.user)
        if one.get("method") in ("mfa", "webauthn")
    ]
    if not given:
        return None
    age = max(timezone.now().timestamp() - max(given), 0.0)
    return request.at - timedelta(seconds=age)


@page(Permission.GLASS_BREAK)
def break_glass(request: Request) -> HttpResponse:
    """Open one case for three hours in an emergency."""
    given_at = second_factor_at(request)
    fresh = given_at is not None and request.at - given_at <= acts.FRESH

    def do(given: Any) -> HttpResponse:
        try:
            made = acts.break_glass(**who(request), second_factor_at=second_factor_at(request), **given)
        except NotThere as absent:
            raise Invalid(
                _("No case was opened."),
                problems=[Problem(absent.what, field="number", remedy=_CHECK_NUMBER)],
            ) from absent
        messages.warning(
            request,
            _("The case is open to you, and to no colleague, for three hours. The lead agency was told."),
        )
        if holds(request.officer, Permission.CASE_READ):
            return redirect("cases:case", made.case_id)
        return redirect("cases:glass", made.pk)

    return form_page(
        request,
        GlassForm(request.POST or None),
        do,
        title=_("Emergency access"),
        lede=_(
            "Only when a life or safety depends on it. Nothing may be exported or shared; the access is "
            "reviewed."
        ),
        button=_("Open the case now"),
        back=reverse("cases:work"),
        template="cases/glass_break.html",
        context={
            "fresh": fresh,
            "able": has_second_factor(request.officer),
            "accesses": reads.emergency_accesses(**who(request)),
        },
    )


class ReviewForm(forms.Form):
    """What the review found."""

    verdict = code(
        gettext_lazy("Finding"),
        VERDICTS,
        help=gettext_lazy("Whether this access was needed to prevent harm, as you see it now."),
    )
    review = long(
        gettext_lazy("What the review found"),
        help=gettext_lazy("What you asked, what you were told and what follows; the other agency reads it."),
    )


@page(Permission.INTAKE_READ)
def glass(request: Request, pk: int) -> HttpResponse:
    """One emergency access with its reason; the owner's supervisor reviews it here."""
    view = reads.glass_view(**who(request), glass=pk)
    may = (
        not view.is_mine
        and view.glass.reviewed_at is None
        and view.glass.owner_id == request.officer.agency_id
        and holds(request.officer, Permission.GLASS_REVIEW)
    )
    is_ours = view.glass.owner_id == request.officer.agency_id and holds(
        request.officer, Permission.CASE_READ
    )
    shown = {"view": view, "glass": view.glass, "is_ours": is_ours}
    if not may:
        return render(request, "cases/glass.html", shown)
    return form_page(
        request,
        ReviewForm(request.POST or None),
        lambda given: acts.review_glass(**who(request), glass=view.glass, **given),
        title=_("Emergency access"),
        button=_("Keep the review"),
        back=reverse("cases:glass", args=[pk]),
        done=_("The review was kept."),
        template="cases/glass.html",
        context=shown,
    )
