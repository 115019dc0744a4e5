"""Messages stay between those who work together; drafts are their writer's; who saw a file is on record."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Q
from tests.builders import CaseWorld
from tests.mechanism.cases.woman import consent_to, link, open_case, referral_to

from concerted.errors import Conflict, Invalid, NotThere, Refused
from concerted.foundation.access.door import acting
from concerted.foundation.access.reads import record_page
from concerted.foundation.audit.models import AuditEntry
from concerted.foundation.audit.reads import EntryFilter
from concerted.foundation.people.reads.persons import identities_of
from concerted.mechanism.cases.acts import cases, files, messages, packages, referrals, screenings, working
from concerted.mechanism.cases.acts.clocks import record_event
from concerted.mechanism.cases.models import Case, Draft, Referral
from concerted.mechanism.cases.reads.cases import (
    case_view,
    documents_of,
    my_cases,
    screenings_of,
)
from concerted.mechanism.cases.reads.holding import known_participants, who_holds_what
from concerted.mechanism.cases.reads.referrals import referral_by_id
from concerted.mechanism.cases.reads.trail import who_saw
from concerted.mechanism.cases.reads.work import draft_of, messages_of, my_work, saved_filters


@pytest.fixture
def case(world: CaseWorld) -> Case:
    return open_case(world)


@pytest.fixture
def shared(world: CaseWorld, case: Case) -> Case:
    """The case after the station and the hospital took referrals of it."""
    for agency in (world.station, world.hospital):
        sent = referral_to(world, case, agency)
        referrals.accept_referral(officer=world.worker(agency), at=world.at, referral=sent)
    return case


def test_a_recipient_knows_the_lead_and_nobody_else(world: CaseWorld, shared: Case) -> None:
    nurse, police = world.worker(world.hospital), world.worker(world.police)
    assert known_participants(officer=nurse, at=world.at, case=shared) == [world.police]
    known = known_participants(officer=police, at=world.at, case=shared)
    assert set(known) == {world.station, world.hospital}


def test_a_message_reaches_its_agencies_only(world: CaseWorld, shared: Case) -> None:
    nurse, police, station = map(world.worker, (world.hospital, world.police, world.station))
    with pytest.raises(Invalid, match="not sent"):
        messages.send_message(
            officer=nurse, at=world.at, case=shared, to=[world.station], text="I should not know you"
        )
    messages.send_message(officer=police, at=world.at, case=shared, to=[world.hospital], text="How is she?")
    assert my_work(officer=nurse, at=world.at).new_messages == 1
    [got] = messages_of(officer=nurse, at=world.at, case=shared)
    assert (got.text, got.is_own) == ("How is she?", False)
    assert messages_of(officer=station, at=world.at, case=shared) == []
    assert messages.mark_messages_seen(officer=nurse, at=world.at, case=shared) == 1
    assert my_work(officer=nurse, at=world.at).new_messages == 0


def test_news_is_taken_off_the_desk_by_its_agency_only(world: CaseWorld, case: Case) -> None:
    referral_to(world, case, world.station)
    [news] = my_work(officer=world.duty(world.station), at=world.at).news
    assert news.case_number == "", "it has not accepted the case"
    with pytest.raises(NotThere):
        messages.mark_notice_seen(officer=world.worker(world.outsider), at=world.at, notice=news.pk)
    messages.mark_notice_seen(officer=world.worker(world.station), at=world.at, notice=news.pk)
    assert my_work(officer=world.duty(world.station), at=world.at).news == ()


def test_what_was_shown_is_marked_as_read_at_once_and_nothing_that_came_after(
    world: CaseWorld, shared: Case
) -> None:
    police, nurse = world.worker(world.police), world.worker(world.hospital)
    now: dict[str, Any] = {"officer": police, "at": world.at, "case": shared}
    messages.send_message(**now, to=[world.hospital], text="How is she?")
    there = my_work(officer=nurse, at=world.at).news
    assert {one.case_number for one in there} == {shared.number}
    on_duty = my_work(officer=world.duty(world.hospital), at=world.at).news
    assert {one.case_number for one in on_duty} == {""}, "who takes in reports reads no case"
    shown = [one.pk for one in there]
    assert len(shown) > 1
    messages.send_message(**now, to=[world.hospital], text="Please call.")
    stranger = world.worker(world.outsider)
    assert messages.mark_notices_seen(officer=stranger, at=world.at, notices=shown) == []
    done = messages.mark_notices_seen(officer=nurse, at=world.at, notices=[*shown, 5])
    assert {one.pk for one in done} == set(shown)
    work = my_work(officer=nurse, at=world.at)
    assert [one.kind for one in work.news] == ["message"]
    assert (work.news[0].pk in shown, work.new_messages) == (False, 1)
    first = [one.seen_at for one in done]
    again = messages.mark_notices_seen(officer=nurse, at=world.later(hours=1), notices=shown)
    assert [one.seen_at for one in again] == first, "the first look counts"
    with pytest.raises(Invalid):
        messages.mark_notices_seen(officer=nurse, at=world.at, notices=range(1, 202))


def test_a_draft_is_kept_as_typed_and_shown_to_its_writer_only(world: CaseWorld) -> None:
    writer, colleague = world.worker(world.police), world.supervisor(world.police)
    working.save_draft(officer=writer, at=world.at, form="report", values={"narrative": "She sa"})
    working.save_draft(officer=writer, at=world.at, form="report", values={"narrative": "She said"})
    draft = draft_of(officer=writer, at=world.at, form="report")
    assert draft is not None
    assert draft.values == {"narrative": "She said"}  # type: ignore[attr-defined]
    assert draft_of(officer=colleague, at=world.at, form="report") is None
    with world.at_case_work(writer):
        assert b"She said" not in bytes(Draft.objects.get().sealed)
    assert working.discard_draft(officer=writer, at=world.at, form="report") == 1


def test_filters_are_kept_under_a_name_of_the_officers_own(world: CaseWorld) -> None:
    worker = world.worker(world.police)
    working.save_filter(officer=worker, at=world.at, name="High", query={"risk": "high"})
    working.save_filter(officer=worker, at=world.at, name="High", query={"risk": "critical"})
    [kept] = saved_filters(officer=worker, at=world.at)
    assert kept.query == {"risk": "critical"}
    assert saved_filters(officer=world.supervisor(world.police), at=world.at) == []
    assert working.remove_filter(officer=worker, at=world.at, name="High") == 1


def test_a_screening_keeps_answers_reasons_and_screener_and_is_given_as_a_section(
    world: CaseWorld, case: Case
) -> None:
    worker = world.worker(world.police)
    given = {
        "indicator_set": "ilo-operational-indicators",
        "set_version": "2009",
        "answers": {"deceived": "yes", "debt": "declined"},
        "result": {"reasons": ["one strong"]},
        "source_of_identification": "police_operation",
    }
    screenings.record_screening(officer=worker, at=world.at, case=case, screener_role="police", **given)
    [(row, words)] = screenings_of(officer=worker, at=world.at, case=case)
    assert words is not None
    assert (row.screener_role, words["answers"]["debt"]) == ("police", "declined")
    with pytest.raises(Invalid):
        screenings.record_screening(
            officer=worker, at=world.at, case=case, screener_role="astrologer", **given
        )


def test_a_document_is_seen_with_its_section(world: CaseWorld, shared: Case) -> None:
    police, nurse = world.worker(world.police), world.worker(world.hospital)
    for section, title in (("contact", "a note"), ("legal", "a writ"), ("shelter_address", "a map")):
        files.add_document(
            officer=police, at=world.at, case=shared, section=section, kind="paper", title=title
        )
    assert [title for _row, title in documents_of(officer=nurse, at=world.at, case=shared)] == ["a note"]
    own = {title for _row, title in documents_of(officer=police, at=world.at, case=shared)}
    assert own == {"a note", "a writ", ""}, "the title of what is sealed is not in a list"


def _outside(world: CaseWorld, case: Case) -> Referral:
    police = world.worker(world.police)
    somebody = {"name": "a clinic abroad", "contact": "by post"}
    consent = consent_to(world, case, None, outside=somebody)  # type: ignore[arg-type]
    draft = referrals.draft_referral(
        officer=police,
        at=world.at,
        case=case,
        service="medical_care",
        reason="treatment",
        sections=["contact"],
        purpose="protection",
        outside=somebody,
        consent=consent,
    )
    return referrals.send_referral(officer=police, at=world.at, referral=draft)


def test_a_package_for_somebody_outside_is_acknowledged_by_its_code(world: CaseWorld, case: Case) -> None:
    police = world.worker(world.police)
    sent = _outside(world, case)
    sealed = packages.record_package(
        officer=police,
        at=world.at,
        referral=sent,
        digest=hashlib.sha256(b"file").hexdigest(),
        channel="telephone",
    )
    [held] = who_holds_what(officer=police, at=world.at, case=case)
    assert (held.holder, held.outside, held.sections) == (None, "a clinic abroad", ("contact",))
    with pytest.raises(NotThere):
        packages.acknowledge_package(at=world.at, code="K-2222-2222-2222")
    with pytest.raises(NotThere):
        packages.acknowledge_package(at=world.later(days=15), code=sealed.acknowledgement)
    assert packages.acknowledge_package(at=world.at, code=sealed.acknowledgement)
    assert referral_by_id(officer=police, at=world.at, pk=sent.pk).state == "seen"
    referrals.record_outside_outcome(
        officer=police, at=world.at, referral=sent, is_completed=True, outcome="achieved"
    )


def test_nobody_outside_gets_a_case_on_law_alone(world: CaseWorld, case: Case) -> None:
    police = world.worker(world.police)
    draft = referrals.draft_referral(
        officer=police,
        at=world.at,
        case=case,
        service="medical_care",
        reason="treatment",
        sections=["contact"],
        purpose="protection",
        outside={"name": "somebody"},
        legal_basis="state_organ_duty",
    )
    with pytest.raises(Invalid):
        referrals.send_referral(officer=police, at=world.at, referral=draft)
    with pytest.raises(Conflict):
        packages.record_package(officer=police, at=world.at, referral=draft, digest="0" * 64, channel="post")


def test_the_lead_learns_who_saw_the_file_and_nobody_else_does(world: CaseWorld, shared: Case) -> None:
    nurse = world.worker(world.hospital)
    link(world, shared)
    case_view(officer=nurse, at=world.at, case=shared, why="ward round")
    traces = who_saw(officer=world.supervisor(world.police), at=world.at, case=shared)
    seen = [trace for trace in traces if trace.entry.act == "cases.case_view" and trace.officer == nurse]
    assert [(trace.agency, trace.why) for trace in seen] == [(world.hospital, "ward round")]
    assert {"cases.open_case", "cases.accept_referral", "cases.take_consent"} <= {
        trace.entry.act for trace in traces
    }
    for other in (world.supervisor(world.hospital), world.worker(world.police)):
        with pytest.raises(Refused):
            who_saw(officer=other, at=world.at, case=shared)


def test_the_record_itself_shows_a_case_to_its_leads_alone(world: CaseWorld, shared: Case) -> None:
    person = link(world, shared)
    identities_of(officer=world.worker(world.police), at=world.at, ids=[person.pk], why="case page")
    about = Q(subject_kind="cases.case", subject_id=shared.pk) | Q(
        subject_kind="people.person", subject_id=person.pk
    )
    for agency, meets in ((world.police, True), (world.hospital, False), (world.outsider, False)):
        with acting(world.worker(agency), world.at, act="cases.who_saw", scope="cases"):
            assert AuditEntry.objects.filter(about).exists() is meets
            assert not AuditEntry.objects.exclude(about).exists()
    with world.at_case_work(world.worker(world.police)):
        assert not AuditEntry.objects.exists(), "another look than who saw"


def test_the_general_record_leaves_case_work_out(world: CaseWorld, shared: Case) -> None:
    for wanted in (EntryFilter(), EntryFilter(subject_kind="cases.case", subject_id=shared.pk)):
        rows = record_page(officer=world.administrator, at=world.at, wanted=wanted, limit=500)
        assert not [row.act for row in rows if row.act.startswith(("cases.", "people."))]


def test_the_names_of_a_case_are_read_through_the_people_room_and_recorded(
    world: CaseWorld, case: Case
) -> None:
    person = link(world, case)
    view = case_view(officer=world.worker(world.police), at=world.at, case=case)
    found = identities_of(
        officer=world.worker(world.police),
        at=world.at,
        ids=[each.person_id for each in view.people],
        why="case page",
    )
    assert list(found) == [person.pk]
    traces = who_saw(officer=world.supervisor(world.police), at=world.at, case=case)
    [look] = [trace for trace in traces if trace.entry.act == "people.identity_of"]
    assert (look.officer, look.sections, look.why) == (
        world.worker(world.police),
        "identity",
        "case page",
    )


def test_work_lists_the_most_overdue_first(world: CaseWorld) -> None:
    for urgency in ("routine", "emergency", "urgent"):
        referral_to(world, open_case(world), world.station, urgency=urgency)
    at = world.later(days=2)
    work = my_work(officer=world.duty(world.station), at=at)
    due = [item.due_at for item in work.todo if item.due_at]
    assert due == sorted(due)
    assert work.todo[0].state == "overdue"
    assert work.todo[0].days_late == 2


def test_what_waits_without_a_clock_comes_after_what_is_overdue_however_long_it_waited(
    world: CaseWorld,
) -> None:
    done = referral_to(world, open_case(world), world.station, urgency="urgent")
    told = {"officer": world.duty(world.station), "at": world.at, "referral": done}
    referrals.accept_referral(**told)
    referrals.finish_service(**told, outcome="achieved")
    case = open_case(world)
    record_event(officer=world.worker(world.police), at=world.later(days=1), case=case, event="sample_owed")
    todo = my_work(officer=world.worker(world.police), at=world.later(days=200)).todo
    assert [item.state == "overdue" for item in todo] == sorted(
        (item.state == "overdue" for item in todo), reverse=True
    )
    [answer] = [item for item in todo if item.kind == "feedback"]
    assert todo[0].state == "overdue" and todo[0].due is not None and answer.due is not None
    assert answer.due < todo[0].due and answer.is_since and not todo[0].is_since


def test_a_file_outlives_what_was_given(world: CaseWorld, shared: Case) -> None:
    """After its day a disclosure opens nothing, and the agency still finds its own file."""
    nurse, at = world.worker(world.hospital), world.at + timedelta(days=400)
    [file] = my_cases(officer=nurse, at=at).files
    view = case_view(officer=nurse, at=at, case=shared)
    assert file.case == shared
    assert not [section for section in view.sections if section.is_open]


def test_a_closed_case_takes_no_more_words(world: CaseWorld, case: Case) -> None:
    worker, supervisor = world.worker(world.police), world.supervisor(world.police)
    cases.propose_closing(officer=worker, at=world.at, case=case, closing="settled")
    cases.close_case(officer=supervisor, at=world.at, case=case)
    with pytest.raises(Conflict, match="closed"):
        files.write_section(officer=worker, at=world.at, case=case, section="legal", values={})
