"""How kinds, states and steps of meetings are worded, and how they look; it decides nothing."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from concerted.mechanism.meetings import state_words

Words = Mapping[str, str | Promise]

MEETING_STATES: Words = state_words.MEETING_STATES
ITEM_STATES: Words = state_words.ITEM_STATES
DECISION_STATES: Words = state_words.DECISION_STATES
ACTION_STATES: Words = state_words.ACTION_STATES
MINUTES_STATES: Words = state_words.MINUTES_STATES
AMENDMENT_STATES: Words = state_words.AMENDMENT_STATES
ACTS: Words = state_words.ACTS
SERIES_KINDS: Words = {
    "plenary": _("Plenary"),
    "office": _("Office meeting"),
    "liaison": _("Meeting of liaison officers"),
}
LEVELS: Words = {
    "nation": _("National"),
    "province": _("Provincial"),
    "prefecture": _("Prefectural"),
    "county": _("County"),
}
CHAIRS: Words = {
    "convenor": _("Convenor"),
    "deputy": _("Deputy convenor"),
    "office_head": _("Head of the office"),
}
SEATS: Words = {
    "convenor": _("Convenor"),
    "member": pgettext_lazy("seat", "Member"),
    "invited": pgettext_lazy("seat", "Invited"),
    "observer": pgettext_lazy("seat", "Observer"),
}
ATTENDANCE: Words = {
    "expected": pgettext_lazy("attendance", "Not recorded yet"),
    "present": pgettext_lazy("attendance", "Present"),
    "by_video": pgettext_lazy("attendance", "By video"),
    "substitute": pgettext_lazy("attendance", "Substitute came"),
    "apologies": pgettext_lazy("attendance", "Sent apologies"),
    "absent": pgettext_lazy("attendance", "Absent"),
}
DECISION_KINDS: Words = {
    "task": pgettext_lazy("decision", "Task"),
    "rule": pgettext_lazy("decision", "Rule"),
    "endorsement": pgettext_lazy("decision", "Endorsement"),
    "record": pgettext_lazy("decision", "For the record"),
}
DISSENTS: Words = {"dissent": _("Dissent"), "reservation": _("Reservation")}
PAPERS: Words = {
    "notice": _("Notice of the meeting"),
    "book": _("Briefing book"),
    "minutes": pgettext_lazy("paper", "Minutes"),
}
PAPER_STATES: Words = {
    "asked": _("Waits to be made"),
    "preparing": _("Being made"),
    "ready": pgettext_lazy("paper", "Ready"),
    "failed": pgettext_lazy("paper", "Failed"),
}
LANGUAGES: Words = {"zh-hans": _("Chinese"), "en": _("English")}
FORMS: Words = {"pdf": "PDF", "docx": "DOCX"}
MOVES: Words = {
    "acknowledge": _("Taken note of"),
    "report_progress": _("Progress reported"),
    "claim_done": _("Claimed as done"),
    "verify": _("Verified as done"),
    "send_back": _("Not found done, sent back"),
    "review": _("Looked at again"),
    "cancel": _("Ended by a decision"),
}
#: What an amendment may change, as its form and its head name it.
FIELDS: Words = {
    "title_en": _("Title (English)"),
    "title_zh": _("Title (Chinese)"),
    "text_en": _("Text (English)"),
    "text_zh": _("Text (Chinese)"),
    "legal": _("Legal reference"),
    "owner": pgettext_lazy("of an action item", "Owner"),
    "due": _("Due"),
    "review_on": _("To be looked at again on"),
}
UNITS: Words = {
    "days": pgettext_lazy("unit", "days"),
    "meetings": pgettext_lazy("unit", "meetings"),
    "action items": pgettext_lazy("unit", "action items"),
    "obligations": pgettext_lazy("unit", "obligations"),
    "provinces": pgettext_lazy("unit", "provinces"),
    "places": pgettext_lazy("unit", "places"),
    "percentage points": pgettext_lazy("unit", "percentage points"),
}
STEPS: Words = {
    "superior": _("The agency above"),
    "owed_to": _("Who is owed"),
    "prefecture": _("The office of the prefecture"),
    "province": _("The office of the province"),
    "liaison": _("The ministry's liaison officer"),
    "office": _("The office of the joint meeting"),
    "agenda": _("The agenda of the next meeting"),
}
MACHINES: Words = {
    "meeting": _("Meetings"),
    "item": _("Agenda items"),
    "minutes": _("Minutes"),
    "amendment": _("Amendments"),
    "decision": _("Decisions"),
    "action_item": _("Action items"),
}
STATES: Mapping[str, Words] = {
    "meeting": MEETING_STATES,
    "item": ITEM_STATES,
    "minutes": MINUTES_STATES,
    "amendment": AMENDMENT_STATES,
    "decision": DECISION_STATES,
    "action_item": ACTION_STATES,
    "paper": PAPER_STATES,
    "attendance": ATTENDANCE,
}

#: state -> the shell's state whose tone and symbol it takes; one not named keeps its own.
_LOOKS: Mapping[str, str] = {
    "called": "submitted",
    "in_session": "under_way",
    "recorded": "none",
    "present": "done",
    "by_video": "done",
    "substitute": "mostly_done",
    "apologies": "excused",
    "absent": "missing",
    "expected": "not_started",
    "dropped": "withdrawn",
    "discussed": "done",
    "deferred": "on_hold",
    "struck": "withdrawn",
    "being_implemented": "under_way",
    "implemented": "done",
    "partly_implemented": "partly_achieved",
    "lapsed": "not_achieved",
    "rescinded": "superseded",
    "acknowledged": "submitted",
    "done_claimed": "completion_claimed",
    "circulated": "consultation",
    "final": "in_force",
    "refused": "declined",
    "asked": "not_started",
    "ready": "done",
    "failed": "not_achieved",
}


def look_key(state: str) -> str:
    """The key of the shell's looks that this state is shown with."""
    return _LOOKS.get(state, state)
