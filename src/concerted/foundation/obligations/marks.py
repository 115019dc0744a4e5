"""Opens obligations and marks what happened to them inside another part's act; guards nothing itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from concerted.foundation.agencies.models import Officer

from .calendar import WorkingDays
from .kinds import kind_of
from .models import Obligation, ObligationEvent

What = ObligationEvent.What
BATCH: Final = 2_000


@dataclass(frozen=True)
class NewObligation:
    """What is to be owed; the grace comes from the kind. Agencies by id, days as dates."""

    owner_id: int
    owed_to_id: int
    subject_kind: str
    subject_id: int
    period_key: str
    label_en: str
    label_zh: str
    opens: date
    due: date


def open_obligations(
    *, officer: Officer, at: datetime, kind: str, items: Sequence[NewObligation]
) -> list[Obligation]:
    """The obligations for the items, opened where they were not yet; the same items twice open one.

    Raises ConcertedError for an unknown kind.
    """
    if not items:
        return []
    grace = kind_of(kind).grace_working_days
    days = WorkingDays()
    until = {due: days.add(due, grace) for due in {item.due for item in items}}
    existing = _standing(kind, items)
    Obligation.objects.bulk_create(
        [
            Obligation(
                kind=kind,
                owner_id=item.owner_id,
                owed_to_id=item.owed_to_id,
                subject_kind=item.subject_kind,
                subject_id=item.subject_id,
                period_key=item.period_key,
                label_en=item.label_en[:300],
                label_zh=item.label_zh[:200],
                opens=item.opens,
                due=item.due,
                grace_until=until[item.due],
            )
            for item in items
            if _key(item) not in existing
        ],
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    standing = _standing(kind, items)
    _tell(officer, at, What.OPENED, [o.pk for key, o in standing.items() if key not in existing])
    return [standing[_key(item)] for item in items]


def mark_begun(*, officer: Officer, at: datetime, obligations: Iterable[Obligation]) -> None:
    """Work on an answer has begun; stops no clock. Only the first beginning counts."""
    _mark_first("began_at", What.BEGAN, officer, at, obligations)


def mark_met(*, officer: Officer, at: datetime, obligations: Iterable[Obligation], reason: str = "") -> None:
    """The first full answer came; its date is kept for ever, whatever is returned later."""
    _mark_first("met_at", What.MET, officer, at, obligations, reason=reason)


def mark_excused(*, officer: Officer, at: datetime, obligations: Iterable[Obligation], reason: str) -> None:
    """Nothing is owed any more, for the reason given; an answer that came before stands."""
    open_ones = [o for o in obligations if o.met_at is None]
    _mark_first("excused_at", What.EXCUSED, officer, at, open_ones, reason=reason)


def mark_accepted(*, officer: Officer, at: datetime, obligations: Iterable[Obligation]) -> None:
    """Who is owed took the answer; a date of its own beside the first answer's."""
    _mark_first("accepted_at", What.ACCEPTED, officer, at, obligations)


def mark_closed(*, officer: Officer, at: datetime, obligations: Iterable[Obligation]) -> None:
    """The time is over: what is neither met nor excused is from now on "not reported", and stays so."""
    ids = [o.pk for o in obligations]
    silent = list(
        Obligation.objects.filter(pk__in=ids, met_at=None, excused_at=None, closed_at=None).values_list(
            "pk", flat=True
        )
    )
    Obligation.objects.filter(pk__in=silent).update(closed_at=at)
    _tell(officer, at, What.CLOSED, silent)


def mark_returned(
    *, officer: Officer, at: datetime, obligations: Iterable[Obligation], reason: str = ""
) -> None:
    """The answer went back with a reason; the first answer's date stands."""
    _tell(officer, at, What.RETURNED, [o.pk for o in obligations], reason=reason)


def _mark_first(
    column: str,
    what: ObligationEvent.What,
    officer: Officer,
    at: datetime,
    obligations: Iterable[Obligation],
    *,
    reason: str = "",
) -> None:
    ids = [o.pk for o in obligations]
    fresh = list(Obligation.objects.filter(pk__in=ids, **{column: None}).values_list("pk", flat=True))
    Obligation.objects.filter(pk__in=fresh).update(**{column: at})
    _tell(officer, at, what, fresh, reason=reason)


def _tell(
    officer: Officer, at: datetime, what: ObligationEvent.What, ids: Collection[int], *, reason: str = ""
) -> None:
    ObligationEvent.objects.bulk_create(
        [ObligationEvent(obligation_id=pk, what=what, at=at, officer=officer, reason=reason) for pk in ids],
        batch_size=BATCH,
    )


def _key(item: NewObligation | Obligation) -> tuple[int, str, int, str]:
    return (item.owner_id, item.subject_kind, item.subject_id, item.period_key)


def _standing(kind: str, items: Sequence[NewObligation]) -> dict[tuple[int, str, int, str], Obligation]:
    found = Obligation.objects.filter(
        kind=kind,
        owner_id__in={item.owner_id for item in items},
        subject_kind__in={item.subject_kind for item in items},
        subject_id__in={item.subject_id for item in items},
        period_key__in={item.period_key for item in items},
    )
    wanted = {_key(item) for item in items}
    return {_key(o): o for o in found.iterator(chunk_size=BATCH) if _key(o) in wanted}
