"""The words for the states and acts of case work, by machine; the tables of steps stand in states.py."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = Mapping[str, str | Promise]

STAGES: Words = {
    "reported": pgettext_lazy("stage", "Reported"),
    "screened": pgettext_lazy("stage", "Screened"),
    "presumed_victim": pgettext_lazy("stage", "Presumed victim"),
    "in_protection": pgettext_lazy("stage", "In protection"),
    "recovery": pgettext_lazy("stage", "Recovery"),
    "returned": pgettext_lazy("stage", "Returned home"),
    "settled": pgettext_lazy("stage", "Settled"),
    "follow_up": pgettext_lazy("stage", "Follow-up"),
    "closed": pgettext_lazy("stage", "Closed"),
}
STEPS: Words = {
    "screen": pgettext_lazy("act", "Record as screened"),
    "presume": pgettext_lazy("act", "Presume a victim"),
    "protect": pgettext_lazy("act", "Take into protection"),
    "recover": pgettext_lazy("act", "Begin recovery"),
    "return": pgettext_lazy("act", "Record the return home"),
    "settle": pgettext_lazy("act", "Record as settled"),
    "follow_up": pgettext_lazy("act", "Begin follow-up"),
}
#: What the acts of closing are called; they are no steps of a list, each is an act of its own.
CLOSING_ACTS: Words = {
    "propose_closing": pgettext_lazy("act", "Closing proposed"),
    "withdraw_closing": pgettext_lazy("act", "Proposal to close taken back"),
    "refuse_closing": pgettext_lazy("act", "Closing refused"),
    "close": pgettext_lazy("case act", "Closed"),
    "reopen": pgettext_lazy("act", "Reopened"),
}
REPORT_STATES: Words = {
    "received": _("Waits for triage"),
    "triaged": _("Triaged"),
    "merged": _("Merged into another report"),
    "no_concern": _("No concern"),
    "opened": _("Opened as a case"),
}
REFERRAL_STATES: Words = {
    "draft": _("Draft"),
    "sent": pgettext_lazy("referral", "Sent"),
    "seen": _("Seen"),
    "returned": _("Returned for information"),
    "accepted": pgettext_lazy("referral", "Accepted"),
    "declined": pgettext_lazy("referral", "Declined"),
    "withdrawn": _("Withdrawn"),
    "in_service": _("In service"),
    "completed": _("Completed"),
    "not_completed": _("Not completed"),
    "feedback_seen": _("Feedback read"),
    "closed": pgettext_lazy("state", "Closed"),
}
REFERRAL_ACTS: Words = {
    "send": pgettext_lazy("act", "Send"),
    "see": pgettext_lazy("act", "Mark as seen"),
    "accept": pgettext_lazy("referral act", "Accept"),
    "decline": pgettext_lazy("act", "Decline"),
    "return": pgettext_lazy("act", "Return for information"),
    "complete": pgettext_lazy("act", "Give the information"),
    "withdraw": pgettext_lazy("act", "Withdraw"),
    "begin": pgettext_lazy("act", "Begin the service"),
    "finish": pgettext_lazy("act", "Service completed"),
    "fail": pgettext_lazy("act", "Service not completed"),
    "see_feedback": pgettext_lazy("act", "Mark the feedback as read"),
    "close": pgettext_lazy("act", "Close the referral"),
    "acknowledge": pgettext_lazy("act", "Acknowledge"),
}
THING_ACTS: Words = {
    **STEPS,
    **REFERRAL_ACTS,
    "open": pgettext_lazy("act", "Opened"),
    "set_hold": pgettext_lazy("act", "Legal hold set"),
    "lift_hold": pgettext_lazy("act", "Legal hold taken off"),
    "withdraw_consent": pgettext_lazy("act", "Withdrawn by the person"),
    "offer": pgettext_lazy("act", "Bed offered"),
    "arrive": pgettext_lazy("act", "Arrived"),
    "leave": pgettext_lazy("act", "Left"),
    "grant": pgettext_lazy("act", "Granted"),
    "refuse": pgettext_lazy("act", "Refused"),
    "renew": pgettext_lazy("act", "Renewed"),
    "revoke": pgettext_lazy("act", "Revoked"),
    "decide": pgettext_lazy("act", "Decided"),
    "send_back": pgettext_lazy("act", "Sent back"),
    "replace": pgettext_lazy("act", "Replaced"),
    "uphold": pgettext_lazy("act", "The decision stays"),
    "change": pgettext_lazy("act", "The decision was turned"),
    "end": pgettext_lazy("act", "Ended as not right"),
    "write": "",
    "add": "",
}
PLACEMENT_STATES: Words = {
    "requested": _("Asked for"),
    "offered": _("Bed kept"),
    "in": _("In the shelter"),
    "out": _("Has left"),
    "declined": pgettext_lazy("referral", "Declined"),
    "withdrawn": _("Withdrawn"),
}
PLACEMENT_ACTS: Words = {
    "offer": pgettext_lazy("act", "Keep a bed"),
    "decline": pgettext_lazy("act", "Decline"),
    "arrive": pgettext_lazy("act", "The person has arrived"),
    "leave": pgettext_lazy("act", "The person has left"),
    "withdraw": pgettext_lazy("act", "Withdraw"),
}
STATUS_STATES: Words = {
    "proposed": pgettext_lazy("status", "Put forward"),
    "decided": pgettext_lazy("status", "In force"),
    "sent_back": pgettext_lazy("status", "Sent back"),
    "withdrawn": _("Withdrawn"),
    "replaced": pgettext_lazy("status", "Replaced"),
}
REVIEW_STATES: Words = {
    "asked": pgettext_lazy("review", "Waits for an answer"),
    "upheld": pgettext_lazy("review", "The decision stays"),
    "changed": pgettext_lazy("review", "The decision was turned"),
    "withdrawn": _("Withdrawn"),
}
TRANSFER_STATES: Words = {
    "offered": _("Offered"),
    "accepted": pgettext_lazy("referral", "Accepted"),
    "declined": pgettext_lazy("referral", "Declined"),
    "withdrawn": _("Withdrawn"),
}
SECONDMENT_STATES: Words = {
    "asked": pgettext_lazy("secondment", "Asked for"),
    "agreed": pgettext_lazy("secondment", "Agreed"),
    "declined": pgettext_lazy("referral", "Declined"),
    "withdrawn": _("Withdrawn"),
    "ended": pgettext_lazy("secondment", "Ended"),
}
SECONDMENT_ACTS: Words = {
    "agree": _("Lend the officer"),
    "decline": _("Do not lend the officer"),
    "withdraw": _("Withdraw the request"),
    "end": _("End the secondment"),
}
FURTHER_ACTS: Words = {
    "agree": _("Agree to the further cases"),
    "decline": _("Do not agree to them"),
    "withdraw": _("Withdraw the request"),
}
LONGER_ACTS: Words = {
    "agree": _("Let the officer stay longer"),
    "decline": _("Do not let the officer stay longer"),
    "withdraw": _("Withdraw the request"),
}
ENTITLEMENT_STATES: Words = {
    "requested": _("Asked for"),
    "granted": _("Granted"),
    "refused": _("Refused"),
    "revoked": _("Revoked"),
}
REPORT_ACTS: Words = {
    "triage": _("Triage"),
    "merge": _("Merge into another report"),
    "no_concern": _("No concern"),
    "open_case": _("Open a case"),
    "reconsider": _("Take it up again"),
}
#: By the name of the machine: the words for its states and for its acts.
OF_MACHINE: Mapping[str, tuple[Words, Words]] = {
    "report": (REPORT_STATES, REPORT_ACTS),
    "case": (STAGES, {**STEPS, **CLOSING_ACTS}),
    "referral": (REFERRAL_STATES, REFERRAL_ACTS),
    "outside_referral": (REFERRAL_STATES, REFERRAL_ACTS),
    "transfer": (TRANSFER_STATES, REFERRAL_ACTS),
    "secondment": (SECONDMENT_STATES, SECONDMENT_ACTS),
    "placement": (PLACEMENT_STATES, PLACEMENT_ACTS),
    "entitlement": (ENTITLEMENT_STATES, THING_ACTS),
    "status": (STATUS_STATES, THING_ACTS),
    "status_review": (REVIEW_STATES, THING_ACTS),
}


def state_called(machine: str, state: str) -> str:
    """The word for a state of a machine; the code where the table has none."""
    return str(OF_MACHINE.get(machine, ({}, {}))[0].get(state, state))


def act_called(machine: str, act: str) -> str:
    """The word for an act of a machine; where its own table has none, what the act is called when it is done."""
    return str(OF_MACHINE.get(machine, ({}, {}))[1].get(act) or THING_ACTS.get(act) or act)
