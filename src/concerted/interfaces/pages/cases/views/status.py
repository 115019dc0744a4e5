"""Victim status: put a decision forward, decide it as another officer, ask for a review and answer it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import allows, holds
from concerted.interfaces.pages.choosing import choosing
from concerted.interfaces.pages.once import acts_once
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.cases import codes, law
from concerted.mechanism.cases.acts import status as acts
from concerted.mechanism.cases.acts import status_reviews as review_acts
from concerted.mechanism.cases.reads import status as reads
from concerted.mechanism.cases.reads.second import second_officers

from ..doing import case_of, form_page, who
from ..fields import code, day, explained, long


def _in_words(rule: law.StatusKind | law.StatusBasis) -> str:
    return rule.zh if (get_language() or "").startswith("zh") else rule.en


def _basis_choices(kind: str = "") -> list[tuple[str, str]]:
    """The rules a decision can name, with their articles; those of one kind where it is given."""
    found = [one for one in law.status_bases().values() if not kind or kind in one.kinds]
    return [
        ("", _("None: only where the person is found not to be a victim")),
        *((one.key, " · ".join(filter(None, (_in_words(one), ", ".join(one.articles))))) for one in found),
    ]


class ProposeForm(forms.Form):
    """What is put forward, on which rule, and why."""

    kind = explained(
        forms.ChoiceField(
            label=gettext_lazy("Which decision"),
            help_text=gettext_lazy("Only what the law lets your agency decide is listed."),
        ),
        gettext_lazy(
            "Protection begins on a presumption: a reason to believe is enough. The final decision says "
            "whether the "
            "person is recognised, and takes the place of the presumption. A screening is neither."
        ),
    )
    finding = code(
        gettext_lazy("What the person is found to be"),
        codes.FINDINGS,
        help=gettext_lazy("In the eyes of the rule named below, at this moment."),
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("On which rule"),
        required=False,
        help_text=gettext_lazy("A decision for the person must name its rule; the article stands beside it."),
    )
    reasons = long(
        gettext_lazy("Reasons"),
        rows=6,
        help=gettext_lazy(
            "The facts that meet the rule and where they come from. The person may ask for them."
        ),
    )
    reflection_until = day(
        gettext_lazy("Period of reflection until"),
        required=False,
        help=gettext_lazy("Until then the person need not decide on anything; leave it empty for none."),
    )

    def __init__(self, *args: Any, kinds: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing(self, "kind").choices = [(one.key, _in_words(one)) for one in kinds]
        choosing(self, "basis").choices = _basis_choices()


@page(Permission.STATUS_PROPOSE)
def propose(request: Request, pk: int) -> HttpResponse:
    """Put a decision on victim status forward."""
    case = case_of(request, pk)
    kinds = reads.status_of(**who(request), case=case).may_decide
    return form_page(
        request,
        ProposeForm(request.POST or None, kinds=kinds),
        lambda given: acts.propose_status(**who(request), case=case, **given),
        title=_("Put a decision on victim status forward"),
        lede=_(
            "A supervisor other than you decides. It is kept apart from screenings, which decide nothing."
        ),
        button=_("Put it forward"),
        back=_back(pk),
        done=_("It waits for a second person."),
    )


class DecideForm(forms.Form):
    """A word to the decision; a reason where it is sent back."""

    note = long(
        gettext_lazy("Word to the decision"),
        required=False,
        help=gettext_lazy("Needed where you send it back: what is to be asked or proved first."),
    )


@page(Permission.STATUS_DECIDE)
def decide(request: Request, pk: int, which: int) -> HttpResponse:
    """Decide what somebody else put forward, or send it back."""
    case = case_of(request, pk)
    decision = reads.decision_by_id(**who(request), case=case, pk=which)
    if not allows(request.officer, Permission.STATUS_DECIDE, decision.access_facts()):
        raise NotThere(_("Another officer decides on it."))
    view = _view(request, case, which)

    def do(given: Any) -> None:
        act = acts.send_status_back if request.POST.get("refuse") else acts.decide_status
        act(**who(request), decision=decision, row_version=decision.row_version, note=given["note"])

    return form_page(
        request,
        DecideForm(request.POST if request.method == "POST" else None),
        do,
        title=_("Decide on victim status"),
        button=_("Decide so"),
        back=_back(pk),
        done=_("It was decided."),
        template="cases/status_form.html",
        context={"view": view, "refuse": _("Send it back"), "case": case},
    )


@page(Permission.STATUS_PROPOSE)
@acts_once
def withdraw(request: Request, pk: int, which: int) -> HttpResponse:
    """Take back what was put forward and not decided."""
    case = case_of(request, pk)
    if request.method == "POST":
        decision = reads.decision_by_id(**who(request), case=case, pk=which)
        acts.withdraw_status(**who(request), decision=decision, row_version=decision.row_version)
    return redirect(_back(pk))


class ReviewForm(forms.Form):
    """Who asks for a review, and why."""

    asked_by = code(
        gettext_lazy("Who asks"),
        codes.REVIEW_ASKERS,
        help=gettext_lazy("Whoever wants it looked at again; you write it down for them."),
    )
    grounds = long(
        gettext_lazy("Why it should be looked at again"),
        help=gettext_lazy(
            "What was not asked, not believed, or has come to light since. The deciding agency reads it."
        ),
    )


@page(Permission.STATUS_PROPOSE)
def ask_review(request: Request, pk: int, which: int) -> HttpResponse:
    """Ask that a decision be looked at again."""
    case = case_of(request, pk)
    decision = reads.decision_by_id(**who(request), case=case, pk=which)
    return form_page(
        request,
        ReviewForm(request.POST or None),
        lambda given: review_acts.ask_status_review(**who(request), decision=decision, **given),
        title=_("Ask for a review of victim status"),
        lede=_("The decision holds until the review is answered by officers who took no part in it."),
        button=_("Ask for a review"),
        back=_back(pk),
        done=_("The review was asked for; its clock runs."),
        template="cases/status_form.html",
        context={"view": _view(request, case, which), "case": case},
    )


class AnswerForm(forms.Form):
    """What the review found."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What the review found"),
        widget=forms.RadioSelect,
        choices=[
            ("uphold", gettext_lazy("The decision stays")),
            ("change", gettext_lazy("The decision is turned")),
        ],
        help_text=gettext_lazy("A turned decision takes the place of the old one at once."),
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("On which rule"),
        required=False,
        help_text=gettext_lazy("A decision for the person must name its rule; the article stands beside it."),
    )
    answer = long(
        gettext_lazy("Answer"),
        help=gettext_lazy("Speak to every ground that was given. Whoever asked reads it."),
    )

    def __init__(self, *args: Any, kind: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing(self, "basis").choices = _basis_choices(kind)


@page(Permission.STATUS_DECIDE)
def answer_review(request: Request, pk: int, which: int) -> HttpResponse:
    """Answer a review as an officer who took no part in the decision."""
    case = case_of(request, pk)
    review = reads.review_by_id(**who(request), case=case, pk=which)
    if not allows(request.officer, Permission.STATUS_DECIDE, review.access_facts()):
        raise NotThere(_("Another officer decides on it."))

    def do(given: Any) -> None:
        now = {**who(request), "review": review, "row_version": review.row_version}
        if given["outcome"] == "change":
            review_acts.change_status(**now, answer=given["answer"], basis=given["basis"])
        else:
            review_acts.uphold_status(**now, answer=given["answer"])

    return form_page(
        request,
        AnswerForm(request.POST or None, kind=review.decision.kind),
        do,
        title=_("Answer a review of victim status"),
        button=_("Answer the review"),
        back=_back(pk),
        done=_("The review was answered, and who asked is told."),
        template="cases/status_form.html",
        context={"view": _view(request, case, review.decision_id), "case": case},
    )


@page(Permission.STATUS_PROPOSE)
@acts_once
def withdraw_review(request: Request, pk: int, which: int) -> HttpResponse:
    """Take a request for a review back."""
    case = case_of(request, pk)
    if request.method == "POST":
        review = reads.review_by_id(**who(request), case=case, pk=which)
        review_acts.withdraw_status_review(**who(request), review=review, row_version=review.row_version)
    return redirect(_back(pk))


def status_for_page(request: Request, case: Any) -> dict[str, Any]:
    """What the case page shows of victim status, and which steps are the officer's."""
    view = reads.status_of(**who(request), case=case)
    may = {
        one.decision.pk: allows(request.officer, Permission.STATUS_DECIDE, one.decision.access_facts())
        for one in view.decisions
    }
    answerable = {
        review.pk
        for one in view.decisions
        for review, _words in one.reviews
        if allows(request.officer, Permission.STATUS_DECIDE, review.access_facts())
    }
    waits = view.waits.decision if view.waits else None
    return {
        "status_seconds": second_officers(
            **who(request), permission=Permission.STATUS_DECIDE, authors=[waits.officer_id], case=case.pk
        )
        if waits
        else [],
        "status": view,
        "may_propose": holds(request.officer, Permission.STATUS_PROPOSE) and view.waits is None,
        "may_review": holds(request.officer, Permission.STATUS_PROPOSE),
        "decidable": {pk for pk, yes in may.items() if yes},
        "answerable": answerable,
    }


def _view(request: Request, case: Any, pk: int) -> reads.DecisionView:
    found = reads.status_of(**who(request), case=case).decisions
    return next(one for one in found if one.decision.pk == pk)


def _back(pk: int) -> str:
    return reverse("cases:case", args=[pk]) + "#status"
