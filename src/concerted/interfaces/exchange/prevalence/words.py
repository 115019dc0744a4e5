"""The words of a report in English and Simplified Chinese, without a framework; it decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

WORDS: Mapping[str, tuple[str, str]] = {
    "report": ("How many are hidden", "隐藏人数估计"),
    "verdict": ("Verdict", "结论"),
    "stable": ("Stable", "稳定"),
    "unstable": ("Unstable", "不稳定"),
    "not_identified": ("Not identified", "无法识别"),
    "why": ("Why", "理由"),
    "nothing_against": (
        "No rule found anything against it; the rules and their limits stand in the reference.",
        "各项规则均未发现异议；规则及其界限见参考文档。",
    ),
    "seen": ("Seen on at least one list", "至少在一个名单上的人数"),
    "lists": ("Lists", "名单"),
    "methods": ("What each method says", "各方法的结果"),
    "methods_note": (
        "The whole population, seen and hidden. Thick: 80 % interval; thin: 95 %. Filled marks are weighed in the "
        "verdict, hollow ones are shown beside them; a triangle is a lower bound.",
        "总人数（已见与隐藏）。粗线为 80% 区间，细线为 95% 区间。实心标记计入结论，空心标记仅供对照；三角为下界。",
    ),
    "method": ("Method", "方法"),
    "estimate": ("In all", "总数"),
    "hidden": ("Hidden", "隐藏"),
    "interval95": ("95 % interval", "95% 区间"),
    "interval80": ("80 % interval", "80% 区间"),
    "kind": ("Kind of interval", "区间类型"),
    "model": ("Model", "模型"),
    "refused": ("No number", "无数字"),
    "remarks": ("What to know beside the numbers", "数字之外须知"),
    "overlaps": ("Who is on which lists", "名单重叠情况"),
    "overlaps_note": (
        "Each column is one combination of lists; the bar is the number of people with exactly it.",
        "每一列为一种名单组合，柱高为恰好具有该组合的人数。",
    ),
    "further": ("{n} further combinations", "另有 {n} 种组合"),
    "people": ("People", "人数"),
    "combination": ("On these lists and no others", "仅在下列名单上"),
    "hidden_cell": ("hidden", "隐去"),
    "hidden_counts": (
        "Counts below {least} are hidden, others with them where a total would give them away, and estimates are "
        "rounded.",
        "小于 {least} 的人数已隐去；为防由合计推出，其他一些人数也一并隐去，估计值已取整。",
    ),
    "path": ("The threshold path", "阈值路径"),
    "path_note": (
        "The stepwise estimate as the p-value at which an overlap is let in grows; the band is the 95 % interval were "
        "the model known.",
        "随着纳入重叠的 p 值阈值增大，逐步法估计的变化；色带为假定模型已知时的 95% 区间。",
    ),
    "threshold": ("Threshold", "阈值"),
    "without": ("One list left out", "去掉一个名单"),
    "without_note": (
        "The same population, had one list never been kept.",
        "假如某一名单从未存在，对同一人群的估计。",
    ),
    "merged": ("Two lists merged", "合并两个名单"),
    "merged_note": (
        "The same population, with two lists kept as one.",
        "把两个名单并为一个时，对同一人群的估计。",
    ),
    "odds": ("What nobody can test", "无法检验的假设"),
    "odds_note": (
        "All models assume that the odds ratio among all lists together is 1. Every point of this curve fits the table "
        "equally well.",
        "所有模型都假定全部名单之间的整体优势比为 1。曲线上每一点与表的吻合程度完全相同。",
    ),
    "factor": ("Odds ratio among all lists", "全部名单间的优势比"),
    "consistency": ("Can it foretell what is known?", "能否预测已知的数？"),
    "consistency_note": (
        "For each list: its people as the other lists hold them, estimated, beside how many it truly holds.",
        "对每个名单：根据其他名单对其中人员的记录进行估计，并与该名单实际人数对照。",
    ),
    "known": ("Truly on it", "实际人数"),
    "held": ("Held by others too", "其他名单也有"),
    "foretold": ("Foretold", "预测"),
    "within": ("In the interval", "在区间内"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "assumed": ("What was assumed", "所作假设"),
    "made": ("How this was made", "生成方式"),
    "version": ("Version", "版本"),
    "seed": ("Seed", "随机种子"),
    "data_hash": ("Hash of the table", "表的哈希值"),
    "options": ("Options", "选项"),
    "source": ("Source of the table", "表的来源"),
    "seconds": ("Seconds", "用时（秒）"),
    "citations": ("Papers", "文献"),
    "list": ("List", "名单"),
    "left_out": ("Left out", "去掉"),
    "merged_pair": ("Merged", "合并"),
    "figures_of": ("Numbers of this picture", "本图数据"),
    "between": ("{low} to {high}", "{low} 至 {high}"),
    "or_more": ("{low} or more", "{low} 以上"),
    "one_number": (
        "Give the verdict and the span together, never one number alone.",
        "引用时请同时给出结论与范围，不要只给一个数。",
    ),
}

KINDS: Mapping[str, tuple[str, str]] = {
    "bca": ("bootstrap (BCa), the choice of model repeated", "自助法（BCa），每次重新选模型"),
    "percentile": ("bootstrap (percentile)", "自助法（百分位）"),
    "conditional": ("given the model, too narrow", "假定模型已知，偏窄"),
    "profile": ("profile likelihood", "剖面似然"),
    "posterior": ("posterior", "后验"),
    "log-normal": ("log-normal", "对数正态"),
}


class Speech:
    """Words in one language; numbers with thousands marked."""

    def __init__(self, language: str) -> None:
        self.chinese = language.startswith("zh")
        self.tag = "zh-Hans" if self.chinese else "en"

    def __call__(self, key: str, **values: object) -> str:
        """The word of this key, with values filled in."""
        text = WORDS[key][self.chinese]
        return text.format(**values) if values else text

    def kind(self, key: str) -> str:
        """What kind of interval it is; the key itself where it has no words."""
        return KINDS[key][self.chinese] if key in KINDS else key

    def of(self, thing: Mapping[str, Any], key: str = "text") -> str:
        """A text that the library carries in both languages."""
        return str((thing.get(f"{key}_zh") if self.chinese else "") or thing.get(key) or "")

    def number(self, value: float | None) -> str:
        """A number of people; a dash where there is none."""
        return "–" if value is None else f"{value:,.0f}"

    def span(self, ends: Any) -> str:
        """Both ends of an interval; an end that is missing is open."""
        if not ends:
            return "–"
        low, high = ends
        if high is None:
            return self("or_more", low=self.number(low))
        return self("between", low=self.number(low), high=self.number(high))

    def joined(self, names: Any) -> str:
        """Names of lists one after the other."""
        return ("、" if self.chinese else ", ").join(names)


def panel_text(panel: Mapping[str, Any], *, language: str) -> str:
    """The panel as plain text: verdict first, then every method, then what moves it."""
    say = Speech(language)
    verdict = panel["verdict"]
    lines = [
        f"{say('verdict')}: {say(verdict['standing'])}",
        f"  {say.of(verdict)}",
        *(f"  - {say.of(reason)}" for reason in verdict["reasons"]),
        "",
        f"{say('seen')}: {say.number(panel['table']['n'])}",
        f"{say('methods')}:",
    ]
    width = max(len(one["method"]) for one in panel["methods"])
    for one in panel["methods"]:
        if one["estimate"] is None:
            lines.append(f"  {one['method']:<{width}}  {say('refused')}: {say.of(one['refused'])}")
            continue
        span = say.span(one["interval"].get("0.95"))
        lines.append(
            f"  {one['method']:<{width}}  {say.number(one['estimate']):>12}  ({span})  {one['model']}"
        )
    lines += ["", f"{say('path')}:"]
    lines += [
        f"  {one['threshold']:<8g}{say.number(one['estimate']):>12}  {one['model']}"
        for one in panel["threshold_path"]
    ]
    if panel["leave_one_out"]:
        lines += ["", f"{say('without')}:"]
        lines += [
            f"  {say.joined(one['lists'])}  {say.number(one['estimate'])}" for one in panel["leave_one_out"]
        ]
    lines += ["", f"{say('assumed')}:", *(f"  - {say.of(one)}" for one in panel["assumptions"])]
    return "\n".join(lines)
