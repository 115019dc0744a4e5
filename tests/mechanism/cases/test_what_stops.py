"""What the person stops is stopped at every agency: what waits for an answer, what lies ready, what goes outside."""

import pytest
from tests.builders import CaseWorld
from tests.mechanism.cases.woman import GIVEN, HEARD, consent_to, link, open_case, referral_to

from concerted.errors import Conflict, Invalid
from concerted.foundation.agencies.models import Officer
from concerted.foundation.obligations.models import Obligation
from concerted.foundation.people.acts.persons import record_person
from concerted.mechanism.cases.acts import (
    consents,
    disclosures,
    files,
    messages,
    packages,
    referrals,
    transfers,
)
from concerted.mechanism.cases.acts.suspicions import take_up_consent
from concerted.mechanism.cases.models import (
    Account,
    Case,
    Consent,
    Contact,
    Disclosure,
    Move,
    OutsidePackage,
    PersonLink,
    Referral,
    Transfer,
)
from concerted.mechanism.cases.reads.holding import who_holds_what
from concerted.mechanism.cases.reads.sharing import consents_of, withdrawn_toward
from concerted.mechanism.cases.reads.work import my_work

LAWYER = {"name": "Invented lawyer", "body": "Invented office", "contact": "in person"}


@pytest.fixture
def case(world: CaseWorld) -> Case:
    case = open_case(world)
    link(world, case)
    for section, values in (("contact", {"number": "1"}), ("account", {"words": "what she told"})):
        files.write_section(
            officer=world.worker(world.police), at=world.at, case=case, section=section, values=values
        )
    return case


def _to_lawyer(world: CaseWorld, case: Case) -> Referral:
    police = world.worker(world.police)
    consent = consent_to(world, case, None, outside=LAWYER)  # type: ignore[arg-type]
    draft = referrals.draft_referral(
        officer=police,
        at=world.at,
        case=case,
        service="legal_aid",
        reason="wages withheld",
        sections=GIVEN,
        purpose="protection",
        outside=LAWYER,
        consent=consent,
    )
    return referrals.send_referral(officer=police, at=world.at, referral=draft)


def _packed(world: CaseWorld, sent: Referral, *, days: int = 1) -> packages.Sealed:
    return packages.record_package(
        officer=world.worker(world.police),
        at=world.later(days=days),
        referral=sent,
        digest="0" * 64,
        channel="telephone",
    )


def _nothing_left(world: CaseWorld) -> None:
    with world.at_case_work(world.worker(world.police), world.later(days=1)):
        assert not OutsidePackage.objects.exists()
        assert not Disclosure.objects.filter(recipient=None).exists()


def test_no_package_is_made_once_the_consent_was_withdrawn(world: CaseWorld, case: Case) -> None:
    sent = _to_lawyer(world, case)
    consents.withdraw_consents(
        officer=world.worker(world.police), at=world.later(hours=1), case=case, everything=True, **HEARD
    )
    with pytest.raises(Invalid, match="no live basis"):
        _packed(world, sent)
    _nothing_left(world)


def test_no_package_is_made_once_the_consent_has_run_out(world: CaseWorld, case: Case) -> None:
    sent = _to_lawyer(world, case)
    with pytest.raises(Invalid):
        _packed(world, sent, days=201)
    _nothing_left(world)


def test_consent_to_somebody_outside_is_withdrawn_by_itself(world: CaseWorld, case: Case) -> None:
    police = world.worker(world.police)
    sent = _to_lawyer(world, case)
    other = consent_to(world, case, world.hospital)
    assert sent.consent is not None
    done = consents.withdraw_consents(
        officer=police, at=world.later(hours=1), case=case, consents=[sent.consent], **HEARD
    )
    assert done.consents == (sent.consent.pk,)
    found = {
        one.consent.pk: one.state for one in consents_of(officer=police, at=world.later(hours=2), case=case)
    }
    assert found == {sent.consent.pk: "withdrawn", other.pk: "live"}


def _object(world: CaseWorld, case: Case, officer: Officer | None = None) -> None:
    consents.record_objection(
        officer=officer or world.worker(world.police),
        at=world.later(hours=1),
        case=case,
        against=world.hospital,
    )


def test_an_objection_takes_back_the_referral_that_waits(world: CaseWorld, case: Case) -> None:
    sent = referral_to(world, case, world.hospital)
    nurse = world.worker(world.hospital)
    _object(world, case)
    with pytest.raises(Conflict):
        referrals.accept_referral(officer=nurse, at=world.later(hours=2), referral=sent)
    with world.at_case_work(nurse, world.later(hours=2)):
        assert not Account.objects.exists() and not Contact.objects.exists()
        assert not Case.objects.exists()
    with world.at_case_work(world.worker(world.police), world.later(hours=2)):
        assert Referral.objects.get().state == "withdrawn"
        assert Move.objects.filter(thing="referral", act="withdraw", target="withdrawn").count() == 1
        owed = Obligation.objects.filter(subject_kind="cases.referral", subject_id=sent.pk)
        assert [each.met_at is None and each.excused_at is not None for each in owed] == [True]


def test_no_message_goes_to_an_agency_the_person_objects_to(world: CaseWorld, case: Case) -> None:
    sent = referral_to(world, case, world.hospital)
    referrals.accept_referral(officer=world.worker(world.hospital), at=world.at, referral=sent)
    _object(world, case)
    with pytest.raises(Conflict, match="does not want"):
        messages.send_message(
            officer=world.worker(world.police),
            at=world.later(hours=2),
            case=case,
            to=[world.hospital],
            text="how is she?",
        )


def test_an_objection_takes_back_the_offer_of_the_lead(world: CaseWorld, case: Case) -> None:
    offer = transfers.offer_lead(
        officer=world.worker(world.police), at=world.at, case=case, to_agency=world.hospital, reason="ward"
    )
    _object(world, case)
    with pytest.raises(Conflict):
        transfers.accept_lead(officer=world.worker(world.hospital), at=world.later(hours=2), transfer=offer)
    with world.at_case_work(world.worker(world.police), world.later(hours=2)):
        assert Case.objects.get().lead == world.police
        assert Transfer.objects.get().state == "withdrawn"


def test_an_objection_stops_what_other_agencies_gave_and_offered(world: CaseWorld, case: Case) -> None:
    """The station hears the objection; what police gave the hospital ends too, and what the federation offered it."""
    police, station = world.worker(world.police), world.worker(world.station)
    for agency in (world.station, world.federation):
        taken = referral_to(world, case, agency)
        referrals.accept_referral(officer=world.worker(agency), at=world.at, referral=taken)
    disclosures.disclose(
        officer=police,
        at=world.at,
        case=case,
        recipient=world.hospital,
        sections=["contact"],
        purpose="protection",
        until=world.later(days=90),
        consent=consent_to(world, case, world.hospital),
    )
    friend = world.worker(world.federation)
    files.write_section(officer=friend, at=world.at, case=case, section="contact", values={"number": "2"})
    offered = referral_to(world, case, world.hospital, officer=friend, sections=["contact"])
    _object(world, case, station)
    nurse, at = world.worker(world.hospital), world.later(hours=2)
    with world.at_case_work(nurse, at):
        assert not Case.objects.exists() and not Contact.objects.exists()
        assert Referral.objects.get(pk=offered.pk).state == "withdrawn"
    told = {one: [news.kind for news in my_work(officer=one, at=at).news] for one in (police, friend)}
    assert "objection_recorded" in told[police]
    assert "referral_withdrawn" in told[friend]
    with world.at_case_work(police, at):
        [given] = Disclosure.objects.filter(recipient=world.hospital)
        assert given.ended_as == "recalled"


def test_an_accepted_offer_that_slipped_past_an_objection_is_refused_without_a_reason(
    world: CaseWorld, case: Case
) -> None:
    """The state may lag behind a moment; the answer at the hospital does not tell it that it was objected to."""
    sent = referral_to(world, case, world.hospital)
    _object(world, case)
    with world.at_case_work(world.worker(world.police), world.later(hours=2)):
        Referral.objects.filter(pk=sent.pk).update(state="sent")
    with pytest.raises(Conflict, match="taken back"):
        referrals.accept_referral(
            officer=world.worker(world.hospital), at=world.later(hours=2), referral=sent
        )


def _child(world: CaseWorld) -> tuple[Case, Referral, object]:
    police = world.worker(world.police)
    case = open_case(world, age_band="under_14")
    link(world, case)
    files.write_section(
        officer=police, at=world.at, case=case, section="account", values={"words": "what the child told"}
    )
    father = record_person(officer=police, at=world.at)
    consent = consent_to(
        world, case, world.hospital, giver="guardian", giver_person=father, sections=["account"]
    )
    sent = referral_to(world, case, world.hospital, consent=consent, sections=["account"])
    return case, sent, father


def test_a_referral_on_the_word_of_a_guardian_who_became_a_suspect_is_not_accepted(
    world: CaseWorld,
) -> None:
    case, sent, father = _child(world)
    police = world.worker(world.police)
    files.link_person(officer=police, at=world.at, case=case, person=father, role="suspect")  # type: ignore[arg-type]
    with pytest.raises(Invalid, match="consent has ended"):
        referrals.accept_referral(officer=world.worker(world.hospital), at=world.at, referral=sent)
    with world.at_case_work(world.worker(world.hospital)):
        assert not Account.objects.exists()
    [consent] = consents_of(officer=police, at=world.at, case=case)
    assert consent.state == "suspected"


def test_what_was_given_on_a_guardians_word_ends_when_he_becomes_a_suspect(world: CaseWorld) -> None:
    """The hospital was given on it and the station took one too; the federation's stands on another's word."""
    case, sent, father = _child(world)
    police, nurse, friend = (world.worker(each) for each in (world.police, world.hospital, world.federation))
    referrals.accept_referral(officer=nurse, at=world.at, referral=sent)
    mother = record_person(officer=police, at=world.at)
    hers = consent_to(
        world, case, world.federation, giver="guardian", giver_person=mother, sections=["account"]
    )
    taken = referral_to(world, case, world.federation, consent=hers, sections=["account"])
    referrals.accept_referral(officer=friend, at=world.at, referral=taken)
    at = world.later(hours=1)
    link_of = files.link_person(officer=police, at=at, case=case, person=father, role="suspect")  # type: ignore[arg-type]
    assert sent.consent is not None and link_of.ended_consents == (sent.consent.pk,)

    for officer, reads_on in ((nurse, False), (friend, True)):
        with world.at_case_work(officer, world.later(hours=2)):
            assert Account.objects.exists() is reads_on
    held = {
        one.holder: (one.state, one.is_marked)
        for one in who_holds_what(officer=police, at=world.later(hours=2), case=case)
    }
    assert held == {world.hospital: ("withdrawn", True), world.federation: ("live", False)}
    news = my_work(officer=nurse, at=world.later(hours=2)).news
    assert [one.kind for one in news][:1] == ["disclosure_recalled"], "why is not the holder's to know"

    _cleared_and_taken_up(world, case, sent, link_of, hers)


def _cleared_and_taken_up(
    world: CaseWorld, case: Case, sent: Referral, suspect: PersonLink, hers: Consent
) -> None:
    """It was another man: what ended is listed and taken up as a new consent; nobody's word comes back by itself."""
    police, nurse, later = world.worker(world.police), world.worker(world.hospital), world.later
    assert sent.consent is not None
    again = {"received_by": "Officer Li", "presence": "alone"}
    with pytest.raises(Conflict, match="suspicion that was lifted"):
        take_up_consent(officer=police, at=later(hours=2), consent=sent.consent, **again)
    ended = files.unlink_person(officer=police, at=later(hours=3), link=suspect, reason="another man")
    assert ended.cleared_consents == (sent.consent.pk,)
    assert my_work(officer=nurse, at=later(hours=3)).news[0].kind == "disclosure_recalled", "nor is this"

    def standing(hours: int) -> dict[int, tuple[str, bool]]:
        known = consents_of(officer=police, at=later(hours=hours), case=case)
        return {one.consent.pk: (one.state, one.may_take_up) for one in known}

    assert standing(4) == {sent.consent.pk: ("cleared", True), hers.pk: ("live", False)}
    given = {"case": case, "recipient": world.hospital, "sections": ["account"], "purpose": "protection"}
    given |= {"officer": police, "at": later(hours=4), "until": later(days=9)}
    with pytest.raises(Invalid) as refused:
        disclosures.disclose(**given, consent=sent.consent)  # type: ignore[arg-type]
    assert "nothing comes back by itself" in str(refused.value.problems[0].what)
    with pytest.raises(Conflict, match="by a lead of the case"):
        take_up_consent(officer=nurse, at=later(hours=4), consent=sent.consent, **again)
    with pytest.raises(Invalid):
        take_up_consent(officer=police, at=later(hours=4), consent=sent.consent, received_by="", presence="")
    anew = take_up_consent(officer=police, at=later(hours=4), consent=sent.consent, **again)
    assert (anew.takes_up, anew.since, anew.until) == (sent.consent, later(hours=4), sent.consent.until)
    with pytest.raises(Conflict, match="taken it up already"):
        take_up_consent(officer=police, at=later(hours=5), consent=sent.consent, **again)
    assert standing(5) == {
        sent.consent.pk: ("cleared", False),
        anew.pk: ("live", False),
        hers.pk: ("live", False),
    }
    with world.at_case_work(nurse, later(hours=5)):
        assert not Account.objects.exists(), "what was given before stays ended"
    disclosures.disclose(**given, consent=anew)  # type: ignore[arg-type]
    held = who_holds_what(officer=police, at=later(hours=5), case=case)
    assert {(one.state, one.is_marked) for one in held if one.holder == world.hospital} == {
        ("withdrawn", True),
        ("live", False),
    }


def test_the_ended_word_of_a_suspect_is_not_taken_for_hers_taken_back(world: CaseWorld) -> None:
    """She withdrew nothing: law gives to the same agency without naming more, and nothing is marked as against her."""
    case, _sent, father = _child(world)
    police = world.worker(world.police)
    child = link(world, case)
    consent_to(
        world, case, world.station, giver="guardian", giver_person=father, sections=["identity"], person=child
    )
    suspect = files.link_person(
        officer=police, at=world.later(hours=1), case=case, person=father, role="suspect"
    )  # type: ignore[arg-type]
    lawful = {"legal_basis": "search_for_minor", "sections": ["identity"], "purpose": "tracing"}
    for hours in (2, 4):
        at = world.later(hours=hours)
        for agency in (world.station, world.hospital):
            assert withdrawn_toward(officer=police, at=at, case=case, recipient=agency) is None
        disclosures.disclose(
            officer=police,
            at=at,
            case=case,
            recipient=world.station,
            until=world.later(days=9),
            persons=[child],
            **lawful,  # type: ignore[arg-type]
        )
        assert not any(one.by_law for one in who_holds_what(officer=police, at=at, case=case))
        if hours == 2:
            files.unlink_person(officer=police, at=world.later(hours=3), link=suspect, reason="another man")


def test_whoever_relied_on_a_guardian_learns_it_and_no_other_takes_his_word(world: CaseWorld) -> None:
    """The lead hears of it from the hospital, whose record of the suspect the lead does not see."""
    case, sent, _father = _child(world)
    police, nurse = world.worker(world.police), world.worker(world.hospital)
    referrals.accept_referral(officer=nurse, at=world.at, referral=sent)
    uncle = record_person(officer=nurse, at=world.at)
    files.link_person(officer=nurse, at=world.at, case=case, person=uncle, role="suspect")
    assert "guardian_suspected" not in [one.kind for one in my_work(officer=police, at=world.at).news]
    with pytest.raises(Invalid) as refused:
        consent_to(world, case, world.station, officer=police, giver="guardian", giver_person=uncle)
    assert "A guardian who is a suspect cannot consent." in [str(one.what) for one in refused.value.problems]
    again = consent_to(
        world, case, world.station, officer=nurse, giver="guardian", giver_person=_new(world, nurse)
    )
    assert again.giver_person is not None
    suspect = files.link_person(
        officer=nurse, at=world.at, case=case, person=again.giver_person, role="suspect"
    )
    assert "guardian_suspected" in [one.kind for one in my_work(officer=police, at=world.at).news]
    files.unlink_person(officer=nurse, at=world.at, link=suspect, reason="another man")
    assert "suspicion_lifted" in [one.kind for one in my_work(officer=police, at=world.at).news]
    said = {"received_by": "Officer Li", "presence": "alone"}
    for officer in (police, nurse):
        anew = take_up_consent(officer=officer, at=world.at, consent=again, **said)
        assert (anew.agency_id, anew.giver_person_id) == (officer.agency_id, again.giver_person_id)


def _new(world: CaseWorld, officer: Officer):  # type: ignore[no-untyped-def]
    return record_person(officer=officer, at=world.at)
