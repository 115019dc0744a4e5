"""All hierarchical log-linear models of a number of lists, as bit sets over their interaction terms; it fits none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from concerted.errors import Invalid
from concerted.methods.prevalence._result import NotEstimable
from concerted.methods.prevalence._terms import Terms, hierarchical, in_order
from concerted.methods.prevalence._wording import Said

ALL_ORDERS_UP_TO = 5
MAX_MODELS = 4_000_000

Bits = npt.NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Every hierarchical model that holds all main effects and terms of at most max_order lists, but the saturated one.

    candidates: the interaction terms, bit m of a model standing for candidates[m]. models: ascending in parameters.
    parameters: of each model, the empty term and main effects included.
    """

    k: int
    max_order: int
    candidates: npt.NDArray[np.int64]
    models: Bits
    parameters: npt.NDArray[np.int64]

    def terms(self, index: int) -> Terms:
        """The terms of one model."""
        bits = int(self.models[index])
        return hierarchical(self.k, (int(t) for m, t in enumerate(self.candidates) if bits >> m & 1))

    def largest_without(self, sets: Iterable[Iterable[int]]) -> tuple[Bits, Bits]:
        """For each set of candidate indices: the set as bits, and the largest model that holds none of it."""
        without, widest = [], []
        for chosen in sets:
            shut = [int(self.candidates[m]) for m in chosen]
            without.append(sum(1 << m for m in chosen))
            widest.append(
                sum(1 << m for m, t in enumerate(self.candidates) if not any(int(t) & s == s for s in shut))
            )
        return np.array(without, dtype=np.uint64), np.array(widest, dtype=np.uint64)


def default_order(k: int) -> int:
    """All orders up to five lists, two-list terms for six and more."""
    return k if k <= ALL_ORDERS_UP_TO else 2


@lru_cache(maxsize=8)
def catalogue(k: int, max_order: int | None = None) -> Catalogue:
    """The models of k lists.

    Raises NotEstimable where they are too many to be listed, Invalid for an order below 1.
    """
    order = min(k, default_order(k) if max_order is None else max_order)
    if order < 1:
        raise Invalid(
            Said("Models have terms of at least one list.", "模型至少包含单个名单的项。"),
            where="max_order",
            remedy=Said("Give 1 or more.", "请填 1 或更大的数。"),
        )
    candidates = [t for t in in_order(range(1 << k)) if 2 <= t.bit_count() <= order]
    if len(candidates) > 64 or (k > 6 and order > 2) or (k == 6 and order > 3) or k > 7:
        raise _too_many(k, order)
    place = {t: m for m, t in enumerate(candidates)}
    models = np.zeros(1, dtype=np.uint64)
    for m, term in enumerate(candidates):
        faces = sum(1 << place[term & ~(1 << i)] for i in range(k) if term >> i & 1 and term.bit_count() > 2)
        able = (models & np.uint64(faces)) == np.uint64(faces)
        if len(models) + int(able.sum()) > MAX_MODELS:
            raise _too_many(k, order)
        models = np.concatenate([models, models[able] | np.uint64(1 << m)])
    parameters = 1 + k + np.bitwise_count(models).astype(np.int64)
    if order == k:
        there = parameters < 1 << k
        models, parameters = models[there], parameters[there]
    by_size = np.argsort(parameters, kind="stable")
    return Catalogue(
        k,
        order,
        np.array(candidates, dtype=np.int64),
        models[by_size],
        np.ascontiguousarray(parameters[by_size]),
    )


def _too_many(k: int, order: int) -> NotEstimable:
    return NotEstimable(
        Said(
            "There are too many models of {k} lists with terms of up to {order} to compare them all.",
            "{k} 个名单、最高 {order} 阶的模型太多，无法逐一比较。",
        ).format(k=k, order=order),
        where="max_order",
        remedy=Said(
            "Merge lists, lower the order (2 is possible up to seven lists), or choose stepwise.",
            "请合并名单、降低阶数（七个名单以内可用 2 阶），或改用逐步法。",
        ),
        code="too_many_models",
    )
