"""What was decided on victim status, by whom and on which rule, with its reviews; a screening is not among it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.foundation.vault.reads import opened_all

from .. import law
from ..models import Case, StatusDecision, StatusReview

Said = Mapping[str, Any]


@dataclass(frozen=True)
class DecisionView:
    """One decision with its reasons, its reviews, and the rule it names."""

    decision: StatusDecision
    words: Said
    reviews: tuple[tuple[StatusReview, Said], ...]
    basis: law.StatusBasis | None
    is_own: bool

    @property
    def said(self) -> str:
        """What the decision says, by kind and finding."""
        return f"{self.decision.kind} {self.decision.finding}"

    @property
    def open_review(self) -> StatusReview | None:
        """The review that waits for its answer."""
        return next((review for review, _words in self.reviews if review.state == "asked"), None)


@dataclass(frozen=True)
class StatusView:
    """What was decided, newest first. holds: the decision that holds now; a final one before a presumption, and
    None where nothing that is open to the agency holds. may_decide: the kinds the acting agency may put forward."""

    decisions: tuple[DecisionView, ...]
    holds: DecisionView | None
    may_decide: tuple[law.StatusKind, ...]
    waits: DecisionView | None


@look(Permission.CASE_READ, subject=None, recorded=True)
def status_of(*, officer: Officer, at: datetime, case: Case) -> StatusView:
    """The decisions on victim status that are open to the agency; the look is recorded."""
    decisions = list(
        StatusDecision.objects.filter(case=case).select_related(
            "agency", "officer", "decided_by", "reflection"
        )
    )
    reviews = list(StatusReview.objects.filter(case=case).select_related("agency", "decider", "answered_by"))
    by_decision: dict[int, list[tuple[StatusReview, Said]]] = {}
    for review, words in zip(reviews, opened_all(reviews), strict=True):
        by_decision.setdefault(review.decision_id, []).append((review, words or {}))
    views = tuple(
        DecisionView(
            decision,
            words or {},
            tuple(by_decision.get(decision.pk, ())),
            law.status_bases().get(decision.basis),
            decision.agency_id == officer.agency_id,
        )
        for decision, words in zip(decisions, opened_all(decisions), strict=True)
    )
    holding = [one for one in views if one.decision.state == StatusDecision.State.DECIDED]
    final = [one for one in holding if one.decision.kind == StatusDecision.Kind.RECOGNITION]
    assert officer.agency is not None
    return StatusView(
        decisions=views,
        holds=next(iter([*final, *holding]), None),
        may_decide=tuple(
            kind for key, kind in law.status_kinds().items() if law.may_decide(officer.agency, key)
        ),
        waits=next(
            (one for one in views if one.is_own and one.decision.state == StatusDecision.State.PROPOSED), None
        ),
    )


@look(Permission.CASE_READ)
def decision_by_id(*, officer: Officer, at: datetime, case: Case, pk: int) -> StatusDecision:
    """One decision of the case that is open to the agency. Raises NotThere."""
    found = (
        StatusDecision.objects.filter(case=case, pk=pk)
        .select_related("agency", "officer", "decided_by", "case")
        .first()
    )
    if found is None:
        raise NotThere(_("There is no such decision, or it is not open to your agency."))
    return found


@look(Permission.CASE_READ)
def review_by_id(*, officer: Officer, at: datetime, case: Case, pk: int) -> StatusReview:
    """One review of the case that the agency asked for or has to answer. Raises NotThere."""
    found = (
        StatusReview.objects.filter(case=case, pk=pk)
        .select_related("agency", "decider", "decision__case", "decision__decided_by", "decision__officer")
        .first()
    )
    if found is None:
        raise NotThere(_("There is no such review, or it is not open to your agency."))
    return found
