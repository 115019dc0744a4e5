"""A referral goes to an agency's queue, runs by its clocks, and tells its sender of every answer."""

import pytest
from tests.builders import CaseWorld
from tests.mechanism.cases.woman import GIVEN, HEARD, consent_to, link, open_case, referral_to

from concerted.errors import Conflict, Invalid, NotThere, Refused
from concerted.foundation.obligations.models import Obligation
from concerted.foundation.people.models import Person
from concerted.mechanism.cases.acts import cases, consents, files, referrals
from concerted.mechanism.cases.models import AgencyFile, Case, Contact, Referral
from concerted.mechanism.cases.reads import referrals as queue
from concerted.mechanism.cases.reads.cases import case_view, my_cases
from concerted.mechanism.cases.reads.work import my_work


@pytest.fixture
def case(world: CaseWorld) -> Case:
    case = open_case(world)
    link(world, case)
    files.write_section(
        officer=world.worker(world.police),
        at=world.at,
        case=case,
        section="contact",
        values={"ways": ["person"], "number": "never by telephone"},
    )
    return case


def _news(world: CaseWorld, officer: object) -> list[str]:
    return [notice.kind for notice in my_work(officer=officer, at=world.at).news]  # type: ignore[arg-type]


def test_it_waits_in_the_queue_of_the_agency_and_any_duty_officer_picks_it_up(
    world: CaseWorld, case: Case
) -> None:
    sent = referral_to(world, case, world.station)
    for officer in (world.duty(world.station), world.worker(world.station)):
        assert [each.number for each in queue.queue(officer=officer, at=world.at)] == [sent.number]
    assert queue.queue(officer=world.duty(world.hospital), at=world.at) == []


def test_both_lists_say_how_late_an_answer_is_until_it_is_given(world: CaseWorld, case: Case) -> None:
    sent = referral_to(world, case, world.station, urgency="emergency")
    for officer, read in (
        (world.duty(world.station), queue.queue),
        (world.worker(world.police), queue.sent_referrals),
    ):
        for hours, late in ((1, {}), (3, {sent.pk: 1.0})):
            at = world.later(hours=hours)
            found = queue.late_answers(officer=officer, at=at, referrals=read(officer=officer, at=at))  # type: ignore[operator]
            assert {pk: lateness.hours for pk, lateness in found.items()} == late
    referrals.accept_referral(officer=world.worker(world.station), at=world.later(hours=4), referral=sent)
    at = world.later(hours=5)
    sender = world.worker(world.police)
    rows = queue.sent_referrals(officer=sender, at=at)
    assert queue.late_answers(officer=sender, at=at, referrals=rows) == {}


def test_before_it_is_accepted_the_receiver_sees_a_preview_and_no_case(world: CaseWorld, case: Case) -> None:
    sent = referral_to(world, case, world.station)
    view = queue.referral_view(officer=world.duty(world.station), at=world.at, referral=sent)
    assert view.referral.preview == {"age_band": "adult", "province_code": "530000"}
    assert view.words["reason"] == "needs a safe bed tonight"
    with world.at_case_work(world.worker(world.station)):
        assert not Case.objects.exists()
        assert not Contact.objects.exists()
        assert not Person.objects.exists()


def test_a_draft_is_seen_by_nobody_else(world: CaseWorld, case: Case) -> None:
    referral_to(world, case, world.station, send=False)
    with world.at_case_work(world.worker(world.station)):
        assert not Referral.objects.exists()


def test_accepting_opens_file_interest_and_sections_at_once(world: CaseWorld, case: Case) -> None:
    sent = referral_to(world, case, world.station)
    worker = world.worker(world.station)
    referrals.accept_referral(officer=worker, at=world.later(minutes=20), referral=sent)
    [file] = my_cases(officer=worker, at=world.later(minutes=21)).files
    assert file.case.number == case.number
    view = case_view(officer=worker, at=world.later(minutes=21), case=case)
    contact = next(section for section in view.sections if section.kind.key == "contact")
    assert [words.values["number"] for words in contact.words if words.values] == ["never by telephone"]
    assert [each.role for each in view.people] == ["victim"]


def test_the_sender_keeps_its_own_file(world: CaseWorld, case: Case) -> None:
    sent = referral_to(world, case, world.station)
    referrals.accept_referral(officer=world.worker(world.station), at=world.at, referral=sent)
    [file] = my_cases(officer=world.worker(world.police), at=world.at).files
    assert (file.agency, file.case) == (world.police, case)
    with world.at_case_work(world.worker(world.station)):
        assert [each.agency for each in AgencyFile.objects.all()] == [world.station]


def test_the_receiver_sees_nothing_of_what_was_not_given(world: CaseWorld, case: Case) -> None:
    files.write_section(
        officer=world.worker(world.police),
        at=world.at,
        case=case,
        section="health",
        values={"condition": "an old wound"},
    )
    sent = referral_to(world, case, world.station)
    worker = world.worker(world.station)
    referrals.accept_referral(officer=worker, at=world.at, referral=sent)
    view = case_view(officer=worker, at=world.at, case=case)
    health = next(section for section in view.sections if section.kind.key == "health")
    assert (health.words, health.is_open) == ((), False)


def test_every_answer_reaches_the_sender(world: CaseWorld, case: Case) -> None:
    sender, receiver = world.worker(world.police), world.worker(world.station)
    sent = referral_to(world, case, world.station)
    referrals.see_referral(officer=receiver, at=world.at, referral=sent)
    referrals.return_referral(officer=receiver, at=world.at, referral=sent, question="Any children?")
    assert set(_news(world, sender)) == {"referral_returned", "referral_seen"}
    referrals.complete_information(officer=sender, at=world.at, referral=sent, information="One, of three.")
    referrals.accept_referral(officer=receiver, at=world.at, referral=sent)
    referrals.begin_service(officer=receiver, at=world.at, referral=sent)
    referrals.finish_service(officer=receiver, at=world.at, referral=sent, outcome="achieved", note="Safe.")
    assert {"referral_accepted", "referral_begun", "referral_completed"} <= set(_news(world, sender))
    done = referrals.see_feedback(officer=sender, at=world.at, referral=sent)
    assert referrals.close_referral(officer=sender, at=world.at, referral=done).state == "closed"


def test_what_a_referral_opened_ends_with_it_where_its_service_came_to_nothing(
    world: CaseWorld, case: Case
) -> None:
    sender, receiver = world.worker(world.police), world.worker(world.station)
    sent = referral_to(world, case, world.station)
    referrals.accept_referral(officer=receiver, at=world.at, referral=sent)
    referrals.fail_service(officer=receiver, at=world.at, referral=sent, outcome="person_left")

    def is_open() -> bool:
        sections = case_view(officer=receiver, at=world.at, case=case).sections
        return any(section.is_open for section in sections)

    assert is_open(), "until the sender has read it and closes"
    referrals.see_feedback(officer=sender, at=world.at, referral=sent)
    referrals.close_referral(officer=sender, at=world.at, referral=sent)
    assert not is_open()
    assert "disclosure_recalled" in _news(world, receiver)
    assert [file.case for file in my_cases(officer=receiver, at=world.at).files] == [case], (
        "its own file stays"
    )


def test_a_decline_has_a_coded_reason_and_leaves_nothing_with_the_receiver(
    world: CaseWorld, case: Case
) -> None:
    sent = referral_to(world, case, world.station)
    receiver = world.worker(world.station)
    with pytest.raises(Invalid):
        referrals.decline_referral(officer=receiver, at=world.at, referral=sent, code="no idea")
    referrals.decline_referral(officer=receiver, at=world.at, referral=sent, code="no_capacity")
    with world.at_case_work(receiver):
        assert not Case.objects.exists()
        assert not AgencyFile.objects.exists()
    with pytest.raises(Conflict):
        referrals.accept_referral(officer=receiver, at=world.at, referral=sent)


def test_the_clock_to_answer_is_owed_by_the_receiver_and_met_by_the_answer(
    world: CaseWorld, case: Case
) -> None:
    sent = referral_to(world, case, world.station)
    [item] = my_work(officer=world.duty(world.station), at=world.at).todo
    assert (item.subject_kind, item.subject_id) == ("cases.referral", sent.pk)
    assert item.due_at == world.later(hours=24)
    assert sent.number in item.label_en
    assert case.number not in item.label_en
    [waiting] = my_work(officer=world.worker(world.police), at=world.at).waiting_for
    assert waiting.obligation is not None
    assert waiting.obligation.owner == world.station
    referrals.accept_referral(officer=world.worker(world.station), at=world.at, referral=sent)
    kinds = [
        each.obligation.kind
        for each in my_work(officer=world.duty(world.station), at=world.at).todo
        if each.obligation
    ]
    assert kinds == ["cases.act_urgent"]


def test_a_withdrawn_referral_owes_nothing(world: CaseWorld, case: Case) -> None:
    sent = referral_to(world, case, world.station)
    referrals.withdraw_referral(
        officer=world.worker(world.police), at=world.at, referral=sent, reason="she found a bed"
    )
    assert my_work(officer=world.duty(world.station), at=world.at).todo == ()
    with world.at_case_work(world.worker(world.station)):
        assert not Obligation.objects.filter(confidential=True, excused_at=None).exists()


def test_without_a_live_basis_nothing_is_sent(world: CaseWorld, case: Case) -> None:
    narrow = consent_to(world, case, world.station, sections=["contact"])
    draft = referral_to(world, case, world.station, consent=narrow, send=False)
    with pytest.raises(Invalid, match="no live basis"):
        referrals.send_referral(officer=world.worker(world.police), at=world.at, referral=draft)


def test_consent_withdrawn_while_it_waits_stops_the_acceptance(world: CaseWorld, case: Case) -> None:
    sent = referral_to(world, case, world.station)
    consents.withdraw_consents(
        officer=world.worker(world.police), at=world.at, case=case, everything=True, **HEARD
    )
    with pytest.raises(Invalid, match="consent has ended"):
        referrals.accept_referral(officer=world.worker(world.station), at=world.at, referral=sent)
    with world.at_case_work(world.worker(world.station)):
        assert not Case.objects.exists()


def test_a_new_consent_carries_a_referral_that_came_back(world: CaseWorld, case: Case) -> None:
    police, station = world.worker(world.police), world.worker(world.station)
    sent = referral_to(world, case, world.station)
    consents.withdraw_consents(officer=police, at=world.later(hours=1), case=case, everything=True, **HEARD)
    at = world.later(hours=2)
    with pytest.raises(Invalid, match="Return it for information"):
        referrals.accept_referral(officer=station, at=at, referral=sent)
    referrals.return_referral(officer=station, at=at, referral=sent, question="Does she still wish it?")
    with pytest.raises(Invalid, match="no live basis"):
        referrals.complete_information(officer=police, at=at, referral=sent, information="She does.")
    short = consent_to(world, case, world.station, at=at, sections=["contact"])
    with pytest.raises(Invalid, match="no live basis"):
        referrals.complete_information(
            officer=police, at=at, referral=sent, information="Less.", consent=short
        )
    again = consent_to(world, case, world.station, at=at, until=world.later(days=30))
    back = referrals.complete_information(
        officer=police, at=at, referral=sent, information="She does.", consent=again
    )
    assert (back.state, back.consent, back.until) == ("sent", again, again.until)
    taken = referrals.accept_referral(officer=station, at=world.later(hours=3), referral=sent)
    with world.at_case_work(station, world.later(hours=3)):
        assert Contact.objects.count() == 1
        assert taken.disclosures.get().consent == again


def test_another_agency_neither_finds_nor_answers_it(world: CaseWorld, case: Case) -> None:
    sent = referral_to(world, case, world.station)
    outsider = world.worker(world.outsider)
    absent = Referral(case=case, agency=world.police, to_agency=world.station)
    for answer in (referrals.accept_referral, referrals.see_referral):
        told = []
        for referral in (sent, absent):
            with pytest.raises(Refused) as refused:
                answer(officer=outsider, at=world.at, referral=referral)
            told.append(str(refused.value))
        assert told[0] == told[1]
    with pytest.raises(NotThere):
        queue.referral_by_id(officer=outsider, at=world.at, pk=sent.pk)


def test_the_sections_named_are_those_given(world: CaseWorld, case: Case) -> None:
    assert referral_to(world, case, world.station).sections == GIVEN
    with pytest.raises(Invalid):
        referral_to(world, case, world.station, sections=["everything"], consent=None)


def test_a_closed_case_is_not_referred(world: CaseWorld, case: Case) -> None:
    worker, supervisor = world.worker(world.police), world.supervisor(world.police)
    cases.propose_closing(officer=worker, at=world.at, case=case, closing="not_a_victim")
    cases.close_case(officer=supervisor, at=world.at, case=case)
    with pytest.raises(Conflict, match="closed"):
        referral_to(world, case, world.station)


def test_by_itself_a_referral_gives_no_longer_than_its_consent(world: CaseWorld, case: Case) -> None:
    short = consent_to(world, case, world.station, until=world.later(days=10))
    assert referral_to(world, case, world.station, consent=short).until == world.later(days=10)
