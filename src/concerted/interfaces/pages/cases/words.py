"""The words of the pages of case work for stages, states, acts, roles and channels; it decides nothing."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from concerted.mechanism.cases import codes
from concerted.mechanism.cases.sections import NOT_SAID, SECTIONS
from concerted.mechanism.cases.state_words import (
    ENTITLEMENT_STATES,
    FURTHER_ACTS,
    LONGER_ACTS,
    PLACEMENT_ACTS,
    PLACEMENT_STATES,
    REFERRAL_ACTS,
    REFERRAL_STATES,
    REPORT_STATES,
    REVIEW_STATES,
    SECONDMENT_ACTS,
    SECONDMENT_STATES,
    STAGES,
    STATUS_STATES,
    STEPS,
    TRANSFER_STATES,
    Words,
)

URGENCIES: Words = {
    "routine": pgettext_lazy("urgency", "Routine"),
    "urgent": pgettext_lazy("urgency", "Urgent"),
    "emergency": pgettext_lazy("urgency", "Emergency"),
}
#: The same, as somebody answers who is asked whether there is danger.
DANGER: Words = {
    "routine": _("Not right now"),
    "urgent": _("Perhaps soon, or it grows worse"),
    "emergency": _("Yes, life is in danger now"),
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
    "suspected": _("Does not stand: the guardian is a suspect"),
    "cleared": _("Ended on a suspicion that was lifted"),
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
PREVIEW: Words = {
    "age_band": _("Age"),
    "sex": _("Sex"),
    "languages": _("Languages"),
    "province_code": _("Province"),
    "needs": _("Needs"),
    "accompanied_by": _("Accompanied by"),
}
#: The words for the codes that may stand in a field of a preview; needs are told as needs or as services.
PREVIEW_WORDS: Mapping[str, Words] = {
    "age_band": AGE_BANDS,
    "sex": SEXES,
    "needs": {**codes.SERVICES, **codes.NEEDS},
}
SECTION_NAMES: Words = {**{each.key: each.label for each in SECTIONS}, "spine": _("That the case exists")}
SERVICE_ENDS: Words = {
    "under_way": _("Under way"),
    "done": _("Done"),
    "not_done": _("Not done"),
}
GOAL_DECISIONS: Words = {
    "reached": pgettext_lazy("goal", "Reached"),
    "partly_reached": pgettext_lazy("goal", "Partly reached"),
    "not_reached": pgettext_lazy("goal", "Not reached"),
    "dropped": pgettext_lazy("goal", "Dropped"),
}
GOAL_STATES: Words = {
    "open": pgettext_lazy("goal", "Open"),
    **GOAL_DECISIONS,
    "changed": pgettext_lazy("goal", "Changed"),
}
PLAN_STATES: Words = {
    "draft": _("Draft"),
    "agreed": pgettext_lazy("plan", "Agreed with the person"),
    "ended": pgettext_lazy("plan", "Ended"),
}
#: What a decision of one kind and finding says in a word.
STATUS_SAID: Words = {
    "presumption victim": _("Presumed a victim"),
    "presumption not_victim": _("Not presumed a victim"),
    "recognition victim": _("Recognised as a victim"),
    "recognition not_victim": _("Not recognised as a victim"),
}
VERDICTS: Words = {"justified": _("Justified"), "not_justified": _("Not justified")}
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
    "schedule": _("Its day by the schedule has come"),
    "asked": _("The person asked for it"),
    "court": _("A court decided it"),
    "mistake": _("Written down by mistake"),
}
RIGHTS_ASKERS: Words = {
    "self": _("The person"),
    "guardian": _("A guardian"),
    "relative": _("A near relative, after the person's death"),
}
RIGHTS_STATES: Words = {
    "asked": pgettext_lazy("rights", "Waits for an answer"),
    "granted": _("Granted"),
    "refused": _("Refused"),
    "ended": pgettext_lazy("restriction", "Ended"),
}
HOLD_GROUNDS: Words = {
    "investigation": pgettext_lazy("hold", "Investigation"),
    "trial": pgettext_lazy("hold", "Trial"),
    "compensation": pgettext_lazy("hold", "Compensation"),
    "complaint": pgettext_lazy("hold", "Complaint"),
    "tracing": pgettext_lazy("hold", "Family tracing"),
    "inquiry": pgettext_lazy("hold", "Inquiry"),
}
PERSON_KINDS: Words = {
    "person": pgettext_lazy("record", "A person"),
    "unknown_offender": pgettext_lazy("record", "An offender nobody knows yet"),
    "unnamed_child": pgettext_lazy("record", "A child without a known name"),
}
ATTRIBUTES: Words = {
    "name": pgettext_lazy("attribute", "Name"),
    "birth": pgettext_lazy("attribute", "Born"),
    "sex": pgettext_lazy("attribute", "Sex"),
    "origin": pgettext_lazy("attribute", "Origin"),
    "document": pgettext_lazy("attribute", "Paper"),
    "photograph": pgettext_lazy("attribute", "Photograph"),
    "description": pgettext_lazy("attribute", "Description"),
}
CONFIDENCES: Words = {
    "not_stated": pgettext_lazy("confidence", "Not said how sure"),
    "confirmed": pgettext_lazy("confidence", "Confirmed by a paper or a check"),
    "probable": pgettext_lazy("confidence", "Probable"),
    "possible": pgettext_lazy("confidence", "Possible"),
    "doubtful": pgettext_lazy("confidence", "Doubtful"),
}
NAME_KINDS: Words = {
    "legal": pgettext_lazy("name", "Legal name"),
    "birth": pgettext_lazy("name", "Name at birth"),
    "alias": pgettext_lazy("name", "Alias"),
    "nickname": pgettext_lazy("name", "Nickname"),
    "married": pgettext_lazy("name", "Name after marriage"),
    "religious": pgettext_lazy("name", "Religious name"),
    "given_by_trafficker": pgettext_lazy("name", "Name the person was made to use"),
    "transcribed": pgettext_lazy("name", "Name in another script"),
}
SCRIPTS: Words = {
    "hani": pgettext_lazy("script", "Chinese characters"),
    "latn": pgettext_lazy("script", "Latin letters"),
    "cyrl": pgettext_lazy("script", "Cyrillic"),
    "tibt": pgettext_lazy("script", "Tibetan"),
    "arab": pgettext_lazy("script", "Arabic (Uyghur, Kazakh)"),
    "mong": pgettext_lazy("script", "Mongolian"),
    "hang": pgettext_lazy("script", "Korean"),
    "thai": pgettext_lazy("script", "Thai"),
    "laoo": pgettext_lazy("script", "Lao"),
    "mymr": pgettext_lazy("script", "Burmese"),
    "khmr": pgettext_lazy("script", "Khmer"),
    "zyyy": pgettext_lazy("script", "Another script"),
}
PAPER_KINDS: Words = {
    "resident_card": pgettext_lazy("paper", "Resident card"),
    "household_register": pgettext_lazy("paper", "Household register"),
    "birth_certificate": pgettext_lazy("paper", "Birth certificate"),
    "passport": pgettext_lazy("paper", "Passport"),
    "foreign_card": pgettext_lazy("paper", "Identity card of another country"),
    "travel_permit": pgettext_lazy("paper", "Travel permit"),
    "dna_register": pgettext_lazy("paper", "Number in the DNA register"),
    "other": pgettext_lazy("paper", "Another paper"),
}
CALENDARS: Words = {
    "gregorian": pgettext_lazy("calendar", "Gregorian calendar"),
    "chinese_lunar": pgettext_lazy("calendar", "Chinese lunar calendar"),
}
RETENTION_EVENTS: Words = {
    "case_closed": _("after the case was closed for good"),
    "report_answered": _("after the report led to no case"),
    "sentence_served": _("after the sentence was served or the matter ended"),
    "recorded": _("after it was written down"),
}
BATCH_FORMS: Words = {
    "list": pgettext_lazy("import", "A list of our own"),
    "htcds": pgettext_lazy("import", "A file in HTCDS 2.0"),
}
TABLES: Mapping[str, Words] = {
    "batch_form": BATCH_FORMS,
    "attribute": ATTRIBUTES,
    "retention_event": RETENTION_EVENTS,
    "rights_asker": RIGHTS_ASKERS,
    "rights_state": RIGHTS_STATES,
    "hold": HOLD_GROUNDS,
    "person_kind": PERSON_KINDS,
    "confidence": CONFIDENCES,
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
    "preview": PREVIEW,
    "section": SECTION_NAMES,
    "ground": GROUNDS,
    "event": EVENTS,
    "verdict": VERDICTS,
    "transfer": TRANSFER_STATES,
    "secondment": SECONDMENT_STATES,
    "secondment_act": SECONDMENT_ACTS,
    "further_act": FURTHER_ACTS,
    "longer_act": LONGER_ACTS,
    "secondment_need": codes.SECONDMENT_NEEDS,
    "secondment_decline": codes.SECONDMENT_DECLINES,
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
    "need_level": codes.NEED_LEVELS,
    "assessment": codes.ASSESSMENTS,
    "entitlement": codes.ENTITLEMENTS,
    "left": codes.LEFT_AS,
    "identified": codes.IDENTIFIED_BY,
    "screener": codes.SCREENERS,
    "not_said": dict(NOT_SAID),
    "goal": GOAL_STATES,
    "plan_state": PLAN_STATES,
    "status_state": STATUS_STATES,
    "review_state": REVIEW_STATES,
    "status": STATUS_SAID,
    "review_asker": codes.REVIEW_ASKERS,
}
#: The look of a state: a key of shell/states.py whose tone and symbol it borrows.
LOOKS: Mapping[str, str] = {
    "reported": "open",
    "screened": "checked",
    "presumed_victim": "due_soon",
    "in_protection": "in_force",
    "recovery": "under_way",
    "settled": "accepted",
    "follow_up": "under_way",
    "routine": "planned",
    "unknown": "planned",
    "low": "planned",
    "medium": "under_way",
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
    "suspected": "overdue",
    "cleared": "due_soon",
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
    "reached": "accepted",
    "partly_reached": "under_way",
    "not_reached": "not_achieved",
    "dropped": "closed",
    "changed": "superseded",
    "agreed": "in_force",
    "ended": "closed",
    "decided": "in_force",
    "sent_back": "returned",
    "replaced": "superseded",
    "asked": "due_soon",
    "upheld": "checked",
}


def choices(table: Words, *, empty: str | Promise = "") -> list[tuple[str, str | Promise]]:
    """The table as choices of a form; with an empty one first where a word for it is given."""
    return [*([("", empty)] if empty else []), *table.items()]
