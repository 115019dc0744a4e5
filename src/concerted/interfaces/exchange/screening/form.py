"""A screening form as JSON: reads one, telling every fault with its field at once, and writes an empty one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from concerted.errors import Invalid, Problem
from concerted.methods.law import AgeRange, Answer, IndicatorSet, ScreeningForm

FORM_SCHEMA = "concerted/screening-form/1"
LARGEST_FORM = 1024 * 1024
"""Bytes; a form with every indicator and its labels is below a fiftieth of this."""
_OLDEST = 130
_ANSWERS = ", ".join(Answer)
_TEXTS = {
    "reference": "reference",
    "source_of_identification": "source_of_identification",
    "language": "language",
}
_FIELDS = frozenset(
    {
        "schema",
        "indicator_set",
        "list",
        "screened_on",
        "screener",
        "interpreter",
        "age",
        "act",
        "answers",
        "note",
        *_TEXTS,
    }
)


def read_form(data: bytes, filename: str) -> ScreeningForm:
    """Return the form a JSON file holds (UTF-8). Raises Invalid with every field at fault and its remedy."""
    if len(data) > LARGEST_FORM:
        raise Invalid(
            "The file is larger than a screening form can be.", where=filename, remedy="Hand in one form."
        )
    try:
        found = json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_without_doubles, parse_constant=_no_number
        )
    except UnicodeDecodeError as fault:
        raise Invalid("The file is not UTF-8 text.", where=filename, remedy="Save it as UTF-8.") from fault
    except json.JSONDecodeError as fault:
        raise Invalid(
            f"The file is not JSON: {fault.msg}.",
            where=f"{filename}, line {fault.lineno}, column {fault.colno}",
            remedy="`concerted screen --blank adult_labour` prints a form to fill.",
        ) from fault
    except RecursionError as fault:
        raise Invalid("The file is nested deeper than a form is.", where=filename) from fault
    if not isinstance(found, dict):
        raise Invalid("The file holds no form.", where=filename, remedy="A form is one JSON object.")
    try:
        return form_from(found)
    except Invalid as fault:
        raise Invalid(
            fault.what, where=filename, problems=fault.problems, remedy=fault.remedy, code=fault.code
        ) from fault


def form_from(data: Mapping[str, Any]) -> ScreeningForm:
    """Return the form a mapping holds. Only `list` is compulsory; what is missing was not asked.

    Raises Invalid with all problems, each with the field (answers.DR-01, age.from ...) and the remedy.
    """
    problems: list[Problem] = []
    if data.get("schema", FORM_SCHEMA) != FORM_SCHEMA:
        problems.append(
            Problem(f"The schema is {data['schema']!r}.", field="schema", remedy=f"Write {FORM_SCHEMA}.")
        )
    for name in sorted(set(data) - _FIELDS):
        problems.append(
            Problem(
                "A form has no such field.", field=name, remedy=f"There are {', '.join(sorted(_FIELDS))}."
            )
        )
    if not isinstance(data.get("list"), str) or not data["list"]:
        problems.append(
            Problem("It is missing.", field="list", remedy="Name the list of indicators, as adult_labour.")
        )
    screener = _mapping(data.get("screener"), "screener", problems)
    for name in sorted(set(screener) - {"agency", "role"}):
        problems.append(
            Problem(
                "A screener has no such field.", field=f"screener.{name}", remedy="There are agency and role."
            )
        )
    form = ScreeningForm(
        list=str(data.get("list", "")),
        answers=_answers(data.get("answers"), problems),
        act=_answer(data.get("act"), "act", problems),
        age=_age(data.get("age"), problems),
        screened_on=_date(data.get("screened_on"), "screened_on", problems),
        screener_agency=_text(screener.get("agency"), "screener.agency", problems),
        screener_role=_text(screener.get("role"), "screener.role", problems),
        interpreter=_answer(data.get("interpreter"), "interpreter", problems),
        **{name: _text(data.get(name), name, problems) for name in _TEXTS},
    )
    if problems:
        raise Invalid("The form cannot be read.", problems=problems)
    return form


def blank_form(list_id: str, indicators: IndicatorSet) -> dict[str, Any]:
    """Return an empty form of the list, each indicator with its words. Raises Invalid where the list has no text."""
    indicators.list_of(list_id)
    return {
        "schema": FORM_SCHEMA,
        "indicator_set": f"{indicators.id} version {indicators.version}",
        "note": f"Answers: {_ANSWERS}. Screening only, never a legal finding. / 仅供初步甄别，不是法律认定。",
        "list": list_id,
        "reference": "",
        "screened_on": None,
        "screener": {"agency": "", "role": ""},
        "source_of_identification": "",
        "language": "",
        "interpreter": Answer.NOT_ASKED,
        "age": {"from": None, "to": None},
        "act": {
            "en": "Recruited, moved, harboured or received by somebody",
            "zh": "被他人招募、转移、窝藏或接收",
            "answer": Answer.NOT_ASKED,
        },
        "answers": dict(_blank_answers(list_id, indicators)),
    }


def _blank_answers(list_id: str, indicators: IndicatorSet) -> Iterator[tuple[str, dict[str, str]]]:
    for dimension in indicators.dimensions:
        for one in dimension.in_list(list_id):
            words = {"en": f"{dimension.en}: {one.en}", "zh": f"{dimension.zh}：{one.zh}"}
            yield one.id, {**words, "answer": Answer.NOT_ASKED}


def _answers(found: object, problems: list[Problem]) -> dict[str, Answer]:
    given = _mapping(found, "answers", problems)
    return {name: _answer(value, f"answers.{name}", problems) for name, value in given.items()}


def _answer(found: object, field: str, problems: list[Problem]) -> Answer:
    if isinstance(found, Mapping):
        found = found.get("answer")
    if found is None:
        return Answer.NOT_ASKED
    if isinstance(found, str) and found in set(Answer):
        return Answer(found)
    problems.append(
        Problem(f"{_shown(found)} is no answer.", field=field, remedy=f"Write one of {_ANSWERS}.")
    )
    return Answer.NOT_ASKED


def _age(found: object, problems: list[Problem]) -> AgeRange:
    if found is None:
        return AgeRange()
    if _is_age(found):
        return AgeRange(found, found)  # type: ignore[arg-type]
    if not isinstance(found, Mapping) or set(found) - {"from", "to"}:
        remedy = 'Write a number of years, or {"from": 16, "to": 19}; leave out what is not known.'
        problems.append(Problem(f"{_shown(found)} is no age.", field="age", remedy=remedy))
        return AgeRange()
    for end in ("from", "to"):
        if found.get(end) is not None and not _is_age(found[end]):
            problems.append(
                Problem(
                    f"{_shown(found[end])} is no age.",
                    field=f"age.{end}",
                    remedy=f"Write whole years, 0 to {_OLDEST}.",
                )
            )
            return AgeRange()
    return AgeRange(found.get("from"), found.get("to"))


def _is_age(found: object) -> bool:
    return isinstance(found, int) and not isinstance(found, bool) and 0 <= found <= _OLDEST


def _date(found: object, field: str, problems: list[Problem]) -> date | None:
    if found is None or found == "":
        return None
    try:
        return date.fromisoformat(found) if isinstance(found, str) else _raise()
    except ValueError:
        problems.append(
            Problem(f"{_shown(found)} is no date.", field=field, remedy="Write it as YYYY-MM-DD.")
        )
        return None


def _text(found: object, field: str, problems: list[Problem]) -> str:
    if found is None or isinstance(found, str):
        return found or ""
    problems.append(Problem(f"{_shown(found)} is no text.", field=field, remedy="Put it in quotation marks."))
    return ""


def _mapping(found: object, field: str, problems: list[Problem]) -> Mapping[str, Any]:
    if found is None:
        return {}
    if isinstance(found, Mapping):
        return found
    problems.append(
        Problem(f"{_shown(found)} is not an object.", field=field, remedy='Write it as {"name": "value"}.')
    )
    return {}


def _shown(found: object) -> str:
    text = json.dumps(found, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _value in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        problems = [
            Problem("It is written twice.", field=name, remedy="Keep one of the two.") for name in twice
        ]
        raise Invalid("A field is written twice.", problems=problems)
    return dict(pairs)


def _no_number(found: str) -> None:
    raise Invalid(f"{found} is no number that JSON knows.", remedy="Leave out what is not known.")


def _raise() -> date:
    raise ValueError
