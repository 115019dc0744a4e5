"""Everything an agency must do next in case work, most overdue first; each line says where it is done."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import inf

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from concerted.foundation.access.door import look
from concerted.foundation.access.models import Interest
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.obligations.models import Obligation
from concerted.foundation.vault.reads import opened_all

from ..models import (
    Assessment,
    Case,
    Draft,
    Entitlement,
    Message,
    MessageCopy,
    Notice,
    Referral,
    Report,
    SavedFilter,
)
from .names import with_names
from .obligations import Lateness, confidential, lateness_of

LIMIT = 200
#: How the kinds of the clock to read an answer begin.
READING = "cases.read_answer"


@dataclass(frozen=True)
class WorkItem:
    """One thing to do. kind: obligation, feedback, entitlement, closing, assessment.

    subject_kind, subject_id: what it is on (cases.referral ...). state: as obligations count it, '' without a
    clock. due: by when, or since when it waits (`is_since`). due_at: the moment where the clock runs by hours; late:
    how late it is, None while it is in time.
    """

    kind: str
    label_en: str
    label_zh: str
    subject_kind: str
    subject_id: int
    due: date | None
    due_at: datetime | None
    state: str
    late: Lateness | None
    other: Agency | None
    obligation: Obligation | None = None

    @property
    def is_since(self) -> bool:
        """Whether `due` is the day since which it waits: it has no clock."""
        return self.kind in ("feedback", "entitlement", "closing")

    @property
    def days_late(self) -> int:
        """Whole days past the day it was due on."""
        return self.late.days if self.late else 0


@dataclass(frozen=True)
class Work:
    """What waits for the agency: what it must do, what it waits for, its news and how many messages are new. Each piece
    of news tells `case_number`, '' where it is of no case or the case is not open to the officer."""

    todo: tuple[WorkItem, ...]
    waiting_for: tuple[WorkItem, ...]
    escalated: tuple[WorkItem, ...]
    news: tuple[Notice, ...]
    new_messages: int


@look(Permission.REFERRAL_READ)
def my_work(*, officer: Officer, at: datetime) -> Work:
    """Everything the acting agency must do next, most overdue first; no name stands in it. For a seconded officer
    the fences leave only what is about the cases he came for."""
    on = timezone.localdate(at)
    mine = officer.agency_id
    owed = confidential(at=at).select_related(None).still_owed(on).order_by("due", "id")
    told = Interest.objects.filter(agency=mine, subject_kind="obligations.obligation")
    climbed = owed.overdue(on, at).filter(pk__in=list(told.values_list("subject_id", flat=True)))[:LIMIT]
    ours, theirs = owed.filter(owner=mine)[:LIMIT], owed.filter(owed_to=mine).exclude(owner=mine)[:LIMIT]
    ended = _ended_referrals(officer, {each.subject_id for each in ours if each.kind.startswith(READING)})
    news = list(Notice.objects.filter(agency=mine, seen_at=None).order_by("-at", "id")[:LIMIT])
    with_names(*ours, *theirs, *climbed, *ended, *news)
    _with_cases(officer, news)
    todo = [_of_obligation(each, at) for each in ours] + _without_clock(officer, on, ended)
    return Work(
        todo=tuple(sorted(todo, key=_soonest)),
        waiting_for=tuple(_of_obligation(each, at) for each in theirs),
        escalated=tuple(_of_obligation(each, at) for each in climbed),
        news=tuple(news),
        new_messages=MessageCopy.objects.filter(agency=mine, seen_at=None).count(),
    )


def _with_cases(officer: Officer, news: Sequence[Notice]) -> None:
    """Give each piece of news the number of its case as `case_number`; '' where the case is not open to the officer."""
    about = {each.case_id for each in news if each.case_id} if holds(officer, Permission.CASE_READ) else set()
    numbers = dict(Case.objects.filter(pk__in=about).values_list("pk", "number"))
    for each in news:
        each.case_number = numbers.get(each.case_id or 0, "")


def _ended_referrals(officer: Officer, timed: Collection[int]) -> list[Referral]:
    """The agency's referrals whose feedback nobody has read yet, but those for which a clock to read it runs."""
    found = Referral.objects.filter(
        agency=officer.agency_id, state__in=("completed", "not_completed", "declined")
    )
    return list(found.exclude(pk__in=timed).defer("sealed")[:LIMIT])


def _of_obligation(each: Obligation, at: datetime) -> WorkItem:
    state: str = getattr(each, "state", "") or each.state_on(timezone.localdate(at), at)
    return WorkItem(
        kind="obligation",
        label_en=each.label_en,
        label_zh=each.label_zh,
        subject_kind=each.subject_kind,
        subject_id=each.subject_id,
        due=each.due,
        due_at=each.due_at,
        state=state,
        late=lateness_of(each, at),
        other=each.owed_to,
        obligation=each,
    )


def _without_clock(officer: Officer, on: date, ended: Sequence[Referral]) -> list[WorkItem]:
    """What waits without a clock of its own: feedback to read, letters to sign, assessments that come due."""
    found = [
        WorkItem(
            "feedback",
            f"Read the answer to referral {each.number}",
            f"查阅转介 {each.number} 的反馈",
            "cases.referral",
            each.pk,
            timezone.localdate(each.ended_at or each.answered_at or each.written_at),
            None,
            "",
            None,
            each.to_agency,
        )
        for each in ended
    ]
    asked = Entitlement.objects.filter(agency=officer.agency_id, state="requested").exclude(officer=officer)
    asked = asked if holds(officer, Permission.ENTITLEMENT_GRANT) else asked.none()
    found += [
        WorkItem(
            "entitlement",
            "Decide on an entitlement",
            "审批待遇申请",
            "cases.case",
            each.case_id,
            timezone.localdate(each.requested_at),
            None,
            "",
            None,
            None,
        )
        for each in asked.defer("sealed")[:LIMIT]
    ]
    found += [
        WorkItem(
            "closing",
            f"Decide whether to close case {each.number}",
            f"审批个案 {each.number} 结案",
            "cases.case",
            each.pk,
            timezone.localdate(each.changed_at),
            None,
            "",
            None,
            None,
        )
        for each in _closings(officer)
    ]
    found += [
        WorkItem(
            "assessment",
            "Assess again",
            "再次评估",
            "cases.case",
            each.case_id,
            each.next_due,
            None,
            "",
            None,
            None,
        )
        for each in _assessments_due(officer, on)
    ]
    return found


def _closings(officer: Officer) -> list[Case]:
    """Cases the agency leads, alone or jointly, that somebody else proposed to close, for officers who can close one.

    Whoever leads jointly took the lead by a transfer, by whose interest the few cases are found without asking all.
    """
    if not holds(officer, Permission.CASE_CLOSE):
        return []
    waiting = Case.objects.filter(~Q(closing_as=""), ~Q(closing_by=officer), closed_at=None)
    taken = Interest.objects.filter(
        agency=officer.agency_id, subject_kind="cases.case", basis__startswith="led-", until=None
    )
    joint = waiting.filter(
        pk__in=list(taken.values_list("subject_id", flat=True)), joint_leads__contains=[officer.agency_id]
    )
    return [*waiting.filter(lead=officer.agency_id)[:LIMIT], *joint[:LIMIT]][:LIMIT]


def _assessments_due(officer: Officer, on: date) -> list[Assessment]:
    """The agency's newest assessment of each open case that names a day within a week, where none of its kind
    followed it."""
    same = Assessment.objects.filter(
        case=OuterRef("case"), agency=OuterRef("agency"), kind=OuterRef("kind"), at__gt=OuterRef("at")
    )
    soon = Assessment.objects.filter(
        ~Exists(same), agency=officer.agency_id, next_due__lte=on + timedelta(days=7)
    ).exclude(case__stage="closed")
    newest: dict[int, Assessment] = {each.case_id: each for each in soon.order_by("at").defer("sealed")}
    return list(newest.values())[:LIMIT]


def _soonest(item: WorkItem) -> tuple[bool, date, float]:
    """What is overdue before anything else, however long something without a clock has waited."""
    hour = item.due_at.timestamp() if item.due_at else inf
    return item.state != "overdue", item.due or date.max, hour


@look(Permission.CASE_READ)
def owed_on_case(*, officer: Officer, at: datetime, case: Case) -> list[Obligation]:
    """What is owed on a case as far as the agency may know: on the case itself, on its referrals, and on the reports it
    was opened from; soonest first."""
    found = confidential(at=at)
    here = found.filter(subject_kind="cases.case", subject_id=case.pk)
    there = [
        found.filter(
            subject_kind=model._meta.label_lower,
            subject_id__in=list(model._default_manager.filter(case=case).values_list("pk", flat=True)),
        )
        for model in (Referral, Report)
    ]
    found_here = [*here, *(each for rows in there for each in rows)]
    return sorted(found_here, key=lambda each: (each.due, each.due_at is None, each.due_at or at, each.pk))


@look(Permission.REFERRAL_READ)
def obligation_of_case_work(*, officer: Officer, at: datetime, pk: int) -> Obligation | None:
    """One obligation of case work with its state, or None where there is none or it is not the agency's to know."""
    return confidential(at=at).filter(pk=pk).first()


@dataclass(frozen=True)
class MessageView:
    """One message of a case with its words and the agencies it went to, as far as they are known here.

    is_new: nobody of the reader's agency has read it yet.
    """

    message: Message
    text: str
    to: tuple[Agency, ...]
    is_own: bool
    is_new: bool


@look(Permission.CASE_READ, recorded=True)
def messages_of(*, officer: Officer, at: datetime, case: Case) -> list[MessageView]:
    """The messages on a case that the agency sent or got, oldest first; the look is recorded."""
    rows = list(
        Message.objects.filter(case=case)
        .select_related("agency", "officer")
        .prefetch_related("copies__agency")
        .order_by("at", "id")
    )
    return [
        MessageView(
            row,
            str((words or {}).get("text", "")),
            tuple(copy.agency for copy in row.copies.all()),
            row.agency_id == officer.agency_id,
            any(copy.agency_id == officer.agency_id and copy.seen_at is None for copy in row.copies.all()),
        )
        for row, words in zip(rows, opened_all(rows), strict=True)
    ]


@look(Permission.CASE_READ)
def saved_filters(*, officer: Officer, at: datetime) -> list[SavedFilter]:
    """The officer's own saved filters in this agency."""
    return list(SavedFilter.objects.filter(officer=officer, agency=officer.agency_id))


@look(Permission.INTAKE_READ)
def draft_of(*, officer: Officer, at: datetime, form: str, about: int = 0) -> Draft | None:
    """The officer's draft of a form, with `values` opened on it, or None."""
    found = Draft.objects.filter(
        officer=officer, agency=officer.agency_id, form=form[:40], about=about
    ).first()
    if found is not None:
        (values,) = opened_all([found])
        found.values = values or {}  # type: ignore[attr-defined]
    return found


def kinds_of(items: Sequence[WorkItem]) -> dict[str, int]:
    """How many of each kind, for the tabs of a page."""
    counted: dict[str, int] = {}
    for item in items:
        counted[item.kind] = counted.get(item.kind, 0) + 1
    return counted
