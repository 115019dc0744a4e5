"""The words of the reporting pages for acts, fields, columns and claimed states; it decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from concerted.mechanism.plan import state_words

if TYPE_CHECKING:
    from django.utils.functional import Promise, _StrPromise

COLUMNS: dict[str, Promise | str] = {
    **{state: words for state, words in state_words.STATES.items() if state != "corrected"},
    "overdue": _("Overdue"),
    "excused": _("Excused"),
}

ACTS = state_words.ACTS

FIELDS: dict[str, _StrPromise | str] = {
    "claimed_status": _("How far the measure has come"),
    "narrative": _("What was done in this period"),
    "obstacles": _("Obstacles"),
    "help_requested": _("Help requested"),
    "evidence": _("Evidence"),
    "values": _("Indicator values"),
    "clearance": _("Clearance"),
    "correction": _("Correction"),
}

CLAIMED: dict[str, _StrPromise | str] = {
    "not_started": _("Not started"),
    "preparing": _("Preparing"),
    "under_way": _("Under way"),
    "mostly_done": _("Mostly done"),
    "done": _("Done"),
    "on_hold": _("On hold"),
    "partly_achieved": _("Partly achieved"),
    "not_achieved": _("Not achieved"),
}

PERIOD_KINDS: dict[str, _StrPromise | str] = {
    "quarter": _("Quarters"),
    "half_year": _("Half-years"),
    "year": _("Years"),
}


def field_words(field: str) -> str:
    """The words for a field of a report, '' for none."""
    return str(FIELDS.get(field, field))
