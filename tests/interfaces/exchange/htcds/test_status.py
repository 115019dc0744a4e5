"""The victim status that two officers decided leaves in HTCDS 2.0, theirs alone; a file that comes in decides none."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.builders import CaseWorld, build_case_world
from tests.mechanism.cases.woman import consent_to, open_case

from concerted.foundation.agencies.models import Agency
from concerted.interfaces.exchange.case_store import export_htcds, left_behind_by
from concerted.interfaces.exchange.htcds import (
    HtcdsRecord,
    as_incoming,
    as_record,
    fields,
    left_behind,
    placed,
    read_htcds,
    write_htcds,
)
from concerted.interfaces.exchange.tables import Format
from concerted.mechanism.cases import choices, law
from concerted.mechanism.cases.acts import disclosures
from concerted.mechanism.cases.acts import status as acts
from concerted.mechanism.cases.acts.imports import import_cases
from concerted.mechanism.cases.models import Case, StatusDecision
from concerted.mechanism.cases.outgoing import OutgoingCase, OutgoingStatus
from concerted.mechanism.cases.reads.cases import case_by_number
from concerted.mechanism.cases.reads.status import status_of

pytestmark = pytest.mark.django_db

STATUS, DECIDER = "vic_TraffickingStatus", "vic_TraffickingStatusDecisionMakingOrg"
CAME = {STATUS: "ActualVictimOfTrafficking", DECIDER: "NGO"}
LATER = timedelta(hours=1)


@pytest.fixture
def world() -> CaseWorld:
    return build_case_world()


@pytest.fixture
def case(world: CaseWorld) -> Case:
    return open_case(world)


def _propose(world: CaseWorld, case: Case, said: str, agency: Agency | None = None) -> StatusDecision:
    kind, finding = said.split()
    return acts.propose_status(
        officer=world.worker(agency or world.police),
        at=world.at,
        case=case,
        kind=kind,
        finding=finding,
        basis="palermo_art3" if finding == "victim" else "",
        reasons="Invented reasons.",
    )


def _decide(world: CaseWorld, case: Case, said: str, agency: Agency | None = None) -> None:
    decision = _propose(world, case, said, agency)
    chief = world.supervisor(agency or world.police)
    acts.decide_status(officer=chief, at=world.at + LATER, decision=decision, row_version=1)


def _given(world: CaseWorld, case: Case, agency: Agency, *, to: Agency, section: str) -> None:
    """One section, on her consent."""
    worker = world.worker(agency)
    disclosures.disclose(
        officer=worker,
        at=world.at,
        case=case,
        recipient=to,
        sections=[section],
        purpose="protection",
        until=world.at + timedelta(days=60),
        consent=consent_to(world, case, to, officer=worker, sections=[section]),
    )


def _exported(world: CaseWorld, case: Case, agency: Agency | None = None) -> tuple[dict[str, Any], list[str]]:
    """What an export says of the status, and what of it stays behind."""
    asked: dict[str, Any] = {
        "officer": world.worker(agency or world.police),
        "at": world.at + 2 * LATER,
        "numbers": [case.number],
        "why": "asked for by a partner",
    }
    data, _count = export_htcds(**asked, format=Format.CSV)
    [record] = read_htcds(data, "htcds.csv").records
    [(_number, behind)] = left_behind_by(**asked)
    said = {name: value for name, value in record.case.items() if name in CAME}
    return said, [place for place in behind if place.startswith("status.")]


def test_what_one_officer_put_forward_is_no_status_yet(world: CaseWorld, case: Case) -> None:
    _propose(world, case, "recognition victim")
    assert _exported(world, case) == ({}, [])


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("presumption victim", "PossibleVictimOfTrafficking"),
        ("recognition victim", "ActualVictimOfTrafficking"),
        ("recognition not_victim", "NotAVictimOfTrafficking"),
    ],
)
def test_what_two_officers_decided_leaves_with_who_decided_it(
    world: CaseWorld, case: Case, said: str, word: str
) -> None:
    _decide(world, case, said)
    assert _exported(world, case) == ({STATUS: word, DECIDER: "Police"}, ["status.particulars"])


def test_a_later_final_decision_takes_the_place_of_the_presumption(world: CaseWorld, case: Case) -> None:
    _decide(world, case, "presumption victim")
    _decide(world, case, "recognition not_victim")
    assert _exported(world, case)[0][STATUS] == "NotAVictimOfTrafficking"


def test_a_presumption_that_she_is_no_victim_is_told_and_not_bent_to_a_final_word(
    world: CaseWorld, case: Case
) -> None:
    _decide(world, case, "presumption not_victim")
    assert _exported(world, case) == ({}, ["status.finding", "status.particulars"])


def test_what_another_agency_decided_does_not_leave_and_nobodys_status_is_told_in_its_place(
    world: CaseWorld, case: Case
) -> None:
    """The station's own presumption no longer says what holds once the police that lead the case decided finally."""
    station = open_case(world, officer=world.worker(world.station))
    _decide(world, station, "presumption victim", world.station)
    assert _exported(world, station, world.station)[0] == {
        STATUS: "PossibleVictimOfTrafficking",
        DECIDER: "NonPoliceGovernmentalOrganization",
    }
    _given(world, station, world.station, to=world.police, section="status")
    _decide(world, station, "recognition not_victim", world.police)
    assert _exported(world, station, world.station) == ({}, ["status.elsewhere"])


def test_an_agency_that_may_not_know_the_decision_exports_the_same_with_and_without_it(
    world: CaseWorld, case: Case
) -> None:
    _given(world, case, world.police, to=world.station, section="contact")
    before = _exported(world, case, world.station)
    _decide(world, case, "recognition victim")
    assert _exported(world, case, world.station) == before == ({}, [])


def test_a_status_in_a_file_decides_nothing_and_leaves_as_it_came_until_two_officers_decide(
    world: CaseWorld,
) -> None:
    worker = world.worker(world.police)
    incoming, unplaced = as_incoming(HtcdsRecord("P-1", CAME), on=date(2010, 4, 12))
    assert {one.field for one in unplaced if "two officers decide" in str(one.why).lower()} == set(CAME)
    done = import_cases(officer=worker, at=world.at, cases=[incoming])
    [number] = done.numbers.values()
    case = case_by_number(officer=worker, at=world.at, number=number)
    assert status_of(officer=worker, at=world.at, case=case).decisions == ()
    assert _exported(world, case) == (CAME, [])
    _decide(world, case, "presumption not_victim")
    assert _exported(world, case)[0] == {}, "what was decided since is the newer word, even where none fits"
    _decide(world, case, "recognition victim")
    assert _exported(world, case)[0] == {STATUS: "ActualVictimOfTrafficking", DECIDER: "Police"}


def _outgoing(said: str, decider: str = "police", *, is_own: bool = True) -> OutgoingCase:
    return OutgoingCase("C-0000-0000-0000", status=OutgoingStatus(said, decider, is_own))


def test_every_kind_and_finding_has_its_word_or_is_told() -> None:
    every = [f"{kind} {finding}" for kind in law.status_kinds() for finding in choices.STATUS_FINDINGS]
    for said in every:
        case = _outgoing(said)
        assert (STATUS in as_record(case).case) is ("status.finding" not in left_behind(case))
    mapped = next(one for one in placed() if one.to == "status").values
    assert set(mapped) == set(fields()[STATUS].values)
    assert set(mapped.values()) <= set(every)


@pytest.mark.parametrize("format", list(Format))
@pytest.mark.parametrize("decider", ["police", "court_or_prosecution", "state_organ", "ngo", "other"])
def test_what_was_decided_goes_out_and_back_word_for_word(decider: str, format: Format) -> None:
    sent = as_record(_outgoing("recognition victim", decider))
    assert set(CAME) <= set(sent.case)
    [back] = read_htcds(write_htcds([sent], format), f"htcds.{format.value}").records
    assert back == sent
    case, _unplaced = as_incoming(back, on=date(2010, 4, 12))
    again = as_record(OutgoingCase("C-1", case.local_number, sections=case.sections, notes=case.notes))
    assert again == sent


def test_who_decides_has_one_of_the_standards_words() -> None:
    def of(kind: str, key: str = "x", **more: Any) -> str:
        return law.decider_of(Agency(key=key, kind=kind, **more))

    kind = Agency.Kind
    assert [
        of(kind.MINISTRY, "mps"),
        of(kind.LOCAL_DEPARTMENT, line=Agency(key="mps")),
        of(kind.COURT_PROCURATORATE),
        of(kind.LOCAL_DEPARTMENT),
        of(kind.NGO),
        of(kind.CIVIL_SOCIETY),
        of(kind.MASS_ORGANISATION),
        of(kind.INTERNATIONAL_ORGANISATION),
    ] == ["police", "police", "court_or_prosecution", "state_organ", "ngo", "ngo", "other", "other"]
    words = next(one for one in placed() if one.to == "status.decider").values
    assert set(words) == set(fields()[DECIDER].values)
