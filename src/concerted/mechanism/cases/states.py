"""The state machines of case work as data: from, act, to, who, clock, basis; code reads them and pages show them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import Conflict
from concerted.foundation.access.permissions import Permission as P

from .state_words import act_called, state_called


@dataclass(frozen=True)
class Transition:
    """One row: in `source`, `act` leads to `target`.

    permission: what the policy table must give. who: the same in words. clock: key of the clock that runs while
    the thing waits in `source` for this act, '' where none does. basis: the rule behind the row.
    """

    source: str
    act: str
    target: str
    permission: P
    who: str | Promise
    basis: str | Promise = ""
    clock: str = ""


@dataclass(frozen=True)
class Machine:
    """One state machine: its name, its rows and where it starts."""

    name: str
    label: str | Promise
    start: str
    rows: tuple[Transition, ...]

    @property
    def states(self) -> tuple[str, ...]:
        """Every state in the order in which the table names it."""
        found = [self.start]
        for row in self.rows:
            found += [row.source, row.target]
        return tuple(dict.fromkeys(found))

    @property
    def acts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.act for row in self.rows))

    def from_state(self, state: str) -> tuple[Transition, ...]:
        """The rows that start in this state."""
        return tuple(row for row in self.rows if row.source == state)

    def step(self, state: str, act: str) -> Transition:
        """The row for this act in this state. Raises Conflict naming, in words, the acts the state does allow."""
        for row in self.rows:
            if row.source == state and row.act == act:
                return row
        allowed = ", ".join(f"“{act_called(self.name, row.act)}”" for row in self.from_state(state))
        raise Conflict(
            _("In the state “%(state)s” the act “%(act)s” is not possible.")
            % {"state": state_called(self.name, state), "act": act_called(self.name, act)},
            where=str(self.label),
            remedy=_("Possible now: %(acts)s.") % {"acts": allowed}
            if allowed
            else _("Nothing more happens in this state."),
        )


T = Transition
_TAKER = gettext_lazy("The agency that took the report")
_LEAD = gettext_lazy("The lead agency")
_SECOND = gettext_lazy("A supervisor of the lead agency, other than who proposed it")
_SENDER = gettext_lazy("The sending agency")
_RECEIVER = gettext_lazy("The agency asked")
_SHELTER = gettext_lazy("The shelter")
_ISSUER = gettext_lazy("A supervisor of the issuing agency")

REPORT = Machine(
    "report",
    gettext_lazy("Report"),
    "received",
    (
        T("received", "triage", "triaged", P.INTAKE_TRIAGE, _TAKER, clock="triage_routine"),
        T("received", "merge", "merged", P.INTAKE_TRIAGE, _TAKER, clock="triage_routine"),
        T("received", "no_concern", "no_concern", P.INTAKE_TRIAGE, _TAKER, clock="triage_routine"),
        T("received", "open_case", "opened", P.INTAKE_TRIAGE, _TAKER, clock="triage_routine"),
        T("triaged", "merge", "merged", P.INTAKE_TRIAGE, _TAKER),
        T("triaged", "no_concern", "no_concern", P.INTAKE_TRIAGE, _TAKER),
        T("triaged", "open_case", "opened", P.INTAKE_TRIAGE, _TAKER),
        T("no_concern", "reconsider", "triaged", P.INTAKE_TRIAGE, _TAKER),
    ),
)

_ONWARD = (
    ("reported", "screen", "screened"),
    ("reported", "presume", "presumed_victim"),
    ("screened", "presume", "presumed_victim"),
    ("reported", "protect", "in_protection"),
    ("screened", "protect", "in_protection"),
    ("presumed_victim", "protect", "in_protection"),
    ("presumed_victim", "recover", "recovery"),
    ("in_protection", "recover", "recovery"),
    ("in_protection", "return", "returned"),
    ("recovery", "return", "returned"),
    ("recovery", "settle", "settled"),
    ("in_protection", "settle", "settled"),
    ("returned", "follow_up", "follow_up"),
    ("settled", "follow_up", "follow_up"),
    ("recovery", "protect", "in_protection"),
    ("follow_up", "protect", "in_protection"),
)
_OPEN_STAGES = (
    "reported",
    "screened",
    "presumed_victim",
    "in_protection",
    "recovery",
    "returned",
    "settled",
    "follow_up",
)
CASE = Machine(
    "case",
    gettext_lazy("Case"),
    "reported",
    (
        *(T(source, act, target, P.CASE_LEAD, _LEAD) for source, act, target in _ONWARD),
        *(T(stage, "propose_closing", stage, P.CASE_LEAD, _LEAD) for stage in _OPEN_STAGES),
        *(T(stage, "withdraw_closing", stage, P.CASE_LEAD, _LEAD) for stage in _OPEN_STAGES),
        *(T(stage, "refuse_closing", stage, P.CASE_LEAD, _LEAD) for stage in _OPEN_STAGES),
        *(
            T(
                stage,
                "close",
                "closed",
                P.CASE_CLOSE,
                _SECOND,
                gettext_lazy("A case is closed by two persons."),
            )
            for stage in _OPEN_STAGES
        ),
        T("closed", "reopen", "follow_up", P.CASE_LEAD, _LEAD, gettext_lazy("The reason is kept.")),
    ),
)

_ANSWER = "answer_routine"
_ACT = "act_routine"
_FEEDBACK = gettext_lazy("The sender is told of every answer.")
REFERRAL = Machine(
    "referral",
    gettext_lazy("Referral"),
    "draft",
    (
        T(
            "draft",
            "send",
            "sent",
            P.REFERRAL_SEND,
            _SENDER,
            gettext_lazy("Only on consent or a legal basis."),
        ),
        T("draft", "withdraw", "withdrawn", P.REFERRAL_SEND, _SENDER),
        T("sent", "see", "seen", P.REFERRAL_ANSWER, _RECEIVER, _FEEDBACK, _ANSWER),
        T("sent", "accept", "accepted", P.REFERRAL_ANSWER, _RECEIVER, _FEEDBACK, _ANSWER),
        T("sent", "decline", "declined", P.REFERRAL_ANSWER, _RECEIVER, _FEEDBACK, _ANSWER),
        T("sent", "return", "returned", P.REFERRAL_ANSWER, _RECEIVER, _FEEDBACK, _ANSWER),
        T("sent", "withdraw", "withdrawn", P.REFERRAL_SEND, _SENDER),
        T("seen", "accept", "accepted", P.REFERRAL_ANSWER, _RECEIVER, _FEEDBACK, _ANSWER),
        T("seen", "decline", "declined", P.REFERRAL_ANSWER, _RECEIVER, _FEEDBACK, _ANSWER),
        T("seen", "return", "returned", P.REFERRAL_ANSWER, _RECEIVER, _FEEDBACK, _ANSWER),
        T("seen", "withdraw", "withdrawn", P.REFERRAL_SEND, _SENDER),
        T("returned", "complete", "sent", P.REFERRAL_SEND, _SENDER, clock="complete_information"),
        T("returned", "withdraw", "withdrawn", P.REFERRAL_SEND, _SENDER),
        T("accepted", "begin", "in_service", P.REFERRAL_ANSWER, _RECEIVER, _FEEDBACK, _ACT),
        T("accepted", "finish", "completed", P.REFERRAL_ANSWER, _RECEIVER, _FEEDBACK, _ACT),
        T("accepted", "fail", "not_completed", P.REFERRAL_ANSWER, _RECEIVER, _FEEDBACK, _ACT),
        T("in_service", "finish", "completed", P.REFERRAL_ANSWER, _RECEIVER, _FEEDBACK),
        T("in_service", "fail", "not_completed", P.REFERRAL_ANSWER, _RECEIVER, _FEEDBACK),
        T("completed", "see_feedback", "feedback_seen", P.REFERRAL_SEND, _SENDER),
        T("not_completed", "see_feedback", "feedback_seen", P.REFERRAL_SEND, _SENDER),
        T("declined", "see_feedback", "feedback_seen", P.REFERRAL_SEND, _SENDER),
        T("feedback_seen", "close", "closed", P.REFERRAL_SEND, _SENDER),
    ),
)
#: A referral to somebody outside has no receiver who signs in: its sender keeps the book on their behalf.
OUTSIDE = Machine(
    "outside_referral",
    gettext_lazy("Referral outside the system"),
    "draft",
    (
        T("draft", "send", "sent", P.REFERRAL_SEND, _SENDER, gettext_lazy("Only on consent.")),
        T("draft", "withdraw", "withdrawn", P.REFERRAL_SEND, _SENDER),
        T("sent", "acknowledge", "seen", P.REFERRAL_SEND, gettext_lazy("The recipient, with the code")),
        T("sent", "withdraw", "withdrawn", P.REFERRAL_SEND, _SENDER),
        T("seen", "finish", "completed", P.REFERRAL_SEND, _SENDER),
        T("seen", "fail", "not_completed", P.REFERRAL_SEND, _SENDER),
        T("sent", "fail", "not_completed", P.REFERRAL_SEND, _SENDER),
        T("completed", "see_feedback", "feedback_seen", P.REFERRAL_SEND, _SENDER),
        T("not_completed", "see_feedback", "feedback_seen", P.REFERRAL_SEND, _SENDER),
        T("feedback_seen", "close", "closed", P.REFERRAL_SEND, _SENDER),
    ),
)
TRANSFER = Machine(
    "transfer",
    gettext_lazy("Transfer of the lead"),
    "offered",
    (
        T("offered", "accept", "accepted", P.REFERRAL_ANSWER, _RECEIVER, _FEEDBACK, "answer_lead_routine"),
        T("offered", "decline", "declined", P.REFERRAL_ANSWER, _RECEIVER, _FEEDBACK, "answer_lead_routine"),
        T("offered", "withdraw", "withdrawn", P.CASE_LEAD, _SENDER),
    ),
)
_HOST = gettext_lazy("The agency that asks for the officer")
_HOME = gettext_lazy("A supervisor of the officer's home agency, other than the officer")
_EITHER = gettext_lazy("Either of the two agencies, never the officer")
_NOTHING_BEFORE = gettext_lazy("Before it the officer meets nothing of the cases.")
SECONDMENT = Machine(
    "secondment",
    gettext_lazy("Secondment"),
    "asked",
    (
        T("asked", "agree", "agreed", P.OFFICER_SECOND, _HOME, _NOTHING_BEFORE, "answer_secondment_routine"),
        T("asked", "decline", "declined", P.OFFICER_SECOND, _HOME, _FEEDBACK, "answer_secondment_routine"),
        T("asked", "withdraw", "withdrawn", P.OFFICER_SECOND, _HOST, _FEEDBACK),
        T("agreed", "end", "ended", P.OFFICER_SECOND, _EITHER, _FEEDBACK),
    ),
)
PLACEMENT = Machine(
    "placement",
    gettext_lazy("Shelter placement"),
    "requested",
    (
        T("requested", "offer", "offered", P.PLACEMENT_DECIDE, _SHELTER, clock="answer_bed"),
        T("requested", "decline", "declined", P.PLACEMENT_DECIDE, _SHELTER, clock="answer_bed"),
        T("requested", "withdraw", "withdrawn", P.ASSISTANCE_EDIT, _SENDER),
        T("offered", "arrive", "in", P.PLACEMENT_DECIDE, _SHELTER),
        T("offered", "decline", "declined", P.PLACEMENT_DECIDE, _SHELTER),
        T("offered", "withdraw", "withdrawn", P.ASSISTANCE_EDIT, _SENDER),
        T("in", "leave", "out", P.PLACEMENT_DECIDE, _SHELTER),
    ),
)
ENTITLEMENT = Machine(
    "entitlement",
    gettext_lazy("Entitlement"),
    "requested",
    (
        T("requested", "grant", "granted", P.ENTITLEMENT_GRANT, _ISSUER),
        T("requested", "refuse", "refused", P.ENTITLEMENT_GRANT, _ISSUER),
        T("granted", "renew", "granted", P.ENTITLEMENT_GRANT, _ISSUER),
        T("granted", "revoke", "revoked", P.ENTITLEMENT_GRANT, _ISSUER),
    ),
)
_DECIDER = gettext_lazy("A supervisor of the deciding agency, other than who put it forward")
_REVIEWER = gettext_lazy("A supervisor of the deciding agency who took no part in the decision")
_CLAIMANT = gettext_lazy("The agency that asked for the review")
_NO_SCREENING = gettext_lazy("A screening never decides it.")
STATUS = Machine(
    "status",
    gettext_lazy("Victim status"),
    "proposed",
    (
        T("proposed", "decide", "decided", P.STATUS_DECIDE, _DECIDER, _NO_SCREENING, "decide_status"),
        T("proposed", "send_back", "sent_back", P.STATUS_DECIDE, _DECIDER, "", "decide_status"),
        T("proposed", "withdraw", "withdrawn", P.STATUS_PROPOSE, _SENDER),
        T("decided", "replace", "replaced", P.STATUS_DECIDE, _DECIDER, gettext_lazy("By a later decision.")),
    ),
)
STATUS_REVIEW = Machine(
    "status_review",
    gettext_lazy("Review of victim status"),
    "asked",
    (
        T("asked", "uphold", "upheld", P.STATUS_DECIDE, _REVIEWER, _FEEDBACK, "review_status"),
        T("asked", "change", "changed", P.STATUS_DECIDE, _REVIEWER, _FEEDBACK, "review_status"),
        T("asked", "withdraw", "withdrawn", P.STATUS_PROPOSE, _CLAIMANT),
    ),
)
MACHINES: tuple[Machine, ...] = (
    REPORT,
    CASE,
    REFERRAL,
    OUTSIDE,
    TRANSFER,
    SECONDMENT,
    PLACEMENT,
    ENTITLEMENT,
    STATUS,
    STATUS_REVIEW,
)
