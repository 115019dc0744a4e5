"""Says in plain words what a form's field asks for when it is empty or cannot be read; it changes no rule."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core import validators
from django.utils.translation import gettext_lazy as _

#: kind of field -> fault -> what is said, with what to do. The framework's own words tell only that a field is wrong.
WORDS: dict[type[forms.Field], dict[str, Any]] = {
    forms.Field: {"required": _("Fill this in.")},
    forms.ChoiceField: {"required": _("Choose one.")},
    forms.ModelChoiceField: {"required": _("Choose one.")},
    forms.MultipleChoiceField: {"required": _("Choose at least one.")},
    forms.ModelMultipleChoiceField: {"required": _("Choose at least one.")},
    forms.BooleanField: {"required": _("Tick it to go on.")},
    forms.FileField: {
        "required": _("Choose a file."),
        "empty": _("The file is empty. Choose another one."),
    },
    forms.DateField: {
        "required": _("Give the year, the month and the day."),
        "invalid": _("There is no such day. Give year, month and day in figures, as 2011, 7, 18."),
    },
    forms.IntegerField: {"invalid": _("This is no whole number. Write it in figures, as 12.")},
    forms.DecimalField: {"invalid": _("This is no number. Write it in figures, as 12.5.")},
}


def say_plainly() -> None:
    """Put these words in the place of the framework's, for every form."""
    for kind, words in WORDS.items():
        kind.default_error_messages = {**kind.__dict__.get("default_error_messages", {}), **words}
    validators.MinValueValidator.message = _("Write %(limit_value)s or more.")
    validators.MaxValueValidator.message = _("Write %(limit_value)s or less.")
