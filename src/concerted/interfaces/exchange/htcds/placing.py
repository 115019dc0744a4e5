"""Puts an HTCDS record where its fields live in Concerted, and back; what no place holds exactly is kept beside."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field as declared
from datetime import date
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from concerted.errors import Invalid
from concerted.foundation.people.births import born_on
from concerted.foundation.people.values import (
    Birth,
    Document,
    DocumentKind,
    Name,
    NameKind,
    Origin,
    Script,
    Sex,
    SexStated,
    Statement,
    says_nothing,
)
from concerted.foundation.people.values import Value as Said
from concerted.interfaces.exchange.case_sheet.births import birth_from
from concerted.interfaces.exchange.case_sheet.read import age_band_of
from concerted.interfaces.exchange.case_sheet.targets import script_of
from concerted.interfaces.exchange.reference.files import read_yaml
from concerted.mechanism.cases.incoming import IncomingCase, SectionValue
from concerted.mechanism.cases.outgoing import OutgoingCase

from .fields import FOLDER, STANDARD, fields
from .records import HtcdsRecord, Part, Unmapped
from .values import Unreadable, Value, is_raw, known_choices, text_of, value_from

KEPT = f"{STANDARD}: kept as it came"
"""The first line of the note in the agency's own file that holds what has no place."""
_PARTS = ("events", "plans", "comments", "organisations")
_PIECE, _END = 18_000, "|"
_SYNTHETIC = re.compile(r"row \d+")


@dataclass(frozen=True)
class Placed:
    """Where one field lives: a name part, birth, sex, nationality, document, language, stage, the victim status that
    was decided, or a section's field."""

    field: str
    to: str
    section: str = ""
    key: str = ""
    values: Mapping[str, str] = declared(default_factory=dict, hash=False)


@cache
def placed() -> tuple[Placed, ...]:
    """Return the fields that have a place (reference/htcds/mapping.yaml)."""
    data = read_yaml(FOLDER / "mapping.yaml", schema="concerted/htcds-mapping/1")
    return tuple(
        Placed(
            row.text("field"),
            row.text("to"),
            row.optional_text("section"),
            row.optional_text("key"),
            dict(row.get("values") or {}),
        )
        for row in data.rows("placed")
    )


@cache
def without_a_place() -> Mapping[str, str]:
    """Return the fields that have none, each with the reason."""
    data = read_yaml(FOLDER / "mapping.yaml", schema="concerted/htcds-mapping/1")
    return {name: row.text("why") for row in data.rows("without_a_place") for name in row.texts("fields")}


def as_incoming(
    record: HtcdsRecord, *, on: date, place_code: str = "000000"
) -> tuple[IncomingCase, list[Unmapped]]:
    """Return the case a record opens, and every value that has no place of its own.

    place_code: where the case stands (GB/T 2260), for the standard has no field for it. What has no place
    of its own is kept word for word in a note of the agency's own file, and leaves again by `as_record`. on: the day
    of the import; nobody is born later.
    """
    readable = _readable(record.case)
    statements = tuple(_statements(readable, record.case, on))
    sections = _sections(readable)
    number = "" if _SYNTHETIC.fullmatch(record.record) else record.record
    bare = OutgoingCase("", number, stated=tuple(one.value for one in statements), sections=sections)
    kept = _kept(record, _mirrored(bare))
    case = IncomingCase(
        row=record.row,
        local_number=number[:40],
        place_code=place_code,
        age_band=age_band_of(statements, on),
        statements=statements,
        sections=sections,
        notes=_as_notes(kept),
    )
    return case, list(_unplaced(record, kept))


def as_record(case: OutgoingCase) -> HtcdsRecord:
    """Return the record a case leaves as: what its places hold now, and what was kept beside them untouched."""
    found = _mirrored(case)
    kept = _from_notes(case.notes)
    for name, (text, then) in kept.get("case", {}).items():
        if case.status is not None and name in _of_status():
            continue  # it was decided since; what a file said of it before is no word of the agency
        if (text_of(found[name]) if name in found else None) != then:
            continue  # the place was written to since: it holds the newer word
        if text is None:
            found.pop(name, None)
        else:
            found[name] = _value(text, name)
    parts: dict[str, Any] = {
        name: tuple({each: _value(text, each) for each, text in part.items()} for part in kept.get(name, []))
        for name in _PARTS
    }
    ordered = {name: found[name] for name in fields() if name in found}
    return HtcdsRecord(case.local_number or case.number, ordered, **parts)


def left_behind(case: OutgoingCase) -> tuple[str, ...]:
    """Return what the agency wrote that the standard has no field for, as places (section.field, person.what)."""
    known = {(one.section, one.key) for one in placed() if one.to == "section"}
    found = [
        f"{section}.{key}"
        for section, values in case.sections.items()
        for key, value in values.items()
        if value not in ("", [], None) and (section, key) not in known
    ]
    names = [each for each in case.stated if isinstance(each, Name)]
    papers = [each for each in case.stated if isinstance(each, Document)]
    births = [each for each in case.stated if isinstance(each, Birth)]
    found += ["person.alias"] * bool(names[1:])
    found += ["person.document"] * bool(papers[1:])
    found += ["person.birth"] * bool(births and not any(each.is_exact for each in births))
    found += [f"person.{each.what}" for each in case.stated if each.what in ("photograph", "description")]
    found += _left_of_status(case)
    own_notes = [note for note in case.notes if not note.startswith(KEPT)]
    return tuple(dict.fromkeys([*found, *(["note"] if own_notes else [])]))


def _left_of_status(case: OutgoingCase) -> list[str]:
    """What of a decision on victim status has no field: all of another agency's; else its day, rule and reasons, and
    the finding too where the standard's three words do not say it."""
    if case.status is None:
        return []
    if not case.status.is_own:
        return ["status.elsewhere"]
    is_said = _of_status() & set(_mirrored(case))
    return ["status.particulars"] if is_said else ["status.finding", "status.particulars"]


@cache
def _of_status() -> frozenset[str]:
    """The fields that say which status was decided, and by whom."""
    return frozenset(one.field for one in placed() if one.to.startswith("status"))


# --- to where a field lives ------------------------------------------------------------------------


def _readable(case: Part) -> dict[str, Value]:
    """What of a record its fields can hold; of several choices those that are in the list."""
    found: dict[str, Value] = {}
    for name, value in case.items():
        one = fields()[name]
        if not is_raw(value, one):
            found[name] = value
        elif choices := known_choices(text_of(value), one):
            found[name] = choices
    return found


def _statements(case: Part, whole: Part, on: date) -> Iterator[Statement]:
    """What a record says of the person, as far as it can be said of anybody; the rest is kept as it came."""
    for one in (*_said_of(case), *_born(case, whole)):
        value = one.value
        if not list(value.problems()) and not (isinstance(value, Birth) and (value.earliest or on) > on):
            yield one


def _born(case: Part, whole: Part) -> Iterator[Statement]:
    """The day of birth, or the days a month or a year alone leaves open; of two orders of figures none is guessed."""
    name = next(one.field for one in placed() if one.to == "birth")
    birth = case.get(name)
    if isinstance(birth, date):
        yield Statement(born_on(birth.year, birth.month, birth.day))
    elif isinstance(raw := whole.get(name), str):
        with suppress(ValueError, KeyError, Invalid):
            found = birth_from(raw)
            if found.earliest:
                yield Statement(found)


def _said_of(case: Part) -> Iterator[Statement]:
    at = {one.to: one for one in placed()}
    said = (str(case.get(at[to].field, "")) for to in ("name.given", "name.family"))
    given, family = ("" if says_nothing(part) else part for part in said)
    if given.strip() or family.strip():
        yield Statement(_name(given, family))
    gender = case.get(at["sex"].field)
    if isinstance(gender, str):
        code = at["sex"].values.get(gender)
        yield Statement(SexStated(code or Sex.UNKNOWN, gender="" if code else gender))
    countries = case.get(at["nationality"].field, ())
    for country in countries if isinstance(countries, tuple) else ():
        if re.fullmatch(r"[A-Z]{2}", country):
            yield Statement(Origin(nationality=country))
    language = case.get(at["language"].field)
    if isinstance(language, str):
        yield Statement(Origin(language=language))
    number = case.get(at["document"].field)
    if isinstance(number, str):
        card = Document(number, DocumentKind.RESIDENT_CARD)
        yield Statement(card if card.checks else Document(number, DocumentKind.OTHER, country=""))


def _name(given: str, family: str) -> Name:
    script = script_of((family or given).strip())
    joint = "" if script == Script.HAN else " "
    parts = (family, given) if script == Script.HAN else (given, family)
    full = joint.join(part for part in parts if part.strip())
    return Name(full, script, NameKind.LEGAL, family=family, given=given)


def _sections(case: Part) -> dict[str, dict[str, SectionValue]]:
    found: dict[str, dict[str, SectionValue]] = {}
    for one in placed():
        value = case.get(one.field)
        if one.to != "section" or value is None:
            continue
        if isinstance(value, tuple):
            codes = [one.values[each] for each in value if each in one.values]
            if codes:
                found.setdefault(one.section, {})[one.key] = codes
        else:
            found.setdefault(one.section, {})[one.key] = text_of(value)
    return found


# --- and back --------------------------------------------------------------------------------------


def _mirrored(case: OutgoingCase) -> dict[str, Value]:
    """What the places of a case say, in the standard's fields."""
    found: dict[str, Value] = {}
    for one in placed():
        value = _mirror_of(one, case)
        if value:
            found[one.field] = value
    return found


def _mirror_of(one: Placed, case: OutgoingCase) -> Value | None:
    if one.to == "section":
        return _section_value(one, case.sections.get(one.section, {}).get(one.key))
    if one.to == "stage":
        if case.is_closed:
            return "Closed"
        return "FollowUp" if case.stage == "follow_up" else "Active"
    if one.to.startswith("status"):
        return _status_word(one, case)
    return _said(one, case.stated)


def _section_value(one: Placed, held: SectionValue | None) -> Value | None:
    if isinstance(held, list | tuple):
        back = {code: name for name, code in one.values.items()}
        return tuple(back[code] for code in held if code in back) or None
    return str(held) if held and held not in ("declined", "unknown", "not_asked") else None


def _status_word(one: Placed, case: OutgoingCase) -> Value | None:
    """What the agency itself decided; nobody is named as its decider where the standard has no word for it."""
    if case.status is None or not case.status.is_own:
        return None
    at = {each.to: each for each in placed()}
    finding = {said: name for name, said in at["status"].values.items()}.get(case.status.said)
    if one.to == "status" or finding is None:
        return finding
    return {decider: name for name, decider in one.values.items()}.get(case.status.decider)


def _said(one: Placed, stated: tuple[Said, ...]) -> Value | None:
    if one.to in ("name.given", "name.family"):
        names = [each for each in stated if isinstance(each, Name) and each.kind == NameKind.LEGAL]
        if not names:
            return None
        whole = "" if names[0].given or names[0].family else names[0].full
        return (names[0].given or whole if one.to == "name.given" else names[0].family) or None
    if one.to == "birth":
        exact = (each.earliest for each in stated if isinstance(each, Birth) and each.is_exact)
        return next(exact, None)
    if one.to == "sex":
        return next((_gender(one, each) for each in stated if isinstance(each, SexStated)), None)
    if one.to == "document":
        return next((each.number for each in stated if isinstance(each, Document)), None)
    origins = [each for each in stated if isinstance(each, Origin)]
    if one.to == "language":
        return next((each.language for each in origins if each.language), None)
    return tuple(dict.fromkeys(each.nationality for each in origins if each.nationality)) or None


def _gender(one: Placed, said: SexStated) -> str | None:
    if said.gender in fields()[one.field].values:
        return said.gender
    return {code: name for name, code in one.values.items()}.get(said.code)


# --- what is kept beside ---------------------------------------------------------------------------


def _kept(record: HtcdsRecord, mirrored: Mapping[str, Value]) -> dict[str, Any]:
    """What the places do not give back exactly: [the text as it came, what the place says], None for nothing."""
    case = {
        name: [
            text_of(record.case[name]) if name in record.case else None,
            text_of(mirrored[name]) if name in mirrored else None,
        ]
        for name in fields()
        if record.case.get(name) != mirrored.get(name)
    }
    parts = {
        name: [{each: text_of(value) for each, value in part.items()} for part in getattr(record, name)]
        for name in _PARTS
    }
    return {"case": case} | parts


def _unplaced(record: HtcdsRecord, kept: Mapping[str, Any]) -> Iterator[Unmapped]:
    why = _(
        "It has no place of its own; it is kept in your agency's own file and leaves with an HTCDS export."
    )
    raw = {name for name, value in record.case.items() if is_raw(value, fields()[name])}
    undecided = _(
        "Two officers decide the victim status here, and a file decides nothing; it is kept in your agency's own file "
        "and leaves with an HTCDS export until a decision holds."
    )
    for name, (text, _then) in kept["case"].items():
        if text is not None and name not in raw:
            yield Unmapped(record.row, name, name, text, undecided if name in _of_status() else why, True)
    for part in _PARTS:
        for held in kept[part]:
            for name, text in held.items():
                if not is_raw(_value(text, name), fields()[name]):
                    yield Unmapped(record.row, name, name, text, why, True)


def _as_notes(kept: Mapping[str, Any]) -> tuple[str, ...]:
    """The kept values as notes short enough to be written, each with its first line and an end that nobody trims."""
    held = {name: value for name, value in kept.items() if value}
    if not held:
        return ()
    text = json.dumps(held, ensure_ascii=False)
    pieces = [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]
    return tuple(f"{KEPT} ({n}/{len(pieces)})\n{piece}{_END}" for n, piece in enumerate(pieces, start=1))


def _from_notes(notes: tuple[str, ...]) -> dict[str, Any]:
    """What the notes of an import kept; nothing where a note is missing or is no longer whole."""
    pieces: dict[int, str] = {}
    for note in notes:
        first, _line, rest = note.partition("\n")
        found = re.fullmatch(re.escape(KEPT) + r" \((\d+)/(\d+)\)", first.strip())
        if found and rest.endswith(_END):
            pieces.setdefault(int(found[1]), rest.removesuffix(_END))
    try:
        found_whole = json.loads("".join(pieces[number] for number in sorted(pieces))) if pieces else {}
    except json.JSONDecodeError:
        return {}
    return found_whole if isinstance(found_whole, dict) else {}


def _value(text: str, name: str) -> Value:
    """The value a kept text stands for; one that the field cannot hold comes back as it came."""
    try:
        value = value_from(text, fields()[name])
    except Unreadable:
        return text
    except KeyError as fault:
        raise Invalid(
            _("What was kept of an HTCDS record cannot be read any more."),
            where=name,
            remedy=_("Look at the note of the import in your agency's file."),
        ) from fault
    return text if value is None else value
