"""Who may consent goes by the age that is known, from the case and from the person's record; the stricter holds."""

import pytest
from tests.builders import CaseWorld
from tests.mechanism.cases.woman import consent_to, link, open_case, referral_to

from concerted.errors import Invalid
from concerted.foundation.people.acts import record_person
from concerted.foundation.people.births import born_by_age, born_on
from concerted.foundation.people.models import Person
from concerted.foundation.people.values import Birth, Statement
from concerted.mechanism.cases.acts import files, referrals
from concerted.mechanism.cases.models import Case
from concerted.mechanism.cases.reads.ages import age_band_of, bands_of
from concerted.mechanism.cases.reads.page import case_page
from concerted.mechanism.cases.reads.sharing import bases_for


def _born(world: CaseWorld, case: Case, birth: Birth) -> Person:
    """Eight years before the world's Monday, say: a record of the police says so, and stands on the case."""
    police = world.worker(world.police)
    person = record_person(officer=police, at=world.at, statements=[Statement(birth)])
    files.link_person(officer=police, at=world.at, case=case, person=person, role="victim")
    return person


def _child_of_eight(world: CaseWorld) -> Birth:
    return born_on(world.at.year - 8, 1, 1)


def test_a_child_is_one_though_the_case_says_adult(world: CaseWorld) -> None:
    case = open_case(world)
    _born(world, case, _child_of_eight(world))
    with pytest.raises(Invalid, match="was not kept") as told:
        consent_to(world, case, world.hospital)
    assert [problem.field for problem in told.value.problems] == ["giver"]
    page = case_page(officer=world.worker(world.police), at=world.at, case=case.pk)
    assert (page.view.case.age_band, page.age_band) == ("adult", "under_14")


def test_a_consent_does_not_carry_once_the_record_tells_a_child(world: CaseWorld) -> None:
    case = open_case(world)
    consent = consent_to(world, case, world.hospital)
    draft = referral_to(world, case, world.hospital, consent=consent, send=False)
    _born(world, case, _child_of_eight(world))
    with pytest.raises(Invalid, match="no live basis"):
        referrals.send_referral(officer=world.worker(world.police), at=world.at, referral=draft)


def test_of_whom_nothing_tells_the_age_no_consent_of_her_own_is_kept_until_somebody_asked(
    world: CaseWorld,
) -> None:
    case = open_case(world, age_band="unknown")
    link(world, case)
    with pytest.raises(Invalid) as told:
        consent_to(world, case, world.hospital)
    assert "Ask the age" in str(told.value.problems[0].remedy)
    person = _born(world, case, born_by_age(20, age_to=30, on=world.at.date()))
    assert consent_to(world, case, world.hospital, person=person).giver == "self"


def test_the_rule_for_minors_is_offered_for_a_minor_the_case_calls_adult(world: CaseWorld) -> None:
    case = open_case(world)
    _born(world, case, _child_of_eight(world))
    found = bases_for(officer=world.worker(world.police), at=world.at, case=case, recipient=world.station)
    assert "search_for_minor" in {basis.key for basis, _sections in found}


@pytest.mark.parametrize(
    ("said", "least", "greatest", "holds"),
    [
        ("adult", 8, 8, "under_14"),
        ("adult", 16, 17, "14_to_17"),
        ("adult", 17, 22, "adult"),
        ("14_to_17", 30, 30, "14_to_17"),
        ("under_14", 30, 30, "under_14"),
        ("unknown", 12, 30, "under_14"),
        ("unknown", 18, 30, "adult"),
    ],
)
def test_the_stricter_of_case_and_record_holds_where_they_differ(
    world: CaseWorld, said: str, least: int, greatest: int, holds: str
) -> None:
    case = open_case(world, age_band=said)
    _born(world, case, born_by_age(least, age_to=greatest, on=world.at.date()))
    with world.at_case_work(world.worker(world.police)):
        assert age_band_of(case, world.at) == holds


def test_a_span_without_an_end_tells_no_band() -> None:
    assert bands_of(None, 30) == bands_of(5, None) == ()
    assert bands_of(13, 18) == ("under_14", "14_to_17", "adult")
