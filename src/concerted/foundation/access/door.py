"""The door: no write and no guarded look happens without passing here; it holds no rule of its own."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ParamSpec, Protocol, TypeVar, runtime_checkable

from django.db import OperationalError, connection, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from psycopg.errors import DiskFull

from concerted.errors import ConcertedError, Refused, Unready
from concerted.foundation.agencies.models import Officer
from concerted.foundation.audit import acts as audit

from .models import Interest
from .permissions import Permission
from .policy import HasAccessFacts, SubjectFacts, allows, holds

Params = ParamSpec("Params")
Result = TypeVar("Result")

logger = logging.getLogger("concerted.access")

#: The basis of an interest that an emergency opened.
EMERGENCY = "break_glass"
#: What an emergency can open: the secret things, each known by an interest only.
OPENED_IN_EMERGENCY = frozenset({"cases.case", "people.person"})

#: Every guarded function by name, for the test that compares routes and acts with the policy table.
GUARDED: dict[str, Permission] = {}
DOORS: dict[str, Callable[..., Any]] = {}
#: The acts that an officer may do on what is known by emergency access alone. Every other one is refused.
IN_EMERGENCY: set[str] = set()

#: On while something is taken away: onto paper, into a file, by a machine. What an emergency opened is not there then.
_TAKING_AWAY: ContextVar[str] = ContextVar("taking_away", default="")

#: On while somebody asks afterwards which acts were done.
_COUNTING: ContextVar[bool] = ContextVar("counting", default=False)

#: What the database is told of an act, for the length of its transaction.
_TOLD = ("agency", "at", "act", "officer", "scope", "taking_away")
_BEFORE = ", ".join(f"current_setting('concerted.{name}', true)" for name in _TOLD)
_SET = ", ".join(f"set_config('concerted.{name}', %s, true)" for name in _TOLD)
#: One round trip: who acts from now on, who acted before, and whether the appointment is live and his own.
_ENTER = (
    f"SELECT before.*, {_SET},"
    " EXISTS (SELECT 1 FROM agencies_appointment a JOIN agencies_officer o ON o.id = a.officer_id"
    " JOIN agencies_post p ON p.id = a.post_id"
    " WHERE a.id = %s AND a.officer_id = %s AND p.agency_id = %s AND o.is_active"
    " AND a.valid_from <= %s AND (a.valid_to IS NULL OR a.valid_to > %s)"
    " AND (p.valid_from IS NULL OR p.valid_from <= %s) AND (p.valid_to IS NULL OR p.valid_to > %s))"
    f" FROM (SELECT {_BEFORE} OFFSET 0) before"
)
_LEAVE = f"SELECT {_SET}"


@contextmanager
def acting(
    officer: Officer | None, at: datetime, *, act: str = "", scope: str = "", agency_id: int | None = None
) -> Iterator[bool]:
    """Open (or join) a transaction in which the database knows who acts; yields whether the appointment is
    live now. Outside it the application's role sees no fenced row at all.

    act: the name that rows of the record get. scope: the part of the mechanism whose confidential rows may be
    met. agency_id: for what no officer does, such as a report from the public, the agency that takes it. Raises
    nothing of its own: what is not live is the caller's to refuse.
    """
    appointment = officer.acting if officer is not None else None
    officer_id = officer.pk if officer is not None else None
    if appointment is not None:
        agency_id = appointment.post.agency_id
    day = at.date()
    told = (agency_id, at.isoformat(), act, officer_id, scope, _TAKING_AWAY.get())
    nested = connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                _ENTER,
                [
                    *("" if value is None else str(value) for value in told),
                    *(appointment.pk if appointment else None, officer_id, agency_id),
                    *(day, day, day, day),
                ],
            )
            entered = cursor.fetchone()
        yield bool(entered[-1])
        if nested and not connection.needs_rollback:  # a rollback takes the settings back by itself
            with connection.cursor() as cursor:
                cursor.execute(_LEAVE, [value or "" for value in entered[: len(_TOLD)]])


@contextmanager
def taking_away() -> Iterator[None]:
    """What is read meanwhile leaves the page it stands on: to print, to a file, to a machine. The database shows none
    of what is open by emergency access alone, section by section."""
    before = _TAKING_AWAY.set("on")
    was = before.old_value if before.old_value is not Token.MISSING else ""
    try:
        _tell_taking_away("on")
        yield
        _tell_taking_away(was)
    finally:
        _TAKING_AWAY.reset(before)


def _tell_taking_away(value: str) -> None:
    if connection.in_atomic_block and not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('concerted.taking_away', %s, true)", [value])


@contextmanager
def counting() -> Iterator[Callable[[], list[str]]]:
    """Inside the transaction of several acts: yields what tells the names of those that were done meanwhile.

    An act that was undone, with all that a caller had begun around it, is not among them.
    """
    before = len(_done())
    token = _COUNTING.set(True)
    try:
        yield lambda: _done()[before:]
    finally:
        _COUNTING.reset(token)


def _was_done(name: str) -> None:
    """Stands among what waits for the commit, where a rollback to before the act removes it; it does nothing."""


def _done() -> list[str]:
    waiting = (each[1] for each in connection.run_on_commit)
    return [
        str(one.args[0]) for one in waiting if isinstance(one, functools.partial) and one.func is _was_done
    ]


@contextmanager
def presenting(ticket: str, at: datetime, *, act: str = "") -> Iterator[None]:
    """Open a transaction for somebody who does not sign in but holds a ticket: the keyed hash of a code. The
    database shows the one row that carries it, and nothing else."""
    with acting(None, at, act=act), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('concerted.ticket', %s, true)", [ticket])
        yield
        if not connection.needs_rollback:
            cursor.execute("SELECT set_config('concerted.ticket', '', true)")


def act(
    permission: Permission,
    *,
    subject: str | Callable[..., SubjectFacts] | None = None,
    record: tuple[str, ...] = (),
    in_emergency: bool = False,
) -> Callable[[Callable[Params, Result]], Callable[Params, Result]]:
    """Guard a write: live appointment, permission over the subject, one transaction with its audit row.

    What the officer's agency knows by emergency access alone is read and not written: an act that is handed such a
    thing, or one kept under it, is refused. in_emergency: not this one.

    subject: the keyword that holds the subject, or a function of the keywords that returns its facts.
    record: keywords whose value is written into the audit row beside ids and dates.
    The guarded function is keyword-only and takes `officer` and `at` (with its time zone). Besides what it raises:
    Refused without the right, Unready when the database's disk is full, TypeError for a call without officer or time.
    """

    def guard(function: Callable[Params, Result]) -> Callable[Params, Result]:
        name = _name(function)
        GUARDED[name] = permission
        if in_emergency:
            IN_EMERGENCY.add(name)

        @functools.wraps(function)
        def through_the_door(*args: Params.args, **kwargs: Params.kwargs) -> Result:
            officer, at = _officer_and_time(kwargs)
            with _with_room(), acting(officer, at, act=name, scope=permission.scope) as live:
                if not in_emergency:
                    _refuse_in_emergency(officer, at, kwargs.values())
                _check(officer, permission, live, subject, kwargs)
                result = function(*args, **kwargs)
                _record(
                    officer,
                    at,
                    "act",
                    name,
                    permission,
                    _subject_of(subject, kwargs, result),
                    record,
                    kwargs,
                    result,
                )
                if _COUNTING.get():
                    transaction.on_commit(functools.partial(_was_done, name))
            return result

        DOORS[name] = through_the_door
        return through_the_door

    return guard


def look(
    permission: Permission,
    *,
    subject: str | Callable[..., SubjectFacts] | None = None,
    recorded: bool = False,
    record: tuple[str, ...] = (),
) -> Callable[[Callable[Params, Result]], Callable[Params, Result]]:
    """Guard a read: live appointment and permission, with the acting agency known to the database.

    recorded: also write a row of the record, as for everything that touches identity or a private note.
    The guarded function returns evaluated data, or a queryset to be evaluated in the same transaction. Raises as
    `act` does; a look that is refused or fails leaves no row.
    """

    def guard(function: Callable[Params, Result]) -> Callable[Params, Result]:
        name = _name(function)
        GUARDED[name] = permission

        @functools.wraps(function)
        def through_the_door(*args: Params.args, **kwargs: Params.kwargs) -> Result:
            officer, at = _officer_and_time(kwargs)
            with acting(officer, at, act=name, scope=permission.scope) as live:
                _check(officer, permission, live, subject, kwargs)
                result = function(*args, **kwargs)
                if recorded:
                    _record(
                        officer,
                        at,
                        "look",
                        name,
                        permission,
                        _subject_of(subject, kwargs, result if isinstance(result, HasAuditSubject) else None),
                        record,
                        kwargs,
                    )
            return result

        DOORS[name] = through_the_door
        return through_the_door

    return guard


@contextmanager
def _with_room() -> Iterator[None]:
    """Say it in plain words when the database's disk is full; by then the act was undone whole."""
    try:
        yield
    except OperationalError as error:
        if not isinstance(error.__cause__, DiskFull):
            raise
        raise Unready(
            _("The disk of the database is full. Nothing was saved."),
            where="PostgreSQL",
            remedy=_("Tell whoever looks after the machine to make room, then do it again."),
        ) from error


@runtime_checkable
class HasAuditSubject(Protocol):
    """A thing whose record is kept under another one, such as a referral under its case."""

    def audit_subject(self) -> tuple[str, int]:
        """The kind and the id that the record names."""


@runtime_checkable
class HasAuditDetail(Protocol):
    """A result that says what the record should keep of it, such as how many rows a load added."""

    def audit_detail(self) -> Mapping[str, Any]:
        """Plain values; nothing secret."""


def _name(function: Callable[..., Any]) -> str:
    part = function.__module__.removeprefix("concerted.").split(".")
    room = part[1] if len(part) > 1 else part[0]
    return f"{room}.{function.__name__}"


def _officer_and_time(kwargs: dict[str, Any]) -> tuple[Officer, datetime]:
    officer, at = kwargs.get("officer"), kwargs.get("at")
    if not isinstance(officer, Officer) or not isinstance(at, datetime):
        raise TypeError("an act and a look name their officer and their time: officer=..., at=...")
    if at.tzinfo is None:
        raise TypeError("the time of an act carries its time zone")
    return officer, at


def _check(
    officer: Officer,
    permission: Permission,
    live: bool,
    subject: str | Callable[..., SubjectFacts] | None,
    kwargs: dict[str, Any],
) -> None:
    if not live:
        raise Refused(
            _("Your appointment is not live on this day."),
            remedy=_("Ask the administrator of your agency to renew it."),
        )
    if not holds(officer, permission) or not allows(officer, permission, _facts(subject, kwargs)):
        logger.info("refused %s to officer %s in appointment %s", permission, officer.pk, officer.acting)
        raise Refused(
            _("Your post does not allow this."),
            where=str(permission),
            remedy=_("Ask the office of the joint meeting, or act under another of your appointments."),
        )


def _refuse_in_emergency(officer: Officer, at: datetime, handed: Iterable[object]) -> None:
    """Raise Refused where the officer's agency knows one of these things, or what it is kept under, by emergency access
    alone."""
    things = [each for value in handed for each in (value if isinstance(value, list | tuple) else (value,))]
    kept: dict[str, set[int]] = {}
    for kind, pk in map(_kept_under, things):
        if kind in OPENED_IN_EMERGENCY and pk is not None:
            kept.setdefault(kind, set()).add(pk)
    if not kept or officer.agency_id is None:
        return
    about = Q()
    for kind, pks in kept.items():
        about |= Q(subject_kind=kind, subject_id__in=pks)
    live = Interest.objects.filter(
        Q(until=None) | Q(until__gt=at), about, agency=officer.agency_id, since__lte=at
    )
    bases: dict[tuple[str, int], set[str]] = {}
    for kind, pk, basis in live.order_by().values_list("subject_kind", "subject_id", "basis"):
        bases.setdefault((kind, pk), set()).add(basis)
    if any(each == {EMERGENCY} for each in bases.values()):
        raise Refused(
            _("By emergency access you may read, and change nothing."),
            remedy=_("Write a message to the agency that leads, or a note in your own file."),
            code="emergency",
        )


def _facts(subject: str | Callable[..., SubjectFacts] | None, kwargs: dict[str, Any]) -> SubjectFacts | None:
    if subject is None:
        return None
    if callable(subject):
        return subject(**kwargs)
    thing = kwargs[subject]
    if not isinstance(thing, HasAccessFacts):
        raise TypeError(f"{type(thing).__name__} does not tell the policy whose it is")
    return thing.access_facts()


def _subject_of(
    subject: str | Callable[..., SubjectFacts] | None, kwargs: dict[str, Any], result: object
) -> object | None:
    """What the row of the record is about: the subject named, else what stands under another thing's record
    (the result, or a keyword), else the result."""
    named = kwargs.get(subject) if isinstance(subject, str) else None
    for candidate in (named, result, *kwargs.values()):
        if isinstance(candidate, HasAuditSubject):
            return candidate
    for candidate in (named, result):
        if isinstance(candidate, models.Model) and candidate.pk is not None:
            return candidate
    return None


def _record(
    officer: Officer,
    at: datetime,
    kind: str,
    name: str,
    permission: Permission,
    thing: object | None,
    record: tuple[str, ...],
    kwargs: dict[str, Any],
    result: object = None,
) -> None:
    appointment = officer.acting
    assert appointment is not None
    kept_under = _kept_under(thing)
    audit.record(
        at=at,
        kind=kind,
        act=name,
        officer_id=officer.pk,
        appointment_id=appointment.pk,
        agency_id=appointment.post.agency_id,
        subject_kind=kept_under[0],
        subject_id=kept_under[1],
        detail={"permission": str(permission)} | _details(record, kwargs) | _told_by(result),
    )


def _kept_under(thing: object | None) -> tuple[str, int | None]:
    if isinstance(thing, HasAuditSubject):
        return thing.audit_subject()
    if isinstance(thing, models.Model):
        return thing._meta.label_lower, thing.pk
    return "", None


def _told_by(result: object) -> dict[str, Any]:
    return dict(result.audit_detail()) if isinstance(result, HasAuditDetail) else {}


def _details(record: tuple[str, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    details: dict[str, Any] = {}
    for key, value in kwargs.items():
        if key in ("officer", "at"):
            continue
        if isinstance(value, models.Model):
            details[key] = value.pk
        elif key in record or isinstance(value, bool | int | date | Decimal):
            details[key] = value if isinstance(value, bool | int | str | date | Decimal) else str(value)
    return details


__all__ = ["GUARDED", "ConcertedError", "act", "acting", "counting", "look", "presenting", "taking_away"]
