"""Copies national measures with what hangs on them into a place's draft; it touches no version that was adopted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Max

from concerted.foundation.agencies.models import Agency

from ... import models as rows
from ...models import Measure, PlanVersion
from ...reads.rebuild import rebuilt_measure
from ...reads.wording import NATION, counterparts
from ..storing import measure_row, refuse_overlong
from .shared import LEAD, NO_LEAD_YET, own_indicators, touch


@dataclass
class _Copying:
    """What copying needs to know of the draft, fetched once for many measures."""

    draft: PlanVersion
    agencies: Mapping[str, Agency]
    strands: dict[str, rows.Strand]
    taken: set[str]
    position: int

    @classmethod
    def into(cls, draft: PlanVersion, *, on: date) -> _Copying:
        measures = rows.Measure.objects.filter(version=draft)
        last = measures.aggregate(last=Max("position"))["last"]
        return cls(
            draft,
            counterparts(draft.plan.place_code, on=on),
            {strand.key: strand for strand in draft.strands.all()},
            set(measures.values_list("key", flat=True)),
            -1 if last is None else last,
        )

    def strand(self, national: rows.Strand) -> rows.Strand:
        if national.key not in self.strands:
            made = rows.Strand(
                version=self.draft,
                key=national.key,
                position=len(self.strands),
                title_en=national.title_en,
                title_zh=national.title_zh,
                extra={"file": {}, "kept": {}},
            )
            made.save(force_insert=True)
            self.strands[national.key] = made
        return self.strands[national.key]

    def key(self, wanted: str) -> str:
        free = next(
            k for k in (wanted, *(f"{wanted[:34]}-n{n}" for n in range(2, 999))) if k not in self.taken
        )
        self.taken.add(free)
        return free


def copy_measures(draft: PlanVersion, nationals: Sequence[Measure], *, on: date) -> dict[int, Measure]:
    """Write a copy of each national measure, with those below it, into the draft; returns copies by national
    id.

    Texts, dates, strand and indicators are carried; leads and supports become the place's agencies of the
    same line; a summed target becomes the share the nation gave to the place, or none where it gave none.
    """
    copying = _Copying.into(draft, on=on)
    below = _below(nationals)
    made: dict[int, Measure] = {}
    for layer in ([*nationals], below):
        fresh = {measure.pk: _copied(copying, measure, made) for measure in layer if measure.pk not in made}
        refuse_overlong(fresh.values())
        rows.Measure.objects.bulk_create(fresh.values())
        made |= fresh
    _copy_responsibilities(copying, made)
    _copy_indicators(draft, made)
    touch(draft)
    return made


def _below(nationals: Iterable[Measure]) -> list[Measure]:
    found = rows.Measure.objects.filter(parent__in=[measure.pk for measure in nationals])
    return list(found.select_related("strand", "version").order_by("position"))


def _copied(copying: _Copying, national: Measure, made: Mapping[int, Measure]) -> Measure:
    copying.position += 1
    entry = replace(
        rebuilt_measure(national),
        id=copying.key(national.key),
        sources=(),
        carried_from=None,
        objective=None,
        indicators=(),
        milestones=(),
        depends_on=(),
        level=copying.draft.plan.level,
        lead_note=None,
        support_note=None,
    )
    row = measure_row(entry)
    row.version, row.strand = copying.draft, copying.strand(national.strand)
    row.position = copying.position
    row.parent = made.get(national.parent_id or 0)
    return row


def _copy_responsibilities(copying: _Copying, made: Mapping[int, Measure]) -> None:
    found = (
        rows.Responsibility.objects.filter(measure__in=made)
        .select_related("agency")
        .order_by("role", "position")
    )
    parts: dict[tuple[int, str, int], rows.Responsibility] = {}
    for part in found:
        agency = copying.agencies.get(part.agency.key)
        if agency is not None:
            copy = made[part.measure_id]
            parts.setdefault(
                (copy.pk, part.role, agency.pk),
                rows.Responsibility(measure=copy, agency=agency, role=part.role, position=part.position),
            )
    rows.Responsibility.objects.bulk_create(parts.values())
    led = {measure for measure, role, _agency in parts if role == LEAD}
    without = [copy for copy in made.values() if copy.pk not in led]
    for copy in without:
        copy.lead_note = NO_LEAD_YET
    rows.Measure.objects.bulk_update(without, ["lead_note"])


def _copy_indicators(draft: PlanVersion, made: Mapping[int, Measure]) -> None:
    uses = list(rows.IndicatorUse.objects.filter(measure__in=made).select_related("indicator"))
    own = own_indicators(draft.plan, {use.indicator.key: use.indicator for use in uses})
    rows.IndicatorUse.objects.bulk_create(
        [
            rows.IndicatorUse(
                version=draft, indicator=own[use.indicator.key], measure=made[use.measure_id or 0]
            )
            for use in uses
        ],
        ignore_conflicts=True,
    )
    _copy_figures(draft, uses, own)


def _copy_figures(
    draft: PlanVersion, uses: Sequence[rows.IndicatorUse], own: Mapping[str, rows.Indicator]
) -> None:
    place = draft.plan.place_code
    by_id = {use.indicator_id: use.indicator for use in uses}
    common = {"version__in": {use.version_id for use in uses}, "indicator__in": by_id}
    targets: dict[tuple[str, date], rows.Target] = {}
    for target in rows.Target.objects.filter(**common, place_code__in=(place, NATION)):
        national = by_id[target.indicator_id]
        for_place = target.place_code == place
        if not for_place and (national.key, target.by) in targets:
            continue
        value = target.value if for_place or national.rollup_areas != "sum" else None
        targets[national.key, target.by] = rows.Target(
            version=draft, indicator=own[national.key], place_code=place, by=target.by, value=value,
            comment=target.comment,
        )  # fmt: skip
    rows.Target.objects.bulk_create(targets.values(), ignore_conflicts=True)
    bases = rows.Baseline.objects.filter(**common, place_code=place)
    fresh = [
        rows.Baseline(
            version=draft, indicator=own[by_id[base.indicator_id].key], place_code=place, year=base.year,
            value=base.value, numerator=base.numerator, denominator=base.denominator, source=base.source,
        )
        for base in bases
    ]  # fmt: skip
    rows.Baseline.objects.bulk_create(fresh, ignore_conflicts=True)
