"""Fields that forms of case work share: codes with their words, days, long texts with help."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms

from concerted.foundation.access.reads import mechanism_now
from concerted.foundation.agencies.reads import places_below
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.interfaces.pages.shell.widgets import DayMonthYear
from concerted.mechanism.cases.state_words import Words

from .words import choices

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Text = str | _StrPromise

FieldT = TypeVar("FieldT", bound=forms.Field)


def code(label: Text, table: Words, *, help: Text = "", empty: Text = "", **more: Any) -> forms.ChoiceField:
    """One code of a table; not compulsory where a word for nothing is given."""
    return forms.ChoiceField(
        label=label,
        choices=lambda: choices(table, empty=empty),
        help_text=help,
        required=not empty,
        **more,
    )


def codes(label: Text, table: Words, *, help: Text = "", required: bool = True) -> forms.MultipleChoiceField:
    """Several codes of a table."""
    return forms.MultipleChoiceField(
        label=label,
        choices=lambda: choices(table),
        widget=forms.CheckboxSelectMultiple,
        help_text=help,
        required=required,
    )


def long(label: Text, *, help: Text = "", rows: int = 4, required: bool = True) -> forms.CharField:
    """A text of some lines."""
    return forms.CharField(
        label=label,
        help_text=help,
        required=required,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def short(label: Text, *, help: Text = "", required: bool = True, limit: int = 200) -> forms.CharField:
    """A text of one line."""
    return forms.CharField(label=label, help_text=help, required=required, max_length=limit)


def day(label: Text, *, help: Text = "", required: bool = True) -> forms.DateField:
    """A day in three boxes."""
    return forms.DateField(label=label, help_text=help, required=required, widget=DayMonthYear)


def yes(label: Text, *, help: Text = "") -> forms.BooleanField:
    """A tick."""
    return forms.BooleanField(label=label, help_text=help, required=False)


def explained(field: FieldT, more: Text) -> FieldT:
    """The field with a longer word of help that opens below its hint."""
    field.more_help = more  # type: ignore[attr-defined]
    return field


def only(field: Any, allowed: Iterable[str]) -> None:
    """Leave of a field's choices those allowed."""
    kept = set(allowed)
    field.choices = [(key, label) for key, label in field.choices if key in kept]


def place(label: Text, *, help: Text = "", empty: Text = "", required: bool = True) -> forms.ChoiceField:
    """A province, chosen by whoever does not sign in; officers have `places.any_place`."""
    return forms.ChoiceField(
        label=label, help_text=help, required=required, choices=lambda: provinces(empty=empty)
    )


def provinces(*, empty: Text = "") -> list[tuple[str, Text]]:
    """Every province by its code."""
    today = mechanism_now().date()
    listed: list[tuple[str, Text]] = [("", empty)] if empty else []
    return listed + [
        (each.place.code, in_language(each.place)) for each in places_below(code="000000", on=today)
    ]
