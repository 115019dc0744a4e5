"""Screening forms in, results out, as data and in words; it scores nothing and keeps nothing."""

from .answer import RESULT_SCHEMA, result_as_data
from .form import FORM_SCHEMA, LARGEST_FORM, blank_form, form_from, read_form
from .sets import INDICATORS_FILE, load_indicator_set
from .text import result_as_text

__all__ = [
    "FORM_SCHEMA",
    "INDICATORS_FILE",
    "LARGEST_FORM",
    "RESULT_SCHEMA",
    "blank_form",
    "form_from",
    "load_indicator_set",
    "read_form",
    "result_as_data",
    "result_as_text",
]
