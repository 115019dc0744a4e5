"""What the small pictures show is what was reported: gaps stay gaps, and bounds stay in place."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concerted.interfaces.pages.shell import drawings, provinces

VALUES = st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), max_size=40)


def test_a_gap_is_never_bridged() -> None:
    picture = drawings.sparkline([1, 2, None, 3, 4])
    assert len(picture.stretches) == 2
    assert len(picture.gaps) == 1


@given(VALUES)
def test_every_period_is_drawn_once_as_value_or_gap(values: list[float | None]) -> None:
    picture = drawings.sparkline(values)
    in_lines = sum(len(points.split()) for points in picture.stretches)
    assert in_lines + len(picture.dots) == sum(value is not None for value in values)
    assert len(picture.gaps) == sum(value is None for value in values)


@given(VALUES)
def test_nothing_is_drawn_outside_the_frame(values: list[float | None]) -> None:
    picture = drawings.sparkline(values)
    for points in picture.stretches:
        for point in points.split():
            x, y = (float(part) for part in point.split(","))
            assert 0 <= x <= picture.width
            assert 0 <= y <= picture.height


def test_bounds_stand_around_the_value() -> None:
    picture = drawings.interval(60, 50, 80, minimum=0, maximum=100, target=75)
    assert (picture.value, picture.low, picture.width, picture.target) == ("60", "50", "30", "75")


def test_a_missing_value_leaves_no_mark() -> None:
    assert drawings.interval(None, minimum=0, maximum=1).value is None


def test_a_later_measure_starts_further_right() -> None:
    picture = drawings.gantt(
        [
            {"label": "first", "start": date(2008, 1, 1), "end": date(2009, 1, 1)},
            {"label": "second", "start": date(2009, 6, 1), "end": date(2010, 1, 1)},
        ],
        today=date(2009, 3, 1),
    )
    first, second = picture.rows
    assert float(first.x) + float(first.width) < float(picture.today_x or 0) < float(second.x)


def test_a_link_leaves_a_bar_on_the_day_from_which_the_other_may_start() -> None:
    bar = {"start": date(2008, 1, 1), "end": date(2012, 12, 31)}
    bars = [bar | {"label": "first", "frees": date(2008, 3, 1)}, bar | {"label": "second"}]
    early, late = (drawings.gantt(some, links=[(0, 1)]).links[0] for some in (bars, bars[::-1]))
    assert float(early.split(",")[0][1:]) < float(late.split(",")[0][1:])


def test_a_timeline_without_dates_is_refused() -> None:
    with pytest.raises(TypeError, match="needs dates"):
        drawings.gantt([{"label": "x", "start": "2008", "end": "2009"}])


def test_thirty_one_provinces_have_a_tile_of_their_own() -> None:
    assert len(provinces.PLACES) == 31
    assert len(set(provinces.PLACES.values())) == 31
    assert provinces.PLACES.keys() == provinces.LETTERS.keys()
    assert all(1 <= x <= provinces.COLUMNS and 1 <= y <= provinces.ROWS for x, y in provinces.PLACES.values())
    assert provinces.place_of("430000") == provinces.place_of("43")
