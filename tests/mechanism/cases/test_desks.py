"""Whoever reports reaches an agency: a desk is named, handed over or ended, and none is taken away or left empty."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.builders import CaseWorld
from tests.record import the_record

from concerted.errors import Conflict, Invalid, NotThere, Refused
from concerted.foundation.agencies.models import Agency
from concerted.mechanism.cases.acts import desks, reports
from concerted.mechanism.cases.models import IntakeDesk
from concerted.mechanism.cases.reads.competence import intake_desk
from concerted.mechanism.cases.reads.desks import (
    desk_at,
    desk_of,
    desks_after,
    desks_around,
    own_desks,
    possible_keepers,
)
from concerted.mechanism.cases.reads.reports import reports as listed
from concerted.mechanism.cases.reads.work import my_work


def lead_of(world: CaseWorld, agency: Agency) -> Mapping[str, Any]:
    return {"officer": world.supervisor(agency), "at": world.at}


def test_a_desk_that_ends_leaves_its_reports_to_the_one_above_and_keeps_what_came(world: CaseWorld) -> None:
    station, police = lead_of(world, world.station), lead_of(world, world.police)
    desks.name_intake_desk(**police, place_code="530000")
    county = desks.name_intake_desk(**station, place_code="530102")
    assert desks.name_intake_desk(**station, place_code="530102") == county
    reports.take_public_report(at=world.at, narrative="Help her.", place_code="530102")
    assert desk_of(**police, place_code="530102") == county
    desks.end_intake_desk(**station, desk=county)
    assert intake_desk("530102") == world.police
    assert [one.kind for one in my_work(officer=world.duty(world.police), at=world.at).news] == [
        "desk_ended_below"
    ]
    reports.take_public_report(at=world.at, narrative="Help her too.", place_code="530102")
    for agency in (world.station, world.police):
        assert len(listed(officer=world.duty(agency), at=world.at).reports) == 1
    assert (own_desks(**station), len(own_desks(**police))) == ([], 1)
    with pytest.raises(Conflict, match="has ended"):
        desks.end_intake_desk(**station, desk=county)
    with pytest.raises(NotThere):
        desk_at(**station, place_code="530102")
    assert IntakeDesk.objects.get(pk=county.pk).ended_at == world.at, "it stays on record"
    assert desks.name_intake_desk(**station, place_code="530102") != county


def test_no_report_of_the_public_is_left_without_a_desk(world: CaseWorld) -> None:
    police = lead_of(world, world.police)
    province = desks.name_intake_desk(**police, place_code="530000")
    with pytest.raises(Conflict, match="Nobody else would take"):
        desks.end_intake_desk(**police, desk=province)
    nation = desks.name_intake_desk(**police, place_code="000000")
    with pytest.raises(Conflict, match="Nobody else would take"):
        desks.end_intake_desk(**police, desk=nation)
    assert (intake_desk("530000"), intake_desk("430000")) == (world.police, world.police)
    desks.end_intake_desk(**police, desk=province)
    assert intake_desk("530000") == world.police


def test_reports_are_taken_away_from_nobody(world: CaseWorld) -> None:
    station, police = lead_of(world, world.station), lead_of(world, world.police)
    theirs = desks.name_intake_desk(**police, place_code="530000")
    with pytest.raises(Conflict, match="Another agency takes"):
        desks.name_intake_desk(**station, place_code="530000")
    for act in (desks.end_intake_desk, desks.hand_over_intake_desk):
        more = {"to_agency": world.station} if act is desks.hand_over_intake_desk else {}
        with pytest.raises(Refused):
            act(**station, desk=theirs, **more)
    with pytest.raises(Refused):
        desks.name_intake_desk(officer=world.worker(world.police), at=world.at, place_code="530102")
    assert intake_desk("530000") == world.police


def test_an_agency_takes_the_reports_of_its_own_places_only(world: CaseWorld) -> None:
    station = lead_of(world, world.station)
    for strange in ("430000", "430102", "999999"):
        with pytest.raises(Invalid) as told:
            desks.name_intake_desk(**station, place_code=strange)
        assert [each.field for each in told.value.problems] == ["place_code"]
    for own in ("000000", "530000", "530102"):
        desks.name_intake_desk(**station, place_code=own)
    assert [each.place_code for each in own_desks(**station)] == ["000000", "530000", "530102"]


def test_a_desk_is_handed_over_to_an_agency_of_the_place_where_somebody_takes_reports(
    world: CaseWorld,
) -> None:
    police = lead_of(world, world.police)
    desk = desks.name_intake_desk(**police, place_code="530000")
    with pytest.raises(Invalid):
        desks.hand_over_intake_desk(**police, desk=desk, to_agency=world.hospital)
    world.duty(world.station), world.duty(world.home)
    assert possible_keepers(**police, desk=desk) == [world.station]
    for wrong in (world.home, world.police):
        with pytest.raises(Invalid):
            desks.hand_over_intake_desk(**police, desk=desk, to_agency=wrong)
    done = desks.hand_over_intake_desk(**police, desk=desk, to_agency=world.station)
    assert (done.desk.agency, intake_desk("530102")) == (world.station, world.station)
    told = my_work(officer=world.duty(world.station), at=world.at).news
    assert [(one.kind, one.sender, one.thing_id) for one in told] == [
        ("desk_handed_over", world.police, done.desk.pk)
    ]
    assert not my_work(officer=world.duty(world.home), at=world.at).news
    row = the_record().get(act="cases.hand_over_intake_desk")
    assert (row.subject_id, row.detail["from_agency"]) == (done.desk.pk, world.police.pk)
    with pytest.raises(Conflict, match="has ended"):
        desks.hand_over_intake_desk(**police, desk=desk, to_agency=world.station)


def test_desks_are_listed_by_place_and_told_to_whoever_is_on_duty(world: CaseWorld) -> None:
    police, home = lead_of(world, world.police), lead_of(world, world.home)
    for code in ("530102", "530000", "000000"):
        desks.name_intake_desk(**police, place_code=code)
    desks.name_intake_desk(**home, place_code="430000")
    reader = {"officer": world.duty(world.station), "at": world.at}
    around = [each.place_code for each in desks_around(**reader, place_code="530000")]
    assert around == ["000000", "530000", "530102"]
    nation = [each.place_code for each in desks_around(**reader, place_code="000000")]
    assert nation == ["000000", "430000", "530000"]
    after = desks_after(**reader, within="530000", after="530000", limit=9)
    assert [each.place_code for each in after] == ["530102"]
    assert desk_of(**reader, place_code="430102").agency == world.home  # type: ignore[union-attr]
