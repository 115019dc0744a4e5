"""Plan texts as handed in: kept with their reading, corrected row by row, turned into a draft
version; never guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import date, datetime
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem, Stale
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer

from .. import document as said
from ..models import PlanDraft, PlanVersion
from .documents import store_version

MEASURE_CORRECTIONS = frozenset({"strand", "objective", "number", "text", "leads", "supports", "dropped"})
ROLES = {"lead": "leads", "support": "supports"}
_HAN = re.compile("[\u3400-\u9fff]")


def _own_agency(*, officer: Officer, **_rest: Any) -> SubjectFacts:
    return SubjectFacts(owners=frozenset({officer.agency_id} if officer.agency_id else ()))


@act(Permission.PLAN_DRAFT, subject=_own_agency, record=("filename",))
def save_draft_reading(
    *,
    officer: Officer,
    at: datetime,
    filename: str,
    source_lines: Sequence[str],
    reading: Mapping[str, Any],
) -> PlanDraft:
    """Keep a plan's text, line by line, with what was read of it, for correction by the officer's agency.

    reading: {title, period, measures, unknown_agencies, unplaced, strands, objectives} as plain data.
    """
    assert officer.agency_id is not None
    kept = deepcopy(dict(reading))
    for unknown in kept.get("unknown_agencies", []):
        unknown.setdefault("choice", None)
    return PlanDraft.objects.create(
        agency_id=officer.agency_id,
        officer=officer,
        filename=filename[:200],
        source_lines=list(source_lines),
        reading=kept,
        created_at=at,
        changed_at=at,
    )


@act(Permission.PLAN_DRAFT, subject="draft")
def correct_draft(
    *,
    officer: Officer,
    at: datetime,
    draft: PlanDraft,
    expected_row_version: int,
    title: str | None = None,
    measures: Mapping[int, Mapping[str, Any]] | None = None,
    agencies: Mapping[int, Mapping[str, str]] | None = None,
    unplaced: Mapping[int, str] | None = None,
) -> PlanDraft:
    """Correct the reading; the text itself stays as it was handed in.

    measures: line -> the fields to change (strand, number, text, leads, supports, dropped). agencies: place in
    the list of unknown agencies -> {"agency": key, "role": "lead" | "support"}, or {} to keep it unresolved.
    unplaced: line -> the strand whose measure that line is. Raises Stale, Conflict or Invalid with each fault.
    """
    locked = PlanDraft.objects.select_for_update().get(pk=draft.pk)
    if locked.became_id is not None:
        raise Conflict(_("This draft has already become a plan version."), remedy=_("Go on in that version."))
    if locked.row_version != expected_row_version:
        raise Stale(
            _("Somebody else corrected this draft since you opened it."),
            where=locked.filename,
            remedy=_("Open it again; what they wrote is there. Then enter yours."),
        )
    reading = deepcopy(locked.reading)
    problems = [
        *_correct_measures(reading, measures or {}),
        *_resolve(reading, agencies or {}),
        *_place(reading, unplaced or {}),
    ]
    if problems:
        raise Invalid(_("The draft was not corrected."), problems=problems, where=locked.filename)
    if title is not None:
        reading["title"] = title.strip()
    locked.reading = reading
    locked.changed_at = at
    locked.row_version += 1
    locked.save(update_fields=["reading", "changed_at", "row_version"])
    return locked


def _correct_measures(reading: dict[str, Any], changes: Mapping[int, Mapping[str, Any]]) -> list[Problem]:
    by_line = {measure["line"]: measure for measure in reading["measures"]}
    strands = {strand["title"] for strand in reading.get("strands", [])} | {""}
    known = set(Agency.objects.values_list("key", flat=True))
    problems: list[Problem] = []
    for line, fields in changes.items():
        measure = by_line.get(line)
        if measure is None:
            problems.append(Problem(_("No measure begins on this line."), row=line))
            continue
        for name, value in fields.items():
            fault = _fault_of(name, value, strands, known)
            if fault:
                problems.append(Problem(fault, field=name, row=line))
            else:
                measure[name] = value
    return problems


def _fault_of(name: str, value: Any, strands: set[str], known: set[str]) -> str:
    if name not in MEASURE_CORRECTIONS:
        return _("There is no such field.")
    if name == "strand" and value not in strands:
        return _("The text has no such strand.")
    if name == "text" and not str(value).strip():
        return _("A measure needs its text; drop it if it is none.")
    if name in ("leads", "supports"):
        unknown = sorted(set(value) - known)
        if unknown:
            return _("The register holds no agency %(key)s.") % {"key": ", ".join(unknown)}
    return ""


def _resolve(reading: dict[str, Any], choices: Mapping[int, Mapping[str, str]]) -> list[Problem]:
    unknown = reading.get("unknown_agencies", [])
    chosen = {choice["agency"] for choice in choices.values() if choice}
    known = set(Agency.objects.filter(key__in=chosen).values_list("key", flat=True))
    problems = []
    for place, choice in choices.items():
        if not 0 <= place < len(unknown):
            problems.append(Problem(_("There is no such unknown agency."), row=place))
            continue
        entry = unknown[place]
        measure = _measure_at(reading, entry["line"])
        _take_back(measure, entry.get("choice"))
        if not choice:
            entry["choice"] = None
        elif choice["agency"] not in known or choice.get("role") not in ROLES:
            problems.append(
                Problem(
                    _("Choose an agency of the register and its part."),
                    field=entry["text"],
                    row=entry["line"],
                )
            )
        else:
            entry["choice"] = {"agency": choice["agency"], "role": choice["role"]}
            if measure is not None and choice["agency"] not in measure[ROLES[choice["role"]]]:
                measure[ROLES[choice["role"]]].append(choice["agency"])
    return problems


def _take_back(measure: Any, choice: Mapping[str, str] | None) -> None:
    if measure is not None and choice:
        part = measure[ROLES[choice["role"]]]
        if choice["agency"] in part:
            part.remove(choice["agency"])


def _measure_at(reading: Mapping[str, Any], line: int) -> Any:
    """The measure to whose lines the line belongs, or the last one before it."""
    for measure in reading["measures"]:
        if line in measure["lines"]:
            return measure
    before = [measure for measure in reading["measures"] if measure["line"] <= line]
    return before[-1] if before else None


def _place(reading: dict[str, Any], lines: Mapping[int, str]) -> list[Problem]:
    left = {entry["line"]: entry for entry in reading.get("unplaced", [])}
    strands = {strand["title"] for strand in reading.get("strands", [])} | {""}
    problems = []
    for line, strand in lines.items():
        entry = left.get(line)
        if entry is None or strand not in strands:
            problems.append(Problem(_("This line is placed already, or there is no such strand."), row=line))
            continue
        reading["unplaced"].remove(entry)
        made = {
            "number": "",
            "strand": strand,
            "objective": "",
            "text": entry["text"],
            "leads": [],
            "supports": [],
        }
        made |= {"line": line, "note": "", "lines": [line], "details": [], "parent_line": None}
        reading["measures"] = sorted([*reading["measures"], made], key=lambda measure: measure["line"])
    return problems


@act(Permission.PLAN_DRAFT, subject="draft", record=("key",))
def adopt_draft(
    *,
    officer: Officer,
    at: datetime,
    draft: PlanDraft,
    key: str,
    level: str = "national",
    place_code: str = "000000",
    period_from: date | None = None,
    period_to: date | None = None,
    predecessor: str = "",
) -> PlanVersion:
    """Turn the corrected reading into a draft version; what is left open stands in it in words.

    Names left unresolved stand in the measure's notes on leads or supports and make the version one read in part,
    lines left unplaced in its own remarks. Raises Conflict where it already became one.
    """
    locked = PlanDraft.objects.select_for_update().get(pk=draft.pk)
    if locked.became_id is not None:
        raise Conflict(_("This draft has already become a plan version."), remedy=_("Go on in that version."))
    document = document_of_reading(
        locked.reading,
        filename=locked.filename,
        key=key,
        level=level,
        place_code=place_code,
        period_from=period_from,
        period_to=period_to,
        predecessor=predecessor,
    )
    version = store_version(officer=officer, at=at, document=document)
    locked.became = version
    locked.changed_at = at
    locked.row_version += 1
    locked.save(update_fields=["became", "changed_at", "row_version"])
    return version


def document_of_reading(
    reading: Mapping[str, Any],
    *,
    filename: str,
    key: str,
    level: str = "national",
    place_code: str = "000000",
    period_from: date | None = None,
    period_to: date | None = None,
    predecessor: str = "",
) -> said.PlanDocument:
    """The reading as a plan document; the period read is taken where none is given."""
    facts = _facts(reading, key, level, place_code, predecessor)
    period = _period(reading, period_from, period_to)
    return document_from_reading(reading, said.PlanFacts(**facts, period=period), filename=filename)


def _facts(
    reading: Mapping[str, Any], key: str, level: str, place_code: str, predecessor: str
) -> dict[str, Any]:
    title = str(reading.get("title") or "")
    in_chinese = bool(_HAN.search(title))
    return {
        "id": key,
        "level": level,
        "place": None if place_code == "000000" else place_code,
        "title_en": None if in_chinese else title or None,
        "title_zh": title if in_chinese else None,
        "predecessor": predecessor or None,
    }


def _period(reading: Mapping[str, Any], start: date | None, end: date | None) -> said.Period | None:
    read = reading.get("period") or {}
    first = start or (date.fromisoformat(read["from"]) if read.get("from") else None)
    last = end or (date.fromisoformat(read["to"]) if read.get("to") else None)
    return said.Period(first, last) if first and last else None


def document_from_reading(
    reading: Mapping[str, Any], facts: said.PlanFacts, *, filename: str
) -> said.PlanDocument:
    """The reading as a plan document, in the language of each text; nothing of the text is left out."""
    measures = [measure for measure in reading["measures"] if not measure.get("dropped")]
    headings = [one for one in reading.get("strands", []) if not one.get("label")]
    titles = [one["title"] for one in headings if not one.get("strand")]
    named = dict.fromkeys([*titles, *(measure["strand"] for measure in measures)])
    strands, placed = [], {goal["line"] for goal in reading.get("objectives", [])}
    for place, title in enumerate(named, start=1):
        own = [measure for measure in measures if measure["strand"] == title]
        goals = [goal for goal in reading.get("objectives", []) if goal["strand"] == title]
        if own or goals:
            placed |= {one["line"] for one in headings if one["title"] == title and not one.get("strand")}
            strands.append(_strand(reading, place, title, own, goals))
    dropped = [measure for measure in reading["measures"] if measure.get("dropped")]
    remarks = [
        {"line": one["line"], "text": f"{one['number']} {one['title']}".strip()}
        for one in headings
        if one["line"] not in placed
    ]
    remarks += [{"line": entry["line"], "text": entry["text"]} for entry in reading.get("unplaced", [])]
    remarks += [
        {"line": measure["line"], "text": measure["text"], "note": measure["note"]} for measure in dropped
    ]
    kept = {line for measure in measures for line in measure["lines"]}
    open_names = dict.fromkeys(
        entry["text"]
        for entry in _unresolved(reading)
        if entry["line"] in kept and not entry.get("collective")
    )
    return said.PlanDocument(
        plan=facts,
        completeness="partial" if open_names else "complete",
        sources=(said.Source("handed-in", f"{filename}"),),
        strands=tuple(strands),
        not_read=(_not_in_register(list(open_names)) or "",) if open_names else (),
        extra={"unplaced": sorted(remarks, key=lambda one: one["line"])} if remarks else {},
    )


def _strand(
    reading: Mapping[str, Any], place: int, title: str, own: list[dict[str, Any]], goals: list[dict[str, Any]]
) -> said.Strand:
    in_chinese = bool(_HAN.search(title))
    key = slugify(title)[:50] or f"strand-{place}"
    goal_ids = [(goal, f"O{place}-{n}") for n, goal in enumerate(goals, start=1)]
    return said.Strand(
        id=f"{key}-{place}" if key != f"strand-{place}" else key,
        title=None if in_chinese else title or None,
        title_zh=title if in_chinese else None,
        objectives=tuple(
            said.Objective(goal_id, **_in_language("text", goal["text"]), extra={"line": goal["line"]})
            for goal, goal_id in goal_ids
        ),
        measures=tuple(_measure(reading, own, measure, goal_ids) for measure in own if _is_top(own, measure)),
    )


def _is_top(own: list[dict[str, Any]], measure: dict[str, Any]) -> bool:
    return measure.get("parent_line") not in {other["line"] for other in own}


def _objective_of(measure: Mapping[str, Any], goals: Sequence[tuple[dict[str, Any], str]]) -> str | None:
    """The id of the objective the measure stands under: the last one of its words before it."""
    found = [
        goal_id
        for goal, goal_id in goals
        if goal["text"] == measure.get("objective") and goal["line"] <= measure["line"]
    ]
    return found[-1] if found else None


def _measure(
    reading: Mapping[str, Any],
    own: list[dict[str, Any]],
    measure: dict[str, Any],
    goals: Sequence[tuple[dict[str, Any], str]],
) -> said.Measure:
    unresolved = [entry for entry in _unresolved(reading) if entry["line"] in measure["lines"]]
    supports = [entry["text"] for entry in unresolved if entry.get("role") == "support"]
    leads = [entry["text"] for entry in unresolved if entry.get("role") != "support"]
    written = {"line": measure["line"]} | ({"as_written": measure["note"]} if measure["note"] else {})
    below = tuple(
        _measure(reading, own, other, goals) for other in own if other.get("parent_line") == measure["line"]
    )
    text = "\n".join([measure["text"], *measure.get("details", ())])
    return said.Measure(
        id=f"M{measure['line']}",
        number=measure["number"] or None,
        **_in_language("description", text),
        objective=_objective_of(measure, goals),
        lead=tuple(said.Responsibility(agency) for agency in dict.fromkeys(measure["leads"])),
        support=tuple(said.Responsibility(agency) for agency in dict.fromkeys(measure["supports"])),
        lead_note=_not_in_register(leads),
        support_note=_not_in_register(supports),
        sources=("handed-in",),
        sub_measures=below,
        extra=written,
    )


def _unresolved(reading: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [entry for entry in reading.get("unknown_agencies", []) if not entry.get("choice")]


def _not_in_register(names: Sequence[str]) -> str | None:
    if not names:
        return None
    return _("Named in the text, not in the register: %(names)s") % {"names": "; ".join(names)}


def _in_language(field: str, text: str) -> dict[str, Any]:
    return {f"{field}_zh": text} if _HAN.search(text) else {field: text}
