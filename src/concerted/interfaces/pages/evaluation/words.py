"""How kinds, states and steps of evaluations and instruments are worded; it decides nothing."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from concerted.mechanism.evaluation import state_words

Words = Mapping[str, str | Promise]

EVALUATION_KINDS: Words = {
    "self_inspection": _("Self-inspection"),
    "inspection": _("Inspection by the office"),
    "stage": _("Stage evaluation"),
    "final": _("Final evaluation"),
    "supervision": _("Supervised list"),
    "outcome": _("What follows"),
}
EVALUATION_STATES: Words = {
    "planned": _("Planned"),
    "under_way": _("Under way"),
    "final": pgettext_lazy("state of an evaluation", "Final"),
}
SEVERITIES: Words = {"major": _("Major"), "moderate": _("Moderate"), "minor": _("Minor")}
FINDING_STATES: Words = state_words.FINDING_STATES
RECOMMENDATION_STATES: Words = state_words.RECOMMENDATION_STATES
AREA_STATES: Words = state_words.AREA_STATES
CHANGES: Words = state_words.CHANGES
RESPONSES: Words = {key: FINDING_STATES[key] for key in ("accepted", "partly", "rejected")}
LEVELS: Words = {
    "supported": _("Supported"),
    "partly": _("Partly supported"),
    "noted": _("Noted only"),
}
PAPERS: Words = {
    "report": pgettext_lazy("paper", "Report"),
    "answers": _("Answers to a list of issues"),
    "follow_up": _("Follow-up information"),
    "response": _("Response to recommendations"),
}
BOUND_BY: Words = {
    "ratification": _("Ratified"),
    "accession": _("Acceded"),
    "acceptance": pgettext_lazy("treaty", "Accepted"),
    "signature": _("Bound by signature"),
}
AREA_STEPS: Words = {
    "list": _("Put on the list"),
    "warn": _("Warned"),
    "lift": _("Warning lifted"),
    "keep": _("Kept at a review"),
    "remove": _("Taken off the list"),
}
STAGES: Words = {
    "not_begun": _("Not begun"),
    "begun": _("Begun"),
    "waits_for_acceptance": _("Waits for acceptance by this office"),
}

#: The shell's look for a state that the shell does not know by that name.
_LOOKS = {
    "response_due": "due_soon",
    "partly": "adapted",
    "rejected": "declined",
    "done_claimed": "completion_claimed",
    "received": "open",
    "prepared": "draft",
    "answered": "submitted",
    "implementing": "in_progress",
    "listed": "open",
    "warned": "off_track",
    "removed": "closed",
    "final": "adopted",
    "major": "off_track",
    "moderate": "at_risk",
    "minor": "open",
    "supported": "accepted",
    "noted": "excused",
    "not_open": "not_yet_open",
}


def look_key(state: str) -> str:
    """The shell's key for a state of this part."""
    return _LOOKS.get(state, state)
