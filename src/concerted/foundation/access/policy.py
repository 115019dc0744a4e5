"""The policy table: which post function holds which permission over which subjects, and its one reading."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

from concerted.foundation.agencies.models import Officer, Post, is_within

from .permissions import Permission as P

F = Post.Function


class Reach(StrEnum):
    """Over which subjects a grant holds, seen from the officer's agency."""

    ANY = "any"  # every subject, or none needed
    OWN = "own"  # subjects the officer's agency owns
    OWED = "owed"  # subjects owed to the officer's agency
    AREA = "area"  # subjects that lie in the place of the officer's agency


@dataclass(frozen=True)
class SubjectFacts:
    """What the policy may know of a subject.

    owners, owed_to: ids of agencies. place_code: of six digits, as divisions have. authors: ids of officers.
    """

    owners: frozenset[int] = frozenset()
    owed_to: frozenset[int] = frozenset()
    place_code: str | None = None
    authors: frozenset[int] = frozenset()


@runtime_checkable
class HasAccessFacts(Protocol):
    """A thing that tells the policy whose it is; where it does not, the door raises TypeError."""

    def access_facts(self) -> SubjectFacts:
        """The facts the policy reads of this subject."""


@dataclass(frozen=True)
class Grant:
    """One row of the table. `not_author`: the officer must not have written the subject (four-eyes rule)."""

    permission: P
    functions: frozenset[str]
    reach: frozenset[Reach]
    not_author: bool = False
    why: str = field(default="", compare=False)


EVERYBODY = frozenset(F.values)
READERS = EVERYBODY
WRITERS = frozenset({F.FOCAL_POINT, F.PROVINCIAL_OFFICE, F.LOCAL_OFFICER, F.SECRETARIAT})
OFFICES = frozenset({F.SECRETARIAT, F.PROVINCIAL_OFFICE})
CLEARERS = frozenset({F.CLEARER, F.PROVINCIAL_CLEARER})
MEETING_OFFICES = OFFICES | {F.LOCAL_OFFICER}
SITTING = WRITERS | CLEARERS
#: Only these posts meet a person's case; whoever steers, counts or administers the mechanism meets none.
CASE_WORK = frozenset({F.CASE_WORKER, F.CASE_SUPERVISOR})
INTAKE = CASE_WORK | {F.DUTY_OFFICER}
SUPERVISORS = frozenset({F.CASE_SUPERVISOR})


def _row(
    permission: P, functions: frozenset[str], *reach: Reach, not_author: bool = False, why: str = ""
) -> Grant:
    return Grant(permission, functions, frozenset(reach), not_author, why)


TABLE: tuple[Grant, ...] = (
    _row(
        P.AGENCY_READ,
        READERS,
        Reach.ANY,
        why="the register of agencies and places is open inside the mechanism",
    ),
    _row(P.PLAN_READ, READERS, Reach.ANY, why="plans are read by every member; drafts are fenced by agency"),
    _row(
        P.OBLIGATION_READ,
        READERS,
        Reach.ANY,
        why="who owes what by when is common knowledge of the mechanism",
    ),
    _row(
        P.REPORT_READ, READERS, Reach.ANY, why="submitted reports are read by every member; drafts are fenced"
    ),
    _row(P.TABLE_EXPORT, READERS, Reach.ANY, why="an export holds what the page holds, and is recorded"),
    _row(P.NOTE_READ, EVERYBODY, Reach.OWN, why="internal notes belong to the agency"),
    _row(P.NOTE_WRITE, EVERYBODY - {F.OBSERVER}, Reach.OWN, why="internal notes belong to the agency"),
    _row(
        P.AGENCY_EDIT,
        frozenset({F.ADMINISTRATOR}),
        Reach.ANY,
        why="the register is kept by the administrator",
    ),
    _row(P.OFFICER_REGISTER, frozenset({F.ADMINISTRATOR}), Reach.ANY),
    _row(
        P.APPOINTMENT_MAKE,
        frozenset({F.ADMINISTRATOR}),
        Reach.ANY,
        not_author=True,
        why="nobody appoints himself; `authors` of an appointment is its holder",
    ),
    _row(P.APPOINTMENT_END, frozenset({F.ADMINISTRATOR}), Reach.ANY),
    _row(P.REFERENCE_LOAD, frozenset({F.ADMINISTRATOR}), Reach.ANY),
    _row(
        P.TOKEN_ISSUE,
        EVERYBODY - {F.OBSERVER},
        Reach.OWN,
        why="a token acts under the holder's own appointment",
    ),
    _row(P.TOKEN_REVOKE, EVERYBODY, Reach.OWN),
    _row(P.AUDIT_READ, frozenset({F.EVALUATOR, F.ADMINISTRATOR}), Reach.ANY),
    _row(P.OBLIGATION_OPEN, OFFICES | {F.FOCAL_POINT}, Reach.OWED),
    _row(P.OBLIGATION_EXCUSE, OFFICES, Reach.OWED, why="only who is owed may excuse"),
    _row(P.OBLIGATION_ESCALATE, OFFICES, Reach.OWED, Reach.AREA),
    _row(P.REMINDER_PREVIEW, OFFICES, Reach.OWED, Reach.AREA),
    _row(P.REMINDER_SEND, OFFICES, Reach.OWED, Reach.AREA),
    _row(
        P.PLAN_DRAFT, OFFICES, Reach.OWN, why="a plan is drafted by the office that will receive its reports"
    ),
    _row(P.PLAN_ADOPT, OFFICES, Reach.OWN),
    _row(P.PLAN_REVISE, OFFICES, Reach.OWN),
    _row(P.MILESTONE_MARK, WRITERS, Reach.OWN),
    _row(P.OBSERVATION_ENTER, WRITERS | {F.STATISTICIAN}, Reach.OWN, Reach.AREA),
    _row(P.OBSERVATION_WITHDRAW, WRITERS | {F.STATISTICIAN}, Reach.OWN),
    _row(P.RULING_MAKE, OFFICES | {F.STATISTICIAN}, Reach.OWED, Reach.AREA),
    _row(P.PERIOD_OPEN, OFFICES, Reach.OWN),
    _row(P.PERIOD_CLOSE, OFFICES, Reach.OWN),
    _row(P.LOCK_EXCEPT, OFFICES, Reach.OWN),
    _row(P.REPORT_WRITE, WRITERS, Reach.OWN),
    _row(P.REPORT_SUBMIT, WRITERS, Reach.OWN),
    _row(P.REPORT_CLEAR, CLEARERS, Reach.OWN, not_author=True, why="four eyes inside the reporting agency"),
    _row(P.REPORT_RETURN, OFFICES | CLEARERS, Reach.OWN, Reach.OWED),
    _row(P.REPORT_ACCEPT, OFFICES, Reach.OWED, not_author=True),
    _row(P.REPORT_PUBLISH, OFFICES, Reach.OWED),
    _row(P.REPORT_CORRECT, WRITERS, Reach.OWN),
    _row(P.SUPPORT_REQUEST, WRITERS, Reach.OWN, why="the lead asks its supporting agencies"),
    _row(
        P.SUPPORT_ANSWER,
        WRITERS,
        Reach.OWED,
        why="the agency asked answers; `owed_to` of a request is who is asked",
    ),
    _row(P.ALIGNMENT_DECIDE, frozenset({F.PROVINCIAL_OFFICE}), Reach.OWN),
    _row(
        P.ESTIMATE_READ,
        READERS,
        Reach.ANY,
        why="shared estimates are read by every member; all others are fenced by agency",
    ),
    _row(
        P.ESTIMATE_RUN,
        WRITERS | {F.STATISTICIAN},
        Reach.OWN,
        why="who keeps lists may ask what they leave hidden; the run is the agency's own",
    ),
    _row(
        P.ESTIMATE_SHARE,
        WRITERS | {F.STATISTICIAN},
        Reach.OWN,
        why="only the agency whose table it is decides that others see it",
    ),
    _row(P.SERIES_KEEP, MEETING_OFFICES, Reach.OWN, why="an office keeps its own tier's meetings"),
    _row(
        P.MEETING_READ,
        READERS,
        Reach.ANY,
        why="the calendar is common knowledge; agenda, notes, minutes and papers are fenced by seat",
    ),
    _row(
        P.CALENDAR_FEED,
        READERS,
        Reach.ANY,
        why="days and places of meetings for calendar programs: a key of this scope alone stands in an address",
    ),
    _row(P.MEETING_CALL, MEETING_OFFICES, Reach.OWN),
    _row(P.MEETING_RUN, MEETING_OFFICES, Reach.OWN),
    _row(
        P.SEAT_FILL,
        SITTING | {F.OBSERVER},
        Reach.OWN,
        why="a member names who sits for it; the office may fill any seat",
    ),
    _row(P.AGENDA_PREPARE, MEETING_OFFICES, Reach.OWN),
    _row(P.AGENDA_ASK, SITTING, Reach.OWED, why="`owed_to` of a meeting are the members that sit in it"),
    _row(P.MEETING_NOTE, MEETING_OFFICES, Reach.OWN, why="notes of a session are the office's own"),
    _row(P.DECISION_WRITE, MEETING_OFFICES, Reach.OWN),
    _row(P.DECISION_END, MEETING_OFFICES, Reach.OWN),
    _row(P.DISSENT_RECORD, MEETING_OFFICES, Reach.OWN),
    _row(P.MINUTES_WRITE, MEETING_OFFICES, Reach.OWN),
    _row(P.MINUTES_CIRCULATE, MEETING_OFFICES, Reach.OWN),
    _row(P.MINUTES_ADOPT, MEETING_OFFICES, Reach.OWN),
    _row(
        P.AMENDMENT_PROPOSE,
        SITTING,
        Reach.OWN,
        Reach.OWED,
        why="members that sit in the meeting amend its minutes; a proposal is its member's own",
    ),
    _row(
        P.AMENDMENT_ANSWER,
        MEETING_OFFICES,
        Reach.OWED,
        not_author=True,
        why="nobody answers the amendment he proposed",
    ),
    _row(P.ACTION_WORK, SITTING, Reach.OWN, why="only its owner works on an action item"),
    _row(
        P.ACTION_VERIFY,
        SITTING,
        Reach.OWED,
        why="`owed_to` of an action item never holds its owner: somebody outside it verifies",
    ),
    _row(P.PAPER_MAKE, MEETING_OFFICES, Reach.OWN),
    _row(
        P.MEETING_RECORD,
        frozenset({F.ADMINISTRATOR}),
        Reach.ANY,
        why="meetings known from sources are loaded with the reference data",
    ),
    _row(
        P.EVALUATION_READ,
        READERS,
        Reach.ANY,
        why="final evaluations are read by every member; one under way is fenced to who makes it",
    ),
    _row(
        P.EVALUATION_PLAN,
        WRITERS,
        Reach.OWN,
        why="the plan's office evaluates; a member plans the inspection of itself",
    ),
    _row(P.EVALUATION_WRITE, WRITERS | {F.EVALUATOR}, Reach.OWN, why="findings are the evaluator's own"),
    _row(P.EVALUATION_FINISH, WRITERS | {F.EVALUATOR}, Reach.OWN),
    _row(P.FINDING_RESPOND, WRITERS, Reach.OWN, why="only whom a finding addresses answers it"),
    _row(
        P.FINDING_VERIFY,
        OFFICES | {F.EVALUATOR},
        Reach.OWED,
        why="somebody outside the agency that acted says it is done",
    ),
    _row(
        P.SUPERVISION_READ,
        EVERYBODY - {F.OBSERVER},
        Reach.ANY,
        why="the list names areas; observers from outside do not see it",
    ),
    _row(P.SUPERVISION_LIST, OFFICES, Reach.AREA, why="an office lists areas that lie in its own"),
    _row(
        P.SUPERVISION_CHANGE, OFFICES, Reach.OWN, why="only the office that listed an area warns or removes"
    ),
    _row(P.INSTRUMENT_READ, READERS, Reach.ANY, why="instruments and recommendations are public texts"),
    _row(P.INSTRUMENT_KEEP, frozenset({F.SECRETARIAT}), Reach.ANY),
    _row(P.RECOMMENDATION_ANSWER, frozenset({F.SECRETARIAT}), Reach.ANY),
    _row(
        P.RECOMMENDATION_ANSWER,
        WRITERS,
        Reach.OWN,
        why="the agency that leads a recommendation prepares its answer",
    ),
    _row(P.TREATY_PAPER_SEND, WRITERS, Reach.OWN, why="who owes the paper says that it was sent"),
    _row(P.WORKLOAD_READ, frozenset({F.SECRETARIAT}), Reach.ANY, why="the office of the joint meeting"),
    _row(
        P.WORKLOAD_READ,
        EVERYBODY - {F.OBSERVER},
        Reach.OWN,
        why="an office sees its own load and forecast, nobody else's",
    ),
    _row(P.INTAKE_READ, INTAKE, Reach.ANY, why="row-level security leaves only the agency's own reports"),
    _row(P.INTAKE_TAKE, INTAKE, Reach.ANY, why="whoever is on duty writes down what comes in"),
    _row(P.INTAKE_TRIAGE, INTAKE, Reach.OWN, why="the agency that took the report decides on it"),
    _row(P.SCREENING_MAKE, CASE_WORK, Reach.ANY, why="who may see the person may screen the person"),
    _row(P.STATUS_PROPOSE, CASE_WORK, Reach.ANY, why="who works with the person puts forward what she is"),
    _row(
        P.STATUS_DECIDE,
        SUPERVISORS,
        Reach.OWN,
        not_author=True,
        why="a second person of the deciding agency; the law names which agencies decide",
    ),
    _row(P.CASE_READ, CASE_WORK, Reach.ANY, why="row-level security leaves only cases of live interest"),
    _row(P.CASE_OPEN, INTAKE, Reach.ANY, why="a person in need is never turned away for want of a post"),
    _row(P.CASE_EDIT, CASE_WORK, Reach.ANY, why="an agency writes in its own file and sections"),
    _row(P.CASE_LEAD, CASE_WORK, Reach.OWN, why="`owners` of a case are the agencies that lead it now"),
    _row(P.CASE_CLOSE, SUPERVISORS, Reach.OWN, not_author=True, why="a case is closed by a second person"),
    _row(P.CASE_ASSIGN, SUPERVISORS, Reach.ANY, why="a supervisor deals out the agency's own files"),
    _row(P.CASE_EXPORT, CASE_WORK, Reach.ANY, why="an export holds what the page holds, less what is sealed"),
    _row(P.CASE_TRAIL_READ, SUPERVISORS, Reach.OWN, why="the lead answers for who saw the file"),
    _row(P.CONSENT_TAKE, CASE_WORK, Reach.ANY, why="any agency the person turns to takes and ends consent"),
    _row(P.DISCLOSURE_GIVE, CASE_WORK, Reach.ANY, why="an agency gives only what it holds, on a live basis"),
    _row(P.REFERRAL_READ, INTAKE, Reach.ANY, why="the queue belongs to the agency, not to a person"),
    _row(P.REFERRAL_SEND, CASE_WORK, Reach.ANY, why="an agency refers a case it holds a file on"),
    _row(P.REFERRAL_ANSWER, INTAKE, Reach.OWED, why="`owed_to` of a referral is the agency asked"),
    _row(P.ASSISTANCE_EDIT, CASE_WORK, Reach.ANY, why="who helps writes down what was done"),
    _row(P.PLACEMENT_DECIDE, CASE_WORK, Reach.OWED, why="the shelter decides on its own beds"),
    _row(
        P.ENTITLEMENT_GRANT, SUPERVISORS, Reach.ANY, why="a letter of entitlement is signed by a supervisor"
    ),
    _row(P.DIRECTORY_READ, INTAKE, Reach.ANY, why="whoever meets a person must find where to send them"),
    _row(P.DIRECTORY_EDIT, SUPERVISORS, Reach.OWN, why="an agency describes its own services"),
    _row(P.CONFLICT_DECLARE, CASE_WORK, Reach.ANY, why="anybody may step aside; a supervisor may set aside"),
    _row(
        P.OFFICER_SECOND,
        SUPERVISORS,
        Reach.ANY,
        why="an agency asks for an officer of another one for named cases, and answers for its own officers",
    ),
    _row(P.GLASS_BREAK, INTAKE, Reach.ANY, why="in an emergency, with reason, record and notice"),
    _row(
        P.GLASS_REVIEW,
        SUPERVISORS,
        Reach.OWN,
        not_author=True,
        why="the owner reviews; `authors` is who broke the glass",
    ),
    _row(
        P.CASE_ESCALATE,
        frozenset({F.ADMINISTRATOR}),
        Reach.ANY,
        why="the nightly machine takes the steps; it reads no case",
    ),
    _row(
        P.PERSON_READ,
        CASE_WORK,
        Reach.ANY,
        why="row-level security leaves the agency's own records and those whose identity it was given",
    ),
    _row(P.PERSON_WRITE, INTAKE, Reach.ANY, why="whoever takes a report writes down who it is about"),
    _row(P.HOLD_SET, SUPERVISORS, Reach.ANY, why="what a court or an inquiry needs must not be erased"),
    _row(
        P.HOLD_LIFT,
        SUPERVISORS,
        Reach.OWN,
        not_author=True,
        why="two officers lift a hold; `authors` is who asked for it",
    ),
    _row(P.ERASURE_REQUEST, SUPERVISORS, Reach.OWN, why="an agency erases its own records only"),
    _row(
        P.ERASURE_APPROVE,
        SUPERVISORS,
        Reach.OWN,
        not_author=True,
        why="two officers erase; `authors` of a request is who made it",
    ),
    _row(
        P.KEYS_ROTATE,
        frozenset({F.ADMINISTRATOR}),
        Reach.ANY,
        why="wrapping keys anew reads nothing that is sealed under them",
    ),
)

_GRANTS: dict[tuple[P, str], tuple[Grant, ...]] = {
    (p, f): tuple(g for g in TABLE if g.permission is p and f in g.functions) for p in P for f in F.values
}


def grants_for(permission: P, function: str) -> tuple[Grant, ...]:
    """The rows of the table that give this permission to this post function."""
    return _GRANTS[permission, function]


def holds(officer: Officer, permission: P) -> bool:
    """Whether the officer's post gives the permission over any subject at all; for showing a button."""
    return officer.acting is not None and bool(grants_for(permission, officer.acting.post.function))


def allows(officer: Officer, permission: P, subject: SubjectFacts | None) -> bool:
    """Whether the officer may, acting under the present appointment. Denies what the table does not give.

    subject None: none is named, so that only a grant over any subject (Reach.ANY) holds.
    """
    acting = officer.acting
    if acting is None:
        return False
    facts = subject or SubjectFacts()
    return any(_grant_holds(g, officer, facts) for g in grants_for(permission, acting.post.function))


def _grant_holds(grant: Grant, officer: Officer, facts: SubjectFacts) -> bool:
    if grant.not_author and officer.pk in facts.authors:
        return False
    return any(_reaches(reach, officer, facts) for reach in grant.reach)


def _reaches(reach: Reach, officer: Officer, facts: SubjectFacts) -> bool:
    agency = officer.agency
    if agency is None:
        return False
    match reach:
        case Reach.ANY:
            return True
        case Reach.OWN:
            return agency.pk in facts.owners
        case Reach.OWED:
            return agency.pk in facts.owed_to
        case Reach.AREA:
            return facts.place_code is not None and is_within(facts.place_code, agency.place_code)
