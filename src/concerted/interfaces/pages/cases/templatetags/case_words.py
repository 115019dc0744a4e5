"""Tags of the pages of case work: words for codes, tags for states, values of a section, agencies' names."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from concerted.foundation.access.reads import mechanism_now
from concerted.foundation.agencies.reads import place_on
from concerted.interfaces.pages.shell.templatetags._words import in_language, state_tag
from concerted.interfaces.pages.shell.templatetags._words import time as day_or_moment
from concerted.mechanism.cases.reads.obligations import Lateness
from concerted.mechanism.cases.sections import NOT_SAID, Field

from ..words import ANSWERS, LOOKS, TABLES

register = template.Library()


@register.filter
def said(code: Any, table: str) -> Any:
    """The words for a code; the code itself where the table does not know it. A list is joined."""
    words = TABLES[table]
    if isinstance(code, (list, tuple)):
        return ", ".join(str(words.get(each, each)) for each in code)
    return words.get(str(code), code)


@register.simple_tag
def case_tag(state: str, table: str) -> SafeString:
    """A coloured tag for a state of case work, with its words."""
    return state_tag(LOOKS.get(state, state), label=said(state, table))


@register.simple_tag
def section_value(field: Field, value: Any) -> str:
    """What stands in one field of a section, in words."""
    labels = {**dict(NOT_SAID), **ANSWERS, **dict(field.values)}
    if isinstance(value, (list, tuple)):
        return ", ".join(str(labels.get(each, each)) for each in value)
    return (
        str(labels.get(value, value))
        if field.kind not in ("text", "long_text")
        else str(dict(NOT_SAID).get(value, value))
    )


@register.filter
def at_key(mapping: Any, key: Any) -> Any:
    """The value of a mapping under a key, or nothing."""
    return (mapping or {}).get(key, "")


@register.simple_tag
def due_time(owed: Any) -> SafeString:
    """By when something is to be done: the moment with its zone where the clock runs by hours, else the day."""
    due_at = getattr(owed, "due_at", None)
    return day_or_moment(owed.due) if due_at is None else zoned(due_at)


@register.simple_tag
def zoned(at: datetime | None) -> SafeString:
    """A moment with its zone, for whoever reads it elsewhere."""
    if at is None:
        return day_or_moment(None)
    local = timezone.localtime(at)
    zone = f"UTC{local:%z}"
    return format_html('{} <span class="c-hint">{}</span>', day_or_moment(local), f"{zone[:-2]}:{zone[-2:]}")


@register.simple_tag
def late_by(late: Lateness | None) -> SafeString:
    """How late something is: in minutes and hours where its clock runs by hours, else in days; nothing in time."""
    if late is None:
        return format_html("")
    return format_html(
        '<span class="c-days c-ink-bad"><span aria-hidden="true">▲</span> {}</span>', _late_words(late)
    )


def _late_words(late: Lateness) -> str:
    if late.hours is None or late.hours >= 48:
        days = late.days if late.hours is None else int(late.hours // 24)
        return ngettext("%(days)s day late", "%(days)s days late", days) % {"days": days}
    if late.hours >= 1:
        hours = int(late.hours)
        return ngettext("%(hours)s hour late", "%(hours)s hours late", hours) % {"hours": hours}
    minutes = max(1, int(late.hours * 60))
    return ngettext("%(minutes)s minute late", "%(minutes)s minutes late", minutes) % {"minutes": minutes}


@register.filter
def place_called(code: str) -> str:
    """The name of the place of this code; the code where it is none."""
    found = place_on(code=code, on=mechanism_now().date())
    return in_language(found) if found else code


@register.simple_tag(takes_context=True)
def draft_attributes(context: Any, form: str) -> SafeString:
    """What a form needs so that this device keeps what is typed, encrypted under a secret of the session."""
    session = context["request"].session
    secret = session.get("draft_secret")
    if not secret:
        secret = session["draft_secret"] = secrets.token_urlsafe(32)
    return format_html(
        'data-keep-draft="{}" data-draft-secret="{}" data-draft-restored="{}"',
        form,
        secret,
        _("What you typed before and did not send was put back. It was kept on this device only, encrypted."),
    )
