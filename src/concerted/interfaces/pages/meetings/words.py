"""How kinds, states and steps of meetings are worded, and how they look; it decides nothing."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = Mapping[str, str | Promise]

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
MEETING_STATES: Words = {
    "planned": pgettext_lazy("meeting", "Planned"),
    "called": pgettext_lazy("meeting", "Called"),
    "in_session": pgettext_lazy("meeting", "In session"),
    "closed": pgettext_lazy("meeting", "Closed"),
    "cancelled": pgettext_lazy("meeting", "Cancelled"),
    "recorded": pgettext_lazy("meeting", "Known from a source"),
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
ITEM_STATES: Words = {
    "proposed": pgettext_lazy("agenda item", "Proposed"),
    "accepted": pgettext_lazy("agenda item", "On the agenda"),
    "merged": pgettext_lazy("agenda item", "Merged into another"),
    "dropped": pgettext_lazy("agenda item", "Left off"),
    "discussed": pgettext_lazy("agenda item", "Discussed"),
    "deferred": pgettext_lazy("agenda item", "Deferred"),
}
DECISION_KINDS: Words = {
    "task": pgettext_lazy("decision", "Task"),
    "rule": pgettext_lazy("decision", "Rule"),
    "endorsement": pgettext_lazy("decision", "Endorsement"),
    "record": pgettext_lazy("decision", "For the record"),
}
DECISION_STATES: Words = {
    "proposed": pgettext_lazy("decision", "Worded, not adopted yet"),
    "struck": pgettext_lazy("decision", "Struck"),
    "adopted": pgettext_lazy("decision", "Adopted"),
    "being_implemented": pgettext_lazy("decision", "Being implemented"),
    "implemented": pgettext_lazy("decision", "Implemented"),
    "partly_implemented": pgettext_lazy("decision", "Partly implemented"),
    "lapsed": pgettext_lazy("decision", "Lapsed"),
    "rescinded": pgettext_lazy("decision", "Rescinded"),
}
ACTION_STATES: Words = {
    "draft": pgettext_lazy("action item", "Draft"),
    "struck": pgettext_lazy("action item", "Struck"),
    "open": pgettext_lazy("action item", "Open"),
    "acknowledged": pgettext_lazy("action item", "Taken note of"),
    "in_progress": pgettext_lazy("action item", "In progress"),
    "done_claimed": pgettext_lazy("action item", "Done, to be verified"),
    "verified": pgettext_lazy("action item", "Verified"),
    "cancelled": pgettext_lazy("action item", "Cancelled"),
}
MINUTES_STATES: Words = {
    "draft": pgettext_lazy("minutes", "Draft"),
    "circulated": pgettext_lazy("minutes", "Circulated"),
    "adopted": pgettext_lazy("minutes", "Adopted"),
    "final": pgettext_lazy("minutes", "Final"),
}
AMENDMENT_STATES: Words = {
    "proposed": pgettext_lazy("amendment", "Waits for an answer"),
    "accepted": pgettext_lazy("amendment", "Accepted"),
    "refused": pgettext_lazy("amendment", "Refused"),
    "withdrawn": pgettext_lazy("amendment", "Withdrawn"),
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
ACTS: Words = {
    "call": _("call"),
    "cancel": _("cancel"),
    "open": pgettext_lazy("act", "open"),
    "close": pgettext_lazy("act", "close"),
    "accept": _("accept"),
    "merge": _("merge"),
    "drop": _("leave off"),
    "restore": _("take back"),
    "discuss": _("discuss"),
    "defer": _("defer"),
    "edit": _("edit"),
    "circulate": _("circulate"),
    "take_back": _("take back"),
    "amend": _("amend"),
    "adopt": _("adopt"),
    "finish": _("make final"),
    "revise": _("word anew"),
    "withdraw": _("withdraw"),
    "refuse": _("refuse"),
    "strike": _("strike"),
    "start": _("start"),
    "implement": _("say implemented"),
    "implement_partly": _("say partly implemented"),
    "lapse": _("let lapse"),
    "rescind": _("rescind"),
    "acknowledge": _("take note"),
    "report_progress": _("report progress"),
    "claim_done": _("claim as done"),
    "verify": _("verify"),
    "send_back": _("send back"),
    "review": _("look at again"),
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
