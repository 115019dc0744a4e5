"""No field of case work is asked for without a sentence beside it that says why, and what to write."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from concerted.interfaces.exchange.case_sheet import CaseMapping
from concerted.interfaces.exchange.screening import load_indicator_set
from concerted.interfaces.pages.cases import views
from concerted.interfaces.pages.cases.views.imports import MappingForm
from concerted.interfaces.pages.cases.views.people import PersonForm
from concerted.interfaces.pages.cases.views.screening import AnswersForm
from concerted.interfaces.pages.cases.views.sections import SectionForm
from concerted.mechanism.cases.sections import WRITTEN

pytestmark = pytest.mark.django_db
#: What some forms are made of: the day, or a list handed over.
NEEDS: dict[type, dict[str, Any]] = {
    MappingForm: {"headings": ["Name"], "first": {}, "mapping": CaseMapping(name="list", columns={})},
    PersonForm: {"on": date(2010, 4, 12)},
}
#: A sentence is longer than a word; a sentence of Chinese has at least so many signs.
SHORTEST = {"en": 16, "zh-hans": 6}


def _modules() -> Iterator[object]:
    for found in pkgutil.iter_modules(views.__path__):
        yield importlib.import_module(f"{views.__name__}.{found.name}")


def every_form() -> Iterator[tuple[str, forms.Form]]:
    """Every form of the pages of case work, each once, with the sections and the lists of indicators spelt out."""
    for module in _modules():
        for name, kind in vars(module).items():
            if not (isinstance(kind, type) and issubclass(kind, forms.Form)):
                continue
            if kind.__module__ != module.__name__ or kind in (SectionForm, AnswersForm):  # type: ignore[attr-defined]
                continue
            made = kind(**NEEDS.get(kind, {}))
            yield f"{module.__name__.rsplit('.', 1)[-1]}.{name}", made  # type: ignore[attr-defined]
    for section in WRITTEN:
        yield f"sections.{section.key}", SectionForm(section)
    indicators = load_indicator_set()
    for listed in indicators.lists:
        if listed.is_available:
            yield f"screening.{listed.id}", AnswersForm(indicators.dimensions, listed.id)


@pytest.mark.parametrize("language", list(SHORTEST))
def test_every_field_says_why_it_is_asked_and_what_to_write(language: str) -> None:
    with translation.override(language):
        without = [
            f"{name}.{bound.name}"
            for name, form in every_form()
            for bound in form.visible_fields()
            if len(str(bound.help_text)) < SHORTEST[language]
        ]
    assert without == []


def test_the_help_is_tied_to_the_control_it_explains() -> None:
    shown = Template("{% load concerted_ui %}{% fields form %}")
    for name, form in every_form():
        text = shown.render(Context({"form": form}))
        for bound in form.visible_fields():
            assert f'id="{bound.auto_id}-hint"' in text, f"{name}.{bound.name}"
            assert f"{bound.auto_id}-hint" in " ".join(
                part.split('"')[0] for part in text.split('aria-describedby="')[1:]
            ), f"{name}.{bound.name}"
