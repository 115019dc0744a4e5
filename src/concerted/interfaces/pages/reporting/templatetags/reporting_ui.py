"""Tags of the reporting pages: words for a field, one indicator entry, and what the period before said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from concerted.interfaces.pages.shell.words import MISSING, number_words
from concerted.mechanism.plan.acts.report_fields import number

from ..words import CLAIMED, field_words

register = template.Library()
register.filter("report_field", field_words)


@register.simple_tag
def entry(values: Mapping[str, Any]) -> str | SafeString:
    """One indicator's value, or why there is none; a dash where nothing was said."""
    if values.get("no_value"):
        return format_html('<span class="c-hint">{}: {}</span>', _("No value, because"), values["no_value"])
    if values.get("numerator") or values.get("denominator"):
        return f"{_figure(values.get('numerator'))} / {_figure(values.get('denominator'))}"
    return _figure(values.get("value"))


def _figure(text: object) -> str:
    if text in (None, ""):
        return MISSING
    read = number(text)
    return str(text) if read is None else number_words(read)


@register.simple_tag
def before_value(before: Any, period: Any, field: str) -> SafeString:
    """What the agency's report for the period before said in this field; nothing without one."""
    value = getattr(before, field, "") if before is not None else ""
    if not value:
        return mark_safe("")
    if field == "claimed_status":
        return format_html('<p class="c-hint">{}: {}</p>', period.key, CLAIMED.get(value, value))
    lines = value if isinstance(value, list) else str(value).split("\n")
    return format_html(
        '<details class="c-disclosure"><summary>{}</summary>{}</details>',
        _("In %(period)s you wrote") % {"period": period.key},
        format_html_join("", "<p>{}</p>", ((line,) for line in lines if line)),
    )


@register.simple_tag
def before_entry(before: Any, period: Any, indicator: Any) -> SafeString:
    """The value reported for the period before."""
    values = (before.values or {}).get(indicator.key) if before is not None else None
    if not values:
        return mark_safe("")
    return format_html('<p class="c-hint">{}: {}</p>', period.key, entry(values))
