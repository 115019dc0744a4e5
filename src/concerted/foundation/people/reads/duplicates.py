"""Warns at entry that the agency may know the person already; it compares keyed hashes and opens no identity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg, BoolOr
from django.db.models import Count, Q

from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer

from ..marks import marks_of
from ..models import Person, SearchMark
from ..values import Value
from ..whose import acting_agency

_MOST = 20


@dataclass(frozen=True)
class Duplicate:
    """A record of the same agency that agrees in these forms: document, name, sound, birth_day, birth_year."""

    person: Person
    agrees_in: frozenset[str]

    @property
    def is_strong(self) -> bool:
        """Whether the number of a paper agrees, or a name together with the birth."""
        named = bool(self.agrees_in & {"name", "sound"})
        return "document" in self.agrees_in or (named and bool(self.agrees_in & {"birth_day", "birth_year"}))


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
