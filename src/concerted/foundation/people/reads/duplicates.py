"""Warns at entry that the agency may know the person already; it compares keyed hashes and opens no identity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.contrib.postgres.aggregates import ArrayAgg, BoolOr
from django.db.models import Count, Q, QuerySet

from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer

from ..marks import marks_of
from ..models import Person, SearchMark
from ..values import Value
from ..whose import acting_agency

_MOST = 20
_AT_ONCE = 5_000
Item = TypeVar("Item")


@dataclass(frozen=True)
class Duplicate:
    """A record of the same agency that agrees in these forms: document, name, sound, birth_day, birth_year."""

    person: Person
    agrees_in: frozenset[str]

    @property
    def is_strong(self) -> bool:
        """Whether the number of a paper agrees, or a name together with the birth."""
        return _is_strong(self.agrees_in)


def _is_strong(forms: Collection[str]) -> bool:
    named = "name" in forms or "sound" in forms
    return "document" in forms or (named and ("birth_day" in forms or "birth_year" in forms))


@look(Permission.PERSON_WRITE, recorded=True)
def known_already(*, officer: Officer, at: datetime, lists: Sequence[Sequence[Value]]) -> list[bool]:
    """For each of these persons to come, in their order, whether a record of the acting agency or a person before it
    agrees strongly: in a paper, or in a name together with the birth; where neither a paper nor a birth is said, in the
    name alone, for nothing else can tell. As many questions for a thousand as for one."""
    agency_id = acting_agency(officer)
    wanted = [
        {mark: form for value in one for form, mark in marks_of(value, agency_id=agency_id)} for one in lists
    ]
    holders = _holders(agency_id, wanted)
    found = []
    for number, marks in enumerate(wanted):
        agreed: dict[object, set[str]] = defaultdict(set)
        for mark, form in marks.items():
            for holder in holders[mark]:
                agreed[holder].add(form)
        says_more = any(form == "document" or form.startswith("birth") for form in marks.values())
        found.append(any(not says_more or _is_strong(forms) for forms in agreed.values()))
        for mark in marks:
            holders[mark].append(("before", number))
    return found


def _portions(of: Collection[Item]) -> Iterator[list[Item]]:
    """As many as one question may name."""
    listed = list(of)
    return (listed[start : start + _AT_ONCE] for start in range(0, len(listed), _AT_ONCE))


def _marked(rows: QuerySet[SearchMark]) -> Iterator[tuple[bytes, int]]:
    return ((bytes(mark), person_id) for mark, person_id in rows.values_list("mark", "person_id"))


def _holders(agency_id: int, wanted: Sequence[Mapping[bytes, str]]) -> dict[bytes, list[object]]:
    """For each mark the records of the agency that carry it, as far as the officer may know them and a name or a paper
    agrees."""
    ours = SearchMark.objects.filter(agency_id=agency_id)
    telling = {mark for one in wanted for mark, form in one.items() if not form.startswith("birth")}
    carried: list[tuple[bytes, int]] = []
    for some in _portions(telling):
        carried += _marked(ours.filter(mark__in=some))
    known: set[int] = set()
    for persons in _portions({person_id for _mark, person_id in carried}):
        known |= set(Person.objects.filter(pk__in=persons).values_list("pk", flat=True))
    for persons in _portions(known):
        carried += _marked(ours.filter(person_id__in=persons, form__startswith="birth"))
    holders: dict[bytes, list[object]] = defaultdict(list)
    for mark, person_id in carried:
        if person_id in known:
            holders[mark].append(person_id)
    return holders


@look(Permission.PERSON_WRITE, recorded=True)
def possible_duplicates(
    *, officer: Officer, at: datetime, values: Sequence[Value], but: int | None = None
) -> list[Duplicate]:
    """Records of the acting agency that agree with these values, strongest first, 20 at most.

    but: a record to leave out. Agreeing in the birth alone is not enough to be told.
    """
    agency_id = acting_agency(officer)
    wanted = {mark: form for value in values for form, mark in marks_of(value, agency_id=agency_id)}
    telling = [mark for mark, form in wanted.items() if not form.startswith("birth")]
    if not telling:
        return []
    ours = SearchMark.objects.filter(agency_id=agency_id).exclude(person_id=but or 0)
    named_alike = ours.filter(mark__in=telling).values("person_id")
    found = (
        ours.filter(mark__in=list(wanted), person_id__in=named_alike)
        .values("person_id")
        .annotate(forms=ArrayAgg("form", distinct=True), document=BoolOr(Q(form="document")))
        .annotate(agreeing=Count("form", distinct=True))
        .order_by("-document", "-agreeing", "person_id")[:_MOST]
    )
    agreed = {row["person_id"]: frozenset(row["forms"]) for row in found}
    persons = Person.objects.select_related("agency").in_bulk(list(agreed))
    duplicates = [Duplicate(persons[pk], forms) for pk, forms in agreed.items() if pk in persons]
    return sorted(duplicates, key=lambda one: (not one.is_strong, -len(one.agrees_in), one.person.pk))
