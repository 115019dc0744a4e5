"""Turns plan documents into plain data and back by their declared types, collecting every fault; it
opens no file."""

from __future__ import annotations

import dataclasses
import math
import re
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from concerted.errors import Problem
from concerted.interfaces.exchange.plan_file.document import NOT_READ, NotRead, Responsibility

Path = tuple[str | int, ...]
Row = Callable[[Path], int | None]

_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u2028\u2029\ufeff]")
MISSING: Any = object()
#: Stands in the plain data for what could not be read; its fault is recorded already.
UNREADABLE: Any = object()


def written(path: Path) -> str:
    """Return the path of a field as an officer reads it; entries of a list are counted from one."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in path)


def file_key(name: str) -> str:
    """Return the key a field has in files ("from" is a Python word, so the field is from_)."""
    return name.removesuffix("_")


@cache
def hints_of(kind: type) -> dict[str, Any]:
    """Return the declared types of a dataclass' fields; its own field names never hide a type."""
    return get_type_hints(kind, localns={"date": date})


def plain(value: Any) -> Any:
    """Return value as mappings, lists and scalars in the order of the schema; fields at their default
    are left out."""
    if value is NOT_READ:
        return "not_read"
    if isinstance(value, Responsibility) and value.valid_from is None and value.valid_to is None:
        return value.agency
    if dataclasses.is_dataclass(value):
        return {
            file_key(each.name): plain(getattr(value, each.name))
            for each in dataclasses.fields(value)
            if getattr(value, each.name) != _default(each)
        }
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, Mapping):
        return {key: plain(value[key]) for key in sorted(value)}
    return value


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return MISSING


class Decoder:
    """Reads plain data into a dataclass; problems holds every fault, each with field, row and remedy.

    has_left_out: whether an entry with a fault is missing from what was read, so that others may seem to name nothing.
    """

    def __init__(self, row: Row) -> None:
        self.problems: list[Problem] = []
        self.has_left_out = False
        self._row = row

    def fault(self, path: Path, what: object, remedy: object = "") -> Any:
        """Record a fault at path; returns MISSING so that a caller may go on."""
        self.problems.append(Problem(what, field=written(path), row=self._row(path), remedy=remedy))
        return MISSING

    def read(self, kind: Any, value: Any, path: Path) -> Any:
        """Return value as kind, or MISSING with a fault recorded."""
        if value is UNREADABLE:
            return MISSING
        if get_origin(kind) in (Union, types.UnionType):
            return self._union(get_args(kind), value, path)
        if get_origin(kind) is tuple:
            return self._list(get_args(kind)[0], value, path)
        if dataclasses.is_dataclass(kind) and isinstance(kind, type):
            return self._record(kind, value, path)
        if get_origin(kind) is Literal:
            return self._choice(get_args(kind), value, path)
        if get_origin(kind) in (dict, Mapping):
            return self._mapping(get_args(kind)[1], value, path)
        return self._scalar(kind, value, path)

    def _union(self, kinds: tuple[Any, ...], value: Any, path: Path) -> Any:
        if value is None and type(None) in kinds:
            return None
        if value == "not_read" and NotRead in kinds:
            return NOT_READ
        rest = [kind for kind in kinds if kind not in (type(None), NotRead)]
        for kind in rest[:-1]:
            if _is_a(kind, value):
                return self.read(kind, value, path)
        return self.read(next((kind for kind in rest if _is_a(kind, value)), rest[-1]), value, path)

    def _list(self, kind: Any, value: Any, path: Path) -> Any:
        if kind is str and isinstance(value, str):
            value = [value]
        if not isinstance(value, list):
            return self.fault(
                path, _("A list is needed here."), _("Write the entries as a list, or [] for none.")
            )
        read = [self.read(kind, each, (*path, position)) for position, each in enumerate(value)]
        self.has_left_out |= MISSING in read
        return tuple(each for each in read if each is not MISSING)

    def _mapping(self, kind: Any, value: Any, path: Path) -> Any:
        if not isinstance(value, dict):
            return self.fault(path, _("A mapping is needed here."), _("Write it as key: value lines."))
        read = {}
        for key, each in value.items():
            if not isinstance(key, str) or self._text(key, (*path, "?")) is MISSING:
                self.fault(
                    path,
                    format_lazy(_("The key {key} is not a text."), key=repr(key)),
                    _("Put it in quotes."),
                )
                continue
            read[key] = (
                self._extra(each, (*path, key)) if kind is Any else self.read(kind, each, (*path, key))
            )
        return read

    def _extra(self, value: Any, path: Path, depth: int = 0) -> Any:
        if (
            value is None
            or value is UNREADABLE
            or isinstance(value, bool)
            or (isinstance(value, int) and abs(value) < 10**28)
        ):
            return value
        if isinstance(value, str):
            return self._text(value, path)
        if isinstance(value, float | Decimal) and math.isfinite(value):
            return float(value)
        if isinstance(value, list) and depth < 20:
            return [self._extra(each, (*path, at), depth + 1) for at, each in enumerate(value)]
        if isinstance(value, dict) and depth < 20 and all(isinstance(key, str) for key in value):
            return {key: self._extra(each, (*path, key), depth + 1) for key, each in value.items()}
        return self.fault(
            path,
            _("An extra field holds plain texts, numbers, lists and maps only."),
            _("Write dates in quotes."),
        )

    def _choice(self, choices: tuple[Any, ...], value: Any, path: Path) -> Any:
        if value in choices:
            return value
        what = format_lazy(_("{value} is not one of the values known here."), value=repr(value))
        return self.fault(path, what, format_lazy(_("Write one of: {choices}."), choices=", ".join(choices)))

    def _record(self, kind: type, value: Any, path: Path) -> Any:
        if kind is Responsibility and isinstance(value, str):
            value = {"agency": value}
        if not isinstance(value, dict):
            return self.fault(
                path, _("A group of fields is needed here."), _("Write it as key: value lines.")
            )
        fields = {file_key(each.name): each for each in dataclasses.fields(kind)}
        for key in value:
            if key not in fields:
                self._unknown_key(key, path, "extra" in fields)
        read = {}
        for key, each in fields.items():
            read[each.name] = self._field(kind, each, value.get(key, MISSING), (*path, key))
        return MISSING if MISSING in read.values() else kind(**read)

    def _field(self, kind: type, field: dataclasses.Field[Any], value: Any, path: Path) -> Any:
        default = _default(field)
        if value is MISSING:
            if default is MISSING:
                return self.fault(
                    path, _("This field is missing."), _("Write it; nothing is assumed for it.")
                )
            return default
        read = self.read(hints_of(kind)[field.name], value, path)
        if read is MISSING and default is not MISSING:
            self.has_left_out |= isinstance(value, list)
            return default
        return read

    def _unknown_key(self, key: Any, path: Path, has_extra: bool) -> None:
        remedy = (
            _("Correct its name, or move it below 'extra'.")
            if has_extra
            else _("Correct its name or remove it.")
        )
        self.fault(
            (*path, str(key)[:100]),
            format_lazy(_("The field {key} is not known here."), key=repr(key)[:100]),
            remedy,
        )

    def _scalar(self, kind: Any, value: Any, path: Path) -> Any:
        if kind is str:
            return self._text(value, path)
        if not _is_a(kind, value):
            what = format_lazy(_("{value} is not {wanted}."), value=repr(value)[:100], wanted=_NAMES[kind])
            return self.fault(path, what, _REMEDIES[kind])
        return _exact(value) if kind is Decimal else value

    def _text(self, value: Any, path: Path) -> Any:
        if not isinstance(value, str):
            what = format_lazy(_("{value} is not a text."), value=str(value)[:100])
            return self.fault(path, what, _("Put it in quotes."))
        if _UNSAFE.search(value):
            return self.fault(
                path,
                _("The text holds invisible control characters."),
                _("Remove them; line breaks and tabs may stay."),
            )
        return value


def _exact(value: int | Decimal) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(value)


def _is_a(kind: Any, value: Any) -> bool:
    if kind is str:
        return isinstance(value, str)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind is Decimal:
        return isinstance(value, Decimal | int) and not isinstance(value, bool) and _finite(value)
    if kind is bool:
        return isinstance(value, bool)
    if kind is date:
        return isinstance(value, date) and not isinstance(value, datetime)
    if get_origin(kind) is tuple:
        return isinstance(value, list)
    if dataclasses.is_dataclass(kind):
        return isinstance(value, dict)
    return False


def _finite(value: Decimal | int) -> bool:
    number = Decimal(value)
    return number.is_finite() and len(number.as_tuple().digits) <= 30 and abs(number.adjusted()) <= 28


_NAMES = {int: _("a whole number"), Decimal: _("a number"), bool: _("true or false"), date: _("a date")}
_REMEDIES = {
    int: _("Write digits only."),
    Decimal: _("Write digits with a point for fractions, without quotes."),
    bool: _("Write true or false."),
    date: _("Write it as 2008-12-31, without quotes."),
}
