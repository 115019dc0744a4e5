"""The lead changes hands only when the other agency takes it; the old lead keeps its file."""

from typing import Any

import pytest
from tests.builders import CaseWorld
from tests.mechanism.cases.woman import HEARD, consent_to, link, open_case

from concerted.errors import Conflict, Invalid, Refused
from concerted.foundation.people.models import Person
from concerted.mechanism.cases.acts import cases, consents, files, transfers
from concerted.mechanism.cases.models import Case, Contact, PersonLink
from concerted.mechanism.cases.reads.cases import case_by_id, my_cases
from concerted.mechanism.cases.reads.referrals import transfer_view
from concerted.mechanism.cases.reads.work import my_work


@pytest.fixture
def case(world: CaseWorld) -> Case:
    case = open_case(world)
    files.write_section(
        officer=world.worker(world.police), at=world.at, case=case, section="contact", values={"number": "1"}
    )
    return case


def test_the_new_lead_leads_and_the_old_one_keeps_its_file(world: CaseWorld, case: Case) -> None:
    old, new = world.worker(world.police), world.worker(world.home)
    offer = transfers.offer_lead(
        officer=old, at=world.at, case=case, to_agency=world.home, reason="she goes home"
    )
    transfers.accept_lead(officer=new, at=world.at, transfer=offer)
    assert case_by_id(officer=new, at=world.at, pk=case.pk).lead == world.home
    cases.advance_case(officer=new, at=world.at, case=case, step="presume")
    with pytest.raises(Refused):
        cases.advance_case(officer=old, at=world.at, case=case, step="protect")
    [kept] = my_cases(officer=old, at=world.at).files
    assert kept.case == case
    with world.at_case_work(new):
        assert not Contact.objects.exists(), "the lead opens no words of others"


def test_what_goes_with_the_lead_opens_at_acceptance_while_its_basis_holds(world: CaseWorld) -> None:
    """Two offers on the same sort of consent; the person takes the second one back while the offer waits."""
    old, new = world.worker(world.police), world.worker(world.home)
    seen = []
    for is_withdrawn in (False, True):
        case = open_case(world)
        files.write_section(
            officer=old, at=world.at, case=case, section="contact", values={"never": "husband"}
        )
        offer = {"officer": old, "at": world.at, "case": case, "to_agency": world.home, "reason": "home"}
        with pytest.raises(Invalid, match="Nothing was disclosed"):
            transfers.offer_lead(**offer, sections=["contact"], purpose="protection")
        consent = consent_to(world, case, world.home)
        made = transfers.offer_lead(**offer, sections=["contact"], purpose="protection", consent=consent)
        with world.at_case_work(new):
            assert not Contact.objects.filter(case=case).exists(), "nothing before it accepts"
        if is_withdrawn:
            consents.withdraw_consents(officer=old, at=world.at, case=case, consents=[consent], **HEARD)
        done = transfers.accept_lead(officer=new, at=world.at, transfer=made)
        assert done.state == "accepted"
        view = transfer_view(officer=new, at=world.at, transfer=made.pk)
        assert view.goods == ("contact",) and view.words["given"] is not is_withdrawn
        with world.at_case_work(new):
            seen.append(Contact.objects.filter(case=case).exists())
    assert seen == [True, False]


def test_with_the_lead_go_the_names_of_the_persons_chosen_and_of_nobody_else(world: CaseWorld) -> None:
    """By law of those chosen, on a consent of the person whose it is; never of the suspect or of who was not meant."""
    old, new = world.worker(world.police), world.worker(world.home)
    law = {"legal_basis": "state_organ_duty", "purpose": "relief", "relies_on": "Relief rules, article 7"}
    for is_by_law in (True, False):
        case = open_case(world)
        first, second, mother = link(world, case), link(world, case), link(world, case, role="family")
        link(world, case, role="suspect")
        offer: dict[str, Any] = {"officer": old, "at": world.at, "case": case, "to_agency": world.home}
        offer |= {"reason": "home", "sections": ["identity"]}
        if is_by_law:
            with pytest.raises(Invalid) as refused:
                transfers.offer_lead(**offer, **law)
            assert [problem.field for problem in refused.value.problems] == ["persons"]
            made, meant = transfers.offer_lead(**offer, **law, persons=[first, mother]), {first.pk, mother.pk}
        else:
            consent = consent_to(world, case, world.home, person=second)
            made = transfers.offer_lead(**offer, purpose="protection", consent=consent, persons=[first])
            meant = {second.pk}
        with world.at_case_work(new):
            assert not PersonLink.objects.filter(case=case).exists(), "nobody before it accepts"
        transfers.accept_lead(officer=new, at=world.at, transfer=made)
        with world.at_case_work(new):
            assert set(PersonLink.objects.filter(case=case).values_list("person_id", flat=True)) == meant
            there = Person.objects.filter(pk__in=[each.pk for each in (first, second, mother)])
            assert {person.pk for person in there} == meant


def test_an_offered_lead_owes_an_answer_under_its_own_name(world: CaseWorld, case: Case) -> None:
    old, new = world.worker(world.police), world.worker(world.home)
    transfers.offer_lead(officer=old, at=world.at, case=case, to_agency=world.home, reason="she goes home")
    [owed] = my_work(officer=new, at=world.at).todo
    assert owed.obligation is not None and owed.obligation.kind == "cases.answer_lead_urgent"
    assert (owed.label_en, owed.label_zh) == (
        "Answer the offer to lead an urgent case",
        "答复紧急个案的牵头移交",
    )
    [awaited] = my_work(officer=old, at=world.at).waiting_for
    assert awaited.label_en == owed.label_en


def test_a_declined_offer_changes_nothing_and_is_answered(world: CaseWorld, case: Case) -> None:
    old, new = world.worker(world.police), world.worker(world.home)
    offer = transfers.offer_lead(officer=old, at=world.at, case=case, to_agency=world.home, reason="home")
    with pytest.raises(Conflict):
        transfers.offer_lead(officer=old, at=world.at, case=case, to_agency=world.home, reason="again")
    transfers.decline_lead(officer=new, at=world.at, transfer=offer, code="other_area")
    assert [each.kind for each in my_work(officer=old, at=world.at).news] == ["transfer_declined"]
    with world.at_case_work(new):
        assert not Case.objects.exists()


def test_joint_leads_both_lead_and_one_may_leave(world: CaseWorld, case: Case) -> None:
    old, new = world.worker(world.police), world.worker(world.home)
    offer = transfers.offer_lead(
        officer=old, at=world.at, case=case, to_agency=world.home, reason="together", is_joint=True
    )
    with pytest.raises(Conflict):
        transfers.leave_joint_lead(officer=old, at=world.at, case=case)
    transfers.accept_lead(officer=new, at=world.at, transfer=offer)
    for officer, step in ((old, "screen"), (new, "presume")):
        cases.advance_case(officer=officer, at=world.at, case=case, step=step)
    left = transfers.leave_joint_lead(officer=old, at=world.at, case=case)
    assert left.lead_ids == {world.home.pk}
    with pytest.raises(Invalid):
        transfers.offer_lead(officer=new, at=world.at, case=case, to_agency=world.home, reason="self")


def test_a_closing_proposed_waits_with_the_supervisors_of_every_joint_lead(
    world: CaseWorld, case: Case
) -> None:
    old, new = world.worker(world.police), world.worker(world.home)
    offer = transfers.offer_lead(
        officer=old, at=world.at, case=case, to_agency=world.home, reason="together", is_joint=True
    )
    transfers.accept_lead(officer=new, at=world.at, transfer=offer)
    cases.propose_closing(officer=new, at=world.at, case=case, closing="opened_in_error")
    for agency in (world.police, world.home):
        found = my_work(officer=world.supervisor(agency), at=world.at).todo
        assert [(one.subject_kind, one.subject_id) for one in found] == [("cases.case", case.pk)]
    assert my_work(officer=world.supervisor(world.hospital), at=world.at).todo == ()
    cases.close_case(officer=world.supervisor(world.home), at=world.at, case=case)
    assert my_work(officer=world.supervisor(world.home), at=world.at).todo == ()


def test_who_does_not_lead_offers_no_lead(world: CaseWorld, case: Case) -> None:
    with pytest.raises(Refused):
        transfers.offer_lead(
            officer=world.worker(world.hospital),
            at=world.at,
            case=case,
            to_agency=world.hospital,
            reason="mine now",
        )
