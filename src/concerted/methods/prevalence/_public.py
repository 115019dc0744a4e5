"""Hides small counts of a panel before anybody outside the agency sees it, and rounds what could give them away."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from concerted.methods.prevalence._json import table_json
from concerted.methods.prevalence._table import CaptureTable

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
    strata = panel.get("strata")
    if not hidden and not _strata_hidden(strata, small):
        return {**panel, "table": {**panel["table"], "hidden_below": None}}
    shown = [row | {"count": None} if row["history"] in hidden else row for row in rows]
    told = {key: _rounded(value) for key, value in panel.items() if key != "table"}
    parts: dict[str, Any] = {}
    if strata is not None:
        parts["strata"] = _strata_for_public(strata, small)
    if panel.get("linkage") is not None:
        parts["linkage"] = _linkage_for_public(told["linkage"])
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
        **parts,
    }


def estimate_for_public(
    given: Mapping[str, Any], table: CaptureTable, *, small: int = SMALL
) -> dict[str, Any]:
    """One method's JSON, its strata and linkages included, as `for_public` gives a panel's."""
    strata = given.get("strata")
    if not _hidden(table_json(table)["rows"], small) and not _strata_hidden(strata, small):
        return dict(given)
    told = dict(_bare(_rounded(given)))
    if strata is not None:
        told["strata"] = _strata_for_public(strata, small)
    if given.get("linkage") is not None:
        told["linkage"] = _linkage_for_public(told["linkage"])
    return told


def _bare(one: Mapping[str, Any]) -> dict[str, Any]:
    """A rounded estimate without what could give a count away."""
    told: dict[str, Any] = {**one, "diagnostics": {}, "warnings": _warnings(one)}
    return told | {"refused": _refused(one)} if "refused" in one else told


def _strata_hidden(strata: Mapping[str, Any] | None, small: int) -> set[str]:
    """Names of the strata whose people are hidden: the small ones, and those that keep them from being worked out."""
    if strata is None:
        return set()
    people = {one["stratum"]: int(one["n_seen"]) for one in strata["poolings"][0]["strata"]}
    hidden = _hidden_parts(list(people.values()), small)
    return {name for name, is_hidden in zip(people, hidden, strict=True) if is_hidden}


def _strata_for_public(strata: Mapping[str, Any], small: int) -> dict[str, Any]:
    """Strata with every number of a hidden one left out: its estimate is in proportion to its people where borrowed."""
    hidden = _strata_hidden(strata, small)
    nothing: dict[str, Any] = {
        "n_seen": None,
        "estimate": None,
        "hidden": None,
        "interval": {},
        "model": "",
        "refused": None,
    }
    nothing |= {"borrowed": False, "suppressed": True}
    return {
        **strata,
        "hidden_below": small,
        "poolings": [
            {
                **one,
                "strata": [
                    part | nothing
                    if part["stratum"] in hidden
                    else _rounded(part) | {"refused": _refused(part)}
                    for part in one["strata"]
                ],
                "total": _bare(_rounded(one["total"])) if one["total"] else None,
                "refused": _refused(one),
            }
            for one in strata["poolings"]
        ],
    }


def _linkage_for_public(told: Mapping[str, Any]) -> dict[str, Any]:
    """A rounded answer over linkages; the people it saw are a mean over draws and are rounded to tens."""
    sides = {name: _bare(told[name]) if told[name] else None for name in ("as_linked", "answer")}
    if sides["answer"]:
        sides["answer"]["n_seen"] = round(sides["answer"]["n_seen"], -1)
    return {**told, **sides, "refused": _refused(told)}


def _hidden(rows: Sequence[Mapping[str, Any]], small: int) -> set[int]:
    """Histories to hide: the small ones, and those that keep them from being worked out of the printed total."""
    hidden = _hidden_parts([int(row["count"]) for row in rows], small)
    return {row["history"] for row, is_hidden in zip(rows, hidden, strict=True) if is_hidden}


def _hidden_parts(counts: Sequence[int], small: int) -> list[bool]:
    """Which counts to hide where their total is printed."""
    from concerted.methods.prevalence._suppress import Total, suppress  # here, for it takes long to load

    if not any(0 < count < small for count in counts):
        return [False] * len(counts)
    total = Total(len(counts), tuple(range(len(counts))))
    return [bool(one) for one in suppress([*counts, sum(counts)], [total], smallest_shown=small)[:-1]]


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
