"""Writes down persons and what is said of them; a value is never changed, only withdrawn and said anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, NotThere, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.vault import acts as vault
from concerted.foundation.vault.files import store_file

from ..marks import marks_of
from ..models import Attribute, Choice, Exclusion, Person, SearchMark
from ..values import Birth, Photograph, Statement, as_plain
from ..whose import acting_agency


@act(Permission.PERSON_WRITE, record=("kind",))
def record_person(
    *,
    officer: Officer,
    at: datetime,
    kind: str = Person.Kind.PERSON,
    statements: Sequence[Statement] = (),
) -> Person:
    """Open a record of the acting agency's with a key of its own and what is said so far; nothing is compulsory.

    Raises Invalid with every problem; nothing is written then.
    """
    check_person(statements, at, kind=kind)
    person = Person(kind=kind, agency_id=acting_agency(officer), created_at=at, created_by=officer)
    vault.new_subject(at=at, subject=person.subject)
    person.save(force_insert=True)
    _add(officer, at, person, statements)
    return person


def check_person(statements: Sequence[Statement], at: datetime, *, kind: str = Person.Kind.PERSON) -> None:
    """Raise Invalid with everything for which such a record would not be opened."""
    problems = _problems(statements, at)
    if kind not in Person.Kind.values:
        problems.append(Problem(_("This is none of the codes."), field="kind"))
    if problems:
        raise Invalid(_("The person was not written down."), problems=problems)


@act(Permission.PERSON_WRITE, subject="person")
def add_statement(*, officer: Officer, at: datetime, person: Person, statement: Statement) -> Attribute:
    """Put another value beside those there are. Raises Invalid, or NotThere where the person was erased."""
    problems = _problems([statement], at)
    if problems:
        raise Invalid(_("The value was not kept."), problems=problems)
    _hold(officer, person)
    return _add(officer, at, person, [statement])[0]


@act(Permission.PERSON_WRITE, subject="person")
def add_photograph(
    *,
    officer: Officer,
    at: datetime,
    person: Person,
    content: bytes,
    caption: str = "",
    taken_on: date | None = None,
    stated_on: date | None = None,
    confidence: str = Attribute.Confidence.NOT_STATED,
    source_agency: Agency | None = None,
) -> Attribute:
    """Keep a picture of the person in the vault, for whoever may see identity. Raises Invalid or Unready."""
    _hold(officer, person)
    stored = store_file(
        at=at,
        subject=person.subject,
        keeper=acting_agency(officer),
        holder_kind="people.person",
        holder_id=person.pk,
        section="identity",
        content=content,
    )
    if not stored.content_type.startswith("image/"):
        raise Invalid(
            _("The value was not kept."),
            problems=[Problem(_("This is no picture."), field="content", remedy=_("Choose another one."))],
        )
    said = Statement(Photograph(stored.pk, caption, taken_on), stated_on, confidence, source_agency)
    problems = _problems([said], at)
    if problems:
        raise Invalid(_("The value was not kept."), problems=problems)
    return _add(officer, at, person, [said])[0]


@act(Permission.PERSON_WRITE, subject="attribute")
def withdraw_statement(*, officer: Officer, at: datetime, attribute: Attribute) -> Attribute:
    """Take back a value that this agency wrote; it stays on record as withdrawn and is not found any more."""
    changed = Attribute.objects.filter(
        pk=attribute.pk, agency_id=acting_agency(officer), withdrawn_at=None
    ).update(withdrawn_at=at, withdrawn_by=officer)
    if not changed:
        raise Conflict(_("This value is already withdrawn, or another agency wrote it."))
    SearchMark.objects.filter(attribute_id=attribute.pk).delete()
    attribute.refresh_from_db()
    return attribute


@act(Permission.PERSON_WRITE, subject="person")
def choose_statement(
    *, officer: Officer, at: datetime, person: Person, attribute: Attribute, reason: str
) -> Choice:
    """Decide which of several values the acting agency goes by, and why; the others stay beside it."""
    if not reason.strip():
        raise Invalid(
            _("The choice was not kept."),
            problems=[Problem(_("A reason is needed."), field="reason")],
        )
    if attribute.person_id != person.pk or attribute.withdrawn_at is not None:
        raise Conflict(_("This value does not stand on this record."))
    choice = Choice(
        subject=person.subject,
        person=person,
        what=attribute.what,
        attribute=attribute,
        agency_id=acting_agency(officer),
        decided_at=at,
        decided_by=officer,
    )
    vault.keep(choice, {"reason": reason.strip()}).save(force_insert=True)
    return choice


@act(Permission.PERSON_WRITE, subject="person")
def set_officer_aside(*, officer: Officer, at: datetime, person: Person, excluded: Officer) -> Exclusion:
    """From now on this officer of the acting agency sees nothing of the record, not even that it is there."""
    if excluded.pk == officer.pk or not _works_here(officer, excluded):
        raise NotThere(_("There is no such officer in your agency."))
    return Exclusion.objects.create(
        person=person, officer=excluded, agency_id=acting_agency(officer), since=at
    )


@act(Permission.PERSON_WRITE)
def lift_officer_exclusion(*, officer: Officer, at: datetime, exclusion: Exclusion) -> Exclusion:
    """Let the officer see the record again. Raises Conflict where it was lifted before."""
    if not Exclusion.objects.filter(pk=exclusion.pk, until=None).update(until=at):
        raise Conflict(_("The officer may see the record already."))
    exclusion.refresh_from_db()
    return exclusion


def _works_here(officer: Officer, other: Officer) -> bool:
    return other.appointments.filter(post__agency_id=acting_agency(officer)).exists()


def _problems(statements: Sequence[Statement], at: datetime) -> list[Problem]:
    found = []
    today = timezone.localdate(at)
    for number, statement in enumerate(statements, start=1):
        row = number if len(statements) > 1 else None
        found += [
            Problem(problem.what, problem.field, row, problem.remedy)
            for problem in statement.value.problems()
        ]
        if statement.confidence not in Attribute.Confidence.values:
            found.append(Problem(_("This is none of the codes."), "confidence", row))
        found += [Problem(what, field, row) for field, what in _to_come(statement, today)]
    return found


def _to_come(statement: Statement, today: date) -> Iterator[tuple[str, str]]:
    """Which days of a statement have not come yet; only the end of a paper's validity may lie ahead."""
    value = statement.value
    if isinstance(value, Birth) and value.earliest and value.earliest > today:
        yield "birth", _("The day of birth has not come yet.")
    for name in ("issued_on", "taken_on"):
        day = getattr(value, name, None)
        if day and day > today:
            yield name, _("This day has not come yet.")
    if statement.stated_on and statement.stated_on > today:
        yield "stated_on", _("This day has not come yet.")


def _hold(officer: Officer, person: Person) -> None:
    """Count the change in an own record, held until the transaction ends; nothing erased is written to again."""
    standing = Person.objects.filter(pk=person.pk, erased_at=None)
    own = person.agency_id == acting_agency(officer)
    if not (standing.update(row_version=F("row_version") + 1) if own else standing.exists()):
        raise NotThere(_("There is no such person."))


def _add(officer: Officer, at: datetime, person: Person, statements: Sequence[Statement]) -> list[Attribute]:
    """Seal and insert the values and their marks: four queries whatever their number."""
    agency_id = acting_agency(officer)
    rows = [
        (
            Attribute(
                subject=person.subject,
                person=person,
                what=statement.value.what,
                owner_id=person.agency_id,
                agency_id=agency_id,
                source_agency_id=statement.source_agency.pk if statement.source_agency else agency_id,
                stated_on=statement.stated_on or timezone.localdate(at),
                confidence=statement.confidence,
                recorded_at=at,
                position=position,
                recorded_by=officer,
            ),
            as_plain(statement.value),
        )
        for position, statement in enumerate(statements)
    ]
    attributes = Attribute.objects.bulk_create(vault.keep_all(rows))
    SearchMark.objects.bulk_create(
        SearchMark(attribute=attribute, person=person, agency_id=agency_id, form=form, mark=mark)
        for attribute, statement in zip(attributes, statements, strict=True)
        for form, mark in sorted(marks_of(statement.value, agency_id=agency_id))
    )
    return attributes
