"""Referrals: the queue, what was sent, a new one, and every answer that the table of states allows now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
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
from concerted.foundation.access.policy import holds
from concerted.interfaces.pages.choosing import choosing
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.mechanism.cases import codes
from concerted.mechanism.cases.acts import referrals as acts
from concerted.mechanism.cases.reads import referrals as reads
from concerted.mechanism.cases.reads.sharing import withdrawn_toward
from concerted.mechanism.cases.state_words import REFERRAL_ACTS

from ..doing import agency_of, case_of, end_of, form_page, who
from ..fields import code, day, explained, long, short
from ..fields import codes as several
from ..words import SECTION_NAMES, SEXES, URGENCIES
from .consents import people_of, pick
from .giving import bases_of, basis_given, choose_names, persons_named, relied_on, whose_names


@page(Permission.REFERRAL_READ)
def queue(request: Request) -> HttpResponse:
    """What other agencies ask of this one, the soonest to be answered first."""
    state = request.GET.get("state") or "waiting"
    rows = _with_lateness(request, reads.queue(**who(request), state=state))
    return render(request, "cases/queue.html", {"rows": rows, "state": state, "is_queue": True})


@page(Permission.REFERRAL_READ)
def sent(request: Request) -> HttpResponse:
    """What the agency asked of others, newest first."""
    state = request.GET.get("state", "")
    rows = _with_lateness(request, reads.sent_referrals(**who(request), state=state))
    return render(request, "cases/queue.html", {"rows": rows, "state": state, "is_queue": False})


def _with_lateness(request: Request, rows: list[Any]) -> list[tuple[Any, Any]]:
    """Each referral with how late its answer is; nothing in time."""
    late = reads.late_answers(**who(request), referrals=rows)
    return [(one, late.get(one.pk)) for one in rows]


class ReferralForm(forms.Form):
    """What is asked of another agency."""

    service = code(
        gettext_lazy("Service"),
        codes.SERVICES,
        help=gettext_lazy("What you ask the agency to do; each service is a referral of its own."),
    )
    urgency = code(
        gettext_lazy("Urgency"), URGENCIES, help=gettext_lazy("It sets the clock of the agency asked.")
    )
    reason = long(
        gettext_lazy("What is asked for, and why"),
        help=gettext_lazy(
            "The agency reads this before it accepts. Write nothing that tells who the person is."
        ),
    )
    basis = explained(
        forms.ChoiceField(
            label=gettext_lazy("Basis"), help_text=gettext_lazy("A consent in force, or a rule of law.")
        ),
        gettext_lazy(
            "A consent covers only what it names. A rule of law covers only its own recipients, purposes "
            "and sections; what it does not cover is refused here."
        ),
    )
    relies_on = relied_on()
    persons = whose_names()
    sections = several(
        gettext_lazy("What opens when it accepts"),
        {key: label for key, label in SECTION_NAMES.items() if key != "spine"},
        help=gettext_lazy(
            "Nothing of it is seen before the agency accepts; give only what the service needs."
        ),
    )
    purpose = code(
        gettext_lazy("What for"),
        codes.PURPOSES,
        help=gettext_lazy("It must be the purpose of the consent or of the rule of law."),
    )
    until = day(
        gettext_lazy("Until"),
        help=gettext_lazy("After this day the agency sees it no more; it cannot be later than the consent."),
    )
    sex = code(
        gettext_lazy("Sex, for the preview"),
        SEXES,
        empty=gettext_lazy("Not told"),
        help=gettext_lazy("Only if the agency must know it to answer, as a shelter for women must."),
    )
    languages = short(
        gettext_lazy("Languages, for the preview"),
        required=False,
        limit=80,
        help=gettext_lazy("So that an interpreter can be found before the person comes."),
    )
    note = long(
        gettext_lazy("Note to yourself"),
        required=False,
        rows=2,
        help=gettext_lazy("Only your own agency reads it."),
    )

    def __init__(self, *args: Any, bases: Any = (), people: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing(self, "basis").choices = [("", _("Choose a basis")), *bases]
        choose_names(self, people)


@page(Permission.REFERRAL_SEND)
def refer(request: Request, pk: int) -> HttpResponse:
    """Write a referral to one agency's queue and send it."""
    case = case_of(request, pk)
    if not request.GET.get("to"):
        return pick(
            request,
            case,
            title=_("Refer: to whom?"),
            lede=_("A referral goes to the queue of an agency."),
            outside=True,
        )
    recipient = agency_of(request.GET["to"])
    bases, live = bases_of(request, case, recipient)

    def do(given: Any) -> HttpResponse:
        preview = {"sex": given.pop("sex"), "languages": given.pop("languages")}
        made = acts.draft_referral(
            **who(request),
            case=case,
            to_agency=recipient,
            preview={key: value for key, value in preview.items() if value},
            **basis_given(given.pop("basis"), live),
            persons=persons_named(request, given.pop("persons", ())),
            **{**given, "until": end_of(given["until"])},
        )
        acts.send_referral(**who(request), referral=made)
        messages.success(request, _("The referral was sent."))
        return redirect("cases:referral", made.pk)

    initial = {"urgency": case.urgency, "until": timezone.localdate(request.at) + timedelta(days=90)}
    return form_page(
        request,
        ReferralForm(request.POST or None, initial=initial, bases=bases, people=people_of(request, case)),
        do,
        title=_("Refer the person"),
        lede=_("To: %(agency)s") % {"agency": in_language(recipient)},
        button=_("Send the referral"),
        back=reverse("cases:case", args=[pk]),
        context={
            "no_basis": not bases,
            "case": case,
            "withdrawn": withdrawn_toward(**who(request), case=case, recipient=recipient),
        },
        template="cases/basis.html",
    )


@page(Permission.REFERRAL_READ)
def referral(request: Request, pk: int) -> HttpResponse:
    """One referral: before it is accepted, its preview only; the look is recorded."""
    found = reads.referral_by_id(**who(request), pk=pk)
    view = reads.referral_view(**who(request), referral=found)
    mine = [row for row in view.possible if holds(request.officer, row.permission) and row.act in _FORMS]
    context = {
        "view": view,
        "referral": view.referral,
        "possible": mine,
        "may_pack": view.is_sender
        and view.referral.to_agency_id is None
        and view.referral.state in ("sent", "seen"),
        "knows_case": holds(request.officer, Permission.CASE_READ)
        and (view.is_sender or view.referral.state in _OPENED),
    }
    return render(request, "cases/referral.html", context)


_OPENED = ("accepted", "in_service", "completed", "not_completed", "feedback_seen", "closed")


class Plain(forms.Form):
    """Nothing to fill in."""


class Noted(forms.Form):
    """A word to the other agency."""

    note = long(
        gettext_lazy("Word to the other agency"),
        required=False,
        help=gettext_lazy(
            "The other agency reads it at once; write no more about the person than it may know."
        ),
    )


class Declined(forms.Form):
    """Why the referral is declined."""

    code = code(
        gettext_lazy("Reason"),
        codes.DECLINE_REASONS,
        help=gettext_lazy("The sender is told, and declined referrals are counted by reason."),
    )
    note = long(
        gettext_lazy("Word to the other agency"),
        required=False,
        help=gettext_lazy("Where else the sender could ask, if you know."),
    )


class Asked(forms.Form):
    """What is lacking."""

    question = long(
        gettext_lazy("What you need to know"), help=gettext_lazy("Their clock to answer it starts now.")
    )


class Informed(forms.Form):
    """The answer to the question."""

    information = long(
        gettext_lazy("The information"),
        help=gettext_lazy("Answer the question only; what you write is seen before the agency accepts."),
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("Basis from now on"),
        required=False,
        help_text=gettext_lazy(
            "Where the consent under the referral has ended: ask the person again, take the new consent, "
            "and choose it here."
        ),
    )
    relies_on = relied_on()

    def __init__(self, *args: Any, bases: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing(self, "basis").choices = [("", _("As before")), *bases]


class Reason(forms.Form):
    """Why it is taken back."""

    reason = long(
        gettext_lazy("Reason"),
        help=gettext_lazy("The other agency reads it; what it was given ends with it."),
    )


class Outcome(forms.Form):
    """How the service ended."""

    outcome = code(
        gettext_lazy("How it ended"),
        codes.OUTCOMES,
        help=gettext_lazy("The sender waits for this word; it is counted."),
    )
    note = long(
        gettext_lazy("Feedback to the sender"),
        required=False,
        help=gettext_lazy("What was done and what should come next; the sender reads it."),
    )


_FORMS: Mapping[str, tuple[type[forms.Form], Callable[..., Any]]] = {
    "send": (Plain, acts.send_referral),
    "see": (Plain, acts.see_referral),
    "accept": (Noted, acts.accept_referral),
    "decline": (Declined, acts.decline_referral),
    "return": (Asked, acts.return_referral),
    "complete": (Informed, acts.complete_information),
    "withdraw": (Reason, acts.withdraw_referral),
    "begin": (Noted, acts.begin_service),
    "finish": (Outcome, acts.finish_service),
    "fail": (Outcome, acts.fail_service),
    "see_feedback": (Plain, acts.see_feedback),
    "close": (Plain, acts.close_referral),
}


def _complete(live: dict[str, Any], *, basis: str, **given: Any) -> Any:
    """Answer the question, on the basis that was chosen, if one was."""
    return acts.complete_information(**given, **basis_given(basis, live))


@page(Permission.REFERRAL_READ)
def answer(request: Request, pk: int, act: str) -> HttpResponse:
    """Take one step of the referral."""
    found = reads.referral_by_id(**who(request), pk=pk)
    possible = reads.possible_steps(request.officer, found)
    row = next((row for row in possible if row.act == act), None)
    if act not in _FORMS or row is None or not holds(request.officer, row.permission):
        raise NotThere(_("This step is not possible now."))
    kind, do = _FORMS[act]
    given_anew: dict[str, Any] = {}
    if act == "complete":
        bases, live = bases_of(request, case_of(request, found.case_id), found.to_agency)
        given_anew = {"bases": bases}
        do = partial(_complete, live)
    if found.to_agency_id is None and act in ("finish", "fail"):
        do = partial(acts.record_outside_outcome, is_completed=act == "finish")
    return form_page(
        request,
        kind(request.POST if request.method == "POST" else None, **given_anew),
        lambda given: do(**who(request), referral=found, **given),
        title=str(REFERRAL_ACTS[act]),
        lede=found.number,
        button=str(REFERRAL_ACTS[act]),
        back=reverse("cases:referral", args=[pk]),
        done=_("It was done, and the other agency is told."),
    )
