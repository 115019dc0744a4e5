"""The states of meetings, minutes, amendments, decisions and action items as data: code reads, pages show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import Conflict
from concerted.foundation.access.permissions import Permission as P

from .state_words import (
    ACTION_STATES,
    AMENDMENT_STATES,
    DECISION_STATES,
    ITEM_STATES,
    MEETING_STATES,
    MINUTES_STATES,
)
from .state_words import ACTS as ACT_WORDS


@dataclass(frozen=True)
class Transition:
    """One row: in `source`, `act` leads to `target`.

    permission: what the policy table must give. who: the same in words. basis: the rule behind the row. clock: the
    kind of obligation that runs while it waits in `source` for this act, '' where none does.
    """

    source: str
    act: str
    target: str
    permission: P
    who: str | Promise
    basis: str | Promise
    clock: str = ""


@dataclass(frozen=True)
class Machine:
    """The transitions of one kind of thing, how a refusal names it, and the words for its states."""

    thing: str | Promise
    rows: tuple[Transition, ...]
    words: Mapping[str, str | Promise]

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, in the order of the table."""
        return tuple(dict.fromkeys(s for row in self.rows for s in (row.source, row.target)))

    def step(self, state: str, act: str) -> Transition:
        """The row for this act in this state. Raises Conflict naming the acts the state does allow."""
        for row in self.rows:
            if row.source == state and row.act == act:
                return row
        allowed = ", ".join(f"“{ACT_WORDS.get(row.act, row.act)}”" for row in self.acts_from(state))
        raise Conflict(
            _("%(thing)s that is “%(state)s” does not take the act “%(act)s”.")
            % {
                "thing": self.thing,
                "state": self.words.get(state, state),
                "act": ACT_WORDS.get(act, act),
            },
            remedy=_("Possible now: %(acts)s.") % {"acts": allowed}
            if allowed
            else _("Nothing more happens in this state."),
        )

    def acts_from(self, state: str) -> Sequence[Transition]:
        """The rows that start in this state."""
        return tuple(row for row in self.rows if row.source == state)


_OFFICE = gettext_lazy("An officer of the office that keeps the meeting")
_MEMBER = gettext_lazy("An officer of a member that sits in the meeting")
_PROPOSER = gettext_lazy("The member that proposed it")
_OWNER = gettext_lazy("An officer of the agency that owns it")
_OUTSIDE = gettext_lazy("An officer of the verifying agency, which is never the owner")

_CALL = gettext_lazy("A call lays out the seats from the register of the day of the meeting.")
_OPEN = gettext_lazy(
    "A meeting opens on its day; where a quorum rule stands, whether it was met is recorded."
)
_CLOSE = gettext_lazy("A meeting is closed once; what was not discussed is deferred.")
_CANCEL = gettext_lazy("A meeting is cancelled with a reason, and its seats stay on record.")

MEETING = Machine(
    gettext_lazy("A meeting"),
    (
        Transition("planned", "call", "called", P.MEETING_CALL, _OFFICE, _CALL),
        Transition("planned", "cancel", "cancelled", P.MEETING_CALL, _OFFICE, _CANCEL),
        Transition("called", "cancel", "cancelled", P.MEETING_CALL, _OFFICE, _CANCEL),
        Transition("called", "open", "in_session", P.MEETING_RUN, _OFFICE, _OPEN),
        Transition("in_session", "close", "closed", P.MEETING_RUN, _OFFICE, _CLOSE),
    ),
    MEETING_STATES,
)

_CHAIR = gettext_lazy(
    "The chair's office accepts, merges, orders, times or drops; a drop and a merger give the reason."
)
_TALK = gettext_lazy("An item is discussed in session; what is left is deferred to a later meeting.")

ITEM = Machine(
    gettext_lazy("An agenda item"),
    (
        Transition("proposed", "accept", "accepted", P.AGENDA_PREPARE, _OFFICE, _CHAIR),
        Transition("proposed", "merge", "merged", P.AGENDA_PREPARE, _OFFICE, _CHAIR),
        Transition("proposed", "drop", "dropped", P.AGENDA_PREPARE, _OFFICE, _CHAIR),
        Transition("accepted", "merge", "merged", P.AGENDA_PREPARE, _OFFICE, _CHAIR),
        Transition("accepted", "drop", "dropped", P.AGENDA_PREPARE, _OFFICE, _CHAIR),
        Transition("merged", "restore", "proposed", P.AGENDA_PREPARE, _OFFICE, _CHAIR),
        Transition("dropped", "restore", "proposed", P.AGENDA_PREPARE, _OFFICE, _CHAIR),
        Transition("accepted", "discuss", "discussed", P.MEETING_RUN, _OFFICE, _TALK),
        Transition("accepted", "defer", "deferred", P.MEETING_RUN, _OFFICE, _TALK),
        Transition("deferred", "discuss", "discussed", P.MEETING_RUN, _OFFICE, _TALK),
    ),
    ITEM_STATES,
)

_DRAFT = gettext_lazy("A draft is the office's own.")
_CIRCULATE = gettext_lazy(
    "Circulated minutes are read by the members, who may propose amendments until a day."
)
_TAKE_BACK = gettext_lazy("Minutes are taken back only while no amendment waits.")
_ADOPT = gettext_lazy(
    "Minutes are adopted at a later meeting, when every amendment is answered and every item owned."
)
_FINAL = gettext_lazy("The final text has a number and a hash, and never changes.")

MINUTES = Machine(
    gettext_lazy("A set of minutes"),
    (
        Transition("draft", "edit", "draft", P.MINUTES_WRITE, _OFFICE, _DRAFT),
        Transition("draft", "circulate", "circulated", P.MINUTES_CIRCULATE, _OFFICE, _CIRCULATE),
        Transition("circulated", "take_back", "draft", P.MINUTES_CIRCULATE, _OFFICE, _TAKE_BACK),
        Transition("circulated", "amend", "circulated", P.AMENDMENT_PROPOSE, _MEMBER, _CIRCULATE),
        Transition("circulated", "adopt", "adopted", P.MINUTES_ADOPT, _OFFICE, _ADOPT),
        Transition("adopted", "finish", "final", P.MINUTES_ADOPT, _OFFICE, _FINAL),
    ),
    MINUTES_STATES,
)

_ANSWER = gettext_lazy("Every amendment is answered: accepted into the text, or refused with a reason.")

AMENDMENT = Machine(
    gettext_lazy("An amendment"),
    (
        Transition("proposed", "revise", "proposed", P.AMENDMENT_PROPOSE, _PROPOSER, _CIRCULATE),
        Transition("proposed", "withdraw", "withdrawn", P.AMENDMENT_PROPOSE, _PROPOSER, _CIRCULATE),
        Transition("proposed", "accept", "accepted", P.AMENDMENT_ANSWER, _OFFICE, _ANSWER),
        Transition("proposed", "refuse", "refused", P.AMENDMENT_ANSWER, _OFFICE, _ANSWER),
    ),
    AMENDMENT_STATES,
)

_WORD = gettext_lazy("A decision is worded in session or from the notes; it is adopted with the minutes.")
_START = gettext_lazy("A decision is being implemented once an owner has taken note of its action item.")
_DONE = gettext_lazy("A decision is implemented when every action item is verified or was cancelled.")
_PARTLY = gettext_lazy("The office says what was done and what not; open action items end with it.")
_LAPSE = gettext_lazy("A decision lapses with a reason; open action items end with it.")
_RESCIND = gettext_lazy("Only a later decision rescinds a decision.")

_ENDINGS = tuple(
    Transition(source, act, target, P.DECISION_END, _OFFICE, basis)
    for source in ("adopted", "being_implemented")
    for act, target, basis in (
        ("implement", "implemented", _DONE),
        ("implement_partly", "partly_implemented", _PARTLY),
        ("lapse", "lapsed", _LAPSE),
    )
)
DECISION = Machine(
    gettext_lazy("A decision"),
    (
        Transition("proposed", "edit", "proposed", P.DECISION_WRITE, _OFFICE, _WORD),
        Transition("proposed", "strike", "struck", P.DECISION_WRITE, _OFFICE, _WORD),
        Transition("proposed", "adopt", "adopted", P.MINUTES_ADOPT, _OFFICE, _WORD),
        Transition("adopted", "start", "being_implemented", P.ACTION_WORK, _OWNER, _START),
        *_ENDINGS,
        *(
            Transition(source, "rescind", "rescinded", P.MINUTES_ADOPT, _OFFICE, _RESCIND)
            for source in ("adopted", "being_implemented", "implemented", "partly_implemented")
        ),
    ),
    DECISION_STATES,
)

_TAKE_NOTE = gettext_lazy("The owner takes note within working days.")
_PROGRESS = gettext_lazy("Progress stops no clock.")
_CLAIM = gettext_lazy("The first claim with evidence is the day the obligation is met.")
_VERIFY = gettext_lazy(
    "Somebody outside the owner says that it is done; that is another date than the claim."
)
_NOT_DONE = gettext_lazy("What is not found done goes back with the reason and a clock of its own.")
_CANCELLED = gettext_lazy("An action item ends undone only by a decision.")

ACTION = Machine(
    gettext_lazy("An action item"),
    (
        Transition("draft", "adopt", "open", P.MINUTES_ADOPT, _OFFICE, _ADOPT),
        Transition("draft", "strike", "struck", P.DECISION_WRITE, _OFFICE, _WORD),
        Transition(
            "open", "acknowledge", "acknowledged", P.ACTION_WORK, _OWNER, _TAKE_NOTE, "meetings.acknowledge"
        ),
        Transition(
            "open", "report_progress", "in_progress", P.ACTION_WORK, _OWNER, _PROGRESS, "meetings.action"
        ),
        Transition(
            "acknowledged",
            "report_progress",
            "in_progress",
            P.ACTION_WORK,
            _OWNER,
            _PROGRESS,
            "meetings.action",
        ),
        Transition(
            "in_progress",
            "report_progress",
            "in_progress",
            P.ACTION_WORK,
            _OWNER,
            _PROGRESS,
            "meetings.action",
        ),
        *(
            Transition(source, "claim_done", "done_claimed", P.ACTION_WORK, _OWNER, _CLAIM, "meetings.action")
            for source in ("open", "acknowledged", "in_progress")
        ),
        Transition("done_claimed", "verify", "verified", P.ACTION_VERIFY, _OUTSIDE, _VERIFY),
        Transition(
            "done_claimed", "send_back", "in_progress", P.ACTION_VERIFY, _OUTSIDE, _NOT_DONE, "meetings.again"
        ),
        *(
            Transition(source, "review", source, P.ACTION_VERIFY, _OUTSIDE, _PROGRESS, "meetings.review")
            for source in ("open", "acknowledged", "in_progress")
        ),
        *(
            Transition(source, "cancel", "cancelled", P.DECISION_END, _OFFICE, _CANCELLED)
            for source in ("open", "acknowledged", "in_progress", "done_claimed")
        ),
    ),
    ACTION_STATES,
)
MACHINES: dict[str, Machine] = {
    "meeting": MEETING,
    "item": ITEM,
    "minutes": MINUTES,
    "amendment": AMENDMENT,
    "decision": DECISION,
    "action_item": ACTION,
}

#: States in which a decision is still to be carried out.
DECISION_OPEN = ("adopted", "being_implemented")
#: States in which an action item is still to be done or verified.
ACTION_OPEN = ("open", "acknowledged", "in_progress", "done_claimed")
