"""Hides small counts of a panel before anybody outside the agency sees it, and rounds what could give them away."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

SMALL = 5
"""Counts below this can point at a person in a small place."""

DIGITS = 3
"""Significant digits of a printed estimate: more would let the hidden counts be searched for."""

_ROUNDED = frozenset({"estimate", "hidden", "low", "high", "p_value", "known"})
_EXACT = frozenset({"diagnostics", "seconds"})


def for_public(panel: Mapping[str, Any], *, small: int = SMALL) -> dict[str, Any]:
    """A panel's JSON without counts from 1 to small - 1 and without what would give one away.

    A hidden count is None; others are hidden with it until the total leaves it open. What differs from a total by
    one history's people (seen without a list, held elsewhere) is taken out, sizes of lists are rounded to tens, and
    every estimate is rounded to three significant digits. A panel without small counts stays as it is.
    """
    rows = panel["table"]["rows"]
    hidden = _hidden(rows, small)
    if not hidden:
        return {**panel, "table": {**panel["table"], "hidden_below": None}}
    shown = [row | {"count": None} if row["history"] in hidden else row for row in rows]
    told = {key: _rounded(value) for key, value in panel.items() if key != "table"}
    return {
        **told,
        "table": {**panel["table"], "rows": shown, "hidden_below": small},
        "methods": [
            one | {"diagnostics": {}, "warnings": _warnings(one), "refused": _refused(one)}
            for one in told["methods"]
        ],
        "leave_one_out": [one | {"n_seen": None} for one in told["leave_one_out"]],
        "merged": [one | {"n_seen": None} for one in told["merged"]],
        "consistency": [
            one | {"held_elsewhere": None, "known": round(given["known"], -1)}
            for one, given in zip(told["consistency"], panel["consistency"], strict=True)
        ],
    }


def _hidden(rows: Sequence[Mapping[str, Any]], small: int) -> set[int]:
    """Histories to hide: the small ones, and those that keep them from being worked out of the printed total."""
    from concerted.methods.prevalence._suppress import Total, suppress

    counts = [int(row["count"]) for row in rows]
    total = Total(len(counts), tuple(range(len(counts))))
    hidden = suppress([*counts, sum(counts)], [total], smallest_shown=small)
    return {row["history"] for row, is_hidden in zip(rows, hidden, strict=False) if is_hidden}


def _warnings(one: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {key: _in_text(text) if key != "code" else text for key, text in caution.items()}
        for caution in one.get("warnings", ())
    ]


def _refused(one: Mapping[str, Any]) -> dict[str, str] | None:
    """Why there is no number, in words and without the exact values of chains."""
    said = one["refused"]
    if said is None:
        return None
    return {key: _in_text(text) for key, text in said.items() if isinstance(text, str)}


def _in_text(text: str) -> str:
    """A text with every number of four figures or more rounded."""
    return re.sub(
        r"\d{1,3}(?:,\d{3})+|\d{4,}",
        lambda found: f"{significant(int(found[0].replace(',', ''))):,.0f}",
        text,
    )


def _rounded(value: Any, key: str = "") -> Any:
    if isinstance(value, Mapping):
        return {
            name: one if name in _EXACT else _rounded(one, "low" if key == "interval" else name)
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [_rounded(one, key) for one in value]
    if key in _ROUNDED and isinstance(value, float | int) and not isinstance(value, bool):
        return significant(value)
    return value


def significant(value: float, digits: int = DIGITS) -> float:
    """The value to so many significant digits."""
    if value == 0 or not math.isfinite(value):
        return value
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))
