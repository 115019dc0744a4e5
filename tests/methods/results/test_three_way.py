"""A national revision meets a local text: nothing local is lost, nothing is overwritten unasked."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concerted.errors import Invalid
from concerted.methods.results import ABSENT, Change, three_way

FIELDS = ("text", "target", "leads", "ends")
wordings = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        FIELDS,
        st.none() | st.integers(0, 2) | st.booleans() | st.tuples(st.sampled_from("ab")) | st.just(math.nan),
    ),
)


@pytest.mark.parametrize(
    ("base", "theirs", "ours", "change"),
    [
        (1, 1, 1, Change.UNCHANGED),
        (1, 2, 1, Change.THEIRS_ONLY),
        (1, 1, 2, Change.OURS_ONLY),
        (1, 2, 2, Change.SAME_CHANGE),
        (1, 2, 3, Change.CONFLICT),
        (None, 0, None, Change.THEIRS_ONLY),
        (None, None, 0, Change.OURS_ONLY),
        (("A", "B"), ("A",), ("A", "B"), Change.THEIRS_ONLY),
        (1, True, 1, Change.THEIRS_ONLY),
        (math.nan, float("nan"), math.nan, Change.UNCHANGED),
    ],
)
def test_each_field_is_judged_by_who_changed_it(base, theirs, ours, change):
    compared = three_way({"target": base}, {"target": theirs}, {"target": ours}, ["target"])
    assert [each.change for each in compared.fields] == [change]


def test_a_field_taken_out_is_a_change_and_not_a_none():
    compared = three_way({"ends": None}, {}, {"ends": None}, ["ends"])
    assert (compared.offered[0].theirs, compared.take({"ends"})) == (ABSENT, {})


def test_only_a_change_on_one_side_is_offered():
    compared = three_way(
        {"text": "a", "target": 1, "ends": 2010},
        {"text": "b", "target": 2, "ends": 2010},
        {"text": "a", "target": 3, "ends": 2012},
        ["text", "target", "ends"],
    )
    assert [each.field for each in compared.offered] == ["text"]
    assert compared.needs_ruling
    assert compared.take() == {"text": "a", "target": 3, "ends": 2012}
    assert compared.take({"text"}) == {"text": "b", "target": 3, "ends": 2012}
    with pytest.raises(Invalid):
        compared.take({"budget"})


@given(wordings, wordings, wordings)
def test_no_edit_is_lost_and_none_is_silently_overwritten(base, theirs, ours):
    compared = three_way(base, theirs, ours, FIELDS)
    kept = compared.take({each.field for each in compared.offered})
    for each in compared.fields:
        result = kept.get(each.field, ABSENT)
        if each.change in (Change.OURS_ONLY, Change.CONFLICT):
            assert result is each.ours
        if each.change is Change.THEIRS_ONLY:
            assert result is each.theirs
    assert compared.take().keys() == ours.keys()


@given(wordings, wordings, wordings)
def test_after_a_rebase_the_same_revision_has_nothing_more_to_offer(base, theirs, ours):
    first = three_way(base, theirs, ours, FIELDS)
    rebased = first.take({each.field for each in first.offered})
    again = three_way(theirs, theirs, rebased, FIELDS)
    assert not again.offered
    assert not again.needs_ruling
    assert again.take() == rebased


@given(wordings, wordings, wordings)
def test_the_comparison_is_the_same_seen_from_either_side(base, theirs, ours):
    mirror = {Change.THEIRS_ONLY: Change.OURS_ONLY, Change.OURS_ONLY: Change.THEIRS_ONLY}
    one, other = three_way(base, theirs, ours, FIELDS), three_way(base, ours, theirs, FIELDS)
    assert [mirror.get(each.change, each.change) for each in one.fields] == [
        each.change for each in other.fields
    ]
