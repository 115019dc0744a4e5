"""A panel laid out as headings, sentences, tables and pictures, the same for every form; it draws no form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import drawings, parts
from .laid import Grid, Section
from .words import Speech, checks_told


@dataclass(frozen=True)
class Report:
    """Everything a reader gets, in one language."""

    title: str
    standing: str
    standing_words: str
    summary: str
    reasons: tuple[str, ...]
    sections: tuple[Section, ...]
    say: Speech = field(repr=False)


def lay_out(
    panel: Mapping[str, Any], *, language: str, title: str = "", made: Sequence[tuple[str, str]] = ()
) -> Report:
    """The report of a panel's JSON. made: pairs of what the reader must know of how it was made."""
    say = Speech(language)
    verdict = panel["verdict"]
    sections = (
        _methods(panel, say),
        _remarks(panel, say),
        _overlaps(panel, say),
        _checks(panel, say),
        _path(panel, say),
        _changed(panel, "leave_one_out", "without", say),
        _changed(panel, "merged", "merged", say),
        _odds(panel, say),
        _consistency(panel, say),
        *parts.sections(panel, say),
        Section("assumed", say("assumed"), sentences=tuple(say.of(one) for one in panel["assumptions"])),
        _made(panel, made, say),
    )
    return Report(
        title or say("report"),
        verdict["standing"],
        say(verdict["standing"]),
        say.of(verdict),
        tuple(say.of(reason) for reason in verdict["reasons"]) or (say("nothing_against"),),
        tuple(one for one in sections if one.picture or one.grid or one.sentences),
        say,
    )


def _methods(panel: Mapping[str, Any], say: Speech) -> Section:
    rows = []
    for one in panel["methods"]:
        if one["estimate"] is None:
            why = say.of(one["refused"]) + " " + say.of(one["refused"], "remedy")
            rows.append((say.of(one, "label"), say("refused"), "–", "–", why.strip(), "–"))
            continue
        rows.append(
            (
                say.of(one, "label"),
                say.number(one["estimate"]),
                say.span(one["interval"].get("0.95")),
                say.span(one["interval"].get("0.8")),
                say.kind(one["interval_kind"]),
                say.model(one["model"]),
            )
        )
    head = ("method", "estimate", "interval95", "interval80", "kind", "model")
    return Section(
        "methods",
        say("methods"),
        say("methods_note"),
        drawings.estimates(panel, say),
        Grid(tuple(say(key) for key in head), tuple(rows), frozenset({1, 2, 3})),
    )


def _remarks(panel: Mapping[str, Any], say: Speech) -> Section:
    found = [
        f"{say.of(one, 'label')}: {say.of(caution)}"
        for one in panel["methods"]
        for caution in one.get("warnings", ())
    ]
    return Section("remarks", say("remarks"), sentences=tuple(found))


def _overlaps(panel: Mapping[str, Any], say: Speech) -> Section:
    table = panel["table"]
    below = table.get("hidden_below")
    rows = tuple(
        (
            say.joined(row["lists"]),
            say("hidden_cell") if row["count"] is None else say.number(row["count"]),
        )
        for row in table["rows"]
    )
    note = say("overlaps_note") + (" " + say("hidden_counts", least=below) if below else "")
    return Section(
        "overlaps",
        say("overlaps"),
        note,
        drawings.overlaps(panel, say),
        Grid((say("combination"), say("people")), rows, frozenset({1})),
        folded=True,
    )


def _checks(panel: Mapping[str, Any], say: Speech) -> Section:
    """Nothing in results that were kept before checks were told."""
    checks = panel.get("checks")
    told = tuple(checks_told(checks, say)) if checks else ()
    return Section("checks", say("checks"), say("checks_note"), sentences=told)


def _path(panel: Mapping[str, Any], say: Speech) -> Section:
    rows = tuple(
        (
            f"{one['threshold']:g}",
            say.number(one["estimate"]) if one["estimate"] is not None else say("refused"),
            say.span((one["low"], one["high"])) if one["low"] is not None else "–",
            one["model"] or "–",
        )
        for one in panel["threshold_path"]
    )
    return Section(
        "path",
        say("path"),
        say("path_note"),
        drawings.threshold_path(panel, say),
        Grid(
            (say("threshold"), say("estimate"), say("interval95"), say("model")), rows, frozenset({0, 1, 2})
        ),
        folded=True,
    )


def _changed(panel: Mapping[str, Any], key: str, words: str, say: Speech) -> Section:
    rows = tuple(
        (
            say.joined(one["lists"]),
            say.number(one["estimate"]) if one["estimate"] is not None else say("refused"),
            say.span((one["low"], one["high"])) if one["low"] is not None else "–",
            one["model"] or say.of(one["refused"] or {}) or "–",
        )
        for one in panel[key]
    )
    head = (
        say("left_out" if key == "leave_one_out" else "merged_pair"),
        say("estimate"),
        say("interval95"),
        say("model"),
    )
    return Section(
        words,
        say(words),
        say(f"{words}_note"),
        drawings.changed(panel, key, say),
        Grid(head, rows, frozenset({1, 2})) if rows else None,
        folded=True,
    )


def _odds(panel: Mapping[str, Any], say: Speech) -> Section:
    rows = tuple(
        (
            f"{one['factor']:.2f}",
            say.number(one["estimate"]),
            say.span((one["low"], one["high"])) if one["low"] is not None else "–",
        )
        for one in panel["odds_ratio"]
    )
    return Section(
        "odds",
        say("odds"),
        say("odds_note"),
        drawings.odds_curve(panel, say),
        Grid((say("factor"), say("estimate"), say("interval95")), rows, frozenset({0, 1, 2}))
        if rows
        else None,
        folded=True,
    )


def _consistency(panel: Mapping[str, Any], say: Speech) -> Section:
    rows = tuple(
        (
            one["list"],
            say.number(one["known"]),
            say.number(one["held_elsewhere"]),
            say.number(one["estimate"]) if one["estimate"] is not None else say("refused"),
            say.span((one["low"], one["high"])) if one["low"] is not None else "–",
            "–" if one["within"] is None else say("yes" if one["within"] else "no"),
        )
        for one in panel["consistency"]
    )
    head = ("list", "known", "held", "foretold", "interval95", "within")
    return Section(
        "consistency",
        say("consistency"),
        say("consistency_note"),
        grid=Grid(tuple(say(key) for key in head), rows, frozenset({1, 2, 3, 4})) if rows else None,
    )


def _made(panel: Mapping[str, Any], made: Sequence[tuple[str, str]], say: Speech) -> Section:
    options = ", ".join(
        f"{key} {value}"
        for key, value in panel["options"].items()
        if key not in ("methods", "seed", "linkage") and value is not None
    )
    rows = [
        *made,
        (say("seed"), str(panel["seed"])),
        (say("options"), options),
        (say("seconds"), f"{panel['seconds']:.1f}"),
    ]
    papers = dict.fromkeys(one["citation"] for one in panel["methods"] if one.get("citation"))
    return Section(
        "made", say("made"), grid=Grid(("", ""), tuple(rows)), sentences=(say("one_number"), *papers)
    )
