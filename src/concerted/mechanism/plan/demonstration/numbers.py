"""Draws the demonstration's figures from its seed: levels, paces and chance; it stores nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ..document import Baseline, Indicator, IndicatorTarget, PlanDocument
from .script import Province, dice

STEPS = 20
"""Quarters of the plan."""
QUARTERS = 4
"""Quarters of a year: baselines and targets of what adds up are a year's."""


@dataclass(frozen=True)
class Drawn:
    """One invented figure as texts: a value, or a numerator over a denominator."""

    value: str = ""
    numerator: str = ""
    denominator: str = ""

    def entry(self) -> dict[str, str]:
        """The figure as a report's form keeps it."""
        parts = {"value": self.value, "numerator": self.numerator, "denominator": self.denominator}
        return {name: text for name, text in parts.items() if text}


class Figures:
    """Every province's figure of every indicator in every quarter, each drawn on its own."""

    def __init__(self, seed: int, provinces: Sequence[Province], document: PlanDocument) -> None:
        self.seed = seed
        self.provinces = provinces
        self.indicators: Mapping[str, Indicator] = {one.key: one for one in document.indicators}
        sizes = {p.code: float(dice(seed, "size", p.slug).lognormal(0.0, 0.6)) for p in provinces}
        whole = sum(sizes.values())
        self.share = {code: size / whole for code, size in sizes.items()}
        self._known: dict[tuple[str, str, int], Drawn] = {}

    def of_place(self, key: str, province: Province, step: int) -> Drawn | None:
        """The province's figure, None where it stays silent on this indicator or had nothing to count a share of."""
        if dice(self.seed, "silent", key, province.slug, step).random() < 0.03:
            return None
        drawn = self._drawn(key, province, step)
        return None if drawn.denominator == "0" else drawn

    def of_nation(self, key: str, step: int, agency: str, *, exact: bool) -> Drawn:
        """What a lead says for the nation: the sum over provinces, or its own slightly different count."""
        indicator = self.indicators[key]
        if indicator.rollup_areas == "none":
            return Drawn(value=str(self._few(key, step)))
        parts = [self._drawn(key, province, step) for province in self.provinces]
        stray = 1.0 if exact else float(dice(self.seed, "stray", key, agency, step).normal(1.0, 0.03))
        if indicator.kind == "ratio":
            below = max(1, sum(int(part.denominator) for part in parts))
            above = round(sum(int(part.numerator) for part in parts) * stray)
            return Drawn(
                numerator=str(min(above, below) if indicator.unit == "percent" else above),
                denominator=str(below),
            )
        values = [float(part.value) for part in parts]
        if indicator.kind == "score":
            return Drawn(value=f"{sum(values) / len(values) * stray:.1f}")
        return Drawn(value=str(round(sum(values) * stray)))

    def _drawn(self, key: str, province: Province, step: int) -> Drawn:
        """The province's own figure, drawn once however often it is asked for."""
        cell = (key, province.slug, step)
        if cell not in self._known:
            self._known[cell] = self._draw(key, province, step)
        return self._known[cell]

    def _draw(self, key: str, province: Province, step: int) -> Drawn:
        indicator = self.indicators[key]
        level = self._level(indicator, province, step)
        chance = dice(self.seed, "figure", key, province.slug, step)
        share = self.share[province.code]
        if indicator.kind == "ratio":
            below = int(chance.poisson(1000 * share))
            if indicator.unit == "percent":
                return Drawn(
                    numerator=str(int(chance.binomial(below, min(level, 1)))), denominator=str(below)
                )
            return Drawn(numerator=str(round(below * level)), denominator=str(below))
        if indicator.kind == "score":
            return Drawn(value=f"{min(100.0, level + float(chance.normal(0, 2))):.1f}")
        if indicator.cumulative:
            return Drawn(value=str(round(level * share)))
        nothing = chance.random() < 0.04
        return Drawn(value="0" if nothing else str(int(chance.poisson(level * share / QUARTERS))))

    def _level(self, indicator: Indicator, province: Province, step: int) -> float:
        """Where the province stands: from the baseline towards the target at its own pace, never below nothing."""
        start, goal = ends_of(indicator)
        pace = float(dice(self.seed, "pace", indicator.key).uniform(0.35, 1.25))
        if dice(self.seed, "regress", indicator.key, province.slug).random() < 0.08:
            pace = 0.0 if indicator.cumulative else -0.3
        else:
            pace *= float(dice(self.seed, "own pace", indicator.key, province.slug).uniform(0.6, 1.3))
        return max(start + (goal - start) * pace * (step + 1) / STEPS, 0.0, 0.02 * max(start, goal))

    def _few(self, key: str, step: int) -> int:
        """A count of the nation that no province has a part in."""
        start, goal = ends_of(self.indicators[key])
        if start == goal:
            return int(goal) // QUARTERS if dice(self.seed, "few", key, step).random() < 0.85 else 0
        return int(start + (goal - start) * 0.7 * (step + 1) / STEPS)

    def shared_out(self, document: PlanDocument) -> PlanDocument:
        """The plan with each province's own baselines and, of what adds up, its share of the target."""
        indicators = tuple(self._with_shares(one) for one in document.indicators)
        return replace(document, indicators=indicators)

    def _with_shares(self, indicator: Indicator) -> Indicator:
        if indicator.rollup_areas == "none":
            return indicator
        return replace(
            indicator,
            baselines=(*indicator.baselines, *self._baselines(indicator)),
            targets=(*indicator.targets, *self._targets(indicator)),
        )

    def _baselines(self, indicator: Indicator) -> Iterator[Baseline]:
        start, _goal = ends_of(indicator)
        for province in self.provinces:
            chance = dice(self.seed, "baseline", indicator.key, province.slug)
            if chance.random() < 0.06:
                continue
            adds_up = indicator.kind == "count"
            value = start * self.share[province.code] if adds_up else start * float(chance.uniform(0.85, 1.1))
            yield Baseline(
                year=2007,
                value=Decimal(f"{value:.0f}" if adds_up else f"{value:.2f}"),
                place=province.code,
                source="invented for the demonstration",
            )

    def _targets(self, indicator: Indicator) -> Iterator[IndicatorTarget]:
        if indicator.kind != "count":
            return
        for target in indicator.targets:
            if isinstance(target.value, Decimal):
                for province in self.provinces:
                    share = float(target.value) * self.share[province.code]
                    yield IndicatorTarget(by=target.by, value=Decimal(round(share)), place=province.code)


def ends_of(indicator: Indicator) -> tuple[float, float]:
    """The nation's baseline and its last target."""
    first = next(one.value for one in indicator.baselines if one.place is None)
    last = next(one.value for one in reversed(indicator.targets) if one.place is None)
    assert isinstance(first, Decimal) and isinstance(last, Decimal)
    return float(first), float(last)
