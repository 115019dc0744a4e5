"""One value of the standard from text and to text; what does not fit is handed back, never bent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .fields import Field, Kind, aliases, folded

Value = str | date | Decimal | bool | tuple[str, ...]

BETWEEN_CHOICES = ";"
_TRUE = frozenset({"true", "yes", "1", "是", "y"})
_FALSE = frozenset({"false", "no", "0", "否", "n"})
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T00:00:00.*)?")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?")


class Unreadable(Exception):
    """A text that is no value of its field; `why` says it in a sentence."""

    def __init__(self, why: Promise) -> None:
        super().__init__(why)
        self.why = why


def value_from(text: str, one: Field) -> Value | None:
    """Return the value a cell holds, None for an empty one. Raises Unreadable with the reason."""
    if not text.strip():
        return None
    if one.kind is Kind.TEXT:
        return text
    if one.kind is Kind.DATE:
        return _date(text.strip())
    if one.kind is Kind.NUMBER:
        return _number(text.strip())
    if one.kind is Kind.CHECKBOX:
        return _checkbox(text.strip())
    if one.kind is Kind.CHOICE:
        return _choice(text, one)
    return _choices(text, one)


def is_raw(value: Value, one: Field) -> bool:
    """Whether a value of a field is a text that the field cannot hold: kept as it came, and never put anywhere."""
    if not isinstance(value, str) or one.kind is Kind.TEXT:
        return False
    return one.kind is not Kind.CHOICE or value not in one.values


def known_choices(text: str, one: Field) -> tuple[str, ...]:
    """Return the choices of a text that are in the list, when others beside them are not."""
    if one.kind is not Kind.CHOICES or not one.values:
        return ()
    found = (named(part, one) for part in re.split(r"[;|]", text))
    return tuple(dict.fromkeys(name for name in found if name))


def text_of(value: Value) -> str:
    """Return the text a value is written as: names of choices, ISO dates, true and false."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return BETWEEN_CHOICES.join(value)
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else value


def _date(text: str) -> date:
    found = _DATE.fullmatch(text)
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as fault:
        raise Unreadable(_("There is no such day.")) from fault
    raise Unreadable(_("A date is written YYYY-MM-DD; other orders of day and month cannot be told apart."))


def _number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise Unreadable(_("It is not a number."))
    return Decimal(text)


def _checkbox(text: str) -> bool:
    if text.casefold() in _TRUE:
        return True
    if text.casefold() in _FALSE:
        return False
    raise Unreadable(_("It is neither true nor false."))


def _choice(text: str, one: Field) -> str:
    found = named(text, one)
    if found is None:
        raise Unreadable(_("The list of values does not hold it, or holds only a part of it."))
    return found


def _choices(text: str, one: Field) -> tuple[str, ...]:
    if not one.values:
        return tuple(dict.fromkeys(part.strip() for part in re.split(r"[;|]", text) if part.strip()))
    whole = named(text, one)
    parts: Sequence[str] = [whole] if whole else [part for part in re.split(r"[;|]", text) if part.strip()]
    if len(parts) == 1 and not named(parts[0], one):
        parts = text.split()
    found = [named(part, one) for part in parts]
    strange = [part.strip() for part, name in zip(parts, found, strict=True) if name is None]
    if strange:
        raise Unreadable(
            format_lazy(_("The list of values does not hold {values}."), values=", ".join(strange))
        )
    return tuple(dict.fromkeys(name for name in found if name))


def named(text: str, one: Field) -> str | None:
    """Return the name of a choice written by name, by label or by a known alias; None for anything else."""
    wanted = folded(text)
    if not wanted:
        return None
    for name, label in one.values.items():
        if wanted in (folded(name), folded(label)):
            return name
    return aliases().values.get((one.name, wanted))
