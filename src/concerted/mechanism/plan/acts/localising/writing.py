"""Writes field values into a measure of a place's draft, and refuses what cannot be; it copies none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from concerted.errors import Invalid, Problem
from concerted.foundation.agencies.models import Agency

from ... import document as said
from ... import models as rows
from ...models import Measure
from ...reads.rebuild import rebuilt_measure
from ...reads.wording import NATION, BaselineSaid, DeadlineSaid, TargetSaid
from ..storing import measure_row, refuse_overlong
from .shared import LEAD, NO_LEAD_YET, SUPPORT, own_indicators, touch

_EDITED = (
    "title_en", "title_zh", "text_en", "text_zh", "text_read", "starts", "target_note", "leads_read",
    "supports_read",
    "lead_note", "support_note", "deadline", "deadline_kind", "deadline_text", "note", "extra",
)  # fmt: skip


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
        known |= own_indicators(measure.version.plan, missing)
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
