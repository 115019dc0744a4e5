"""The words of a report in English and Simplified Chinese, without a framework; it decides nothing."""

from __future__ import annotations

import re
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
    "checks": ("Checked before any number", "数字之前的检查"),
    "checks_note": (
        "Lists that are empty, hold everybody or double another; pairs of lists that share nobody; models of pairs "
        "that have no maximum likelihood estimate or leave the hidden number open.",
        "空名单、包含所有人的名单、相互重复的名单；没有重叠的名单对；没有最大似然估计或无法确定隐藏人数的两两关联模型。",
    ),
    "checks_fine": ("Nothing stands out in the lists.", "各名单未见异常。"),
    "models_fine": (
        "All {models} models of pairs have an estimate and identify the hidden number.",
        "{models} 个两两关联模型均有估计，且均能确定隐藏人数。",
    ),
    "models_failing": (
        "Of {models} models of pairs {failing} cannot be used: {none} have no estimate, {open} leave the hidden number "
        "open, {both} both.",
        "{models} 个两两关联模型中有 {failing} 个不可用：{none} 个没有估计，{open} 个无法确定隐藏人数，{both} 个兼有。",
    ),
    "models_failing_many": (
        "Of {models} models of pairs at least {failing} cannot be used; the count was ended there.",
        "{models} 个两两关联模型中至少有 {failing} 个不可用；计数到此为止。",
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
    "strata": ("By strata", "分层估计"),
    "strata_note": (
        "The method {method} in each stratum by itself, and with strata drawing on each other (partial pooling): "
        "the fewer people, the more a stratum is drawn to the others' mean. Each column adds up to its total, which "
        "need not be the estimate of the whole table.",
        "对每个分层单独使用方法“{method}”，并给出部分合并（各分层相互借用信息）的结果：人数越少，越向其他分层的均值靠拢。"
        "各列相加即为其合计，合计不必等于整表估计。",
    ),
    "stratum": ("Stratum", "分层"),
    "seen_short": ("Seen", "已见"),
    "pooled_none": ("Alone", "单独估计"),
    "pooled_partial": ("Partly pooled", "部分合并"),
    "total": ("Total", "合计"),
    "borrowed": ("{number} (from the others)", "{number}（借自其他分层）"),
    "no_total": ("No total without pooling: {why}.", "不合并时没有合计：{why}。"),
    "no_pooled_total": ("No total with partial pooling: {why}.", "部分合并时没有合计：{why}。"),
    "hidden_strata": (
        "Strata of fewer than {least} people are hidden, others with them where the total would give them away.",
        "少于 {least} 人的分层已隐去；为防由合计推出，其他一些分层也一并隐去。",
    ),
    "rounded_strata": ("Rounded numbers need not add up.", "取整后的数字相加不一定等于合计。"),
    "linkage": ("If records were joined wrongly", "若记录合并有误"),
    "linkage_note": (
        "The method {method} over {draws} linkages drawn under the stated errors, pooled; beside it, the same method "
        "on the table as its records were joined.",
        "在所述误差下抽取 {draws} 次链接，每次用方法“{method}”估计后合并；并与按原记录合并结果所得的估计对照。",
    ),
    "joined": ("Records joined", "记录合并"),
    "as_linked": ("As the records were joined", "按原合并结果"),
    "over_linkages": ("Over the drawn linkages", "按抽取的链接"),
    "rates_asked": (
        "Stated: {missed} of the comparisons of one person's records fail; {false} of the links join different people.",
        "所述误差：同一人的记录有 {missed} 未能匹配；链接中有 {false} 误将不同的人合并。",
    ),
    "links_asked": (
        "Stated: {records} records and {links} pairs of them, each with the probability that it is one person.",
        "所述：{records} 条记录及其中 {links} 对，每对均给出为同一人的概率。",
    ),
    "audited": ("{errors} of {compared} audited", "抽查 {compared} 例中 {errors} 例"),
    "in_all": (
        "{method}: {estimate} people in all, {seen} seen, {hidden} hidden",
        "{method}：共 {estimate} 人，已见 {seen} 人，隐藏 {hidden} 人",
    ),
    "level": ("{level} interval ({kind}): {span}", "{level} 区间（{kind}）：{span}"),
    "alone_misleads": (
        "One number alone misleads: run the same table without --method.",
        "单独一个数会误导：请不加 --method 再运行同一张表。",
    ),
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
    "mixture": ("answers laid over each other", "各次结果叠合"),
    "rubin": ("pooled by Rubin's rules", "按 Rubin 规则合并"),
    "simulated sum": ("simulated sum", "模拟求和"),
}


MODELS: Mapping[str, str] = {
    r"average of (\d+) decomposable graphs": r"\1 个可分解图的平均",
    r"at most (\d+) latent classes": r"至多 \1 个潜类别",
    r"Mh lower bound": "Mh 下界",
    r"(\S+) over (\d+) linkages": r"\1，\2 次链接",
    r"(\S+) in (\d+) strata": r"\1，\2 个分层",
}
"""Models that are told in words -> the same in Chinese; the others are terms and need none."""


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

    def model(self, text: str) -> str:
        """A model's terms, or its words; a dash where there is none."""
        if self.chinese:
            for english, chinese in MODELS.items():
                if re.fullmatch(english, text):
                    return re.sub(english, chinese, text)
        return text or "–"

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
        *(f"  {line}" for line in (checks_told(panel["checks"], say) if panel.get("checks") else ())),
        f"{say('methods')}:",
    ]
    width = max(len(one["method"]) for one in panel["methods"])
    for one in panel["methods"]:
        if one["estimate"] is None:
            lines.append(f"  {one['method']:<{width}}  {say('refused')}: {say.of(one['refused'])}")
            continue
        span = say.span(one["interval"].get("0.95"))
        lines.append(
            f"  {one['method']:<{width}}  {say.number(one['estimate']):>12}  ({span})  {say.model(one['model'])}"
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
    lines += parts_text(panel, say)
    lines += ["", f"{say('assumed')}:", *(f"  - {say.of(one)}" for one in panel["assumptions"])]
    return "\n".join(lines)


def method_text(given: Mapping[str, Any], *, language: str) -> str:
    """One method's answer as plain text, with its strata and linkages; empty where there is nothing to tell."""
    say = Speech(language)
    lines: list[str] = []
    if given["estimate"] is not None:
        people = {key: say.number(given[key]) for key in ("estimate", "hidden")}
        lines += [
            say("in_all", method=given["method"], seen=say.number(given["n_seen"]), **people),
            *(
                "  "
                + say("level", level=f"{float(level):.0%}", kind=given["interval_kind"], span=say.span(ends))
                for level, ends in given["interval"].items()
            ),
            f"  {say('model').lower()}: {say.model(given['model'])}",
            *(f"  ! {say.of(one)}" for one in given["warnings"]),
        ]
    lines += parts_text(given, say)
    if given["estimate"] is not None:
        lines.append("  " + say("alone_misleads"))
    return "\n".join(lines)


def parts_text(told: Mapping[str, Any], say: Speech) -> list[str]:
    """Strata and drawn linkages as lines; none where neither was asked."""
    lines: list[str] = []
    if told.get("strata"):
        lines += ["", f"{say('strata')} ({say.joined(told['strata']['by'])}; {told['strata']['method']}):"]
        for one in told["strata"]["poolings"]:
            lines.append(f"  {say('pooled_' + one['pooling'])}:")
            lines += [_stratum_line(part["stratum"], part, say) for part in one["strata"]]
            lines.append(
                _stratum_line(say("total"), one["total"], say)
                if one["total"]
                else "    " + no_total(one, say)
            )
    if told.get("linkage"):
        lines += [
            "",
            f"{say('linkage')} ({told['linkage']['method']}):",
            f"  {asked_of_links(told['linkage'], say)}",
        ]
        for key, words in (("as_linked", "as_linked"), ("answer", "over_linkages")):
            one = told["linkage"][key]
            if one:
                span = say.span(one["interval"].get("0.95"))
                lines.append(f"  {say(words)}: {say.number(one['estimate'])}  ({span})")
            elif told["linkage"]["refused"]:
                lines.append(f"  {say(words)}: {say('refused')}: {say.of(told['linkage']['refused'])}")
    return lines


def _stratum_line(name: str, one: Mapping[str, Any], say: Speech) -> str:
    if one.get("suppressed"):
        return f"    {name}: {say('hidden_cell')}"
    seen = f"{say('seen_short')} {say.number(one['n_seen'])}"
    if one["estimate"] is None:
        return f"    {name}: {seen}; {say('refused')}: {say.of(one['refused'])}"
    number = say.number(one["estimate"])
    said = say("borrowed", number=number) if one.get("borrowed") else number
    return f"    {name}: {seen}; {said}  ({say.span(one['interval'].get('0.95'))})"


def checks_told(checks: Mapping[str, Any], say: Speech) -> list[str]:
    """What the checks found, as sentences."""
    told = [say.of(one) for one in checks["cautions"]] or [say("checks_fine")]
    models = checks["models"]
    counted = {"models": say.number(models["of_pairs"]), "failing": say.number(models["failing"])}
    if models["complete"] and not models["failing"]:
        return [*told, say("models_fine", models=counted["models"])]
    if not models["complete"]:
        return [*told, say("models_failing_many", **counted)]
    split = {"none": models["no_estimate"], "open": models["not_identifiable"], "both": models["both"]}
    return [
        *told,
        say("models_failing", **counted, **{key: say.number(value) for key, value in split.items()}),
    ]


def no_total(one: Mapping[str, Any], say: Speech) -> str:
    """Why the strata of this pooling have no total."""
    why = say.of(one["refused"]).rstrip("。.")
    return say("no_total" if one["pooling"] == "none" else "no_pooled_total", why=why)


def asked_of_links(linkage: Mapping[str, Any], say: Speech) -> str:
    """What was stated of errors in joining records."""
    asked = linkage["asked"]
    if "records" in asked:
        return say("links_asked", records=say.number(asked["records"]), links=say.number(asked["links"]))
    return say("rates_asked", missed=_rates(asked["missed"], say), false=_rates(asked["false"], say))


def _rates(rates: Any, say: Speech) -> str:
    if isinstance(rates, Mapping):
        return say.joined(f"{pair} {_rates(rate, say)}" for pair, rate in rates.items())
    if isinstance(rates, list | tuple):
        return say("audited", errors=rates[0], compared=rates[1])
    return f"{rates:.1%}"
