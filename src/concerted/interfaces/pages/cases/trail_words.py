"""What an act or a look of the record is called by whoever answers for a case; the record itself keeps its keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from concerted.mechanism.cases.reads.trail import Trace
from concerted.mechanism.cases.sections import WRITTEN

from .trail_words_beside import BESIDE
from .words import SECTION_NAMES

#: The name of an act or look in the record -> words.
DONE: dict[str, str | Promise] = {
    "people.identity_of": _("Read who the person is"),
    "people.identities_of": _("Read who the person is"),
    "people.photograph_of": _("Looked at a photograph"),
    "people.erasure_preview": _("Looked at what an erasure would take away"),
    "people.request_erasure": _("Asked for the record to be erased"),
    "people.approve_erasure": _("Erased the record"),
    "people.refuse_erasure": _("Refused to erase the record"),
    "people.set_hold": _("Set a hold on the record"),
    "people.ask_to_lift_hold": _("Asked for a hold to be lifted"),
    "people.lift_hold": _("Lifted a hold"),
    "people.keep_hold": _("Left a hold standing"),
    "people.record_person": _("Wrote the person down"),
    "people.add_statement": _("Added a value to the person's record"),
    "people.add_photograph": _("Added a photograph"),
    "people.withdraw_statement": _("Took a value of the person's record back"),
    "people.choose_statement": _("Chose between values of the person's record"),
    "people.possible_duplicates": _("Looked for records of the same person"),
    "people.holds_here": _("Looked at the holds"),
    "people.hold_by_id": _("Looked at the holds"),
    "people.set_officer_aside": _("Set an officer aside from the record"),
    "people.lift_officer_exclusion": _("Let an officer see the record again"),
    "cases.case_view": _("Opened the case"),
    "cases.case_page": _("Opened the case"),
    "cases.case_to_take_away": _("Printed or exported the case"),
    "cases.section_history": _("Read earlier wordings of a section"),
    "cases.notes_of": _("Read internal notes"),
    "cases.documents_of": _("Looked at the list of documents"),
    "cases.document_file": _("Opened a document"),
    "cases.screenings_of": _("Read the screenings"),
    "cases.timeline": _("Read the course of the case"),
    "cases.assistance_of": _("Read what is assessed, planned and granted"),
    "cases.placement_view": _("Read a request for a bed"),
    "cases.consents_of": _("Read the consents"),
    "cases.objections_of": _("Read whom the person does not want to know"),
    "cases.disclosures_of": _("Read what was given"),
    "cases.who_holds_what": _("Read who holds what"),
    "cases.withdrawn_toward": _("Asked whether the person took her consent back"),
    "cases.messages_of": _("Read the messages"),
    "cases.referral_view": _("Read a referral"),
    "cases.transfer_view": _("Read an offer of the lead"),
    "cases.report_view": _("Read a report"),
    "cases.requests_of": _("Read what the person asked"),
    "cases.request_by_id": _("Read what the person asked"),
    "cases.status_of": _("Read the decisions on victim status"),
    "cases.glass_view": _("Read an emergency access"),
    "cases.who_saw": _("Read who saw this file"),
    "cases.conflicts_here": _("Read which officers are set aside"),
    "cases.conflict_by_id": _("Read which officers are set aside"),
    "cases.officers_set_aside": _("Read which officers are set aside"),
    "cases.open_case": _("Opened a new case"),
    "cases.import_cases": _("Imported the case"),
    "cases.import_batch": _("Imported the case"),
    "cases.advance_case": _("Moved the case on"),
    "cases.change_spine": _("Changed what the case tells"),
    "cases.propose_closing": _("Proposed to close the case"),
    "cases.withdraw_closing": _("Took the proposal to close back"),
    "cases.close_case": _("Closed the case"),
    "cases.reopen_case": _("Reopened the case"),
    "cases.write_section": _("Wrote in a section"),
    "cases.link_person": _("Put a person on the case"),
    "cases.unlink_person": _("Ended a person's role on the case"),
    "cases.write_note": _("Wrote an internal note"),
    "cases.add_document": _("Added a document"),
    "cases.attach_file": _("Added a document"),
    "cases.withdraw_document": _("Withdrew a document"),
    "cases.change_file": _("Changed the agency's own file"),
    "cases.assign_files": _("Gave the file to an officer"),
    "cases.record_event": _("Recorded what happened"),
    "cases.record_done": _("Recorded a duty as done"),
    "cases.assess": _("Wrote an assessment"),
    "cases.write_plan": _("Wrote a support plan"),
    "cases.agree_plan": _("Recorded the agreement to a plan"),
    "cases.end_plan": _("Ended a support plan"),
    "cases.revise_plan": _("Began to revise a support plan"),
    "cases.decide_goal": _("Decided on a goal"),
    "cases.change_goal": _("Changed a goal"),
    "cases.plan_service": _("Planned a service"),
    "cases.record_service": _("Recorded a service"),
    "cases.disclose": _("Gave sections to an agency"),
    "cases.recall_disclosure": _("Took back what was given"),
    "cases.take_consent": _("Took a consent"),
    "cases.take_up_consent": _("Took a consent up again after a suspicion was lifted"),
    "cases.withdraw_consents": _("Recorded a withdrawn consent"),
    "cases.record_objection": _("Recorded whom the person does not want to know"),
    "cases.end_objection": _("Ended an objection of the person"),
    "cases.request_entitlement": _("Asked for an entitlement"),
    "cases.grant_entitlement": _("Granted an entitlement"),
    "cases.refuse_entitlement": _("Refused an entitlement"),
    "cases.renew_entitlement": _("Renewed an entitlement"),
    "cases.revoke_entitlement": _("Revoked an entitlement"),
    "cases.issue_letter": _("Issued a letter"),
    "cases.replace_letter": _("Replaced a letter"),
    "cases.revoke_letter": _("Revoked a letter"),
    "cases.break_glass": _("Opened the case in an emergency"),
    "cases.review_glass": _("Reviewed an emergency access"),
    "cases.send_message": _("Wrote a message"),
    "cases.mark_messages_seen": _("Marked the messages as read"),
    "cases.declare_conflict": _("Set an officer aside from the case"),
    "cases.ask_to_lift_conflict": _("Asked for a conflict of interest to be lifted"),
    "cases.end_conflict": _("Lifted a conflict of interest"),
    "cases.keep_conflict": _("Left a conflict of interest standing"),
    "cases.draft_referral": _("Wrote a referral"),
    "cases.send_referral": _("Sent a referral"),
    "cases.see_referral": _("Marked a referral as seen"),
    "cases.accept_referral": _("Accepted a referral"),
    "cases.decline_referral": _("Declined a referral"),
    "cases.return_referral": _("Returned a referral for information"),
    "cases.complete_information": _("Gave information on a referral"),
    "cases.withdraw_referral": _("Withdrew a referral"),
    "cases.begin_service": _("Began the service of a referral"),
    "cases.finish_service": _("Completed the service of a referral"),
    "cases.fail_service": _("Recorded a referral as not completed"),
    "cases.record_outside_outcome": _("Recorded how a referral outside ended"),
    "cases.see_feedback": _("Marked the feedback as read"),
    "cases.close_referral": _("Closed a referral"),
    "cases.record_package": _("Made a sealed package"),
    "cases.request_bed": _("Asked for a bed"),
    "cases.offer_bed": _("Kept a bed"),
    "cases.decline_bed": _("Declined a bed"),
    "cases.record_arrival": _("Recorded the arrival in the shelter"),
    "cases.record_departure": _("Recorded the departure from the shelter"),
    "cases.withdraw_bed_request": _("Took the request for a bed back"),
    "cases.record_request": _("Recorded what the person asks"),
    "cases.grant_request": _("Granted what the person asks"),
    "cases.refuse_request": _("Refused what the person asks"),
    "cases.end_restriction": _("Ended a restriction of use"),
    "cases.record_screening": _("Kept a screening"),
    "cases.propose_status": _("Put a decision on victim status forward"),
    "cases.decide_status": _("Decided on victim status"),
    "cases.send_status_back": _("Sent a decision on victim status back"),
    "cases.withdraw_status": _("Took a proposed decision on victim status back"),
    "cases.ask_status_review": _("Asked for a review of victim status"),
    "cases.uphold_status": _("Upheld a decision on victim status"),
    "cases.change_status": _("Turned a decision on victim status"),
    "cases.withdraw_status_review": _("Took the request for a review back"),
    "cases.offer_lead": _("Offered the lead"),
    "cases.accept_lead": _("Took the lead"),
    "cases.decline_lead": _("Declined the lead"),
    "cases.withdraw_lead_offer": _("Took the offer of the lead back"),
    "cases.leave_joint_lead": _("Left the joint lead"),
    "cases.ask_for_officer": _("Asked for an officer of another agency"),
    "cases.take_case_back": _("Took a case back from a lent officer"),
    "cases.agree_secondment": _("Lent an officer"),
    "cases.decline_secondment": _("Did not lend an officer"),
    "cases.withdraw_secondment": _("Took the request for an officer back"),
    "cases.end_secondment": _("Ended a secondment"),
    "cases.take_report": _("Took a report"),
    "cases.take_public_report": _("A report came by the public form"),
    "cases.triage": _("Triaged a report"),
    "cases.merge_report": _("Merged a report with another"),
    "cases.dismiss_report": _("Set a report aside"),
    "cases.reconsider_report": _("Took a report up again"),
    "cases.record_criminal_case_opened": _("Recorded that a criminal case was opened"),
    "cases.give_follow_up_code": _("Gave a number to ask by"),
    "cases.ask_for_further_cases": _("Asked for further cases for an officer"),
    "cases.ask_by_schedule": _("Asked for the record to be erased"),
}

#: Why a page itself looked, as the record keeps it -> words; a reason that an officer wrote stands as it was written.
WHY: dict[str, str | Promise] = {
    "case page": _("on the case page"),
    "writing": _("while writing"),
    "section page": _("on the section's page"),
    "record page": _("on the record's page"),
    "list of records": _("in the list of records"),
    "print": _("for a print"),
    "a value of the record": _("for one value of the record"),
    "picture": _("to show the picture"),
    "ending a role": _("to end a role"),
    "persons on the case": _("for the persons on the case"),
    "package": _("for a sealed package"),
    "a person named by a machine": _("for another program"),
    "a value named by a machine": _("for another program"),
    "own file changed by a machine": _("for another program"),
    "consent form": _("while taking a consent"),
}

#: What would go with an erasure, by part and kind -> words.
KEPT: dict[str, str | Promise] = {
    "people.attribute": _("Values of the person's record"),
    "people.choice": _("Choices between values"),
    "people.searchmark": _("Marks by which the record is found"),
    "vault.storedfile": _("Files"),
    "vault.bytes": _("Size of the files, in bytes"),
    "cases.case": _("Cases about this person alone"),
    "cases.link": _("Roles on cases"),
    "cases.report": _("Reports of these cases"),
    "cases.screening": _("Screenings of these cases"),
    "cases.document": _("Documents of these cases"),
}


def done_called(act: str) -> str:
    """The words for an act or look; where it has none, that something else was done, with its key for who looks
    after the installation."""
    return str(DONE.get(act) or BESIDE.get(act) or _("Something else: %(act)s") % {"act": act})


def kept_called(kind: str) -> str:
    """The words for what an erasure takes away."""
    if kind in KEPT:
        return str(KEPT[kind])
    table = kind.rpartition(".")[2]
    section = next((one for one in WRITTEN if one.model and one.model._meta.model_name == table), None)
    if section is None:
        return kind
    return str(_("Words in the section “%(section)s”") % {"section": section.label})


#: Acts that nobody does who signs in -> who did it, in words.
NOBODY: dict[str, str | Promise] = {
    "cases.acknowledge_package": _("The recipient outside"),
    "cases.take_public_report": _("Somebody by the public form"),
}


@dataclass(frozen=True)
class Seen:
    """What one officer did at one moment: one page opens several things, and is one line here. by_nobody: who it was
    where no officer did it; the agency of the row is then whose book it stands in."""

    first: Trace
    by_nobody: str
    done: tuple[str, ...]
    sections: tuple[str, ...]
    why: tuple[str, ...]


def together(rows: Sequence[Trace]) -> list[Seen]:
    """The rows of one moment and officer as one line, in the order of the record; nothing of them is left out."""
    return [
        _one(list(same))
        for _same, same in groupby(
            rows, key=lambda row: (row.entry.at, row.entry.officer_id, row.entry.agency_id)
        )
    ]


def _one(rows: list[Trace]) -> Seen:
    keys = [key.strip() for row in rows for key in row.sections.split(",") if key.strip()]
    return Seen(
        rows[0],
        str(NOBODY.get(rows[0].entry.act, "")) if rows[0].officer is None else "",
        tuple(dict.fromkeys(done_called(row.entry.act) for row in rows)),
        tuple(dict.fromkeys(str(SECTION_NAMES.get(key, key)) for key in keys)),
        tuple(dict.fromkeys(str(WHY.get(row.why, row.why)) for row in rows if row.why)),
    )
