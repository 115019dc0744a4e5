"""A screening result in words, English or Chinese, for a terminal or a printout; it adds nothing to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Literal

from concerted.methods.law import (
    Answer,
    Combination,
    DimensionScore,
    IndicatorSet,
    ReadingStep,
    ScreeningForm,
    ScreeningResult,
    Standing,
)

Language = Literal["en", "zh"]

# The command works without Django, whose catalogues hold the other texts; so these stand in both languages here.
_WORDS: dict[str, dict[Language, str]] = {
    "title": {
        "en": "Screening by {set}, version {version}: {list}",
        "zh": "甄别：{set} 第{version}版，{list}",
    },
    "by": {"en": "Screened by: {agency} {role}", "zh": "甄别人：{agency} {role}"},
    "source": {"en": "How the person came to notice: {source}", "zh": "发现途径：{source}"},
    "on": {"en": "On: {day}", "zh": "日期：{day}"},
    "reference": {"en": "Reference: {reference}", "zh": "编号：{reference}"},
    "not_recorded": {"en": "not recorded", "zh": "未记录"},
    "minimum": {
        "en": "Yes {yes}, no {no}, declined {declined}, unknown {unknown}, not asked {not_asked}. Counts are minimums.",
        "zh": "回答：是{yes}，否{no}，拒答{declined}，不知道{unknown}，未问{not_asked}。计数均为最低数。",
    },
    "met": {"en": "because of {needs}", "zh": "符合：{needs}"},
    "lacking": {
        "en": "{count} more yes could make it positive ({needs})",
        "zh": "再有{count}项“是”即可能为阳性（{needs}）",
    },
    "never": {"en": "no missing answer could make it positive", "zh": "缺失的回答不会使其成为阳性"},
    "dimension": {"en": "{name}: {standing} - {why}", "zh": "{name}：{standing}，{why}"},
    "indicator": {"en": "    {id} {label}: {answer}", "zh": "    {id} {label}：{answer}"},
    "result": {"en": "Reading: {name}", "zh": "结果：{name}"},
    "open": {"en": "Still possible: {names}", "zh": "仍有可能：{names}"},
    "row": {"en": "{name}: {fits} ({because})", "zh": "{name}：{fits}（{because}）"},
    "fits_true": {"en": "fits", "zh": "符合"},
    "fits_false": {"en": "does not fit", "zh": "不符合"},
    "fits_none": {"en": "not yet known", "zh": "尚不确定"},
    "act": {"en": "Act", "zh": "行为"},
    "positive": {"en": "positive", "zh": "阳性"},
    "negative": {"en": "negative", "zh": "阴性"},
    "open_standing": {"en": "open", "zh": "待定"},
    "strong": {"en": "{count} strong", "zh": "强指标{count}项"},
    "medium": {"en": "{count} medium", "zh": "中等指标{count}项"},
    "weak": {"en": "{count} weak", "zh": "弱指标{count}项"},
    "medium_or_weak": {"en": "{count} medium or weak", "zh": "中等或弱指标{count}项"},
    "yes": {"en": "yes", "zh": "是"},
    "declined": {"en": "declined", "zh": "拒答"},
    "unknown": {"en": "unknown", "zh": "不知道"},
    "rows": {"en": "Rows of the rule:", "zh": "规则各行："},
    "translation": {"en": "", "zh": "（指标中文名称为本项目自译，非官方译文。）"},
}


def result_as_text(
    form: ScreeningForm, result: ScreeningResult, indicators: IndicatorSet, language: Language = "en"
) -> str:
    """Return the result in words, every step with its reason, opening with the sentence that it is no finding."""
    return "\n".join(_lines(form, result, indicators, language)) + "\n"


def _lines(
    form: ScreeningForm, result: ScreeningResult, indicators: IndicatorSet, language: Language
) -> Iterator[str]:
    said = _Said(language)
    listed = indicators.list_of(form.list)
    yield result.not_a_finding_zh if language == "zh" else result.not_a_finding_en
    yield said("title", set=indicators.id, version=indicators.version, list=getattr(listed, language))
    if form.reference:
        yield said("reference", reference=form.reference)
    nobody = "" if form.screener_agency or form.screener_role else said("not_recorded")
    yield said("by", agency=form.screener_agency or nobody, role=form.screener_role).rstrip()
    yield said("source", source=form.source_of_identification or said("not_recorded"))
    yield said("on", day=form.screened_on or said("not_recorded"))
    yield said("minimum", **{answer.value: count for answer, count in result.answered.items()})
    yield ""
    for score in result.dimensions:
        yield from _dimension(score, indicators, said)
    yield ""
    yield said("rows")
    for step in result.steps:
        yield f"  - {_row(step, indicators, said)}"
    yield ""
    yield said("result", name=_result(result.result, indicators, language))
    if not result.is_settled:
        names = (_result(one, indicators, language) for one in result.still_possible)
        yield said("open", names=("；" if language == "zh" else "; ").join(names))
    for caution in result.cautions:
        yield f"  ! {getattr(caution, language)}"
    if said("translation"):
        yield said("translation")


class _Said:
    """A phrase in the reader's language with its blanks filled."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, phrase: str, **blanks: object) -> str:
        return _WORDS[phrase][self.language].format(**blanks)


def _dimension(score: DimensionScore, indicators: IndicatorSet, said: _Said) -> Iterator[str]:
    named = next(one for one in indicators.dimensions if one.id == score.dimension)
    labels = {one.id: getattr(one, said.language) for one in named.indicators}
    yield said(
        "dimension",
        name=getattr(named, said.language),
        standing=_standing(score.standing, said),
        why=_why(score, said),
    )
    for answer in (Answer.YES, Answer.DECLINED, Answer.UNKNOWN):
        for name in getattr(score, answer.value):
            yield said("indicator", id=name, label=labels[name], answer=said(answer.value))


def _why(score: DimensionScore, said: _Said) -> str:
    if score.met_by is not None:
        return said("met", needs=_needs(score.met_by, said))
    if score.standing is Standing.NEGATIVE:
        return said("never")
    nearest = min((step for step in score.steps if step.is_within_reach), key=lambda step: step.lacking)
    return said("lacking", count=nearest.lacking, needs=_needs(nearest.combination, said))


def _needs(combination: Combination, said: _Said) -> str:
    parts = (said(name, count=count) for name, count in asdict(combination).items() if count)
    return ("加" if said.language == "zh" else " + ").join(parts)


def _row(step: ReadingStep, indicators: IndicatorSet, said: _Said) -> str:
    fits = said({True: "fits_true", False: "fits_false", None: "fits_none"}[step.fits])
    named = {one.id: getattr(one, said.language) for one in indicators.dimensions} | {"act": said("act")}
    because = ("，" if said.language == "zh" else ", ").join(
        f"{named[name]} {_standing(standing, said)}" for name, standing in step.because
    )
    return said("row", name=_result(step.result, indicators, said.language), fits=fits, because=because)


def _standing(standing: Standing, said: _Said) -> str:
    return said("open_standing" if standing is Standing.OPEN else standing.value)


def _result(result: str, indicators: IndicatorSet, language: Language) -> str:
    return str(getattr(indicators.result_name(result), language))
