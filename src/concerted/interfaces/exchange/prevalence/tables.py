"""Everything a panel estimates as one table for a spreadsheet; it draws nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from concerted.interfaces.exchange.tables import Column, Kind, Table

from .words import Speech, no_total


def estimates_table(panel: Mapping[str, Any], language: str, title: str) -> Table:
    """One row for each method, threshold, list left out, pair merged and odds ratio, with its interval."""
    say = Speech(language)
    rows: list[tuple[Any, ...]] = []
    for one in panel["methods"]:
        low, high = one.get("interval", {}).get("0.95") or (None, None)
        why = say.of(one["refused"]) if one["refused"] else say.model(one.get("model", ""))
        rows.append((say("methods"), say.of(one, "label"), one["estimate"], low, high, why))
    for key, words, name in (
        ("threshold_path", "path", lambda one: f"{one['threshold']:g}"),
        ("leave_one_out", "without", lambda one: say.joined(one["lists"])),
        ("merged", "merged", lambda one: say.joined(one["lists"])),
        ("consistency", "consistency", lambda one: one["list"]),
    ):
        rows += [
            (say(words), name(one), one["estimate"], one["low"], one["high"], one["model"])
            for one in panel[key]
        ]
    rows += [
        (say("odds"), f"{one['factor']:.3f}", one["estimate"], one["low"], one["high"], "")
        for one in panel["odds_ratio"]
    ]
    rows += [*_strata_rows(panel.get("strata"), say), *_linkage_rows(panel.get("linkage"), say)]
    verdict = panel["verdict"]
    rows.append(
        (say("verdict"), say(verdict["standing"]), None, verdict["low"], verdict["high"], say.of(verdict))
    )
    return Table(
        title,
        [
            Column("part", say("report")),
            Column("name", say("method")),
            Column("estimate", say("estimate"), Kind.NUMBER),
            Column("low", "95 % -", Kind.NUMBER),
            Column("high", "95 % +", Kind.NUMBER),
            Column("note", say("model")),
        ],
        rows,
    )


def _strata_rows(strata: Mapping[str, Any] | None, say: Speech) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for one in (strata or {}).get("poolings", ()):
        part = f"{say('strata')}: {say('pooled_' + one['pooling'])}"
        rows += [(part, part_of["stratum"], *_numbers(part_of, say)) for part_of in one["strata"]]
        rows.append(
            (part, say("total"), *_numbers(one["total"], say))
            if one["total"]
            else (part, say("total"), None, None, None, no_total(one, say))
        )
    return rows


def _linkage_rows(linkage: Mapping[str, Any] | None, say: Speech) -> list[tuple[Any, ...]]:
    sides = (("as_linked", "as_linked"), ("answer", "over_linkages"))
    return [
        (say("linkage"), say(words), *_numbers(linkage[key], say))
        for key, words in sides
        if linkage and linkage[key]
    ]


def _numbers(one: Mapping[str, Any], say: Speech) -> tuple[Any, ...]:
    """Estimate, ends and what to know of them."""
    low, high = one["interval"].get("0.95") or (None, None)
    if one.get("suppressed"):
        return None, None, None, say("hidden_cell")
    why = say.of(one["refused"]) if one.get("refused") else say.model(one["model"])
    return one["estimate"], low, high, why
