"""The codes of case work with their words in two languages; they are chosen from, never typed."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Codes = Mapping[str, str | Promise]

SERVICES: Codes = {
    "shelter": _("Shelter"),
    "medical_care": _("Medical care"),
    "psychological_care": _("Psychological care"),
    "legal_aid": _("Legal aid"),
    "schooling": _("Schooling"),
    "vocational_training": _("Vocational training"),
    "employment": _("Help to find work"),
    "living_allowance": _("Living allowance"),
    "interpreting": _("Interpreting"),
    "household_registration": _("Household registration"),
    "family_tracing": _("Family tracing"),
    "return_journey": _("Return journey"),
    "reception_home": _("Reception in the home place"),
    "home_visits": _("Home visits"),
    "child_care": _("Child care"),
    "protection": _("Police protection"),
    "investigation": _("Investigation"),
    "dna_comparison": _("DNA comparison"),
    "other": _("Other"),
}
#: Whom a service or a shelter is for, where it is not for everybody.
SERVED_SEXES: Codes = {"female": _("Female"), "male": _("Male")}
PURPOSES: Codes = {
    "protection": _("Protection from harm"),
    "identification": _("Identification"),
    "criminal_case": _("Criminal case"),
    "relief": _("Relief and shelter"),
    "medical_care": _("Medical care"),
    "legal_aid": _("Legal aid"),
    "schooling": _("Schooling or training"),
    "tracing": _("Family tracing"),
    "return": _("Return"),
    "recovery": _("Recovery"),
}
DECLINE_REASONS: Codes = {
    "no_capacity": _("No capacity now"),
    "not_competent": _("Not competent for this"),
    "other_area": _("Belongs to another area"),
    "not_eligible": _("The person is not eligible"),
    "person_does_not_wish": _("The person does not wish it"),
    "unsafe_here": _("Not safe for the person here"),
    "conflict_of_interest": _("Conflict of interest"),
    "already_served": _("Already served by another agency"),
    "information_missing": _("Information was not given when asked for"),
}
#: What a lent officer is needed for: all that the home agency is told of the work.
SECONDMENT_NEEDS: Codes = {
    "language": _("Speaks a language nobody here speaks"),
    "child_interview": _("Interviews with a child"),
    "psychological_care": _("Psychological care"),
    "medical_care": _("Medical care"),
    "legal_aid": _("Legal aid"),
    "local_knowledge": _("Knows the place or the community"),
    "same_sex": _("An officer of the same sex as the person"),
    "joint_work": _("Work on the case together"),
    "staff_short": _("Too few officers here"),
}
SECONDMENT_DECLINES: Codes = {
    "not_to_spare": _("The officer cannot be spared"),
    "too_long": _("Not for so long"),
    "not_skilled": _("The officer does not have the skill asked for"),
    "conflict_of_interest": _("Conflict of interest"),
    "not_safe": _("Not safe for the officer or for others"),
    "refer_instead": _("Refer the case to us instead"),
    "post_ended": _("The officer has left the post"),
}
OUTCOMES: Codes = {
    "achieved": _("Achieved"),
    "partly_achieved": _("Partly achieved"),
    "not_achieved": _("Not achieved"),
    "person_declined": _("The person declined"),
    "person_left": _("The person left"),
    "passed_on": _("Passed on to another agency"),
    "lost_contact": _("Contact was lost"),
}
CLOSURES: Codes = {
    "recovered": _("Recovered"),
    "settled": _("Settled by own choice"),
    "not_a_victim": _("Found not to be a victim"),
    "lost_contact": _("Contact lost"),
    "declined": _("The person declined support"),
    "deceased": _("The person has died"),
    "transferred_abroad": _("Handed over abroad"),
    "opened_in_error": _("Opened in error"),
}
HANDLING: Codes = {
    "no_home_contact": _("No contact with the home"),
    "no_onward_sharing": _("Do not share onward"),
    "no_emergency_access": _("No emergency access"),
    "suspect_in_authority": _("A suspect holds an office"),
    "witness": _("Witness in a criminal case"),
    "interpreter_needed": _("Interpreter needed"),
    "same_sex_staff_only": _("Staff of the same sex only"),
    "legal_hold": _("Legal hold"),
}
NEEDS: Codes = {
    "safety": _("Safety"),
    "shelter": _("Shelter"),
    "food_and_clothing": _("Food and clothing"),
    "health": _("Health"),
    "mental_health": _("Mental health"),
    "legal": _("Legal help"),
    "papers": _("Identity papers"),
    "family": _("Family"),
    "education": _("Education"),
    "livelihood": _("Livelihood"),
    "language": _("Language"),
}
NEED_LEVELS: Codes = {
    "none": _("None"),
    "some": _("Some"),
    "pressing": _("Pressing"),
    "declined": _("Declined to answer"),
    "unknown": _("Unknown"),
    "not_asked": _("Not asked"),
}
ASSESSMENTS: Codes = {
    "needs": _("Needs assessment"),
    "risk": _("Risk assessment"),
    "best_interests": _("Best interests of the child"),
    "return_risk": _("Risk on return"),
    "follow_up": _("Follow-up visit"),
}
ENTITLEMENTS: Codes = {
    "reflection_period": _("Reflection period"),
    "temporary_stay": _("Temporary stay"),
    "relief": _("Relief"),
    "medical_care": _("Medical care"),
    "legal_aid": _("Legal aid"),
    "living_allowance": _("Living allowance"),
    "schooling": _("Schooling"),
}
LEFT_AS: Codes = {"planned": _("Left as planned"), "left": _("Left on own decision"), "moved": _("Moved")}
IDENTIFIED_BY: Codes = {
    "police_operation": _("Police operation"),
    "border_check": _("Border check"),
    "hotline": _("Hotline"),
    "self": _("The person came forward"),
    "family": _("Family"),
    "health_staff": _("Health staff"),
    "relief_station": _("Relief station"),
    "ngo": _("Civil society"),
    "school": _("School"),
    "labour_inspection": _("Labour inspection"),
    "consulate": _("Consulate"),
    "other": _("Other"),
}
SCREENERS: Codes = {
    "police": _("Police officer"),
    "social_worker": _("Social worker"),
    "health": _("Health worker"),
    "hotline": _("Hotline worker"),
    "border": _("Border officer"),
    "lawyer": _("Lawyer"),
    "other": _("Other"),
}
OUTSIDE_CHANNELS: Codes = {
    "in_person": _("In person"),
    "telephone": _("Telephone"),
    "sms": _("Text message"),
    "post": _("Post"),
    "other_mail": _("Another e-mail address"),
}
NOTICES: Codes = {
    "referral_sent": _("A referral has come in"),
    "referral_seen": _("The referral was seen"),
    "referral_accepted": _("The referral was accepted"),
    "referral_declined": _("The referral was declined"),
    "referral_returned": _("The referral came back for information"),
    "referral_completed_information": _("The information asked for has come"),
    "referral_withdrawn": _("The referral was withdrawn"),
    "referral_begun": _("The service has begun"),
    "referral_completed": _("The service is completed"),
    "referral_not_completed": _("The service was not completed"),
    "referral_overdue": _("The answer to a referral is overdue"),
    "transfer_offered": _("The lead of a case is offered"),
    "transfer_accepted": _("The lead was taken over"),
    "transfer_declined": _("The lead was not taken over"),
    "transfer_withdrawn": _("The offer of the lead was withdrawn"),
    "secondment_asked": _("An officer of yours is asked for"),
    "secondment_agreed": _("The officer you asked for is lent to you"),
    "secondment_declined": _("The officer you asked for is not lent"),
    "secondment_withdrawn": _("An officer of yours is not asked for any more"),
    "further_cases_asked": _("Further cases are asked for an officer you lent"),
    "further_cases_agreed": _("The lent officer may work the further cases"),
    "further_cases_declined": _("The lent officer may not work the further cases"),
    "further_cases_withdrawn": _("Further cases are not asked for any more"),
    "prolongation_asked": _("A longer time is asked for an officer you lent"),
    "prolongation_agreed": _("The lent officer may stay longer"),
    "prolongation_declined": _("The lent officer may not stay longer"),
    "prolongation_withdrawn": _("A longer time is not asked for any more"),
    "lent_case_taken_back": _("An officer you lent works one case fewer"),
    "secondment_ended": _("A secondment was ended by the other agency"),
    "desk_handed_over": _("Your agency takes in the reports of a place: the desk was handed over to you"),
    "desk_ended_below": _("Reports of a further place come to your agency: the desk there has ended"),
    "disclosure": _("Sections of a case were opened to your agency"),
    "disclosure_recalled": _("A disclosure was recalled"),
    "consent_withdrawn": _("Consent was withdrawn"),
    "objection_recorded": _("The person does not want an agency to know of a case"),
    "guardian_suspected": _(
        "A guardian who consented is written down as a suspect: the consent has ended, and what was given on it"
    ),
    "suspicion_lifted": _(
        "A guardian who consented is no suspect any more: what ended with the suspicion may be taken up again"
    ),
    "glass_broken": _("Emergency access to a case you lead"),
    "glass_reviewed": _("Your emergency access was reviewed"),
    "placement_requested": _("A bed is asked for"),
    "placement_offered": _("A bed is offered"),
    "placement_declined": _("No bed was offered"),
    "placement_in": _("The person has arrived"),
    "placement_out": _("The person has left"),
    "placement_withdrawn": _("The request for a bed was withdrawn"),
    "use_restricted": _("The person has restricted the use of what is kept on a case"),
    "restriction_ended": _("The restriction on a case has ended"),
    "message": _("A message on a case"),
    "closing_proposed": _("A case is proposed to be closed"),
    "case_closed": _("A case was closed"),
    "closing_ended": _("A proposal to close a case was refused or taken back"),
    "case_reopened": _("A case was reopened"),
    "criminal_case_trigger": _("A report meets a condition to open a criminal case at once"),
    "service_planned": _("A service is planned with your agency"),
    "status_decided": _("Victim status was decided"),
    "status_review_asked": _("A review of victim status is asked for"),
    "status_reviewed": _("A review of victim status was answered"),
    "status_review_withdrawn": _("A review of victim status was withdrawn"),
}

FINDINGS: Codes = {"victim": _("A victim"), "not_victim": _("Not a victim")}
REVIEW_ASKERS: Codes = {
    "person": _("The person"),
    "guardian": _("A guardian"),
    "representative": _("A lawyer or representative"),
    "agency": _("An agency on the case"),
}
