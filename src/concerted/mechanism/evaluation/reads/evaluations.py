"""Reads evaluations, findings with how their answers stand, rules and consequences; it changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from concerted.errors import NotThere
from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.foundation.obligations.models import Obligation, State
from concerted.foundation.vocabulary.reads import Label, code_list
from concerted.mechanism.plan.models import Measure, Plan, PlanVersion

from ..kinds import ACTION, INSPECTION, RESPONSE
from ..models import Evaluation, EvaluationRule, Finding

OUTCOME_LIST = "evaluation-outcomes"
_CLOCKS = (RESPONSE.code, ACTION.code)


def outcome_kinds() -> Mapping[str, Label]:
    """The consequences an evaluation may have, code -> names."""
    return code_list(OUTCOME_LIST)


def measure_keys(plan: Plan) -> set[str]:
    """The keys of every measure in any adopted version of the plan."""
    versions = PlanVersion.objects.filter(plan=plan).exclude(state=PlanVersion.State.DRAFT)
    return set(Measure.objects.filter(version__in=versions).values_list("key", flat=True))


def measures_by_key(wanted: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Measure]:
    """Measures as the version in force words them, by (plan id, key); one query."""
    plans, keys = {plan for plan, _key in wanted}, {key for _plan, key in wanted}
    rows = (
        Measure.objects.filter(version__plan_id__in=plans, key__in=keys)
        .exclude(version__state=PlanVersion.State.DRAFT)
        .select_related("version")
        .order_by("version__number")
    )
    return {(row.version.plan_id, row.key): row for row in rows}


@dataclass(frozen=True)
class EvaluationFilter:
    """Which evaluations a list shows; empty fields do not narrow it. Keys and codes, not ids."""

    plan: str = ""
    kind: str = ""
    state: str = ""
    agency: str = ""


@dataclass(frozen=True)
class EvaluationLine:
    """One evaluation with how many findings it has, how many are closed, and how its own day stands."""

    evaluation: Evaluation
    findings: int
    closed: int
    standing: str


@look(Permission.EVALUATION_READ)
def evaluations(
    *, officer: Officer, at: datetime, on: date, wanted: EvaluationFilter = EvaluationFilter()
) -> list[EvaluationLine]:
    """Evaluations the officer may see, latest due first; those under way are their evaluator's alone.

    `standing` is the state of the evaluation's own obligation on the day. Two queries.
    """
    found = Evaluation.objects.select_related("plan", "evaluator", "evaluated")
    if wanted.plan:
        found = found.filter(plan__key=wanted.plan)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.agency:
        found = found.filter(Q(evaluator__key=wanted.agency) | Q(evaluated__key=wanted.agency))
    rows = list(
        found.annotate(
            finding_count=Count("findings"),
            closed_count=Count("findings", filter=Q(findings__state=Finding.State.CLOSED)),
        )
    )
    owed = _standings(INSPECTION.code, [row.pk for row in rows], on)
    return [EvaluationLine(row, row.finding_count, row.closed_count, owed.get(row.pk, "")) for row in rows]


def _standings(kind: str, ids: Sequence[int], on: date) -> dict[int, str]:
    rows = Obligation.objects.with_state(on).filter(kind=kind, subject_id__in=ids)
    return {row.subject_id: row.state for row in rows}  # type: ignore[attr-defined]


@dataclass(frozen=True)
class FindingLine:
    """One finding with the clock that runs for it, if any: the response first, then the promised action."""

    finding: Finding
    measures: Sequence[Measure]
    clock: Obligation | None

    @property
    def standing(self) -> str:
        """The state of the running clock on the day that was asked about, '' where none runs."""
        return State(self.clock.state) if self.clock is not None else ""  # type: ignore[attr-defined]


@dataclass(frozen=True)
class EvaluationPage:
    """One evaluation with its findings, consequences and the rules of its plan."""

    evaluation: Evaluation
    findings: Sequence[FindingLine]
    rules: Sequence[EvaluationRule]
    standing: str


@look(Permission.EVALUATION_READ)
def evaluation_page(*, officer: Officer, at: datetime, pk: int, on: date) -> EvaluationPage:
    """The evaluation whole, as it stands on the day. Raises NotThere when it is absent or fenced off."""
    evaluation = (
        Evaluation.objects.select_related("plan__office", "evaluator", "evaluated", "finished_by")
        .prefetch_related("outcomes__agency")
        .filter(pk=pk)
        .first()
    )
    if evaluation is None:
        raise NotThere("")
    found = list(
        evaluation.findings.select_related("addressed_to", "evaluation__plan").prefetch_related(
            "measures", "moves__officer"
        )
    )
    standing = _standings(INSPECTION.code, [pk], on).get(pk, "")
    return EvaluationPage(evaluation, _lines(found, on), rules_of(evaluation.plan), standing)


def rules_of(plan: Plan) -> list[EvaluationRule]:
    """What the plan says of its inspection and evaluation, in the order of its text; empty where not read."""
    return list(EvaluationRule.objects.filter(plan_key=plan.key))


def all_rules() -> list[EvaluationRule]:
    """The rules of every plan that was read."""
    return list(EvaluationRule.objects.all())


@dataclass(frozen=True)
class FindingFilter:
    """Which findings a list shows; empty fields do not narrow it. `open_only`: those not yet closed."""

    agency: str = ""
    state: str = ""
    severity: str = ""
    open_only: bool = False


@look(Permission.EVALUATION_READ)
def findings(
    *, officer: Officer, at: datetime, on: date, wanted: FindingFilter = FindingFilter()
) -> list[FindingLine]:
    """Findings the officer may see that were sent, soonest clock first. Four queries."""
    found = (
        Finding.objects.exclude(state=Finding.State.DRAFT)
        .select_related("addressed_to", "evaluation__plan", "evaluation__evaluator")
        .prefetch_related("measures", "moves__officer")
    )
    if wanted.agency:
        found = found.filter(addressed_to__key=wanted.agency)
    if wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.severity:
        found = found.filter(severity=wanted.severity)
    if wanted.open_only:
        found = found.exclude(state=Finding.State.CLOSED)
    return sorted(_lines(list(found), on), key=_soonest)


def _soonest(line: FindingLine) -> tuple[date, int]:
    return (line.clock.due if line.clock else date.max, line.finding.pk)


def _lines(found: Sequence[Finding], on: date) -> list[FindingLine]:
    owed = (
        Obligation.objects.with_state(on)
        .filter(kind__in=_CLOCKS, subject_id__in=[f.pk for f in found])
        .select_related("owner", "owed_to")
        .order_by("kind")
    )
    clocks: dict[int, dict[str, Obligation]] = {}
    for one in owed:
        clocks.setdefault(one.subject_id, {})[one.kind] = one
    wanted = [(f.evaluation.plan_id, m.measure_key) for f in found for m in f.measures.all()]
    measures = measures_by_key(wanted) if wanted else {}
    return [
        FindingLine(
            finding=f,
            measures=[
                measures[key]
                for m in f.measures.all()
                if (key := (f.evaluation.plan_id, m.measure_key)) in measures
            ],
            clock=_running(clocks.get(f.pk, {})),
        )
        for f in found
    ]


def _running(clocks: Mapping[str, Obligation]) -> Obligation | None:
    return clocks.get(ACTION.code) or clocks.get(RESPONSE.code)


@look(Permission.EVALUATION_READ)
def finding_by_id(*, officer: Officer, at: datetime, pk: int, on: date) -> FindingLine:
    """One finding with its clock and its moves. Raises NotThere when it is absent or fenced off."""
    found = list(
        Finding.objects.filter(pk=pk)
        .select_related("addressed_to", "evaluation__plan__office", "evaluation__evaluator", "responded_by")
        .prefetch_related("measures", "moves__officer")
    )
    if not found:
        raise NotThere("")
    return _lines(found, on)[0]
