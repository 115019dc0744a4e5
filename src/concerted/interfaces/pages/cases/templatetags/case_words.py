"""Tags of the pages of case work: words for codes, tags for states, values of a section, agencies' names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from babel import Locale
from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.foundation.access.reads import mechanism_now
from concerted.foundation.agencies.reads import place_on
from concerted.foundation.people.births import said_of
from concerted.foundation.people.values import Birth, Document, Name, Origin, Photograph, SexStated
from concerted.foundation.vault.hashes import search_mark
from concerted.foundation.vault.numbers import readable
from concerted.interfaces.pages.once import once_field
from concerted.interfaces.pages.shell.templatetags._words import in_language, listed, state_tag
from concerted.interfaces.pages.shell.templatetags._words import time as day_or_moment
from concerted.interfaces.pages.shell.words import day_words, speaks_chinese
from concerted.mechanism.cases import law
from concerted.mechanism.cases.reads.obligations import Lateness
from concerted.mechanism.cases.sections import NOT_SAID, Field

from .. import course_words, trail_words
from ..words import (
    ANSWERS,
    CALENDARS,
    GIVERS,
    LOOKS,
    NAME_KINDS,
    PAPER_KINDS,
    PREVIEW_WORDS,
    SCRIPTS,
    SEXES,
    TABLES,
)

register = template.Library()


@cache
def babel_locale(name: str) -> Locale:
    """The names of languages in a language."""
    return Locale.parse(name)


@register.simple_tag
def basis_of(holding: Any) -> str:
    """On what something was given: whose consent, which rule of law with what it relies on, or an emergency access."""
    if holding.basis == "break_glass":
        return _("By emergency access")
    if holding.basis == "consent":
        given = holding.consent
        if given is None:
            return _("By consent")
        whose = f" ({readable(given.person_id, 'P')})" if given.person_id else ""
        return _("By consent: %(giver)s") % {"giver": GIVERS[given.giver]} + whose
    called = _law_called(holding.basis)
    return f"{called}; {holding.relies_on}" if holding.relies_on else called


def _law_called(key: str) -> str:
    """The rule in words; its key where the law as data no longer holds it: what was given on it must stay readable."""
    rule = next((each for each in law.bases() if each.key == key), None)
    if rule is None:
        return _("By law: %(key)s (a rule the law as data no longer holds)") % {"key": key}
    return _("By law: %(name)s (%(articles)s)") % {
        "name": rule.zh if speaks_chinese() else rule.en,
        "articles": ", ".join(rule.articles),
    }


@register.filter
def moment_said(value: object) -> SafeString:
    """The moment that stands in sealed words."""
    return day_or_moment(datetime.fromisoformat(str(value)) if value else None)


@register.simple_tag
def quick_exit_address() -> str:
    """Where the quick exit leads: a page that tells nothing to whoever looks at the screen."""
    return str(settings.QUICK_EXIT)


@register.simple_tag
def once() -> SafeString:
    """The key of a form that nobody signed in sends; the forms of officers have theirs with the token."""
    return once_field()


@register.simple_tag(takes_context=True)
def may(context: Any, *permissions: str) -> bool:
    """Whether the officer's post holds one of these permissions; for showing a link."""
    officer = getattr(context["request"], "officer", None)
    return officer is not None and any(holds(officer, Permission(each)) for each in permissions)


@register.simple_tag(takes_context=True)
def nav_link(context: Any, view: str, label: str) -> SafeString:
    """A link of the navigation; the page one is on is marked, for the eye and for a screen reader."""
    here = getattr(context["request"].resolver_match, "view_name", "") == view
    current = SafeString(' aria-current="page"') if here else ""
    return format_html('<a class="govuk-link" href="{}"{}>{}</a>', reverse(view), current, label)


@register.filter
def said(code: Any, table: str) -> Any:
    """The words for a code; the code itself where the table does not know it. A list is joined."""
    words = TABLES[table]
    if isinstance(code, (list, tuple)):
        return listed(words.get(each, each) for each in code)
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
        return listed(labels.get(each, each) for each in value)
    return (
        str(labels.get(value, value))
        if field.kind not in ("text", "long_text")
        else str(dict(NOT_SAID).get(value, value))
    )


@register.filter
def happened(line: Any) -> str:
    """One line of the course of a case in words."""
    return course_words.happened(line)


@register.filter
def moved(move: Any) -> str:
    """One step of a thing of a case in words."""
    return course_words.moved(move.thing, move.act)


@register.filter
def kept_called(kind: str) -> str:
    """What an erasure takes away, in words."""
    return trail_words.kept_called(kind)


@register.filter
def preview_value(value: Any, key: str) -> str:
    """What stands in one field of a preview, in words; what is none of the codes is shown as it was written."""
    if isinstance(value, (list, tuple)):
        return listed(preview_value(each, key) for each in value)
    if key == "province_code":
        return place_called(value)
    return str(PREVIEW_WORDS.get(key, {}).get(str(value), value))


@register.simple_tag
def stated_value(value: Any) -> str:
    """What is said of a person, in one line."""
    match value:
        case Name():
            return value.full
        case SexStated():
            return " ".join(filter(None, (str(SEXES.get(value.code, value.code)), value.gender)))
        case Birth():
            if value.earliest is None or value.latest is None:
                return value.note or "–"
            span = (day_words(value.earliest), day_words(value.latest))
            days = span[0] if value.is_exact else _("%(from)s to %(to)s") % {"from": span[0], "to": span[1]}
            return days if value.calendar == "gregorian" else f"{days} ({CALENDARS['gregorian']})"
        case Document():
            return value.number
        case Origin():
            countries = dict.fromkeys(country_called(each) for each in (value.nationality, value.country))
            parts = (*countries, value.place_text, value.ethnicity, value.language)
            return listed(filter(None, parts)) or value.registered_at or value.note or "–"
    return str(getattr(value, "text", "") or getattr(value, "caption", "") or "–")


@register.simple_tag
def stated_more(value: Any) -> str:
    """What else was said with a value: which sort of name or paper, which calendar, whether it is an estimate."""
    match value:
        case Name():
            kind, script = NAME_KINDS.get(value.kind, value.kind), SCRIPTS.get(value.script, value.script)
            return _joined(kind, script, value.note)
        case SexStated():
            return value.note
        case Birth():
            return _joined(_born_as_said(value), _("an estimate") if value.estimation == "estimated" else "")
        case Document():
            spoilt = (
                _("does not fit its check character; it stands so on the paper") if value.as_written else ""
            )
            ends = _("valid until %(day)s") % {"day": day_words(value.expires_on)} if value.expires_on else ""
            begins = _("issued on %(day)s") % {"day": day_words(value.issued_on)} if value.issued_on else ""
            held = _("held by %(who)s") % {"who": value.held_by} if value.held_by else ""
            kind = PAPER_KINDS.get(value.kind, value.kind)
            return _joined(kind, country_called(value.country), begins, ends, held, spoilt, value.note)
        case Origin():
            at = _("registered at %(place)s") % {"place": value.registered_at} if value.registered_at else ""
            return _joined(at, value.note)
        case Photograph():
            return _("taken on %(day)s") % {"day": day_words(value.taken_on)} if value.taken_on else ""
    return ""


def _born_as_said(value: Birth) -> str:
    """The words in which a birth was told, with the calendar they go by where it is not the one of the days."""
    words = said_of(value) if value.earliest else ""
    if value.calendar != "gregorian":
        words = f"{words} ({CALENDARS[value.calendar]})" if words else str(CALENDARS[value.calendar])
    return _("said as: %(words)s") % {"words": words} if words else ""


def _joined(*parts: object) -> str:
    return " · ".join(str(part) for part in parts if part)


@register.filter
def record_number(pk: int) -> str:
    """The number of a person's record as officers say it."""
    return readable(pk, "P")


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


@register.filter
def language_called(code: str) -> str:
    """What a language of this code is called in the reader's language; the code where it is none."""
    return str(babel_locale("zh_Hans" if speaks_chinese() else "en").languages.get(code, code))


@register.filter
def country_called(code: str) -> str:
    """What a country of this code is called in the reader's language; the code where it is none."""
    return str(babel_locale("zh_Hans" if speaks_chinese() else "en").territories.get(code, code))


@register.filter
def languages_called(codes: Sequence[str]) -> str:
    """Several languages by name."""
    return listed(language_called(each) for each in codes)


@register.simple_tag(takes_context=True)
def draft_attributes(context: Any, form: str) -> SafeString:
    """What a form needs so that this device keeps what is typed, encrypted under a secret of the officer.

    The secret differs from agency to agency; it stands in the page alone, which no cache keeps, and never on the
    device. The mark of the officer lets the next officer on the device wipe what is not theirs.
    """
    officer = context["request"].officer
    secret = search_mark("drafts.secret", str(officer.pk), scope=str(officer.agency_id)).hex()
    owner = search_mark("drafts.owner", str(officer.pk)).hex()
    return format_html(
        'data-keep-draft="{}" data-draft-secret="{}" data-draft-owner="{}" data-draft-restored="{}" '
        'data-draft-old="{}" data-draft-gone="{}"',
        form,
        secret,
        owner,
        _("What you typed before and did not send was put back. It was kept on this device only, encrypted."),
        _(
            "A colleague has saved a newer text since you began. Save, and both are shown beside each other before "
            "anything is replaced."
        ),
        _("You have signed out in another window: what you type here is no longer kept on this device."),
    )
