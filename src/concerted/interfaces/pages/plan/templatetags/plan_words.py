"""Filters that put a measure's name, deadline and level into words; they fetch nothing but the present day."""

from typing import Any

from django import template

from concerted.foundation.access.reads import mechanism_now
from concerted.mechanism.plan.reads.documents import stands_on

from ..words import deadline_words, field_words, level_words, measure_name, shown

register = template.Library()
register.filter("measure_name", measure_name)
register.filter("deadline_words", deadline_words)
register.filter("level_words", level_words)
register.filter("field_words", field_words)
register.filter("shown", shown)


@register.simple_tag
def today() -> Any:
    """The mechanism's present day, asked once for a page."""
    return mechanism_now().date()


@register.filter
def standing_on(version: Any, on: Any) -> str:
    """The key of the state in which a version stands on the day."""
    return stands_on(version, on)
