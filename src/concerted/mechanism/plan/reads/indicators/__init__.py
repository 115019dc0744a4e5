"""Reads how indicators stand: series, roll-ups with coverage, achievement and pace; does no arithmetic itself."""

from .places import (
    Missing,
    PlaceRow,
    ProvinceCoverage,
    coverage_by_province,
    line_above,
    missing_places,
    place_named,
    places_below,
    places_named,
)
from .plans import (
    asked_level,
    baseline_value,
    baselines_and_targets,
    indicator_by_id,
    indicators_of_plan,
    period_for,
    periods_so_far,
    plan_by_key,
    plans_with_indicators,
    rollups_of,
    version_in_force,
)
from .progress import (
    Progress,
    national_progress,
    off_pace,
    progress_by_measure,
    progress_of,
)
from .series import Point, over_time
from .sources import Apart, Conflict, cells_told, conflicts

__all__ = [
    "Apart",
    "Conflict",
    "Missing",
    "PlaceRow",
    "Point",
    "Progress",
    "ProvinceCoverage",
    "asked_level",
    "baseline_value",
    "baselines_and_targets",
    "cells_told",
    "conflicts",
    "coverage_by_province",
    "indicator_by_id",
    "indicators_of_plan",
    "line_above",
    "missing_places",
    "national_progress",
    "off_pace",
    "over_time",
    "period_for",
    "periods_so_far",
    "place_named",
    "places_below",
    "places_named",
    "plan_by_key",
    "plans_with_indicators",
    "progress_by_measure",
    "progress_of",
    "rollups_of",
    "version_in_force",
]
