"""Keeps as JSON what no column of a table can hold of a document's entry, and gives it back exactly;
it judges nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from . import document
from .document import NOT_READ

Entry = TypeVar("Entry")
_KIND, _VALUE = "$", "v"
_CLASSES = {
    name: kind
    for name, kind in vars(document).items()
    if isinstance(kind, type) and dataclasses.is_dataclass(kind)
}


def freeze(value: Any) -> Any:
    """The value as JSON data that says of what kind each part is."""
    if value is NOT_READ:
        return {_KIND: "not_read"}
    if isinstance(value, date):
        return {_KIND: "date", _VALUE: value.isoformat()}
    if isinstance(value, Decimal):
        return {_KIND: "number", _VALUE: str(value)}
    if isinstance(value, tuple | list):
        return {_KIND: type(value).__name__, _VALUE: [freeze(item) for item in value]}
    if isinstance(value, Mapping):
        return {_KIND: "map", _VALUE: {key: freeze(item) for key, item in value.items()}}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            _KIND: type(value).__name__,
            _VALUE: {f.name: freeze(getattr(value, f.name)) for f in dataclasses.fields(value)},
        }
    return value


def thaw(kept: Any) -> Any:
    """The value that was frozen."""
    if not isinstance(kept, dict):
        return kept
    value = kept.get(_VALUE)
    match kept[_KIND]:
        case "not_read":
            return NOT_READ
        case "date":
            return date.fromisoformat(str(value))
        case "number":
            return Decimal(str(value))
        case "tuple":
            return tuple(thaw(item) for item in value or ())
        case "list":
            return [thaw(item) for item in value or ()]
        case "map":
            return {key: thaw(item) for key, item in (value or {}).items()}
        case name:
            return _CLASSES[name](**{key: thaw(item) for key, item in (value or {}).items()})


def residue(entry: object, rebuilt: object) -> dict[str, Any]:
    """The fields of the entry that its columns do not give back, frozen."""
    return {
        field.name: freeze(getattr(entry, field.name))
        for field in dataclasses.fields(entry)  # type: ignore[arg-type]
        if not _same(getattr(entry, field.name), getattr(rebuilt, field.name))
    }


def completed(rebuilt: Entry, kept: Mapping[str, Any]) -> Entry:
    """The entry its columns gave, with what was kept beside them."""
    if not kept:
        return rebuilt
    return dataclasses.replace(rebuilt, **{name: thaw(value) for name, value in kept.items()})  # type: ignore[type-var]


def _same(one: object, other: object) -> bool:
    """Equal and written alike: True is not 1, and 1.0 is not 1.00."""
    return one == other and freeze(one) == freeze(other)
