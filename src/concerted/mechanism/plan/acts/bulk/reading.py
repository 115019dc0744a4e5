"""Reads the rows of a file of figures and says what is wrong with each; it stores nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _

from concerted.errors import Invalid, Problem
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts, allows
from concerted.foundation.agencies.models import Agency, Officer, Place

from ...figures import Figure, breakdown_of, check_figure, number_of, unknown_place
from ...models import Indicator, Plan, ReportingPeriod

MOST_PROBLEMS = 500
"""Problems told one by one; further ones are only counted."""

COLUMNS = (
    "indicator", "place", "period", "value", "numerator", "denominator", "breakdown", "qualifier", "source", "note"
)  # fmt: skip
"""The columns of a row of figures; `source` is an agency's key, empty for the officer's own."""

_KNOWN = frozenset(COLUMNS)
_MOST_NAMES = 8
_NUMBERS = frozenset({"value", "numerator", "denominator"})

STAGE = (
    "CREATE TEMPORARY TABLE figures_in (row int, indicator_id bigint, period_id bigint, place_code varchar(6),"
    " breakdown varchar(120), value numeric(20,6), numerator numeric(20,6), denominator numeric(20,6),"
    " qualifier varchar(16), source_agency_id bigint, source_note varchar(300)) ON COMMIT DROP"
)


@dataclass
class Faults:
    """Everything found wrong so far; the first MOST_PROBLEMS in full."""

    told: list[Problem] = field(default_factory=list)
    count: int = 0

    def add(self, problem: Problem) -> None:
        self.count += 1
        if len(self.told) < MOST_PROBLEMS:
            self.told.append(problem)

    def raise_if_any(self) -> None:
        if not self.count:
            return
        told = sorted(self.told, key=lambda one: (one.row or 0, one.field))
        where = ""
        if self.count > len(told):
            where = _("The first %(told)s of %(count)s faults are listed.") % {
                "told": len(told),
                "count": self.count,
            }
        raise Invalid(
            _("No figure was loaded: %(count)s faults were found.") % {"count": self.count},
            problems=told,
            where=where,
            remedy=_("Correct the rows listed and load the whole file again."),
        )


class Reader:
    """Turns rows into lines for COPY, telling every fault; it knows the plan's indicators, periods and places."""

    def __init__(self, officer: Officer, plan: Plan, faults: Faults) -> None:
        self.officer, self.plan, self.faults = officer, plan, faults
        self.indicators = {one.key: one for one in plan.indicators.select_related("plan")}
        self.periods = {one.key: one for one in plan.periods.all()}
        self.agencies = dict(Agency.objects.values_list("key", "pk"))
        self.names_others = officer.agency_id == plan.office_id
        self.empty = self.staged = 0
        self._standing: dict[int, frozenset[str]] = {}
        self._may: dict[str, bool] = {}
        self._met: set[str] = set()
        self._remedies: dict[tuple[str, str], str] = {}
        self._nowhere: dict[tuple[str, int], Problem] = {}

    def periods_met(self) -> list[ReportingPeriod]:
        return [self.periods[key] for key in self._met]

    def lines(self, rows: Iterable[Mapping[str, object]], first_row: int) -> Iterator[str]:
        for number, row in enumerate(rows, start=first_row):
            line = self._line(number, row)
            if line is not None:
                self.staged += 1
                yield line

    def _line(self, number: int, row: Mapping[str, object]) -> str | None:
        if not any(_text(row, name) for name in row):
            return None
        before = self.faults.count
        self._check_fields(number, row)
        numbers = [self._number(number, row, name) for name in ("value", "numerator", "denominator")]
        missing = self.faults.count == before and numbers == [None, None, None]
        indicator = self.indicators.get(_text(row, "indicator"))
        period = self.periods.get(_text(row, "period"))
        place = _text(row, "place")
        place = place.zfill(6) if place.isdecimal() else place
        self._check_names(number, row, indicator, period, place, writes=not missing)
        source = self._source(number, _text(row, "source"))
        if indicator is None or period is None:
            return None
        raw = Figure(
            numbers[0],
            numbers[1],
            numbers[2],
            breakdown_of(_text(row, "breakdown")),
            _text(row, "qualifier") or "exact",
            _text(row, "note"),
        )
        if self.faults.count == before:
            raw, problems = check_figure(indicator, raw)
            for problem in problems:
                if not (missing and problem.field in _NUMBERS):
                    self.faults.add(Problem(problem.what, problem.field, number, problem.remedy))
        if missing and self.faults.count == before:
            self.empty += 1
            return None
        if self.faults.count > before:
            return None
        self._met.add(period.key)
        return (
            f"{number}\t{indicator.pk}\t{period.pk}\t{place}\t{raw.breakdown}\t{raw.value}\t{_null(raw.numerator)}\t"
            f"{_null(raw.denominator)}\t{raw.qualifier}\t{source}\t{_escaped(raw.source_note)}\n"
        )

    def _number(self, number: int, row: Mapping[str, object], name: str) -> Any:
        try:
            return number_of(row.get(name))
        except ValueError as failure:
            self.faults.add(
                Problem(
                    _("“%(text)s” is not a number.") % {"text": str(failure)[:40]},
                    name,
                    number,
                    _(
                        "Open the workbook in a spreadsheet program and save it, so that the formula has its result."
                    )
                    if str(failure).startswith("=")
                    else _("Write digits only; leave the cell empty where there is no figure."),
                )
            )
            return None

    def _check_fields(self, number: int, row: Mapping[str, object]) -> None:
        for name in row.keys() - _KNOWN:
            if text := _text(row, name):
                self.faults.add(
                    Problem(
                        _("The row holds more than the first row names: “%(text)s”.") % {"text": text[:60]},
                        "",
                        number,
                        _(
                            "Put a number with thousands commas in quotation marks or write it without them; give "
                            "every column a heading."
                        ),
                    )
                )

    def _check_names(
        self,
        number: int,
        row: Mapping[str, object],
        indicator: Indicator | None,
        period: ReportingPeriod | None,
        place: str,
        *,
        writes: bool,
    ) -> None:
        """Check what the row names, also where it has no figure; whose area it is matters where it writes one."""
        for name, found, known in (
            ("indicator", indicator, self.indicators),
            ("period", period, self.periods),
        ):
            if found is None:
                self.faults.add(
                    Problem(
                        _("The plan has no %(what)s “%(text)s”.")
                        % {
                            "what": _("indicator") if name == "indicator" else _("period"),
                            "text": _text(row, name)[:60],
                        },
                        name,
                        number,
                        self._known(name, _text(row, name), known),
                    )
                )
        if period is not None and place not in self._places(period):
            problem = self._no_place(place, period)
            self.faults.add(Problem(problem.what, problem.field, number, problem.remedy))
        elif writes and not self._allowed(place):
            self.faults.add(
                Problem(
                    _("The place lies outside your agency's area."),
                    "place",
                    number,
                    _("Enter figures of your own area; another area's office enters its own."),
                )
            )

    def _known(self, field: str, text: str, known: Iterable[str]) -> str:
        if (field, text) not in self._remedies:
            self._remedies[field, text] = _known_names(text, known)
        return self._remedies[field, text]

    def _no_place(self, place: str, period: ReportingPeriod) -> Problem:
        if (place, period.pk) not in self._nowhere:
            self._nowhere[place, period.pk] = unknown_place(place, period)
        return self._nowhere[place, period.pk]

    def _places(self, period: ReportingPeriod) -> frozenset[str]:
        if period.pk not in self._standing:
            standing = Place.objects.standing(period.ends).within(self.plan.place_code)
            self._standing[period.pk] = frozenset(standing.values_list("code", flat=True)) | {
                self.plan.place_code
            }
        return self._standing[period.pk]

    def _allowed(self, place: str) -> bool:
        if place not in self._may:
            self._may[place] = allows(
                self.officer, Permission.OBSERVATION_ENTER, SubjectFacts(place_code=place)
            )
        return self._may[place]

    def _source(self, number: int, key: str) -> int | None:
        own = self.officer.agency_id
        pk = self.agencies.get(key) if key else own
        if pk is None:
            self.faults.add(
                Problem(
                    _("There is no agency %(key)s.") % {"key": key},
                    "source",
                    number,
                    _("Use an agency's key."),
                )
            )
        elif pk != own and not self.names_others:
            self.faults.add(
                Problem(
                    _("Only the plan's office enters figures in another agency's name."),
                    "source",
                    number,
                    _("Leave the source empty: it is your own agency."),
                )
            )
        return pk


def _text(row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value).strip()


def _known_names(text: str, known: Iterable[str]) -> str:
    """Say which names there are, those most like the text first, and how many more."""
    names = list(known)
    near = get_close_matches(text, names, n=_MOST_NAMES, cutoff=0.5)
    told = list(dict.fromkeys([*near, *names]))[:_MOST_NAMES]
    listed = ", ".join(told)
    if len(names) > len(told):
        return _("Known: %(names)s, and %(more)s more") % {"names": listed, "more": len(names) - len(told)}
    return _("Known: %(names)s") % {"names": listed}


def _null(number: object) -> str:
    return "\\N" if number is None else str(number)


def _escaped(text: str) -> str:
    clean = text.replace("\0", "").replace("\\", "\\\\")
    return clean.replace("\t", " ").replace("\n", " ").replace("\r", " ")


def chunks(lines: Iterator[str], size: int = 20_000) -> Iterator[bytes]:
    """The lines as the bytes that COPY takes, so many lines at a time."""
    held: list[str] = []
    for line in lines:
        held.append(line)
        if len(held) == size:
            yield "".join(held).encode()
            held.clear()
    yield "".join(held).encode()
