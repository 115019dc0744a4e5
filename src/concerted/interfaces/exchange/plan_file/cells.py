"""Writes one field of a plan as one spreadsheet text and reads it back; every distinction survives the
journey."""

from __future__ import annotations

import json
import re
import types
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Union, get_args, get_origin

from concerted.interfaces.exchange.plan_file.document import NotRead

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_NUMBER = re.compile(r"[+-]?\d{1,40}(?:\.\d{1,40})?\Z")
_JOINT = "\n"


def cell_text(value: Any, kind: Any) -> str | None:
    """Return the text of a cell for plain value of the declared kind; None is an empty cell."""
    if value is None:
        return None
    kinds = _kinds(kind)
    if isinstance(value, list):
        return "[]" if not value else _JOINT.join(_safe(str(each), kinds, inside=True) for each in value)
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value if value == "not_read" and NotRead in kinds else _safe(value, kinds)
    return str(value)


def cell_value(text: Any, kind: Any) -> Any:
    """Return the plain value of a cell for the declared kind; what cannot be read so stays a text for
    the decoder."""
    kinds = _kinds(kind)
    if isinstance(text, datetime):
        text = text.date() if (text.hour, text.minute, text.second) == (0, 0, 0) else text.isoformat()
    if not isinstance(text, str):
        return _typed(text, kinds)
    if any(get_origin(each) is tuple for each in kinds):
        return _list(text, kinds)
    if any(get_origin(each) in (dict, Mapping) for each in kinds):
        return _json(text)
    if text.startswith('"'):
        return _json(text)
    for each in kinds:
        if (found := _read(text, each)) is not None:
            return found
    return text


def _typed(value: Any, kinds: tuple[Any, ...]) -> Any:
    """Take what a spreadsheet program made a number or a date of, where the field is a number, date or
    text."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, float):
        value = int(value) if value.is_integer() else Decimal(repr(value))
    wanted = {date, int, Decimal} & {each for each in kinds if isinstance(each, type)}
    if isinstance(value, int | Decimal) and not wanted:
        return str(value)
    return value


def _kinds(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)


def _safe(text: str, kinds: tuple[Any, ...], *, inside: bool = False) -> str:
    """Put a text in JSON quotes where it would otherwise be read as something else."""
    confusing = (
        text in ("", "[]", "not_read")
        or text[:1] in '"'
        or text != text.strip()
        or (inside and _JOINT in text)
    )
    if confusing or any(_read(text, each) is not None for each in kinds):
        return json.dumps(text, ensure_ascii=False)
    return text


def _read(text: str, kind: Any) -> Any:
    if kind is date and _ISO.match(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None
    if kind is bool and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if kind in (int, Decimal) and _NUMBER.match(text):
        try:
            return int(text) if "." not in text else Decimal(text)
        except InvalidOperation:
            return None
    return None


def _list(text: str, kinds: tuple[Any, ...]) -> Any:
    if text == "not_read" and NotRead in kinds:
        return text
    if text.strip() == "[]":
        return []
    return [
        _json(each) if each.startswith('"') else each.strip() for each in text.split(_JOINT) if each.strip()
    ]


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        return text
