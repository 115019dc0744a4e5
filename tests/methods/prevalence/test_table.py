"""A capture table is what it says: one count per combination, nobody on no list, never changed afterwards."""

from __future__ import annotations

import numpy as np
import pytest

from concerted.errors import Invalid
from concerted.methods.prevalence import CaptureTable


def test_a_table_knows_its_lists_its_people_and_who_was_observed() -> None:
    table = CaptureTable.from_histories(("a", "b", "c"), {1: 5, 6: 2, 4: 0})
    assert (table.k, table.n, table.observed.tolist()) == (3, 7, [1, 6])
    assert table.counts.tolist() == [0, 5, 0, 0, 0, 0, 2, 0]
    assert table.counts.dtype == np.int64


@pytest.mark.parametrize("counts", [[0, 1, 2], [0, 1, 2, 3, 4], [[0, 1], [2, 3]]])
def test_there_is_one_count_for_each_combination(counts: list[int]) -> None:
    with pytest.raises(Invalid, match="one count per combination"):
        CaptureTable(("a", "b"), np.array(counts))


def test_nobody_is_counted_who_is_on_no_list() -> None:
    with pytest.raises(Invalid, match="on no list"):
        CaptureTable(("a", "b"), np.array([1, 2, 3, 4]))


def test_counts_are_kept_as_they_were_given() -> None:
    given = np.array([0, 1, 2, 3])
    table = CaptureTable(("a", "b"), given)
    with pytest.raises(ValueError, match="read-only"):
        table.counts[1] = 9


def test_tables_are_equal_by_lists_and_counts() -> None:
    one = CaptureTable(("a", "b"), np.array([0, 1, 2, 3]))
    assert one == CaptureTable(("a", "b"), np.array([0, 1, 2, 3]))
    assert hash(one) == hash(CaptureTable(("a", "b"), np.array([0, 1, 2, 3])))
    assert one != CaptureTable(("a", "c"), np.array([0, 1, 2, 3]))
    assert one != CaptureTable(("a", "b"), np.array([0, 1, 2, 4]))
    assert one != "a table"
    assert len({one, CaptureTable(("a", "b"), np.array([0, 1, 2, 4]))}) == 2
