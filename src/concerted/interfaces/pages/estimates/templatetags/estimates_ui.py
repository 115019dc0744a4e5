"""Filters that show runs and library texts in words; they read nothing."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from concerted.interfaces.pages.shell.words import number_words
from concerted.methods.prevalence import significant

from .. import words

register = template.Library()


@register.filter
def worded(key: Any, table: str) -> Any:
    """The words of a key in one of the tables of words.py; the key itself where it is not listed."""
    return getattr(words, table).get(str(key), key)


@register.filter
def of(thing: Any, key: str = "text") -> str:
    """A text that a result carries in both languages."""
    return words.of(thing or {}, key)


@register.filter
def said(text: object) -> str:
    """A text of the library in the officer's language."""
    return words.said(text)


@register.filter
def step_words(name: str) -> str:
    """What is being computed."""
    return words.step(name)


@register.filter
def drawn(svg: str) -> SafeString:
    """A picture made by exchange/prevalence, which escapes every text in it."""
    return mark_safe(svg)


@register.filter
def three(value: float) -> str:
    """A number of people to three significant digits."""
    return number_words(int(significant(value)))
