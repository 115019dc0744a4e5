"""What every method returns, and how a table that cannot carry a number is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from concerted.errors import ConcertedError

Interval = tuple[float, float]


class NotEstimable(ConcertedError):
    """This table cannot carry a number by this method; the text says why and what could be done."""

    code = "not_estimable"


@dataclass(frozen=True)
class Citation:
    """Where a method is published."""

    authors: str
    year: int
    title: str
    published_in: str


@dataclass(frozen=True)
class Caution:
    """Something a reader must know beside the number; `code` is stable, `text` is for people."""

    code: str
    text: str
    text_zh: str = ""


@dataclass(frozen=True)
class Diagnostics:
    """How the number was reached.

    existence: whether the extended maximum likelihood estimate exists (None: does not apply).
    identifiability: 0 fine, 1 no estimate, 2 not identifiable, 3 both (None: does not apply).
    lp_calls: linear programmes solved. resamples_used and resamples_refused: bootstrap resamples.
    more: method-specific values (R-hat, effective size, tail mass, top models ...), JSON-ready.
    """

    existence: bool | None = None
    identifiability: int | None = None
    lp_calls: int = 0
    resamples_used: int = 0
    resamples_refused: int = 0
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Estimate:
    """One method's answer. All numbers are persons.

    estimate: the whole population, seen and hidden; hidden = estimate - n_seen.
    interval: level (0.95) -> (low, high), of the whole population. `interval_kind` says which (bca, conditional,
        profile, posterior ...).
    model: the terms chosen, as text such as "[12,13,5]" or "[LA:NG, GO]" by the method's own convention.
    """

    method: str
    n_seen: int
    estimate: float
    interval: Mapping[float, Interval]
    model: str
    citation: Citation
    interval_kind: str = ""
    diagnostics: Diagnostics = field(default_factory=Diagnostics)
    warnings: tuple[Caution, ...] = ()
    seed: int | None = None
    seconds: float = 0.0

    @property
    def hidden(self) -> float:
        """People on no list, estimated."""
        return self.estimate - self.n_seen

    def to_json(self) -> dict[str, Any]:
        """The keys the command line promises; interval levels as text."""
        return {
            "method": self.method,
            "n_seen": self.n_seen,
            "estimate": self.estimate,
            "hidden": self.hidden,
            "interval": {f"{level:g}": list(ends) for level, ends in self.interval.items()},
            "interval_kind": self.interval_kind,
            "model": self.model,
            "diagnostics": {
                "existence": self.diagnostics.existence,
                "identifiability": self.diagnostics.identifiability,
                "lp_calls": self.diagnostics.lp_calls,
                "resamples_used": self.diagnostics.resamples_used,
                "resamples_refused": self.diagnostics.resamples_refused,
                **dict(self.diagnostics.more),
            },
            "warnings": [{"code": w.code, "text": w.text, "text_zh": w.text_zh} for w in self.warnings],
            "citation": f"{self.citation.authors} ({self.citation.year}). {self.citation.title}. "
            f"{self.citation.published_in}.",
            "seed": self.seed,
            "seconds": self.seconds,
        }
