"""Rings and the critical path: by hand, and against every path of random plans."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concerted.errors import ConcertedError, Invalid
from concerted.methods.results import Activity, Dependency, DependencyCycle, critical_path, find_cycle


@st.composite
def plans(draw):
    """Up to seven activities; dependencies run from lower to higher names, so there is no ring."""
    size = draw(st.integers(1, 7))
    activities = [
        Activity(f"m{place}", draw(st.integers(0, 9)), draw(st.integers(0, 12))) for place in range(size)
    ]
    pairs = [(a, b) for a in range(size) for b in range(a + 1, size)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    links = [Dependency(f"m{a}", f"m{b}", draw(st.integers(-3, 5))) for a, b in chosen]
    return activities, links


def longest_finish(activities, links):
    """The latest finish of each activity over every path into it, enumerated one by one."""
    table = {activity.key: activity for activity in activities}

    def starts(key):
        yield table[key].not_before
        for link in links:
            if link.after == key:
                yield from (begin + table[link.before].duration + link.lag for begin in starts(link.before))

    return {key: max(starts(key)) + table[key].duration for key in table}


def test_the_textbook_plan_by_hand():
    plan = critical_path(
        [Activity("A", 3), Activity("B", 2), Activity("C", 4), Activity("D", 2)],
        [Dependency("A", "B"), Dependency("A", "C"), Dependency("B", "D"), Dependency("C", "D", 1)],
    )
    assert (plan.end, plan.critical, plan.chain) == (10, {"A", "C", "D"}, ("A", "C", "D"))
    b = plan.timings["B"]
    assert (b.earliest_start, b.earliest_finish, b.latest_start, b.latest_finish, b.slack) == (3, 5, 6, 8, 3)


def test_dates_count_both_their_first_and_last_day():
    origin = date(2008, 1, 1)
    activity = Activity.between("A", date(2008, 1, 3), date(2008, 1, 3), origin=origin)
    assert (activity.duration, activity.not_before) == (1, 2)
    assert critical_path([activity]).end == 3
    with pytest.raises(Invalid):
        Activity.between("A", date(2008, 1, 3), date(2008, 1, 2), origin=origin)


def test_an_empty_plan_ends_on_day_zero():
    assert critical_path([]).end == 0


@given(plans())
def test_earliest_finishes_are_the_longest_of_all_paths(plan):
    activities, links = plan
    schedule = critical_path(activities, links)
    finishes = longest_finish(activities, links)
    assert {key: timing.earliest_finish for key, timing in schedule.timings.items()} == finishes
    assert schedule.end == max(finishes.values())


@given(plans(), st.data())
def test_a_slip_within_the_slack_leaves_the_end_alone_and_one_day_more_moves_it(plan, data):
    activities, links = plan
    schedule = critical_path(activities, links)
    late = data.draw(st.sampled_from(activities))
    timing = schedule.timings[late.key]
    assert timing.slack >= 0
    for extra in (0, 1):
        slipped = Activity(late.key, late.duration, timing.latest_start + extra)
        others = [slipped if activity is late else activity for activity in activities]
        assert max(longest_finish(others, links).values()) == schedule.end + extra


@given(plans())
def test_the_chain_is_critical_and_unbroken_to_the_end(plan):
    activities, links = plan
    schedule = critical_path(activities, links)
    assert schedule.chain and set(schedule.chain) <= schedule.critical
    assert schedule.timings[schedule.chain[-1]].earliest_finish == schedule.end
    first = next(activity for activity in activities if activity.key == schedule.chain[0])
    assert schedule.timings[first.key].earliest_start == first.not_before
    for before, after in pairwise(schedule.chain):
        assert any((link.before, link.after) == (before, after) for link in links)


@given(plans(), st.randoms(use_true_random=False))
def test_the_order_of_entry_does_not_matter(plan, random):
    activities, links = plan
    one = critical_path(activities, links)
    other = critical_path(random.sample(activities, len(activities)), random.sample(links, len(links)))
    assert (one.timings, one.end, one.critical) == (other.timings, other.end, other.critical)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=14))
def test_a_ring_is_found_exactly_when_no_order_exists(edges):
    ring = find_cycle(edges)
    if ring is None:
        remaining = set(edges)
        while remaining:
            sources = {a for a, _ in remaining} - {b for _, b in remaining}
            assert sources
            remaining = {(a, b) for a, b in remaining if a not in sources}
    else:
        assert ring[0] == ring[-1] and len(ring) > 1
        assert len(set(ring)) == len(ring) - 1
        assert set(pairwise(ring)) <= set(edges)


def test_a_ring_is_refused_by_name():
    activities = [Activity(key, 1) for key in "ABCD"]
    links = [Dependency("A", "B"), Dependency("B", "C"), Dependency("C", "B"), Dependency("C", "D")]
    with pytest.raises(DependencyCycle) as refused:
        critical_path(activities, links)
    assert refused.value.cycle == ("B", "C", "B")
    assert "B -> C -> B" in str(refused.value)
    assert isinstance(refused.value, ConcertedError)


def test_an_activity_that_waits_for_itself_is_a_ring():
    assert find_cycle([("A", "A")]) == ["A", "A"]


@pytest.mark.parametrize(
    ("activities", "links"),
    [
        ([Activity("A", 1), Activity("A", 2)], []),
        ([Activity("A", -1)], []),
        ([Activity("A", 1)], [Dependency("A", "B")]),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(activities, links):
    with pytest.raises(Invalid):
        critical_path(activities, links)


def test_a_chain_of_twenty_thousand_needs_no_recursion():
    size = 20_000
    links = [Dependency(str(place), str(place + 1)) for place in range(size - 1)]
    schedule = critical_path([Activity(str(place), 1) for place in range(size)], links)
    assert (schedule.end, len(schedule.chain)) == (size, size)
    ring = find_cycle([*((link.before, link.after) for link in links), (str(size - 1), "0")])
    assert ring is not None and len(ring) == size + 1


def test_a_due_day_that_is_missed_leaves_less_than_no_slack_to_all_that_bring_it_about():
    plan = critical_path(
        [Activity("A", 10, due=10), Activity("B", 1, not_done_before=40, due=40), Activity("C", 5, due=12)],
        [Dependency("A", "B", 5), Dependency("A", "C")],
    )
    assert {key: timing.slack for key, timing in plan.timings.items()} == {"A": -3, "B": 24, "C": -3}
    assert (plan.critical, plan.chain) == ({"A", "C"}, ("A", "C"))
    assert plan.spare == {("A", "B"): 24, ("A", "C"): -3}
    assert plan.timings["B"].earliest_finish == 40


def test_what_waits_for_an_activity_that_frees_early_does_not_wait_for_its_end():
    plan = critical_path(
        [
            Activity("A", 1, not_done_before=100, due=100, frees_after=20),
            Activity("B", 1, not_done_before=100, due=100, frees_after=0),
        ],
        [Dependency("A", "B", 30)],
    )
    assert plan.timings["B"].earliest_start == 50
    assert (plan.timings["B"].slack, plan.timings["A"].slack) == (49, 49)
    assert (plan.timings["A"].latest_finish, plan.critical, plan.chain) == (100, frozenset(), ())
