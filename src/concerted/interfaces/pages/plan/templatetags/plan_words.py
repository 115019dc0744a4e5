"""Filters that put a measure's name, deadline and level into words; they fetch nothing."""

from django import template

from ..words import deadline_words, field_words, level_words, measure_name, shown

register = template.Library()
register.filter("measure_name", measure_name)
register.filter("deadline_words", deadline_words)
register.filter("level_words", level_words)
register.filter("field_words", field_words)
register.filter("shown", shown)
