"""Loads instruments and rules, keeps review cycles, papers due and recommendations; it invents no date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.access.acts.reference import Loaded
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.agencies.reads import agency_by_key
from concerted.foundation.obligations import marks
from concerted.foundation.obligations.models import Obligation
from concerted.foundation.obligations.recipients import OFFICE_KEY
from concerted.mechanism.plan.models import Plan

from ..kinds import TREATY, TREATY_LEAD_DAYS
from ..models import (
    EvaluationRule,
    Instrument,
    Recommendation,
    RecommendationMeasure,
    RecommendationMove,
    ReviewCycle,
    TreatyDeadline,
)
from ..reads.evaluations import measure_keys
from ..states import RECOMMENDATION, move
from .checking import day, locked, measure_problems, refuse, text_problem, unchanged

TREATY_SUBJECT = "evaluation.treatydeadline"


class InstrumentAsRead(Protocol):
    """An instrument as a reference file gives it; what was not read is None or empty and named in not_read."""

    @property
    def key(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def title_en(self) -> str: ...
    @property
    def title_zh(self) -> str: ...
    @property
    def body_en(self) -> str: ...
    @property
    def body_zh(self) -> str: ...
    @property
    def adopted_on(self) -> date | None: ...
    @property
    def in_force_on(self) -> date | None: ...
    @property
    def signed_on(self) -> date | None: ...
    @property
    def bound_on(self) -> date | None: ...
    @property
    def bound_by(self) -> str: ...
    @property
    def in_force_here_on(self) -> date | None: ...
    @property
    def reporting(self) -> str: ...
    @property
    def conflicts(self) -> Sequence[str]: ...
    @property
    def not_read(self) -> Sequence[str]: ...
    @property
    def sources(self) -> Sequence[str]: ...
    @property
    def note(self) -> str: ...


class RuleAsRead(Protocol):
    """One rule of a plan on its evaluation as a reference file gives it."""

    @property
    def plan_key(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def position(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def who_en(self) -> str: ...
    @property
    def who_zh(self) -> str: ...
    @property
    def text_en(self) -> str: ...
    @property
    def text_zh(self) -> str: ...
    @property
    def frequency(self) -> str: ...
    @property
    def read(self) -> str: ...
    @property
    def source(self) -> str: ...


@act(Permission.REFERENCE_LOAD)
def load_instruments(*, officer: Officer, at: datetime, records: Iterable[InstrumentAsRead]) -> Loaded:
    """Store every instrument by its key; what already stands as read stays untouched."""
    known = {one.key: one for one in Instrument.objects.all()}
    return sum((_stored(Instrument, known.get(r.key), r, _LISTS) for r in records), Loaded())


@act(Permission.REFERENCE_LOAD)
def load_rules(*, officer: Officer, at: datetime, records: Iterable[RuleAsRead]) -> Loaded:
    """Store every rule by its plan and key; what already stands as read stays untouched."""
    known = {(one.plan_key, one.key): one for one in EvaluationRule.objects.all()}
    return sum((_stored(EvaluationRule, known.get((r.plan_key, r.key)), r, ()) for r in records), Loaded())


_LISTS = ("conflicts", "not_read", "sources")


def _stored(
    model: type[models.Model], standing: models.Model | None, record: object, lists: Sequence[str]
) -> Loaded:
    names = [field.name for field in model._meta.concrete_fields if field.name != "id"]
    values = {n: list(getattr(record, n)) if n in lists else getattr(record, n) for n in names}
    if standing is None:
        model._default_manager.create(**values)
        return Loaded(added=1)
    if all(getattr(standing, name) == value for name, value in values.items()):
        return Loaded(unchanged=1)
    for name, value in values.items():
        setattr(standing, name, value)
    standing.save()
    return Loaded(changed=1)


@act(Permission.INSTRUMENT_KEEP)
def open_cycle(
    *,
    officer: Officer,
    at: datetime,
    instrument: Instrument,
    key: str,
    title_en: str,
    starts: date,
    source: str,
    title_zh: str = "",
    ends: date | None = None,
    is_demonstration: bool = False,
) -> ReviewCycle:
    """Open a review cycle of an instrument, with where its dates were read. Raises Invalid, Conflict."""
    problems = text_problem(title_en, "title_en", _("Give the cycle a title."))
    problems += text_problem(source, "source", _("Name where the dates were read."))
    if not key.strip():
        problems.append(Problem(_("Give the cycle a short key, such as its year."), field="key"))
    if ends is not None and ends < starts:
        problems.append(Problem(_("The cycle ends before it starts."), field="ends"))
    refuse(_("The cycle was not opened."), problems)
    try:
        with transaction.atomic():
            return ReviewCycle.objects.create(
                instrument=instrument,
                key=key.strip(),
                title_en=title_en.strip(),
                title_zh=title_zh.strip(),
                starts=starts,
                ends=ends,
                source=source.strip(),
                opened_by=officer,
                is_demonstration=is_demonstration,
            )
    except IntegrityError:
        raise Conflict(_("The instrument has a cycle with this key.")) from None


@act(Permission.INSTRUMENT_KEEP, record=("kind",))
def add_deadline(
    *,
    officer: Officer,
    at: datetime,
    cycle: ReviewCycle,
    kind: str,
    title_en: str,
    owner: Agency,
    due: date,
    title_zh: str = "",
) -> TreatyDeadline:
    """Put a paper into the reporting calendar: its owner owes it to the office from half a year before.

    Raises Invalid, Conflict.
    """
    problems = text_problem(title_en, "title_en", _("Name the paper."))
    if kind not in TreatyDeadline.Kind.values:
        problems.append(Problem(_("There is no such kind of paper."), field="kind"))
    refuse(_("The paper was not put into the calendar."), problems)
    opens = min(max(due - timedelta(days=TREATY_LEAD_DAYS), cycle.starts), due)
    try:
        with transaction.atomic():
            made = TreatyDeadline.objects.create(
                cycle=cycle,
                kind=kind,
                title_en=title_en.strip(),
                title_zh=title_zh.strip(),
                owner=owner,
                opens=opens,
                due=due,
            )
    except IntegrityError:
        raise Conflict(_("The calendar has such a paper for this day.")) from None
    _owe(officer, at, made)
    return made


def _owe(officer: Officer, at: datetime, deadline: TreatyDeadline) -> None:
    instrument = deadline.cycle.instrument
    marks.open_obligations(
        officer=officer,
        at=at,
        kind=TREATY.code,
        items=[
            marks.NewObligation(
                owner_id=deadline.owner_id,
                owed_to_id=_office().pk,
                subject_kind=TREATY_SUBJECT,
                subject_id=deadline.pk,
                period_key="",
                label_en=f"{deadline.title_en}: {instrument.title_en}"[:300],
                label_zh=f"{deadline.title_zh or deadline.title_en}：{instrument.title_zh}"[:200],
                opens=deadline.opens,
                due=deadline.due,
            )
        ],
    )


def _office() -> Agency:
    office = agency_by_key(OFFICE_KEY)
    if office is None:
        raise Conflict(_("There is no office of the joint meeting."), remedy=_("Load the reference data."))
    return office


@act(Permission.TREATY_PAPER_SEND, subject="deadline", record=("reference",))
def send_paper(
    *, officer: Officer, at: datetime, deadline: TreatyDeadline, sent_on: date, reference: str
) -> TreatyDeadline:
    """Say that the paper went to the body, with its reference; its obligation is met. Raises Invalid, Conflict."""
    standing = locked(deadline, "cycle__instrument", "owner")
    if standing.sent_on is not None:
        raise Conflict(_("This paper was sent already."))
    problems = text_problem(reference, "reference", _("Name the reference of the paper."))
    if len(reference) > 120:
        problems.append(Problem(_("The reference is longer than 120 characters."), field="reference"))
    if sent_on > day(at):
        problems.append(Problem(_("The day lies ahead."), field="sent_on"))
    refuse(_("The paper was not marked as sent."), problems)
    standing.sent_on, standing.sent_by, standing.reference = sent_on, officer, reference.strip()
    standing.save()
    owed = Obligation.objects.filter(kind=TREATY.code, subject_kind=TREATY_SUBJECT, subject_id=standing.pk)
    marks.mark_met(officer=officer, at=at, obligations=list(owed))
    return standing


@dataclass(frozen=True)
class NewRecommendation:
    """A recommendation as it was received; `lead` prepares the response, the office where it is None."""

    reference: str
    text_en: str
    received_on: date
    text_zh: str = ""
    cluster: str = ""
    lead: Agency | None = None


@act(Permission.INSTRUMENT_KEEP)
def receive_recommendation(
    *, officer: Officer, at: datetime, cycle: ReviewCycle, recommendation: NewRecommendation
) -> Recommendation:
    """Enter a recommendation of the body as received. Raises Invalid, Conflict."""
    given = recommendation
    problems = text_problem(given.text_en, "text_en", _("Copy the words of the recommendation."))
    if not 0 < len(given.reference.strip()) <= 60:
        problems.append(
            Problem(
                _("Give its reference: document and paragraph, 60 characters at most."), field="reference"
            )
        )
    if given.received_on > day(at):
        problems.append(Problem(_("The day lies ahead."), field="received_on"))
    refuse(_("The recommendation was not entered."), problems)
    try:
        with transaction.atomic():
            made = Recommendation.objects.create(
                cycle=cycle,
                reference=given.reference.strip(),
                text_en=given.text_en.strip(),
                text_zh=given.text_zh.strip(),
                cluster=given.cluster.strip()[:80],
                received_on=given.received_on,
                lead=given.lead,
                author=officer,
            )
    except IntegrityError:
        raise Conflict(_("The cycle has a recommendation with this reference.")) from None
    _moved(officer, at, made, "", "received", "")
    return made


@act(Permission.RECOMMENDATION_ANSWER, subject="recommendation")
def prepare_response(
    *,
    officer: Officer,
    at: datetime,
    recommendation: Recommendation,
    level: str,
    response: str,
    row_version: int | None = None,
) -> Recommendation:
    """Prepare the response: its level and its words; nothing leaves yet. Raises Invalid, Conflict, Stale."""
    standing = _standing(recommendation, row_version)
    row = move(RECOMMENDATION, standing.state, "prepare")
    problems = text_problem(response, "response", _("Write the response; where it is only noted, say why."))
    if level not in Recommendation.Level.values:
        problems.append(Problem(_("Say whether it is supported, partly or only noted."), field="level"))
    refuse(_("The response was not kept."), problems)
    standing.level, standing.response = level, response.strip()
    return _go(officer, at, standing, row.target, "")


@act(Permission.INSTRUMENT_KEEP)
def answer_recommendation(
    *, officer: Officer, at: datetime, recommendation: Recommendation, note: str = ""
) -> Recommendation:
    """Say that the prepared response went to the body. Raises Conflict."""
    standing = _standing(recommendation, None)
    row = move(RECOMMENDATION, standing.state, "answer")
    standing.answered_on = day(at)
    return _go(officer, at, standing, row.target, note.strip())


@act(Permission.RECOMMENDATION_ANSWER, subject="recommendation")
def assign_measures(
    *,
    officer: Officer,
    at: datetime,
    recommendation: Recommendation,
    plan: Plan,
    measures: Sequence[str],
) -> Recommendation:
    """Name the measures of a plan that answer it, in place of those named before for that plan.

    A recommendation may have many measures and a measure many recommendations. Once answered it counts as
    being carried out from then on. Raises Invalid for a key the plan does not have, Conflict when closed.
    """
    standing = _standing(recommendation, None)
    if standing.state == Recommendation.State.CLOSED:
        raise Conflict(_("This recommendation is closed."))
    keys = list(dict.fromkeys(key.strip() for key in measures if key.strip()))
    refuse(_("The measures were not assigned."), measure_problems(measure_keys(plan), keys))
    standing.measures.filter(plan=plan).exclude(measure_key__in=keys).delete()
    RecommendationMeasure.objects.bulk_create(
        [RecommendationMeasure(recommendation=standing, plan=plan, measure_key=key) for key in keys],
        ignore_conflicts=True,
    )
    if keys and standing.state in (Recommendation.State.ANSWERED, Recommendation.State.REPORTED):
        return _go(officer, at, standing, move(RECOMMENDATION, standing.state, "carry_out").target, "")
    standing.row_version += 1
    standing.save(update_fields=["row_version"])
    return standing


@act(Permission.INSTRUMENT_KEEP, record=("step",))
def conclude_recommendation(
    *, officer: Officer, at: datetime, recommendation: Recommendation, step: str, note: str
) -> Recommendation:
    """Report to the body what was done (`report`), or close it at the next cycle (`close`), with a note.

    Raises Invalid, Conflict; one that is only noted is never closed and stays in the list.
    """
    standing = _standing(recommendation, None)
    if step not in ("report", "close"):
        raise Invalid(
            _("There is no such step."), problems=[Problem(_("There is no such step."), field="step")]
        )
    row = move(RECOMMENDATION, standing.state, step)
    if step == "close" and standing.level == Recommendation.Level.NOTED:
        raise Conflict(
            _("A recommendation that is only noted stays in the list."),
            remedy=_("Support it, wholly or partly, before it is closed."),
        )
    refuse(
        _("Nothing was changed."), text_problem(note, "note", _("Say what was reported, with its reference."))
    )
    return _go(officer, at, standing, row.target, note.strip())


def _standing(recommendation: Recommendation, row_version: int | None) -> Recommendation:
    standing = locked(recommendation, "cycle__instrument", "lead")
    unchanged(standing, row_version)
    return standing


def _go(officer: Officer, at: datetime, standing: Recommendation, target: str, reason: str) -> Recommendation:
    before = standing.state
    standing.state = target
    standing.row_version += 1
    standing.save()
    _moved(officer, at, standing, before, target, reason)
    return standing


def _moved(
    officer: Officer, at: datetime, recommendation: Recommendation, before: str, after: str, reason: str
) -> None:
    RecommendationMove.objects.create(
        recommendation=recommendation,
        from_state=before,
        to_state=after,
        level=recommendation.level,
        officer=officer,
        at=at,
        reason=reason,
    )
