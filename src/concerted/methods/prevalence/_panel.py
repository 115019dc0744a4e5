"""The agreement panel: every method, the threshold path and the sensitivities beside each other, with a verdict in
words; it never returns one number alone.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import partial
from typing import Any

from concerted.errors import Invalid
from concerted.methods.prevalence._bounds import people_by_number_of_lists
from concerted.methods.prevalence._checks import UNSOUND, check_table, checks_json
from concerted.methods.prevalence._json import plain, refusal_json, table_json
from concerted.methods.prevalence._linkage_asked import LinkageDoubt
from concerted.methods.prevalence._methods import JUDGED, METHODS, MethodOptions
from concerted.methods.prevalence._parts import POOLINGS, linkage_json, strata_json
from concerted.methods.prevalence._read_strata import StrataTables
from concerted.methods.prevalence._result import Estimate, NotEstimable
from concerted.methods.prevalence._sensitivity import (
    Changed,
    Foretold,
    OddsPoint,
    internal_consistency,
    leave_one_out,
    merge_pairs,
    odds_ratio_curve,
)
from concerted.methods.prevalence._stepwise import PathStep, threshold_path
from concerted.methods.prevalence._table import CaptureTable
from concerted.methods.prevalence._verdict import LIMITS, Answer, Evidence, Verdict, judge
from concerted.methods.prevalence._wording import Said

THRESHOLDS: tuple[float, ...] = (0.0, 0.0001, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1)
"""Thresholds of the stepwise path; 0 is main effects alone, 0.02 the published default."""

MOST_LISTS_MERGED = 6
"""Above this the pairs are too many to be read, and only the lists left out are shown."""

Tell = Callable[[int, int, str], None]


@dataclass(frozen=True)
class PanelOptions:
    """What a panel is asked; kept with its result, so that it can be repeated exactly.

    methods: names of METHODS, in order. bootstrap: resamples of stepwise; search_bootstrap: of the searches over all
    models, which cost more each. max_order: of these models; None for each table's own default. seed: of everything
    drawn at random. within: the method asked of each stratum and drawn linkage. pooling: of strata; none, partial or
    both. linkage: errors in joining records to draw over; None asks nothing of it.
    """

    methods: tuple[str, ...] = tuple(METHODS)
    threshold: float = 0.02
    bootstrap: int = 1000
    search_bootstrap: int = 1000
    max_order: int | None = None
    seed: int = 1
    within: str = "stepwise"
    pooling: str = "both"
    linkage: LinkageDoubt | None = None

    def __post_init__(self) -> None:
        unknown = [name for name in (*self.methods, self.within) if name not in METHODS]
        if unknown or not self.methods:
            raise Invalid(
                Said("There is no method {name!r}.", "没有名为 {name!r} 的方法。").format(
                    name=unknown[0] if unknown else ""
                ),
                where="methods",
                remedy=Said("Choose from: {names}.", "可选：{names}。").format(names=", ".join(METHODS)),
            )
        if not 0 <= self.threshold <= 1:
            raise Invalid(
                Said("The threshold is a probability from 0 to 1.", "阈值应为 0 到 1 之间的概率。"),
                where="threshold",
                remedy=Said("The published default is 0.02.", "文献默认值为 0.02。"),
            )
        if self.pooling not in POOLINGS:
            raise Invalid(
                Said("There is no pooling {name!r}.", "没有合并方式 {name!r}。").format(name=self.pooling),
                where="pooling",
                remedy=Said("Choose from: {names}.", "可选：{names}。").format(names=", ".join(POOLINGS)),
            )

    def to_json(self) -> dict[str, Any]:
        """JSON-ready, as kept with a run; what concerns strata and linkage stands in it only where it was changed."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        told |= {"methods": list(self.methods), "linkage": self.linkage.to_json() if self.linkage else None}
        usual = {"within": "stepwise", "pooling": "both", "linkage": None}
        return {name: value for name, value in told.items() if name not in usual or value != usual[name]}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> PanelOptions:
        """The options as kept; names this version does not know are refused. Raises Invalid."""
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(kept) - known)
        if unknown:
            raise Invalid(
                Said("There is no option {name!r}.", "没有选项 {name!r}。").format(name=unknown[0]),
                where="options",
            )
        linkage = LinkageDoubt.from_json(kept["linkage"]) if kept.get("linkage") else None
        return cls(**{**kept, "methods": tuple(kept.get("methods", METHODS)), "linkage": linkage})


@dataclass(frozen=True)
class PathPoint:
    """The stepwise estimate at one threshold, or why there is none."""

    threshold: float
    answer: Estimate | None
    refused: NotEstimable | None = None


@dataclass(frozen=True)
class Panel:
    """Everything the methods say of one table, and what may be concluded.

    answers: method -> its estimate or its refusal, in the order asked. path, without, merged, foretold: by the
    stepwise model without resampling. steps: the whole path, threshold by threshold. odds: by the stepwise answer.
    checks: as `checks_json` gives them. strata, linkage: as `strata_json` and `linkage_json` give them; None where not
    asked.
    """

    table: CaptureTable
    options: PanelOptions
    answers: Mapping[str, Estimate | NotEstimable]
    path: tuple[PathPoint, ...]
    without: tuple[Changed, ...]
    merged: tuple[Changed, ...]
    odds: tuple[OddsPoint, ...]
    foretold: tuple[Foretold, ...]
    steps: tuple[PathStep, ...]
    verdict: Verdict
    seconds: float
    checks: Mapping[str, Any]
    strata: Mapping[str, Any] | None = None
    linkage: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """JSON-ready, every text in English and Chinese; numbers without end are left out as null."""
        parts = {"strata": self.strata, "linkage": self.linkage}
        brief = {"linkage": self.options.linkage.brief()} if self.options.linkage else {}
        limits = {name: value for name, value in asdict(LIMITS).items() if name != "linkage" or self.linkage}
        return plain(
            {
                "table": table_json(self.table),
                "options": self.options.to_json() | brief,
                "seed": self.options.seed,
                "verdict": self.verdict.to_json(),
                "limits": limits,
                "checks": self.checks,
                "methods": [_method_json(name, answer) for name, answer in self.answers.items()],
                "threshold_path": [
                    {"threshold": one.threshold, **_brief(one.answer, one.refused)} for one in self.path
                ],
                "threshold_steps": [asdict(one) for one in self.steps],
                "leave_one_out": [_changed_json(one) for one in self.without],
                "merged": [_changed_json(one) for one in self.merged],
                "odds_ratio": [asdict(one) for one in self.odds],
                "consistency": [_foretold_json(one) for one in self.foretold],
                "assumptions": [{"text": str(one), "text_zh": one.zh} for one in ASSUMPTIONS],
                **{name: part for name, part in parts.items() if part is not None},
                "seconds": self.seconds,
            }
        )


ASSUMPTIONS: tuple[Said, ...] = (
    Said(
        "Nobody entered or left the population while the lists were kept.",
        "名单记录期间，总体人群没有进出。",
    ),
    Said(
        "Records of one person were joined across lists, and records of two persons were not.",
        "同一人在各名单中的记录已正确合并，不同人的记录没有误合并。",
    ),
    Said(
        "Everybody could have come onto at least some list; nobody was beyond the reach of all.",
        "每个人都有可能被某个名单记录，没有人完全处于所有名单的视线之外。",
    ),
    Said(
        "Log-linear models: the dependence among all lists together, which no table can show, is none (its odds "
        "ratio is 1). The curve shows what follows if it is not.",
        "对数线性模型：所有名单之间的整体关联（任何表都无法显示）不存在（优势比为 1）。曲线显示若非如此会怎样。",
    ),
    Said(
        "Latent classes: people fall into a few kinds, and within one kind the lists are independent.",
        "潜类别模型：人群可分为若干类，同一类内各名单相互独立。",
    ),
    Said(
        "That methods agree does not make them right: where people differ much in how easily they are seen, most "
        "methods fall below the truth together.",
        "方法一致并不等于正确：如果人们被发现的难易程度差别很大，多数方法会一起低估。",
    ),
)


def agreement_panel(
    table: CaptureTable,
    options: PanelOptions | None = None,
    *,
    strata: StrataTables | None = None,
    progress: Tell | None = None,
) -> Panel:
    """Ask every method about one table. A method that refuses stands with its reason; none is left out silently.

    strata: the same people, parted; told beside the whole table. progress: told (steps done, steps in all, name of
    the step). Raises Invalid for options that cannot be, and for strata of other people than the table's.
    """
    chosen = options or PanelOptions()
    if strata is not None and strata.whole != table:
        raise Invalid("The strata do not add up to the table.", where="strata")
    if chosen.linkage is not None:
        chosen.linkage.check(table.lists)
    began = time.perf_counter()
    parts = [name for name, asked in (("strata", strata), ("linkage", chosen.linkage)) if asked is not None]
    steps = [*chosen.methods, *SENSITIVITIES, *parts]
    tell = progress or (lambda done, total, what: None)
    answers: dict[str, Estimate | NotEstimable] = {}
    for done, name in enumerate(chosen.methods):
        tell(done * FINE, len(steps) * FINE, name)
        part = partial(_tell_part, tell, done, len(steps), name)
        answers[name] = _asked(table, name, replace(_for(name, chosen), progress=part))

    def quick(part: CaptureTable, threshold: float | None = None) -> Estimate:
        level = chosen.threshold if threshold is None else threshold
        return METHODS["stepwise"].run(part, MethodOptions(threshold=level, bootstrap=0))

    done = len(chosen.methods)
    tell(done * FINE, len(steps) * FINE, "threshold-path")
    path = tuple(_path_point(table, threshold, quick) for threshold in THRESHOLDS)
    steps_of_path = _steps(table)
    tell((done + 1) * FINE, len(steps) * FINE, "leave-one-out")
    without = leave_one_out(table, quick) if table.k > 2 else ()
    merged = merge_pairs(table, quick) if 2 < table.k <= MOST_LISTS_MERGED else ()
    tell((done + 2) * FINE, len(steps) * FINE, "odds-ratio")
    reference = _reference(answers, table, quick)
    odds = odds_ratio_curve(reference) if reference is not None else ()
    tell((done + 3) * FINE, len(steps) * FINE, "consistency")
    foretold = internal_consistency(table, quick) if table.k > 3 else ()

    def within(part: CaptureTable) -> Estimate:
        return METHODS[chosen.within].run(part, _for(chosen.within, chosen))

    by_part: dict[str, Mapping[str, Any]] = {}
    for step, name in enumerate(parts, start=done + len(SENSITIVITIES)):
        tell(step * FINE, len(steps) * FINE, name)
        told: dict[str, Any] = {
            "name": chosen.within,
            "seed": chosen.seed,
            "progress": partial(_tell_part, tell, step, len(steps), name),
        }
        if name == "strata" and strata is not None:
            by_part[name] = strata_json(strata, within, pooling=chosen.pooling, **told)
        elif chosen.linkage is not None:
            by_part[name] = linkage_json(chosen.linkage, table, within, **told)
    evidence = _evidence(table, chosen, answers, path, without, foretold, reference)
    verdict = judge(replace(evidence, linked=_linked(by_part.get("linkage"))))
    tell(len(steps) * FINE, len(steps) * FINE, "")
    return Panel(
        table=table,
        options=chosen,
        answers=answers,
        path=path,
        without=without,
        merged=merged,
        odds=odds,
        foretold=foretold,
        steps=steps_of_path,
        verdict=verdict,
        seconds=time.perf_counter() - began,
        checks=checks_json(table),
        strata=by_part.get("strata"),
        linkage=by_part.get("linkage"),
    )


def _linked(told: Mapping[str, Any] | None) -> tuple[float, float] | None:
    if told is None or told["as_linked"] is None or told["answer"] is None:
        return None
    return told["as_linked"]["estimate"], told["answer"]["estimate"]


FINE = 100
"""Parts of a step that progress counts."""


def _tell_part(tell: Tell, done: int, steps: int, name: str, share: float) -> None:
    tell(int((done + min(max(share, 0.0), 1.0)) * FINE), steps * FINE, name)


SENSITIVITIES: tuple[str, ...] = ("threshold-path", "leave-one-out", "odds-ratio", "consistency")


def _asked(table: CaptureTable, name: str, options: MethodOptions) -> Estimate | NotEstimable:
    try:
        return METHODS[name].run(table, options)
    except NotEstimable as refusal:
        return refusal


def _for(name: str, options: PanelOptions) -> MethodOptions:
    bootstrap = options.search_bootstrap if name in ("bic", "aic") else options.bootstrap
    return MethodOptions(
        threshold=options.threshold, bootstrap=bootstrap, max_order=options.max_order, seed=options.seed
    )


def _steps(table: CaptureTable) -> tuple[PathStep, ...]:
    try:
        return threshold_path(table)
    except NotEstimable:
        return ()


def _path_point(table: CaptureTable, threshold: float, quick: Callable[..., Estimate]) -> PathPoint:
    try:
        return PathPoint(threshold, quick(table, threshold))
    except NotEstimable as refusal:
        return PathPoint(threshold, None, refusal)


def _reference(
    answers: Mapping[str, Estimate | NotEstimable], table: CaptureTable, quick: Callable[..., Estimate]
) -> Estimate | None:
    given = answers.get("stepwise")
    if isinstance(given, Estimate):
        return given
    try:
        return quick(table)
    except NotEstimable:
        return next((one for one in answers.values() if isinstance(one, Estimate)), None)


def _evidence(
    table: CaptureTable,
    options: PanelOptions,
    answers: Mapping[str, Estimate | NotEstimable],
    path: Sequence[PathPoint],
    without: Sequence[Changed],
    foretold: Sequence[Foretold],
    reference: Estimate | None,
) -> Evidence:
    judged = [name for name in options.methods if name in JUDGED]
    given = {name: one for name, one in answers.items() if isinstance(one, Estimate)}
    bound = given.get("chao")
    tried = [held for one in foretold if (held := one.within()) is not None]
    return Evidence(
        k=table.k,
        n=table.n,
        several=sum(people_by_number_of_lists(table)[2:]),
        asked=len(judged),
        answers=tuple(_answer(name, given[name]) for name in judged if name in given),
        refusals={name: one.code for name, one in answers.items() if isinstance(one, NotEstimable)},
        bound=bound.interval.get(0.95, (bound.estimate, 0.0))[0] if bound else None,
        path=tuple(one.answer.estimate if one.answer else None for one in path),
        without={one.lists[0]: one.answer.estimate if one.answer else None for one in without},
        reference=reference.estimate if reference else None,
        foretold=(sum(tried), len(tried)),
        resamples_refused={name: _share_refused(one) for name, one in given.items()},
        unsound=tuple(
            Said(one.text, one.text_zh) for one in check_table(table).cautions if one.code in UNSOUND
        ),
    )


def _answer(name: str, one: Estimate) -> Answer:
    low, high = one.interval.get(0.95, (one.estimate, one.estimate))
    return Answer(name, METHODS[name].label, one.estimate, low, high if math.isfinite(high) else math.inf)


def _share_refused(one: Estimate) -> float:
    used, refused = one.diagnostics.resamples_used, one.diagnostics.resamples_refused
    return refused / (used + refused) if used + refused else 0.0


def _method_json(name: str, answer: Estimate | NotEstimable) -> dict[str, Any]:
    method = METHODS[name]
    head = {
        "method": name,
        "label": str(method.label),
        "label_zh": method.label.zh,
        "judged": name in JUDGED,
        "is_bound": method.is_bound,
    }
    if isinstance(answer, NotEstimable):
        more = {
            key: value
            for key in ("chain_means", "r_hat", "effective_size")
            if (value := getattr(answer, key, None)) is not None
        }
        return {**head, "estimate": None, "refused": {**refusal_json(answer), **more}}
    return {**head, **answer.to_json(), "refused": None}


def _brief(answer: Estimate | None, refused: NotEstimable | None) -> dict[str, Any]:
    if answer is None:
        return {
            "estimate": None,
            "low": None,
            "high": None,
            "model": "",
            "refused": refusal_json(refused) if refused else None,
        }
    low, high = answer.interval.get(0.95, (None, None))
    return {"estimate": answer.estimate, "low": low, "high": high, "model": answer.model, "refused": None}


def _changed_json(one: Changed) -> dict[str, Any]:
    return {"lists": list(one.lists), "n_seen": one.n_seen, **_brief(one.answer, one.refused)}


def _foretold_json(one: Foretold) -> dict[str, Any]:
    return {
        "list": one.list,
        "known": one.known,
        "held_elsewhere": one.held_elsewhere,
        "within": one.within(),
        **_brief(one.answer, one.refused),
    }
