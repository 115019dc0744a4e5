"""Opens obligations and marks what happened to them, inside the acts of the parts that raise them.

It decides no permission and names no kind; the caller's act has passed the door.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import connection

from concerted.errors import ConcertedError
from concerted.foundation.agencies.models import Officer

from .calendar import WorkingDays
from .kinds import kind_of
from .models import Obligation, ObligationEvent

What = ObligationEvent.What

_OPEN = """
WITH opened AS (
  INSERT INTO obligations_obligation
    ({id}kind, confidential, owner_id, owed_to_id, subject_kind, subject_id, period_key, label_en, label_zh,
     opens, due, grace_until, due_at)
  SELECT {id_value}%s, %s, o.* FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::text[],
    %s::text[], %s::text[], %s::date[], %s::date[], %s::date[], %s::timestamptz[]) o
  ON CONFLICT DO NOTHING
  RETURNING id, owner_id, subject_kind, subject_id, period_key
), told AS (
  INSERT INTO obligations_obligationevent ({id}obligation_id, what, at, officer_id, reason, confidential)
  SELECT {id_value}id, 'opened', %s, %s, '', %s FROM opened
)
SELECT * FROM opened
"""
#: Numbers of what is confidential come from a range of their own and not in order, so that no gap between two
#: numbers anybody may see tells that there is something in between.
_SECRET_ID = "(4503599627370496 + floor(random() * 4503599627370496))::bigint, "
_STAMP = """
WITH changed AS (
  UPDATE obligations_obligation SET {change} WHERE id = ANY(%(ids)s) AND {unless} RETURNING id, confidential
), told AS (
  INSERT INTO obligations_obligationevent (obligation_id, what, at, officer_id, reason, confidential)
  SELECT id, %(what)s, %(at)s, %(officer)s::bigint, %(reason)s, confidential FROM changed
)
SELECT id FROM changed
"""


@dataclass(frozen=True)
class NewObligation:
    """One thing to be owed; its grace comes from its kind, in working days after `due`. `due_at`: the moment
    of a clock that runs by hours, on the day `due`; its kind has no grace."""

    owner_id: int
    owed_to_id: int
    subject_kind: str
    subject_id: int
    period_key: str
    label_en: str
    label_zh: str
    opens: date
    due: date
    due_at: datetime | None = None

    @property
    def identity(self) -> tuple[int, str, int, str]:
        """What may be owed once only, within a kind."""
        return self.owner_id, self.subject_kind, self.subject_id, self.period_key


def open_obligations(
    *, officer: Officer | None, at: datetime, kind: str, items: Sequence[NewObligation]
) -> list[Obligation]:
    """Open what is not owed yet, in one statement however many; returns what was opened, in the order given.

    kind: the code of a registered kind; raises ConcertedError for another. officer: None for what the public
    set off.
    """
    officer_id = officer.pk if officer is not None else None
    known = kind_of(kind)
    if known.grace_working_days and any(item.due_at for item in items):
        raise ConcertedError(f"a clock by hours has no days of grace: {kind}")
    grace = _grace_ends(known.grace_working_days, {item.due for item in items})
    made = {
        item.identity: Obligation(
            kind=kind, confidential=known.confidential, grace_until=grace[item.due], **vars(item)
        )
        for item in reversed(items)
    }
    if not made:
        return []
    rows = list(made.values())
    columns = ("owner_id", "owed_to_id", "subject_kind", "subject_id", "period_key", "label_en", "label_zh")
    dates = ("opens", "due", "grace_until", "due_at")
    values = [[getattr(row, name) for row in rows] for name in columns + dates]
    with connection.cursor() as cursor:
        cursor.execute(
            _OPEN.format(
                id="id, " if known.confidential else "", id_value=_SECRET_ID if known.confidential else ""
            ),
            [kind, known.confidential, *values, at, officer_id, known.confidential],
        )
        numbers = {tuple(identity): pk for pk, *identity in cursor.fetchall()}
    opened = []
    for identity, row in reversed(made.items()):
        if identity in numbers:
            row.pk = numbers[identity]
            row._state.adding, row._state.db = False, connection.alias
            opened.append(row)
    return opened


def mark_begun(*, officer: Officer, at: datetime, obligations: Iterable[Obligation]) -> list[Obligation]:
    """Work on an answer has begun; the first time counts, and no clock stops. Returns what changed."""
    return _stamp(officer, at, obligations, What.BEGAN, {"began_at": "began_at IS NULL"})


def mark_met(
    *, officer: Officer | None, at: datetime, obligations: Iterable[Obligation], reason: str = ""
) -> list[Obligation]:
    """The first full answer has come; its moment is kept for ever. Returns what changed.

    officer: None where whoever did it does not sign in, as a recipient outside who acknowledges."""
    return _stamp(officer, at, obligations, What.MET, {"met_at": "met_at IS NULL"}, reason)


def mark_accepted(*, officer: Officer, at: datetime, obligations: Iterable[Obligation]) -> list[Obligation]:
    """Whoever is owed has accepted the answer; the first acceptance is kept. Returns what changed."""
    return _stamp(officer, at, obligations, What.ACCEPTED, {"accepted_at": "accepted_at IS NULL"})


def mark_returned(
    *, officer: Officer, at: datetime, obligations: Iterable[Obligation], reason: str = ""
) -> list[Obligation]:
    """The answer was sent back; the day it first came stays. Returns the obligations given."""
    listed = list(obligations)
    ObligationEvent.objects.bulk_create(
        ObligationEvent(
            obligation=each,
            what=What.RETURNED,
            at=at,
            officer=officer,
            reason=reason,
            confidential=each.confidential,
        )
        for each in listed
    )
    return listed


def mark_closed(
    *, officer: Officer, at: datetime, obligations: Iterable[Obligation], reason: str = ""
) -> list[Obligation]:
    """The period closed without an answer: from now on it is missed. Returns what changed.

    What is met, excused or closed already stays as it is.
    """
    unless = "closed_at IS NULL AND met_at IS NULL AND excused_at IS NULL"
    return _stamp(officer, at, obligations, What.CLOSED, {"closed_at": unless}, reason)


def mark_excused(
    *, officer: Officer, at: datetime, obligations: Iterable[Obligation], reason: str
) -> list[Obligation]:
    """It need not be answered for a reason that is kept; what is met stays met. Returns what changed."""
    unless = "excused_at IS NULL AND met_at IS NULL"
    return _stamp(officer, at, obligations, What.EXCUSED, {"excused_at": unless}, reason)


def _grace_ends(working_days: int, dues: Iterable[date]) -> dict[date, date]:
    days = WorkingDays(settings.COUNTRY)
    return {due: days.add(due, working_days) for due in dues}


def _stamp(
    officer: Officer | None,
    at: datetime,
    obligations: Iterable[Obligation],
    what: ObligationEvent.What,
    change: dict[str, str],
    reason: str = "",
) -> list[Obligation]:
    """Set one moment in every row that may still take it, with its event; the objects given follow."""
    listed = {each.pk: each for each in obligations}
    if not listed:
        return []
    [(column, unless)] = change.items()
    statement = _STAMP.format(change=f"{column} = %(at)s", unless=unless)
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "ids": list(listed),
                "what": str(what),
                "at": at,
                "officer": officer.pk if officer is not None else None,
                "reason": reason,
            },
        )
        changed = [listed[pk] for (pk,) in cursor.fetchall()]
    for each in changed:
        setattr(each, column, at)
    return changed
