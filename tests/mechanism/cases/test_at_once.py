"""Officers who act at the same moment: nothing is lost, no bed is given twice, one referral is taken once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from tests.builders import CaseWorld, build_case_world
from tests.mechanism.cases.woman import open_case, referral_to

from concerted.errors import ConcertedError, Conflict
from concerted.mechanism.cases.acts import directory, files, placements, referrals
from concerted.mechanism.cases.models import Account, AgencyFile, Placement, Referral

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """The answers of acts that begin together, each on a connection of its own; errors are answers."""
    together = Barrier(len(acts))

    def one(act: Callable[[], object]) -> object:
        together.wait()
        try:
            return act()
        except ConcertedError as told:
            return told
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


@pytest.fixture
def world() -> CaseWorld:
    return build_case_world()


def test_the_last_bed_is_given_once(world: CaseWorld) -> None:
    shelter = directory.describe_shelter(
        officer=world.supervisor(world.station), at=world.at, key="house", name_en="A house", beds=1
    )
    asked = [
        placements.request_bed(
            officer=world.worker(world.police),
            at=world.at,
            case=open_case(world),
            shelter=shelter,
            reason="tonight",
        )
        for _each in range(2)
    ]
    hosts = [world.worker(world.station), world.supervisor(world.station)]
    answers = at_once(
        *(
            lambda host=host, bed=bed: placements.offer_bed(officer=host, at=world.at, placement=bed)
            for host, bed in zip(hosts, asked, strict=True)
        )
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "Placement"]
    with world.at_case_work(hosts[0]):
        assert list(Placement.objects.filter(state="offered").values_list("bed", flat=True)) == [1]


def test_of_two_shelters_of_different_agencies_one_records_the_arrival(world: CaseWorld) -> None:
    case, asked = open_case(world), []
    for key, agency in (("near", world.station), ("far", world.home)):
        shelter = directory.describe_shelter(
            officer=world.supervisor(agency), at=world.at, key=key, name_en=key, beds=1
        )
        bed = placements.request_bed(
            officer=world.worker(world.police), at=world.at, case=case, shelter=shelter, reason="tonight"
        )
        asked.append((world.worker(agency), bed))
        placements.offer_bed(officer=world.worker(agency), at=world.at, placement=bed)
    answers = at_once(
        *(
            lambda host=host, bed=bed: placements.record_arrival(officer=host, at=world.at, placement=bed)
            for host, bed in asked
        )
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "Placement"]


def test_a_referral_is_taken_by_one_of_two_duty_officers(world: CaseWorld) -> None:
    sent = referral_to(world, open_case(world), world.station)
    takers = [world.duty(world.station), world.worker(world.station)]
    answers = at_once(
        *(
            lambda taker=taker: referrals.accept_referral(officer=taker, at=world.at, referral=sent)
            for taker in takers
        )
    )
    [taken] = [answer for answer in answers if isinstance(answer, Referral)]
    assert [type(answer) for answer in answers if answer is not taken] == [Conflict]
    with world.at_case_work(takers[0]):
        assert AgencyFile.objects.count() == 1


def test_of_two_first_words_in_a_section_one_stands_and_the_other_is_handed_back(world: CaseWorld) -> None:
    case = open_case(world)
    writers = [world.worker(world.police), world.supervisor(world.police)]
    answers = at_once(
        *(
            lambda writer=writer: files.write_section(
                officer=writer,
                at=world.at,
                case=case,
                section="account",
                values={"words": writer.username},
            )
            for writer in writers
        )
    )
    [stored] = [answer for answer in answers if isinstance(answer, Account)]
    [told] = [answer for answer in answers if isinstance(answer, files.StaleSection)]
    assert {told.written["words"], told.standing["words"]} == {writer.username for writer in writers}
    assert stored.row_version == 1
