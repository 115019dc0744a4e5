"""An officer's own account: appointments, keys for machines, second factor; nobody else's."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from concerted.errors import Invalid, NotThere
from concerted.foundation.access import acts
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.foundation.access.reads import token_by_id, tokens_of
from concerted.foundation.agencies import reads
from concerted.interfaces.pages.route import Request, page, signed_in

from ..forms import TokenForm
from ..sign_in import has_second_factor, needs_second_factor
from ..words import FUNCTIONS
from .told import tell


@signed_in
def account(request: Request) -> HttpResponse:
    """What I may do and until when, my keys, and how I sign in."""
    return _account_page(request, TokenForm(about_cases=_meets_cases(request)))


@signed_in
@require_POST
def switch_appointment(request: Request) -> HttpResponse:
    """Act under another of my live appointments from now on."""
    wanted = request.POST.get("appointment", "")
    live = {str(a.pk): a for a in reads.live_appointments(officer=request.officer, on=request.at.date())}
    if wanted not in live:
        raise NotThere(_("You hold no such appointment today."))
    request.session["appointment"] = live[wanted].pk
    request.session.pop("second_factor", None)
    messages.success(request, _("You now act in another appointment."))
    following = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(following, allowed_hosts=None)
    return redirect(following if safe else reverse("agencies:account"))


@page(Permission.TOKEN_ISSUE)
def issue(request: Request) -> HttpResponse:
    """Issue a key under my present appointment; its text is shown once."""
    form = TokenForm(request.POST or None, about_cases=_meets_cases(request))
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            token, key = acts.issue_token(
                officer=request.officer,
                at=request.at,
                label=form.cleaned_data["label"],
                scopes=form.cleaned_data["scopes"],
                issued_at=now,
                expires_at=now + timedelta(days=form.cleaned_data["days"]),
            )
        except Invalid as error:
            tell(form, error)
        else:
            return render(request, "agencies/issued.html", {"token": token, "key": key})
    return _account_page(request, form, status=400 if request.method == "POST" else 200)


@page(Permission.TOKEN_REVOKE)
@require_POST
def revoke(request: Request, pk: int) -> HttpResponse:
    """End one of my keys at once."""
    token = token_by_id(officer=request.officer, number=pk)
    if token is None:
        raise NotThere(_("There is no such key."))
    acts.revoke_token(officer=request.officer, at=request.at, token=token, revoked_at=timezone.now())
    messages.success(request, _("The key was revoked."))
    return redirect("agencies:account")


def _meets_cases(request: Request) -> bool:
    """Whether the post meets persons and their cases, so that a key may."""
    return holds(request.officer, Permission.INTAKE_READ)


def _account_page(request: Request, form: TokenForm, *, status: int = 200) -> HttpResponse:
    officer = request.officer
    on, now = request.at.date(), timezone.now()
    context = {
        "form": form if form.is_bound else None,
        "token_form": form,
        "me": officer,
        "appointments": [
            (one, FUNCTIONS[one.post.function], one.is_live(on), officer.acting == one)
            for one in reads.appointments_of(officer=officer)
        ],
        "tokens": [
            (token, _state(token.revoked_at is not None, token.expires_at <= now))
            for token in tokens_of(officer=officer)
        ],
        "may_issue": holds(officer, Permission.TOKEN_ISSUE),
        "has_second_factor": has_second_factor(officer),
        "needs_second_factor": needs_second_factor(officer),
    }
    return render(request, "agencies/account.html", context, status=status)


def _state(revoked: bool, expired: bool) -> str:
    return _("Revoked") if revoked else _("Expired") if expired else _("In force")
