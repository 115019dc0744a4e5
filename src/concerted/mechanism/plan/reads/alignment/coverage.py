"""Reads coverage: every national measure against every place, with the gaps behind each answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.agencies.models import Place
from concerted.methods.results import (
    Answer,
    Gap,
    GapKind,
    IndicatorFacts,
    LocalAnswer,
    TargetSum,
    find_gaps,
    targets_add_up,
)

from ...alignment_states import ADAPTED, ADOPTED, DECLINED, NOT_CONSIDERED, REBASE_DUE
from ...models import Alignment, Measure, Plan, PlanVersion
from ..wording import (
    NATION,
    Wording,
    Wordings,
    changed_fields,
    with_allotments,
)
from .answers import Lineage, LocalMeasure, LocalMeasures

OUTSIDE_THE_PLAN = ("710000", "810000", "820000")
"""Divisions that carry out no national plan: Taiwan, Hong Kong, Macao."""


class CoverageCell(NamedTuple):
    """One place's stand on one national measure.

    inherited: the answer given to the measure above. gaps is None where they cannot be told, because the
    local measure lies in a draft that is not this agency's.
    """

    measure_id: int
    place_code: str
    kind: str
    answer_id: int | None = None
    local_id: int | None = None
    inherited: bool = False
    rebase_due: bool = False
    diverged: bool = False
    is_draft: bool = False
    gaps: tuple[Gap, ...] | None = ()

    @property
    def state(self) -> str:
        """What a page shows first: a change to review, else the kind of the answer."""
        return REBASE_DUE if self.rebase_due else self.kind

    @property
    def short(self) -> tuple[Gap, ...]:
        """The gaps behind an answer; not answering and declining are kinds, not gaps behind one."""
        return tuple(gap for gap in self.gaps or () if gap.kind not in (GapKind.MISSING, GapKind.DECLINED))


@dataclass(frozen=True)
class CoverageRow:
    """One national measure with its cells, in the order of the places."""

    measure: Measure
    cells: tuple[CoverageCell, ...]

    def count(self, *kinds: str) -> int:
        """How many of the places stand so."""
        return sum(cell.kind in kinds for cell in self.cells)

    @property
    def answered(self) -> int:
        """Places that adopted, adapted or declined."""
        return self.count(ADOPTED, ADAPTED, DECLINED)

    @property
    def uncovered(self) -> int:
        """Places that have not yet considered the measure."""
        return self.count(NOT_CONSIDERED)


@dataclass(frozen=True)
class CoveragePlace:
    """One place of the matrix and its plan, if one is recorded."""

    place: Place
    plan: Plan | None
    local_only: int = 0


@dataclass(frozen=True)
class CoverageMatrix:
    """National measures against places. A sub-measure has a row only where some place answered it
    separately."""

    version: PlanVersion
    on: date
    places: tuple[CoveragePlace, ...]
    rows: tuple[CoverageRow, ...]

    def column(self, place_code: str) -> list[CoverageCell]:
        """The cells of one place, in the order of the measures."""
        position = [entry.place.code for entry in self.places].index(place_code)
        return [row.cells[position] for row in self.rows]

    def column_of(self, measure: Measure) -> tuple[CoverageCell, ...]:
        """The cells of one measure, or of the measure above it; empty where it is not in this version."""
        wanted = (measure.pk, measure.parent_id)
        return next((row.cells for pk in wanted for row in self.rows if row.measure.pk == pk), ())

    def cell(self, measure_id: int, place_code: str) -> CoverageCell:
        """One cell; raises NotThere."""
        for row in self.rows:
            if row.measure.pk == measure_id:
                found = next((cell for cell in row.cells if cell.place_code == place_code), None)
                if found is not None:
                    return found
        raise NotThere(_("There is no such cell in the coverage."), where=f"{measure_id}, {place_code}")

    def counts(self) -> dict[str, int]:
        """Cells by kind, and those with a national change to review; they stand out of `total`."""
        cells = [cell for row in self.rows for cell in row.cells]
        found = {
            kind: sum(cell.kind == kind for cell in cells)
            for kind in (ADOPTED, ADAPTED, DECLINED, NOT_CONSIDERED)
        }
        return found | {REBASE_DUE: sum(cell.rebase_due for cell in cells), "total": len(cells)}


def places_of(level: str, *, on: date, within: str = NATION) -> list[Place]:
    """The places of that level that carry out plans on the day, by code; one name a code."""
    found = Place.objects.standing(on).within(within).filter(level=level).exclude(code__in=OUTSIDE_THE_PLAN)
    return list({place.code: place for place in found.order_by("code", "valid_from")}.values())


def coverage(
    version: PlanVersion,
    *,
    on: date,
    level: str = Place.Level.PROVINCE,
    within: str = NATION,
    places: Sequence[Place] | None = None,
    gaps: bool = True,
    known: datetime | None = None,
) -> CoverageMatrix:
    """The version's measures against the places of a level, in a constant number of queries.

    Below provinces only places that answered or have a plan are shown, unless `places` are given. gaps:
    whether shortfalls behind the answers are worked out too. known: the moment before which answers had to be given
    and local versions adopted; None is now.
    """
    return _Coverage(
        version, on=on, level=level, within=within, places=places, gaps=gaps, known=known
    ).matrix()


_ANSWER_COLUMNS = (
    "pk", "national_id", "place_code", "kind", "kept_against_id", "local_id", "local__version__plan_id",
    "local__key",
)  # fmt: skip


class _Given(NamedTuple):
    pk: int
    national: int
    place: str
    kind: str
    kept_against: int | None
    local_pinned: int | None
    local_plan: int | None
    local_key: str | None


def _stood(known: datetime) -> Q:
    """Answers that stood at the moment."""
    return Q(decided_at__lt=known) & (Q(replaced_at=None) | Q(replaced_at__gte=known))


class _Coverage:
    """The matrix being worked out from few queries."""

    def __init__(
        self,
        version: PlanVersion,
        *,
        on: date,
        level: str,
        within: str,
        places: Sequence[Place] | None,
        gaps: bool,
        known: datetime | None = None,
    ) -> None:
        self.version, self.on, self.with_gaps = version, on, gaps
        chosen = list(places) if places is not None else places_of(level, on=on, within=within)
        codes = [place.code for place in chosen]
        self.plans = {
            plan.place_code: plan
            for plan in Plan.objects.filter(parent=version.plan_id, place_code__in=codes).order_by("-pk")
        }
        self.given = [
            _Given(*row)
            for row in Alignment.objects.filter(
                Q(replaced_at=None) if known is None else _stood(known),
                national__version__plan=version.plan_id,
                place_code__in=codes,
            )
            .order_by("pk")
            .values_list(*_ANSWER_COLUMNS)
        ]
        if places is None and level != Place.Level.PROVINCE:
            alive = {one.place for one in self.given} | set(self.plans)
            chosen = [place for place in chosen if place.code in alive]
        self.places = chosen
        self.measures = list(version.measures.select_related("strand").order_by("position"))
        self._pin()
        owners = {one.local_plan for one in self.given if one.local_plan} | {
            p.pk for p in self.plans.values()
        }
        self.locals = LocalMeasures(owners, known=known)
        self.nationals = Wordings({m.pk for m in self.measures} | self.pinned, on=on)
        self._changes: dict[tuple[int, int, str], bool] = {}
        if gaps:
            wanted = {local.pk for local in map(self._local, self.given) if local.pk is not None}
            self.own = Wordings(wanted, on=on, texts=False)

    def _pin(self) -> None:
        """Which current measure each answer answers; the nearest wording wins."""
        lineage = Lineage(self.version.plan_id)
        by_pin = defaultdict(list)
        for one in self.given:
            by_pin[one.national, one.place].append(one)
        self.answers: dict[tuple[int, str], _Given] = {}
        for measure in self.measures:
            for ancestor in lineage.ancestors(measure.pk):
                for place in self.places:
                    for one in by_pin.get((ancestor, place.code), ()):
                        self.answers.setdefault((measure.pk, place.code), one)
        self.pinned = {one.kept_against or one.national for one in self.answers.values()}

    def _local(self, one: _Given) -> LocalMeasure:
        if one.local_pinned is None:
            return LocalMeasure(None)
        return self.locals.now(one.local_plan, one.local_key)

    def matrix(self) -> CoverageMatrix:
        separately = {measure for measure, _place in self.answers}
        rows = [m for m in self.measures if m.parent_id is None or m.pk in separately]
        return CoverageMatrix(
            self.version,
            self.on,
            tuple(self._place(place) for place in self.places),
            tuple(CoverageRow(m, tuple(self._cell(m, place.code) for place in self.places)) for m in rows),
        )

    def _place(self, place: Place) -> CoveragePlace:
        plan = self.plans.get(place.code)
        if plan is None:
            return CoveragePlace(place, None)
        answering = {
            (o.local_plan, o.local_key) for o in self.given if o.local_plan == plan.pk and o.local_key
        }
        names = {(owner, key) for owner, key in answering if owner is not None and key is not None}
        return CoveragePlace(place, plan, len(self.locals.local_only(plan.pk, names)))

    def _cell(self, measure: Measure, place: str) -> CoverageCell:
        one = self.answers.get((measure.pk, place))
        if one is None and measure.parent_id is not None:
            above = self.answers.get((measure.parent_id, place))
            if above is not None:
                return CoverageCell(measure.pk, place, above.kind, above.pk, inherited=True)
        if one is None:
            missing = (Gap(measure.key, GapKind.MISSING),)
            return CoverageCell(measure.pk, place, NOT_CONSIDERED, gaps=missing if self.with_gaps else ())
        local = self._local(one)
        against = one.kept_against or one.national
        return CoverageCell(
            measure.pk,
            place,
            one.kind,
            answer_id=one.pk,
            local_id=local.pk,
            rebase_due=against != measure.pk and self._changed(against, measure.pk, place),
            diverged=one.kept_against is not None,
            is_draft=local.is_draft,
            gaps=self._gaps(measure, place, one, local) if self.with_gaps else (),
        )

    def _changed(self, before: int, now: int, place: str) -> bool:
        figures = self.nationals.places_with_figures(before) | self.nationals.places_with_figures(now)
        seen_from = place if place in figures else NATION
        known = (before, now, seen_from)
        if known not in self._changes:
            old, new = (self.nationals.national(pk, place=seen_from) for pk in (before, now))
            self._changes[known] = bool(changed_fields(old, new))
        return self._changes[known]

    def _gaps(self, measure: Measure, place: str, one: _Given, local: LocalMeasure) -> tuple[Gap, ...] | None:
        if not local.visible:
            return None
        national = self._national_facts(measure.pk, place)
        own = self.own.local(local.pk, place=place) if local.pk is not None and local.pk in self.own else None
        return gaps_between(national, Answer(one.kind), own)

    def _national_facts(self, pk: int, place: str) -> Wording:
        seen_from = place if place in self.nationals.places_with_figures(pk) else NATION
        known = (pk, seen_from)
        cache: dict[tuple[int, str], Wording] = self.__dict__.setdefault("_facts", {})
        if known not in cache:
            cache[known] = self.nationals.national(pk, place=seen_from)
        return cache[known]


def gaps_between(national: Wording, answer: Answer, local: Wording | None) -> tuple[Gap, ...]:
    """What the local measure lacks against the national one, in a fixed order; what was not read is not held
    against it."""
    facts = with_allotments(local.facts, national.facts) if local is not None else None
    found = find_gaps(national.facts, LocalAnswer(answer, facts))
    unread = set()
    if local is not None and not local.leads_read:
        unread.add(GapKind.NO_LOCAL_LEAD)
    if local is not None and not local.deadline_read:
        unread.add(GapKind.NO_END_DATE)
    order = list(GapKind)
    kept = [gap for gap in found if gap.kind not in unread]
    return tuple(sorted(kept, key=lambda gap: (order.index(gap.kind), gap.indicator)))


def gap_counts(matrix: CoverageMatrix) -> dict[GapKind, int]:
    """In how many cells each kind of gap occurs, most frequent first; out of matrix.counts()["total"]."""
    found: dict[GapKind, int] = defaultdict(int)
    for row in matrix.rows:
        for cell in row.cells:
            for kind in {gap.kind for gap in cell.gaps or ()}:
                found[kind] += 1
    return dict(sorted(found.items(), key=lambda item: -item[1]))


@dataclass(frozen=True)
class Uptake:
    """How the places answered one measure: the cells by place, and how many are behind each count."""

    measure: Measure
    places: tuple[CoveragePlace, ...]
    cells: tuple[CoverageCell, ...]

    @property
    def taken_up(self) -> int:
        """Places that adopted or adapted the measure."""
        return sum(cell.kind in (ADOPTED, ADAPTED) for cell in self.cells)

    @property
    def of(self) -> int:
        """Places there are."""
        return len(self.cells)


def uptake(measure: Measure, *, on: date, level: str = Place.Level.PROVINCE) -> Uptake:
    """How the places of a level answered one national measure, for a tile map."""
    matrix = coverage(measure.version, on=on, level=level, gaps=False)
    return Uptake(measure, matrix.places, matrix.column_of(measure))


def target_sums(version: PlanVersion, *, on: date, level: str = Place.Level.PROVINCE) -> dict[str, TargetSum]:
    """For each indicator of the version's measures, by key: whether the places' targets add up to the
    national one."""
    build = _Coverage(version, on=on, level=level, within=NATION, places=None, gaps=True)
    local: dict[str, dict[str, IndicatorFacts | None]] = defaultdict(dict)
    national: dict[str, IndicatorFacts] = {}
    for measure in build.measures:
        for wanted in build.nationals.national(measure.pk).facts.indicators:
            national[wanted.key] = wanted
            for place in build.places:
                own = _facts_of(build, measure, place.code, wanted.key)
                local[wanted.key][place.code] = own or local[wanted.key].get(place.code)
    return {key: targets_add_up(facts, local[key]) for key, facts in national.items()}


def _facts_of(build: _Coverage, measure: Measure, place: str, key: str) -> IndicatorFacts | None:
    one = build.answers.get((measure.pk, place))
    local = build._local(one) if one is not None else LocalMeasure(None)
    if local.pk is None or local.pk not in build.own:
        return None
    facts: Mapping[str, Any] = {
        each.key: each for each in build.own.local(local.pk, place=place).facts.indicators
    }
    return facts.get(key)
