"""What other plan-monitoring products are known to get wrong comes out right here, one test a mistake."""

from datetime import date

from concerted.methods.results import (
    Cell,
    Direction,
    DueReport,
    Part,
    RollUp,
    SeriesKind,
    Why,
    achievement,
    reporting_health,
    roll_up,
    roll_up_series,
)


def test_a_draft_attached_to_a_due_date_does_not_clear_it():
    draft = DueReport(date(2010, 4, 15), received_on=None)
    assert reporting_health([draft], date(2010, 4, 16)).received == Part(0, 1)


def test_progress_is_not_truncated_and_regress_is_not_turned_into_none():
    assert achievement(0, 1000, 19, Direction.RISE).value == 0.019
    assert achievement(50, 100, 40, Direction.RISE).value == -0.2
    assert achievement(50, 100, 50, Direction.RISE).value == 0.0


def test_progress_counts_from_the_baseline_and_not_from_zero():
    assert achievement(80, 100, 80, Direction.RISE).value == 0.0


def test_an_indicator_that_should_fall_and_falls_makes_progress():
    assert achievement(200, 100, 125, Direction.FALL).value == 0.75


def test_a_child_that_reports_zero_stays_in_its_parents_total():
    rolled = roll_up(RollUp.SUM, [Cell("A", 0), Cell("B", 5)], ["A", "B"])
    assert (rolled.value.value, rolled.reported, rolled.missing) == (5, 2, ())
    assert roll_up(RollUp.MEAN, [Cell("A", 0), Cell("B", 5)], ["A", "B"]).value.value == 2.5


def test_a_running_total_reported_in_every_period_is_not_doubled():
    series = [Cell("Q1", 10), Cell("Q2", 10)]
    assert roll_up_series(SeriesKind.TOTAL, series, ["Q1", "Q2"]).whole.value.value == 10


def test_several_percents_are_rolled_up_by_their_parts():
    cells = [Cell("small", numerator=10, denominator=10), Cell("large", numerator=0, denominator=990)]
    assert roll_up(RollUp.RATIO_OF_SUMS, cells, ["small", "large"]).value.value == 0.01


def test_a_weight_of_exactly_one_does_not_switch_the_method():
    cells = [Cell("A", 0, weight=1), Cell("B", 100, weight=3)]
    assert roll_up(RollUp.WEIGHTED_MEAN, cells, ["A", "B"]).value.value == 75


def test_missing_children_are_shown_and_not_filled_with_zero():
    rolled = roll_up(RollUp.SUM, [Cell("A", 10)], ["A", "B"])
    assert (rolled.missing, rolled.bounds.lower, rolled.bounds.upper) == (("B",), 10, None)


def test_no_target_is_a_reason_and_not_a_zero():
    assert achievement(0, None, 5, Direction.RISE).why is Why.NO_TARGET
