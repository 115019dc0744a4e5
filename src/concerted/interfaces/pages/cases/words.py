"""The words of the pages of case work for stages, states, acts, roles and channels; it decides nothing."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from concerted.mechanism.cases import codes
from concerted.mechanism.cases.sections import NOT_SAID, SECTIONS

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
URGENCIES: Words = {
    "routine": pgettext_lazy("urgency", "Routine"),
    "urgent": pgettext_lazy("urgency", "Urgent"),
    "emergency": pgettext_lazy("urgency", "Emergency"),
}
RISKS: Words = {
    "unknown": pgettext_lazy("risk", "Not assessed"),
    "low": pgettext_lazy("risk", "Low"),
    "medium": pgettext_lazy("risk", "Medium"),
    "high": pgettext_lazy("risk", "High"),
    "critical": pgettext_lazy("risk", "Critical"),
}
AGE_BANDS: Words = {
    "unknown": _("Age unknown"),
    "under_14": _("Under 14"),
    "14_to_17": _("14 to 17"),
    "adult": _("Adult"),
}
CHANNELS: Words = {
    "hotline": _("Hotline"),
    "police": _("Police"),
    "family": _("Family"),
    "hospital": _("Hospital"),
    "school": _("School"),
    "consulate": _("Consulate"),
    "ngo": _("Civil society"),
    "relief_station": _("Relief station"),
    "public_form": _("Public form"),
    "self": _("The person came forward"),
    "other": _("Other"),
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
    "accept": pgettext_lazy("act", "Accept"),
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
ROLES: Words = {
    "victim": pgettext_lazy("role", "Victim"),
    "guardian": pgettext_lazy("role", "Guardian"),
    "family": pgettext_lazy("role", "Family"),
    "witness": pgettext_lazy("role", "Witness"),
    "suspect": pgettext_lazy("role", "Suspect"),
    "other": pgettext_lazy("role", "Other"),
}
GIVERS: Words = {
    "self": _("The person"),
    "guardian": _("A guardian"),
    "child_assent": _("A child, who assents"),
}
CONSENT_STATES: Words = {
    "live": pgettext_lazy("consent", "In force"),
    "not_yet": _("Not yet in force"),
    "expired": _("Run out"),
    "withdrawn": _("Withdrawn"),
    "recalled": _("Recalled"),
    "emergency": _("Emergency access"),
}
FILE_STATES: Words = {
    "opened": pgettext_lazy("file", "Opened"),
    "active": pgettext_lazy("file", "Active"),
    "dormant": pgettext_lazy("file", "Dormant"),
    "closed": pgettext_lazy("file", "Closed"),
}
ANSWERS: Words = {
    "yes": _("Yes"),
    "no": _("No"),
    "declined": _("Declined to answer"),
    "unknown": _("Unknown"),
    "not_asked": _("Not asked"),
}
SEXES: Words = {
    "female": _("Female"),
    "male": _("Male"),
    "unknown": _("Unknown"),
    "declined": _("Declined to answer"),
    "not_asked": _("Not asked"),
}
HAPPENINGS: Words = {
    "case": _("Case"),
    "referral": _("Referral"),
    "outside_referral": _("Referral outside the system"),
    "transfer": _("Transfer of the lead"),
    "placement": _("Shelter placement"),
    "entitlement": _("Entitlement"),
    "section": _("Section written"),
    "document": _("Document added"),
    "report": _("Report"),
}
THING_ACTS: Words = {
    **STEPS,
    **REFERRAL_ACTS,
    "open": pgettext_lazy("act", "Opened"),
    "propose_closing": pgettext_lazy("act", "Closing proposed"),
    "reopen": pgettext_lazy("act", "Reopened"),
    "offer": pgettext_lazy("act", "Bed offered"),
    "arrive": pgettext_lazy("act", "Arrived"),
    "leave": pgettext_lazy("act", "Left"),
    "grant": pgettext_lazy("act", "Granted"),
    "refuse": pgettext_lazy("act", "Refused"),
    "renew": pgettext_lazy("act", "Renewed"),
    "revoke": pgettext_lazy("act", "Revoked"),
    "write": "",
    "add": "",
}
PREVIEW: Words = {
    "age_band": _("Age"),
    "sex": _("Sex"),
    "languages": _("Languages"),
    "province_code": _("Province"),
    "needs": _("Needs"),
    "accompanied_by": _("Accompanied by"),
}
SECTION_NAMES: Words = {**{each.key: each.label for each in SECTIONS}, "spine": _("That the case exists")}
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
SERVICE_ENDS: Words = {
    "under_way": _("Under way"),
    "done": _("Done"),
    "not_done": _("Not done"),
}
VERDICTS: Words = {"justified": _("Justified"), "not_justified": _("Not justified")}
TRANSFER_STATES: Words = {
    "offered": _("Offered"),
    "accepted": pgettext_lazy("referral", "Accepted"),
    "declined": pgettext_lazy("referral", "Declined"),
    "withdrawn": _("Withdrawn"),
}
ENTITLEMENT_STATES: Words = {
    "requested": _("Asked for"),
    "granted": _("Granted"),
    "refused": _("Refused"),
    "revoked": _("Revoked"),
}
SERVICE_STATES: Words = {"planned": _("Planned"), **SERVICE_ENDS}
EVENTS: Words = {
    "relief_entry_unidentified": _("Taken into a relief station, not yet identified"),
    "dna_requested": _("A DNA comparison was asked for"),
    "station_suspects_trafficking": _("The relief station suspects trafficking"),
    "sample_owed": _("A blood sample is to be taken"),
    "parents_found": _("The parents were found"),
    "child_placed": _("A child was placed with a welfare body"),
    "child_notice_published": _("The notice to find the parents was published"),
    "child_notice_ended": _("The time of the notice ended"),
}
GROUNDS: Words = {
    "asked": _("The person asked for it"),
    "court": _("A court decided it"),
    "mistake": _("Written down by mistake"),
}
TABLES: Mapping[str, Words] = {
    "stage": STAGES,
    "step": STEPS,
    "urgency": URGENCIES,
    "risk": RISKS,
    "age": AGE_BANDS,
    "channel": CHANNELS,
    "report": REPORT_STATES,
    "referral": REFERRAL_STATES,
    "referral_act": REFERRAL_ACTS,
    "role": ROLES,
    "giver": GIVERS,
    "consent": CONSENT_STATES,
    "file": FILE_STATES,
    "answer": ANSWERS,
    "sex": SEXES,
    "happening": HAPPENINGS,
    "act": THING_ACTS,
    "preview": PREVIEW,
    "section": SECTION_NAMES,
    "ground": GROUNDS,
    "event": EVENTS,
    "verdict": VERDICTS,
    "transfer": TRANSFER_STATES,
    "entitlement_state": ENTITLEMENT_STATES,
    "service_state": SERVICE_STATES,
    "placement": PLACEMENT_STATES,
    "placement_act": PLACEMENT_ACTS,
    "service": codes.SERVICES,
    "purpose": codes.PURPOSES,
    "decline": codes.DECLINE_REASONS,
    "outcome": codes.OUTCOMES,
    "closing": codes.CLOSURES,
    "handling": codes.HANDLING,
    "notice": codes.NOTICES,
    "need": codes.NEEDS,
    "assessment": codes.ASSESSMENTS,
    "entitlement": codes.ENTITLEMENTS,
    "left": codes.LEFT_AS,
    "identified": codes.IDENTIFIED_BY,
    "screener": codes.SCREENERS,
    "not_said": dict(NOT_SAID),
}
#: The look of a state: a key of shell/states.py whose tone and symbol it borrows.
LOOKS: Mapping[str, str] = {
    "sent": "open",
    "seen": "open",
    "in_service": "under_way",
    "not_completed": "not_achieved",
    "feedback_seen": "checked",
    "received": "due_soon",
    "triaged": "under_way",
    "no_concern": "closed",
    "opened": "accepted",
    "live": "in_force",
    "not_yet": "planned",
    "expired": "superseded",
    "recalled": "withdrawn",
    "emergency": "overdue",
    "urgent": "due_soon",
    "critical": "overdue",
    "high": "due_soon",
    "requested": "due_soon",
    "offered": "open",
    "in": "in_force",
    "out": "closed",
    "granted": "accepted",
    "refused": "declined",
    "revoked": "withdrawn",
}


def choices(table: Words, *, empty: str | Promise = "") -> list[tuple[str, str | Promise]]:
    """The table as choices of a form; with an empty one first where a word for it is given."""
    return [*([("", empty)] if empty else []), *table.items()]
