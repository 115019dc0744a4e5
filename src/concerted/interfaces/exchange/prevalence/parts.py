"""The parts of a report on strata and on errors in joining records; they are there only where they were asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import drawings_parts as drawings
from .laid import Grid, Section
from .words import Speech, asked_of_links, no_total


def sections(panel: Mapping[str, Any], say: Speech) -> tuple[Section, ...]:
    """Strata, then linkage."""
    found = []
    if panel.get("strata"):
        found.append(_strata(panel["strata"], say))
    if panel.get("linkage"):
        found.append(_linkage(panel["linkage"], panel["table"]["n"], say))
    return tuple(found)


def method_words(name: str, say: Speech) -> str:
    """A method's name in words."""
    from concerted.methods.prevalence import METHODS

    label = METHODS[name].label
    return label.zh if say.chinese else str(label)


def _strata(strata: Mapping[str, Any], say: Speech) -> Section:
    poolings = strata["poolings"]
    head = [say.joined(strata["by"]), say("seen_short")]
    for one in poolings:
        head += [say(f"pooled_{one['pooling']}"), say("interval95")]
    rows = []
    for number, part in enumerate(poolings[0]["strata"]):
        cells = [
            part["stratum"],
            say("hidden_cell") if part["n_seen"] is None else say.number(part["n_seen"]),
        ]
        for one in poolings:
            cells += _cells(one["strata"][number], say)
        rows.append(tuple(cells))
    seen = sum(part["n_seen"] or 0 for part in poolings[0]["strata"])
    totals = [one["total"] for one in poolings]
    last = [say("total"), say.number(next((total["n_seen"] for total in totals if total), seen))]
    for total in totals:
        last += _cells(total, say) if total else [say("refused"), "–"]
    rows.append(tuple(last))
    note = say("strata_note", method=method_words(strata["method"], say))
    below = strata.get("hidden_below")
    if below:
        note += " " + say("hidden_strata", least=below) + " " + say("rounded_strata")
    return Section(
        "strata",
        say("strata"),
        note,
        drawings.strata(strata, say),
        Grid(tuple(head), tuple(rows), frozenset(range(1, len(head)))),
        sentences=tuple(_said(strata, say)),
    )


def _cells(one: Mapping[str, Any], say: Speech) -> list[str]:
    if one.get("suppressed"):
        return [say("hidden_cell"), "–"]
    if one["estimate"] is None:
        return [say("refused"), "–"]
    number = say.number(one["estimate"])
    span = say.span(one["interval"].get("0.95"))
    return [say("borrowed", number=number) if one.get("borrowed") else number, span]


def _said(strata: Mapping[str, Any], say: Speech) -> list[str]:
    """What to know of the totals: why one is missing, which strata borrowed, that pooling draws together."""
    told = [no_total(one, say) for one in strata["poolings"] if one["total"] is None]
    cautions = [
        caution for one in strata["poolings"] if one["total"] for caution in one["total"].get("warnings", ())
    ]
    return told + [say.of(caution) for caution in cautions]


def _linkage(linkage: Mapping[str, Any], seen: int, say: Speech) -> Section:
    rows: list[tuple[str, ...]] = []
    for key, words in (("as_linked", "as_linked"), ("answer", "over_linkages")):
        one = linkage[key]
        if one is None:
            rows.append((say(words), "–", say("refused"), "–", "–"))
            continue
        spans = [say.span(one["interval"].get(level)) for level in ("0.95", "0.8")]
        rows.append((say(words), say.number(one["n_seen"]), say.number(one["estimate"]), *spans))
    head = (say("joined"), say("seen_short"), say("estimate"), say("interval95"), say("interval80"))
    told = [asked_of_links(linkage, say)]
    if linkage["refused"]:
        told.append(f"{say('over_linkages')}: {say.of(linkage['refused'])}")
    if linkage["answer"]:
        told += [say.of(caution) for caution in linkage["answer"].get("warnings", ())]
    method = method_words(linkage["method"], say)
    return Section(
        "linkage",
        say("linkage"),
        say("linkage_note", method=method, draws=linkage["asked"]["draws"]),
        drawings.linkage(linkage, seen, say),
        Grid(head, tuple(rows), frozenset({1, 2, 3, 4})),
        sentences=tuple(told),
    )
