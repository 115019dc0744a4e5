"""Which column of a case list goes where, as data that is kept and used again; it reads no cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from concerted.errors import Invalid, Problem
from concerted.interfaces.exchange.reference.files import REFERENCE_FOLDER, read_yaml
from concerted.interfaces.exchange.yaml_words import yaml_problem

from .targets import targets

SCHEMA = "concerted/case-mapping/1"
IGNORED = "ignore"
LARGEST_MAPPING = 256 * 1024
_HEADINGS = REFERENCE_FOLDER / "case-sheet" / "headings.yaml"


@dataclass(frozen=True)
class CaseMapping:
    """Where each heading goes ("ignore" for nowhere), what words in its cells mean, and what holds for every row.

    columns: heading -> target key. values: heading -> {word in the cell: word to read in its place}. defaults:
    target key -> text for every row whose column is missing or empty.
    """

    name: str
    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)

    def target_of(self, heading: str) -> str | None:
        """Return the key of a heading's target, "ignore", or None where the mapping does not know the heading."""
        wanted = _folded(heading)
        return next((key for name, key in self.columns.items() if _folded(name) == wanted), None)

    def word(self, heading: str, cell: str) -> str:
        """Return the cell as the mapping says it is to be read."""
        wanted = _folded(heading)
        for name, words in self.values.items():
            if _folded(name) == wanted:
                return words.get(cell.strip(), cell)
        return cell


def mapping_from(data: Mapping[str, Any]) -> CaseMapping:
    """Return the mapping that plain data holds (schema concerted/case-mapping/1). Raises Invalid with every fault."""
    problems: list[Problem] = []
    if data.get("schema") != SCHEMA:
        problems.append(
            Problem(
                _("The schema is another one."),
                field="schema",
                remedy=format_lazy(_("Write {word}."), word=SCHEMA),
            )
        )
    strange = sorted(set(data) - {"schema", "name", "columns", "values", "defaults"})
    problems += [Problem(_("A mapping has no such field."), field=str(name)) for name in strange]
    columns = _texts(data.get("columns"), "columns", problems)
    defaults = _texts(data.get("defaults") or {}, "defaults", problems)
    values = {
        str(name): _texts(words, f"values.{name}", problems)
        for name, words in (data.get("values") or {}).items()
    }
    known = targets()
    for place, keys in (("columns", columns), ("defaults", {key: key for key in defaults})):
        for heading, key in keys.items():
            if key not in known and not (place == "columns" and key == IGNORED):
                problems.append(
                    Problem(
                        format_lazy(_("There is no place {key}."), key=key),
                        field=f"{place}.{heading}",
                        remedy=_("`concerted cases import --targets` names the places there are."),
                    )
                )
    if problems:
        raise Invalid(_("The mapping cannot be used."), problems=problems)
    return CaseMapping(str(data.get("name", "")), columns, values, defaults)


def mapping_as_data(mapping: CaseMapping) -> dict[str, Any]:
    """Return the mapping as plain data that `mapping_from` reads back."""
    return {
        "schema": SCHEMA,
        "name": mapping.name,
        "columns": dict(mapping.columns),
        "values": {name: dict(words) for name, words in mapping.values.items()},
        "defaults": dict(mapping.defaults),
    }


def read_mapping(text: str, filename: str) -> CaseMapping:
    """Return the mapping of a YAML (or JSON) file. Raises Invalid."""
    if len(text) > LARGEST_MAPPING:
        raise Invalid(_("The mapping is larger than a mapping can be."), where=filename)
    try:
        found = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as fault:  # ValueError: a day that is in no calendar
        problems = [yaml_problem(fault, text)] if isinstance(fault, yaml.YAMLError) else []
        raise Invalid(
            _("The mapping is not YAML."),
            problems=problems,
            where=filename,
            remedy=_("Correct it, or save it anew."),
        ) from fault
    if not isinstance(found, dict):
        raise Invalid(_("The file holds no mapping."), where=filename)
    return mapping_from(found)


def write_mapping(mapping: CaseMapping) -> str:
    """Return the mapping as YAML."""
    return yaml.safe_dump(mapping_as_data(mapping), allow_unicode=True, sort_keys=False)


def guessed_mapping(headings: Sequence[str], name: str = "") -> CaseMapping:
    """Return a first mapping by the headings that are usual, and by target keys; the rest is ignored until told."""
    known = _usual()
    columns: dict[str, str] = {}
    for heading in headings:
        if heading.strip():
            key = known.get(_folded(heading), IGNORED)
            is_taken = key in columns.values() and key not in ("person.alias", "note")
            columns[heading] = IGNORED if is_taken else key
    return CaseMapping(name, columns)


@cache
def _usual() -> Mapping[str, str]:
    data = read_yaml(_HEADINGS, schema="concerted/case-headings/1")
    found = {
        _folded(heading): key for key, headings in data.section("targets").items() for heading in headings
    }
    return found | {_folded(key): key for key in targets()}


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()


def _texts(found: object, field_name: str, problems: list[Problem]) -> dict[str, str]:
    if isinstance(found, dict) and all(isinstance(value, str | int | float) for value in found.values()):
        return {str(name): str(value) for name, value in found.items()}
    problems.append(
        Problem(
            _("It is not a list of names with one text each."),
            field=field_name,
            remedy=_("Write name: text."),
        )
    )
    return {}
