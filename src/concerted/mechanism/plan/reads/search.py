"""Finds plans, objectives, measures, agencies and places by a part of their text; row-level security decides
what there is to find.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Case, IntegerField, Model, Q, QuerySet, Value, When

from concerted.foundation.agencies.models import Agency, Place

from ..models import Measure, Objective, Plan, PlanVersion
from .results import NATION

SHORTEST = 2
LONGEST = 80
#: Rows of one group shown at once.
GROUP = 20
#: Who wants more than a thousand rows asks for other words.
LAST_PAGE = 50
KINDS = ("plan", "measure", "objective", "agency", "place")

_NAMES = ("name_en", "name_zh")
_TITLES = ("title_en", "title_zh")
_TEXTS = ("text_en", "text_zh")


@dataclass(frozen=True)
class Found:
    """The hits of one kind, best first; `more`: there are further ones that are not listed."""

    kind: str
    rows: Sequence[Any]
    more: bool


@dataclass(frozen=True)
class _Source:
    """Where hits of one kind are looked for; place: the field with the code of the place the row is of."""

    queryset: QuerySet[Any]
    keys: tuple[str, ...]
    titles: tuple[str, ...]
    texts: tuple[str, ...] = ()
    place: str = ""
    is_of_place: bool = False


def search(text: str, *, kind: str = "", page: int = 1, limit: int = GROUP) -> list[Found]:
    """The hits by kind: an exact key or code first, then beginnings of titles, titles, and texts; the national one
    before its copies in the provinces. One query for a kind.

    text: two to eighty characters, English or Chinese; every character counts as it is, and of several words all
    must stand in a hit, in any order. A plan is also found by the name of its place. Returns nothing for less.
    kind: that kind only ("" for all). page: from 1 on, each of `limit` rows; a page behind the last one is empty.
    """
    sought = " ".join(text.split())[:LONGEST]
    if len(sought) < SHORTEST:
        return []
    groups = [
        _found(name, source, sought, page=min(max(page, 1), LAST_PAGE), limit=limit)
        for name, source in _sources().items()
        if kind in ("", name)
    ]
    return [group for group in groups if group.rows]


def _sources() -> Mapping[str, _Source]:
    living = (PlanVersion.State.ADOPTED, PlanVersion.State.DRAFT)
    measures = Measure.objects.filter(version__state__in=living).select_related("version__plan", "strand")
    objectives = Objective.objects.filter(strand__version__state__in=living)
    return {
        "plan": _Source(
            Plan.objects.select_related("office"), ("key",), _TITLES, place="place_code", is_of_place=True
        ),
        "measure": _Source(measures, ("key", "number"), _TITLES, _TEXTS, "version__plan__place_code"),
        "objective": _Source(
            objectives.select_related("strand__version__plan"),
            ("key",),
            (),
            _TEXTS,
            "strand__version__plan__place_code",
        ),
        "agency": _Source(Agency.objects.all(), ("key",), _NAMES, ("aliases",)),
        "place": _Source(Place.objects.all(), ("code",), _NAMES),
    }


def _found(kind: str, source: _Source, sought: str, *, page: int, limit: int) -> Found:
    whens = [When(rule, then=Value(rank)) for rank, rule in _rules(source, sought)]
    ranked = source.queryset.annotate(rank=Case(*whens, default=Value(9), output_field=IntegerField()))
    order = ["rank", "id"]
    if source.place:
        national = When(**{source.place: NATION}, then=Value(0))
        ranked = ranked.annotate(local=Case(national, default=Value(1), output_field=IntegerField()))
        order.insert(1, "local")
    first = (page - 1) * limit
    rows: list[Model] = list(ranked.filter(rank__lt=9).order_by(*order)[first : first + limit + 1])
    return Found(kind, rows[:limit], len(rows) > limit and page < LAST_PAGE)


def _rules(source: _Source, sought: str) -> Iterator[tuple[int, Q]]:
    """Yield (rank, condition), best first."""
    fields = (*source.keys, *source.titles, *source.texts)
    if source.keys:
        yield 0, _any(source.keys, "iexact", sought)
    if source.titles:
        yield 1, _any(source.titles, "istartswith", sought)
        yield 2, _any(source.titles, "icontains", sought)
    if source.keys:
        yield 2, _any(source.keys, "istartswith", sought)
    if source.texts:
        yield 3, _any(source.texts, "icontains", sought)
    words = sought.split()
    if len(words) == 1 and not source.is_of_place:
        return
    each = [_any(fields, "icontains", word) for word in words]
    yield 4, reduce(and_, each)
    if source.place:
        placed = [one | _in_place(source.place, word) for one, word in zip(each, words, strict=True)]
        yield 5, reduce(and_, placed) if source.is_of_place else reduce(and_, placed) & reduce(or_, each)


def _in_place(field: str, word: str) -> Q:
    """Whose place bears the word in its name or is its code; the nation is no place to look for."""
    named = Place.objects.filter(_any(_NAMES, "icontains", word) | Q(code=word)).exclude(code=NATION)
    return Q(**{f"{field}__in": named.values("code")})


def _any(fields: tuple[str, ...], how: str, sought: str) -> Q:
    return reduce(or_, (Q(**{f"{field}__{how}": sought}) for field in fields))
