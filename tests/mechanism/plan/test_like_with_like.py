"""A year's baseline and target are held against a year's figure, never a quarter's or that of all quarters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from tests.mechanism.plan.figures import Nation, build_nation

from concerted.foundation.access.door import acting
from concerted.interfaces.pages.indicators.templatetags import figures
from concerted.mechanism.plan.acts import observations as acts
from concerted.mechanism.plan.models import Baseline, Indicator, PlanVersion, ReportingPeriod, Target
from concerted.mechanism.plan.reads.indicators import Progress, places_below, progress_of
from concerted.methods.results import Why

pytestmark = pytest.mark.django_db

NATION, YUNNAN = "000000", "530000"


@dataclass
class Quarters:
    """Six quarters of a plan with a version that states baselines and targets."""

    nation: Nation
    version: PlanVersion

    def define(self, key: str, **more: Any) -> Indicator:
        made = acts.define_indicator(
            officer=self.nation.world.secretariat,
            at=self.nation.world.at,
            plan=self.nation.plan,
            **{
                "key": key,
                "name_en": key,
                "name_zh": "指标",
                "unit": "persons",
                "direction": "rise",
                "reporting_level": "province",
                **more,
            },
        )
        self.nation.indicators[key] = made
        return made

    def state(self, key: str, baseline: float, target: float, place: str = NATION) -> None:
        with acting(self.nation.world.secretariat, self.nation.world.at):
            common = {"version": self.version, "indicator": self.nation.indicators[key], "place_code": place}
            Baseline.objects.create(**common, year=2007, value=baseline)
            Target.objects.create(**common, by=date(2012, 12, 31), value=target)

    def enter(self, key: str, values: Mapping[int, Any], place: str = YUNNAN) -> None:
        for quarter, value in values.items():
            given = (
                {"numerator": value[0], "denominator": value[1]}
                if isinstance(value, tuple)
                else {"value": value}
            )
            self.nation.enter(key, place, period=quarter, by=self.nation.world.secretariat, **given)

    def stands(self, key: str, quarter: int = 5, place: str = NATION) -> Progress:
        period = self.nation.periods[quarter]
        with acting(self.nation.world.secretariat, self.nation.world.at):
            (found,) = progress_of(
                version=self.version,
                indicators=[self.nation.indicators[key]],
                place_code=place,
                period=period,
                on=period.ends,
            )
        return found


@pytest.fixture
def quarters() -> Quarters:
    nation = build_nation()
    with acting(nation.world.secretariat, nation.world.at):
        for key, starts, following in (
            ("2010-Q3", date(2010, 7, 1), date(2010, 10, 1)),
            ("2010-Q4", date(2010, 10, 1), date(2011, 1, 1)),
            ("2011-Q1", date(2011, 1, 1), date(2011, 4, 1)),
            ("2011-Q2", date(2011, 4, 1), date(2011, 7, 1)),
        ):
            ends = following - timedelta(days=1)
            nation.periods.append(
                ReportingPeriod.objects.create(
                    plan=nation.plan,
                    key=key,
                    kind="quarter",
                    starts=starts,
                    ends=ends,
                    opens=ends,
                    due=ends,
                    grace_until=ends,
                    opened_at=nation.world.at,
                )
            )
        version = PlanVersion.objects.create(plan=nation.plan, number=1)
    return Quarters(nation, version)


def test_what_adds_up_is_held_against_its_target_by_the_last_four_quarters(quarters: Quarters) -> None:
    quarters.define("sheltered")
    quarters.state("sheltered", 800, 1500)
    quarters.enter("sheltered", dict(enumerate([200, 210, 220, 230, 340, 360])))
    found = quarters.stands("sheltered")
    assert found.counted_periods == ["2010-Q3", "2010-Q4", "2011-Q1", "2011-Q2"]
    assert (found.value.value, found.since_start.value) == (1150, 1560)
    assert found.achieved.value == pytest.approx(0.5)
    assert found.met is False


def test_a_part_of_a_year_is_told_and_not_held_against_a_years_target(quarters: Quarters) -> None:
    quarters.define("sheltered")
    quarters.state("sheltered", 800, 1500)
    quarters.enter("sheltered", {0: 900, 1: 900, 2: 900})
    early = quarters.stands("sheltered", quarter=2)
    assert (early.value.value, early.achieved.why, early.met) == (2700, Why.NO_WHOLE_YEAR, None)
    assert figures.covers(early) == "over 3 of the 4 periods of the year to 2010-Q3"
    quarters.enter("sheltered", {4: 1, 5: 1})
    assert quarters.stands("sheltered").achieved.why is Why.NO_WHOLE_YEAR


def test_a_share_is_that_of_the_year_and_not_of_all_years(quarters: Quarters) -> None:
    quarters.state("answered", 0.5, 0.9)
    quarters.enter(
        "answered", {0: (0, 100), 1: (0, 100), 2: (70, 100), 3: (70, 100), 4: (70, 100), 5: (70, 100)}
    )
    found = quarters.stands("answered")
    assert found.value.value == pytest.approx(0.7)
    assert found.achieved.value == pytest.approx(0.5)


def test_a_running_total_stays_the_newest_one(quarters: Quarters) -> None:
    quarters.define("samples", cumulative=True)
    quarters.state("samples", 0, 600)
    quarters.enter("samples", dict(enumerate([10, 20, 30, 40, 50, 300])))
    found = quarters.stands("samples")
    assert (found.value.value, found.achieved.value) == (300, pytest.approx(0.5))


def test_one_that_left_the_level_it_should_keep_says_by_how_much(quarters: Quarters) -> None:
    quarters.define("meetings", direction="keep", unit="meetings", rollup_areas="none")
    quarters.state("meetings", 4, 4)
    quarters.enter("meetings", dict(enumerate([1, 1, 1, 1, 1, 3])), place=NATION)
    found = quarters.stands("meetings")
    assert (found.value.value, found.departure) == (6, 2)
    assert figures.way(found) == "2 above its level of 4"
    kept = quarters.stands("meetings", quarter=4)
    assert figures.way(kept) == "keeps its level of 4"


def test_a_province_is_held_against_its_own_target_by_its_year_too(quarters: Quarters) -> None:
    quarters.define("sheltered")
    quarters.state("sheltered", 40, 80, place=YUNNAN)
    quarters.enter("sheltered", dict(enumerate([90, 90, 15, 15, 15, 15])))
    period = quarters.nation.periods[5]
    with acting(quarters.nation.world.secretariat, quarters.nation.world.at):
        rows = places_below(
            version=quarters.version,
            indicator=quarters.nation.indicators["sheltered"],
            period=period,
            code=NATION,
            on=period.ends,
        )
    (yunnan,) = [row for row in rows if row.place.code == YUNNAN]
    assert yunnan.shown is not None
    assert (yunnan.shown.value, yunnan.achieved.value) == (15, pytest.approx(0.5))


def test_a_period_the_nation_is_silent_in_shows_what_the_provinces_say_together(quarters: Quarters) -> None:
    quarters.enter("answered", {0: (1, 2)}, place=NATION)
    quarters.enter("answered", {0: (3, 4), 1: (569, 837)})
    first, then = quarters.stands("answered", quarter=0), quarters.stands("answered", quarter=1)
    assert (first.now.value, first.now.own, first.rolled and first.rolled.value) == (0.5, True, 0.75)
    assert (then.now.value, then.now.own, then.own) == (pytest.approx(569 / 837, abs=1e-6), False, None)
    assert (then.now.reported, then.now.expected, then.basis) == (1, 31, "rollup")


def test_a_province_that_speaks_for_itself_and_stays_silent_is_one_that_was_asked(quarters: Quarters) -> None:
    quarters.enter("answered", {0: (3, 4)})
    silent = quarters.stands("answered", quarter=1, place=YUNNAN).now
    assert (silent.value, silent.own, silent.reported, silent.expected) == (None, True, 0, 1)
