"""Reads records without identity, and identity by a look that is recorded with who, which part and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.foundation.audit import acts as audit
from concerted.foundation.vault import reads as vault
from concerted.foundation.vault.files import OpenedFile, open_file
from concerted.foundation.vault.models import StoredFile

from ..cursors import cursor_at, place_of
from ..models import Attribute, Choice, ErasureRequest, LegalHold, Person
from ..values import Birth, Name, NameKind, Value, from_plain
from ..whose import acting_agency


@dataclass(frozen=True)
class Stated:
    """One value with its provenance; `chosen` when the reader's agency goes by it."""

    attribute: Attribute
    value: Value
    chosen: bool = False


@dataclass(frozen=True)
class Identity:
    """Everything said of one person, in the order it was written down; empty when it was erased."""

    person: Person
    stated: Sequence[Stated] = field(default_factory=tuple)

    def of(self, what: str) -> list[Stated]:
        """The values of that sort: the chosen one first, then the newest statement first."""
        found = [one for one in self.stated if one.attribute.what == what]
        found.sort(key=lambda one: _newness(one.attribute), reverse=True)
        return sorted(found, key=lambda one: not one.chosen)

    def is_disputed(self, what: str) -> bool:
        """Whether different values stand side by side and none was chosen."""
        found = self.of(what)
        return not any(one.chosen for one in found) and len({repr(one.value) for one in found}) > 1

    @property
    def display_name(self) -> str:
        """The name to call the person by: the chosen one, else the newest legal one before any other; may be empty."""
        names = [(one, one.value) for one in self.of(Attribute.What.NAME) if isinstance(one.value, Name)]
        names.sort(key=lambda each: (not each[0].chosen, _CALLED_BY.get(each[1].kind, 1)))
        return names[0][1].full if names else ""

    def age_on(self, day: date) -> tuple[int | None, int | None]:
        """The least and greatest age by the first birth value; (None, None) when nothing is known."""
        births = [one.value for one in self.of(Attribute.What.BIRTH) if isinstance(one.value, Birth)]
        return births[0].age_on(day) if births else (None, None)


_CALLED_BY: dict[str, int] = {NameKind.LEGAL: 0, NameKind.GIVEN_BY_TRAFFICKER: 2}
"""A person is not called by the name a trafficker gave while there is another."""


def _newness(attribute: Attribute) -> tuple[date, datetime, int]:
    return attribute.stated_on, attribute.recorded_at, attribute.position


@look(Permission.PERSON_READ)
def person_by_id(*, officer: Officer, at: datetime, pk: int) -> Person:
    """The record without identity; raises NotThere for what the officer may not know of, too."""
    found = Person.objects.select_related("agency", "created_by").filter(pk=pk).first()
    if found is None:
        raise NotThere(_("There is no such person."))
    return found


@look(Permission.PERSON_READ)
def persons_by_ids(*, officer: Officer, at: datetime, ids: Iterable[int]) -> dict[int, Person]:
    """Those of these records that the officer may know of, by id, without identity."""
    return Person.objects.select_related("agency").in_bulk(list(ids))


@dataclass(frozen=True)
class OwnPerson:
    """One record of the agency, without identity: how many holds stand on it, and whether erasing it was asked for."""

    person: Person
    holds: int
    is_to_be_erased: bool


@dataclass(frozen=True)
class OwnPersons:
    """A slice of the agency's records, the newest first; `next` is the cursor of what follows, or empty."""

    rows: Sequence[OwnPerson]
    next: str


@look(Permission.PERSON_READ)
def own_persons(
    *, officer: Officer, at: datetime, held_only: bool = False, cursor: str = "", size: int = 50
) -> OwnPersons:
    """The acting agency's own records that are not erased, without identity; by key and not by offset."""
    standing = LegalHold.objects.filter(person=OuterRef("pk"), lifted_at=None)
    found = Person.objects.filter(agency_id=acting_agency(officer), erased_at=None)
    if held_only:
        found = found.filter(Exists(standing))
    behind = place_of(cursor)
    if behind is not None:
        found = found.filter(Q(created_at__lt=behind[0]) | Q(created_at=behind[0], pk__gt=behind[1]))
    persons = list(found.select_related("created_by").order_by("-created_at", "id")[: size + 1])
    last = persons[size - 1] if len(persons) > size else None
    following = cursor_at(last.created_at, last.pk) if last else ""
    return OwnPersons(_with_holds(persons[:size]), following)


@look(Permission.PERSON_READ)
def own_persons_by_ids(*, officer: Officer, at: datetime, ids: Sequence[int]) -> list[OwnPerson]:
    """Those of these records that are the acting agency's own, in the order given."""
    found = Person.objects.filter(agency_id=acting_agency(officer), erased_at=None).in_bulk(list(ids))
    return _with_holds([found[pk] for pk in ids if pk in found])


def _with_holds(persons: Sequence[Person]) -> list[OwnPerson]:
    ids = [one.pk for one in persons]
    held = Counter(
        LegalHold.objects.filter(person__in=ids, lifted_at=None).values_list("person_id", flat=True)
    )
    waiting = ErasureRequest.objects.filter(person__in=ids, state=ErasureRequest.State.REQUESTED)
    asked = set(waiting.values_list("person_id", flat=True))
    return [OwnPerson(one, held[one.pk], one.pk in asked) for one in persons]


@look(Permission.PERSON_READ, subject=None, recorded=False)
def identity_of(*, officer: Officer, at: datetime, person: Person, why: str) -> Identity:
    """Who the person is, everything said of them; the look is recorded with its reason.

    why: a code or a short text of the page's own, such as "case page"; never a value of the person. Raises
    NotThere when the officer may not know.
    """
    found = _identities(officer, at, [person.pk], why)
    if person.pk not in found:
        raise NotThere(_("There is no such person."))
    return found[person.pk]


@look(Permission.PERSON_READ)
def identities_of(*, officer: Officer, at: datetime, ids: Sequence[int], why: str) -> Mapping[int, Identity]:
    """Who these persons are, as for a list; one look is recorded for each. Those unknown are left out."""
    return _identities(officer, at, ids, why)


@look(Permission.PERSON_READ)
def photograph_of(*, officer: Officer, at: datetime, person: Person, file_id: int, why: str) -> OpenedFile:
    """A picture of the person, ready to be sent; the look is recorded. Raises NotThere."""
    row = StoredFile.objects.filter(pk=file_id, holder_kind="people.person", holder_id=person.pk).first()
    if row is None:
        raise NotThere(_("There is no such file."))
    _record_look(officer, at, person.pk, why)
    return open_file(row)


def _identities(officer: Officer, at: datetime, ids: Sequence[int], why: str) -> dict[int, Identity]:
    persons = Person.objects.select_related("agency").in_bulk(list(ids))
    rows = list(
        Attribute.objects.filter(person_id__in=list(persons), withdrawn_at=None)
        .select_related("source_agency", "agency")
        .order_by("recorded_at", "position", "id")
    )
    chosen = _chosen(list(persons))
    opened = vault.opened_all(rows)
    stated: dict[int, list[Stated]] = {pk: [] for pk in persons}
    for row, plain in zip(rows, opened, strict=True):
        if plain is not None:
            stated[row.person_id].append(Stated(row, from_plain(row.what, plain), row.pk in chosen))
    for pk in persons:
        _record_look(officer, at, pk, why)
    return {pk: Identity(person, tuple(stated[pk])) for pk, person in persons.items()}


def ages_on(ids: Sequence[int], day: date) -> list[tuple[int | None, int | None]]:
    """The least and the greatest age each stated birth of these persons gives on a day, as far as the acting agency may
    read it: of a person the chosen birth alone, else all that stand side by side. For rules that go by age, inside an
    act: it tells no officer anything, and is no look."""
    rows = list(
        Attribute.objects.filter(person_id__in=list(ids), what=Attribute.What.BIRTH, withdrawn_at=None)
    )
    births = _chosen(ids)
    decided = {row.person_id for row in rows if row.pk in births}
    standing = [row for row in rows if row.pk in births or row.person_id not in decided]
    values = [from_plain(row.what, plain) for row, plain in _with_plain(standing)]
    return [value.age_on(day) for value in values if isinstance(value, Birth)]


def _with_plain(rows: Sequence[Attribute]) -> list[tuple[Attribute, Mapping[str, Any]]]:
    opened = vault.opened_all(rows)
    return [(row, plain) for row, plain in zip(rows, opened, strict=True) if plain is not None]


def _chosen(ids: Sequence[int]) -> set[int]:
    newest: dict[tuple[int, str], int] = {}
    for choice in Choice.objects.filter(person_id__in=ids).order_by("id").defer("sealed"):
        newest[choice.person_id, choice.what] = choice.attribute_id
    return set(newest.values())


def _record_look(officer: Officer, at: datetime, pk: int, why: str) -> None:
    appointment = officer.acting
    assert appointment is not None
    audit.record(
        at=at,
        kind="look",
        act="people.identity_of",
        officer_id=officer.pk,
        appointment_id=appointment.pk,
        agency_id=appointment.post.agency_id,
        subject_kind="people.person",
        subject_id=pk,
        detail={"permission": str(Permission.PERSON_READ), "sections": ["identity"], "why": why},
    )
