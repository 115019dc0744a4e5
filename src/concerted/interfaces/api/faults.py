"""Says in the officer's language what pydantic found wrong in a call, and what to do; it finds nothing itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

Words = tuple[str | Promise, str | Promise]

_NUMBER: Words = (gettext_lazy("this is not a number"), gettext_lazy("Send a number, without quotes."))
_WHOLE: Words = (
    gettext_lazy("this is not a whole number"),
    gettext_lazy("Send a whole number, without quotes."),
)
_TEXT: Words = (gettext_lazy("this is not a text"), gettext_lazy("Send a text in quotes."))
_DAY: Words = (gettext_lazy("this is not a day"), gettext_lazy("Send it as YYYY-MM-DD."))
_MOMENT: Words = (
    gettext_lazy("this is not a moment"),
    gettext_lazy("Send it as YYYY-MM-DDThh:mm:ss with its time zone."),
)
_YES_NO: Words = (gettext_lazy("this is neither true nor false"), gettext_lazy("Send true or false."))
_LIST: Words = (gettext_lazy("this is not a list"), gettext_lazy("Send a list in square brackets."))
_OBJECT: Words = (
    gettext_lazy("this is not an object"),
    gettext_lazy("Send an object in curly brackets, with the names that the interface description gives."),
)

#: By the error's type (https://docs.pydantic.dev/latest/errors/validation_errors/); a bound is told with its value.
_SAID: dict[str, Words] = {
    "missing": (gettext_lazy("this is missing"), gettext_lazy("Send it.")),
    "extra_forbidden": (gettext_lazy("nothing of this name is taken"), gettext_lazy("Leave it out.")),
    "int_parsing": _WHOLE,
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "finite_number": _NUMBER,
    "string_type": _TEXT,
    "string_unicode": _TEXT,
    "json_invalid": _OBJECT,
    "json_type": _OBJECT,
    "dataclass_type": _OBJECT,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "time_parsing": (gettext_lazy("this is not a time of day"), gettext_lazy("Send it as hh:mm.")),
    "none_required": (gettext_lazy("this must be empty"), gettext_lazy("Send null, or leave it out.")),
    "date_parsing": _DAY,
    "date_type": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "datetime_parsing": _MOMENT,
    "datetime_type": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "timezone_aware": _MOMENT,
    "bool_parsing": _YES_NO,
    "bool_type": _YES_NO,
    "list_type": _LIST,
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
}
_BOUNDS = {
    "greater_than_equal": ("ge", gettext_lazy("this is less than %(bound)s")),
    "greater_than": ("gt", gettext_lazy("this is not more than %(bound)s")),
    "less_than_equal": ("le", gettext_lazy("this is more than %(bound)s")),
    "less_than": ("lt", gettext_lazy("this is not less than %(bound)s")),
    "string_too_short": ("min_length", gettext_lazy("this is shorter than %(bound)s characters")),
    "string_too_long": ("max_length", gettext_lazy("this is longer than %(bound)s characters")),
    "too_short": ("min_length", gettext_lazy("this has fewer than %(bound)s entries")),
    "too_long": ("max_length", gettext_lazy("this has more than %(bound)s entries")),
    "literal_error": ("expected", gettext_lazy("this is none of: %(bound)s")),
    "enum": ("expected", gettext_lazy("this is none of: %(bound)s")),
    "multiple_of": ("multiple_of", gettext_lazy("this is no multiple of %(bound)s")),
    "decimal_max_digits": ("max_digits", gettext_lazy("this has more than %(bound)s digits")),
    "decimal_max_places": (
        "decimal_places",
        gettext_lazy("this has more than %(bound)s digits behind the point"),
    ),
    "decimal_whole_digits": (
        "whole_digits",
        gettext_lazy("this has more than %(bound)s digits before the point"),
    ),
}
_PATTERNS = {
    "string_pattern_mismatch": gettext_lazy("this is not of the form %(pattern)s"),
}
#: What the commonest patterns ask for, in words.
_SHAPES = {
    r"^[^\x00]*$": gettext_lazy("this holds a NUL, which no text takes"),
    r"^[^\x00\r\n]*$": gettext_lazy("this is not one line: it holds a line break or a NUL"),
    r"^[0-9]{6}$": gettext_lazy("this is not a code of six digits"),
}


def fault_of(error: Mapping[str, Any]) -> dict[str, Any]:
    """One fault {what, field, row, remedy} from one of pydantic's errors {type, loc, msg, ctx}.

    field: the name as the caller sent it, list positions from 0; the last resort for `what` is pydantic's own text.
    """
    what, remedy = _said(error)
    return {"what": what, "field": _field(error["loc"]), "row": None, "remedy": remedy}


def _said(error: Mapping[str, Any]) -> tuple[str, str]:
    kind, facts = str(error["type"]), error.get("ctx") or {}
    if kind in _SAID:
        what, remedy = _SAID[kind]
        return str(what), str(remedy)
    if kind in _BOUNDS and _BOUNDS[kind][0] in facts:
        name, words = _BOUNDS[kind]
        return str(words) % {"bound": str(facts[name]).replace(" or ", ", ")}, _(
            "Send a value that keeps to this."
        )
    remedy = _("Compare it with the interface description at /api/v1/openapi.json.")
    if kind in _PATTERNS:
        pattern = str(facts.get("pattern", ""))
        return str(_SHAPES.get(pattern) or _PATTERNS[kind] % {"pattern": pattern}), remedy
    if kind in ("value_error", "assertion_error") or get_language() == "en":
        return str(error["msg"]), remedy
    return _("this is not taken here (%(kind)s)") % {"kind": kind}, remedy


def _field(where: Sequence[str | int]) -> str:
    """Without the place (body, query, path) and the view's name of a body, neither of which the caller sent."""
    inner = where[2:] if where and where[0] in ("body", "form") else where[1:]
    return ".".join(str(part) for part in (inner or where))
