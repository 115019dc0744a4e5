"""What a measure says, field by field, so that a national and a local one can be compared; it judges no
difference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from concerted.foundation.agencies.models import Agency, Place
from concerted.methods.results import (
    ABSENT,
    Change,
    Direction,
    FieldComparison,
    IndicatorFacts,
    MeasureFacts,
    RollUp,
    ThreeWay,
    three_way,
)

from ..models import Baseline, Indicator, IndicatorUse, Measure, Responsibility, Target
from .cells import DIGITS

NATION = "000000"
PLAIN_FIELDS = ("title", "text", "lead", "support", "starts", "deadline", "indicator")
"""Fields every measure has; `target:KEY` and `baseline:KEY` stand beside them for each of its indicators."""
OWN_WORDS = ("title", "text")
"""Fields in which a text of the place's own may say the same in other words."""


class TargetSaid(NamedTuple):
    """A target: the value (None: only a direction) and the day it is due."""

    value: Decimal | None
    by: date


class BaselineSaid(NamedTuple):
    """A baseline: the value (None: named, not read) and its year."""

    value: Decimal | None
    year: int


class DeadlineSaid(NamedTuple):
    """A deadline as the three columns hold it."""

    kind: str
    on: date | None
    text: str


class Part(NamedTuple):
    """An agency's part: its key and the key of the national agency whose work it does (its own at national
    level)."""

    agency: str
    line: str
    valid_from: date | None
    valid_to: date | None

    def stands(self, on: date | None) -> bool:
        return on is None or (
            (self.valid_from is None or self.valid_from <= on)
            and (self.valid_to is None or on < self.valid_to)
        )


@dataclass(frozen=True)
class Wording:
    """One measure's fields. leads_read and deadline_read: False where the text was not read that far.

    everyone: per role the lines of all its agencies, those included that `fields` leaves out of a comparison.
    agencies: per role the keys of the agencies themselves, where `fields` tells them by the lines whose work they do.
    indicators: the names of its indicators in English and Chinese, by key.
    """

    pk: int
    key: str
    fields: Mapping[str, Any]
    facts: MeasureFacts
    leads_read: bool = True
    deadline_read: bool = True
    everyone: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    agencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    indicators: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def unanswerable(self, name: str) -> tuple[str, ...]:
        """The lines of a role that have no counterpart in the place the measure is read for."""
        return tuple(line for line in self.everyone.get(name, ()) if line not in self.fields.get(name, ()))


@dataclass
class _Loaded:
    """The rows of some measures, fetched in five queries."""

    measures: dict[int, dict[str, Any]]
    parts: dict[int, dict[str, list[Part]]] = field(default_factory=dict)
    uses: dict[int, list[Indicator]] = field(default_factory=dict)
    targets: dict[tuple[int, int], dict[str, TargetSaid]] = field(default_factory=dict)
    baselines: dict[tuple[int, int], dict[str, BaselineSaid]] = field(default_factory=dict)


_BARE = ("pk", "key", "version_id", "deadline", "deadline_kind", "deadline_text", "starts", "leads_read")
_TEXTS = ("title_en", "title_zh", "text_en", "text_zh", "text_read", "supports_read")


class Wordings:
    """Measures ready to be compared from the point of view of any place, fetched in five queries.

    texts: whether titles and texts are fetched too; figures alone need less.
    """

    def __init__(self, measures: Collection[int], *, on: date | None = None, texts: bool = True) -> None:
        self._on = on
        self._texts = texts
        wanted = set(measures)
        rows = Measure.objects.filter(pk__in=wanted).order_by().values(*_BARE, *(_TEXTS if texts else ()))
        self._rows = _Loaded({row["pk"]: row for row in rows})
        self._fetch_parts()
        self._fetch_uses()
        self._fetch_numbers()

    def __contains__(self, pk: int) -> bool:
        return pk in self._rows.measures

    def _fetch_parts(self) -> None:
        found = Responsibility.objects.filter(measure__in=self._rows.measures).order_by("position", "pk")
        columns = ("measure_id", "role", "agency__key", "agency__line__key", "valid_from", "valid_to")
        for measure, role, agency, line, since, until in found.values_list(*columns):
            held = self._rows.parts.setdefault(measure, {"lead": [], "support": []})
            held[role].append(Part(agency, line or agency, since, until))

    def _fetch_uses(self) -> None:
        uses = IndicatorUse.objects.filter(measure__in=self._rows.measures).order_by("pk")
        pairs = list(uses.values_list("measure_id", "indicator_id"))
        known = Indicator.objects.in_bulk({indicator for _, indicator in pairs})
        for measure, indicator in pairs:
            self._rows.uses.setdefault(measure, []).append(known[indicator])

    def _fetch_numbers(self) -> None:
        versions = {row["version_id"] for row in self._rows.measures.values()}
        indicators = {one.pk for used in self._rows.uses.values() for one in used}
        mine = {"version__in": versions, "indicator__in": indicators}
        targets = Target.objects.filter(**mine).order_by("by")
        for version, indicator, place, value, by in targets.values_list(
            "version_id", "indicator_id", "place_code", "value", "by"
        ):
            self._rows.targets.setdefault((version, indicator), {})[place] = TargetSaid(_bare(value), by)
        bases = Baseline.objects.filter(**mine).order_by("pk")
        for version, indicator, place, value, year in bases.values_list(
            "version_id", "indicator_id", "place_code", "value", "year"
        ):
            self._rows.baselines.setdefault((version, indicator), {})[place] = BaselineSaid(
                _bare(value), year
            )

    def places_with_figures(self, pk: int) -> frozenset[str]:
        """The places to which the measure's version gives targets or baselines of their own."""
        row = self._rows.measures[pk]
        keys = [(row["version_id"], one.pk) for one in self._rows.uses.get(pk, ())]
        targets = {place for key in keys for place in self._rows.targets.get(key, ())}
        return frozenset(targets.union(place for key in keys for place in self._rows.baselines.get(key, ())))

    def national(self, pk: int, *, place: str = NATION, answerable: Collection[str] | None = None) -> Wording:
        """A national measure as one place reads it: its share of a summed target, else the common target.

        answerable: the lines that have a counterpart in the place; leads and supports outside it are left
        out of the comparison, for no local agency could stand for them.
        """
        return self._wording(pk, place=place, answerable=answerable, shared=True)

    def local(self, pk: int, *, place: str) -> Wording:
        """A local measure; its leads are told by the line whose work they do."""
        return self._wording(pk, place=place, answerable=None, shared=False)

    def _wording(self, pk: int, *, place: str, answerable: Collection[str] | None, shared: bool) -> Wording:
        row = self._rows.measures[pk]
        deadline = DeadlineSaid(row["deadline_kind"], row["deadline"], row["deadline_text"])
        held = self._rows.parts.get(pk, {"lead": [], "support": []})
        fields: dict[str, Any] = {}
        if self._texts:
            fields["title"] = (row["title_en"], row["title_zh"])
            fields["text"] = (row["text_en"], row["text_zh"])
        everyone = {role: tuple(sorted({p.line for p in parts})) for role, parts in held.items()}
        for role, lines in everyone.items():
            fields[role] = tuple(line for line in lines if answerable is None or line in answerable)
        fields |= {"starts": row["starts"], "deadline": deadline}
        fields["indicator"] = tuple(sorted(one.key for one in self._rows.uses.get(pk, ())))
        facts = tuple(
            self._indicator(row["version_id"], one, place, shared) for one in self._rows.uses.get(pk, ())
        )
        for one in self._rows.uses.get(pk, ()):
            fields |= self._numbers(row["version_id"], one, place, shared)
        return Wording(
            pk=pk,
            key=row["key"],
            fields=fields,
            facts=MeasureFacts(
                row["key"],
                leads=tuple(p.agency for p in held["lead"] if p.stands(self._on)),
                ends=deadline.on if deadline.kind == Measure.DeadlineKind.DATE else None,
                indicators=facts,
            ),
            leads_read=row["leads_read"],
            deadline_read=deadline.kind != Measure.DeadlineKind.NOT_READ,
            everyone=everyone,
            agencies={
                role: tuple(dict.fromkeys(p.agency for p in parts if p.stands(self._on)))
                for role, parts in held.items()
            },
            indicators={one.key: (one.name_en, one.name_zh) for one in self._rows.uses.get(pk, ())},
        )

    def _numbers(self, version: int, one: Indicator, place: str, shared: bool) -> dict[str, Any]:
        targets = self._rows.targets.get((version, one.pk), {})
        bases = self._rows.baselines.get((version, one.pk), {})
        summed = one.rollup_areas == RollUp.SUM
        target = targets.get(place) or (
            None if shared and summed and place != NATION else targets.get(NATION)
        )
        base = bases.get(place) or (None if shared and place != NATION else bases.get(NATION))
        said: dict[str, Any] = {}
        if target is not None:
            said[f"target:{one.key}"] = target
        if base is not None:
            said[f"baseline:{one.key}"] = base
        return said

    def _indicator(self, version: int, one: Indicator, place: str, shared: bool) -> IndicatorFacts:
        targets = self._rows.targets.get((version, one.pk), {})
        bases = self._rows.baselines.get((version, one.pk), {})
        target = targets.get(NATION) if shared else targets.get(place) or targets.get(NATION)
        base = bases.get(NATION) if shared else bases.get(place) or bases.get(NATION)
        allotted = targets.get(place) if shared and place != NATION else None
        return IndicatorFacts(
            key=one.key,
            unit=one.unit,
            direction=Direction(one.direction),
            baseline=base.value if base else None,
            target=target.value if target else None,
            target_on=target.by if target else None,
            roll_up=RollUp(one.rollup_areas) if one.rollup_areas in _METHODS else RollUp.NONE,
            allotted=allotted.value if allotted else None,
        )


_METHODS = frozenset(method.value for method in RollUp)


def _bare(value: Decimal | None) -> Decimal | None:
    """The number without the zeros its column adds."""
    if value is None:
        return None
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def with_allotments(local: MeasureFacts, national: MeasureFacts) -> MeasureFacts:
    """The local facts, each indicator with the share of a summed national target that was given to the
    place."""
    given = {one.key: one.allotted for one in national.indicators}
    if not any(share is not None for share in given.values()):
        return local
    return replace(local, indicators=tuple(replace(i, allotted=given.get(i.key)) for i in local.indicators))


def fields_of(*wordings: Wording | None) -> list[str]:
    """The fields any of the wordings has: the plain ones first, then figures by indicator."""
    figures = {name for one in wordings if one for name in one.fields if ":" in name}
    plain = [name for name in PLAIN_FIELDS if any(one and name in one.fields for one in wordings)]
    return [*plain, *sorted(figures)]


def compared(base: Wording, theirs: Wording, ours: Wording | None) -> ThreeWay:
    """Old national, new national and local wording, field by field; without a local one nothing local
    differs.

    What a place has no counterpart for is not held against it, but it is shown, and a national change of it is a
    change.
    """
    own = ours.fields if ours is not None else base.fields
    whole = three_way(base.fields, theirs.fields, own, fields_of(base, theirs, ours))
    return replace(whole, fields=tuple(_with_everyone(each, base, theirs, ours) for each in whole.fields))


def _with_everyone(
    each: FieldComparison, base: Wording, theirs: Wording, ours: Wording | None
) -> FieldComparison:
    """The comparison of leads or supports told with every national agency; other fields as they are."""
    if each.field not in theirs.everyone:
        return each
    before, now = base.everyone.get(each.field, ()), theirs.everyone[each.field]
    change = each.change
    if before != now and change in _NATION_STOOD_STILL:
        change = _NATION_STOOD_STILL[change]
    return FieldComparison(each.field, change, before, now, before if ours is None else each.ours)


_NATION_STOOD_STILL = {Change.UNCHANGED: Change.THEIRS_ONLY, Change.OURS_ONLY: Change.CONFLICT}


def changed_fields(before: Wording, after: Wording) -> list[str]:
    """The fields that say something else in the later wording."""
    return [
        name
        for name in fields_of(before, after)
        if before.fields.get(name, ABSENT) != after.fields.get(name, ABSENT)
    ]


def differing_fields(national: Wording, local: Wording) -> list[str]:
    """The fields in which the place decided otherwise than the nation.

    What was not read on either side, a lead not named yet and a figure not given yet are gaps, not decisions.
    """
    return [name for name in fields_of(national, local) if _decided(name, national, local)]


def _decided(name: str, national: Wording, local: Wording) -> bool:
    wanted, own = national.fields.get(name, ABSENT), local.fields.get(name, ABSENT)
    if own is ABSENT or own == wanted:
        return False
    if name in ("lead", "support") and not own:
        return False
    if name == "lead" and not (national.leads_read and local.leads_read):
        return False
    if name == "deadline" and not (national.deadline_read and local.deadline_read):
        return False
    if name == "indicator":
        return not set(own) <= set(wanted) if wanted else bool(own)
    return not (name.startswith("baseline:") and wanted is ABSENT)


def counterparts(place: str, *, on: date | None = None) -> dict[str, Agency]:
    """The agencies of a place by the national agency whose work each does; of several the one that stands highest,
    so that a body of a county in the place never takes the part of its province.
    """
    found = Agency.objects.filter(place_code=place, line__isnull=False).select_related("line")
    standing = found if on is None else found.standing(on)
    highest_last = sorted(standing, key=lambda one: (-DIGITS[Place.Level(one.tier)], -one.pk))
    return {agency.line.key: agency for agency in highest_last if agency.line is not None}


def counterparts_by_place(places: Iterable[str]) -> dict[str, frozenset[str]]:
    """The lines that have a counterpart in each of the places, in one query."""
    found: dict[str, set[str]] = defaultdict(set)
    rows = Agency.objects.filter(place_code__in=set(places), line__isnull=False).order_by()
    for place, line in rows.values_list("place_code", "line__key"):
        found[place].add(line)
    return {place: frozenset(lines) for place, lines in found.items()}


def agencies_by_key(keys: Iterable[str]) -> dict[str, Agency]:
    """The agencies with these keys."""
    return {agency.key: agency for agency in Agency.objects.filter(key__in=set(keys))}


def indicators_by_key(plans: Iterable[int]) -> dict[str, Indicator]:
    """The indicators of these plans by key; of one that several plans have, that of the plan named first."""
    order = list(plans)
    found = sorted(Indicator.objects.filter(plan__in=order), key=lambda one: -order.index(one.plan_id))
    return {one.key: one for one in found}


def agencies_of_place(place: str, *, on: date) -> list[Agency]:
    """The agencies that stand in a place on the day, to choose leads from."""
    return list(Agency.objects.standing(on).filter(place_code=place).select_related("line").order_by("key"))
