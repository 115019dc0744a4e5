"""Copies national measures into a place's draft and edits them there; it touches no version that was
adopted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import F, Max
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.agencies.models import Agency, Officer, Place

from .. import document as said
from .. import models as rows
from ..models import Measure, Plan, PlanVersion
from ..reads.documents import open_draft, version_in_force
from ..reads.naming import wordings_of
from ..reads.rebuild import rebuilt_measure
from ..reads.wording import NATION, BaselineSaid, DeadlineSaid, TargetSaid, counterparts
from .documents import start_revision, store_version
from .storing import measure_row, refuse_overlong

LEAD, SUPPORT = rows.Responsibility.Role.LEAD, rows.Responsibility.Role.SUPPORT
NO_LEAD_YET = "No local lead named yet / 尚未明确本地牵头部门"
"""Stands in the lead note of a copy whose national leads have no counterpart in the place."""

_BELOW = {
    Place.Level.PROVINCE: Place.Level.PREFECTURE,
    Place.Level.PREFECTURE: Place.Level.COUNTY,
    Place.Level.COUNTY: Place.Level.COUNTY,
}
_EDITED = (
    "title_en", "title_zh", "text_en", "text_zh", "text_read", "starts", "target_note", "leads_read",
    "supports_read",
    "lead_note", "support_note", "deadline", "deadline_kind", "deadline_text", "note", "extra",
)  # fmt: skip


def open_local_plan(
    *,
    officer: Officer,
    at: datetime,
    national: Plan,
    title_en: str,
    title_zh: str = "",
    period_from: date | None = None,
    period_to: date | None = None,
    key: str = "",
    is_demonstration: bool = False,
) -> PlanVersion:
    """Open the empty draft of the plan with which the officer's place will answer the national one.

    Its period is its own; without one the dates stay open. Passes the door of store_version.
    """
    agency = officer.agency
    assert agency is not None
    period = said.Period(period_from, period_to) if period_from and period_to else None
    facts = said.PlanFacts(
        id=key or f"{national.key}-{agency.place_code}",
        level=agency.tier,
        place=agency.place_code,
        title_en=title_en,
        title_zh=title_zh or None,
        period=period,
        parent=national.key,
    )
    return store_version(
        officer=officer, at=at, document=said.PlanDocument(plan=facts), is_demonstration=is_demonstration
    )


def draft_for_editing(*, officer: Officer, at: datetime, plan: Plan) -> PlanVersion:
    """The plan's open draft; where a version is in force and none is open, a revision is started."""
    draft = open_draft(plan)
    if draft is not None:
        return draft
    if version_in_force(plan) is None:
        raise Conflict(
            _("This plan has no version to write in."),
            where=plan.key,
            remedy=_("Start the plan of your place first."),
        )
    return start_revision(officer=officer, at=at, plan=plan)


def in_draft(draft: PlanVersion, pinned: Measure) -> Measure:
    """The measure as it stands in the draft; raises Conflict where the draft dropped it."""
    found = wordings_of(pinned.pk).filter(version=draft).select_related("version__plan", "strand").first()
    if found is None:
        raise Conflict(
            _("The draft of your plan no longer has this measure."),
            where=pinned.key,
            remedy=_("Adopt the national measure again, or take the draft back."),
        )
    return found


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
    own = _own_indicators(draft.plan, {use.indicator.key: use.indicator for use in uses})
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


def _own_indicators(plan: Plan, nationals: Mapping[str, rows.Indicator]) -> dict[str, rows.Indicator]:
    """The plan's indicators of the same keys, made where it has none; one it has keeps its own definition."""
    own = {one.key: one for one in plan.indicators.filter(key__in=nationals)}
    definition = [
        f.name
        for f in rows.Indicator._meta.concrete_fields
        if f.name not in ("id", "plan", "reporting_level")
    ]
    level = _BELOW.get(Place.Level(plan.level), Place.Level.COUNTY)
    new = [
        rows.Indicator(plan=plan, reporting_level=level, **{name: getattr(one, name) for name in definition})
        for key, one in nationals.items()
        if key not in own
    ]
    rows.Indicator.objects.bulk_create(new)
    return own | {one.key: one for one in new}


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


# Editing a local measure


def write_fields(measure: Measure, fields: Mapping[str, Any]) -> Measure:
    """Give a draft measure these field values and return it as it now stands.

    fields: title and text as (English, Chinese); lead and support as lists of agencies; starts a date or
    None; deadline a DeadlineSaid, a date, `continuous`, `yearly` or a text; indicator the keys the measure is
    judged by;
    `target:KEY` a TargetSaid or None; `baseline:KEY` a BaselineSaid or None. Raises Invalid, naming the
    field.
    """
    unknown = [name for name in fields if name.partition(":")[0] not in _WRITABLE]
    if unknown:
        raise Invalid(
            _("These fields cannot be changed here."),
            where=", ".join(unknown),
            problems=[Problem(_("There is no such field."), field=name) for name in unknown],
            remedy=_("Choose title, text, lead, support, starts, deadline, indicator, target or baseline."),
        )
    _write_entry(measure, {name: fields[name] for name in fields if name in _IN_ENTRY})
    for role in (LEAD, SUPPORT):
        if role in fields:
            _write_parts(measure, role, fields[role])
    if "indicator" in fields:
        _write_uses(measure, fields["indicator"])
    for name, value in fields.items():
        kind, _colon, key = name.partition(":")
        if key:
            _write_figure(measure, kind, key, value)
    touch(measure.version)
    return measure


_IN_ENTRY = ("title", "text", "starts", "deadline", "lead")
_WRITABLE = frozenset({*_IN_ENTRY, "support", "indicator", "target", "baseline"})


def _write_entry(measure: Measure, fields: Mapping[str, Any]) -> None:
    """Change the measure through its document form, so that nothing kept beside a column contradicts it."""
    changes: dict[str, Any] = {}
    if "title" in fields:
        changes["title"], changes["title_zh"] = (text or None for text in fields["title"])
    if "text" in fields:
        changes["description"], changes["description_zh"] = (text or None for text in fields["text"])
    if "starts" in fields:
        changes["starts"] = fields["starts"]
    if "deadline" in fields:
        changes["deadline"] = _deadline_entry(fields["deadline"])
    if "lead" in fields:
        changes["lead_note"] = None if fields["lead"] else measure.lead_note or NO_LEAD_YET
    entry = rebuilt_measure(
        measure,
        lead=() if measure.leads_read or "lead" in fields else said.NOT_READ,
        support=() if measure.supports_read else said.NOT_READ,
    )
    row = measure_row(replace(entry, **changes), mention=measure.extra.get("mention"))
    kept = measure.extra.get("kept", {})
    row.extra["kept"] |= {
        name: kept[name] for name in ("objective", "indicators", "carried_from") if name in kept
    }
    refuse_overlong([row])
    _refuse_impossible(measure, row)
    for name in _EDITED:
        setattr(measure, name, getattr(row, name))
    measure.row_version += 1
    measure.save(update_fields=[*_EDITED, "row_version"])


class Impossible(Invalid):
    """What a field was to say cannot be so, whatever the reason given for it."""


def _refuse_impossible(measure: Measure, row: Measure) -> None:
    """Raise Impossible where the row has lost every title the measure had, or ends before it starts."""
    problems = []
    if any((measure.title_en, measure.title_zh)) and not any((row.title_en.strip(), row.title_zh.strip())):
        problems.append(
            Problem(
                _("The measure would have no title."),
                field="title",
                remedy=_("Write its title in one of the two languages at least."),
            )
        )
    if row.starts is not None and row.deadline is not None and row.starts > row.deadline:
        problems.append(
            Problem(
                _("The measure ends before it starts."),
                field="deadline",
                remedy=_("It starts on %(day)s: correct one of the two days.")
                % {"day": row.starts.isoformat()},
            )
        )
    if problems:
        raise Impossible(_("The measure was not changed."), problems=problems, where=measure.key)


def _deadline_entry(value: Any) -> Any:
    if not isinstance(value, DeadlineSaid):
        return value
    match value.kind:
        case Measure.DeadlineKind.DATE:
            return value.on
        case Measure.DeadlineKind.TEXT:
            return value.text or None
        case Measure.DeadlineKind.NOT_READ:
            return said.NOT_READ
        case Measure.DeadlineKind.NOT_STATED:
            return None
    return value.kind


def _write_parts(measure: Measure, role: str, agencies: Iterable[Agency]) -> None:
    chosen = list({agency.pk: agency for agency in agencies}.values())
    standing = {part.agency_id: part for part in measure.responsibilities.filter(role=role)}
    measure.responsibilities.filter(role=role).exclude(agency__in=chosen).delete()
    rows.Responsibility.objects.bulk_create(
        [
            rows.Responsibility(measure=measure, agency=agency, role=role, position=position)
            for position, agency in enumerate(chosen)
            if agency.pk not in standing
        ]
    )
    if role == LEAD and not measure.leads_read:
        measure.leads_read = True
        measure.save(update_fields=["leads_read"])


def _write_uses(measure: Measure, keys: Iterable[str]) -> None:
    wanted = set(keys)
    known = {one.key: one for one in measure.version.plan.indicators.filter(key__in=wanted)}
    parent = measure.version.plan.parent
    if wanted - set(known) and parent is not None:
        missing = {one.key: one for one in parent.indicators.filter(key__in=wanted - set(known))}
        known |= _own_indicators(measure.version.plan, missing)
    measure.indicator_uses.exclude(indicator__key__in=wanted).delete()
    rows.IndicatorUse.objects.bulk_create(
        [
            rows.IndicatorUse(version=measure.version, indicator=one, measure=measure)
            for one in known.values()
        ],
        ignore_conflicts=True,
    )


def _write_figure(measure: Measure, kind: str, key: str, value: TargetSaid | BaselineSaid | None) -> None:
    plan = measure.version.plan
    indicator = plan.indicators.filter(key=key).first()
    if indicator is None:
        raise Invalid(
            _("The local measure is not judged by this indicator."),
            where=key,
            problems=[Problem(_("There is no such indicator in your plan."), field=f"{kind}:{key}")],
            remedy=_("Take the indicator over first."),
        )
    mine: dict[str, Any] = {"version": measure.version, "indicator": indicator}
    both = (plan.place_code, NATION)
    if kind == "target":
        rows.Target.objects.filter(**mine, place_code__in=both).delete()
        if isinstance(value, TargetSaid):
            rows.Target.objects.create(**mine, place_code=plan.place_code, by=value.by, value=value.value)
    else:
        rows.Baseline.objects.filter(**mine, place_code__in=both).delete()
        if isinstance(value, BaselineSaid):
            rows.Baseline.objects.create(
                **mine, place_code=plan.place_code, year=value.year, value=value.value
            )


def touch(version: PlanVersion) -> None:
    """Count one more edit of the draft."""
    rows.PlanVersion.objects.filter(pk=version.pk).update(row_version=F("row_version") + 1)
