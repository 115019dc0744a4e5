"""Indicators for which sources gave values that differ and nobody has ruled, as known on the day."""

from __future__ import annotations

from collections import Counter, defaultdict

from concerted.mechanism.plan.models import Indicator
from concerted.mechanism.plan.reads.known import conflicting_cells

from .proposed import Figure, Link, Pair, Proposed, Scope, both

SOURCE = "conflict"
#: How many periods back, with the present one, a conflict still concerns a meeting.
PERIODS = 4


def conflicting_values(scope: Scope) -> list[Proposed]:
    """One item per indicator with cells that wait for a ruling in the last periods, most cells first."""
    version, period = scope.version, scope.period
    if version is None or period is None:
        return []
    periods = list(
        version.plan.periods.filter(kind=period.kind, starts__lte=period.starts).order_by("-starts")[:PERIODS]
    )
    indicators = {one.pk: one for one in version.plan.indicators.order_by("key")}
    cells = conflicting_cells(
        indicators=list(indicators),
        periods=[one.pk for one in periods],
        place_code=version.plan.place_code,
        known=scope.known,
    )
    counted: Counter[int] = Counter()
    places: dict[int, set[str]] = defaultdict(set)
    for indicator, _period, place in cells:
        counted[indicator] += 1
        places[indicator].add(place)
    return [_item(indicators[pk], counted[pk], len(places[pk])) for pk in sorted(counted)]


def _item(indicator: Indicator, cells: int, places: int) -> Proposed:
    name = Pair(indicator.name_en, indicator.name_zh or indicator.name_en)
    values = {"name": name, "cells": cells, "places": places}
    return Proposed(
        SOURCE,
        "plan.indicator",
        str(indicator.pk),
        both("Conflicting values: {name}", "数据不一致：{name}", values),
        both(
            "In {cells} cells of {places} places sources give different values and nobody has ruled which counts.",
            "{places} 个地方 {cells} 处数据来源不一，尚未裁定采用何值。",
            values,
        ),
        (Figure("cells", cells, "cells"), Figure("places", places, "places")),
        (Link("plan.indicator", str(indicator.pk), name),),
        weight=cells,
    )
