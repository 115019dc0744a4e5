"""Reads which new measure of a draft is worded much like one that ends with it; it ties none to another."""

from __future__ import annotations

from typing import NamedTuple

from rapidfuzz import fuzz

from ..models import Measure, PlanVersion
from .naming import left_behind


class Resemblance(NamedTuple):
    """A measure that ends with a draft, and a new one of the draft that reads much like it; alike: of 100."""

    ended: Measure
    new: Measure
    alike: int


ALIKE = 75
"""From here on two wordings, of 100, are pointed out as perhaps one measure under two keys."""


def resemblances(version: PlanVersion) -> list[Resemblance]:
    """For each measure that ends with the draft the new one most like it in its words, where one is much like it.

    It ties nothing: whether they are one measure is for those who know. Two queries.
    """
    ended = left_behind(version)
    new = list(version.measures.filter(carried_from=None).order_by("position")) if ended else []
    found = []
    for old in ended:
        alike = [(round(_alike(old, one)), -one.position, one) for one in new]
        score, _place, best = max(alike, default=(0, 0, None), key=lambda each: each[:2])
        if best is not None and score >= ALIKE:
            found.append(Resemblance(old, best, score))
    return found


def _alike(one: Measure, other: Measure) -> float:
    """How alike two measures are worded, of 100, in the language in which they are most alike."""
    scores = []
    for language in ("en", "zh"):
        texts = [_words(each, language) for each in (one, other)]
        if all(texts):
            scores.append(fuzz.ratio(*texts))
    return max(scores, default=0.0)


def _words(measure: Measure, language: str) -> str:
    title, text = (getattr(measure, f"{part}_{language}").strip() for part in ("title", "text"))
    return f"{title} {text}".strip().casefold()
