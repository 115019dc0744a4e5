"""Emergency access: reason, fresh second factor, three hours, one case, record, notice and a review by others."""

import importlib
import pkgutil
from collections.abc import Callable
from datetime import timedelta
from typing import Any, get_args, get_type_hints

import pytest
from tests.builders import CaseWorld
from tests.mechanism.cases.woman import consent_to, link, open_case
from tests.record import the_record

from concerted.errors import Conflict, Invalid, NotThere, Refused
from concerted.foundation.access.door import DOORS, IN_EMERGENCY
from concerted.foundation.access.models import Interest
from concerted.foundation.agencies.models import Officer
from concerted.foundation.people import acts as person_acts
from concerted.foundation.people.models import Person
from concerted.mechanism.cases import acts as case_acts
from concerted.mechanism.cases.acts import cases, consents, disclosures, files, glass, messages
from concerted.mechanism.cases.models import BreakGlass, Case, CaseDocument, Health, Notice
from concerted.mechanism.cases.models.case import OfCase
from concerted.mechanism.cases.reads.cases import case_to_take_away, case_view, notes_of
from concerted.mechanism.cases.reads.documents import document_file
from concerted.mechanism.cases.reads.sharing import glass_view
from concerted.mechanism.cases.reads.work import my_work


@pytest.fixture
def case(world: CaseWorld) -> Case:
    case = open_case(world)
    link(world, case)
    files.write_section(
        officer=world.worker(world.police),
        at=world.at,
        case=case,
        section="health",
        values={"medication": "insulin"},
    )
    return case


def _break(world: CaseWorld, case: Case, officer: Officer | None = None, **facts: object) -> BreakGlass:
    return glass.break_glass(
        officer=officer or world.duty(world.hospital),
        at=world.at,
        **{  # type: ignore[arg-type]
            "number": case.number,
            "reason": "unconscious in the emergency room",
            "sections": ["identity", "health"],
            "second_factor_at": world.at - timedelta(minutes=1),
            **facts,
        },
    )


def test_it_opens_the_sections_asked_for_three_hours(world: CaseWorld, case: Case) -> None:
    used = _break(world, case)
    nurse = world.duty(world.hospital)
    with world.at_case_work(nurse, world.later(hours=2)):
        assert Health.objects.count() == 1
        assert Person.objects.count() == 1
    with world.at_case_work(nurse, world.later(hours=3, seconds=1)):
        assert Health.objects.count() == 0
        assert Person.objects.count() == 0
        assert not Case.objects.exists()
    assert used.until == world.later(hours=3)


def test_record_and_notice_stand_or_fall_with_the_access(
    world: CaseWorld, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_args: object, **_kwargs: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(Notice.objects, "create", no_room)
        with pytest.raises(OSError):
            _break(world, case)
    with world.at_case_work(world.worker(world.hospital)):
        assert Health.objects.count() == 0
    _break(world, case)
    row = the_record().get(act="cases.break_glass")
    assert (row.subject_kind, row.subject_id) == ("cases.case", case.pk)
    assert [each.kind for each in my_work(officer=world.worker(world.police), at=world.at).news] == [
        "glass_broken"
    ]


@pytest.mark.parametrize(
    "facts",
    [
        {"second_factor_at": None},
        {"second_factor_minutes": 6},
        {"reason": " "},
        {"sections": []},
        {"number": "C-2222-2222-2222"},
    ],
)
def test_it_is_refused_without_reason_second_factor_sections_or_the_right_number(
    world: CaseWorld, case: Case, facts: dict[str, object]
) -> None:
    minutes = facts.pop("second_factor_minutes", None)
    if minutes is not None:
        facts["second_factor_at"] = world.at - timedelta(minutes=int(str(minutes)))
    with pytest.raises((Refused, Invalid, NotThere)):
        _break(world, case, **facts)
    with world.at_case_work(world.worker(world.hospital)):
        assert not Case.objects.exists()


def test_absent_closed_and_shut_cases_give_the_same_answer(world: CaseWorld, case: Case) -> None:
    shut = open_case(world, handling=["no_emergency_access"])
    objected = open_case(world)
    consents.record_objection(
        officer=world.worker(world.police), at=world.at, case=objected, against=world.hospital
    )
    closed = open_case(world)
    cases.propose_closing(officer=world.worker(world.police), at=world.at, case=closed, closing="settled")
    cases.close_case(officer=world.supervisor(world.police), at=world.at, case=closed)
    answers = set()
    for number in (shut.number, objected.number, closed.number, "C-2222-2222-2222"):
        with pytest.raises(NotThere) as told:
            _break(world, case, number=number)
        answers.add(str(told.value))
    assert len(answers) == 1


def test_what_was_opened_is_neither_taken_away_nor_shared_onward(world: CaseWorld, case: Case) -> None:
    nurse = world.worker(world.hospital)
    _break(world, case, nurse)
    assert case_view(officer=nurse, at=world.at, case=case).is_emergency
    with pytest.raises(Refused, match="not taken away"):
        case_to_take_away(officer=nurse, at=world.at, case=case, form="pdf")
    with pytest.raises(Refused, match="change nothing"):
        disclosures.disclose(
            officer=nurse,
            at=world.at,
            case=case,
            recipient=world.federation,
            sections=["contact"],
            purpose="protection",
            until=world.later(days=1),
            legal_basis="state_organ_duty",
            relies_on="the emergency room cannot hold her",
        )


def _acts_on_a_case(case: Case, person: Person) -> dict[str, tuple[Callable[..., Any], dict[str, Any]]]:
    """Every guarded act that is handed a case, a person or what is kept under a case, with these handed to it."""
    for room in (case_acts, person_acts):
        for module in pkgutil.iter_modules(room.__path__):
            importlib.import_module(f"{room.__name__}.{module.name}")
    found = {}
    for name, guarded in DOORS.items():
        handed = {}
        for keyword, hint in get_type_hints(guarded).items():
            kinds = [one for one in (hint, *get_args(hint)) if isinstance(one, type)]
            for kind in kinds if keyword != "return" else ():
                if issubclass(kind, Case | Person):
                    handed[keyword] = case if issubclass(kind, Case) else person
                elif issubclass(kind, OfCase) and hasattr(kind, "case"):
                    handed[keyword] = kind(case=case)
        is_act = "_refuse_in_emergency" in guarded.__code__.co_names
        if handed and is_act:
            found[name] = (guarded, handed)
    return found


def test_whoever_knows_a_case_by_emergency_alone_reads_it_and_changes_nothing_of_it(
    world: CaseWorld, case: Case
) -> None:
    nurse = world.worker(world.hospital)
    _break(world, case, nurse)
    with world.at_case_work(nurse):
        [person] = Person.objects.all()
    walked = _acts_on_a_case(case, person)
    allowed = {"send_message", "write_note", "mark_messages_seen", "declare_conflict", "review_glass"}
    assert {name.removeprefix("cases.") for name in walked if name in IN_EMERGENCY} == allowed
    assert len(walked) > 80, "the acts of cases and of persons were found"
    for name, (guarded, handed) in walked.items():
        if name not in IN_EMERGENCY:
            with pytest.raises(Refused) as refused:
                guarded(officer=nurse, at=world.at, **handed)
            assert refused.value.code == "emergency", name
    messages.send_message(officer=nurse, at=world.at, case=case, to=[world.police], text="she is awake")
    files.write_note(officer=nurse, at=world.at, case=case, text="insulin at noon")
    assert [text for _note, text in notes_of(officer=nurse, at=world.at, case=case)] == ["insulin at noon"]
    with world.at_case_work(nurse, world.later(hours=3, seconds=1)):
        assert not Case.objects.exists(), "the file of the note opens the case no longer than the emergency"


def test_a_colleague_reads_nothing_on_anothers_emergency(world: CaseWorld, case: Case) -> None:
    """Reason and second factor were the duty officer's; the nurse gives her own or sees no case at all."""
    _break(world, case, world.duty(world.hospital))
    for colleague in (world.worker(world.hospital), world.supervisor(world.hospital)):
        with world.at_case_work(colleague, world.later(minutes=5)):
            assert not Case.objects.exists()
            assert not Health.objects.exists() and not Person.objects.exists()
            assert not Interest.objects.filter(basis="break_glass").exists()
    with world.at_case_work(world.worker(world.police), world.later(minutes=5)):
        assert Interest.objects.filter(basis="break_glass", subject_id=case.pk).exists(), "the lead sees it"


def test_what_only_the_emergency_opened_is_not_in_print_where_the_agency_knows_the_case(
    world: CaseWorld, case: Case
) -> None:
    police, nurse = world.worker(world.police), world.worker(world.hospital)
    files.write_section(officer=police, at=world.at, case=case, section="contact", values={"number": "1"})
    for section in ("contact", "health"):
        files.add_document(
            officer=police, at=world.at, case=case, section=section, kind="paper", title=f"of {section}"
        )
    disclosures.disclose(
        officer=police,
        at=world.at,
        case=case,
        recipient=world.hospital,
        sections=["contact"],
        purpose="protection",
        until=world.later(days=9),
        consent=consent_to(world, case, world.hospital, sections=["contact"]),
    )
    _break(world, case, nurse)
    on_page = case_view(officer=nurse, at=world.at, case=case)
    assert {each.kind.key for each in on_page.sections if each.words} == {"contact", "health"}
    assert len(on_page.people) == 1
    printed = case_to_take_away(officer=nurse, at=world.at, case=case, form="print")
    assert {each.kind.key for each in printed.sections if each.words} == {"contact"}
    assert printed.people == ()
    with world.at_case_work(nurse):
        papers = {row.section: row.pk for row in CaseDocument.objects.all()}
    assert set(papers) == {"contact", "health"}
    with pytest.raises(Refused, match="not taken away"):
        document_file(officer=nurse, at=world.at, case=case, document=papers["health"])
    again = case_view(officer=nurse, at=world.at, case=case)
    assert {each.kind.key for each in again.sections if each.words} == {"contact", "health"}, (
        "the page as before"
    )


def test_its_review_is_owed_within_seven_days_and_not_done_by_its_user(world: CaseWorld, case: Case) -> None:
    used = _break(world, case)
    supervisor = world.supervisor(world.police)
    [owed] = my_work(officer=supervisor, at=world.at).todo
    assert (owed.due, owed.subject_kind) == (world.later(days=7).date(), "cases.breakglass")
    with pytest.raises(Refused):
        glass.review_glass(
            officer=world.supervisor(world.hospital),
            at=world.at,
            glass=used,
            verdict="justified",
            review="I was right",
        )
    glass.review_glass(
        officer=supervisor, at=world.at, glass=used, verdict="not_justified", review="no emergency"
    )
    assert my_work(officer=supervisor, at=world.at).todo == ()
    seen = glass_view(officer=world.duty(world.hospital), at=world.at, glass=used.pk)
    assert seen.words["review"] == "no emergency"


def test_three_uses_that_wait_for_review_are_enough(world: CaseWorld, case: Case) -> None:
    for _each in range(3):
        _break(world, open_case(world))
    with pytest.raises(Conflict, match="not reviewed"):
        _break(world, case)


def test_the_lead_needs_no_emergency(world: CaseWorld, case: Case) -> None:
    with pytest.raises(Conflict):
        _break(world, case, world.duty(world.police))
