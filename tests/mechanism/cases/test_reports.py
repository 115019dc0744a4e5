"""What comes in is kept, weighed by the six triggers and decided on; whoever reported learns no detail."""

import pytest
from tests.builders import CaseWorld
from tests.record import the_record

from concerted.errors import Conflict, Invalid, NotThere, Unready
from concerted.foundation.obligations.models import Obligation
from concerted.mechanism.cases import law
from concerted.mechanism.cases.acts import cases, desks, reports
from concerted.mechanism.cases.models import Report
from concerted.mechanism.cases.reads.reports import report_standing, report_view
from concerted.mechanism.cases.reads.reports import reports as listed
from concerted.mechanism.cases.reads.work import my_work

SEEN_BEGGING = {"begging_or_vagrant": "yes", "age_band": "under_14", "trafficking_possible": "yes"}


def _take(world: CaseWorld, **facts: object) -> Report:
    return reports.take_report(
        officer=world.duty(world.station),
        at=world.at,
        **{"channel": "hotline", "narrative": "A girl begs at the station.", **facts},  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("facts", "met"),
    [
        ({}, []),
        ({"trafficking_reported": "yes"}, ["report_of_trafficking"]),
        ({"missing": "yes", "age_band": "under_14"}, ["missing_child_or_girl"]),
        ({"missing": "yes", "age_band": "14_to_17", "sex": "male"}, []),
        ({"missing": "yes", "age_band": "14_to_17", "sex": "female"}, ["missing_child_or_girl"]),
        ({"missing": "yes", "age_band": "adult", "sex": "female"}, []),
        (
            {"missing": "yes", "age_band": "adult", "sex": "female", "trafficking_possible": "yes"},
            ["missing_woman"],
        ),
        (SEEN_BEGGING, ["begging_child"]),
        ({"purchase_found": "declined"}, []),
        ({"purchase_found": "yes", "other_signs": "yes"}, ["purchase_found", "other_signs"]),
    ],
)
def test_the_six_triggers_are_computed_from_facts(facts: dict[str, str], met: list[str]) -> None:
    assert law.triggers_met(facts) == met


def test_a_trigger_obliges_the_police_of_the_place_at_once(world: CaseWorld) -> None:
    report = _take(world, facts=SEEN_BEGGING, place_code="530000")
    kinds = {
        item.obligation.kind
        for item in my_work(officer=world.worker(world.police), at=world.at).todo
        if item.obligation
    }
    assert kinds == {"relief.open_criminal_case", "relief.rapid_search"}
    with world.at_case_work(world.worker(world.police)):
        owed = Obligation.objects.get(kind="relief.open_criminal_case")
        assert (owed.due, owed.owed_to) == (world.at.date(), world.station)
        assert not Report.objects.filter(pk=report.pk).exists(), "police get the report by a referral"


def test_a_report_that_meets_a_trigger_is_not_dismissed(world: CaseWorld) -> None:
    report = _take(world, facts=SEEN_BEGGING)
    with pytest.raises(Conflict, match="criminal case"):
        reports.dismiss_report(officer=world.duty(world.station), at=world.at, report=report, reason="busy")
    seen = reports.triage(
        officer=world.duty(world.station),
        at=world.at,
        report=report,
        urgency="routine",
        facts={"age_band": "adult"},
    )
    done = reports.dismiss_report(
        officer=world.duty(world.station), at=world.at, report=seen, reason="a grown street musician"
    )
    assert done.state == "no_concern"
    with world.at_case_work(world.worker(world.police)):
        assert not Obligation.objects.filter(kind__startswith="relief.", excused_at=None).exists()


def test_a_place_known_better_takes_the_duty_of_police_to_those_of_the_new_place(world: CaseWorld) -> None:
    report = _take(world, facts=SEEN_BEGGING, place_code="430000")
    duty = world.duty(world.station)
    elsewhere = world.hunan
    with world.at_case_work(duty):
        assert set(_open_duties(report)) == {elsewhere.pk}
    seen = reports.triage(
        officer=duty, at=world.at, report=report, urgency="urgent", place_code="530102", row_version=1
    )
    with world.at_case_work(duty):
        assert set(_open_duties(report)) == {world.police.pk}
    assert (seen.place_code, seen.triggers) == ("530102", report.triggers)


def _open_duties(report: Report) -> list[int]:
    owed = Obligation.objects.filter(
        subject_kind="cases.report", subject_id=report.pk, kind__startswith="relief.", excused_at=None
    )
    return list(owed.values_list("owner_id", flat=True))


def test_its_clock_runs_by_urgency_and_stops_with_the_decision(world: CaseWorld) -> None:
    report = _take(world, urgency="emergency")
    [item] = my_work(officer=world.duty(world.station), at=world.at).todo
    assert item.due_at == world.later(hours=1)
    reports.triage(officer=world.duty(world.station), at=world.at, report=report, urgency="emergency")
    assert my_work(officer=world.duty(world.station), at=world.at).todo == ()


def test_a_case_opened_from_a_report_takes_what_was_merged_along(world: CaseWorld) -> None:
    duty = world.duty(world.station)
    first, second = _take(world), _take(world, narrative="The same girl again.")
    reports.merge_report(officer=duty, at=world.at, report=second, into=first)
    case = cases.open_case(officer=duty, at=world.at, report=first)
    with world.at_case_work(duty):
        states = dict(Report.objects.values_list("pk", "state"))
        assert states == {first.pk: "opened", second.pk: "merged"}
        assert set(Report.objects.values_list("case_id", flat=True)) == {case.pk}
    with pytest.raises(Conflict):
        cases.open_case(officer=duty, at=world.at, report=first)


def test_a_report_that_obliges_police_is_not_buried_in_another_one(world: CaseWorld) -> None:
    duty = world.duty(world.station)
    empty = _take(world, facts={"age_band": "unknown"})
    missing = _take(world, facts={"missing": "yes", "age_band": "under_14"}, urgency="emergency")
    reports.merge_report(officer=duty, at=world.at, report=missing, into=empty)
    with world.at_case_work(duty):
        standing = Report.objects.get(pk=empty.pk)
        assert (standing.urgency, standing.triggers) == ("emergency", ["missing_child_or_girl"])
        assert _open_duties(missing), "the clock of police runs on and does not begin anew"
        assert not _open_duties(standing)
    owed = my_work(officer=duty, at=world.at).todo
    assert min(item.due_at for item in owed if item.due_at and item.subject_id == empty.pk) == world.later(
        hours=1
    )
    with pytest.raises(Conflict, match="criminal case"):
        reports.dismiss_report(officer=duty, at=world.at, report=standing, reason="busy")
    reports.triage(officer=duty, at=world.at, report=standing, urgency="routine", facts={"missing": "no"})
    with world.at_case_work(duty):
        assert not _open_duties(missing), "corrected on the one that stands"
    reports.dismiss_report(officer=duty, at=world.at, report=standing, reason="the child came home")


def test_a_report_that_obliges_police_does_not_go_into_one_of_no_concern(world: CaseWorld) -> None:
    duty = world.duty(world.station)
    over = _take(world, facts={})
    reports.dismiss_report(officer=duty, at=world.at, report=over, reason="nothing")
    missing = _take(world, facts={"missing": "yes", "age_band": "under_14"})
    with pytest.raises(Conflict, match="criminal case"):
        reports.merge_report(officer=duty, at=world.at, report=missing, into=over)


def test_two_persons_for_whom_police_are_obliged_do_not_become_one(world: CaseWorld) -> None:
    duty = world.duty(world.station)
    child = _take(world, facts={"missing": "yes", "age_band": "under_14"})
    woman = _take(
        world,
        facts={"missing": "yes", "age_band": "adult", "sex": "female", "trafficking_possible": "yes"},
    )
    with pytest.raises(Conflict, match="different persons"):
        reports.merge_report(officer=duty, at=world.at, report=child, into=woman)


def test_what_was_merged_goes_along_when_its_report_is_merged_again(world: CaseWorld) -> None:
    duty = world.duty(world.station)
    first, second, third = (_take(world, facts={}) for _each in range(3))
    reports.merge_report(officer=duty, at=world.at, report=third, into=second)
    reports.merge_report(officer=duty, at=world.at, report=second, into=first)
    case = cases.open_case(officer=duty, at=world.at, report=first)
    with world.at_case_work(duty):
        assert set(Report.objects.values_list("case_id", flat=True)) == {case.pk}


def test_a_report_belongs_to_the_agency_that_took_it(world: CaseWorld) -> None:
    report = _take(world)
    with pytest.raises(NotThere):
        report_view(officer=world.worker(world.police), at=world.at, report=report)
    assert listed(officer=world.worker(world.police), at=world.at).reports == []


def test_an_anonymous_report_keeps_no_reporter(world: CaseWorld) -> None:
    report = _take(world, is_anonymous=True, reporter={"name": "somebody"})
    view = report_view(officer=world.duty(world.station), at=world.at, report=report)
    assert view.words["reporter"] == {}


def test_the_public_form_reaches_the_desk_of_the_place_without_anybody_signed_in(world: CaseWorld) -> None:
    with pytest.raises(Unready):
        reports.take_public_report(at=world.at, narrative="Help her.", place_code="530000")
    desks.name_intake_desk(officer=world.supervisor(world.station), at=world.at, place_code="530000")
    taken = reports.take_public_report(
        at=world.at,
        narrative="Help her.",
        place_code="530102",
        safe_contact={"never": "do not call before nine"},
        facts={"trafficking_reported": "yes"},
    )
    assert taken.report.is_anonymous
    [listed_now] = listed(officer=world.duty(world.station), at=world.at).reports
    assert listed_now.pk == taken.report.pk
    row = the_record().get(act="cases.take_public_report")
    assert (row.officer_id, row.agency_id) == (None, world.station.pk)


def test_the_code_tells_how_it_stands_and_nothing_else(world: CaseWorld) -> None:
    desks.name_intake_desk(officer=world.supervisor(world.station), at=world.at, place_code="000000")
    taken = reports.take_public_report(at=world.at, narrative="Help her.")
    assert report_standing(code=taken.code.lower().replace("-", " "), at=world.at) == "received"
    with pytest.raises(NotThere):
        report_standing(code="K-2222-2222-2222", at=world.at)
    reports.triage(officer=world.duty(world.station), at=world.at, report=taken.report, urgency="routine")
    assert report_standing(code=taken.code, at=world.at) == "in_hand"
    assert taken.code not in str(Report.objects.values())


def test_a_spoiled_report_is_not_taken(world: CaseWorld) -> None:
    for facts in ({"narrative": "  "}, {"channel": "smoke"}, {"facts": {"missing": "perhaps"}}):
        with pytest.raises(Invalid):
            _take(world, **facts)
