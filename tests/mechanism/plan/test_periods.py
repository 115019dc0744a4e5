"""A period opens what is owed, closes with a snapshot that never changes, and locks with dated exceptions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import Error
from tests.mechanism.plan.reporting_world import MONDAY, Reporting, build_reporting

from concerted.errors import Conflict, Invalid, Refused
from concerted.foundation.access.door import acting
from concerted.foundation.agencies.models import Post
from concerted.foundation.obligations.models import Obligation
from concerted.mechanism.plan.acts import periods, place_figures
from concerted.mechanism.plan.models import Observation, PeriodSnapshot, ReportingPeriod
from concerted.mechanism.plan.reads import reporting as reads

pytestmark = pytest.mark.django_db


@pytest.fixture
def nation(db: None) -> Reporting:
    return build_reporting()


def _after_grace(nation: Reporting) -> tuple[date, object]:
    day = nation.quarter.grace_until + timedelta(days=1)
    return day, MONDAY + (day - MONDAY.date())


def test_the_calendar_lays_out_quarters_with_due_days_in_working_days(nation: Reporting) -> None:
    quarters = list(nation.plan.periods.order_by("starts"))
    assert [q.key for q in quarters] == ["2010-Q1", "2010-Q2", "2010-Q3", "2010-Q4"]
    first = quarters[0]
    assert (first.starts, first.ends, first.opens) == (date(2010, 1, 1), date(2010, 3, 31), date(2010, 4, 1))
    assert first.due == date(2010, 4, 22)
    assert first.grace_until == date(2010, 4, 29)


def test_making_the_calendar_again_leaves_the_periods_that_are_there(nation: Reporting) -> None:
    made = periods.make_calendar(
        officer=nation.world.secretariat,
        at=MONDAY,
        plan=nation.plan,
        kind="quarter",
        first=date(2010, 10, 1),
        last=date(2011, 3, 31),
    )
    assert [p.key for p in made] == ["2011-Q1"]


@pytest.mark.parametrize(("kind", "keys"), [("half_year", ["2011-H1", "2011-H2"]), ("year", ["2011"])])
def test_half_years_and_years_can_be_laid_out(nation: Reporting, kind: str, keys: list[str]) -> None:
    made = periods.make_calendar(
        officer=nation.world.secretariat,
        at=MONDAY,
        plan=nation.plan,
        kind=kind,
        first=date(2011, 1, 1),
        last=date(2011, 12, 31),
    )
    assert [p.key for p in made] == keys


def test_a_calendar_outside_the_plans_own_period_is_refused(nation: Reporting) -> None:
    with pytest.raises(Invalid) as told:
        periods.make_calendar(
            officer=nation.world.secretariat,
            at=MONDAY,
            plan=nation.plan,
            kind="year",
            first=date(2007, 1, 1),
            last=date(2013, 12, 31),
        )
    assert {p.field for p in told.value.problems} == {"first", "last"}


def test_opening_raises_one_report_per_measure_and_live_lead_and_none_for_support(nation: Reporting) -> None:
    nation.open()
    owed = Obligation.objects.filter(kind="plan.report").values_list("label_en", "owner__key")
    assert sorted((label.removeprefix("2010-Q1: "), who) for label, who in owed) == [
        ("1 Open shelters", "mca"),
        ("2 Tell the villages", "acwf"),
        ("3 Train together", "acwf"),
        ("3 Train together", "mca"),
        ("4 Handed over in spring", "mca"),
    ]


def test_opening_again_raises_nothing_twice(nation: Reporting) -> None:
    nation.open()
    assert periods.open_period(officer=nation.world.secretariat, at=MONDAY, period=nation.quarter) == []


def test_a_measure_is_reported_from_the_period_in_which_it_starts(nation: Reporting) -> None:
    nation.open("2010-Q3", at=MONDAY + timedelta(days=120))
    assert Obligation.objects.filter(period_key="2010-Q3", label_en__contains="Later").exists()


def test_only_the_plans_office_opens_a_period(nation: Reporting) -> None:
    with pytest.raises(Refused):
        periods.open_period(officer=nation.world.provincial, at=MONDAY, period=nation.quarter)


def test_each_place_office_owes_its_figures_to_the_office_above(nation: Reporting) -> None:
    _ = nation.world.provincial
    nation.open()
    [owed] = Obligation.objects.filter(kind="plan.return")
    assert (owed.owner, owed.owed_to) == (nation.world.yunnan, nation.world.office)


def test_a_place_hands_in_its_figures_once_and_corrections_move_no_date(nation: Reporting) -> None:
    office = nation.world.provincial
    nation.open()
    [owed] = Obligation.objects.filter(kind="plan.return")
    values = {"rescued": {"value": "0"}, "trained": {"no_value": "no register kept"}}
    place_figures.hand_in_place_figures(officer=office, at=MONDAY, obligation=owed, values=values)
    again = {**values, "rescued": {"value": "2"}}
    place_figures.hand_in_place_figures(
        officer=office, at=MONDAY + timedelta(days=1), obligation=owed, values=again
    )
    owed.refresh_from_db()
    assert owed.met_at == MONDAY
    [standing] = Observation.objects.filter(withdrawn_at=None)
    assert (standing.place_code, standing.value) == ("530000", 2)


def test_figures_without_a_value_or_a_reason_are_refused_whole(nation: Reporting) -> None:
    office = nation.world.provincial
    nation.open()
    [owed] = Obligation.objects.filter(kind="plan.return")
    with pytest.raises(Invalid) as told:
        place_figures.hand_in_place_figures(
            officer=office, at=MONDAY, obligation=owed, values={"rescued": {"value": "1"}}
        )
    assert [p.field for p in told.value.problems] == ["values.trained"]
    assert not Observation.objects.exists()


def test_a_period_is_not_closed_while_the_grace_lasts(nation: Reporting) -> None:
    nation.open()
    with pytest.raises(Conflict, match="grace"):
        periods.close_period(officer=nation.world.secretariat, at=MONDAY, period=nation.quarter)


def test_closing_flags_the_silent_and_ends_their_clocks_as_not_reported(nation: Reporting) -> None:
    nation.open()
    nation.submitted()
    day, at = _after_grace(nation)
    snapshot = periods.close_period(officer=nation.world.secretariat, at=at, period=nation.quarter)
    assert (snapshot.silent, snapshot.expected) == (4, 5)
    states = {o.label_en[9:]: o.state_on(day) for o in Obligation.objects.filter(kind="plan.report")}
    assert states["1 Open shelters"] == "met_on_time"
    assert states["2 Tell the villages"] == "not_reported"


def test_what_the_preview_calls_silent_is_what_closing_freezes(nation: Reporting) -> None:
    nation.open()
    nation.submitted()
    day, at = _after_grace(nation)
    with acting(nation.world.secretariat, at):
        preview = {(c.measure.key, c.agency.key) for c in reads.silent_in(period=nation.quarter, on=day)}
    snapshot = periods.close_period(officer=nation.world.secretariat, at=at, period=nation.quarter)
    frozen = {(r["measure"], r["agency"]) for r in snapshot.content["reports"] if r["silent"]}
    assert preview == frozen


def test_closing_twice_gives_the_same_snapshot(nation: Reporting) -> None:
    nation.open()
    _day, at = _after_grace(nation)
    first = periods.close_period(officer=nation.world.secretariat, at=at, period=nation.quarter)
    again = periods.close_period(
        officer=nation.world.secretariat, at=at + timedelta(days=30), period=nation.quarter
    )
    assert (first.pk, first.content_hash) == (again.pk, again.content_hash)
    assert PeriodSnapshot.objects.count() == 1


def test_a_snapshots_hash_is_that_of_its_content(nation: Reporting) -> None:
    nation.open()
    _day, at = _after_grace(nation)
    snapshot = periods.close_period(officer=nation.world.secretariat, at=at, period=nation.quarter)
    snapshot.refresh_from_db()
    assert periods.content_hash(snapshot.content) == snapshot.content_hash


def test_the_database_itself_refuses_to_change_a_snapshot(nation: Reporting) -> None:
    nation.open()
    _day, at = _after_grace(nation)
    snapshot = periods.close_period(officer=nation.world.secretariat, at=at, period=nation.quarter)
    for statement in ("UPDATE plan_periodsnapshot SET silent = 0", "DELETE FROM plan_periodsnapshot"):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    snapshot.refresh_from_db()
    assert snapshot.silent == 5


def test_an_exception_is_for_one_agency_until_a_day_with_a_reason(nation: Reporting) -> None:
    nation.open()
    day, at = _after_grace(nation)
    office = nation.world.secretariat
    periods.close_period(officer=office, at=at, period=nation.quarter)
    closed = nation.quarter
    periods.grant_lock_exception(
        officer=office, at=at, period=closed, agency=nation.world.ministry, until=day, reason="Flood."
    )
    assert periods.excepted(period=closed, agency=nation.world.ministry, on=day)
    assert not periods.excepted(period=closed, agency=nation.world.ministry, on=day + timedelta(days=1))
    assert not periods.excepted(period=closed, agency=nation.world.other_ministry, on=day)
    with pytest.raises(Invalid) as told:
        periods.grant_lock_exception(
            officer=office,
            at=at,
            period=closed,
            agency=nation.world.ministry,
            until=day - timedelta(days=1),
            reason="",
        )
    assert {p.field for p in told.value.problems} == {"reason", "until"}
    with pytest.raises(Invalid, match="not granted"):
        periods.grant_lock_exception(
            officer=office,
            at=at,
            period=closed,
            agency=nation.world.ministry,
            until=date(2099, 12, 31),
            reason="Flood.",
        )


def test_an_exception_can_end_before_its_day(nation: Reporting) -> None:
    nation.open()
    day, at = _after_grace(nation)
    office = nation.world.secretariat
    periods.close_period(officer=office, at=at, period=nation.quarter)
    granted = periods.grant_lock_exception(
        officer=office, at=at, period=nation.quarter, agency=nation.world.ministry, until=day, reason="Flood."
    )
    periods.end_lock_exception(officer=office, at=at, exception=granted)
    assert not periods.excepted(period=nation.quarter, agency=nation.world.ministry, on=day)


def test_the_board_counts_every_report_owed_once(nation: Reporting) -> None:
    nation.open()
    nation.submitted()
    nation.draft(measure="m3")
    day, _at = _after_grace(nation)
    with acting(nation.world.secretariat, MONDAY):
        claims = reads.standing_by_claim(period=nation.quarter, on=MONDAY.date())
        by_agency = {r.key: r for r in reads.board_by_agency(claims)}
        late = reads.standing_by_claim(period=nation.quarter, on=day)
    assert by_agency["mca"].counts["submitted"] == 1
    assert by_agency["mca"].counts["draft"] == 1
    assert sum(sum(r.counts.values()) for r in by_agency.values()) == len(claims) == 5
    assert sorted(c.state for c in late) == ["overdue"] * 4 + ["submitted"]


def test_the_board_asks_the_same_number_of_questions_however_much_is_owed(
    nation: Reporting, django_assert_num_queries: object
) -> None:
    _ = nation.world.provincial
    quarter = nation.open()
    with acting(nation.world.secretariat, MONDAY):
        with django_assert_num_queries(4):  # type: ignore[operator]
            reads.standing_by_claim(period=quarter, on=MONDAY.date())
        with django_assert_num_queries(2):  # type: ignore[operator]
            reads.board_by_province(period=quarter, on=MONDAY.date())


def test_counties_owe_their_figures_to_the_nearest_office_above(nation: Reporting) -> None:
    from concerted.foundation.access import acts as access
    from concerted.foundation.agencies.models import Agency, Place

    world = nation.world
    _ = world.provincial
    access.load_agencies(
        officer=world.machine,
        at=MONDAY,
        records=[
            access.NewAgency(
                key="ps-county",
                kind=Agency.Kind.LOCAL_DEPARTMENT,
                name_en="A county bureau",
                line="mps",
                place_code="530102",
                tier=Place.Level.COUNTY,
                is_demonstration=True,
            )
        ],
    )
    world.officer_for(world.agency("ps-county"), Post.Function.LOCAL_OFFICER)
    from concerted.mechanism.plan.models import Indicator

    with acting(world.secretariat, MONDAY, act="a test's indicator"):
        Indicator.objects.filter(key="rescued").update(reporting_level="county")
    nation.open()
    owed = {o.owner.key: o.owed_to.key for o in Obligation.objects.filter(kind="plan.return")}
    assert owed == {"ps-yunnan": "mps-cid", "ps-county": "ps-yunnan"}


def test_the_current_period_is_the_newest_open_one(nation: Reporting) -> None:
    nation.open()
    found = reads.current_period(nation.plan, on=date(2010, 8, 1))
    assert isinstance(found, ReportingPeriod)
    assert found.key == "2010-Q1"


def test_a_period_that_has_not_begun_is_not_opened(nation: Reporting) -> None:
    with pytest.raises(Conflict, match="2010-Q4 has not begun"):
        nation.open("2010-Q4")


def test_a_calendar_cuts_no_quarter_that_the_plan_does_not_cut(nation: Reporting) -> None:
    said = {"officer": nation.world.secretariat, "at": MONDAY, "plan": nation.plan, "kind": "quarter"}
    with pytest.raises(Invalid) as told:
        periods.make_calendar(**said, first=date(2011, 1, 15), last=date(2011, 5, 31))
    assert {p.field for p in told.value.problems} == {"first", "last"}


def test_periods_of_another_kind_are_laid_over_the_same_months_only_when_that_is_meant(
    nation: Reporting,
) -> None:
    said = {"officer": nation.world.secretariat, "at": MONDAY, "plan": nation.plan, "kind": "half_year"}
    half = {"first": date(2010, 1, 1), "last": date(2010, 6, 30)}
    with pytest.raises(Invalid) as told:
        periods.make_calendar(**said, **half)
    assert [p.field for p in told.value.problems] == ["beside"]
    assert [p.key for p in periods.make_calendar(**said, **half, beside=True)] == ["2010-H1"]


def test_what_was_opened_early_does_not_hide_the_period_reports_are_written_for(nation: Reporting) -> None:
    nation.open()
    nation.open("2010-Q2")
    for day, key in ((MONDAY.date(), "2010-Q1"), (date(2010, 7, 1), "2010-Q2")):
        found = reads.current_period(nation.plan, on=day)
        assert found is not None and found.key == key
