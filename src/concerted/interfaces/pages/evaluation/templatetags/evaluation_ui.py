"""Tags of the evaluation pages: words for kinds and states; they fetch nothing."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from ...shell.templatetags._words import state_tag
from .. import words

register = template.Library()

_LISTS = {
    "evaluation": words.EVALUATION_STATES,
    "finding": words.FINDING_STATES,
    "severity": words.SEVERITIES,
    "recommendation": words.RECOMMENDATION_STATES,
    "level": words.LEVELS,
    "area": words.AREA_STATES,
}
_NAMES = {
    "kind": words.EVALUATION_KINDS,
    "paper": words.PAPERS,
    "bound": words.BOUND_BY,
    "step": words.AREA_STEPS,
    "stage": words.STAGES,
    "response": words.RESPONSES,
}


@register.simple_tag
def evaluation_tag(of: str, state: str) -> SafeString | str:
    """Show a state of a finding, evaluation, area ... as a tag; nothing for an empty one."""
    if not state:
        return ""
    return state_tag(words.look_key(state), _LISTS[of].get(state, state))


@register.simple_tag
def standing_tag(standing: str) -> SafeString | str:
    """Show the state of a clock as a tag; nothing where none runs."""
    return state_tag(words.look_key(standing)) if standing else ""


@register.simple_tag
def named(of: str, code: str) -> str:
    """The words for a code of one of this part's lists."""
    return str(_NAMES[of].get(code, code))
