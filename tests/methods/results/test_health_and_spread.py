"""Reporting health and distributions: every number beside its denominator, and no mean of statuses."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from concerted.methods.results import DueReport, Part, Why, count_statuses, reporting_health, spread

DUE = date(2010, 4, 15)
LATER = date(2010, 5, 31)


def test_each_part_of_health_has_its_own_denominator():
    reports = [
        DueReport(DUE, received_on=date(2010, 4, 1), accepted_on=date(2010, 4, 20), evidenced=True),
        DueReport(DUE, received_on=DUE),
        DueReport(DUE, received_on=date(2010, 4, 16), evidenced=True),
        DueReport(DUE),
        DueReport(DUE, excused=True),
        DueReport(date(2010, 7, 15), received_on=date(2010, 4, 2)),
    ]
    health = reporting_health(reports, LATER)
    assert (health.due, health.excused) == (4, 1)
    assert (health.received, health.on_time) == (Part(3, 4), Part(2, 4))
    assert (health.evidenced, health.accepted) == (Part(2, 3), Part(1, 3))


def test_health_on_a_day_knows_nothing_of_what_came_afterwards():
    late = DueReport(DUE, received_on=date(2010, 5, 1), accepted_on=date(2010, 5, 9), evidenced=True)
    assert reporting_health([late], date(2010, 4, 30)).received == Part(0, 1)
    assert reporting_health([late], date(2010, 5, 8)).accepted == Part(0, 1)
    assert reporting_health([late], date(2010, 5, 9)).accepted == Part(1, 1)


def test_late_acceptance_does_not_make_a_punctual_report_late():
    report = DueReport(DUE, received_on=DUE, accepted_on=LATER)
    assert reporting_health([report], LATER).on_time == Part(1, 1)


def test_a_draft_does_not_stop_the_clock():
    assert reporting_health([DueReport(DUE, evidenced=True)], LATER).evidenced == Part(0, 0)


def test_where_nothing_was_due_the_share_is_undefined_and_not_zero():
    health = reporting_health([], LATER)
    assert health.received.share.why is Why.NOTHING_EXPECTED
    assert reporting_health([DueReport(DUE)], LATER).received.share.value == 0


days = st.none() | st.dates(date(2010, 1, 1), date(2010, 12, 31))


@given(
    st.lists(st.builds(DueReport, st.dates(date(2010, 1, 1), date(2010, 12, 31)), days, days, st.booleans()))
)
def test_no_part_of_health_exceeds_the_one_before_it(reports):
    health = reporting_health(reports, LATER)
    assert health.due >= health.received.count >= health.on_time.count >= 0
    assert health.received.count >= max(health.evidenced.count, health.accepted.count)


def test_a_distribution_reads_as_so_many_of_so_many():
    provinces = [f"P{place}" for place in range(31)]
    values = {unit: place for place, unit in enumerate(provinces[:24])} | {"P30": None, "elsewhere": 999}
    summary = spread(values, provinces)
    assert str(summary.coverage) == "24 of 31, 7 missing"
    assert (summary.median, summary.lowest, summary.highest) == (11.5, 0, 23)


def test_a_zero_is_in_the_range_and_silence_is_not():
    assert spread({"A": 0, "B": None, "C": 4}, "ABC").lowest == 0
    assert spread({"B": None}, "ABC").median is None
    assert spread({"B": None}, "ABC").coverage.missing == ("A", "B", "C")


def test_statuses_are_counted_in_their_declared_order():
    counted = count_statuses(
        {"A": "done", "B": "begun", "C": "done", "D": None}, "ABCD", order=("none", "begun", "done")
    )
    assert list(counted.counts.items()) == [("none", 0), ("begun", 1), ("done", 2)]
    assert str(counted.coverage) == "3 of 4, 1 missing"
