"""Measures whose indicators run behind the pace their targets ask for, as known on the day."""

from __future__ import annotations

from concerted.mechanism.plan.models import Measure
from concerted.mechanism.plan.reads.indicators import (
    Progress,
    off_pace,
    progress_by_measure,
    progress_of,
)

from .proposed import Figure, Link, Pair, Proposed, Scope, both

SOURCE = "off_pace"


def measures_off_pace(scope: Scope) -> list[Proposed]:
    """One item per measure with an indicator behind its pace, furthest behind first."""
    version, period = scope.version, scope.period
    if version is None or period is None:
        return []
    indicators = list(version.plan.indicators.select_related("plan").order_by("key"))
    progress = progress_of(
        version=version,
        indicators=indicators,
        place_code=version.plan.place_code,
        period=period,
        on=scope.on,
        known=scope.known,
    )
    behind = {one.indicator.pk: one for one in off_pace(progress)}
    by_measure = progress_by_measure(version=version, progress=behind.values())
    measures = Measure.objects.in_bulk(list(by_measure))
    return [_item(measures[pk], late) for pk, late in sorted(by_measure.items()) if late]


def _item(measure: Measure, behind: list[Progress]) -> Proposed:
    worst = min(behind, key=_gap)
    gap = round(-100 * _gap(worst))
    indicator = Pair(worst.indicator.name_en, worst.indicator.name_zh or worst.indicator.name_en)
    name = Pair(
        measure.title_en or measure.title_zh or measure.key,
        measure.title_zh or measure.title_en or measure.key,
    )
    values = {"name": name, "key": measure.key, "indicator": indicator, "gap": gap, "n": len(behind)}
    values["period"] = worst.period.key
    furthest, figure = _furthest(worst, gap)
    return Proposed(
        SOURCE,
        "plan.measure",
        str(measure.pk),
        both("Off pace: {key} {name}", "进度滞后：{key} {name}", values),
        both(
            "{n} of its indicators run behind their pace in {period}; the furthest, “{indicator}”, "
            + furthest.en,
            "{period} 有 {n} 项指标进度滞后；滞后最多的“{indicator}”" + furthest.zh,
            values,
        ),
        (
            Figure("indicators_behind", len(behind), "indicators"),
            figure,
        ),
        (
            Link("plan.measure", str(measure.pk), Pair(measure.key, measure.key)),
            *(
                Link(
                    "plan.indicator",
                    str(one.indicator.pk),
                    Pair(one.indicator.name_en, one.indicator.name_zh or one.indicator.name_en),
                )
                for one in behind
            ),
        ),
        weight=gap,
        for_members_only=False,
        measures=(measure.pk,),
    )


def _furthest(worst: Progress, gap: int) -> tuple[Pair, Figure]:
    """How far the furthest is behind: points of the way, or the distance from the level it should have kept."""
    away = worst.departure
    if away is None:
        said = Pair(
            "by {gap} percentage points of the way from baseline to target.",
            "距应有进度差 {gap} 个百分点（基线至目标）。",
        )
        return said, Figure("gap", gap, "percentage points")
    values = {"by": f"{abs(away):,.10g}", "level": f"{worst.level:,.10g}"}
    said = both(
        "is {by} above the level of {level} it should keep.", "比应保持的水平 {level} 高 {by}。", values
    )
    if away < 0:
        said = both(
            "is {by} below the level of {level} it should keep.", "比应保持的水平 {level} 低 {by}。", values
        )
    return said, Figure("departure", round(away, 2), worst.indicator.unit)


def _gap(progress: Progress) -> float:
    return progress.pace.gap.value or 0.0
