"""Least BIC and AIC: against fitting every model, in the table and in every resample; nothing is cut off unasked."""

import math

import numpy as np
import pytest
from tests.methods.prevalence import slow
from tests.methods.prevalence.published import drawn, without_overlap

from concerted.errors import Invalid
from concerted.methods.prevalence import CaptureTable, NotEstimable
from concerted.methods.prevalence import _bootstrap as boot
from concerted.methods.prevalence import _information as information
from concerted.methods.prevalence._loglinear import fit
from concerted.methods.prevalence._models import catalogue, default_order

LINKED = CaptureTable.from_histories("ABC", {1: 60, 2: 48, 4: 39, 3: 34, 5: 9, 6: 7, 7: 4})


def small_table(seed, k=4):
    rng = np.random.default_rng(seed)
    table = drawn(rng, 500, [0.15 + 0.05 * i for i in range(k)])
    counts = table.counts.copy()
    counts[3] += 30
    counts[int(rng.integers(5, 1 << k))] = 0
    return CaptureTable(table.lists, counts)


@pytest.mark.parametrize(
    ("k", "order", "models"),
    [
        (2, None, 1),
        (3, None, 8),
        (4, None, 113),
        (4, 2, 64),
        (5, 2, 1024),
        (5, 3, 6212),
        (5, None, 6893),
        (6, None, 32768),
    ],
)
def test_the_catalogue_holds_every_model_but_the_saturated_one(k, order, models):
    catalogue.cache_clear()
    found = catalogue(k, order)
    assert len(found.models) == len(set(found.models.tolist())) == models
    assert (np.diff(found.parameters) >= 0).all()
    if k <= 4:
        listed = {frozenset(found.terms(i)) for i in range(models)}
        assert listed == slow.hierarchical_models(k, found.max_order)
        assert [len(found.terms(i)) for i in range(models)] == found.parameters.tolist()


def test_the_largest_model_without_a_set_holds_every_model_without_it():
    catalogue.cache_clear()
    found = catalogue(4)
    sets = [(0,), (2, 5), (6,), (9,)]
    without, widest = found.largest_without(sets)
    for shut, top in zip(without.tolist(), widest.tolist(), strict=True):
        models = [m for m in found.models.tolist() if not m & shut]
        union = 0
        for m in models:
            union |= m
        assert union == top


def test_orders_by_the_number_of_lists():
    assert [default_order(k) for k in (3, 4, 5, 6, 7)] == [3, 4, 5, 2, 2]
    assert catalogue(6, 3).max_order == 3


@pytest.mark.parametrize(("k", "order"), [(8, None), (8, 2), (7, 3), (6, 4)])
def test_what_cannot_be_listed_is_refused_with_a_remedy(k, order):
    with pytest.raises(NotEstimable) as refusal:
        catalogue(k, order)
    assert str(refusal.value.remedy) and refusal.value.code == "too_many_models"


def test_an_order_below_one_is_no_order():
    with pytest.raises(Invalid) as refusal:
        catalogue(3, 0)
    assert str(refusal.value.remedy)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("criterion", ["bic", "aic"])
def test_the_best_model_is_that_of_fitting_them_all(seed, criterion):
    table = small_table(seed)
    penalty = 2.0 if criterion == "aic" else math.log(table.n)
    least, hidden, terms = slow.best_model(table.counts, 4, penalty)
    best = information.rank_models(table, criterion=criterion)[0]
    assert best.criterion == pytest.approx(least, abs=1e-6)
    assert best.estimate == pytest.approx(table.n + hidden, rel=1e-6)
    fitted = fit(table, terms)
    assert getattr(fitted, criterion) == pytest.approx(least, abs=1e-6)


@pytest.mark.parametrize("criterion", ["bic", "aic"])
def test_the_search_without_fitting_all_finds_what_fitting_all_finds(criterion, monkeypatch):
    table = small_table(9)
    monkeypatch.setattr(information, "RANKED", 1000)
    choice = information._Choice(table, criterion, None)
    stored = boot.resample(table, 12, 3)
    stored[3:6] //= 4
    by_search = choice.among_all(stored)
    by_all = choice.among_top(stored, 1000)
    assert by_search == pytest.approx(by_all[:, -1], rel=1e-9)
    assert choice.fits < 13 * 113 + by_all.size + len(choice.without) * 12


def test_promising_models_alone_give_the_same_ranking(monkeypatch):
    table = small_table(5)
    whole = information.rank_models(table)
    monkeypatch.setattr(information, "FIT_ALL_UP_TO", 0)
    monkeypatch.setattr(information, "CHUNK", 7)
    monkeypatch.setattr(information, "RANKED", 12)
    part = information.rank_models(table)
    assert [r.model for r in part] == [r.model for r in whole[:12]]
    assert [r.criterion for r in part] == pytest.approx([r.criterion for r in whole[:12]])


def test_resamples_choose_anew_among_all_models():
    stored = boot.resample(LINKED, 25, 2)
    answer = information.bic(LINKED, resamples=stored, levels=(0.8,))

    def best(row):
        return row.sum() + slow.best_model(row, 3, math.log(row.sum()))[1]

    tables, weights = boot.jackknife_tables(LINKED)
    want = slow.bca(
        answer.estimate, [best(row) for row in stored], np.array([best(row) for row in tables]), weights, 0.8
    )
    assert answer.interval[0.8] == pytest.approx(want, rel=1e-6)
    assert answer.diagnostics.resamples_used == 25
    assert answer.diagnostics.more["fits"] > 0
    assert answer.seed is None


def test_cutting_off_is_an_option_and_keeps_the_estimate():
    stored = boot.resample(LINKED, 30, 2)
    rows = information.intervals_by_n_top(LINKED, n_top=8, resamples=stored, levels=(0.8,))
    assert [row.n_top for row in rows] == list(range(1, len(rows) + 1))
    one = information.bic(LINKED, n_top=1, resamples=stored, levels=(0.8,))
    every = information.bic(LINKED, resamples=stored, levels=(0.8,))
    assert one.interval == rows[0].interval
    assert every.interval[0.8] == pytest.approx(rows[-1].interval[0.8])
    assert one.estimate == every.estimate
    assert one.diagnostics.more["n_top"] == 1


def test_the_answer_tells_how_it_was_reached():
    answer = information.aic(LINKED, bootstrap=20, seed=3, levels=(0.9,))
    assert answer.method == "aic"
    assert answer.interval_kind == "bca"
    assert answer.seed == 3
    more = answer.diagnostics.more
    assert more["models"] == 8
    assert more["max_order"] == 3
    assert more["n_top"] is None
    assert more["top"][0]["model"] == answer.model
    assert more["top"][0]["behind"] == 0
    assert more["top"][1]["behind"] == pytest.approx(more["top"][1]["aic"] - more["top"][0]["aic"])
    assert more["top"][0]["aic"] == pytest.approx(more["aic"])
    plain = information.bic(LINKED, bootstrap=0)
    assert plain.interval_kind == "conditional"
    assert plain.method == "bic"
    assert plain.diagnostics.more["top"][0]["bic"] == pytest.approx(plain.diagnostics.more["bic"])


def test_models_hardly_worse_with_another_answer_are_told():
    table = CaptureTable.from_histories("ABC", {1: 60, 2: 48, 4: 39, 3: 6, 5: 9, 6: 7})
    answer = information.bic(table, bootstrap=0)
    near = [t["estimate"] for t in answer.diagnostics.more["top"] if t["behind"] <= 2]
    told = [caution for caution in answer.warnings if caution.code == "models_disagree"]
    assert bool(told) == (max(near) > 1.25 * min(near))
    alike = CaptureTable.from_histories("AB", {1: 40, 2: 30, 3: 12})
    assert not information.bic(alike, bootstrap=0).warnings


def test_a_table_that_carries_no_model_is_refused():
    with pytest.raises(NotEstimable):
        information.bic(without_overlap())


def test_resamples_that_carry_no_model_are_counted_not_dropped_unseen():
    stored = boot.resample(LINKED, 20, 2)
    stored[4:7] = without_overlap().counts
    answer = information.bic(LINKED, resamples=stored)
    assert answer.diagnostics.resamples_refused == 3
    assert answer.diagnostics.resamples_used == 17
    assert "resamples_refused" in {caution.code for caution in answer.warnings}


def test_work_tells_how_far_it_is():
    told = []
    information.bic(LINKED, bootstrap=120, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_the_order_of_lists_does_not_matter():
    from tests.methods.prevalence.published import reordered

    for seed in range(3):
        table = small_table(seed)
        here = information.rank_models(table)[0]
        there = information.rank_models(reordered(table, (2, 0, 3, 1)))[0]
        assert there.estimate == pytest.approx(here.estimate, rel=1e-8)
        assert there.criterion == pytest.approx(here.criterion)


def test_every_option_reaches_the_choice():
    stored, told = boot.resample(LINKED, 30, 2), []
    answer = information.aic(
        LINKED, max_order=2, n_top=3, resamples=stored, progress=told.append, levels=(0.7,)
    )
    assert answer.diagnostics.more["max_order"] == 2
    assert answer.diagnostics.more["models"] == 8
    assert answer.diagnostics.more["n_top"] == 3
    assert answer.diagnostics.resamples_used == 30
    assert list(answer.interval) == [0.7]
    assert told[-1] == 1.0
    table = small_table(1)
    by_aic = information.rank_models(table, criterion="aic", max_order=2)
    by_bic = information.rank_models(table, criterion="bic", max_order=2)
    assert information.rank_models(table, max_order=2) == by_bic != by_aic
    assert len(by_bic) <= 64 < len(information.rank_models(table))
    rows = information.intervals_by_n_top(
        table, criterion="aic", max_order=2, bootstrap=20, seed=5, levels=(0.7,)
    )
    same = information.intervals_by_n_top(
        table, criterion="aic", max_order=2, resamples=boot.resample(table, 20, 5), levels=(0.7,)
    )
    assert rows == same
    assert len(rows) == len(by_aic)
    other = information.intervals_by_n_top(table, max_order=2, bootstrap=20, seed=5, levels=(0.7,))
    assert other[-1].interval != rows[-1].interval
