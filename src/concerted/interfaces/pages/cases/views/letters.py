"""What becomes of an entitlement and its letters afterwards: renewed, revoked, issued anew; old numbers stop."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.cases import codes
from concerted.mechanism.cases.acts import entitlements as acts
from concerted.mechanism.cases.reads.assistance import assistance_of
from concerted.mechanism.cases.reads.second import second_officers

from ..doing import case_of, form_page, who
from ..fields import day, long
from .assistance import LetterForm, as_letter, one_of


@page(Permission.ENTITLEMENT_GRANT)
def entitlement(request: Request, pk: int, which: int) -> HttpResponse:
    """One entitlement with its letters, and what may be done with them."""
    case = case_of(request, pk)
    view = assistance_of(**who(request), case=case)
    found = one_of(view.entitlements, which)
    words = next(said for one, said in view.entitlements if one.pk == which)
    context = {
        "case": case,
        "entitlement": found,
        "words": words,
        "letters": [one for one in view.letters if one.entitlement_id == which],
        "is_own": found.agency_id == request.officer.agency_id,
        "today": timezone.localdate(request.at),
        "may_decide": found.officer_id != request.officer.pk,
        "seconds": second_officers(
            **who(request), permission=Permission.ENTITLEMENT_GRANT, authors=[found.officer_id], case=pk
        ),
    }
    return render(request, "cases/entitlement.html", context)


class RenewForm(forms.Form):
    """Until when it runs now."""

    until = day(
        gettext_lazy("Until"),
        help=gettext_lazy(
            "Later than now; letters issued before keep their own last day, so issue them anew."
        ),
    )


@page(Permission.ENTITLEMENT_GRANT)
def renew(request: Request, pk: int, which: int) -> HttpResponse:
    """Let an entitlement run longer."""
    case = case_of(request, pk)
    found = one_of(assistance_of(**who(request), case=case).entitlements, which)
    initial = {"until": found.until + timedelta(days=30) if found.until else None}
    return form_page(
        request,
        RenewForm(request.POST or None, initial=initial),
        lambda given: acts.renew_entitlement(**who(request), entitlement=found, **given),
        title=_("Renew the entitlement"),
        lede=str(codes.ENTITLEMENTS.get(found.kind, found.kind)),
        button=_("Renew"),
        back=_back(pk, which),
        done=_("It was renewed."),
    )


class RevokeForm(forms.Form):
    """Why it ends."""

    reason = long(
        gettext_lazy("Reason"),
        help=gettext_lazy("The person may ask why. Every letter on it answers “not valid” from now on."),
    )


@page(Permission.ENTITLEMENT_GRANT)
def revoke(request: Request, pk: int, which: int) -> HttpResponse:
    """End an entitlement before its day, with every letter on it."""
    case = case_of(request, pk)
    found = one_of(assistance_of(**who(request), case=case).entitlements, which)
    return form_page(
        request,
        RevokeForm(request.POST or None),
        lambda given: acts.revoke_entitlement(**who(request), entitlement=found, **given),
        title=_("Revoke the entitlement"),
        lede=str(codes.ENTITLEMENTS.get(found.kind, found.kind)),
        button=_("Revoke"),
        back=_back(pk, which),
        done=_("It was revoked, and its letters with it."),
    )


@page(Permission.ENTITLEMENT_GRANT)
def replace(request: Request, pk: int, letter: int) -> HttpResponse:
    """Issue a letter in the place of another; the old number is not valid from now on."""
    case = case_of(request, pk)
    found = _letter(request, case, letter)

    def do(given: Any) -> HttpResponse:
        issued = acts.replace_letter(**who(request), letter=found, language=given["language"])
        return as_letter(request, issued, given)

    return form_page(
        request,
        LetterForm(request.POST or None),
        do,
        title=_("Issue the letter anew"),
        lede=_("The number %(number)s answers “not valid” from then on.") % {"number": found.number},
        button=_("Issue"),
        back=_back(pk, found.entitlement_id),
    )


class RevokeLetterForm(forms.Form):
    """Nothing to fill in."""


@page(Permission.ENTITLEMENT_GRANT)
def revoke_letter(request: Request, pk: int, letter: int) -> HttpResponse:
    """One letter is not valid any more; the entitlement stays."""
    case = case_of(request, pk)
    found = _letter(request, case, letter)
    return form_page(
        request,
        RevokeLetterForm(request.POST if request.method == "POST" else None),
        lambda _given: acts.revoke_letter(**who(request), letter=found),
        title=_("Revoke a letter"),
        lede=_("The number %(number)s answers “not valid” from then on.") % {"number": found.number},
        button=_("Revoke"),
        back=_back(pk, found.entitlement_id),
        done=_("The letter was revoked."),
    )


def _letter(request: Request, case: Any, pk: int) -> Any:
    rows = assistance_of(**who(request), case=case).letters
    found = next((one for one in rows if one.pk == pk), None)
    if found is None:
        raise NotThere(_("There is no such thing, or it is not open to your agency."))
    return found


def _back(pk: int, which: int) -> str:
    return reverse("cases:entitlement_letters", args=[pk, which])
