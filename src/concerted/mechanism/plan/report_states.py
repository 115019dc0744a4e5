"""The states of a report as data: from, act, to, who, clock, basis; code reads them and a page shows them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import Conflict
from concerted.foundation.access.permissions import Permission

from .state_words import ACTS as ACT_WORDS
from .state_words import STATES as STATE_WORDS

#: The state before a report exists.
NOT_STARTED = "not_started"


@dataclass(frozen=True)
class Transition:
    """One row: in `source`, `act` leads to `target`.

    permission: what the policy table must give. who: the same in words. clock: the kind of obligation that
    runs while the report waits in `source` for this act, '' where none does. basis: the rule behind the
    row.
    """

    source: str
    act: str
    target: str
    permission: Permission
    who: str | Promise
    basis: str | Promise
    clock: str = ""


_LEAD = gettext_lazy("An officer of the lead agency")
_CLEARER = gettext_lazy("The clearing officer of the lead agency, who neither wrote nor submitted it")
_OFFICE = gettext_lazy("An officer of the plan's office")
_OFFICE_NOT_AUTHOR = gettext_lazy("An officer of the plan's office, who did not write it")
_RETURNER = gettext_lazy("The clearing officer of the lead agency, or the plan's office")

_DRAFT_RULE = gettext_lazy("A draft is the agency's own and stops no clock.")
_SUBMIT_RULE = gettext_lazy("The first submission is the day the obligation is met.")
_FOUR_EYES = gettext_lazy("Four eyes inside the reporting agency.")
_SINGLE = gettext_lazy(
    "Clearance is skipped only where the agency has no other clearing officer in post; the record says so."
)
_RETURN_RULE = gettext_lazy("A return names the field and the reason, and opens a clock of its own.")
_ACCEPT_RULE = gettext_lazy("Acceptance is another date than submission.")
_PUBLISH_RULE = gettext_lazy("Only accepted reports are published.")
_CORRECT_RULE = gettext_lazy(
    "A correction is a new version; the old one stays readable until and after it is replaced."
)

P = Permission
TRANSITIONS: tuple[Transition, ...] = (
    Transition(NOT_STARTED, "save_draft", "draft", P.REPORT_WRITE, _LEAD, _DRAFT_RULE, "plan.report"),
    Transition("draft", "save_draft", "draft", P.REPORT_WRITE, _LEAD, _DRAFT_RULE, "plan.report"),
    Transition("draft", "submit", "submitted", P.REPORT_SUBMIT, _LEAD, _SUBMIT_RULE, "plan.report"),
    Transition("submitted", "clear", "cleared", P.REPORT_CLEAR, _CLEARER, _FOUR_EYES),
    Transition("submitted", "return", "returned", P.REPORT_RETURN, _RETURNER, _RETURN_RULE),
    Transition("submitted", "accept", "accepted", P.REPORT_ACCEPT, _OFFICE_NOT_AUTHOR, _SINGLE),
    Transition("cleared", "return", "returned", P.REPORT_RETURN, _RETURNER, _RETURN_RULE),
    Transition("cleared", "accept", "accepted", P.REPORT_ACCEPT, _OFFICE_NOT_AUTHOR, _ACCEPT_RULE),
    Transition("returned", "save_draft", "returned", P.REPORT_WRITE, _LEAD, _DRAFT_RULE, "plan.resubmit"),
    Transition("returned", "submit", "submitted", P.REPORT_SUBMIT, _LEAD, _SUBMIT_RULE, "plan.resubmit"),
    Transition("accepted", "publish", "published", P.REPORT_PUBLISH, _OFFICE, _PUBLISH_RULE),
    Transition("published", "correct", "published", P.REPORT_CORRECT, _LEAD, _CORRECT_RULE),
    Transition("published", "replace", "corrected", P.REPORT_PUBLISH, _OFFICE, _CORRECT_RULE),
)
ACTS: tuple[str, ...] = tuple(dict.fromkeys(row.act for row in TRANSITIONS))
STATES: tuple[str, ...] = (
    NOT_STARTED,
    "draft",
    "submitted",
    "returned",
    "cleared",
    "accepted",
    "published",
    "corrected",
)

_ROWS = {(row.source, row.act): row for row in TRANSITIONS}


def step(state: str, act: str) -> Transition:
    """The row for this act in this state. Raises Conflict naming the acts the state does allow."""
    row = _ROWS.get((state, act))
    if row is None:
        allowed = ", ".join(f"“{ACT_WORDS[r.act]}”" for r in TRANSITIONS if r.source == state)
        raise Conflict(
            _("A report that is “%(state)s” does not take the act “%(act)s”.")
            % {"state": STATE_WORDS.get(state, state), "act": ACT_WORDS.get(act, act)},
            remedy=_("Possible now: %(acts)s.") % {"acts": allowed}
            if allowed
            else _("Nothing more happens to a report in this state."),
        )
    return row


def acts_from(state: str) -> tuple[Transition, ...]:
    """The rows that start in this state."""
    return tuple(row for row in TRANSITIONS if row.source == state)
