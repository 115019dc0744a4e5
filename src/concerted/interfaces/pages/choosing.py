"""Reaches the field of a form that offers choices, as what it is."""

from __future__ import annotations

from django import forms


def choosing(form: forms.BaseForm, name: str) -> forms.ChoiceField:
    """The form's field of that name, whose choices are read or offered. Raises TypeError where it offers none."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{type(form).__name__}.{name} offers no choices")
    return field
