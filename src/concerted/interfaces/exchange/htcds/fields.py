"""The fields of the HTCDS 2.0 and what its toolkits call differently, from reference/htcds; it knows no case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from concerted.interfaces.exchange.reference.files import REFERENCE_FOLDER, Row, read_csv, read_yaml

FOLDER = REFERENCE_FOLDER / "htcds"
STANDARD = "HTCDS 2.0"
ATTRIBUTION = (
    "Field names and values: Human Trafficking Case Data Standard 2.0, International Organization for Migration (IOM), "
    "CC BY 4.0. IOM does not endorse Concerted or this file."
)
_COLUMNS = frozenset(
    {
        "seq",
        "section",
        "status",
        "core",
        "prefix",
        "field_name",
        "full_name",
        "label",
        "type",
        "multi",
        "salesforce",
        "value_names",
        "value_labels",
        "n_values",
        "external_code_list",
        "source",
    }
)
_JOINT = " | "


class Kind(StrEnum):
    """What a field holds; the standard's types drawn together by what can be checked."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    CHECKBOX = "checkbox"
    CHOICE = "choice"
    CHOICES = "choices"


class Group(StrEnum):
    """What a field belongs to: the case itself, or something a case may have several of."""

    CASE = "case"
    EVENT = "event"
    PLAN = "plan"
    COMMENT = "comment"
    ORGANISATION = "organisation"


_KINDS = {
    "Text": Kind.TEXT,
    "Long Text": Kind.TEXT,
    "Picklist or Text": Kind.TEXT,
    "Date": Kind.DATE,
    "Number": Kind.NUMBER,
    "Geolocation": Kind.NUMBER,
    "Checkbox": Kind.CHECKBOX,
    "Picklist": Kind.CHOICE,
    "Multiselect Picklist": Kind.CHOICES,
    "": Kind.TEXT,
}
_GROUPS = {
    "hte_": Group.EVENT,
    "spl_": Group.PLAN,
    "cco_": Group.COMMENT,
    "org_": Group.ORGANISATION,
}


@dataclass(frozen=True)
class Field:
    """One field of the standard; `values` maps names to labels and is empty where any text or outside code goes."""

    name: str
    label: str
    section: str
    kind: Kind
    group: Group
    is_core: bool
    is_deprecated: bool
    values: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True)
class Aliases:
    """What the toolkits call differently (reference/htcds/aliases.yaml); labels are `folded`."""

    names: Mapping[str, str]
    labels_over_wrong_names: Mapping[tuple[str, str], str]
    values: Mapping[tuple[str, str], str]
    boolean_field: str
    booleans: Mapping[str, str | None]


def folded(text: str) -> str:
    """Return a text as labels and values are compared: letters and digits alone, in small letters."""
    return re.sub(r"[\W_]+", "", text).casefold()


@cache
def fields() -> Mapping[str, Field]:
    """Return the standard's 84 fields by name, in its order."""
    read = read_csv(FOLDER / "fields.csv", _field, columns=_COLUMNS)
    return {one.name: one for one in read if one is not None}


def _field(row: Mapping[str, str], where: str) -> Field | None:
    if row["status"] == "GUIDANCE":
        return None
    names = [name for name in row["value_names"].split(_JOINT) if name]
    labels = row["value_labels"].split(_JOINT)
    kind = _KINDS.get(row["type"], Kind.TEXT)
    if kind is Kind.CHOICE and not names:
        kind = Kind.TEXT  # countries and languages: outside code lists
    return Field(
        name=row["full_name"],
        label=row["label"],
        section=row["section"],
        kind=kind,
        group=_GROUPS.get(row["prefix"], Group.CASE),
        is_core=row["core"] == "yes",
        is_deprecated=row["status"] == "DEPRECATED",
        values=dict(zip(names, labels, strict=True)) if names else {},
    )


@cache
def aliases() -> Aliases:
    """Return the alias table. Raises ReferenceFileError where it names no field or value of the standard."""
    data = read_yaml(FOLDER / "aliases.yaml", schema="concerted/htcds-aliases/1")
    booleans = data.section("booleans")
    return Aliases(
        names={row.text("seen"): row.text("is") for row in data.rows("names")},
        labels_over_wrong_names={
            (folded(row.text("label")), row.text("name")): row.text("is")
            for row in data.rows("labels_over_wrong_names")
        },
        values={(row.text("field"), folded(row.text("seen"))): row.text("is") for row in data.rows("values")},
        boolean_field=booleans.text("field"),
        booleans={row.text("seen"): _null_or_text(row) for row in booleans.rows("columns")},
    )


def _null_or_text(row: Row) -> str | None:
    return row.optional_text("is") or None
