"""When an estimate is called stable, unstable or not identified: the rules as data, and their one reading."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from concerted.methods.prevalence._public import significant
from concerted.methods.prevalence._wording import Said


class Standing(StrEnum):
    """What can be said of the hidden number from this table."""

    STABLE = "stable"
    UNSTABLE = "unstable"
    NOT_IDENTIFIED = "not_identified"


@dataclass(frozen=True)
class Answer:
    """One judged method's number with its 95 % interval, all of the whole population; infinite where unbounded."""

    method: str
    label: Said
    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class Evidence:
    """Everything the rules look at.

    several: people on two lists or more. asked: judged methods that were asked. answers: those that gave a number.
    refusals: method -> code of its refusal. bound: low end of Chao's lower bound, None where it refused. path:
    estimates along the thresholds, None where refused. without: list -> estimate without it. reference: the
    estimate path and `without` are compared with. foretold: lists foretold within the interval, of how many.
    resamples_refused: method -> share of its resamples that had no estimate. linked: the estimate as the records were
    joined, and over linkages drawn again; None where that was not asked. unsound: what is wrong with the lists
    themselves: empty, holding everybody, or one another's double.
    """

    k: int
    n: int
    several: int
    asked: int
    answers: tuple[Answer, ...]
    refusals: Mapping[str, str] = field(default_factory=dict)
    bound: float | None = None
    path: tuple[float | None, ...] = ()
    without: Mapping[str, float | None] = field(default_factory=dict)
    reference: float | None = None
    foretold: tuple[int, int] = (0, 0)
    resamples_refused: Mapping[str, float] = field(default_factory=dict)
    linked: tuple[float, float] | None = None
    unsound: tuple[Said, ...] = ()


@dataclass(frozen=True)
class Limits:
    """Where the rules draw their lines; ratios are of hidden numbers.

    The lines are conventions, fixed before any table was judged, and stand in every report.
    """

    lists: int = 3
    several: int = 10
    methods: int = 2
    far_apart: float = 5.0
    apart: float = 1.5
    path: float = 1.5
    list_matters: float = 2.0
    wide: float = 5.0
    unbounded: float = 25.0
    missed: float = 0.25
    resamples: float = 0.05
    linkage: float = 1.25


LIMITS = Limits()
Found = Mapping[str, Any] | None


@dataclass(frozen=True)
class Rule:
    """If `finds` finds something, the verdict is at least `then`, for the reason in `text`."""

    code: str
    then: Standing
    finds: Callable[[Evidence, Limits], Found]
    text: Said


@dataclass(frozen=True)
class Reason:
    """A rule that held, in words."""

    code: str
    then: Standing
    text: Said


@dataclass(frozen=True)
class Verdict:
    """The standing, why, and the span of all judged intervals; a stable one still rests on the assumptions shown."""

    standing: Standing
    summary: Said
    reasons: tuple[Reason, ...]
    low: float | None
    high: float | None

    def to_json(self) -> dict[str, Any]:
        """JSON-ready, every text in both languages."""
        return {
            "standing": str(self.standing),
            "text": str(self.summary),
            "text_zh": self.summary.zh,
            "reasons": [
                {"code": one.code, "then": str(one.then), "text": str(one.text), "text_zh": one.text.zh}
                for one in self.reasons
            ],
            "low": self.low,
            "high": self.high,
        }


def judge(evidence: Evidence, limits: Limits = LIMITS) -> Verdict:
    """Read every rule; the worst that holds decides, and all that hold are told."""
    reasons = tuple(
        Reason(rule.code, rule.then, rule.text.format(**found))
        for rule in RULES
        if (found := rule.finds(evidence, limits)) is not None
    )
    standings = {reason.then for reason in reasons}
    standing = next(
        (s for s in (Standing.NOT_IDENTIFIED, Standing.UNSTABLE) if s in standings), Standing.STABLE
    )
    low = min((one.low for one in evidence.answers), default=None)
    high = max((one.high for one in evidence.answers), default=None)
    return Verdict(standing, _summary(standing, low, high), reasons, _finite(low), _finite(high))


def _summary(standing: Standing, low: float | None, high: float | None) -> Said:
    if standing is Standing.NOT_IDENTIFIED or low is None or high is None or not math.isfinite(high):
        return SUMMARIES[Standing.NOT_IDENTIFIED]
    return SUMMARIES[standing].format(low=_people(low), high=_people(high))


SUMMARIES: Mapping[Standing, Said] = {
    Standing.STABLE: Said(
        "The methods agree: between {low} and {high} people in all. They may still be wrong together, if the people on "
        "no list differ from those on some.",
        "各方法结果一致：总数约在 {low} 至 {high} 人之间。"
        "但如果不在任何名单上的人与在名单上的人本质不同，各方法仍可能一起出错。",
    ),
    Standing.UNSTABLE: Said(
        "The answer depends on the method or on a single choice: the intervals reach from {low} to {high} people in "
        "all. Give the whole span and the reasons below, never one number.",
        "结果取决于所用方法或某一项选择：各区间合起来从 {low} 到 {high} 人。"
        "引用时应给出整个范围和下列理由，不要只给一个数。",
    ),
    Standing.NOT_IDENTIFIED: Said(
        "This table does not say how many people are hidden. Any number taken from it would rest on assumption alone.",
        "此表无法说明隐藏人数。由它得出的任何数字都只是假设的结果。",
    ),
}


def _hidden(value: float, e: Evidence) -> float:
    return max(value - e.n, 0.0)


def _ratio(values: list[float]) -> float:
    """The largest over the smallest; infinite where the smallest is nothing and the largest is not."""
    low, high = min(values), max(values)
    if high <= low:
        return 1.0
    return high / low if low > 0 else math.inf


def _too_few_lists(e: Evidence, limits: Limits) -> Found:
    return {"k": e.k} if e.k < limits.lists else None


def _too_few_several(e: Evidence, limits: Limits) -> Found:
    return {"several": e.several, "least": limits.several} if e.several < limits.several else None


def _too_few_methods(e: Evidence, limits: Limits) -> Found:
    given = len(e.answers)
    return {"given": given, "asked": e.asked} if given < min(limits.methods, e.asked) or not given else None


def _span(e: Evidence) -> tuple[float, Answer, Answer] | None:
    if len(e.answers) < 2:
        return None
    least = min(e.answers, key=lambda one: one.estimate)
    most = max(e.answers, key=lambda one: one.estimate)
    return _ratio([_hidden(one.estimate, e) for one in e.answers]), least, most


def _methods_apart(factor: Callable[[Limits], float], below: Callable[[Limits], float] | None = None) -> Any:
    def finds(e: Evidence, limits: Limits) -> Found:
        span = _span(e)
        if span is None or span[0] < factor(limits) or (below is not None and span[0] >= below(limits)):
            return None
        ratio, least, most = span
        return {
            "ratio": _times(ratio),
            "least": least.label,
            "low": _people(least.estimate),
            "most": most.label,
            "high": _people(most.estimate),
        }

    return finds


def _no_upper_limit(e: Evidence, limits: Limits) -> Found:
    if not e.answers:
        return None
    open_ended = [one for one in e.answers if _width(one, e) >= limits.unbounded]
    return {"method": open_ended[0].label} if len(open_ended) == len(e.answers) else None


def _wide(e: Evidence, limits: Limits) -> Found:
    widest = max(e.answers, key=lambda one: _width(one, e), default=None)
    if widest is None or _width(widest, e) < limits.wide:
        return None
    return {"method": widest.label, "low": _people(widest.low), "high": _people(widest.high)}


def _width(one: Answer, e: Evidence) -> float:
    return _ratio([_hidden(one.low, e), _hidden(one.high, e)])


def _path_jumps(e: Evidence, limits: Limits) -> Found:
    known = [value for value in e.path if value is not None]
    if len(known) < 2 or _ratio([_hidden(value, e) for value in known]) < limits.path:
        return None
    return {"low": _people(min(known)), "high": _people(max(known))}


def _list_matters(e: Evidence, limits: Limits) -> Found:
    if e.reference is None:
        return None
    # without a list fewer people are seen, but the population is the same: the whole is compared
    moved = {name: _ratio([value, e.reference]) for name, value in e.without.items() if value is not None}
    worst = max(moved, key=lambda name: moved[name], default=None)
    if worst is None or moved[worst] < limits.list_matters:
        return None
    value = e.without[worst]
    assert value is not None
    return {"name": worst, "value": _people(value), "reference": _people(e.reference)}


def _below_bound(e: Evidence, limits: Limits) -> Found:
    bound = e.bound
    if bound is None:
        return None
    below = [one for one in e.answers if one.estimate < bound]
    if not below:
        return None
    names = Said(", ".join(str(one.label) for one in below), "、".join(one.label.zh for one in below))
    return {"methods": names, "bound": _people(bound)}


def _chains_disagree(e: Evidence, limits: Limits) -> Found:
    return {} if e.refusals.get("latent-class") == "chains_disagree" else None


def _foretold_badly(e: Evidence, limits: Limits) -> Found:
    held, asked = e.foretold
    if asked == 0 or asked - held < 2 or (asked - held) / asked <= limits.missed:
        return None
    return {"missed": asked - held, "asked": asked}


def _resamples_lost(e: Evidence, limits: Limits) -> Found:
    worst = max(e.resamples_refused.values(), default=0.0)
    return {"share": f"{worst:.0%}"} if worst > limits.resamples else None


def _unsound_lists(e: Evidence, limits: Limits) -> Found:
    if not e.unsound:
        return None
    return {"what": Said(" ".join(e.unsound), "".join(one.zh for one in e.unsound))}


def _linkage_matters(e: Evidence, limits: Limits) -> Found:
    if e.linked is None or _ratio(list(e.linked)) < limits.linkage:
        return None
    return {"linked": _people(e.linked[0]), "drawn": _people(e.linked[1])}


RULES: tuple[Rule, ...] = (
    Rule("unsound_lists", Standing.NOT_IDENTIFIED, _unsound_lists, Said("{what}", "{what}")),
    Rule(
        "too_few_lists",
        Standing.NOT_IDENTIFIED,
        _too_few_lists,
        Said(
            "With {k} lists nobody can test whether being on one changes the chance of being on another.",
            "只有 {k} 个名单，无法检验在一个名单上是否会影响出现在另一名单上的机会。",
        ),
    ),
    Rule(
        "too_little_overlap",
        Standing.NOT_IDENTIFIED,
        _too_few_several,
        Said(
            "Only {several} people are on more than one list; below {least} the overlap says next to nothing.",
            "只有 {several} 人出现在一个以上名单上；少于 {least} 人时，重叠几乎不能说明问题。",
        ),
    ),
    Rule(
        "too_few_methods",
        Standing.NOT_IDENTIFIED,
        _too_few_methods,
        Said(
            "Only {given} of {asked} methods could give a number, so none can be checked against another.",
            "{asked} 种方法中只有 {given} 种能给出数字，无法互相核对。",
        ),
    ),
    Rule(
        "methods_far_apart",
        Standing.NOT_IDENTIFIED,
        _methods_apart(lambda limits: limits.far_apart),
        Said(
            "Methods differ {ratio} on the hidden number: {least} says {low} people in all, {most} says {high}.",
            "各方法对隐藏人数的估计相差 {ratio}：{least}得总数 {low} 人，{most}得 {high} 人。",
        ),
    ),
    Rule(
        "no_upper_limit",
        Standing.NOT_IDENTIFIED,
        _no_upper_limit,
        Said(
            "No method gives an upper limit worth the name.",
            "没有一种方法能给出有意义的上限。",
        ),
    ),
    Rule(
        "methods_apart",
        Standing.UNSTABLE,
        _methods_apart(lambda limits: limits.apart, lambda limits: limits.far_apart),
        Said(
            "Methods differ {ratio} on the hidden number: {least} says {low} people in all, {most} says {high}.",
            "各方法对隐藏人数的估计相差 {ratio}：{least}得总数 {low} 人，{most}得 {high} 人。",
        ),
    ),
    Rule(
        "path_jumps",
        Standing.UNSTABLE,
        _path_jumps,
        Said(
            "The stepwise estimate moves from {low} to {high} with the threshold at which overlaps are let in.",
            "逐步法的估计随纳入重叠的阈值在 {low} 至 {high} 之间变动。",
        ),
    ),
    Rule(
        "list_matters",
        Standing.UNSTABLE,
        _list_matters,
        Said(
            "Without the list {name} the estimate is {value} instead of {reference}.",
            "去掉名单 {name} 后，估计为 {value}，而不是 {reference}。",
        ),
    ),
    Rule(
        "wide_interval",
        Standing.UNSTABLE,
        _wide,
        Said(
            "The 95 % interval of {method} alone reaches from {low} to {high}.",
            "仅{method}的 95% 区间就从 {low} 到 {high}。",
        ),
    ),
    Rule(
        "below_lower_bound",
        Standing.UNSTABLE,
        _below_bound,
        Said(
            "Below {bound}, the low end of Chao's lower bound: {methods}. Some people are far harder to see than "
            "others.",
            "{methods}低于 Chao 下界的低端 {bound}：有些人比其他人难发现得多。",
        ),
    ),
    Rule(
        "chains_disagree",
        Standing.UNSTABLE,
        _chains_disagree,
        Said(
            "The latent-class chains did not reach one answer.",
            "潜类别模型的各条链没有得到一致结果。",
        ),
    ),
    Rule(
        "foretold_badly",
        Standing.UNSTABLE,
        _foretold_badly,
        Said(
            "Asked for lists whose size is known, the method misses {missed} of {asked}.",
            "用该方法预测人数已知的名单，{asked} 个中有 {missed} 个未命中。",
        ),
    ),
    Rule(
        "resamples_lost",
        Standing.UNSTABLE,
        _resamples_lost,
        Said(
            "In {share} of the resampled tables no estimate exists, so the interval leaves them out.",
            "{share} 的重抽样表没有估计值，区间未包含它们。",
        ),
    ),
    Rule(
        "linkage_matters",
        Standing.UNSTABLE,
        _linkage_matters,
        Said(
            "Under the stated errors in joining records the estimate is {drawn} instead of {linked}.",
            "按所述的记录合并误差，估计为 {drawn}，而不是 {linked}。",
        ),
    ),
)


def _people(value: float) -> str:
    """Three significant digits: nobody should read more into it."""
    return f"{significant(value):,.0f}" if math.isfinite(value) else "∞"


def _times(ratio: float) -> Said:
    if not math.isfinite(ratio):
        return Said("without limit", "无限倍")
    return Said(f"by a factor of {ratio:.1f}", f"{ratio:.1f} 倍")


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
