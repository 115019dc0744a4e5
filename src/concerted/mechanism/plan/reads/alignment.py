"""Reads how places answer national measures: answers, coverage, gaps, what a revision offers; never writes
them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.agencies.models import Place
from concerted.methods.results import (
    ABSENT,
    Answer,
    Gap,
    GapKind,
    IndicatorFacts,
    LocalAnswer,
    TargetSum,
    ThreeWay,
    find_gaps,
    targets_add_up,
)

from ..alignment_states import ADAPTED, ADOPTED, DECLINED, DIVERGED, NOT_CONSIDERED, REBASE_DUE
from ..models import Alignment, Measure, Plan, PlanVersion
from .documents import version_in_force
from .wording import (
    NATION,
    Wording,
    Wordings,
    changed_fields,
    compared,
    counterparts_by_place,
    differing_fields,
    with_allotments,
)

OUTSIDE_THE_PLAN = ("710000", "810000", "820000")
"""Divisions that carry out no national plan: Taiwan, Hong Kong, Macao."""

# Plans and answers


def local_plan(national: Plan, place_code: str) -> Plan | None:
    """The plan with which a place answers the national plan, or None."""
    plans = Plan.objects.filter(place_code=place_code, parent=national).select_related("office", "parent")
    return plans.order_by("pk").first()


def place_by_code(code: str, *, on: date) -> Place | None:
    """The place of that code on the day, or None."""
    return Place.objects.standing(on).filter(code=code).first()


def answers() -> QuerySet[Alignment]:
    """Answers with the measures, agency and officer they name, newest first."""
    return Alignment.objects.select_related(
        "national__version__plan",
        "national__strand",
        "local__version__plan",
        "agency",
        "decided_by",
        "kept_against",
    ).order_by("-decided_at", "-pk")


def answer_by_id(pk: int) -> Alignment:
    """One answer, standing or replaced; raises NotThere."""
    found = answers().filter(pk=pk).first()
    if found is None:
        raise NotThere(_("There is no such answer."), remedy=_("Open the coverage of the plan."))
    return found


def ancestors_of(measure: Measure) -> list[int]:
    """The measure and what it was carried from inside its plan, newest first."""
    return Lineage(measure.version.plan_id).ancestors(measure.pk)


def standing_answer(measure: Measure, place_code: str) -> Alignment | None:
    """The place's standing answer to the measure, pinned to it or to the wording it was carried from."""
    chain = ancestors_of(measure)
    found = answers().filter(national__in=chain, place_code=place_code, replaced_at=None)
    return min(found, key=lambda answer: chain.index(answer.national_id), default=None)


def history_of_answers(measure: Measure, place_code: str) -> list[Alignment]:
    """Every answer the place ever gave to the measure in any of its wordings, newest first."""
    return list(answers().filter(national__in=ancestors_of(measure), place_code=place_code))


class Lineage:
    """Which measure of a plan's version was carried from which, in one query."""

    def __init__(self, plan_id: int) -> None:
        pairs = Measure.objects.filter(version__plan=plan_id).order_by().values_list("pk", "carried_from_id")
        self._before = dict(pairs)

    def ancestors(self, pk: int) -> list[int]:
        """The measure itself and those before it in the same plan, newest first."""
        chain, now = [], pk
        while now in self._before and now not in chain:
            chain.append(now)
            now = self._before[now] or 0
        return chain


# The local measure an answer stands for


@dataclass(frozen=True)
class LocalMeasure:
    """The local measure as it stands now. pk None: the place dropped it; visible False: it is another's
    draft."""

    pk: int | None
    visible: bool = True
    is_draft: bool = False


class LocalMeasures:
    """The measures of local plans by plan and key, in one query; those in force go before drafts."""

    def __init__(self, plans: Collection[int], *, known: datetime | None = None) -> None:
        self._found: dict[tuple[int, str], tuple[int, bool]] = {}
        self.top_level: dict[int, list[int]] = defaultdict(list)
        if known is None:
            states = (PlanVersion.State.DRAFT, PlanVersion.State.ADOPTED)
            rows = Measure.objects.filter(version__plan__in=plans, version__state__in=states).order_by(
                "-version__state", "position"
            )  # draft first, so that the version in force overwrites it
        else:
            rows = Measure.objects.filter(version__in=_versions_then(plans, known)).order_by("position")
        for pk, plan, key, state, parent in rows.values_list(
            "pk", "version__plan_id", "key", "version__state", "parent_id"
        ):
            self._found[plan, key] = (pk, state == PlanVersion.State.DRAFT)
            if parent is None:
                self.top_level[plan].append(pk)

    def now(self, plan: int | None, key: str | None) -> LocalMeasure:
        """The measure with that key; without a plan it lies in a draft that is not this agency's."""
        if plan is None or key is None:
            return LocalMeasure(None, visible=False, is_draft=True)
        pk, is_draft = self._found.get((plan, key), (None, False))
        return LocalMeasure(pk, is_draft=is_draft)

    def local_only(self, plan: int, answering: Collection[tuple[int, str]]) -> list[int]:
        """Top-level measures of the plan that answer no national one."""
        taken = {self._found[name][0] for name in answering if name in self._found}
        standing = {pk for (owner, _key), (pk, _draft) in self._found.items() if owner == plan}
        return [pk for pk in self.top_level[plan] if pk in standing and pk not in taken]


def _versions_then(plans: Collection[int], known: datetime) -> list[int]:
    """The version of each plan that was in force at the moment."""
    adopted = PlanVersion.objects.filter(
        plan__in=plans,
        state__in=(PlanVersion.State.ADOPTED, PlanVersion.State.SUPERSEDED),
        adopted_on__lt=timezone.localtime(known).date(),
    )
    newest = adopted.order_by("plan_id", "-adopted_on", "-number").distinct("plan_id")
    return list(newest.values_list("pk", flat=True))


# Coverage


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


# A place beside the nation


@dataclass(frozen=True)
class BesideNation:
    """One national measure and what the place does about it."""

    national: Measure
    cell: CoverageCell
    answer: Alignment | None
    local: Measure | None


@dataclass(frozen=True)
class PlaceView:
    """A place's plan beside the national one; ended: answers to measures the nation no longer has."""

    plan: Plan | None
    version: PlanVersion
    rows: tuple[BesideNation, ...]
    local_only: tuple[Measure, ...]
    ended: tuple[Alignment, ...]

    @property
    def due(self) -> tuple[BesideNation, ...]:
        """The rows whose national wording changed since they were answered."""
        return tuple(row for row in self.rows if row.cell.rebase_due)

    def count(self, *kinds: str) -> int:
        """How many national measures the place answered so."""
        return sum(row.cell.kind in kinds for row in self.rows)


def beside_nation(version: PlanVersion, place: Place, *, on: date) -> PlaceView:
    """The national version's measures, each with the place's answer and its local measure, in few queries."""
    matrix = coverage(version, on=on, places=[place])
    plan = matrix.places[0].plan
    cells = [row.cells[0] for row in matrix.rows]
    given = {answer.pk: answer for answer in _standing(version.plan_id, place.code)}
    wanted = {cell.local_id for cell in cells if cell.local_id} | {
        answer.local_id for answer in given.values() if answer.local_id
    }
    known = Measure.objects.select_related("strand", "version__plan").in_bulk(wanted)
    rows = tuple(
        BesideNation(row.measure, cell, given.get(cell.answer_id or 0), known.get(cell.local_id or 0))
        for row, cell in zip(matrix.rows, cells, strict=True)
    )
    shown = {row.answer.pk for row in rows if row.answer}
    sub_measures = set(version.measures.exclude(parent=None).values_list("pk", flat=True))
    ended = tuple(a for a in given.values() if a.pk not in shown and a.national_id not in sub_measures)
    own = _local_only(plan, list(given.values())) if plan is not None else ()
    return PlaceView(plan, version, rows, own, ended)


def _standing(plan_id: int, place_code: str) -> Iterable[Alignment]:
    return answers().filter(national__version__plan=plan_id, place_code=place_code, replaced_at=None)


def _local_only(plan: Plan, given: Sequence[Alignment]) -> tuple[Measure, ...]:
    names = {(a.local.version.plan_id, a.local.key) for a in given if a.local is not None}
    wanted = LocalMeasures([plan.pk]).local_only(plan.pk, names)
    found = Measure.objects.select_related("strand", "version__plan").in_bulk(wanted)
    return tuple(found[pk] for pk in wanted if pk in found)


def local_only_measures(plan: Plan) -> tuple[Measure, ...]:
    """The measures of a local plan, in force or drafted, that answer no national one."""
    parent = plan.parent_id
    return _local_only(plan, list(_standing(parent, plan.place_code)) if parent else [])


@dataclass(frozen=True)
class RebaseDue:
    """One answer whose national wording changed: the measure now, and the fields that say something else."""

    answer: Alignment
    national_now: Measure
    changed: tuple[str, ...] = field(default=())


def rebases_due(place_code: str, *, on: date, version: PlanVersion | None = None) -> list[RebaseDue]:
    """The place's answers that a newer national wording waits for, in the order of the plan.

    version: only those of this national version; else of every plan above that the place answered.
    """
    versions = [version] if version is not None else _versions_answered(place_code)
    return [due for one in versions for due in _rebases_due(one, place_code, on)]


def _versions_answered(place_code: str) -> list[PlanVersion]:
    plans = (
        Alignment.objects.filter(place_code=place_code, replaced_at=None)
        .order_by()
        .values_list("national__version__plan_id", flat=True)
        .distinct()
    )
    return list(
        PlanVersion.objects.filter(plan__in=list(plans), state=PlanVersion.State.ADOPTED).select_related(
            "plan"
        )
    )


def _rebases_due(version: PlanVersion, place_code: str, on: date) -> list[RebaseDue]:
    at_hand = Place(code=place_code)
    matrix = coverage(version, on=on, places=[at_hand], gaps=False)
    due = {row.cells[0].answer_id: row.measure for row in matrix.rows if row.cells[0].rebase_due}
    given = answers().in_bulk([pk for pk in due if pk is not None])
    wanted = {a.kept_against_id or a.national_id for a in given.values()} | {m.pk for m in due.values()}
    words = Wordings(wanted)
    found = []
    for pk, measure in due.items():
        answer = given[pk or 0]
        old = words.national(answer.kept_against_id or answer.national_id, place=place_code)
        changed = changed_fields(old, words.national(measure.pk, place=place_code))
        found.append(RebaseDue(answer, measure, tuple(changed)))
    return found


# Three wordings


@dataclass(frozen=True)
class Comparison:
    """Old national, new national and local wording of one answered measure."""

    answer: Alignment
    base: Measure
    theirs: Measure
    ours: Measure | None
    fields: ThreeWay
    local: Wording | None
    national: Wording

    @property
    def is_due(self) -> bool:
        """Whether the nation changed any field since the answer."""
        return any(each.base != each.theirs for each in self.fields.fields)


def current_national(answer: Alignment) -> Measure | None:
    """The measure of the version in force that carries on what was answered; None when the nation ended
    it."""
    version = version_in_force(answer.national.version.plan)
    if version is None:
        return None
    lineage = Lineage(version.plan_id)
    measures = version.measures.select_related("version__plan", "strand")
    ids = measures.values_list("pk", flat=True)
    pk = next((one for one in ids if answer.national_id in lineage.ancestors(one)), None)
    return None if pk is None else measures.get(pk=pk)


def local_now(answer: Alignment, *, draft_first: bool = False) -> Measure | None:
    """The local measure behind an answer as it stands in the local plan: in force, else drafted.

    draft_first: the open draft goes before the version in force, as for editing.
    """
    if answer.local_id is None or answer.local is None:
        return None
    pinned = answer.local
    states = (PlanVersion.State.DRAFT, PlanVersion.State.ADOPTED)
    found = Measure.objects.filter(
        Q(version__state__in=states), version__plan_id=pinned.version.plan_id, key=pinned.key
    ).select_related("version__plan", "strand")
    wanted = states if draft_first else tuple(reversed(states))
    return min(
        found, key=lambda measure: wanted.index(PlanVersion.State(measure.version.state)), default=None
    )


def three_way_of(answer: Alignment) -> Comparison:
    """The pinned national wording, the one in force and the local one, field by field.

    The local wording is that of the open draft where there is one. Raises NotThere where the nation has ended
    the measure.
    """
    theirs = current_national(answer)
    if theirs is None:
        raise NotThere(
            _("The nation's plan no longer has this measure."),
            where=answer.national.key,
            remedy=_("Keep the local measure, or consider it again."),
        )
    base = answer.kept_against or answer.national
    ours = local_now(answer, draft_first=True)
    words = Wordings({base.pk, theirs.pk} | ({ours.pk} if ours else set()))
    answerable = counterparts_by_place([answer.place_code]).get(answer.place_code, frozenset())
    old, new = (
        words.national(measure.pk, place=answer.place_code, answerable=answerable)
        for measure in (base, theirs)
    )
    local = words.local(ours.pk, place=answer.place_code) if ours else None
    return Comparison(answer, base, theirs, ours, compared(old, new, local), local, new)


@dataclass(frozen=True)
class SideBySide:
    """A national measure and a local one, with the fields in which the place decided otherwise."""

    national: Wording
    local: Wording | None
    differs: tuple[str, ...]
    gaps: tuple[Gap, ...]


def side_by_side(
    national: Measure, local: Measure | None, place_code: str, *, on: date, kind: str = ADAPTED
) -> SideBySide:
    """The two measures compared from the place's point of view."""
    words = Wordings({national.pk} | ({local.pk} if local else set()), on=on)
    answerable = counterparts_by_place([place_code]).get(place_code, frozenset())
    wanted = words.national(national.pk, place=place_code, answerable=answerable)
    own = words.local(local.pk, place=place_code) if local else None
    gaps = gaps_between(words.national(national.pk, place=place_code), Answer(kind), own)
    return SideBySide(wanted, own, tuple(differing_fields(wanted, own)) if own else (), gaps)


# Do local targets make up the national one


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


__all__ = [
    "ABSENT",
    "DIVERGED",
    "NATION",
    "NOT_CONSIDERED",
    "REBASE_DUE",
    "BesideNation",
    "Comparison",
    "CoverageCell",
    "CoverageMatrix",
    "CoveragePlace",
    "CoverageRow",
    "PlaceView",
    "RebaseDue",
    "SideBySide",
    "Uptake",
    "answer_by_id",
    "answers",
    "beside_nation",
    "coverage",
    "current_national",
    "gap_counts",
    "gaps_between",
    "history_of_answers",
    "local_now",
    "local_only_measures",
    "local_plan",
    "place_by_code",
    "places_of",
    "rebases_due",
    "side_by_side",
    "standing_answer",
    "target_sums",
    "three_way_of",
    "uptake",
]
