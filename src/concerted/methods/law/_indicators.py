"""An indicator set as data: lists, dimensions, strengths and the rules that read them; it holds no answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from concerted.errors import Invalid, Problem

SCHEMA = "concerted/indicator-set/1"
_READ = frozenset({"read", "read_second_hand"})


class Strength(StrEnum):
    """How strongly an indicator speaks, by the experts of the Delphi survey (ILO and European Commission 2009)."""

    STRONG = "strong"
    MEDIUM = "medium"
    WEAK = "weak"


@dataclass(frozen=True)
class Indicator:
    """One indicator with its strength in each list that holds it; a list that is missing does not hold it."""

    id: str
    en: str
    zh: str
    strengths: Mapping[str, Strength] = field(hash=False)


@dataclass(frozen=True)
class Dimension:
    """One dimension: the element of the Palermo Protocol it speaks to, its phase and its indicators."""

    id: str
    en: str
    zh: str
    element: str
    phase: str
    indicators: tuple[Indicator, ...]

    def in_list(self, list_id: str) -> tuple[Indicator, ...]:
        """Return the dimension's indicators that the list holds, in their order."""
        return tuple(one for one in self.indicators if list_id in one.strengths)


@dataclass(frozen=True)
class Combination:
    """Least counts of yes that together make a dimension positive; medium_or_weak counts either."""

    strong: int = 0
    medium: int = 0
    weak: int = 0
    medium_or_weak: int = 0


@dataclass(frozen=True)
class ListOfIndicators:
    """One list of the set; `is_available` is False while its text was not read."""

    id: str
    en: str
    zh: str
    ages: str
    is_available: bool


@dataclass(frozen=True)
class TableRow:
    """One row of the table for adults: which dimensions must be positive and which negative for a result."""

    result: str
    positive: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()
    one_positive_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class ResultName:
    """What a result is called in two languages; `note` warns where the source's own word says too much."""

    id: str
    en: str
    zh: str
    note: str = ""


@dataclass(frozen=True)
class IndicatorSet:
    """A versioned set of indicators with the published rules that score and read it."""

    id: str
    version: int
    source: str
    lists: tuple[ListOfIndicators, ...]
    dimensions: tuple[Dimension, ...]
    combinations: tuple[Combination, ...]
    adult_rows: tuple[TableRow, ...]
    adult_otherwise: str
    child_below: int
    child_positive: tuple[str, ...]
    child_result: str
    child_otherwise: str
    results: tuple[ResultName, ...]

    def list_of(self, list_id: str) -> ListOfIndicators:
        """Return the list. Raises Invalid where there is none, or where its text was not available."""
        found = next((one for one in self.lists if one.id == list_id), None)
        if found is None:
            raise _invalid("list", f"There is no list {list_id!r}.", f"Choose one of {self._available()}.")
        if not found.is_available:
            raise Invalid(
                f"The text of the list {list_id} was not available, so nothing can be scored by it.",
                where="list",
                remedy=f"Choose one of {self._available()}, or load a set that holds the list's strengths.",
                code="text_not_available",
            )
        return found

    def indicators_of(self, list_id: str) -> tuple[Indicator, ...]:
        """Return every indicator the list holds, in the order of its dimensions."""
        return tuple(one for dimension in self.dimensions for one in dimension.in_list(list_id))

    def result_name(self, result: str) -> ResultName:
        """Return the names of a result. Raises LookupError for one the set does not know."""
        return next(one for one in self.results if one.id == result)

    def _available(self) -> str:
        return ", ".join(one.id for one in self.lists if one.is_available)


def indicator_set_from(data: Mapping[str, Any]) -> IndicatorSet:
    """Return the set a parsed file holds (schema concerted/indicator-set/1).

    Raises Invalid where a field is missing, an id is given twice, a rule names no dimension of the set, a list said
    to be read has a strength that was not, or holds another number of indicators than it says.
    """
    if data.get("schema") != SCHEMA:
        raise _invalid(
            "schema", f"the schema is {data.get('schema')!r}", f"open the file with 'schema: {SCHEMA}'"
        )
    try:
        found = _built(data)
    except KeyError as missing:
        raise _invalid(str(missing.args[0]), f"the field {missing} is missing", "add it") from missing
    except (TypeError, ValueError, AttributeError) as wrong:
        raise _invalid(
            "", f"the set is not laid out as its schema says: {wrong}", "compare it with the set kept"
        ) from wrong
    _check(found, data["lists"])
    return found


def _built(data: Mapping[str, Any]) -> IndicatorSet:
    lists = tuple(
        ListOfIndicators(one["id"], one["en"], one["zh"], one["ages"], one["text"] in _READ)
        for one in data["lists"]
    )
    rule, adult, child = (
        data["scoring_rule"],
        data["scoring_rule"]["classification_adult"],
        data["scoring_rule"]["child"],
    )
    return IndicatorSet(
        id=data["id"],
        version=int(data["version"]),
        source=data["source"],
        lists=lists,
        dimensions=tuple(_dimension(one, lists) for one in data["dimensions"]),
        combinations=tuple(Combination(**one) for one in rule["dimension_positive_when_any"]),
        adult_rows=tuple(_table_row(one) for one in adult["rows"]),
        adult_otherwise=adult["otherwise"]["result"],
        child_below=int(child["age_below"]),
        child_positive=tuple(child["sufficient"]["positive"]),
        child_result=child["sufficient"]["result"],
        child_otherwise=child["otherwise"]["result"],
        results=tuple(
            ResultName(one["id"], one["en"], one["zh"], one.get("note", "")) for one in data["results"]
        ),
    )


def _dimension(one: Mapping[str, Any], lists: Iterable[ListOfIndicators]) -> Dimension:
    known = [each.id for each in lists if each.is_available]
    indicators = tuple(
        Indicator(
            each["id"],
            each["en"],
            each["zh"],
            {
                name: Strength(each["strength"][name])
                for name in known
                if each["strength"][name] != "not_in_list"
            },
        )
        for each in one["indicators"]
    )
    return Dimension(one["id"], one["en"], one["zh"], one["palermo_element"], one["phase"], indicators)


def _table_row(one: Mapping[str, Any]) -> TableRow:
    parts = {key: tuple(one.get(key, ())) for key in ("positive", "negative", "one_positive_of")}
    return TableRow(one["result"], **parts)


def _check(found: IndicatorSet, lists: Sequence[Mapping[str, Any]]) -> None:
    dimensions = {one.id for one in found.dimensions}
    named = {
        *found.child_positive,
        *(name for row in found.adult_rows for name in (*row.positive, *row.negative, *row.one_positive_of)),
    }
    problems = [
        Problem(f"the rule names {name!r}, which is no dimension", field="scoring_rule")
        for name in sorted(named - dimensions)
    ]
    ids = [one.id for dimension in found.dimensions for one in dimension.indicators]
    problems += [
        Problem(f"{name} is given twice", field="dimensions")
        for name in sorted({n for n in ids if ids.count(n) > 1})
    ]
    results = {one.id for one in found.results}
    used = {row.result for row in found.adult_rows} | {
        found.adult_otherwise,
        found.child_result,
        found.child_otherwise,
    }
    problems += [
        Problem(f"the result {name!r} has no name", field="results") for name in sorted(used - results)
    ]
    for one in lists:
        held = len(found.indicators_of(one["id"]))
        if one["text"] in _READ and held != one.get("count", held):
            problems.append(
                Problem(
                    f"the list {one['id']} holds {held} indicators and says {one['count']}", field="lists"
                )
            )
    if problems:
        raise Invalid("the indicator set contradicts itself", problems=problems, remedy="correct the file")


def _invalid(field_name: str, what: str, remedy: str) -> Invalid:
    return Invalid(
        what, where=field_name, problems=[Problem(what, field=field_name, remedy=remedy)], remedy=remedy
    )
