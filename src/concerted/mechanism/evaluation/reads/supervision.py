"""Reads the supervised list of key areas with its steps; it changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from concerted.errors import NotThere
from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer, Place, significant_digits

from ..models import SupervisedArea


@dataclass(frozen=True)
class AreaLine:
    """One stay on the list with the place's name on that day; review_passed: its review day lies behind."""

    area: SupervisedArea
    place: Place | None
    review_passed: bool
    days: int

    @property
    def last_reason(self) -> str:
        """Why the area stands as it does: the reason of its last step."""
        steps = list(self.area.steps.all())
        return steps[-1].reason if steps else ""


@look(Permission.SUPERVISION_READ)
def supervised_areas(
    *, officer: Officer, at: datetime, on: date, within: str = "000000", removed: bool = False
) -> list[AreaLine]:
    """Areas on a list on the day, warned ones first, then by place; with `removed` also those taken off.

    Asked about a past day it answers with who stood on the list then. Three queries.
    """
    found = (
        SupervisedArea.objects.filter(since__lte=on, place_code__startswith=significant_digits(within))
        .select_related("listed_by")
        .prefetch_related("steps__officer")
    )
    if not removed:
        found = found.filter(Q(until=None) | Q(until__gt=on))
    rows = list(found)
    places = place_names([row.place_code for row in rows], on=on)
    lines = [_line(row, places, on) for row in rows]
    order = {SupervisedArea.State.WARNED: 0, SupervisedArea.State.LISTED: 1}
    return sorted(
        lines,
        key=lambda x: (order.get(SupervisedArea.State(x.area.state), 2), x.area.place_code, x.area.pk),
    )


def place_names(codes: list[str], *, on: date) -> Mapping[str, Place]:
    """The places that stand for these codes on the day; one query."""
    return {place.code: place for place in Place.objects.standing(on).filter(code__in=codes)}


def _line(area: SupervisedArea, places: Mapping[str, Place], on: date) -> AreaLine:
    over = area.until if area.until is not None and area.until <= on else None
    return AreaLine(
        area=area,
        place=places.get(area.place_code),
        review_passed=over is None and area.review_on < on,
        days=((over or on) - area.since).days,
    )


@look(Permission.SUPERVISION_READ)
def area_by_id(*, officer: Officer, at: datetime, pk: int, on: date) -> AreaLine:
    """One stay on the list with its steps. Raises NotThere."""
    area = (
        SupervisedArea.objects.select_related("listed_by")
        .prefetch_related("steps__officer")
        .filter(pk=pk)
        .first()
    )
    if area is None:
        raise NotThere("")
    return _line(area, place_names([area.place_code], on=on), on)
