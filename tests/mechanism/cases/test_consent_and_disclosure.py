"""Nothing of a case reaches another agency without a live basis, and a withdrawal stops it at once."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from tests.builders import CaseWorld
from tests.mechanism.cases.woman import HEARD, consent_to, link, open_case, referral_to

from concerted.errors import Conflict, Invalid, Refused
from concerted.foundation.agencies.models import Agency
from concerted.foundation.people.acts.persons import record_person
from concerted.foundation.people.models import Person
from concerted.mechanism.cases.acts import (
    consents,
    directory,
    disclosures,
    files,
    placements,
    referrals,
    reports,
)
from concerted.mechanism.cases.models import (
    Case,
    Consent,
    Contact,
    Disclosure,
    PersonLink,
    ShelterAddress,
)
from concerted.mechanism.cases.reads.cases import case_view, timeline
from concerted.mechanism.cases.reads.holding import who_holds_what
from concerted.mechanism.cases.reads.referrals import referral_view
from concerted.mechanism.cases.reads.sharing import bases_for, consents_of
from concerted.mechanism.cases.reads.work import my_work
from concerted.mechanism.cases.sections import KEYS, SEALED, shared_onward


@pytest.fixture
def case(world: CaseWorld) -> Case:
    case = open_case(world)
    link(world, case)
    for section in ("contact", "health", "shelter_address"):
        files.write_section(
            officer=world.worker(world.police),
            at=world.at,
            case=case,
            section=section,
            values={"contact": {"number": "123"}, "health": {"condition": "weak"}}.get(
                section, {"address": "the blue house"}
            ),
        )
    return case


def _disclose(world: CaseWorld, case: Case, to: Agency, **facts: object) -> Disclosure:
    return disclosures.disclose(
        officer=world.worker(world.police),
        at=world.at,
        case=case,
        recipient=to,
        **{  # type: ignore[arg-type]
            "sections": ["contact"],
            "purpose": "protection",
            "until": world.later(days=100),
            **facts,
        },
    )


def _contact_seen(world: CaseWorld, agency: Agency, at: datetime | None = None) -> int:
    with world.at_case_work(world.worker(agency), at):
        return Contact.objects.count()


def test_a_disclosure_on_consent_opens_the_sections_it_names_and_no_others(
    world: CaseWorld, case: Case
) -> None:
    consent = consent_to(world, case, world.hospital, sections=["contact", "health"])
    _disclose(world, case, world.hospital, consent=consent)
    view = case_view(officer=world.worker(world.hospital), at=world.at, case=case)
    open_now = {section.kind.key for section in view.sections if section.is_open}
    assert open_now == {"contact"}


def test_an_agency_opens_no_words_but_its_own(world: CaseWorld, case: Case) -> None:
    """What the hospital wrote in a section stays shut when police disclose that section to the federation."""
    _disclose(world, case, world.hospital, consent=consent_to(world, case, world.hospital))
    files.write_section(
        officer=world.worker(world.hospital),
        at=world.at,
        case=case,
        section="contact",
        values={"number": "ward 7"},
    )
    _disclose(world, case, world.federation, consent=consent_to(world, case, world.federation))
    with world.at_case_work(world.worker(world.federation)):
        assert [row.agency for row in Contact.objects.all()] == [world.police]


@pytest.mark.parametrize(
    "facts",
    [
        {"sections": ["contact", "legal"]},
        {"purpose": "criminal_case"},
        {"until_days": 400},
        {"to": "federation"},
    ],
)
def test_a_consent_covers_its_recipient_sections_purpose_and_time_only(
    world: CaseWorld, case: Case, facts: dict[str, object]
) -> None:
    consent = consent_to(world, case, world.hospital, sections=["contact", "health"])
    to = world.federation if facts.pop("to", None) else world.hospital
    days = facts.pop("until_days", None)
    if days is not None:
        facts["until"] = world.later(days=int(str(days)))
    with pytest.raises(Invalid, match="no live basis"):
        _disclose(world, case, to, consent=consent, **facts)
    assert _contact_seen(world, to) == 0


def test_without_consent_or_law_nothing_is_disclosed(world: CaseWorld, case: Case) -> None:
    with pytest.raises(Invalid):
        _disclose(world, case, world.hospital)


def test_the_access_ends_with_its_day_and_with_a_recall(world: CaseWorld, case: Case) -> None:
    given = _disclose(world, case, world.hospital, consent=consent_to(world, case, world.hospital))
    assert _contact_seen(world, world.hospital) == 1
    disclosures.recall_disclosure(officer=world.worker(world.police), at=world.at, disclosure=given)
    assert _contact_seen(world, world.hospital) == 0


def test_withdrawal_stops_new_sharing_marks_what_was_given_and_tells_who_holds_what(
    world: CaseWorld, case: Case
) -> None:
    consent = consent_to(world, case, world.hospital, sections=["identity", "contact"])
    _disclose(world, case, world.hospital, consent=consent, sections=["identity", "contact"])
    with world.at_case_work(world.worker(world.hospital)):
        assert Person.objects.count() == 1
    at = world.later(hours=1)
    done = consents.withdraw_consents(
        officer=world.worker(world.police), at=at, case=case, everything=True, **HEARD
    )
    assert done.holders == ((world.police.pk, world.hospital.pk),)
    assert _contact_seen(world, world.hospital, at) == 0
    with world.at_case_work(world.worker(world.hospital), at):
        assert Person.objects.count() == 0
    [held] = who_holds_what(officer=world.worker(world.police), at=at, case=case)
    assert (held.holder, held.sections, held.state, held.is_marked) == (
        world.hospital,
        ("identity", "contact"),
        "withdrawn",
        True,
    )
    with pytest.raises(Invalid, match="no live basis"):
        _disclose(world, case, world.hospital, consent=consent)


def test_the_person_withdraws_at_any_agency_that_takes_part(world: CaseWorld, case: Case) -> None:
    for agency in (world.hospital, world.federation):
        _disclose(world, case, agency, consent=consent_to(world, case, agency))
    consents.withdraw_consents(
        officer=world.worker(world.federation), at=world.at, case=case, everything=True, **HEARD
    )
    assert _contact_seen(world, world.hospital) == 0
    with world.at_case_work(world.worker(world.police)):
        assert not Consent.objects.filter(withdrawn_at=None).exists()


def test_whoever_hears_her_names_what_ends_and_is_told_nothing_of_what_it_may_not_know(
    world: CaseWorld, case: Case
) -> None:
    """The federation hears it; of what she agreed to with the hospital and the station it learns no number."""
    police, friend = world.worker(world.police), world.worker(world.federation)
    for agency in (world.hospital, world.federation):
        _disclose(world, case, agency, consent=consent_to(world, case, agency))
    for lacking in ({"everything": True, "received_by": "I", "presence": " "}, HEARD):
        with pytest.raises(Invalid, match="Nothing was withdrawn"):
            consents.withdraw_consents(officer=friend, at=world.at, case=case, **lacking)
    files.write_section(officer=friend, at=world.at, case=case, section="contact", values={"number": "2"})
    [own] = [one.consent for one in consents_of(officer=friend, at=world.at, case=case)]
    consents.withdraw_consents(officer=friend, at=world.at, case=case, consents=[own], **HEARD)
    assert _contact_seen(world, world.hospital) == 1, "only what she named has ended"
    at = world.later(hours=1)
    done = consents.withdraw_consents(officer=friend, at=at, case=case, everything=True, **HEARD)
    assert (done.consents, done.holders, done.audit_detail()["consents"]) == ((), (), [])
    assert _contact_seen(world, world.hospital, at) == 0
    again = consents.withdraw_consents(officer=friend, at=at, case=case, everything=True, **HEARD)
    assert again.consents == (), "and there is no telling that nothing was left"
    for one in (police, world.worker(world.hospital)):
        assert "consent_withdrawn" in [news.kind for news in my_work(officer=one, at=at).news]
    said = [line.words for line in timeline(officer=police, at=at, case=case) if line.thing == "consent"]
    assert said[0]["received_by"] == HEARD["received_by"] and said[0]["presence"] == HEARD["presence"]


def test_the_shelter_she_lives_in_may_keep_her_name_and_her_safe_contact(
    world: CaseWorld, case: Case
) -> None:
    worker, keeper = world.worker(world.police), world.worker(world.station)
    for agency in (world.hospital, world.station):
        _disclose(world, case, agency, consent=consent_to(world, case, agency))
    shelter = directory.describe_shelter(
        officer=world.supervisor(world.station), at=world.at, key="green-house", name_en="A shelter", beds=1
    )
    bed = placements.request_bed(officer=worker, at=world.at, case=case, shelter=shelter, reason="tonight")
    placements.offer_bed(officer=keeper, at=world.at, placement=bed)
    placements.record_arrival(officer=keeper, at=world.at, placement=bed)
    ends = {"officer": worker, "case": case, "everything": True, **HEARD}
    consents.withdraw_consents(at=world.at, keep_shelter=True, **ends)
    assert (_contact_seen(world, world.station), _contact_seen(world, world.hospital)) == (1, 0)
    consents.withdraw_consents(at=world.later(hours=1), **ends)
    assert _contact_seen(world, world.station, world.later(hours=1)) == 0


def test_an_agency_outside_the_case_withdraws_nothing(world: CaseWorld, case: Case) -> None:
    _disclose(world, case, world.hospital, consent=consent_to(world, case, world.hospital))
    with pytest.raises(Exception, match="no such thing"):
        consents.withdraw_consents(
            officer=world.worker(world.outsider), at=world.at, case=case, everything=True, **HEARD
        )
    assert _contact_seen(world, world.hospital) == 1


def test_a_suspect_guardian_cannot_consent_even_when_suspicion_falls_later(world: CaseWorld) -> None:
    case = open_case(world, age_band="under_14")
    child = link(world, case)
    father = record_person(officer=world.worker(world.police), at=world.at)
    with pytest.raises(Invalid, match="was not kept"):
        consent_to(world, case, world.hospital)  # a child below 14 does not consent alone
    consent = consent_to(world, case, world.hospital, giver="guardian", giver_person=father)
    files.link_person(
        officer=world.worker(world.police), at=world.at, case=case, person=father, role="suspect"
    )
    with pytest.raises(Invalid, match="no live basis"):
        _disclose(world, case, world.hospital, consent=consent)
    with pytest.raises(Invalid, match="was not kept"):
        consent_to(world, case, world.station, giver="guardian", giver_person=father)
    assert child.pk != father.pk


def test_a_childs_assent_is_recorded_and_does_not_suffice(world: CaseWorld) -> None:
    case = open_case(world, age_band="under_14")
    assent = consent_to(world, case, world.hospital, giver="child_assent")
    with pytest.raises(Invalid, match="no live basis"):
        _disclose(world, case, world.hospital, consent=assent)
    with pytest.raises(Invalid, match="was not kept"):
        consent_to(
            world, open_case(world), world.hospital, giver="child_assent"
        )  # an adult assents to nothing


def test_law_covers_what_its_articles_cover_and_names_them(world: CaseWorld, case: Case) -> None:
    found = {
        basis.key: sections
        for basis, sections in bases_for(
            officer=world.worker(world.police), at=world.at, case=case, recipient=world.station
        )
    }
    assert "state_organ_duty" in found
    assert "search_for_minor" not in found, "the person is an adult"
    assert "shelter_address" not in found["state_organ_duty"], "sealed sections need consent"
    with pytest.raises(Invalid, match="no live basis"):
        _disclose(world, case, world.station, legal_basis="state_organ_duty", purpose="relief")
    for named in ("-", "...", "34"):
        with pytest.raises(Invalid, match="no live basis") as refused:
            _disclose(
                world, case, world.station, legal_basis="state_organ_duty", purpose="relief", relies_on=named
            )
        assert [problem.field for problem in refused.value.problems] == ["relies_on"]
    given = _disclose(
        world,
        case,
        world.station,
        legal_basis="state_organ_duty",
        purpose="relief",
        relies_on="duty to relieve under the relief rules",
    )
    assert given.legal_basis == "state_organ_duty"
    assert _contact_seen(world, world.station) == 1


def test_after_she_took_her_consent_back_only_a_named_law_gives_the_same_again_and_everybody_reads_which(
    world: CaseWorld,
) -> None:
    """The rule needs no reason otherwise; what law keeps open is told apart from what her consent opened."""
    police, keeper = world.worker(world.police), world.worker(world.station)
    case = open_case(world, age_band="14_to_17")
    link(world, case)
    files.write_section(officer=police, at=world.at, case=case, section="contact", values={"number": "123"})
    consent = consent_to(world, case, world.station)
    sent = referral_to(world, case, world.station, consent=consent, sections=["contact"])
    referrals.accept_referral(officer=keeper, at=world.at, referral=sent)
    given = {"legal_basis": "search_for_minor", "sections": ["identity"], "purpose": "tracing"}
    _disclose(world, case, world.station, **given)
    consents.withdraw_consents(
        officer=police, at=world.later(hours=1), case=case, recipient=world.station, **HEARD
    )
    with pytest.raises(Invalid, match="no live basis") as refused:
        _disclose(world, case, world.station, **given)
    assert [problem.field for problem in refused.value.problems] == ["relies_on"]
    _disclose(world, case, world.station, **given, relies_on="Law on minors, art. 103; order 7")
    at = world.later(hours=2)
    held = who_holds_what(officer=police, at=at, case=case)
    assert {(each.basis, each.state, each.by_law, each.relies_on) for each in held} == {
        ("consent", "withdrawn", False, ""),
        ("search_for_minor", "live", True, ""),
        ("search_for_minor", "live", True, "Law on minors, art. 103; order 7"),
    }
    assert next(each for each in held if each.basis == "consent").consent == consent
    view = referral_view(officer=keeper, at=at, referral=sent)
    assert view.withdrawn_at == world.later(hours=1)
    assert {each.basis for each in view.open_now} == {"search_for_minor"}


def test_a_consent_opens_the_name_of_the_person_whose_it_is_and_of_nobody_else_on_the_case(
    world: CaseWorld, case: Case
) -> None:
    """Two victims, a mother and a suspect: who is meant is said, on consent and by law, also where it goes onward."""
    police, nurse = world.worker(world.police), world.worker(world.hospital)
    with world.at_case_work(police):
        [first] = Person.objects.all()
    second, mother = link(world, case), link(world, case, role="family")
    link(world, case, role="suspect")
    with pytest.raises(Invalid) as refused:
        consent_to(world, case, world.hospital)
    assert [problem.field for problem in refused.value.problems] == ["person"]
    consent = consent_to(world, case, world.hospital, person=second)
    given = {"sections": ["identity"], "may_share_onward": True}
    _disclose(world, case, world.hospital, consent=consent, **given)
    with world.at_case_work(nurse):
        assert [person.pk for person in Person.objects.all()] == [second.pk]
        assert [link.person_id for link in PersonLink.objects.all()] == [second.pk], "nor who else is there"
    _onward(world, case, ["identity"], person=second)
    with world.at_case_work(world.worker(world.federation)):
        assert [person.pk for person in Person.objects.all()] == [second.pk]
    law = {"legal_basis": "state_organ_duty", "purpose": "relief", "relies_on": "Relief rules, article 7"}
    with pytest.raises(Invalid) as refused:
        _disclose(world, case, world.station, **law, **given)
    assert [problem.field for problem in refused.value.problems] == ["persons"]
    _disclose(world, case, world.station, **law, **given, persons=[first, mother])
    with world.at_case_work(world.worker(world.station)):
        assert {person.pk for person in Person.objects.all()} == {first.pk, mother.pk}
    sent = referral_to(
        world,
        case,
        world.federation,
        consent=consent_to(world, case, world.federation, person=first),
        sections=["identity"],
    )
    referrals.accept_referral(officer=world.worker(world.federation), at=world.at, referral=sent)
    with world.at_case_work(world.worker(world.federation)):
        assert {person.pk for person in Person.objects.all()} == {first.pk, second.pk}


def test_the_rule_of_the_six_conditions_needs_a_report_that_meets_one(world: CaseWorld) -> None:
    duty, station = world.duty(world.station), world.worker(world.station)
    facts = {"trafficking_possible": "yes", "missing": "yes", "sex": "female", "age_band": "adult"}
    for met, told in ((False, {}), (True, facts)):
        report = reports.take_report(
            officer=duty,
            at=world.at,
            channel="self",
            narrative="what she told",
            place_code="530000",
            facts=told,
        )
        assert bool(report.triggers) is met
        case = open_case(world, officer=station, report=report)
        files.write_section(
            officer=station, at=world.at, case=case, section="account", values={"words": "locked in"}
        )
        offered = bases_for(officer=station, at=world.at, case=case, recipient=world.police)
        assert ("criminal_case_at_once" in {basis.key for basis, _sections in offered}) is met

        def give(case: Case = case) -> Disclosure:
            return disclosures.disclose(
                officer=station,
                at=world.at,
                case=case,
                recipient=world.police,
                sections=["account"],
                purpose="criminal_case",
                until=world.later(days=30),
                legal_basis="criminal_case_at_once",
            )

        if met:
            assert give().legal_basis == "criminal_case_at_once"
        else:
            with pytest.raises(Invalid, match="no live basis"):
                give()


def test_a_mass_organisation_is_no_state_organ(world: CaseWorld, case: Case) -> None:
    with pytest.raises(Invalid):
        _disclose(
            world,
            case,
            world.federation,
            legal_basis="state_organ_duty",
            purpose="relief",
            relies_on="a wish",
        )


def test_an_objection_shuts_the_agency_out(world: CaseWorld, case: Case) -> None:
    _disclose(world, case, world.hospital, consent=consent_to(world, case, world.hospital))
    consents.record_objection(
        officer=world.worker(world.police), at=world.at, case=case, against=world.hospital
    )
    assert _contact_seen(world, world.hospital) == 0
    again = consent_to(world, case, world.hospital)
    with pytest.raises(Conflict, match="does not want"):
        _disclose(world, case, world.hospital, consent=again)


def test_a_recipient_may_not_hand_on_what_is_not_to_be_shared_onward(world: CaseWorld) -> None:
    case = open_case(world, handling=["no_onward_sharing"])
    _disclose(world, case, world.hospital, consent=consent_to(world, case, world.hospital))
    nurse = world.worker(world.hospital)
    consent = consent_to(world, case, world.federation, officer=nurse)
    with pytest.raises(Conflict, match="onward"):
        disclosures.disclose(
            officer=nurse,
            at=world.at,
            case=case,
            recipient=world.federation,
            sections=["contact"],
            purpose="protection",
            until=world.later(days=10),
            consent=consent,
        )


def _onward(
    world: CaseWorld,
    case: Case,
    sections: list[str],
    *,
    by: Agency | None = None,
    to: Agency | None = None,
    person: Person | None = None,
    **facts: object,
) -> Disclosure:
    """The hospital gives the federation what it has, unless told otherwise, on the person's consent to that."""
    giver, recipient = world.worker(by or world.hospital), to or world.federation
    consent = consent_to(world, case, recipient, officer=giver, sections=sections, person=person)
    return disclosures.disclose(
        officer=giver,
        at=world.at,
        case=case,
        recipient=recipient,
        sections=sections,
        purpose="protection",
        until=world.later(days=50),
        consent=consent,
        **facts,  # type: ignore[arg-type]
    )


def test_without_leave_nobody_gives_what_others_wrote_or_what_it_never_had(
    world: CaseWorld, case: Case
) -> None:
    _disclose(world, case, world.hospital, consent=consent_to(world, case, world.hospital))
    for sections in (["contact"], ["health"], ["account"], ["identity"]):
        with pytest.raises(Invalid, match="Nothing was disclosed") as told:
            _onward(world, case, sections)
        assert [problem.field for problem in told.value.problems] == ["sections"]
    with world.at_case_work(world.worker(world.federation)):
        assert not Case.objects.exists()
    everything = who_holds_what(officer=world.worker(world.police), at=world.at, case=case)
    assert {each.holder for each in everything} == {world.hospital}


def test_what_an_agency_wrote_itself_it_gives_without_leave(world: CaseWorld, case: Case) -> None:
    _disclose(world, case, world.hospital, consent=consent_to(world, case, world.hospital))
    nurse = world.worker(world.hospital)
    files.write_section(officer=nurse, at=world.at, case=case, section="contact", values={"number": "ward 7"})
    _onward(world, case, ["contact"])
    with world.at_case_work(world.worker(world.federation)):
        assert [row.agency for row in Contact.objects.all()] == [world.hospital]


def test_what_may_be_shared_onward_is_read_where_it_was_shared_and_ends_with_its_source(
    world: CaseWorld, case: Case
) -> None:
    given = _disclose(
        world,
        case,
        world.hospital,
        consent=consent_to(world, case, world.hospital),
        sections=["identity", "contact"],
        may_share_onward=True,
    )
    _onward(world, case, ["identity", "contact"], may_share_onward=True)
    _onward(world, case, ["contact"], by=world.federation, to=world.station)
    for agency, persons in ((world.federation, 1), (world.station, 0)):
        assert _contact_seen(world, agency) == 1
        with world.at_case_work(world.worker(agency)):
            assert Person.objects.count() == persons
    with pytest.raises(Invalid):
        _onward(world, case, ["health"])
    disclosures.recall_disclosure(
        officer=world.worker(world.police), at=world.later(hours=1), disclosure=given
    )
    for agency in (world.hospital, world.federation, world.station):
        assert _contact_seen(world, agency, world.later(hours=2)) == 0
        with world.at_case_work(world.worker(agency), world.later(hours=2)):
            assert not Person.objects.exists()
    held = who_holds_what(officer=world.worker(world.police), at=world.later(hours=2), case=case)
    assert [each.state for each in held] == ["recalled"] * 3


def test_a_sealed_section_given_with_others_is_not_shared_onward_and_they_are(
    world: CaseWorld, case: Case
) -> None:
    """The hospital holds the shelter's address too; leave to share onward holds for the contact alone, and what it
    passes on of its own under the sealed section is its own words."""
    nurse, both = world.worker(world.hospital), ["contact", "shelter_address"]
    consent = consent_to(world, case, world.hospital, sections=both)
    given = _disclose(world, case, world.hospital, consent=consent, sections=both, may_share_onward=True)
    assert given.may_share_onward and shared_onward(given) == ("contact",)
    with pytest.raises(Invalid) as told:
        _onward(world, case, both)
    assert [str(one.what).startswith("Shelter address") for one in told.value.problems] == [True]
    _onward(world, case, ["contact"])
    files.write_section(
        officer=nurse, at=world.at, case=case, section="shelter_address", values={"address": "Ward 7"}
    )
    _onward(world, case, both, to=world.station)
    for agency in (world.federation, world.station):
        assert _contact_seen(world, agency) == 1
    with world.at_case_work(world.worker(world.station)):
        assert [row.agency for row in ShelterAddress.objects.all()] == [world.hospital]
    assert {key for key in KEYS if _never_onward(key)} == SEALED


def _never_onward(key: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_never_onward(%s)", [key])
        return bool(cursor.fetchone()[0])


def test_a_withdrawn_consent_ends_what_was_shared_onward_on_it(world: CaseWorld, case: Case) -> None:
    consent = consent_to(world, case, world.hospital)
    _disclose(world, case, world.hospital, consent=consent, may_share_onward=True)
    _onward(world, case, ["contact"])
    consents.withdraw_consents(
        officer=world.worker(world.police),
        at=world.later(hours=1),
        case=case,
        recipient=world.hospital,
        **HEARD,
    )
    assert _contact_seen(world, world.federation, world.later(hours=2)) == 0


def test_nothing_is_shared_onward_for_longer_than_it_is_held(world: CaseWorld, case: Case) -> None:
    _disclose(
        world,
        case,
        world.hospital,
        consent=consent_to(world, case, world.hospital),
        until=world.later(days=10),
        may_share_onward=True,
    )
    with pytest.raises(Invalid):
        _onward(world, case, ["contact"])


def test_a_consent_lapses_with_its_day(world: CaseWorld, case: Case) -> None:
    consent_to(world, case, world.hospital, until=world.at + timedelta(days=30))
    [now] = consents_of(officer=world.worker(world.police), at=world.at, case=case)
    [later] = consents_of(officer=world.worker(world.police), at=world.later(days=31), case=case)
    assert (now.state, later.state) == ("live", "expired")


def test_posts_that_work_no_cases_neither_take_consent_nor_disclose(world: CaseWorld, case: Case) -> None:
    for officer in (world.secretariat, world.officer_for(world.police, "statistician")):
        with pytest.raises(Refused):
            consents.withdraw_consents(officer=officer, at=world.at, case=case, everything=True, **HEARD)


def test_only_what_a_recipient_was_given_is_on_its_list(world: CaseWorld, case: Case) -> None:
    for agency in (world.hospital, world.federation):
        _disclose(world, case, agency, consent=consent_to(world, case, agency))
    held = who_holds_what(officer=world.worker(world.hospital), at=world.at, case=case)
    assert [each.holder for each in held] == [world.hospital]
    everything = who_holds_what(officer=world.worker(world.police), at=world.at, case=case)
    assert {each.holder for each in everything} == {world.hospital, world.federation}
