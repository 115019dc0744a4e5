"""Draws invented figures from a seed, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from concerted.deferred import numpy as np

from ...models import Indicator, ReportingPeriod

if TYPE_CHECKING:
    from ...reads.cells import Floats


class Inventor:
    """Draws plausible figures: a size per place, a level and a trend per indicator, from one seed."""

    def __init__(self, seed: int, place_codes: Sequence[str], silent: float) -> None:
        self.seed, self.codes, self.silent = seed, list(place_codes), silent
        self.size = np.random.default_rng([seed, 0]).lognormal(0.0, 0.8, len(self.codes))
        self.note = f"Invented for demonstration, seed {seed}"

    def lines(
        self, indicator: Indicator, number: int, period: ReportingPeriod, step: int, steps: int, sources: Any
    ) -> list[str]:
        """COPY lines of one indicator in one period, without the places that stay silent."""
        level = np.random.default_rng([self.seed, 1, number])
        base, trend = float(level.uniform(4, 60)), float(level.uniform(0.02, 0.12))
        draw = np.random.default_rng([self.seed, 2, number, step])
        falling = indicator.direction == Indicator.Direction.FALL
        done = (step + 1) / steps
        counts = draw.poisson(base * self.size * ((1 - trend) if falling else (1 + trend)) ** step)
        says = draw.random(len(self.codes)) >= self.silent
        if indicator.kind == Indicator.Kind.RATIO:
            return self._ratios(
                indicator, period, counts + draw.integers(0, 4, len(counts)), done, draw, says, sources
            )
        figures = counts.astype(float)
        if indicator.kind == Indicator.Kind.SCORE:
            figures = np.round(40 + 50 * done * draw.beta(4, 3, len(counts)), 1)
        elif indicator.cumulative:
            figures = np.round(base * self.size * (step + 1) * (1 + trend)) + 0.0
        return [
            self._line(indicator, period, code, f"{figure:.6f}", "\\N", "\\N", source)
            for code, figure, said, source in zip(
                self.codes, figures.tolist(), says.tolist(), sources.tolist(), strict=True
            )
            if said
        ]

    def _ratios(
        self,
        indicator: Indicator,
        period: ReportingPeriod,
        whole: Any,
        done: float,
        draw: Any,
        says: Any,
        sources: Any,
    ) -> list[str]:
        part = draw.binomial(whole, min(0.95, 0.35 + 0.5 * done))
        share: Floats = np.where(whole > 0, part / np.where(whole > 0, whole, 1), 0.0)
        return [
            self._line(indicator, period, code, f"{value:.6f}", str(top), str(bottom), source)
            for code, value, top, bottom, said, source in zip(
                self.codes,
                share.tolist(),
                part.tolist(),
                whole.tolist(),
                says.tolist(),
                sources.tolist(),
                strict=True,
            )
            if said
        ]

    def _line(
        self,
        indicator: Indicator,
        period: ReportingPeriod,
        code: str,
        value: str,
        top: str,
        bottom: str,
        source: int,
    ) -> str:
        return (
            f"{indicator.pk}\t{period.pk}\t{code}\t\t{value}\t{top}\t{bottom}\texact\t{source}\t{self.note}"
        )
