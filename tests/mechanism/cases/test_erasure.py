"""Erasing a person takes the words of their own closed case along, and never those of an open one."""

from __future__ import annotations

import pytest
from tests.builders import CaseWorld
from tests.mechanism.cases.woman import link, open_case

from concerted.errors import Conflict, Invalid
from concerted.foundation.people import acts as people
from concerted.foundation.people import reads
from concerted.foundation.vault import acts as vault
from concerted.foundation.vault import tombstones
from concerted.mechanism.cases.acts import cases, files, glass, retention
from concerted.mechanism.cases.models import Case
from concerted.mechanism.cases.reads.cases import timeline
from concerted.mechanism.cases.reads.retention import schedule_dry_run
from concerted.mechanism.cases.reads.sharing import glass_view

pytestmark = pytest.mark.django_db


def _closed(world: CaseWorld, case: Case) -> None:
    cases.propose_closing(
        officer=world.worker(world.police), at=world.at, case=case, closing="opened_in_error"
    )
    cases.close_case(officer=world.supervisor(world.police), at=world.at, case=case)


def test_the_words_of_a_closed_case_go_with_its_person(world: CaseWorld) -> None:
    worker, supervisor = world.worker(world.police), world.supervisor(world.police)
    case = open_case(world)
    person = link(world, case)
    files.write_section(officer=worker, at=world.at, case=case, section="contact", values={"number": "0731"})
    second = world.new_officer(world.police, "case_supervisor")
    asked = {"at": world.at, "person": person, "ground": "court", "reference": "17"}
    with pytest.raises(Conflict, match="still open"):
        people.request_erasure(officer=supervisor, **asked)
    cases.propose_closing(officer=worker, at=world.at, case=case, closing="lost_contact")
    cases.close_case(officer=supervisor, at=world.at, case=case)
    preview = reads.erasure_preview(officer=supervisor, at=world.at, person=person)
    assert (preview.listed["cases.case"], preview.listed["cases.contact"]) == (1, 1)
    request = people.request_erasure(officer=supervisor, **asked)
    people.approve_erasure(officer=second, at=world.at, request=request)
    assert {stone.subject for stone in tombstones.standing()} == {person.subject, case.subject}


def test_a_case_about_two_people_outlives_one_of_them(world: CaseWorld) -> None:
    worker, supervisor = world.worker(world.police), world.supervisor(world.police)
    case = open_case(world)
    person, other = link(world, case), link(world, case)
    cases.propose_closing(officer=worker, at=world.at, case=case, closing="lost_contact")
    cases.close_case(officer=supervisor, at=world.at, case=case)
    request = people.request_erasure(
        officer=supervisor, at=world.at, person=person, ground="court", reference="17"
    )
    people.approve_erasure(
        officer=world.new_officer(world.police, "case_supervisor"), at=world.at, request=request
    )
    assert [stone.subject for stone in tombstones.standing()] == [person.subject]
    assert other.subject != person.subject


def test_a_case_marked_legal_hold_keeps_the_records_of_all_its_persons(world: CaseWorld) -> None:
    """Asked for, decided or by schedule; whoever takes the mark off says why, and it stays in the course."""
    worker, supervisor = world.worker(world.police), world.supervisor(world.police)
    second = world.new_officer(world.police, "case_supervisor")
    case = open_case(world)
    victim, suspect = link(world, case), link(world, case, role="suspect")
    _closed(world, case)
    asked = {"ground": "court", "reference": "17"}
    waits = people.request_erasure(officer=supervisor, at=world.at, person=victim, **asked)

    def mark(handling: list[str], **facts: str) -> None:
        version = Case.objects.get(pk=case.pk).row_version
        cases.change_spine(
            officer=worker, at=world.at, case=case, row_version=version, handling=handling, **facts
        )

    with world.at_case_work(worker):
        mark(["witness", "legal_hold"])
    with pytest.raises(Conflict, match="Legal hold"):
        people.approve_erasure(officer=second, at=world.at, request=waits)
    with pytest.raises(Conflict, match="Legal hold"):
        people.request_erasure(officer=supervisor, at=world.at, person=suspect, **asked)
    assert not reads.erasure_preview(officer=supervisor, at=world.at, person=suspect).is_free
    read = reads.erasure_preview(officer=second, at=world.at, person=victim, request=waits)
    assert ["Legal hold" in str(error.what) for error in read.in_the_way] == [True]
    people.refuse_erasure(officer=second, at=world.at, request=waits)
    due = world.later(days=40 * 365)
    [line] = schedule_dry_run(officer=supervisor, at=due).lines
    assert (line.person, line.held, line.is_due(due.date())) == (victim, ["legal_hold"], False)
    assert retention.ask_by_schedule(officer=supervisor, at=due, persons=[victim.pk]).requests == []

    with world.at_case_work(worker):
        with pytest.raises(Invalid) as refused:
            mark(["witness"])
        assert [problem.field for problem in refused.value.problems] == ["why"]
        mark(["witness"], why="the court gave the file free")
    said = {line.act: line.words.get("reason") for line in timeline(officer=worker, at=world.at, case=case)}
    assert (said["set_hold"], said["lift_hold"]) == ("", "the court gave the file free")
    assert people.request_erasure(officer=supervisor, at=world.at, person=victim, **asked).pk


def test_an_emergency_access_is_reviewed_before_its_case_closes_and_before_it_is_erased(
    world: CaseWorld,
) -> None:
    supervisor = world.supervisor(world.police)
    case = open_case(world)
    person = link(world, case)
    used = glass.break_glass(
        officer=world.duty(world.hospital),
        at=world.at,
        number=case.number,
        reason="unconscious in the emergency room",
        sections=["identity"],
        second_factor_at=world.at,
    )
    with pytest.raises(Conflict, match="waits for its review"):
        _closed(world, case)
    with world.at_case_work(supervisor):
        Case.objects.filter(pk=case.pk).update(stage="closed", closed_at=world.at)
    asked = {"at": world.at, "person": person, "ground": "court", "reference": "17"}
    with pytest.raises(Conflict, match="waits for its review"):
        people.request_erasure(officer=supervisor, **asked)
    assert "unconscious" in glass_view(officer=supervisor, at=world.at, glass=used.pk).words["reason"]
    glass.review_glass(officer=supervisor, at=world.at, glass=used, verdict="justified", review="was needed")
    people.request_erasure(officer=supervisor, **asked)


def test_a_review_of_an_access_whose_case_was_erased_before_can_still_be_written(world: CaseWorld) -> None:
    supervisor = world.supervisor(world.police)
    case = open_case(world)
    used = glass.break_glass(
        officer=world.duty(world.hospital),
        at=world.at,
        number=case.number,
        reason="unconscious in the emergency room",
        sections=["health"],
        second_factor_at=world.at,
    )
    with world.at_case_work(supervisor):
        vault.destroy_key(subject=case.subject, at=world.at, reason="before reviews were waited for")
    assert glass_view(officer=supervisor, at=world.at, glass=used.pk).words == {}
    glass.review_glass(officer=supervisor, at=world.at, glass=used, verdict="justified", review="was needed")
    assert glass_view(officer=supervisor, at=world.at, glass=used.pk).words["review"] == "was needed"
