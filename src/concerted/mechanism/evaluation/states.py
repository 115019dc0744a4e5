"""The states of findings, recommendations and supervised areas as data; code reads the rows, a page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import Conflict
from concerted.foundation.access.permissions import Permission as P

from .state_words import ACTS, STATES

NOT_LISTED = "not_listed"


@dataclass(frozen=True)
class Move:
    """One row: in `source`, `act` leads to `target`; who may, by which rule, and the clock that runs meanwhile."""

    source: str
    act: str
    target: str
    permission: P
    who: str | Promise
    basis: str | Promise
    clock: str = ""


_EVALUATOR = gettext_lazy("An officer of the agency that evaluates")
_ADDRESSEE = gettext_lazy("An officer of the agency the finding addresses")
_OUTSIDE = gettext_lazy("An officer of the evaluator or of the plan's office, outside the agency that acted")
_OFFICE = gettext_lazy("An officer of the office of the joint meeting")
_LEAD = gettext_lazy("The office of the joint meeting, or the agency that leads the recommendation")
_LISTER = gettext_lazy("An officer of the office that put the area on its list")
_AREA_OFFICE = gettext_lazy("An officer of an office in whose area the place lies")

_FINAL = gettext_lazy("With the final evaluation its findings are sent, and a response is owed.")
_ANSWER = gettext_lazy("Accepted wholly or partly with an action and its day; rejected only with a reason.")
_DONE = gettext_lazy("Done is claimed with evidence.")
_VERIFIED = gettext_lazy("Done is verified by somebody outside the agency that acted.")
_AGAIN = gettext_lazy("An agency may reconsider; what it answered before stays on record.")
_LEFT = gettext_lazy("A rejected finding is closed by the evaluator with its reason, and stays visible.")

FINDING: tuple[Move, ...] = (
    Move("draft", "send", "response_due", P.EVALUATION_FINISH, _EVALUATOR, _FINAL),
    *(
        Move("response_due", act, act, P.FINDING_RESPOND, _ADDRESSEE, _ANSWER, "evaluation.response")
        for act in ("accepted", "partly", "rejected")
    ),
    *(
        Move("rejected", act, act, P.FINDING_RESPOND, _ADDRESSEE, _AGAIN, "")
        for act in ("accepted", "partly")
    ),
    *(
        Move(state, "claim", "done_claimed", P.FINDING_RESPOND, _ADDRESSEE, _DONE, "evaluation.action")
        for state in ("accepted", "partly")
    ),
    Move("done_claimed", "verify", "closed", P.FINDING_VERIFY, _OUTSIDE, _VERIFIED),
    Move("done_claimed", "send_back", "accepted", P.FINDING_VERIFY, _OUTSIDE, _VERIFIED),
    Move("rejected", "close", "closed", P.FINDING_VERIFY, _OUTSIDE, _LEFT),
)

_PREPARE = gettext_lazy("The response is prepared by the agency that leads.")
_RESPOND = gettext_lazy("Supported, partly supported or only noted, with the words sent to the body.")
_ASSIGN = gettext_lazy("Measures of a plan carry it out.")
_TOLD = gettext_lazy("What was done is reported to the body in its next cycle.")
_CLOSED = gettext_lazy("Closed at the next cycle; one that is only noted stays in the list.")

RECOMMENDATION: tuple[Move, ...] = (
    Move("received", "prepare", "prepared", P.RECOMMENDATION_ANSWER, _LEAD, _PREPARE),
    Move("prepared", "prepare", "prepared", P.RECOMMENDATION_ANSWER, _LEAD, _PREPARE),
    Move("prepared", "answer", "answered", P.INSTRUMENT_KEEP, _OFFICE, _RESPOND),
    Move("answered", "carry_out", "implementing", P.RECOMMENDATION_ANSWER, _LEAD, _ASSIGN),
    Move("answered", "report", "reported", P.INSTRUMENT_KEEP, _OFFICE, _TOLD),
    Move("implementing", "report", "reported", P.INSTRUMENT_KEEP, _OFFICE, _TOLD),
    Move("reported", "close", "closed", P.INSTRUMENT_KEEP, _OFFICE, _CLOSED),
    Move("reported", "carry_out", "implementing", P.RECOMMENDATION_ANSWER, _LEAD, _ASSIGN),
)

_LISTED = gettext_lazy("Key areas are put on a supervised list (plan 2013-2020, safeguards).")
_WARNED = gettext_lazy("A key area can be given a warning (plan 2013-2020, safeguards).")
_REVIEWED = gettext_lazy("Each stay has a day on which it is reviewed; kept or removed, with the reason.")

SUPERVISION: tuple[Move, ...] = (
    Move(NOT_LISTED, "list", "listed", P.SUPERVISION_LIST, _AREA_OFFICE, _LISTED),
    Move("listed", "warn", "warned", P.SUPERVISION_CHANGE, _LISTER, _WARNED),
    Move("warned", "warn", "warned", P.SUPERVISION_CHANGE, _LISTER, _WARNED),
    Move("warned", "lift", "listed", P.SUPERVISION_CHANGE, _LISTER, _WARNED),
    Move("listed", "keep", "listed", P.SUPERVISION_CHANGE, _LISTER, _REVIEWED),
    Move("warned", "keep", "warned", P.SUPERVISION_CHANGE, _LISTER, _REVIEWED),
    Move("listed", "remove", "removed", P.SUPERVISION_CHANGE, _LISTER, _REVIEWED),
)


def move(rows: Sequence[Move], state: str, act: str) -> Move:
    """The row for this act in this state. Raises Conflict naming the acts the state does allow."""
    found = next((row for row in rows if row.source == state and row.act == act), None)
    if found is None:
        allowed = ", ".join(f"“{ACTS.get(each, each)}”" for each in acts_from(rows, state))
        raise Conflict(
            _("In the state “%(state)s” the act “%(act)s” is not possible.")
            % {"state": STATES.get(state, state), "act": ACTS.get(act, act)},
            remedy=_("Possible now: %(acts)s.") % {"acts": allowed}
            if allowed
            else _("Nothing more happens in this state."),
        )
    return found


def acts_from(rows: Sequence[Move], state: str) -> list[str]:
    """The acts possible in a state, in the table's order, each once."""
    return list(dict.fromkeys(row.act for row in rows if row.source == state))
