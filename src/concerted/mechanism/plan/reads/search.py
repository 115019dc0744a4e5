"""Finds plans, objectives, measures, agencies and places by a part of their text; row-level security decides
what there is to find.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Model, Q, QuerySet, Value, When

from concerted.foundation.agencies.models import Agency, Place

from ..models import Measure, Objective, Plan, PlanVersion

SHORTEST = 2
LONGEST = 80
#: Rows of one group shown at once.
GROUP = 20

_NAMES = ("name_en", "name_zh")
_TITLES = ("title_en", "title_zh")
_TEXTS = ("text_en", "text_zh")


@dataclass(frozen=True)
class Found:
    """The hits of one kind, best first; `more`: there are further ones that are not listed."""

    kind: str
    rows: Sequence[Any]
    more: bool


def search(text: str, *, limit: int = GROUP) -> list[Found]:
    """The hits by kind: an exact key or code first, then beginnings of titles, titles, and texts. Five queries.

    text: two to eighty characters, English or Chinese; every character counts as it is. Returns nothing for less.
    """
    sought = " ".join(text.split())[:LONGEST]
    if len(sought) < SHORTEST:
        return []
    living = Q(version__state__in=(PlanVersion.State.ADOPTED, PlanVersion.State.DRAFT))
    objectives = Objective.objects.filter(
        strand__version__state__in=(PlanVersion.State.ADOPTED, PlanVersion.State.DRAFT)
    )
    sources: Mapping[str, tuple[QuerySet[Any], tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
        "plan": (Plan.objects.select_related("office"), ("key",), _TITLES, ()),
        "measure": (
            Measure.objects.filter(living).select_related("version__plan", "strand"),
            ("key", "number"),
            _TITLES,
            _TEXTS,
        ),
        "objective": (objectives.select_related("strand__version__plan"), ("key",), (), _TEXTS),
        "agency": (Agency.objects.all(), ("key",), _NAMES, ("aliases",)),
        "place": (Place.objects.all(), ("code",), _NAMES, ()),
    }
    groups = [_found(kind, *source, sought, limit) for kind, source in sources.items()]
    return [group for group in groups if group.rows]


def _found(
    kind: str,
    queryset: QuerySet[Any],
    keys: tuple[str, ...],
    titles: tuple[str, ...],
    texts: tuple[str, ...],
    sought: str,
    limit: int,
) -> Found:
    rules = (
        (keys, "iexact", 0),
        (titles, "istartswith", 1),
        (titles, "icontains", 2),
        (keys, "istartswith", 2),
        (texts, "icontains", 3),
    )
    whens = [When(_any(fields, how, sought), then=Value(rank)) for fields, how, rank in rules if fields]
    ranked = queryset.annotate(rank=Case(*whens, default=Value(9), output_field=IntegerField()))
    rows: list[Model] = list(ranked.filter(rank__lt=9).order_by("rank", "id")[: limit + 1])
    return Found(kind, rows[:limit], len(rows) > limit)


def _any(fields: tuple[str, ...], how: str, sought: str) -> Q:
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}__{how}": sought})
    return found
