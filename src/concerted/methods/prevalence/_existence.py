"""Whether the extended maximum likelihood estimate of a log-linear model exists; it fits nothing.

Chan, Silverman & Vincent (2021, JASA 116, 1297-1306); Fienberg & Rinaldo (2012, Annals of Statistics 40, 996-1023).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from concerted.errors import ConcertedError
from concerted.methods.prevalence import _kernel_fit as kernel

Counts = npt.NDArray[np.int64] | npt.NDArray[np.float64]


class Verdicts:
    """Answers to the existence question, each worked out once per pattern of zeros and model.

    programmes: one number, the linear programmes solved so far; compiled code counts its own there.
    """

    def __init__(self) -> None:
        self.programmes = np.zeros(1, dtype=np.int64)
        self._known: dict[tuple[bytes, tuple[int, ...]], int] = {}

    @property
    def lp_calls(self) -> int:
        """Linear programmes solved so far."""
        return int(self.programmes[0])

    def code(self, counts: Counts, terms: Sequence[int]) -> int:
        """0 the estimate exists and is identifiable, 1 no estimate, 2 not identifiable, 3 both.

        counts: shape (2**k,). terms: of a hierarchical model, the empty one first.
        """
        key = (np.packbits(counts > 0).tobytes(), tuple(terms))
        if key not in self._known:
            self._known[key] = self._work_out(counts, key[1])
        return self._known[key]

    def _work_out(self, counts: Counts, model: tuple[int, ...]) -> int:
        y = np.ascontiguousarray(counts, dtype=np.float64)
        kept, terms = remaining(y, model)
        k = y.size.bit_length() - 1
        p = len(terms)
        scratch, where = np.empty((y.size, p)), np.empty(p, dtype=np.int64)
        exists = kernel.null_space_verdict(y, terms, p, kept, k, scratch, where, self.programmes)
        if exists < 0:
            self.programmes[0] += 1
            exists = exists_by_programme(y, kept, terms)
        return (0 if exists else 1) + (0 if kernel.is_identifiable(terms, p, kept, k) else 2)


def remaining(counts: Counts, model: Sequence[int]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """The cells and the terms left when empty terms have taken their cells away: flags (2**k,), terms (p,)."""
    stats = np.array(counts, dtype=np.float64)
    k = stats.size.bit_length() - 1
    kernel.superset_sums(stats, k)
    kept = np.zeros(stats.size, dtype=np.uint8)
    terms = np.empty(len(model), dtype=np.int64)
    p = kernel.keep_cells(stats, np.array(model, dtype=np.int64), len(model), kept, terms, k)
    return kept, terms[:p]


def exists_by_programme(counts: Counts, kept: npt.NDArray[np.uint8], terms: npt.NDArray[np.int64]) -> bool:
    """Existence by a linear programme in integers, free of the counts' scale.

    Maximise the sum of (A b)_w over the kept cells without people, subject to (A b)_w = 0 on those with people and
    0 <= (A b)_w <= 1 on the others. The maximum is 0 when the estimate exists and at least 1 when it does not,
    because any direction can be scaled until its largest entry is 1.
    """
    cells = np.flatnonzero(kept)
    design = ((cells[:, None] & terms[None, :]) == terms[None, :]).astype(np.float64)
    empty = np.asarray(counts)[cells] == 0
    if not empty.any():
        return True
    zero, positive = design[empty], design[~empty]
    from scipy.optimize import linprog  # here, for it takes long to load and is hardly ever needed

    slack = -np.eye(len(zero))
    found = linprog(
        np.concatenate([np.zeros(len(terms)), -np.ones(len(zero))]),
        A_eq=np.block([[positive, np.zeros((len(positive), len(zero)))], [zero, slack]]),
        b_eq=np.zeros(len(positive) + len(zero)),
        bounds=[(None, None)] * len(terms) + [(0.0, 1.0)] * len(zero),
        method="highs",
    )
    if found.status != 0:
        raise ConcertedError(
            "The linear programme for existence was not solved.",
            where=str(found.message),
            code="programme_failed",
        )
    return bool(-found.fun < 0.5)
