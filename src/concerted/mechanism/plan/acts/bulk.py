"""Loads many figures at once, all or none, each fault told with its row; invents values only for a demonstration."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.deferred import numpy as np
from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts, allows
from concerted.foundation.agencies.models import Agency, Officer, Place

from ..figures import Figure, breakdown_of, check_figure, number_of, unknown_place
from ..models import Indicator, Plan, ReportingPeriod
from .periods import check_unlocked
from .rollups import lock_periods, refresh

if TYPE_CHECKING:
    from ..reads.cells import Floats

MOST_PROBLEMS = 500
"""Problems told one by one; further ones are only counted."""

COLUMNS = (
    "indicator", "place", "period", "value", "numerator", "denominator", "breakdown", "qualifier", "source", "note"
)  # fmt: skip
"""The columns of a row of figures; `source` is an agency's key, empty for the officer's own."""

_STAGE = (
    "CREATE TEMPORARY TABLE figures_in (row int, indicator_id bigint, period_id bigint, place_code varchar(6),"
    " breakdown varchar(120), value numeric(20,6), numerator numeric(20,6), denominator numeric(20,6),"
    " qualifier varchar(16), source_agency_id bigint, source_note varchar(300)) ON COMMIT DROP"
)
_CELL = "indicator_id, period_id, place_code, breakdown, source_agency_id"
_SAME_CELL = (
    " AND ".join(f"o.{name} = f.{name}" for name in _CELL.split(", ")) + " AND o.withdrawn_at IS NULL"
)
_SAME_FIGURE = (
    "o.value = f.value AND o.numerator IS NOT DISTINCT FROM f.numerator"
    " AND o.denominator IS NOT DISTINCT FROM f.denominator AND o.qualifier = f.qualifier"
)
_TARGET = (
    "indicator_id, period_id, place_code, breakdown, value, numerator, denominator, qualifier, source_agency_id,"
    " source_note"
)


@dataclass(frozen=True)
class LoadedFigures:
    """What a load did: values added, corrected ones, those already there, rows without a figure, roll-ups written."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    empty: int = 0
    rollups: int = 0

    def audit_detail(self) -> Mapping[str, int]:
        return {name: getattr(self, name) for name in ("added", "replaced", "unchanged", "empty", "rollups")}


@act(
    Permission.OBSERVATION_ENTER,
    subject=lambda *, officer, **_rest: SubjectFacts(owners=frozenset({officer.agency_id})),
    record=("source_file",),
)
def load_observations(
    *,
    officer: Officer,
    at: datetime,
    plan: Plan,
    rows: Iterable[Mapping[str, object]],
    replace: bool = False,
    first_row: int = 1,
    source_file: str = "",
) -> LoadedFigures:
    """Take in rows of figures (see COLUMNS), numbers or texts; all of them or, where one is faulty, none.

    An empty value is no figure: the cell stays missing. A row equal to what its source already says changes
    nothing; one that differs is a correction where `replace` is set (the old value stays readable), else a fault.
    Only the plan's office names another agency as source. first_row: the number of the first row in its file.
    Raises Invalid with every fault by row and field (MOST_PROBLEMS of them, all counted).
    """
    faults = _Faults()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS figures_in")
        cursor.execute(_STAGE)
        reader = _Reader(officer, plan, faults)
        for chunk in _chunks(reader.lines(rows, first_row)):
            with cursor.copy("COPY figures_in FROM STDIN") as copy:
                copy.write(chunk)
        if reader.staged > 1000:
            cursor.execute("ANALYZE figures_in")
    periods = lock_periods(reader.periods_met())
    _check_locks(officer, at, periods, faults)
    _check_twice(faults)
    unchanged = _drop_unchanged()
    replaced = _withdraw_replaced(at) if replace else _refuse_known(faults)
    faults.raise_if_any()
    added, rollups = _insert(officer, at, plan, periods)
    return LoadedFigures(added, replaced, unchanged, reader.empty, rollups)


def try_load(
    *,
    officer: Officer,
    at: datetime,
    plan: Plan,
    rows: Iterable[Mapping[str, object]],
    replace: bool = False,
    first_row: int = 1,
    source_file: str = "",
) -> LoadedFigures:
    """Say what load_observations would do with the rows, and leave nothing of it. Raises what it raises."""
    with transaction.atomic():
        loaded = load_observations(
            officer=officer,
            at=at,
            plan=plan,
            rows=rows,
            replace=replace,
            first_row=first_row,
            source_file=source_file,
        )
        transaction.set_rollback(True)
    return loaded


@act(
    Permission.OBSERVATION_ENTER,
    subject=lambda *, officer, **_rest: SubjectFacts(owners=frozenset({officer.agency_id})),
)
def fill_observations(
    *,
    officer: Officer,
    at: datetime,
    indicators: Sequence[Indicator],
    periods: Sequence[ReportingPeriod],
    place_codes: Sequence[str],
    seed: int,
    sources: Mapping[str, int] | None = None,
    silent: float = 0.04,
) -> LoadedFigures:
    """Invent a demonstration's figures for every indicator, period and place, the same ones for the same seed.

    place_codes: the places that report. sources: place code -> id of the agency that says so; the officer's own
    for all others. silent: the share of cells left without a figure. Every row says that it is invented.
    Raises Conflict where a cell already has a value of the same source or a period is closed.
    """
    agency_id = officer.agency_id
    of_place = np.array([(sources or {}).get(code, agency_id) for code in place_codes], dtype=np.int64)
    inventor = _Inventor(seed, place_codes, silent)
    faults = _Faults()
    held = lock_periods(periods)
    _check_locks(officer, at, held, faults)
    faults.raise_if_any()
    _refuse_filled(indicators, held)
    order = {period.pk: number for number, period in enumerate(sorted(held, key=lambda one: one.starts))}
    added = rollups = 0
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for period in held:
            with cursor.copy(
                f"COPY plan_observation ({_TARGET}, officer_id, recorded_at) FROM STDIN"
            ) as copy:
                for number, indicator in enumerate(indicators):
                    lines = inventor.lines(indicator, number, period, order[period.pk], len(held), of_place)
                    copy.write(
                        "".join(f"{line}\t{officer.pk}\t{at.isoformat()}\n" for line in lines).encode()
                    )
                    added += len(lines)
            rollups += refresh(indicators=indicators, period=period)
    return LoadedFigures(added=added, rollups=rollups)


@dataclass
class _Faults:
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


class _Reader:
    """Turns rows into lines for COPY, telling every fault; it knows the plan's indicators, periods and places."""

    def __init__(self, officer: Officer, plan: Plan, faults: _Faults) -> None:
        self.officer, self.plan, self.faults = officer, plan, faults
        self.indicators = {one.key: one for one in plan.indicators.select_related("plan")}
        self.periods = {one.key: one for one in plan.periods.all()}
        self.agencies = dict(Agency.objects.values_list("key", "pk"))
        self.names_others = officer.agency_id == plan.office_id
        self.empty = self.staged = 0
        self._standing: dict[int, frozenset[str]] = {}
        self._may: dict[str, bool] = {}
        self._met: set[str] = set()

    def periods_met(self) -> list[ReportingPeriod]:
        return [self.periods[key] for key in self._met]

    def lines(self, rows: Iterable[Mapping[str, object]], first_row: int) -> Iterator[str]:
        for number, row in enumerate(rows, start=first_row):
            line = self._line(number, row)
            if line is not None:
                self.staged += 1
                yield line

    def _line(self, number: int, row: Mapping[str, object]) -> str | None:
        before = self.faults.count
        numbers = [self._number(number, row, name) for name in ("value", "numerator", "denominator")]
        if self.faults.count == before and numbers == [None, None, None]:
            self.empty += 1
            return None
        indicator = self.indicators.get(_text(row, "indicator"))
        period = self.periods.get(_text(row, "period"))
        place = _text(row, "place").zfill(6)
        self._check_names(number, row, indicator, period, place)
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
                self.faults.add(Problem(problem.what, problem.field, number, problem.remedy))
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
                    _("Write digits only; leave the cell empty where there is no figure."),
                )
            )
            return None

    def _check_names(
        self,
        number: int,
        row: Mapping[str, object],
        indicator: Indicator | None,
        period: ReportingPeriod | None,
        place: str,
    ) -> None:
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
                        _("Known: %(names)s") % {"names": ", ".join(list(known)[:8])},
                    )
                )
        if period is not None and place not in self._places(period):
            problem = unknown_place(place, period)
            self.faults.add(Problem(problem.what, problem.field, number, problem.remedy))
        elif not self._allowed(place):
            self.faults.add(
                Problem(
                    _("The place lies outside your agency's area."),
                    "place",
                    number,
                    _("Enter figures of your own area; another area's office enters its own."),
                )
            )

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


def _null(number: object) -> str:
    return "\\N" if number is None else str(number)


def _escaped(text: str) -> str:
    clean = text.replace("\0", "").replace("\\", "\\\\")
    return clean.replace("\t", " ").replace("\n", " ").replace("\r", " ")


def _chunks(lines: Iterator[str], size: int = 20_000) -> Iterator[bytes]:
    held: list[str] = []
    for line in lines:
        held.append(line)
        if len(held) == size:
            yield "".join(held).encode()
            held.clear()
    yield "".join(held).encode()


def _check_locks(
    officer: Officer, at: datetime, periods: Collection[ReportingPeriod], faults: _Faults
) -> None:
    agency = officer.agency
    assert agency is not None
    for period in periods:
        try:
            check_unlocked(period=period, agency=agency, on=timezone.localtime(at).date())
        except Conflict as refused:
            faults.add(Problem(refused.what, "period", None, refused.remedy))


def _check_twice(faults: _Faults) -> None:
    for rows in _rows(
        f"SELECT array_agg(row ORDER BY row) FROM figures_in GROUP BY {_CELL} HAVING count(*) > 1"
    ):
        first, *again = rows[0]
        for number in again:
            faults.add(
                Problem(
                    _("The same cell stands in row %(row)s too.") % {"row": first},
                    "place",
                    number,
                    _("Keep one of the rows."),
                )
            )


def _drop_unchanged() -> int:
    return _run(f"DELETE FROM figures_in f USING plan_observation o WHERE {_SAME_CELL} AND {_SAME_FIGURE}")


def _withdraw_replaced(at: datetime) -> int:
    _run(
        "UPDATE plan_ruling r SET replaced_at = %s FROM figures_in f JOIN plan_observation o"
        f" ON {_SAME_CELL} WHERE r.observation_id = o.id AND r.replaced_at IS NULL",
        at,
    )
    return _run(f"UPDATE plan_observation o SET withdrawn_at = %s FROM figures_in f WHERE {_SAME_CELL}", at)


def _refuse_known(faults: _Faults) -> int:
    for number, value in _rows(
        f"SELECT f.row, o.value FROM figures_in f JOIN plan_observation o ON {_SAME_CELL}"
    ):
        faults.add(
            Problem(
                _("This source already says %(value)s here.") % {"value": f"{value.normalize():f}"},
                "value",
                number,
                _("Load the file as a correction; the old value stays readable."),
            )
        )
    return 0


def _insert(
    officer: Officer, at: datetime, plan: Plan, periods: Sequence[ReportingPeriod]
) -> tuple[int, int]:
    added = rollups = 0
    _run("SET CONSTRAINTS ALL IMMEDIATE")
    indicators = {one.pk: one for one in plan.indicators.select_related("plan")}
    for period in periods:
        touched = [
            row[0]
            for row in _rows("SELECT DISTINCT indicator_id FROM figures_in WHERE period_id = %s", period.pk)
        ]
        if not touched:
            continue
        places = [row[0] for row in _rows(
            "SELECT DISTINCT place_code FROM figures_in WHERE period_id = %s LIMIT 100", period.pk
        )]  # fmt: skip
        added += _run(
            f"INSERT INTO plan_observation ({_TARGET}, officer_id, recorded_at) SELECT {_TARGET}, %s, %s"
            " FROM figures_in WHERE period_id = %s ORDER BY indicator_id, place_code",
            officer.pk,
            at,
            period.pk,
        )
        rollups += refresh(
            indicators=[indicators[pk] for pk in touched],
            period=period,
            below=places if len(places) < 100 else None,
        )
    return added, rollups


def _refuse_filled(indicators: Sequence[Indicator], periods: Sequence[ReportingPeriod]) -> None:
    found = _rows(
        "SELECT 1 FROM plan_observation WHERE withdrawn_at IS NULL AND indicator_id = ANY(%s)"
        " AND period_id = ANY(%s) LIMIT 1",
        [one.pk for one in indicators],
        [one.pk for one in periods],
    )
    if found:
        raise Conflict(
            _("Some of these cells already have values."),
            remedy=_("Fill other periods, or begin with an empty demonstration."),
        )


def _run(statement: str, *given: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, given or None)
        return int(cursor.rowcount)


def _rows(statement: str, *given: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given or None)
        return list(cursor.fetchall())


class _Inventor:
    """Draws plausible figures: a size per place, a level and a trend per indicator, from one seed."""

    def __init__(self, seed: int, place_codes: Sequence[str], silent: float) -> None:
        self.seed, self.codes, self.silent = seed, list(place_codes), silent
        self.size = np.random.default_rng([seed, 0]).lognormal(0.0, 0.8, len(self.codes))
        self.note = f"Invented for demonstration, seed {seed}"

    def lines(
        self, indicator: Indicator, number: int, period: ReportingPeriod, step: int, steps: int, sources: Any
    ) -> list[str]:
        """COPY lines of one indicator in one period, without the places that stay silent."""
        level = np.random.default_rng([self.seed, 1, number])
        base, trend = float(level.uniform(4, 60)), float(level.uniform(0.02, 0.12))
        draw = np.random.default_rng([self.seed, 2, number, step])
        falling = indicator.direction == Indicator.Direction.FALL
        done = (step + 1) / steps
        counts = draw.poisson(base * self.size * ((1 - trend) if falling else (1 + trend)) ** step)
        says = draw.random(len(self.codes)) >= self.silent
        if indicator.kind == Indicator.Kind.RATIO:
            return self._ratios(
                indicator, period, counts + draw.integers(0, 4, len(counts)), done, draw, says, sources
            )
        figures = counts.astype(float)
        if indicator.kind == Indicator.Kind.SCORE:
            figures = np.round(40 + 50 * done * draw.beta(4, 3, len(counts)), 1)
        elif indicator.cumulative:
            figures = np.round(base * self.size * (step + 1) * (1 + trend)) + 0.0
        return [
            self._line(indicator, period, code, f"{figure:.6f}", "\\N", "\\N", source)
            for code, figure, said, source in zip(
                self.codes, figures.tolist(), says.tolist(), sources.tolist(), strict=True
            )
            if said
        ]

    def _ratios(
        self,
        indicator: Indicator,
        period: ReportingPeriod,
        whole: Any,
        done: float,
        draw: Any,
        says: Any,
        sources: Any,
    ) -> list[str]:
        part = draw.binomial(whole, min(0.95, 0.35 + 0.5 * done))
        share: Floats = np.where(whole > 0, part / np.where(whole > 0, whole, 1), 0.0)
        return [
            self._line(indicator, period, code, f"{value:.6f}", str(top), str(bottom), source)
            for code, value, top, bottom, said, source in zip(
                self.codes,
                share.tolist(),
                part.tolist(),
                whole.tolist(),
                says.tolist(),
                sources.tolist(),
                strict=True,
            )
            if said
        ]

    def _line(
        self,
        indicator: Indicator,
        period: ReportingPeriod,
        code: str,
        value: str,
        top: str,
        bottom: str,
        source: int,
    ) -> str:
        return (
            f"{indicator.pk}\t{period.pk}\t{code}\t\t{value}\t{top}\t{bottom}\texact\t{source}\t{self.note}"
        )


__all__ = ["COLUMNS", "MOST_PROBLEMS", "LoadedFigures", "fill_observations", "load_observations", "try_load"]
