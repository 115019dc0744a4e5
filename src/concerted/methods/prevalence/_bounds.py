"""Estimates that need almost no model: Chao's lower bound and two lists alone; never a number without overlap."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from concerted.methods.prevalence._normal import normal_quantile
from concerted.methods.prevalence._overlap import refuse_without_overlap
from concerted.methods.prevalence._result import (
    Caution,
    Citation,
    Diagnostics,
    Estimate,
    Interval,
    NotEstimable,
)
from concerted.methods.prevalence._table import CaptureTable
from concerted.methods.prevalence._wording import Said

CHAO_1987 = Citation(
    "Chao, A.",
    1987,
    "Estimating the population size for capture-recapture data with unequal catchability",
    "Biometrics 43(4), 783-791",
)
CHAPMAN_1951 = Citation(
    "Chapman, D. G.",
    1951,
    "Some properties of the hypergeometric distribution with applications to zoological sample censuses",
    "University of California Publications in Statistics 1(7), 131-160",
)
LINCOLN_PETERSEN = Citation(
    "Lincoln, F. C.",
    1930,
    "Calculating waterfowl abundance on the basis of banding returns",
    "United States Department of Agriculture Circular 118",
)

_LINK_FIRST = Said(
    "Check that the same person was recognised across the lists, or add a list that overlaps",
    "请核对是否已在各名单间识别出同一人，或增加一个有重叠的名单",
)


def chao_lower_bound(table: CaptureTable, *, levels: Sequence[float] = (0.95,)) -> Estimate:
    """Bias-corrected Chao (1987) lower bound for the whole population of a table with at least two lists.

    With f_j people on exactly j of k lists: N = n + (k-1)/k * f1 (f1 - 1) / (2 (f2 + 1)). Holds whatever the
    people's differences, as long as lists are independent for each person; then the truth is expected above it.
    Interval: log-normal on the hidden number (Chao 1987), from the delta-method variance of the same formula.
    Returns persons. Raises NotEstimable with one list or an empty one, and when nobody is on exactly one or
    nobody on two or more.
    """
    if table.k < 2:
        raise NotEstimable(
            Said("One list cannot say how many people it misses", "单个名单无法说明遗漏了多少人"),
            remedy=Said("Add at least one more list", "请至少再增加一个名单"),
        )
    refuse_without_overlap(table)
    seen = people_by_number_of_lists(table)
    once, twice = seen[1], seen[2]
    if once == 0:
        raise NotEstimable(
            Said(
                "Nobody is seen exactly once, so the bound does not apply",
                "没有人恰好只出现一次，该下限不适用",
            ),
            remedy=Said("Check that the lists are not copies of each other", "请核对各名单是否互为副本"),
        )
    share = (table.k - 1) / table.k
    hidden = share * once * (once - 1) / (2 * (twice + 1))
    variance = (
        hidden
        + share**2 * once * (2 * once - 1) ** 2 / (4 * (twice + 1) ** 2)
        + share**2 * once**2 * twice * (once - 1) ** 2 / (4 * (twice + 1) ** 4)
    )
    return Estimate(
        method="chao",
        n_seen=table.n,
        estimate=table.n + hidden,
        interval=log_normal_interval(table.n, hidden, variance, levels),
        interval_kind="log-normal",
        model="Mh lower bound",
        citation=CHAO_1987,
        diagnostics=Diagnostics(more={"f1": once, "f2": twice, "standard_error": math.sqrt(variance)}),
        warnings=_chao_cautions(once, twice),
    )


def _chao_cautions(once: int, twice: int) -> tuple[Caution, ...]:
    bound = Said(
        "This is a lower bound: the true number is expected to be at least this large when lists are independent "
        "for each person",
        "这是下限：若各名单对每个人相互独立，真实人数预计不低于此数",
    )
    cautions = [Caution("lower_bound", bound, bound.zh)]
    if twice == 0:
        thin = Said(
            "Nobody is on exactly two lists, so the bound rests on the correction alone",
            "没有人恰好出现在两个名单中，该下限仅依赖修正项",
        )
        cautions.append(Caution("no_pairs_seen", thin, thin.zh))
    if once == 1:
        one = Said(
            "Only one person is seen once, so the bound adds nobody", "只有一人恰好出现一次，该下限不增加人数"
        )
        cautions.append(Caution("bound_is_seen", one, one.zh))
    return tuple(cautions)


def people_by_number_of_lists(table: CaptureTable) -> list[int]:
    """People on exactly j lists, for j = 0 ... k; entry 0 is 0."""
    sizes = [history.bit_count() for history in range(1 << table.k)]
    return [int(total) for total in np.bincount(sizes, weights=table.counts, minlength=table.k + 1)]


def log_normal_interval(
    n: int, hidden: float, variance: float, levels: Sequence[float]
) -> dict[float, Interval]:
    """Level -> limits of n + hidden, log(hidden) taken as normal (Chao 1987); (n, n) when hidden is 0."""
    if hidden <= 0:
        return {level: (float(n), float(n)) for level in levels}
    spread = math.sqrt(math.log1p(variance / hidden**2))
    limits = {}
    for level in levels:
        factor = math.exp(normal_quantile((1 + level) / 2) * spread)
        limits[level] = (n + hidden / factor, n + hidden * factor)
    return limits


@dataclass(frozen=True)
class TwoLists:
    """What two lists hold: first and second people on each, both people on both, names of the lists."""

    names: tuple[str, str]
    first: int
    second: int
    both: int

    @property
    def seen(self) -> int:
        """People on at least one of the two."""
        return self.first + self.second - self.both


def two_lists(table: CaptureTable, pair: tuple[str, str]) -> TwoLists:
    """The two named lists of a table, all others left out. Raises NotEstimable for a name it does not hold."""
    for name in pair:
        if name not in table.lists:
            raise NotEstimable(
                Said("The table has no list {}", "表中没有名单 {}").format(name),
                remedy=Said("Its lists are {}", "现有名单：{}").format(", ".join(table.lists)),
            )
    if pair[0] == pair[1]:
        raise NotEstimable(Said("A list cannot be compared with itself", "名单不能与自身比较"))
    i, j = (table.lists.index(name) for name in pair)
    histories = np.arange(1 << table.k)
    on_first, on_second = (histories >> i & 1).astype(bool), (histories >> j & 1).astype(bool)
    return TwoLists(
        pair,
        int(table.counts[on_first].sum()),
        int(table.counts[on_second].sum()),
        int(table.counts[on_first & on_second].sum()),
    )


def chapman(
    table: CaptureTable, *, pair: tuple[str, str] | None = None, levels: Sequence[float] = (0.95,)
) -> Estimate:
    """Chapman's (1951) nearly unbiased two-list estimate: N = (n1 + 1)(n2 + 1)/(m + 1) - 1.

    table: two lists; with more, `pair` names the two to use and all others are left out of the estimate (it is
    still refused when it falls below the people seen on any list). Variance by Seber (1970), interval log-normal
    on the people neither list holds, so that it never falls below those seen. Returns persons.
    Raises NotEstimable when the lists do not overlap, one holds nobody or everybody, or no pair is named.
    """
    lists = _chosen_pair(table, pair)
    estimate = (lists.first + 1) * (lists.second + 1) / (lists.both + 1) - 1
    return _two_list_estimate("chapman", table, lists, estimate, CHAPMAN_1951, levels)


def lincoln_petersen(
    table: CaptureTable, *, pair: tuple[str, str] | None = None, levels: Sequence[float] = (0.95,)
) -> Estimate:
    """The Lincoln-Petersen two-list estimate N = n1 n2 / m; everything else as in `chapman`."""
    lists = _chosen_pair(table, pair)
    estimate = lists.first * lists.second / lists.both
    return _two_list_estimate("lincoln-petersen", table, lists, estimate, LINCOLN_PETERSEN, levels)


def chapman_pairs(
    table: CaptureTable, *, levels: Sequence[float] = (0.95,)
) -> dict[tuple[str, str], Estimate | NotEstimable]:
    """Chapman's estimate from every pair of lists, or its refusal: pairs far apart show that lists depend."""
    answers: dict[tuple[str, str], Estimate | NotEstimable] = {}
    for pair in combinations(table.lists, 2):
        try:
            answers[pair] = chapman(table, pair=pair, levels=levels)
        except NotEstimable as refusal:
            answers[pair] = refusal
    return answers


def _chosen_pair(table: CaptureTable, pair: tuple[str, str] | None) -> TwoLists:
    if pair is None:
        if table.k != 2:
            raise NotEstimable(
                Said(
                    "This method uses exactly two lists; the table has {}", "该方法只用两个名单；表中有 {} 个"
                ).format(table.k),
                remedy=Said("Name the two lists to use", "请指定要用的两个名单"),
            )
        pair = (table.lists[0], table.lists[1])
    lists = two_lists(table, pair)
    if lists.both == 0:
        raise NotEstimable(
            Said("Lists {} and {} have nobody in common", "名单 {} 与 {} 没有共同的人").format(*pair),
            remedy=_LINK_FIRST,
        )
    if lists.both in (lists.first, lists.second):
        raise NotEstimable(
            Said(
                "Everybody on one of the lists {} and {} is on the other",
                "名单 {} 与 {} 之一完全包含于另一个",
            ).format(*pair),
            remedy=Said("Use lists that were drawn up separately", "请使用分别编制的名单"),
        )
    return lists


def _two_list_estimate(
    method: str,
    table: CaptureTable,
    lists: TwoLists,
    estimate: float,
    citation: Citation,
    levels: Sequence[float],
) -> Estimate:
    if estimate < table.n:
        raise NotEstimable(
            Said(
                "Lists {} and {} alone give {:.0f} people, fewer than the {} seen on all lists",
                "仅用名单 {} 与 {} 估计为 {:.0f} 人，少于全部名单中已见的 {} 人",
            ).format(*lists.names, estimate, table.n),
            remedy=Said(
                "These two lists find the same people; use a method for all lists",
                "这两个名单倾向于发现同一批人；请使用适用于全部名单的方法",
            ),
        )
    variance = seber_variance(lists)
    return Estimate(
        method=method,
        n_seen=table.n,
        estimate=estimate,
        interval=log_normal_interval(lists.seen, estimate - lists.seen, variance, levels),
        interval_kind="log-normal",
        model=f"[{lists.names[0]}, {lists.names[1]}]",
        citation=citation,
        diagnostics=Diagnostics(
            more={
                "first": lists.first,
                "second": lists.second,
                "both": lists.both,
                "standard_error": math.sqrt(variance),
            }
        ),
        warnings=_two_list_cautions(table, lists),
    )


def _two_list_cautions(table: CaptureTable, lists: TwoLists) -> tuple[Caution, ...]:
    untestable = Said(
        "Two lists cannot show whether they depend on each other; if being on one makes being on the other likelier, "
        "the number is too low",
        "两个名单无法检验彼此是否相关；若列入一个名单会使列入另一个更可能，则该数偏低",
    )
    cautions = [Caution("independence_untestable", untestable, untestable.zh)]
    if table.k > 2:
        left_out = Said("Only two of {} lists were used", "{} 个名单中只用了两个").format(table.k)
        cautions.append(Caution("lists_left_out", left_out, left_out.zh))
    if lists.both < 7:
        few = Said(
            "Only {} people are on both lists; below 7 the estimate may be biased (Robson and Regier 1964)",
            "只有 {} 人同时在两个名单中；少于 7 人时估计可能有偏（Robson 与 Regier，1964）",
        ).format(lists.both)
        cautions.append(Caution("small_overlap", few, few.zh))
    return tuple(cautions)


def seber_variance(lists: TwoLists) -> float:
    """Seber's (1970) variance of Chapman's estimate, persons squared."""
    first, second, both = lists.first, lists.second, lists.both
    return (first + 1) * (second + 1) * (first - both) * (second - both) / ((both + 1) ** 2 * (both + 2))
