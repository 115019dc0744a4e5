"""The spine moves by its table, is closed by two persons and reopened with a reason; sections stand side by side."""

import pytest
from tests.builders import CaseWorld
from tests.mechanism.cases.woman import consent_to, link, open_case, referral_to

from concerted.errors import Conflict, Invalid, NotThere, Refused, Stale
from concerted.foundation.people.acts.persons import record_person
from concerted.mechanism.cases import states
from concerted.mechanism.cases.acts import cases, disclosures, files, referrals
from concerted.mechanism.cases.models import Case, Move
from concerted.mechanism.cases.reads import cases as reads
from concerted.mechanism.cases.reads.files import colleagues, preview_assignment
from concerted.mechanism.cases.reads.work import my_work


@pytest.fixture
def case(world: CaseWorld) -> Case:
    return open_case(world)


def test_a_case_tells_no_place_finer_than_a_province(world: CaseWorld) -> None:
    assert open_case(world, place_code="530102").province_code == "530000"


def test_stages_follow_the_table(world: CaseWorld, case: Case) -> None:
    worker = world.worker(world.police)
    moved = cases.advance_case(officer=worker, at=world.at, case=case, step="presume")
    assert moved.stage == "presumed_victim"
    with pytest.raises(Conflict, match="not possible"):
        cases.advance_case(officer=worker, at=world.at, case=case, step="follow_up")
    with pytest.raises(Conflict):
        cases.advance_case(officer=worker, at=world.at, case=case, step="close")


def test_every_machine_starts_in_its_table_and_every_state_can_be_reached() -> None:
    for machine in states.MACHINES:
        reached, waiting = set(), {machine.start}
        while waiting:
            state = waiting.pop()
            reached.add(state)
            waiting |= {row.target for row in machine.from_state(state)} - reached
        assert reached == set(machine.states), machine.name


def test_a_stale_change_of_the_spine_is_refused(world: CaseWorld, case: Case) -> None:
    worker = world.worker(world.police)
    cases.change_spine(officer=worker, at=world.at, case=case, row_version=1, risk="high")
    with pytest.raises(Stale):
        cases.change_spine(officer=worker, at=world.at, case=case, row_version=1, risk="low")


def test_only_the_lead_moves_the_spine(world: CaseWorld, case: Case) -> None:
    sent = referral_to(world, case, world.station)
    nurse = world.worker(world.station)
    referrals.accept_referral(officer=nurse, at=world.at, referral=sent)
    with pytest.raises(Refused):
        cases.advance_case(officer=nurse, at=world.at, case=case, step="protect")


def test_a_case_is_closed_by_a_second_person(world: CaseWorld, case: Case) -> None:
    worker, supervisor = world.worker(world.police), world.supervisor(world.police)
    with pytest.raises(Conflict, match="proposed"):
        cases.close_case(officer=supervisor, at=world.at, case=case)
    cases.propose_closing(officer=supervisor, at=world.at, case=case, closing="lost_contact")
    with pytest.raises(Refused):
        cases.close_case(officer=supervisor, at=world.at, case=case)
    with pytest.raises(Refused):
        cases.close_case(officer=worker, at=world.at, case=case)
    second = world.new_officer(world.police, "case_supervisor")
    closed = cases.close_case(officer=second, at=world.at, case=case)
    assert (closed.stage, closed.closed_as) == ("closed", "lost_contact")


def test_a_proposal_to_close_waits_on_the_desk_of_others_in_the_lead(world: CaseWorld, case: Case) -> None:
    worker = world.worker(world.police)
    cases.propose_closing(officer=worker, at=world.at, case=case, closing="settled")
    waiting = my_work(officer=world.supervisor(world.police), at=world.at).todo
    assert [(item.kind, item.subject_id) for item in waiting] == [("closing", case.pk)]
    assert my_work(officer=worker, at=world.at).todo == ()
    cases.withdraw_closing(
        officer=world.supervisor(world.police), at=world.at, case=case, note="she lives with the buyer"
    )
    assert my_work(officer=world.supervisor(world.police), at=world.at).todo == ()
    line = next(
        one for one in reads.timeline(officer=worker, at=world.at, case=case) if one.act == "refuse_closing"
    )
    assert dict(line.words) == {"note": "she lives with the buyer", "closing": "settled"}


def test_open_ends_keep_a_case_open_and_are_named(world: CaseWorld, case: Case) -> None:
    referral_to(world, case, world.station)
    with pytest.raises(Conflict, match="referral is under way"):
        cases.propose_closing(officer=world.worker(world.police), at=world.at, case=case, closing="recovered")


def test_high_risk_is_not_closed_as_recovered(world: CaseWorld) -> None:
    case = open_case(world, risk="high")
    with pytest.raises(Conflict, match="risk is high"):
        cases.propose_closing(officer=world.worker(world.police), at=world.at, case=case, closing="recovered")


def test_reopening_keeps_its_reason_in_the_log(world: CaseWorld, case: Case) -> None:
    worker, supervisor = world.worker(world.police), world.supervisor(world.police)
    cases.propose_closing(officer=worker, at=world.at, case=case, closing="settled")
    cases.close_case(officer=supervisor, at=world.at, case=case)
    with pytest.raises(Invalid):
        cases.reopen_case(officer=worker, at=world.at, case=case, reason="  ")
    again = cases.reopen_case(officer=worker, at=world.at, case=case, reason="she came back")
    assert again.stage == "follow_up"
    line = next(
        each for each in reads.timeline(officer=worker, at=world.at, case=again) if each.act == "reopen"
    )
    assert dict(line.words) == {"reason": "she came back", "was": "settled"}


def test_an_offender_nobody_knows_is_no_victim(world: CaseWorld, case: Case) -> None:
    police = world.worker(world.police)
    offender = record_person(officer=police, at=world.at, kind="unknown_offender")
    given = {"officer": police, "at": world.at, "case": case, "person": offender}
    with pytest.raises(Invalid, match="not put on the case"):
        files.link_person(**given, role="victim")
    assert files.link_person(**given, role="suspect").role == "suspect"


def test_words_of_two_agencies_stand_side_by_side(world: CaseWorld, case: Case) -> None:
    police, nurse = world.worker(world.police), world.worker(world.hospital)
    disclosures.disclose(
        officer=police,
        at=world.at,
        case=case,
        recipient=world.hospital,
        sections=["health"],
        purpose="medical_care",
        until=world.later(days=10),
        consent=consent_to(world, case, world.hospital, sections=["health"], purpose="medical_care"),
    )
    for officer, words in ((police, "tired"), (nurse, "anaemic")):
        files.write_section(
            officer=officer, at=world.at, case=case, section="health", values={"condition": words}
        )
    view = reads.case_view(officer=nurse, at=world.at, case=case)
    health = next(section for section in view.sections if section.kind.key == "health")
    assert {words.values["condition"] for words in health.words if words.values} == {"tired", "anaemic"}
    view = reads.case_view(officer=police, at=world.at, case=case)
    health = next(section for section in view.sections if section.kind.key == "health")
    assert [words.agency for words in health.words] == [world.police], "the hospital gave nothing"


def test_a_stale_section_shows_both_versions_and_nothing_typed_is_lost(world: CaseWorld, case: Case) -> None:
    worker = world.worker(world.police)
    files.write_section(officer=worker, at=world.at, case=case, section="legal", values={"standing": "none"})
    files.write_section(
        officer=worker,
        at=world.at,
        case=case,
        section="legal",
        values={"counsel": "a lawyer"},
        row_version=1,
    )
    with pytest.raises(files.StaleSection) as stale:
        files.write_section(
            officer=worker,
            at=world.at,
            case=case,
            section="legal",
            values={"counsel": "nobody"},
            row_version=1,
        )
    assert stale.value.standing == {"standing": "none", "counsel": "a lawyer"}
    assert stale.value.written == {"counsel": "nobody"}
    history = reads.section_history(officer=worker, at=world.at, case=case, section="legal")
    assert [words.row_version for words in history] == [2, 1] or len(history) == 2


def test_declined_unknown_and_not_asked_are_different_values(world: CaseWorld, case: Case) -> None:
    worker = world.worker(world.police)
    values = {"urgent": "declined", "pregnancy": "not_asked", "medication": "unknown"}
    files.write_section(officer=worker, at=world.at, case=case, section="health", values=values)
    view = reads.case_view(officer=worker, at=world.at, case=case)
    health = next(section for section in view.sections if section.kind.key == "health")
    assert health.words[0].values == values
    with pytest.raises(Invalid):
        files.write_section(
            officer=worker,
            at=world.at,
            case=case,
            section="health",
            values={"pregnancy": "perhaps"},
            row_version=1,
        )


def test_sealed_sections_open_only_when_asked_for_and_never_in_what_is_taken_away(
    world: CaseWorld, case: Case
) -> None:
    worker = world.worker(world.police)
    files.write_section(
        officer=worker, at=world.at, case=case, section="shelter_address", values={"address": "blue house"}
    )
    shut = reads.case_view(officer=worker, at=world.at, case=case)
    assert "blue house" not in str([section.words for section in shut.sections])
    asked = reads.case_view(officer=worker, at=world.at, case=case, sections="shelter_address")
    assert "blue house" in str([section.words for section in asked.sections])
    taken = reads.case_to_take_away(officer=worker, at=world.at, case=case, form="pdf")
    assert "shelter_address" not in {section.kind.key for section in taken.sections}


def test_notes_of_a_file_are_its_agencys_own(world: CaseWorld, case: Case) -> None:
    sent = referral_to(world, case, world.station)
    nurse = world.worker(world.station)
    referrals.accept_referral(officer=nurse, at=world.at, referral=sent)
    files.write_note(officer=world.worker(world.police), at=world.at, case=case, text="do not tell")
    assert reads.notes_of(officer=nurse, at=world.at, case=case) == []


def test_lists_filter_and_page_by_key(world: CaseWorld) -> None:
    worker = world.worker(world.police)
    for risk in ("low", "high", "high"):
        open_case(world, risk=risk)
    found = reads.my_cases(officer=worker, at=world.at, wanted=reads.CaseFilter(risk="high"))
    assert len(found.files) == 2
    first = reads.my_cases(officer=worker, at=world.at, size=2)
    rest = reads.my_cases(officer=worker, at=world.at, size=2, cursor=first.next)
    assert len({file.pk for file in (*first.files, *rest.files)}) == 3
    assert reads.count_my_cases(officer=world.worker(world.outsider), at=world.at) == 0


def test_files_are_dealt_out_in_bulk_after_a_preview(world: CaseWorld) -> None:
    supervisor, worker = world.supervisor(world.police), world.worker(world.police)
    for _each in range(3):
        open_case(world)
    ids = [file.pk for file in reads.my_cases(officer=supervisor, at=world.at).files]
    shown = preview_assignment(officer=supervisor, at=world.at, files=ids, to=worker)
    assert [each.outcome for each in shown] == ["changed"] * 3
    done = files.assign_files(officer=supervisor, at=world.at, files=ids, to=worker)
    assert len(done.changed) == 3
    again = preview_assignment(officer=supervisor, at=world.at, files=ids, to=worker)
    assert [each.outcome for each in again] == ["same"] * 3
    stranger = world.worker(world.hospital)
    with pytest.raises(NotThere):
        files.assign_files(officer=supervisor, at=world.at, files=ids, to=stranger)
    assert worker in colleagues(officer=supervisor, at=world.at)


def test_the_timeline_shows_the_agency_what_it_may_know(world: CaseWorld, case: Case) -> None:
    link(world, case)
    cases.advance_case(officer=world.worker(world.police), at=world.at, case=case, step="presume")
    sent = referral_to(world, case, world.station)
    nurse = world.worker(world.station)
    referrals.accept_referral(officer=nurse, at=world.at, referral=sent)
    files.write_section(
        officer=world.worker(world.police),
        at=world.at,
        case=case,
        section="health",
        values={"condition": "not for you"},
    )
    acts = {(line.thing, line.act) for line in reads.timeline(officer=nurse, at=world.at, case=case)}
    assert {("case", "presume"), ("referral", "accept"), ("case", "open")} <= acts
    assert ("section", "write") not in acts
    with world.at_case_work(world.worker(world.outsider)):
        assert not Move.objects.exists()
