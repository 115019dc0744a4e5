"""A screening result as plain data for machines (schema concerted/screening-result/1); it adds nothing to it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from concerted.methods.law import (
    Answer,
    Combination,
    DimensionScore,
    IndicatorSet,
    ScreeningForm,
    ScreeningResult,
)

RESULT_SCHEMA = "concerted/screening-result/1"


def result_as_data(form: ScreeningForm, result: ScreeningResult, indicators: IndicatorSet) -> dict[str, Any]:
    """Return the result with every step, JSON-ready; never without the sentence that it is no legal finding."""
    name = indicators.result_name(result.result)
    return {
        "schema": RESULT_SCHEMA,
        "is_legal_finding": result.is_legal_finding,
        "not_a_finding": {"en": result.not_a_finding_en, "zh": result.not_a_finding_zh},
        "indicator_set": {"id": result.indicator_set, "version": result.version, "source": indicators.source},
        "list": result.list,
        "reference": form.reference,
        "screened_on": form.screened_on.isoformat() if form.screened_on else None,
        "screener": {"agency": form.screener_agency, "role": form.screener_role},
        "source_of_identification": form.source_of_identification,
        "language": form.language,
        "interpreter": form.interpreter.value,
        "age": {"from": form.age.lowest, "to": form.age.highest},
        "act": form.act.value,
        "answered": {answer.value: result.answered[answer] for answer in Answer},
        "counts_are_minimums": True,
        "dimensions": [_dimension(score, indicators) for score in result.dimensions],
        "elements": {element: standing.value for element, standing in result.elements.items()},
        "result": {"code": name.id, "en": name.en, "zh": name.zh, "note": name.note},
        "is_settled": result.is_settled,
        "still_possible": list(result.still_possible),
        "steps": [
            {
                "result": step.result,
                "fits": step.fits,
                "because": {dimension: standing.value for dimension, standing in step.because},
            }
            for step in result.steps
        ],
        "cautions": [asdict(caution) for caution in result.cautions],
    }


def _dimension(score: DimensionScore, indicators: IndicatorSet) -> dict[str, Any]:
    named = next(one for one in indicators.dimensions if one.id == score.dimension)
    return {
        "id": score.dimension,
        "en": named.en,
        "zh": named.zh,
        "standing": score.standing.value,
        "counts": {strength.value: count for strength, count in score.counts.items()},
        **{answer.value: list(getattr(score, answer.value)) for answer in Answer},
        "met_by": _needed(score.met_by) if score.met_by else None,
        "steps": [
            {
                "needs": _needed(step.combination),
                "is_met": step.is_met,
                "lacking": step.lacking,
                "is_within_reach": step.is_within_reach,
            }
            for step in score.steps
        ],
    }


def _needed(combination: Combination) -> dict[str, int]:
    return {name: count for name, count in asdict(combination).items() if count}
