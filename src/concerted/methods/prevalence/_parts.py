"""What one method says of each stratum and over drawn linkages, as plain JSON beside the panel; never a part's number
without the reason where it has none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from concerted.methods.prevalence._json import refusal_json
from concerted.methods.prevalence._linkage_asked import LinkageDoubt
from concerted.methods.prevalence._read_strata import StrataTables
from concerted.methods.prevalence._result import Estimate, NotEstimable
from concerted.methods.prevalence._strata import Pooling, Stratum, by_strata
from concerted.methods.prevalence._table import CaptureTable

LEVELS = (0.95, 0.8)
POOLINGS: Mapping[str, tuple[Pooling, ...]] = {
    "both": ("none", "partial"),
    "none": ("none",),
    "partial": ("partial",),
}
Method = Callable[[CaptureTable], Estimate]
Share = Callable[[float], None]


def strata_json(
    strata: StrataTables, method: Method, *, name: str, pooling: str, seed: int, progress: Share | None = None
) -> dict[str, Any]:
    """Each stratum and the total of all, without pooling, with partial pooling, or both: by, method, poolings.

    Each of poolings has pooling, strata, and total or refused. Where the total is refused, the strata that stand alone
    are still told. The estimates of the strata add up to their total.
    """
    told = progress or (lambda share: None)
    fits: dict[CaptureTable, Estimate | NotEstimable] = {}
    for number, table in enumerate(strata.tables.values(), start=1):
        if table not in fits:
            fits[table] = _asked(method, table)
        told(number / len(strata.tables))

    def known(table: CaptureTable) -> Estimate:
        found = fits[table]
        if isinstance(found, NotEstimable):
            raise found
        return found

    return {
        "by": list(strata.by),
        "method": name,
        "poolings": [_pooled(strata, known, fits, one, seed) for one in POOLINGS[pooling]],
    }


def _pooled(
    strata: StrataTables,
    known: Method,
    fits: Mapping[CaptureTable, Estimate | NotEstimable],
    pooling: Pooling,
    seed: int,
) -> dict[str, Any]:
    try:
        found = by_strata(strata.labelled, known, pooling=pooling, levels=LEVELS, seed=seed)
    except NotEstimable as refused:
        alone = [_alone(label, table.n, fits[table]) for label, table in strata.labelled.items()]
        why = refusal_json(refused) | {"where": str(refused.where)}
        return {"pooling": pooling, "strata": alone, "total": None, "refused": why}
    return {
        "pooling": pooling,
        "strata": [_stratum(one) for one in found.strata],
        "total": found.total.to_json(),
        "refused": None,
    }


def _asked(method: Method, table: CaptureTable) -> Estimate | NotEstimable:
    try:
        return method(table)
    except NotEstimable as refused:
        return refused


def _stratum(one: Stratum) -> dict[str, Any]:
    return {
        "stratum": one.name,
        "n_seen": one.n_seen,
        "estimate": one.estimate,
        "hidden": one.hidden,
        "interval": {f"{level:g}": list(ends) for level, ends in one.interval.items()},
        "model": one.alone.model if isinstance(one.alone, Estimate) else "",
        "borrowed": one.borrowed and one.n_seen > 0,
        "refused": refusal_json(one.alone) if isinstance(one.alone, NotEstimable) else None,
    }


def _alone(label: str, seen: int, fit: Estimate | NotEstimable) -> dict[str, Any]:
    if isinstance(fit, Estimate):
        return _stratum(Stratum(label, seen, fit.estimate, fit.interval, fit))
    nothing: dict[str, Any] = {
        "estimate": None,
        "hidden": None,
        "interval": {},
        "model": "",
        "borrowed": False,
    }
    return {"stratum": label, "n_seen": seen, **nothing, "refused": refusal_json(fit)}


def linkage_json(
    doubt: LinkageDoubt,
    table: CaptureTable,
    method: Method,
    *,
    name: str,
    seed: int,
    progress: Share | None = None,
) -> dict[str, Any]:
    """The method's answer as the records were joined, and over linkages drawn again: asked, method, as_linked, answer.

    answer is None with the reason in refused where too many linkages carry no number.
    """
    as_linked = _asked(method, table)
    told = as_linked.to_json() if isinstance(as_linked, Estimate) else None
    head = {"asked": doubt.brief(), "method": name, "as_linked": told}
    try:
        answer = doubt.answer(table, method, seed=seed, levels=LEVELS, progress=progress)
    except NotEstimable as refused:
        return head | {"answer": None, "refused": refusal_json(refused)}
    return head | {"answer": answer.to_json(), "refused": None}
