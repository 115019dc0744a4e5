"""Tags and filters for words: states, dates, numbers, tiles, names in two languages; they compute nothing."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import words
from ..faults import fault_words
from ..states import look_of

register = template.Library()

register.filter("day", words.day_words)
register.filter("moment", words.moment_words)
register.filter("dated", words.dated_words)
register.filter("number", words.number_words)
register.filter("percent", words.percent_words)
register.filter("days", words.lateness_words)
register.filter("file_size", words.file_size_words)


@register.simple_tag
def state_tag(state: object, label: str | Promise = "") -> SafeString:
    """Show a state as a coloured tag with its symbol and words: ``{% state_tag report.state %}``."""
    look = look_of(state, label)
    return format_html(
        '<strong class="c-tag c-tone-{}"><span class="c-tag__symbol" aria-hidden="true">{}</span>{}</strong>',
        look.tone,
        look.symbol,
        look.label,
    )


@register.simple_tag
def state_words(state: object) -> str:
    """Return a state's words alone, for sentences and option lists."""
    return str(look_of(state).label)


@register.inclusion_tag("shell/ui/tile.html")
def tile(
    label: str,
    number: Any,
    of: Any = None,
    *,
    href: str = "",
    unit: str = "",
    tone: str = "plain",
    note: str = "",
) -> dict[str, Any]:
    """Show a number with its denominator that opens the list behind it.

    number may be None (not reported: shown as a dash). tone: plain, good, warn, bad, late, info, quiet; a
    zero warns of nothing, so warn, bad and late turn plain.
    """
    if number == 0 and tone in ("warn", "bad", "late"):
        tone = "plain"
    symbol = {"good": "✓", "warn": "◔", "bad": "▲"}.get(tone, "")
    shown = words.number_words(number) if isinstance(number, words.Number) else (number or words.MISSING)
    whole = words.fraction_words(number, of, unit) if of is not None else ""
    return {
        "label": label,
        "shown": shown,
        "of": _("of %(whole)s") % {"whole": words.number_words(of)} if of is not None else "",
        "spoken": whole,
        "unit": unit,
        "href": href,
        "tone": tone,
        "symbol": symbol,
        "note": note,
        "missing": number is None,
    }


@register.simple_tag
def fraction(part: Any, whole: Any, unit: str = "") -> SafeString:
    """Show "24 of 31 provinces": ``{% fraction 24 31 _("provinces") %}``."""
    return format_html('<span class="c-fraction">{}</span>', words.fraction_words(part, whole, unit))


@register.inclusion_tag("shell/ui/empty_state.html")
def empty_state(title: str, text: str = "", *, href: str = "", action: str = "") -> dict[str, str]:
    """Say that a list is empty, why, and what can be done next."""
    return {"title": title, "text": text, "href": href, "action": action}


@register.simple_tag
def days(late: int | None) -> SafeString:
    """Show working days late (positive) or left (negative) with a tone and symbol."""
    if late is None:
        return format_html("{}", words.MISSING)
    tone, symbol = ("bad", "▲") if late > 0 else ("warn", "◔") if late > -6 else ("quiet", "○")
    return format_html(
        '<span class="c-days c-ink-{}"><span aria-hidden="true">{}</span> {}</span>',
        tone,
        symbol,
        words.lateness_words(late),
    )


@register.simple_tag
def time(at: date | datetime | None) -> SafeString:
    """Show a date or moment in a ``<time>`` element: ``{% time report.submitted_at %}``."""
    if at is None:
        return format_html('<span class="c-missing">{}</span>', words.MISSING)
    shown = words.moment_words(at) if isinstance(at, datetime) else words.day_words(at)
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), shown)


@register.filter
def bilingual(thing: Any, name: str = "name") -> SafeString | str:
    """Pick ``name_zh`` or ``name_en`` by the active language; a fallback is marked with its own language.

    ``{{ agency|bilingual }}`` or ``{{ measure|bilingual:"title" }}``; objects and mappings alike.
    """
    if thing is None:
        return words.MISSING
    wanted, other = ("zh", "en") if words.speaks_chinese() else ("en", "zh")
    if text := _part(thing, f"{name}_{wanted}"):
        return text
    if text := _part(thing, f"{name}_{other}"):
        return format_html('<span lang="{}">{}</span>', "zh-Hans" if other == "zh" else "en", text)
    return _part(thing, name) or words.MISSING


@register.filter
def in_language(thing: Any, name: str = "name") -> str:
    """Like ``bilingual`` but plain text, for attributes, options and arguments of other tags."""
    wanted, other = ("zh", "en") if words.speaks_chinese() else ("en", "zh")
    found = _part(thing, f"{name}_{wanted}") or _part(thing, f"{name}_{other}") or _part(thing, name)
    return found or words.MISSING


def _part(thing: Any, name: str) -> str:
    value = thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)
    return str(value) if value else ""


READINGS: dict[str, tuple[Promise, str, str]] = {
    "full": (gettext_lazy("Read in full"), "●", "good"),
    "read_in_full": (gettext_lazy("Read in full"), "●", "good"),
    "complete": (gettext_lazy("Read in full"), "●", "good"),
    "national_opening": (gettext_lazy("Read in the opening of the national text"), "◕", "info"),
    "national_summary": (gettext_lazy("Read in a summary of the national text"), "◑", "info"),
    "provincial_mirror": (gettext_lazy("Read in a provincial plan"), "◔", "late"),
    "municipal_mirror": (gettext_lazy("Read in a city plan"), "◔", "late"),
    "commentary": (gettext_lazy("Read in a published analysis of the text"), "◔", "late"),
    "press": (gettext_lazy("Read in a press report"), "◔", "late"),
    "not_read": (gettext_lazy("Text not read"), "○", "quiet"),
    "demonstration": (gettext_lazy("Invented for demonstration"), "◇", "warn"),
}


@register.simple_tag
def provenance(level: Any, sources: Any = (), text: str = "") -> SafeString:
    """Show how an entry was read and, on opening, its sources.

    level: a reading level or several (national_opening, national_summary, provincial_mirror, not_read ...);
    sources: strings, or mappings with ``what`` and ``where``. Written as text in one go, for a plan has one with
    every entry.
    """
    levels = [level] if isinstance(level, str) or level is None else list(level)
    tags = "".join(_reading(str(getattr(item, "value", item) or "not_read")) for item in levels)
    said = f'<span class="c-provenance__text">{escape(text)}</span> ' if text else ""
    return mark_safe(f'<div class="c-provenance">{tags}{said}{_sources(list(sources or ()))}</div>')


def _reading(level: str) -> str:
    label, symbol, tone = READINGS.get(level, (level.replace("_", " "), "·", "quiet"))
    return (
        f'<span class="c-tag c-tag--thin c-tone-{tone}"><span class="c-tag__symbol" aria-hidden="true">{symbol}</span>'
        f"{escape(label)}</span> "
    )


def _sources(sources: list[Any]) -> str:
    if not sources:
        return ""
    listed = "".join(f"<li>{_source(one)}</li>" for one in sources)
    return (
        f'<details class="c-disclosure"><summary>{escape(_("Sources"))} ({len(sources)})</summary>'
        f'<ul class="c-plain-list">{listed}</ul></details>'
    )


def _source(source: Any) -> str:
    if not isinstance(source, Mapping):
        return escape(source)
    where = source.get("where")
    return escape(source.get("what", "")) + (f' <span class="c-hint">{escape(where)}</span>' if where else "")


@register.simple_tag
def error_words(status: Any, error: Any = None) -> dict[str, Any]:
    """Return what an error page says: ``{% error_words status error as told %}``."""
    return fault_words(status if isinstance(status, int) else 500, error)
