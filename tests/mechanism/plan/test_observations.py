"""What becomes of a figure: entered, corrected, withdrawn, ruled on, loaded; never overwritten, never half-loaded."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from tests.mechanism.plan.figures import Nation, build_nation
from tests.record import the_record

from concerted.errors import Conflict, Invalid, Refused
from concerted.foundation.agencies.models import Post
from concerted.mechanism.plan.acts import observations as acts
from concerted.mechanism.plan.models import Indicator, Observation, RollUp
from concerted.mechanism.plan.reads.cell import cell_values
from concerted.mechanism.plan.reads.cells import expected_places
from concerted.mechanism.plan.reads.indicators import cells_told, conflicts, progress_of
from concerted.methods.results import Interval

pytestmark = pytest.mark.django_db

YUNNAN, HUNAN = "530000", "430000"


@pytest.fixture
def nation() -> Nation:
    return build_nation()


def national(nation: Nation, indicator: str = "trained") -> RollUp:
    return RollUp.objects.get(
        indicator=nation.indicators[indicator], period=nation.periods[0], place_code="000000"
    )


def test_a_province_enters_its_figure_and_the_nation_says_one_of_31(nation: Nation) -> None:
    nation.enter("trained", YUNNAN, 12)
    whole = national(nation)
    assert (whole.value, whole.reported, whole.expected, whole.high) == (12, 1, 31, None)


def test_zero_is_a_report_and_not_a_gap(nation: Nation) -> None:
    nation.enter("trained", YUNNAN, 0)
    assert (national(nation).value, national(nation).reported) == (0, 1)


def test_a_province_cannot_enter_figures_of_another(nation: Nation) -> None:
    with pytest.raises(Refused):
        nation.enter("trained", HUNAN, 5)


def test_two_sources_that_differ_leave_the_cell_unusable_until_a_ruling(nation: Nation) -> None:
    nation.enter("trained", YUNNAN, 12)
    other = nation.enter("trained", YUNNAN, 15, by=nation.world.focal_point)
    assert (national(nation).value, national(nation).reported, national(nation).conflicting) == (None, 0, 1)
    nation.rule(other, "the ministry counted certificates")
    assert (national(nation).value, national(nation).conflicting) == (15, 0)


def test_two_sources_that_agree_need_no_ruling(nation: Nation) -> None:
    nation.enter("trained", YUNNAN, 12)
    nation.enter("trained", YUNNAN, 12, by=nation.world.focal_point)
    assert (national(nation).value, national(nation).conflicting) == (12, 0)


def test_a_later_ruling_replaces_the_earlier_one_and_both_stay_readable(nation: Nation) -> None:
    one = nation.enter("trained", YUNNAN, 12)
    other = nation.enter("trained", YUNNAN, 15, by=nation.world.focal_point)
    nation.rule(other, "first thought")
    nation.rule(one, "second thought")
    cell = cell_values(indicator=one.indicator, place_code=YUNNAN, period=one.period)
    assert cell.chosen == one.pk
    assert [ruling.reason for ruling in cell.rulings] == ["second thought", "first thought"]


def test_a_ruling_needs_a_reason_and_something_to_choose_from(nation: Nation) -> None:
    alone = nation.enter("trained", YUNNAN, 12)
    with pytest.raises(Conflict):
        nation.rule(alone, "because")
    nation.enter("trained", YUNNAN, 13, by=nation.world.focal_point)
    with pytest.raises(Invalid):
        nation.rule(alone, "  ")


def test_a_correction_is_a_new_row_and_the_old_one_stays_readable(nation: Nation) -> None:
    old = nation.enter("trained", YUNNAN, 12)
    nation.correct(old, 21)
    cell = cell_values(indicator=old.indicator, place_code=YUNNAN, period=old.period)
    assert [row.value for row in cell.standing] == [21]
    assert [row.value for row in cell.withdrawn] == [12]
    assert national(nation).value == 21


def test_correcting_the_chosen_value_lets_its_ruling_lapse(nation: Nation) -> None:
    one = nation.enter("trained", YUNNAN, 12)
    nation.enter("trained", YUNNAN, 15, by=nation.world.focal_point)
    nation.rule(one, "seen the list")
    nation.correct(one, 13)
    assert national(nation).conflicting == 1


def test_a_withdrawn_value_leaves_the_cell_missing(nation: Nation) -> None:
    only = nation.enter("trained", YUNNAN, 12)
    acts.withdraw_observation(
        officer=nation.world.provincial, at=nation.world.at, observation=only, reason="counted twice"
    )
    assert (national(nation).value, national(nation).reported) == (None, 0)
    with pytest.raises(Conflict):
        nation.correct(only, 3)


def test_nobody_corrects_the_value_of_another_source(nation: Nation) -> None:
    value = nation.enter("trained", YUNNAN, 12)
    with pytest.raises(Refused):
        acts.correct_observation(
            officer=nation.world.focal_point, at=nation.world.at, observation=value, reason="x", value=13
        )


def test_one_source_speaks_once_in_a_cell(nation: Nation) -> None:
    nation.enter("trained", YUNNAN, 12)
    with pytest.raises(Conflict, match="already has a value"):
        nation.enter("trained", YUNNAN, 13)


def test_a_ratio_is_worked_out_from_its_parts_and_rolled_up_from_sums(nation: Nation) -> None:
    nation.enter("answered", YUNNAN, numerator=3, denominator=4)
    hunan = nation.world.officer_for(nation.world.hunan, Post.Function.PROVINCIAL_OFFICE)
    nation.enter("answered", HUNAN, numerator=1, denominator=6, by=hunan)
    assert national(nation, "answered").value == Decimal("0.4")
    assert (national(nation, "answered").low, national(nation, "answered").high) == (0, 1)


def test_days_a_person_know_no_upper_limit_while_a_province_is_silent(nation: Nation) -> None:
    nation.indicators["waited"] = acts.define_indicator(
        officer=nation.world.secretariat,
        at=nation.world.at,
        plan=nation.plan,
        key="waited",
        name_en="Mean days waited",
        name_zh="平均等待天数",
        unit="days",
        kind="ratio",
        direction="fall",
        reporting_level="province",
        numerator_en="days waited",
        denominator_en="persons rescued",
    )
    nation.enter("waited", YUNNAN, numerator=603, denominator=37)
    row = national(nation, "waited")
    assert (row.value, row.low, row.high) == (Decimal("16.297297"), 0, None)
    (progress,) = progress_of(
        version=None,
        indicators=[nation.indicators["waited"]],
        place_code="000000",
        period=nation.periods[0],
        on=nation.periods[0].ends,
    )
    assert progress.bounds == Interval(0, None)


def test_a_score_may_be_negative_so_nothing_bounds_one_that_is_missing(nation: Nation) -> None:
    nation.indicators["balance"] = acts.define_indicator(
        officer=nation.world.secretariat,
        at=nation.world.at,
        plan=nation.plan,
        key="balance",
        name_en="Balance of opinion",
        name_zh="民意差额",
        unit="points",
        kind="score",
        direction="rise",
        reporting_level="province",
    )
    nation.enter("balance", YUNNAN, -12)
    row = national(nation, "balance")
    assert (row.value, row.low, row.high) == (-12, None, None)


def test_nothing_to_count_is_a_report_of_a_ratio(nation: Nation) -> None:
    nation.enter("answered", YUNNAN, numerator=0, denominator=0)
    assert (national(nation, "answered").reported, national(nation, "answered").value) == (1, None)


@pytest.mark.parametrize(
    ("indicator", "wrong", "field"),
    [
        ("trained", {"value": -1}, "value"),
        ("trained", {"value": None}, "value"),
        ("trained", {"value": Decimal("1e15")}, "value"),
        ("trained", {"value": 1, "qualifier": "perhaps"}, "qualifier"),
        ("trained", {"value": 1, "breakdown": "colour=red"}, "breakdown"),
        ("answered", {"numerator": 1}, "denominator"),
        ("answered", {"numerator": 1, "denominator": 0}, "denominator"),
        ("answered", {"numerator": 5, "denominator": 4}, "numerator"),
    ],
)
def test_a_faulty_figure_is_refused_with_its_field(
    nation: Nation, indicator: str, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        nation.enter(indicator, YUNNAN, **wrong)
    assert field in {problem.field for problem in refused.value.problems}
    assert not Observation.objects.exists()


def test_a_breakdown_stands_beside_the_whole_and_does_not_enter_the_roll_up(nation: Nation) -> None:
    nation.enter("trained", YUNNAN, 12)
    nation.enter("trained", YUNNAN, 7, breakdown="sex=female")
    assert national(nation).value == 12


def test_a_closed_period_takes_no_figure(nation: Nation) -> None:
    period = nation.periods[0]
    period.closed_at = nation.world.at
    with nation.world.seen_by(nation.world.secretariat):
        period.save()
    with pytest.raises(Conflict) as locked:
        nation.enter("trained", YUNNAN, 1)
    assert locked.value.code == "locked"


def rows(*given: dict[str, object]) -> list[dict[str, object]]:
    return [{"period": "2010-Q1", "indicator": "trained", **row} for row in given]


def test_a_load_takes_texts_as_officers_write_them(nation: Nation) -> None:
    loaded = nation.load(
        rows(
            {"place": YUNNAN, "value": "1,204"},
            {"place": HUNAN, "value": "１２"},
            {"place": "330000", "value": "—"},
        )
    )
    assert (loaded.added, loaded.empty) == (2, 1)
    assert (national(nation).value, national(nation).reported) == (1216, 2)


def test_a_load_with_faults_changes_nothing_and_names_every_row(nation: Nation) -> None:
    with pytest.raises(Invalid) as refused:
        nation.load(
            rows(
                {"place": YUNNAN, "value": "12"},
                {"place": YUNNAN, "value": "13"},
                {"place": "999999", "value": "1"},
                {"place": HUNAN, "value": "many"},
                {"place": HUNAN, "value": "1", "indicator": "unknown"},
            ),
            first_row=2,
        )
    assert [(problem.row, problem.field) for problem in refused.value.problems] == [
        (3, "place"),
        (4, "place"),
        (5, "value"),
        (6, "indicator"),
    ]
    assert all(problem.remedy for problem in refused.value.problems)
    assert not Observation.objects.exists()


def test_a_row_that_holds_more_than_its_headings_is_refused_and_nothing_stored(nation: Nation) -> None:
    with pytest.raises(Invalid) as refused:
        nation.load(rows({"place": YUNNAN, "value": "1", "surplus": "234"}, {"place": HUNAN, "value": "3"}))
    (fault,) = refused.value.problems
    assert fault.row == 1 and "234" in str(fault.what) and fault.remedy
    assert not Observation.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"indicator": "nosuch"}, "indicator"),
        ({"place": "999999"}, "place"),
        ({"period": "2099-Q2"}, "period"),
        ({"source": "nobody"}, "source"),
        ({"breakdown": "colour=red"}, "breakdown"),
        ({"indicator": "trained;530000;2010-Q1;3", "place": "", "period": ""}, "indicator"),
    ],
)
def test_a_row_without_a_figure_is_checked_all_the_same(
    nation: Nation, given: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        nation.load(rows({"place": YUNNAN, "value": "", **given}))
    assert field in {fault.field for fault in refused.value.problems}


def test_a_form_of_the_whole_nation_may_be_handed_in_with_one_place_filled_in(nation: Nation) -> None:
    loaded = nation.load(
        rows({"place": YUNNAN, "value": 1}, {"place": HUNAN, "value": ""}), by=nation.world.provincial
    )
    assert (loaded.added, loaded.empty) == (1, 1)


def test_a_blank_row_is_nothing(nation: Nation) -> None:
    assert nation.load([{}, {"indicator": " ", "place": None}]).empty == 0


def test_a_place_written_by_its_name_is_told_its_code(nation: Nation) -> None:
    with pytest.raises(Invalid) as refused:
        nation.load(rows({"place": "湖南省", "value": "1"}))
    (fault,) = refused.value.problems
    assert "000湖南省" not in str(fault.what) and HUNAN in str(fault.remedy)


def test_names_that_are_known_are_told_the_likest_first_and_how_many_more(nation: Nation) -> None:
    for number in range(12):
        _indicator_like(nation, f"count-{number:02}")
    with pytest.raises(Invalid) as refused:
        nation.load(rows({"place": YUNNAN, "value": 1, "indicator": "traned"}))
    (fault,) = refused.value.problems
    assert str(fault.remedy).startswith("Known: trained, ") and "more" in str(fault.remedy)


def _indicator_like(nation: Nation, key: str) -> None:
    with nation.world.seen_by(nation.world.secretariat):
        copied = Indicator.objects.get(pk=nation.indicators["trained"].pk)
        copied.pk, copied.key = None, key
        copied.save()


def test_a_load_corrects_only_when_told_to(nation: Nation) -> None:
    nation.load(rows({"place": YUNNAN, "value": 12}, {"place": HUNAN, "value": 3}))
    again = rows({"place": YUNNAN, "value": 14}, {"place": HUNAN, "value": 3})
    with pytest.raises(Invalid):
        nation.load(again)
    loaded = nation.load(again, replace=True)
    assert (loaded.added, loaded.replaced, loaded.unchanged) == (1, 1, 1)
    assert national(nation).value == 17
    assert Observation.objects.filter(withdrawn_at__isnull=False).count() == 1


def test_a_province_loads_its_own_area_only_and_in_its_own_name(nation: Nation) -> None:
    with pytest.raises(Invalid) as refused:
        nation.load(
            rows({"place": HUNAN, "value": 1}, {"place": YUNNAN, "value": 1, "source": "mca"}),
            by=nation.world.provincial,
        )
    assert [problem.field for problem in refused.value.problems] == ["place", "source"]


def test_a_load_leaves_one_row_in_the_record_with_its_counts(nation: Nation) -> None:
    nation.load(rows({"place": YUNNAN, "value": 12}, {"place": HUNAN, "value": 3}))
    with nation.world.seen_by(nation.world.secretariat):
        entry = the_record(act="plan.load_observations").get()
    assert entry.detail["added"] == 2


def test_a_load_that_is_broken_off_leaves_figures_and_roll_ups_as_they_were(nation: Nation) -> None:
    nation.enter("trained", YUNNAN, 12)

    class Broken(Exception):
        """The power fails here."""

    with pytest.raises(Broken), transaction.atomic():
        nation.load(rows({"place": HUNAN, "value": 3}))
        raise Broken
    assert (national(nation).value, Observation.objects.count()) == (12, 1)


def test_invented_figures_are_the_same_for_the_same_seed_and_say_so(nation: Nation) -> None:
    def invented(seed: int) -> list[tuple[object, ...]]:
        with transaction.atomic():
            loaded = acts.fill_observations(
                officer=nation.world.secretariat,
                at=nation.world.at,
                indicators=list(nation.indicators.values()),
                periods=nation.periods,
                place_codes=[YUNNAN, HUNAN, "330000"],
                seed=seed,
            )
            assert loaded.added == Observation.objects.count()
            held = list(
                Observation.objects.order_by("indicator", "period", "place_code").values_list(
                    "place_code", "value", "numerator", "source_note"
                )
            )
            transaction.set_rollback(True)
        return held

    assert invented(7) == invented(7)
    assert invented(7) != invented(8)
    assert all("Invented" in str(row[3]) for row in invented(7))


def test_entering_a_figure_takes_the_same_queries_however_many_figures_there_are(nation: Nation) -> None:
    nation.enter("trained", YUNNAN, 1)
    nation.load([{"indicator": "trained", "place": "330000", "period": "2010-Q2", "value": 4}])
    assert RollUp.objects.filter(place_code="000000").count() == 2
    assert connection.in_atomic_block


def test_a_place_is_known_by_its_code_of_that_time(nation: Nation) -> None:
    with pytest.raises(Invalid, match="not taken"):
        nation.enter("trained", "539999", 4)
    assert nation.periods[0].ends - nation.periods[0].starts > timedelta(days=80)
    assert nation.periods[0].starts == date(2010, 1, 1)


def test_a_national_figure_that_its_provinces_leave_no_room_for_waits_for_a_ruling(nation: Nation) -> None:
    nation.enter("trained", YUNNAN, 12)
    own = nation.enter("trained", "000000", 9, by=nation.world.focal_point)
    ((one,), total) = conflicts(plan=nation.plan)
    assert (one.kind, one.place_code, total, cells_told(plan=nation.plan)) == ("roll_up", "000000", 1, 2)
    assert one.apart is not None and one.apart.source == own.source_agency
    assert (one.apart.own, one.apart.rolled.value, one.apart.rolled.reported, one.apart.by) == (9, 12, 1, -3)
    ruling = nation.rule(own, "the list of the ministry was seen")
    assert conflicts(plan=nation.plan) == ([], 0)
    assert ruling.observation == own
    with pytest.raises(Conflict):
        nation.rule(own, "again, though nothing contradicts it now")


def test_a_national_figure_fits_where_the_missing_provinces_leave_room_for_it(nation: Nation) -> None:
    nation.enter("trained", YUNNAN, 12)
    own = nation.enter("trained", "000000", 400, by=nation.world.focal_point)
    assert conflicts(plan=nation.plan) == ([], 0)
    with pytest.raises(Conflict):
        nation.rule(own, "nothing to rule on")
    reporting = expected_places(place_code="000000", level="province", on=nation.periods[0].ends).reporting
    rows = [{"indicator": "trained", "period": "2010-Q1", "place": code, "value": 1} for code in reporting]
    nation.load([row for row in rows if row["place"] != YUNNAN])
    ((one,), _total) = conflicts(plan=nation.plan)
    assert one.apart is not None and (one.apart.rolled.reported, one.apart.by) == (31, 400 - 42)
