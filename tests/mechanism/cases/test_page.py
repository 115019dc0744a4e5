"""The page of a case shows what the reads of its parts show, is recorded as one look, and asks few questions."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.builders import CaseWorld
from tests.mechanism.cases.woman import link, open_case, referral_to
from tests.record import the_record

from concerted.errors import NotThere
from concerted.foundation.agencies.models import Officer
from concerted.mechanism.cases.acts import assistance, files, messages, referrals, screenings, transfers
from concerted.mechanism.cases.models import Case
from concerted.mechanism.cases.reads import assistance as helps
from concerted.mechanism.cases.reads import cases as reads
from concerted.mechanism.cases.reads import holding, sharing, work
from concerted.mechanism.cases.reads.page import case_page
from concerted.mechanism.cases.reads.referrals import referrals_of_case


@pytest.fixture
def case(world: CaseWorld) -> Case:
    """A case with something in every part, of which the station was given some."""
    case = open_case(world)
    police, station = world.worker(world.police), world.worker(world.station)
    link(world, case)
    for section, field in (("contact", "number"), ("legal", "standing"), ("shelter_address", "address")):
        files.write_section(
            officer=police, at=world.at, case=case, section=section, values={field: f"about {section}"}
        )
        files.add_document(
            officer=police, at=world.at, case=case, section=section, kind="paper", title=section
        )
    sent = referral_to(world, case, world.station)
    referrals.accept_referral(officer=station, at=world.at, referral=sent)
    files.write_section(officer=station, at=world.at, case=case, section="health", values={"urgent": "no"})
    files.write_note(officer=police, at=world.at, case=case, text="a note of our own")
    messages.send_message(officer=police, at=world.at, case=case, to=[world.station], text="How is she?")
    assistance.assess(officer=police, at=world.at, case=case, kind="needs", level="medium")
    screenings.record_screening(
        officer=police,
        at=world.at,
        case=case,
        screener_role="police",
        indicator_set="ilo-operational-indicators",
        set_version="2009",
        answers={"deceived": "yes"},
        result={"reasons": ["one strong"]},
        source_of_identification="police_operation",
    )
    return case


PARTS: dict[str, Callable[..., Any]] = {
    "owed": work.owed_on_case,
    "holdings": holding.who_holds_what,
    "referrals": referrals_of_case,
    "consents": sharing.consents_of,
    "documents": reads.documents_of,
    "screenings": reads.screenings_of,
    "messages": work.messages_of,
    "participants": holding.known_participants,
    "notes": reads.notes_of,
    "happenings": reads.timeline,
}


def _by_what(line: reads.Happening) -> tuple[Any, ...]:
    return line.at, line.thing, line.act, line.target, line.agency.pk


def _readers(world: CaseWorld) -> list[Officer]:
    return [world.worker(world.police), world.worker(world.station)]


@pytest.mark.parametrize("part", PARTS)
def test_the_page_shows_what_the_read_of_each_part_shows(world: CaseWorld, case: Case, part: str) -> None:
    for officer in _readers(world):
        shown = getattr(case_page(officer=officer, at=world.at, case=case.pk), part)
        read = PARTS[part](officer=officer, at=world.at, case=case)
        if part == "happenings":  # what happened in the same minute stands in no order
            shown, read = sorted(shown, key=_by_what), sorted(read, key=_by_what)
        assert list(shown) == list(read), officer


def test_the_page_shows_the_same_sections_people_and_help(world: CaseWorld, case: Case) -> None:
    for officer in _readers(world):
        page = case_page(officer=officer, at=world.at, case=case.pk)
        view = reads.case_view(officer=officer, at=world.at, case=case)
        assert page.view == view
        assert page.help == helps.assistance_of(officer=officer, at=world.at, case=case)
        assert [row for row, _identity in page.people] == list(view.people)


def test_a_joint_lead_stands_among_the_leads_and_takes_part(world: CaseWorld, case: Case) -> None:
    police = world.worker(world.police)
    offer = transfers.offer_lead(
        officer=police, at=world.at, case=case, to_agency=world.home, reason="together", is_joint=True
    )
    transfers.accept_lead(officer=world.worker(world.home), at=world.at, transfer=offer)
    page = case_page(officer=police, at=world.at, case=case.pk)
    assert set(page.view.leads) == {world.police, world.home}
    assert world.home in page.participants


def test_no_word_of_a_sealed_section_is_on_the_page(world: CaseWorld, case: Case) -> None:
    page = case_page(officer=world.worker(world.police), at=world.at, case=case.pk)
    sealed = {view.kind.key: view for view in page.view.sections}["shelter_address"]
    assert (sealed.words, sealed.others, sealed.is_shown) == ((), 1, False)
    assert {row.section: title for row, title in page.documents}["shelter_address"] == ""


def test_one_look_stands_in_the_record_for_a_page_and_one_for_each_identity(
    world: CaseWorld, case: Case
) -> None:
    link(world, case, role="witness")
    before = the_record().count()
    case_page(officer=world.worker(world.police), at=world.at, case=case.pk)
    rows = list(the_record().order_by("-id")[: the_record().count() - before])
    assert sorted((row.kind, row.act, row.subject_kind) for row in rows) == [
        ("look", "cases.case_page", "cases.case"),
        ("look", "people.identity_of", "people.person"),
        ("look", "people.identity_of", "people.person"),
    ]
    assert {row.subject_id for row in rows if row.act == "cases.case_page"} == {case.pk}


def test_an_outsider_is_told_that_there_is_no_such_case_and_no_look_is_recorded(
    world: CaseWorld, case: Case
) -> None:
    nurse = world.worker(world.hospital)
    before = the_record().count()
    with pytest.raises(NotThere):
        case_page(officer=nurse, at=world.at, case=case.pk)
    assert the_record().count() == before


def test_a_page_asks_as_many_questions_however_much_stands_on_the_case(world: CaseWorld, case: Case) -> None:
    police = world.worker(world.police)

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            case_page(officer=police, at=world.at, case=case.pk)
        return len(asked)

    before = questions()
    for number in range(3):
        files.write_note(officer=police, at=world.at, case=case, text=f"note {number}")
        files.add_document(
            officer=police, at=world.at, case=case, section="legal", kind="paper", title="one more"
        )
        messages.send_message(officer=police, at=world.at, case=case, to=[world.station], text="And now?")
        assistance.assess(officer=police, at=world.at, case=case, kind="needs", level="low")
    assert questions() == before < 50


def test_my_work_asks_as_many_questions_however_many_assessments_are_due(world: CaseWorld) -> None:
    police = world.worker(world.police)

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            work.my_work(officer=police, at=world.at)
        return len(asked)

    counted = set()
    for _number in range(3):
        assistance.assess(
            officer=police,
            at=world.at,
            case=open_case(world),
            kind="needs",
            next_due=world.later(days=2).date(),
        )
        counted.add(questions())
    assert len(counted) == 1
