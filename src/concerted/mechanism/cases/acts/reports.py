"""Takes reports of every channel, computes the six triggers, and triages; it opens no case by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Problem, Unready
from concerted.foundation.access.door import act, acting, presenting
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.audit import acts as audit
from concerted.foundation.vault.reads import opened

from ..clocks import Clock, clocks_for
from ..law import deciding_facts, trigger_facts, triggers_met
from ..models import Report, Urgency
from ..reads.competence import answerable, intake_desk
from ..reads.obligations import owed_about
from ..states import REPORT
from ..tickets import FOLLOW_UP, code_for_retry, new_code, ticket_of
from .common import (
    bump,
    checked,
    excuse,
    keep,
    keep_more,
    locked,
    meet,
    my_agency,
    need_code,
    need_text,
    new_subject,
    start_clock,
    start_clocks,
)
from .safe_contact import carry_safe_contact

_PUBLIC = "cases.take_public_report"


@dataclass(frozen=True)
class Taken:
    """A report as it was taken, and the code by which the reporter asks how it stands; shown this once."""

    report: Report
    code: str


@act(Permission.INTAKE_TAKE, record=("channel", "urgency"))
def take_report(
    *,
    officer: Officer,
    at: datetime,
    channel: str,
    narrative: str,
    urgency: str = Urgency.ROUTINE,
    place_code: str = "000000",
    reporter: Mapping[str, Any] | None = None,
    safe_contact: Mapping[str, Any] | None = None,
    facts: Mapping[str, str] | None = None,
    is_anonymous: bool = False,
) -> Report:
    """Write down what came in; its clocks start, and each of the six triggers it meets becomes an obligation of
    police. A reporter who wants to follow up gets a code by `give_follow_up_code`.

    reporter: name, contact, relation. safe_contact: how, when, never, code_word. facts: see
    law.trigger_facts. Raises Invalid.
    """
    taken = _take(
        officer,
        at,
        my_agency(officer),
        channel=channel,
        narrative=narrative,
        urgency=urgency,
        place_code=place_code,
        reporter={} if is_anonymous else dict(reporter or {}),
        safe_contact=dict(safe_contact or {}),
        facts=dict(facts or {}),
        is_anonymous=is_anonymous,
    )
    return taken.report


def take_public_report(
    *,
    at: datetime,
    narrative: str,
    place_code: str = "000000",
    place_told: str = "",
    is_place_read: bool = False,
    urgency: str = Urgency.ROUTINE,
    reporter: Mapping[str, Any] | None = None,
    safe_contact: Mapping[str, Any] | None = None,
    facts: Mapping[str, str] | None = None,
    once: str = "",
) -> Taken:
    """Take a report from the public; it goes to the desk nearest above the place. Nobody signs in for it.

    place_told: where it is in the reporter's words, kept as told. is_place_read: whether the code was read from
    those words, for an officer to check. once: what tells a retry of the same day, whose code is the first one's and
    which makes no second report. Raises Invalid, or Unready where no desk takes reports for that place.
    """
    code = code_for_retry(once, timezone.localdate(at).isoformat()) if once else new_code()
    before = _taken_before(code, at) if once else None
    if before is not None:
        return before
    desk = intake_desk(place_code)
    if desk is None:
        raise Unready(_("No office takes reports here yet."), remedy=_("Call the police."))
    try:
        with acting(None, at, act=_PUBLIC, scope=Permission.INTAKE_TAKE.scope, agency_id=desk.pk):
            return _taken_from_public(
                at,
                desk,
                code,
                narrative=narrative,
                urgency=urgency,
                place_code=place_code,
                reporter=dict(reporter or {}),
                safe_contact=dict(safe_contact or {}),
                place_told={"words": place_told.strip(), "is_read": is_place_read}
                if place_told.strip()
                else {},
                facts=dict(facts or {}),
                is_anonymous=not reporter,
            )
    except IntegrityError:
        twin = _taken_before(code, at) if once else None
        if twin is None:
            raise
        return twin


def _taken_from_public(at: datetime, desk: Agency, code: str, **given: Any) -> Taken:
    taken = _take(None, at, desk, channel=Report.Channel.PUBLIC_FORM, code=code, **given)
    audit.record(
        at=at,
        kind="act",
        act=_PUBLIC,
        officer_id=None,
        appointment_id=None,
        agency_id=desk.pk,
        subject_kind="cases.report",
        subject_id=taken.report.pk,
    )
    return taken


def _taken_before(code: str, at: datetime) -> Taken | None:
    """The report that goes by this code, where the call is a retry."""
    ticket = ticket_of(FOLLOW_UP, code)
    with presenting(ticket, at, act=_PUBLIC):
        found = Report.objects.filter(follow_up=ticket).first()
    return Taken(found, code) if found is not None else None


@act(Permission.INTAKE_TRIAGE, subject="report")
def give_follow_up_code(*, officer: Officer, at: datetime, report: Report) -> str:
    """A new code by which the reporter asks how the report stands; an earlier one ends."""
    standing = locked(Report, report.pk)
    code = new_code()
    standing.follow_up = ticket_of(FOLLOW_UP, code)
    standing.save(update_fields=["follow_up"])
    return code


@act(Permission.INTAKE_TRIAGE, subject="report", record=("urgency",))
def triage(
    *,
    officer: Officer,
    at: datetime,
    report: Report,
    urgency: str,
    facts: Mapping[str, str] | None = None,
    place_code: str | None = None,
    note: str = "",
    row_version: int | None = None,
) -> Report:
    """Look at a report: set its urgency, its place where it is known better now, and its facts, from which the
    triggers are computed anew. Its clock stops. A duty of police goes over to the police of the new place."""
    standing = locked(Report, report.pk, row_version=row_version)
    row = REPORT.step(standing.state, "triage")
    given = {**standing.facts, **(facts or {})}
    checked(need_code(urgency, "urgency", Urgency.values), *_fact_problems(given))
    standing.urgency, standing.facts = urgency, given
    is_moved = place_code is not None and place_code != standing.place_code
    standing.place_code = place_code or standing.place_code
    _decide(officer, at, standing, row.target, note)
    _raise_triggers(officer, at, standing, my_agency(officer))
    if is_moved:
        _move_triggers(officer, at, standing, my_agency(officer))
    return standing


@act(Permission.INTAKE_TRIAGE, subject="report")
def merge_report(*, officer: Officer, at: datetime, report: Report, into: Report, note: str = "") -> Report:
    """The report tells of what an earlier one told; it goes with that one, nothing of it is lost.

    The one that stands takes over the higher urgency and what the other's facts tell, so that whatever obliges police
    goes on obliging them. What was merged into this one goes along. Raises Conflict, also where the facts of both do
    not go together, and where the other was found to be of no concern and this one obliges police. Where the other
    became a case, the safe-contact rule of this one is carried into it.
    """
    standing = locked(Report, report.pk)
    row = REPORT.step(standing.state, "merge")
    other = locked(Report, into.pk)
    if other.pk == standing.pk or other.state == Report.State.MERGED:
        raise Conflict(_("A report is merged into another one that stands by itself."))
    if standing.triggers and other.state == Report.State.NO_CONCERN:
        raise Conflict(
            _("The report meets a condition under which a criminal case is opened at once."),
            remedy=_("Take the other one up again first, or open a case."),
        )
    facts = _facts_of_both(standing, other)
    standing.merged_into, standing.case_id = other, other.case_id
    _decide(officer, at, standing, row.target, note)
    if other.case_id is not None:
        carry_safe_contact(officer, at, _with_merged(standing), other.case_id)
    Report.objects.filter(merged_into=standing).update(merged_into=other, case_id=other.case_id)
    _take_over(officer, at, standing, other, facts)
    return standing


#: From the one that can wait longest.
_URGENCIES = tuple(Urgency.values)
#: Answers that tell nothing; any other goes before them.
_SAYS_NOTHING = ("unknown", "not_asked", "declined")


def _facts_of_both(merged: Report, into: Report) -> dict[str, str]:
    """What both tell together: an answer goes before none; of two answers that of the one that stands, but a yes is not
    lost, nor what makes the merged one meet a condition. Raises Conflict where a condition that either met would not be
    met any more."""
    answered = {fact: value for fact, value in into.facts.items() if value not in _SAYS_NOTHING}
    deciding = deciding_facts(merged.facts)
    kept = {fact: value for fact, value in merged.facts.items() if value == "yes" or fact in deciding}
    facts = {**into.facts, **merged.facts, **answered, **kept}
    if not {*merged.triggers, *into.triggers} <= set(triggers_met(facts)):
        raise Conflict(
            _("The two reports oblige police for different persons: their sex or age differ."),
            remedy=_("Open a case of each."),
        )
    return facts


def _take_over(officer: Officer, at: datetime, merged: Report, into: Report, facts: dict[str, str]) -> None:
    """The report that stands is as urgent as both, and obliges police as both did. The clocks of the merged one run on,
    for none of them begins anew; only a condition that neither met alone starts one."""
    urgency = max(merged.urgency, into.urgency, key=_URGENCIES.index)
    if (urgency, facts) == (into.urgency, into.facts):
        return
    met, before = triggers_met(facts), {*merged.triggers, *into.triggers}
    is_raised, into.urgency, into.facts, into.triggers = urgency != into.urgency, urgency, facts, met
    bump(into)
    into.save()
    if set(met) - before:
        _start_triggers(officer, at, into, my_agency(officer))
    if is_raised and into.state == Report.State.RECEIVED:
        _start_triage_clocks(officer, at, into, my_agency(officer))


@act(Permission.INTAKE_TRIAGE, subject="report")
def dismiss_report(*, officer: Officer, at: datetime, report: Report, reason: str) -> Report:
    """No concern: with a reason that stays. Raises Conflict while a trigger obliges police to act."""
    standing = locked(Report, report.pk)
    row = REPORT.step(standing.state, "no_concern")
    checked(need_text(reason, "reason", _("Say why there is no concern.")))
    if standing.triggers:
        raise Conflict(
            _("The report meets a condition under which a criminal case is opened at once."),
            remedy=_("Open a case, or correct the facts of the report first."),
        )
    _decide(officer, at, standing, row.target, reason)
    return standing


@act(Permission.INTAKE_TRIAGE, subject="report")
def reconsider_report(*, officer: Officer, at: datetime, report: Report, reason: str) -> Report:
    """Take a report up again that was found to be of no concern; the earlier reason stays beside the new one."""
    standing = locked(Report, report.pk)
    row = REPORT.step(standing.state, "reconsider")
    checked(need_text(reason, "reason", _("Say why it is taken up again.")))
    _decide(officer, at, standing, row.target, reason)
    return standing


@act(Permission.INTAKE_TRIAGE, subject="report")
def record_criminal_case_opened(*, officer: Officer, at: datetime, report: Report, reference: str) -> Report:
    """The acting police agency has opened the criminal case the triggers oblige it to; the clocks stop."""
    standing = locked(Report, report.pk)
    checked(need_text(reference, "reference", _("Give the number of the criminal case.")))
    for each in _with_merged(standing):
        meet(officer, at, each, "relief.open_criminal_case", "relief.rapid_search", reason="opened")
    keep_more(standing, criminal_case=reference.strip())
    bump(standing)
    standing.save()
    return standing


def link_to_case(officer: Officer, at: datetime, report: Report, case_id: int) -> Report:
    """Inside the act that opens a case: the report is opened as this case, with all that was merged into it; what they
    say of safe contact is carried over."""
    standing = locked(Report, report.pk)
    row = REPORT.step(standing.state, "open_case")
    standing.case_id = case_id
    _decide(officer, at, standing, row.target, "")
    Report.objects.filter(merged_into=standing).update(case_id=case_id)
    carry_safe_contact(officer, at, _with_merged(standing), case_id)
    return standing


def _take(officer: Officer | None, at: datetime, agency: Agency, *, code: str = "", **given: Any) -> Taken:
    checked(
        need_text(given["narrative"], "narrative", _("Write what was reported.")),
        need_code(given["channel"], "channel", Report.Channel.values),
        need_code(given["urgency"], "urgency", Urgency.values),
        *_fact_problems(given["facts"]),
        what=_("The report was not taken."),
    )
    report = Report(
        subject=new_subject(at),
        agency=agency,
        received_at=at,
        recorded_by=officer,
        follow_up=ticket_of(FOLLOW_UP, code) if code else None,
        **{key: given[key] for key in ("channel", "urgency", "place_code", "facts", "is_anonymous")},
    )
    words = {key: given[key] for key in ("narrative", "reporter", "safe_contact")}
    keep(report, words | ({"place_told": given["place_told"]} if given.get("place_told") else {}))
    _start_triage_clocks(officer, at, report, agency)
    _raise_triggers(officer, at, report, agency)
    return Taken(report, code)


def _start_triage_clocks(officer: Officer | None, at: datetime, report: Report, agency: Agency) -> None:
    start_clocks(
        "report_received",
        urgency=report.urgency,
        officer=officer,
        at=at,
        owner_id=agency.pk,
        owed_to_id=agency.pk,
        subject=report,
        case_number=report.number,
    )


def _raise_triggers(officer: Officer | None, at: datetime, report: Report, mine: Agency) -> None:
    """Each agency answerable owes once, however many triggers are met; facts corrected away let it off."""
    met = triggers_met(report.facts)
    if met == report.triggers and met:
        return
    report.triggers = met
    Report.objects.filter(pk=report.pk).update(triggers=met)
    if met:
        _start_triggers(officer, at, report, mine)
    elif officer is not None:
        for each in _with_merged(report):
            excuse(officer, at, each, "relief.", reason=_("The facts of the report were corrected."))


def _with_merged(report: Report) -> list[Report]:
    return [report, *Report.objects.filter(merged_into=report)]


def _start_triggers(
    officer: Officer | None, at: datetime, report: Report, mine: Agency, *, period_key: str = ""
) -> None:
    for clock in clocks_for("trigger_seen", place_code=report.place_code):
        start_clock(
            officer=officer,
            at=at,
            clock=clock,
            owner_id=_answers(clock, at, report, mine).pk,
            owed_to_id=mine.pk,
            subject=report,
            period_key=period_key,
            case_number=report.number,
        )


def _answers(clock: Clock, at: datetime, report: Report, mine: Agency) -> Agency:
    on = timezone.localdate(at)
    return answerable(clock.owner_kind, mine=mine, place_code=report.place_code, on=on)


def _move_triggers(officer: Officer, at: datetime, report: Report, mine: Agency) -> None:
    """What is still owed on the report is owed by the agencies of its new place, where those are others."""
    owed = {(each.kind, each.owner_id) for each in owed_about(report, "relief.")}
    clocks = clocks_for("trigger_seen", place_code=report.place_code)
    if not owed or owed == {(each.kind, _answers(each, at, report, mine).pk) for each in clocks}:
        return
    excuse(officer, at, report, "relief.", reason=_("The place of the report was corrected."))
    _start_triggers(officer, at, report, mine, period_key=str(report.row_version))


def _fact_problems(facts: Mapping[str, str]) -> list[Problem]:
    known = trigger_facts()
    answers = ("yes", "no", "declined", "unknown", "not_asked")
    problems = []
    for fact, value in facts.items():
        allowed = known.get(fact, {}).get("values", answers) if fact in known else ()
        if value not in allowed:
            problems.append(Problem(_("This is none of the codes."), field=fact))
    return problems


def _decide(officer: Officer, at: datetime, report: Report, target: str, note: str) -> None:
    decided = {"by": officer.pk, "at": at, "to": target, "note": note.strip()}
    report.state, report.triaged_at, report.triaged_by = target, at, officer
    keep_more(report, decisions=[*opened(report).get("decisions", ()), decided])
    bump(report)
    report.save()
    meet(officer, at, report, "cases.triage")
