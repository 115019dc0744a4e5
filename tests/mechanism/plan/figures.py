"""A plan with two indicators and two open quarters, on which the tests of figures stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.builders import World, build_world

from concerted.foundation.agencies.models import Officer
from concerted.mechanism.plan.acts import observations as acts
from concerted.mechanism.plan.acts.bulk import LoadedFigures
from concerted.mechanism.plan.models import Indicator, Observation, Plan, ReportingPeriod, Ruling


@dataclass
class Nation:
    """The world with a plan, its indicators by key, and its periods in order of time."""

    world: World
    plan: Plan
    indicators: dict[str, Indicator]
    periods: list[ReportingPeriod]

    def enter(
        self,
        indicator: str,
        place: str,
        value: Any = None,
        *,
        by: Officer | None = None,
        period: int = 0,
        **more: Any,
    ) -> Observation:
        """Enter a figure as the officer of Yunnan, or as somebody else."""
        return acts.enter_observation(
            officer=by or self.world.provincial,
            at=self.world.at,
            indicator=self.indicators[indicator],
            place_code=place,
            period=self.periods[period],
            **{"value": value, **more},
        )

    def correct(self, observation: Observation, value: Any) -> Observation:
        return acts.correct_observation(
            officer=self.world.provincial,
            at=self.world.at,
            observation=observation,
            reason="counted again",
            value=value,
        )

    def rule(self, observation: Observation, reason: str) -> Ruling:
        return acts.rule(
            officer=self.world.secretariat, at=self.world.at, observation=observation, reason=reason
        )

    def load(
        self, rows: Iterable[Mapping[str, object]], *, by: Officer | None = None, **more: Any
    ) -> LoadedFigures:
        """Load rows as the plan's office, or as somebody else."""
        return acts.load_observations(
            officer=by or self.world.secretariat, at=self.world.at, plan=self.plan, rows=rows, **more
        )


def build_nation(*, level: str = "province") -> Nation:
    """A national plan with a count (`trained`), a ratio (`answered`) and two open quarters of 2010."""
    world = build_world()
    with world.seen_by(world.secretariat):
        plan = Plan.objects.create(
            key="figures", level="nation", title_en="A plan", title_zh="计划", office=world.office
        )
        periods = [
            ReportingPeriod.objects.create(
                plan=plan,
                key=f"2010-Q{number}",
                kind="quarter",
                starts=starts,
                ends=ends,
                opens=ends,
                due=ends,
                grace_until=ends,
                opened_at=world.at,
            )
            for number, (starts, ends) in enumerate(
                [(date(2010, 1, 1), date(2010, 3, 31)), (date(2010, 4, 1), date(2010, 6, 30))], start=1
            )
        ]
    common = {"officer": world.secretariat, "at": world.at, "plan": plan, "reporting_level": level}
    return Nation(
        world,
        plan,
        {
            "trained": acts.define_indicator(
                **common,
                key="trained",
                name_en="Officers trained",
                name_zh="培训人员数",
                unit="persons",
                direction="rise",
                dimensions=("sex",),
            ),
            "answered": acts.define_indicator(
                **common,
                key="answered",
                name_en="Calls answered",
                name_zh="接听率",
                unit="percent",
                kind="ratio",
                direction="rise",
                numerator_en="calls answered",
                denominator_en="calls",
            ),
        },
        periods,
    )
