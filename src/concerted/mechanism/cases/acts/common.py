"""What the acts of case work share: locking, moves, news, interests, clocks; it guards nothing by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, NotThere, Problem, Stale
from concerted.foundation.access.models import Interest
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.obligations import marks
from concerted.foundation.obligations.models import Obligation
from concerted.foundation.vault import acts as vault
from concerted.foundation.vault.reads import opened

from .. import codes
from ..clocks import Clock, clocks_for
from ..models import AgencyFile, Case, Move, Notice
from ..reads.obligations import owed_about
from ..sections import SPINE
from ..states import Machine, Transition

CASE_KIND = "cases.case"
PERSON_KIND = "people.person"
TEXT_LIMIT = 20_000
ModelT = TypeVar("ModelT", bound=models.Model)


class HasState(Protocol):
    """A thing of a case that moves from state to state."""

    pk: Any
    state: str
    case: Case


def my_agency(officer: Officer) -> Agency:
    """The agency the officer acts in; the door has let nobody through without one."""
    assert officer.agency is not None
    return officer.agency


def not_there() -> NotThere:
    """The one answer for what is absent and for what may not be known."""
    return NotThere(_("There is no such thing, or it is not open to your agency."))


def locked(model: type[ModelT], pk: object, *, row_version: int | None = None) -> ModelT:
    """The row as it stands now, held until the act ends. Raises NotThere, or Stale when it was read earlier.

    row_version: the version the officer read; None where the act does not edit what was read.
    """
    standing = model._default_manager.select_for_update(of=("self",)).filter(pk=pk).first()
    if standing is None:
        raise not_there()
    if row_version is not None and getattr(standing, "row_version", None) != row_version:
        raise Stale(
            _("This was changed by somebody else while you wrote; nothing was saved."),
            remedy=_("Compare both versions and choose."),
        )
    return standing


def locked_case(case: Case, *, row_version: int | None = None) -> Case:
    """The case as it stands now. Raises NotThere or Stale."""
    return locked(Case, case.pk, row_version=row_version)


def locked_open_case(case: Case) -> Case:
    """The case as it stands now; raises Conflict when it is closed."""
    standing = locked_case(case)
    if standing.is_closed:
        raise Conflict(_("The case is closed."), remedy=_("Reopen it first."))
    return standing


def keep(row: Any, values: Mapping[str, Any]) -> Any:
    """Seal the values into the row and save it."""
    vault.keep(row, values)
    row.save()
    return row


def keep_more(row: Any, **values: Any) -> Any:
    """Add values to what is sealed in the row, in memory; save it afterwards."""
    before = opened(row) if bytes(row.sealed or b"") else {}
    return vault.keep(row, {**before, **values})


def bump(row: Any) -> None:
    """Count the change of a row that is edited optimistically."""
    row.row_version += 1


def checked(*problems: Problem | None, what: str | None = None) -> None:
    """Raise Invalid with every problem there is."""
    found = [problem for problem in problems if problem is not None]
    if found:
        raise Invalid(what or _("It was not saved."), problems=found)


def need_text(value: str, field: str, what: str) -> Problem | None:
    """A problem where the text is missing or too long."""
    if value.strip() and len(value) <= TEXT_LIMIT:
        return None
    return Problem(what if not value.strip() else _("Write at most 20,000 characters."), field=field)


def need_code(value: str, field: str, known: Iterable[str]) -> Problem | None:
    """A problem where the code is none of those known."""
    if value in known:
        return None
    return Problem(_("This is none of the codes."), field=field)


def record_move(
    *,
    officer: Officer,
    at: datetime,
    machine: Machine,
    thing: Any,
    row: Transition,
    other: Agency | int | None = None,
    is_shared: bool = False,
    words: Mapping[str, Any] | None = None,
) -> Move:
    """Write down one step of a state machine, its words sealed."""
    move = Move(
        subject=thing.subject,
        case_id=thing.pk if isinstance(thing, Case) else thing.case_id,
        thing=machine.name,
        thing_id=thing.pk,
        act=row.act,
        source=row.source,
        target=row.target,
        agency=my_agency(officer),
        other_id=other.pk if isinstance(other, Agency) else other,
        officer=officer,
        at=at,
        is_shared=is_shared,
    )
    return keep(move, words or {})


def tell(
    *, officer: Officer, at: datetime, case: Case | int | None, to: int | None, kind: str, thing: Any = None
) -> None:
    """Lay news on another agency's desk, in the transaction of the act it tells of. Nobody tells itself.

    case None: news of a secondment, whose cases only its host knows, or of a desk that takes in reports.
    """
    assert kind in codes.NOTICES
    sender = my_agency(officer)
    if to is None or to == sender.pk:
        return
    Notice.objects.create(
        case_id=case.pk if isinstance(case, Case) else case,
        agency_id=to,
        sender=sender,
        kind=kind,
        thing=thing._meta.model_name if thing is not None else "",
        thing_id=thing.pk if thing is not None else None,
        at=at,
    )


def grant_interest(
    *,
    at: datetime,
    granter: Agency,
    agency_id: int,
    subject_id: int,
    basis: str,
    sections: Sequence[str] = (SPINE,),
    until: datetime | None = None,
    kind: str = CASE_KIND,
    officer: Officer | None = None,
) -> Interest:
    """Let an agency know of a subject from now on; it works at once, on the agency's next question.

    officer: whom alone of that agency it serves; for emergency access.
    """
    return Interest.objects.create(
        subject_kind=kind,
        subject_id=subject_id,
        agency_id=agency_id,
        basis=basis,
        sections=list(sections),
        since=at,
        until=until,
        granted_by=granter,
        officer=officer,
    )


def open_file(*, officer: Officer, at: datetime, case_id: int, because: str) -> AgencyFile:
    """The acting agency's own file on the case, opened where it has none.

    An agency that holds a file goes on knowing the spine after what it was given has run out, for the file is its
    own record; one that knows of the case by emergency access alone does not.
    """
    mine = my_agency(officer)
    file, made = AgencyFile.objects.get_or_create(
        case_id=case_id,
        agency=mine,
        defaults={"because": because, "opened_at": at, "changed_at": at},
    )
    if made and not _knows_by_emergency_only(case_id, mine, at):
        grant_interest(at=at, granter=mine, agency_id=mine.pk, subject_id=case_id, basis="file")
    return file


def _knows_by_emergency_only(case_id: int, agency: Agency, at: datetime) -> bool:
    live = Interest.objects.filter(
        Q(until=None) | Q(until__gt=at), subject_kind=CASE_KIND, subject_id=case_id, agency=agency
    )
    return set(live.values_list("basis", flat=True)) <= {"break_glass"}


def start_clock(
    *,
    officer: Officer | None,
    at: datetime,
    clock: Clock,
    owner_id: int,
    owed_to_id: int,
    subject: models.Model,
    period_key: str = "",
    case_number: str = "",
) -> Obligation | None:
    """Raise the clock's obligation; None where it runs already. Its label names the rule and no person."""
    due_at = clock.due_from(at)
    opened_now = marks.open_obligations(
        officer=officer,
        at=at,
        kind=clock.kind,
        items=[
            marks.NewObligation(
                owner_id=owner_id,
                owed_to_id=owed_to_id,
                subject_kind=subject._meta.label_lower,
                subject_id=subject.pk,
                period_key=period_key,
                label_en=" ".join(filter(None, (clock.name_en, case_number))),
                label_zh=" ".join(filter(None, (clock.name_zh, case_number))),
                opens=timezone.localdate(at),
                due=timezone.localdate(due_at),
                due_at=due_at if clock.runs_by_hours else None,
            )
        ],
    )
    return opened_now[0] if opened_now else None


def start_clocks(
    event: str, *, place_code: str = "000000", urgency: str = "", **what: Any
) -> list[Obligation]:
    """Raise every clock that starts on the event in that place."""
    raised = (
        start_clock(clock=each, **what) for each in clocks_for(event, place_code=place_code, urgency=urgency)
    )
    return [each for each in raised if each is not None]


def meet(
    officer: Officer | None, at: datetime, subject: models.Model, *prefixes: str, reason: str = ""
) -> list[Obligation]:
    """Mark met what is open about the subject of these kinds (their beginnings)."""
    return marks.mark_met(officer=officer, at=at, obligations=owed_about(subject, *prefixes), reason=reason)


def excuse(
    officer: Officer, at: datetime, subject: models.Model, *prefixes: str, reason: str
) -> list[Obligation]:
    """Let off what is open about the subject of these kinds, for a reason that is kept."""
    return marks.mark_excused(
        officer=officer, at=at, obligations=owed_about(subject, *prefixes), reason=reason
    )


def new_subject(at: datetime) -> UUID:
    """A key of its own for what is about to be written."""
    return vault.new_subject(at=at)
