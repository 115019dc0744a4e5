"""Measures of the plan that places below have not taken up, declined or weakened, as known on the day."""

from __future__ import annotations

from concerted.foundation.agencies.models import Place
from concerted.mechanism.plan.reads.alignment import CoverageRow, coverage

from .proposed import Figure, Link, Pair, Proposed, Scope, both

SOURCE = "lacking"
#: The share of places from which on a measure that is missing or weakened becomes an item.
LEAST_SHARE = 0.1


def measures_lacking(scope: Scope) -> list[Proposed]:
    """One item per measure that at least one place in ten lacks, declined or weakened; most places first."""
    if scope.version is None or not scope.is_national:
        return []
    matrix = coverage(scope.version, on=scope.on, level=Place.Level.PROVINCE, gaps=True, known=scope.known)
    return [
        item
        for row in matrix.rows
        if row.measure.parent_id is None and (item := _item(row, len(matrix.places))) is not None
    ]


def _item(row: CoverageRow, of: int) -> Proposed | None:
    missing, declined = row.uncovered, row.count("declined")
    weakened = sum(bool(cell.short) for cell in row.cells)
    short = missing + declined + weakened
    if not of or short < LEAST_SHARE * of:
        return None
    measure = row.measure
    name = Pair(
        measure.title_en or measure.title_zh or measure.key,
        measure.title_zh or measure.title_en or measure.key,
    )
    values = {
        "key": measure.key,
        "name": name,
        "missing": missing,
        "declined": declined,
        "weakened": weakened,
        "of": of,
    }
    return Proposed(
        SOURCE,
        "plan.measure",
        str(measure.pk),
        both("Not carried by the provinces: {key} {name}", "地方落实缺口：{key} {name}", values),
        both(
            "Of {of} provinces {missing} have no measure that answers it, {declined} declined it and {weakened} took "
            "it up in a weaker form.",
            "{of} 个省份中，{missing} 个尚无对应措施，{declined} 个未采纳，{weakened} 个采纳后有所弱化。",
            values,
        ),
        (
            Figure("missing", missing, "provinces", of),
            Figure("declined", declined, "provinces", of),
            Figure("weakened", weakened, "provinces", of),
        ),
        (Link("plan.measure", str(measure.pk), Pair(measure.key, measure.key)),),
        weight=2 * missing + declined + weakened,
        for_members_only=False,
        measures=(measure.pk,),
    )
