"""The table of roll-ups is nothing but methods.results over the cells, whatever was done to them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.mechanism.plan.figures import Nation, build_nation

from concerted.errors import ConcertedError
from concerted.foundation.agencies.models import significant_digits
from concerted.mechanism.plan.acts import observations as acts
from concerted.mechanism.plan.acts.rollups import group_medians
from concerted.mechanism.plan.models import Observation, RollUp, Ruling
from concerted.mechanism.plan.reads.cells import expected_places
from concerted.methods.results import COUNT, SHARE, Cell, spread
from concerted.methods.results import RollUp as Method
from concerted.methods.results import roll_up as by_hand

pytestmark = pytest.mark.django_db

PLACES = ("530000", "430000")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["enter", "correct", "withdraw", "rule", "load"]),
        st.sampled_from(["trained", "answered"]),
        st.sampled_from(PLACES),
        st.booleans(),
        st.integers(0, 9),
        st.integers(1, 9),
    ),
    max_size=14,
)


def do(nation: Nation, step: tuple[str, str, str, bool, int, int]) -> None:
    what, key, place, ministry, top, bottom = step
    officer = nation.world.focal_point if ministry else nation.world.secretariat
    figure = {"value": top} if key == "trained" else {"numerator": min(top, bottom), "denominator": bottom}
    standing = Observation.objects.filter(
        indicator=nation.indicators[key],
        place_code=place,
        source_agency_id=officer.agency_id,
        withdrawn_at=None,
        period=nation.periods[0],
    ).first()
    common = {"officer": officer, "at": nation.world.at}
    if what == "enter":
        nation.enter(key, place, by=officer, **figure)
    elif what == "load":
        row = {"indicator": key, "place": place, "period": "2010-Q1", **figure}
        nation.load([row], by=officer, replace=True)
    elif standing is None:
        return
    elif what == "correct":
        acts.correct_observation(**common, observation=standing, reason="r", **figure)
    elif what == "withdraw":
        acts.withdraw_observation(**common, observation=standing, reason="r")
    else:
        nation.rule(standing, "r")


def counted(nation: Nation, key: str) -> list[Cell]:
    """The usable cells, found the slow and plain way."""
    cells = []
    for place in PLACES:
        said = list(
            Observation.objects.filter(
                indicator=nation.indicators[key],
                period=nation.periods[0],
                place_code=place,
                withdrawn_at=None,
            ).order_by("id")
        )
        ruled = Ruling.objects.filter(observation__in=said, replaced_at=None).first()
        alike = {(one.value, one.numerator, one.denominator) for one in said}
        if ruled is not None or len(alike) == 1:
            one = ruled.observation if ruled else said[0]
            cells.append(Cell(place, float(one.value), one.numerator, one.denominator))
    return cells


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_after_any_acts_each_roll_up_is_what_the_method_says_of_the_same_cells(
    steps: list[tuple[str, str, str, bool, int, int]],
) -> None:
    from django.db import transaction

    with transaction.atomic():
        nation = build_nation()
        for step in steps:
            try:
                do(nation, step)
            except ConcertedError:
                continue
        for key, indicator in nation.indicators.items():
            compare(nation, key, indicator.rollup_areas)
        transaction.set_rollback(True)


def compare(nation: Nation, key: str, method: str) -> None:
    limits = SHARE if key == "answered" else COUNT
    expected = expected_places(place_code="000000", level="province", on=nation.periods[0].ends).reporting
    said = by_hand(Method(method), counted(nation, key), expected, default=limits)
    row = RollUp.objects.filter(indicator=nation.indicators[key], place_code="000000").first()
    if row is None:
        assert said.reported == 0
        return
    assert (row.reported, row.expected) == (said.reported, said.expected)
    held = (row.value, row.low, row.high)
    bounds = said.bounds
    assert bounds is not None
    for kept, wanted in zip(held, (said.value.value, bounds.lower, bounds.upper), strict=True):
        assert (kept is None) == (wanted is None)
        assert kept is None or float(kept) == pytest.approx(wanted, abs=1e-6)


def test_counties_roll_up_to_their_prefecture_their_province_and_the_nation() -> None:
    nation = build_nation(level="county")
    expected = expected_places(place_code="000000", level="county", on=nation.periods[0].ends)
    counties = [code for code in expected.reporting if code.startswith("5301")][:3]
    if not counties:
        pytest.skip("the register of this database holds no counties")
    nation.load(
        [
            {"indicator": "trained", "place": code, "period": "2010-Q1", "value": n}
            for n, code in enumerate(counties, 1)
        ]
    )
    rows = {row.place_code: row for row in RollUp.objects.filter(indicator=nation.indicators["trained"])}
    assert {rows[code].value for code in ("000000", "530000", "530100")} == {6}
    for code in ("000000", "530000", "530100"):
        below = [one for one in expected.reporting if one.startswith(significant_digits(code))]
        assert rows[code].expected == len(below)


def test_computing_everything_anew_changes_nothing() -> None:
    nation = build_nation()
    nation.load(
        [{"indicator": "trained", "place": place, "period": "2010-Q1", "value": 4} for place in PLACES]
    )
    fields = (
        "indicator_id",
        "period_id",
        "place_code",
        "value",
        "reported",
        "expected",
        "low",
        "high",
        "median",
    )
    before = list(RollUp.objects.order_by("indicator").values_list(*fields))
    acts.refresh_rollups(officer=nation.world.secretariat, at=nation.world.at, plan=nation.plan)
    after = RollUp.objects.order_by("indicator", "period").values_list(*fields)
    assert [row for row in after if row[4]] == before


@given(
    st.lists(st.tuples(st.integers(0, 3), st.one_of(st.none(), st.integers(-5, 5))), min_size=1, max_size=30)
)
def test_medians_of_groups_are_the_medians_of_each(rows: list[tuple[int, int | None]]) -> None:
    groups = np.array([group for group, _value in rows])
    values = np.array([np.nan if value is None else float(value) for _group, value in rows])
    found = group_medians(groups, values)
    for label, median in zip(np.unique(groups), found, strict=True):
        units = {str(n): value for n, (group, value) in enumerate(rows) if group == label}
        wanted = spread(units, list(units)).median
        assert np.isnan(median) if wanted is None else median == wanted
