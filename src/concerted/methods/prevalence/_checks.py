"""What can be said of a table and its models before any number: lists, cells, existence, identifiability; no estimate.

Existence and the code of a model as in Chan, Silverman & Vincent (2021, JASA 116, 1297-1306).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from concerted.methods.prevalence._existence import Verdicts
from concerted.methods.prevalence._result import Caution
from concerted.methods.prevalence._table import CaptureTable
from concerted.methods.prevalence._terms import Terms, hierarchical, pairs, with_pairs
from concerted.methods.prevalence._wording import Said

MAX_FAILING = 20_000
"""Failing models looked at before the count is given as a lower bound."""

UNSOUND = frozenset({"empty_list", "universal_list", "duplicate_lists"})
"""Cautions on lists that no estimate can rest on."""

MAX_PROGRAMMES = 1_000
"""Linear programmes solved before the count is given as a lower bound."""


@dataclass(frozen=True)
class TableCheck:
    """What stands out in a table.

    duplicates: pairs of lists that name the same people. empty: lists without anybody. universal: lists that name
    everybody. empty_pairs: lists that share nobody. unreachable: histories (bitmasks) that contain an empty pair, so
    that any model with that pair fits 0 there. alone: lists that share nobody with any other.
    """

    duplicates: tuple[tuple[str, str], ...]
    empty: tuple[str, ...]
    universal: tuple[str, ...]
    empty_pairs: tuple[tuple[str, str], ...]
    unreachable: tuple[int, ...]
    alone: tuple[str, ...]
    cautions: tuple[Caution, ...]

    @property
    def is_sound(self) -> bool:
        """No duplicate, empty or universal list."""
        return not (self.duplicates or self.empty or self.universal)


@dataclass(frozen=True)
class ModelCheck:
    """code: 0 fine, 1 no extended maximum likelihood estimate, 2 not identifiable, 3 both."""

    terms: Terms
    code: int
    lp_calls: int

    @property
    def exists(self) -> bool:
        """Whether the extended maximum likelihood estimate exists."""
        return self.code in (0, 2)

    @property
    def identifiable(self) -> bool:
        """Whether the table can tell the hidden number under this model."""
        return self.code in (0, 1)


@dataclass(frozen=True)
class AllModels:
    """How many of the models of main effects and pairs fail, by code.

    empty_pairs: pairs of lists that share nobody. full_pair_model_code: of the model with all pairs. complete: the
    counts are exact; otherwise they are lower bounds, the search having stopped at MAX_FAILING or MAX_PROGRAMMES.
    """

    pairs: int
    empty_pairs: int
    models: int
    full_pair_model_code: int
    no_estimate: int
    not_identifiable: int
    both: int
    checked: int
    lp_calls: int
    complete: bool

    @property
    def failing(self) -> int:
        """Models without an estimate, without identifiability, or without both."""
        return self.no_estimate + self.not_identifiable + self.both


def check_table(table: CaptureTable) -> TableCheck:
    """Duplicate, empty and universal lists, lists that share nobody, and cells that cannot be reached."""
    histories = np.arange(table.counts.size)
    on = [(histories >> i & 1).astype(bool) for i in range(table.k)]
    size = [int(table.counts[on[i]].sum()) for i in range(table.k)]
    shared = {(i, j): int(table.counts[on[i] & on[j]].sum()) for i, j in combinations(range(table.k), 2)}
    lists = table.lists
    empty = tuple(lists[i] for i in range(table.k) if size[i] == 0)
    universal = tuple(lists[i] for i in range(table.k) if table.n and size[i] == table.n)
    duplicates = tuple(
        (lists[i], lists[j]) for (i, j), both in shared.items() if size[i] and both == size[i] == size[j]
    )
    apart = [pair for pair, both in shared.items() if both == 0]
    alone = tuple(
        lists[i]
        for i in range(table.k)
        if size[i] and not any(both for pair, both in shared.items() if i in pair)
    )
    masks = [(1 << i) | (1 << j) for i, j in apart]
    unreachable = tuple(int(w) for w in histories if any(w & m == m for m in masks))
    found = TableCheck(
        duplicates, empty, universal, tuple((lists[i], lists[j]) for i, j in apart), unreachable, alone, ()
    )
    cautions = tuple(_cautions(found, table))
    return TableCheck(duplicates, empty, universal, found.empty_pairs, unreachable, alone, cautions)


def check_model(table: CaptureTable, terms: Sequence[int], *, verdicts: Verdicts | None = None) -> ModelCheck:
    """Existence and identifiability of one hierarchical model."""
    verdicts = verdicts or Verdicts()
    before = verdicts.lp_calls
    return ModelCheck(tuple(terms), verdicts.code(table.counts, terms), verdicts.lp_calls - before)


def check_all_models(table: CaptureTable, *, limit: int = MAX_FAILING) -> AllModels:
    """Count the models of main effects and pairs that fail, going down from the model with all pairs.

    When a model exists and is identifiable, so is every model below it: leaving out a pair that somebody shares keeps
    the cells and takes the statistics to a face's image; leaving out an empty pair brings cells back, and a direction
    that showed non-existence there would already be one above, unless it were 0 on all the cells above, which
    identifiability excludes. So only failing models are opened, and none is looked at twice.
    """
    verdicts = Verdicts()
    all_pairs = pairs(table.k)
    top = (1 << len(all_pairs)) - 1
    by_code = [0, 0, 0, 0]
    full = verdicts.code(table.counts, with_pairs(table.k, top))
    waiting, seen = [top], {top}
    complete = True
    checked = 0
    while waiting:
        chosen = waiting.pop()
        code = verdicts.code(table.counts, with_pairs(table.k, chosen))
        checked += 1
        if code == 0:
            continue
        by_code[code] += 1
        if sum(by_code) >= limit or verdicts.lp_calls >= MAX_PROGRAMMES:
            complete = False
            break
        for below in _one_less(chosen):
            if below not in seen:
                seen.add(below)
                waiting.append(below)
    shared_by_nobody = sum(1 for pair in all_pairs if not _shared(table, pair))
    return AllModels(
        len(all_pairs),
        shared_by_nobody,
        1 << len(all_pairs),
        full,
        by_code[1],
        by_code[2],
        by_code[3],
        checked,
        verdicts.lp_calls,
        complete,
    )


def checks_json(table: CaptureTable, *, limit: int = 2_000) -> dict[str, Any]:
    """What stands out in the table and how many models of pairs cannot be used, JSON-ready: cautions, models."""
    models = check_all_models(table, limit=limit)
    return {
        "cautions": [
            {"code": one.code, "text": one.text, "text_zh": one.text_zh}
            for one in check_table(table).cautions
        ],
        "models": {
            "of_pairs": models.models,
            "no_estimate": models.no_estimate,
            "not_identifiable": models.not_identifiable,
            "both": models.both,
            "failing": models.failing,
            "complete": models.complete,
        },
    }


def main_effects_code(table: CaptureTable) -> int:
    """The code of the model in which all lists are independent; if it fails, so does every other."""
    return Verdicts().code(table.counts, hierarchical(table.k))


def _one_less(chosen: int) -> Iterator[int]:
    left = chosen
    while left:
        lowest = left & -left
        yield chosen & ~lowest
        left &= ~lowest


def _shared(table: CaptureTable, pair: int) -> int:
    histories = np.arange(table.counts.size)
    return int(table.counts[(histories & pair) == pair].sum())


def _cautions(found: TableCheck, table: CaptureTable) -> Iterator[Caution]:
    for name in found.empty:
        said = Said(
            "Nobody is on the list {name}; leave it out.", "名单 {name} 上没有人，请将其去掉。"
        ).format(name=name)
        yield Caution("empty_list", said, said.zh)
    for name in found.universal:
        said = Said(
            "Everybody is on the list {name}; it says nothing of who is missed. Leave it out.",
            "名单 {name} 包含所有人，无法说明遗漏情况，请将其去掉。",
        ).format(name=name)
        yield Caution("universal_list", said, said.zh)
    for one, other in found.duplicates:
        said = Said(
            "The lists {one} and {other} name the same people; merge them.",
            "名单 {one} 与 {other} 完全相同，请合并。",
        ).format(one=one, other=other)
        yield Caution("duplicate_lists", said, said.zh)
    for name in found.alone:
        said = Said(
            "The list {name} shares nobody with any other; it may count other people, or be linked badly.",
            "名单 {name} 与其他名单没有任何重叠；它可能针对不同人群，或匹配有误。",
        ).format(name=name)
        yield Caution("list_alone", said, said.zh)
    if found.empty_pairs:
        named = ", ".join(f"{one}:{other}" for one, other in found.empty_pairs)
        said = Said(
            "These lists share nobody: {pairs}. {cells} of {all} combinations cannot be reached with those pairs.",
            "以下名单之间没有重叠：{pairs}。含这些组合的模型中，{all} 种情形有 {cells} 种无法出现。",
        ).format(pairs=named, cells=len(found.unreachable), all=table.counts.size - 1)
        yield Caution("empty_overlaps", said, said.zh)
