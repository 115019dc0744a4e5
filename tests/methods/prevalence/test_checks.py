"""What is told of a table before any number, and the count of models that fail against asking each of them."""

import numpy as np
import pytest
from tests.methods.prevalence import slow
from tests.methods.prevalence.published import published, without_overlap

from concerted.methods.prevalence import CaptureTable
from concerted.methods.prevalence import _checks as checks
from concerted.methods.prevalence._checks import check_all_models, check_model, check_table, main_effects_code
from concerted.methods.prevalence._terms import hierarchical, with_pairs


def test_duplicate_empty_and_universal_lists_are_found_by_name():
    table = CaptureTable.from_histories("ABCDE", {1 | 2 | 16: 7, 16: 5, 4 | 16: 3})
    found = check_table(table)
    assert found.duplicates == (("A", "B"),)
    assert found.empty == ("D",)
    assert found.universal == ("E",)
    assert not found.is_sound
    assert {caution.code for caution in found.cautions} == {
        "duplicate_lists",
        "empty_list",
        "universal_list",
        "empty_overlaps",
    }
    assert all(caution.text_zh for caution in found.cautions)


def test_lists_that_share_nobody_and_the_cells_beyond_reach():
    table = CaptureTable.from_histories("ABC", {1: 20, 2: 10, 3: 5, 4: 9})
    found = check_table(table)
    assert found.empty_pairs == (("A", "C"), ("B", "C"))
    assert found.unreachable == (5, 6, 7)
    assert found.alone == ("C",)
    assert found.is_sound
    assert check_table(without_overlap()).alone == ("A", "B", "C")


def test_a_sound_table_has_nothing_to_be_told():
    table = CaptureTable.from_histories("AB", {1: 20, 2: 10, 3: 5})
    found = check_table(table)
    assert found.cautions == found.empty_pairs == found.unreachable == found.alone == ()


@pytest.mark.parametrize("seed", range(12))
def test_opening_only_failing_models_counts_as_asking_all(seed):
    rng = np.random.default_rng(seed)
    k = 4 if seed % 3 else 3
    counts = rng.integers(1, 9, 1 << k) * (rng.random(1 << k) < (0.35, 0.6)[seed % 2])
    counts[0] = 0
    counts[1] += 1
    table = CaptureTable(tuple("ABCD"[:k]), counts)
    found = check_all_models(table)
    codes = [slow.code(counts, with_pairs(k, chosen)) for chosen in range(found.models)]
    assert found.complete
    assert (found.no_estimate, found.not_identifiable, found.both) == tuple(codes.count(c) for c in (1, 2, 3))
    assert found.failing == sum(code > 0 for code in codes)
    assert found.full_pair_model_code == codes[-1]
    assert found.checked <= found.models


def test_a_count_that_was_stopped_is_a_lower_bound_and_says_so():
    found = check_all_models(without_overlap(), limit=3)
    assert not found.complete
    assert found.failing == 3


def test_eight_lists_need_one_look_where_the_full_model_holds():
    found = check_all_models(published("NewOrl"))
    assert found.models == 2**28
    assert found.checked == 1
    assert found.failing == 0


def test_one_model_has_its_code_in_words():
    table = CaptureTable.from_histories("AB", {1: 20, 2: 10, 3: 5})
    fine, saturated = check_model(table, hierarchical(2)), check_model(table, hierarchical(2, [3]))
    assert (fine.code, fine.exists, fine.identifiable) == (0, True, True)
    assert (saturated.code, saturated.exists, saturated.identifiable) == (2, True, False)
    apart = check_model(without_overlap(), hierarchical(3))
    assert (apart.code, apart.exists, apart.identifiable) == (1, False, True)
    assert apart.lp_calls >= 1
    assert main_effects_code(without_overlap()) == 1
    assert checks.MAX_FAILING > 1000
