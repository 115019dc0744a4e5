"""Tags of the meeting pages: words for kinds and states, figures, where a link leads; they fetch nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from concerted.interfaces.exchange.meeting_papers.words import FIGURES

from ...home.words import step_words
from ...shell.templatetags._words import in_language, state_tag
from ...shell.words import number_words, speaks_chinese
from .. import words

register = template.Library()

_NAMES = {
    "series": words.SERIES_KINDS,
    "level": words.LEVELS,
    "chair": words.CHAIRS,
    "seat": words.SEATS,
    "decision": words.DECISION_KINDS,
    "dissent": words.DISSENTS,
    "paper": words.PAPERS,
    "language": words.LANGUAGES,
    "form": words.FORMS,
    "move": words.MOVES,
    "field": words.FIELDS,
    "step": words.STEPS,
    "machine": words.MACHINES,
    "act": words.ACTS,
}
#: kind of thing -> the page that shows it, and the name of its argument.
_PAGES: Mapping[str, tuple[str, str]] = {
    "plan.measure": ("plan:measure", "pk"),
    "plan.plan": ("plan:plan", "key"),
    "plan.report": ("reporting:report", "pk"),
    "plan.indicator": ("indicators:indicator", "pk"),
    "obligations.obligation": ("home:obligation", "pk"),
    "agencies.agency": ("agencies:agency", "key"),
    "agencies.place": ("agencies:place", "code"),
    "evaluation.instrument": ("evaluation:instrument", "key"),
    "meetings.decision": ("meetings:decision", "pk"),
    "meetings.meeting": ("meetings:minutes", "key"),
    "meetings.minutes": ("meetings:minutes", "key"),
}


@register.simple_tag
def meeting_tag(of: str, state: str) -> SafeString | str:
    """Show a state of a meeting, item, decision ... as a tag; nothing for an empty one."""
    if not state:
        return ""
    return state_tag(words.look_key(state), words.STATES[of].get(state, state))


@register.simple_tag
def state_name(of: str, state: str) -> str:
    """The words of a state."""
    return str(words.STATES[of].get(state, state))


@register.simple_tag
def named(of: str, code: str) -> str:
    """The words for a code of one of this part's lists."""
    return str(_NAMES[of].get(code, code))


@register.simple_tag
def figure_name(figure: Mapping[str, Any]) -> str:
    """What a figure counts."""
    return str(FIGURES.get(figure["key"], figure["key"]))


@register.simple_tag
def figure_value(figure: Mapping[str, Any]) -> str:
    """A figure with what it is out of and its unit."""
    value = figure["value"]
    shown = number_words(value) if isinstance(value, int | float) else str(value)
    if figure.get("of") is not None:
        shown = f"{shown} / {number_words(figure['of'])}"
    unit = words.UNITS.get(str(figure.get("unit", "")), "")
    return f"{shown} {unit}".strip()


@register.simple_tag
def address_of(kind: str, key: object) -> str:
    """The page that shows a thing; '' for a kind of thing without one."""
    if kind not in _PAGES or not key:
        return ""
    name, argument = _PAGES[kind]
    wanted = int(str(key)) if argument == "pk" and str(key).isdigit() else str(key)
    return reverse(name, kwargs={argument: wanted})


@register.filter
def label_of(link: Mapping[str, Any]) -> str:
    """The name of a link in the officer's language."""
    wanted, other = ("label_zh", "label_en") if speaks_chinese() else ("label_en", "label_zh")
    return str(link.get(wanted) or link.get(other) or link.get("key", ""))


@register.filter
def step_reason(reason: str) -> str:
    """Why a step up the ladder was taken, in the reader's language."""
    return step_words(reason)


@register.filter
def text_of(thing: Any) -> str:
    """The text of a decision or action item in the officer's language, as plain words."""
    return in_language(thing, "text")


@register.filter
def first_line(text: str) -> str:
    """The first line of a text."""
    return text.splitlines()[0] if text else ""
