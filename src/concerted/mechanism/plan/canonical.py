"""A plan document as plain data of the plan file's schema, its canonical text and its hash; it reads no file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from .document import (
    BaselineEntry,
    IndicatorEntry,
    MeasureEntry,
    MilestoneEntry,
    NeedEntry,
    ObjectiveEntry,
    PartEntry,
    PlanDocument,
    SourceEntry,
    StrandEntry,
    TargetEntry,
)

SCHEMA = "concerted/plan-seed/1"
NOT_READ = "not_read"
HEADER = (
    "level", "place_code", "title_en", "title_zh", "document_no", "issuer", "victim_scope", "parent",
    "predecessor", "successor",
)  # fmt: skip


def content_hash(document: PlanDocument) -> str:
    """The SHA-256 of the canonical plan file, in hexadecimal."""
    return hashlib.sha256(canonical_text(document).encode()).hexdigest()


def canonical_text(document: PlanDocument) -> str:
    """The plan file as YAML, the same bytes for the same document."""
    return yaml.dump(
        as_mapping(document), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110, default_flow_style=False
    )


class _Dumper(yaml.SafeDumper):
    """YAML's safe dumper without anchors, so that every entry can be read by itself."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def as_mapping(document: PlanDocument) -> dict[str, Any]:
    """The document as plain data in the order of the plan file; empty fields are left out."""
    extra = dict(document.extra)
    header: dict[str, Any] = {"id": document.key}
    header |= {name: getattr(document, name) for name in HEADER if _is_said(document, name)}
    header["level"] = document.level
    if document.adopted:
        header["adopted"] = document.adopted
    if document.period_from or document.period_to:
        header["period"] = {"from": document.period_from, "to": document.period_to}
    header |= _sorted(extra.pop("plan", {}))
    body: dict[str, Any] = {"schema": SCHEMA, "plan": header, "completeness": document.completeness}
    body |= _said(document, "reading_levels")
    if document.sources:
        body["sources"] = [_entry(source, {"key": "id"}) for source in document.sources]
    body |= _said(document, "guiding_principle", "overall_goal")
    body |= _said(document, "legal_basis", named={"legal_basis": "legal_basis_read"})
    body |= _said(document, "strategic_measures")
    body["strands"] = [_strand(strand) for strand in document.strands]
    if document.indicators:
        body["indicators"] = [_indicator(indicator) for indicator in document.indicators]
    body |= _said(document, "local_instruments", named={"local_instruments": "local_instruments_read"})
    body |= _said(document, "not_read")
    return body | _sorted(extra)


def _default(one: Field[Any]) -> Any:
    if one.default_factory is not MISSING:
        return one.default_factory()
    return one.default


def _is_said(entry: Any, name: str) -> bool:
    one = next(one for one in fields(entry) if one.name == name)
    return bool(getattr(entry, name) != _default(one))


def _said(entry: Any, *names: str, named: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The fields that say something, under their names in the file."""
    return {(named or {}).get(name, name): _plain(getattr(entry, name)) for name in names if _is_said(entry, name)}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _sorted(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return format(value.normalize() if value else Decimal(0), "f")
    return value


def _sorted(free: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _plain(free[key]) for key in sorted(free)}


def _entry(entry: Any, named: Mapping[str, str] | None = None, *, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    names = [one.name for one in fields(entry) if one.name not in without]
    return _said(entry, *names, named=named)


def _strand(strand: StrandEntry) -> dict[str, Any]:
    found: dict[str, Any] = {"id": strand.key, "title": strand.title_en} | _said(strand, "title_zh")
    if not strand.measures_read:
        found["measures_read"] = NOT_READ
    found |= _said(strand, "read", "note")
    found["objectives"] = [_objective(objective) for objective in strand.objectives]
    found["measures"] = [_measure(measure) for measure in strand.measures]
    return found | _sorted(strand.extra)


def _objective(objective: ObjectiveEntry) -> dict[str, Any]:
    names = {"key": "id", "text_en": "text", "sources": "source"}
    found = _entry(objective, names, without=frozenset({"extra"}))
    return found | _sorted(objective.extra)


def _measure(measure: MeasureEntry) -> dict[str, Any]:
    found: dict[str, Any] = {"id": measure.key}
    found |= _said(measure, "number", "title_en", "title_zh", named={"title_en": "title"})
    if not measure.text_read:
        found["description"] = NOT_READ
        found |= _said(measure, "text_en", named={"text_en": "description_read"})
    else:
        found |= _said(measure, "text_en", named={"text_en": "description"})
    found |= _said(measure, "text_zh", "objective", named={"text_zh": "description_zh"})
    found["lead"] = _parts(measure.leads)
    found |= _said(measure, "lead_note")
    found["support"] = _parts(measure.supports)
    found |= _said(measure, "support_note", "level", "starts")
    found |= _deadline(measure)
    if measure.target is not None:
        found["target"] = _plain(measure.target)
    found |= _said(measure, "read", "sources", "note", "carried_from")
    if measure.milestones:
        found["milestones"] = [_entry(step, {"key": "id", "title_en": "title"}) for step in measure.milestones]
    if measure.needs:
        found["needs"] = [_entry(need) for need in measure.needs]
    if measure.sub_measures:
        found["sub_measures"] = [_measure(below) for below in measure.sub_measures]
    return found | _sorted(measure.extra)


def _parts(parts: tuple[PartEntry, ...] | None) -> Any:
    if parts is None:
        return NOT_READ
    named = {"valid_from": "from", "valid_to": "to"}
    return [part.agency if part == PartEntry(part.agency) else _entry(part, named) for part in parts]


def _deadline(measure: MeasureEntry) -> dict[str, Any]:
    match measure.deadline_kind:
        case "not_stated":
            return {}
        case "date":
            return {"deadline": measure.deadline}
        case "text":
            return {"deadline": {"text": measure.deadline_text} | _said(measure, "deadline", named={"deadline": "by"})}
        case kind:
            return {"deadline": kind}


def _indicator(indicator: IndicatorEntry) -> dict[str, Any]:
    found = _entry(indicator, {"key": "id", "name_en": "name"}, without=frozenset({"baselines", "targets"}))
    if indicator.baselines:
        found["baselines"] = [_entry(baseline) for baseline in indicator.baselines]
    if indicator.targets:
        found["targets"] = [_entry(target) for target in indicator.targets]
    return found


# From plain data. What no field knows goes into `extra`; callers check kinds before, or catch PlanDataError.


class PlanDataError(ValueError):
    """Plain data that is no plan: says the path of the entry that cannot be read."""


def document_from(data: Mapping[str, Any]) -> PlanDocument:
    """The document that plain data of the plan file's schema describes.

    Raises PlanDataError with the path of the entry at fault.
    """
    rest = dict(data)
    rest.pop("schema", None)
    header = dict(_mapping(rest.pop("plan", None), "plan"))
    period = _mapping(header.pop("period", None) or {}, "plan.period")
    strands = tuple(_strand_from(item, f"strands[{n}]") for n, item in enumerate(_list(rest.pop("strands", []), "strands")))
    document = PlanDocument(
        key=_text(header.pop("id", None), "plan.id"),
        **{name: _text(header.pop(name, None), f"plan.{name}", empty=_header_default(name)) for name in HEADER},
        adopted=_date(header.pop("adopted", None), "plan.adopted"),
        period_from=_date(period.get("from"), "plan.period.from"),
        period_to=_date(period.get("to"), "plan.period.to"),
        completeness=_text(rest.pop("completeness", None), "completeness", empty="complete"),
        reading_levels=_free(rest.pop("reading_levels", {})),
        sources=tuple(
            SourceEntry(_text(s.get("id"), "sources"), _text(s.get("what"), "sources", empty=""), _text(s.get("where"), "sources", empty=""))
            for s in _list(rest.pop("sources", []), "sources")
        ),
        guiding_principle=_text(rest.pop("guiding_principle", None), "guiding_principle", empty=""),
        overall_goal=_free(rest.pop("overall_goal", {})),
        legal_basis=_texts(rest.pop("legal_basis_read", ()), "legal_basis_read"),
        strategic_measures=_free(rest.pop("strategic_measures", {})),
        strands=strands,
        indicators=tuple(_indicator_from(item, f"indicators[{n}]") for n, item in enumerate(rest.pop("indicators", []))),
        local_instruments=tuple(_free(item) for item in rest.pop("local_instruments_read", [])),
        not_read=tuple(_remark(item) for item in _list(rest.pop("not_read", ()), "not_read")),
        extra=_free(rest | ({"plan": header} if header else {})),
    )
    return document


def _remark(item: Any) -> str:
    """A remark in words; YAML takes an unquoted one that holds a colon for a pair."""
    if isinstance(item, Mapping):
        return "; ".join(f"{key}: {value}" for key, value in item.items())
    return _text(item, "not_read")


def _header_default(name: str) -> str:
    return {"level": "national", "place_code": "000000"}.get(name, "")


def _strand_from(item: Any, path: str) -> StrandEntry:
    rest = dict(_mapping(item, path))
    read = _one_or_more(rest.pop("read", ()), path)
    unread = [rest.pop(name, "") == NOT_READ for name in ("measures_read", "national_measure_list")]
    if rest.pop("read_in_full", False) is True:
        read = (*read, "read_in_full")
    return StrandEntry(
        key=_text(rest.pop("id", None), f"{path}.id"),
        title_en=_text(rest.pop("title", None), f"{path}.title"),
        title_zh=_text(rest.pop("title_zh", None), f"{path}.title_zh", empty=""),
        measures_read=not (any(unread) or NOT_READ in read),
        read=read,
        note=_text(rest.pop("note", None), f"{path}.note", empty=""),
        objectives=tuple(
            _objective_from(one, f"{path}.objectives[{n}]") for n, one in enumerate(rest.pop("objectives", None) or [])
        ),
        measures=tuple(
            _measure_from(one, f"{path}.measures[{n}]") for n, one in enumerate(rest.pop("measures", None) or [])
        ),
        extra=_free(rest),
    )


def _objective_from(item: Any, path: str) -> ObjectiveEntry:
    rest = dict(_mapping(item, path))
    year = rest.pop("baseline_year", None)
    if year is not None and type(year) is not int:
        raise PlanDataError(f"{path}.baseline_year: {year!r} is not a year")
    texts = {name: _text(rest.pop(name, None), f"{path}.{name}", empty="") for name in ("indicator", "direction", "text_zh")}
    return ObjectiveEntry(
        key=_text(rest.pop("id", None), f"{path}.id"),
        text_en=_text(rest.pop("text", None), f"{path}.text", empty=""),
        deadline=_date(rest.pop("deadline", None), f"{path}.deadline"),
        baseline_year=year,
        read=_one_or_more(rest.pop("read", ()), path),
        sources=_one_or_more(rest.pop("source", ()), path) + _one_or_more(rest.pop("sources", ()), path),
        extra=_free(rest),
        **texts,
    )


def _measure_from(item: Any, path: str) -> MeasureEntry:
    rest = dict(_mapping(item, path))
    names = ("number", "title_zh", "objective", "level", "lead_note", "support_note", "note", "carried_from")
    texts = {name: _text(rest.pop(name, None), f"{path}.{name}", empty="") for name in names}
    text_en = _text(rest.pop("description", None), f"{path}.description", empty="")
    text_read = text_en != NOT_READ
    if not text_read:
        text_en = _text(rest.pop("description_read", None), f"{path}.description_read", empty="")
    target = rest.pop("target", None)
    return MeasureEntry(
        key=_text(rest.pop("id", None), f"{path}.id"),
        title_en=_text(rest.pop("title", None), f"{path}.title", empty=""),
        text_en=text_en,
        text_zh=_text(rest.pop("description_zh", None), f"{path}.description_zh", empty=""),
        text_read=text_read,
        starts=_date(rest.pop("starts", None), f"{path}.starts"),
        target=_free(target) if isinstance(target, Mapping) else None if target is None else {"text": str(target)},
        leads=_parts_from(rest.pop("lead", []), f"{path}.lead"),
        supports=_parts_from(rest.pop("support", []), f"{path}.support"),
        read=_one_or_more(rest.pop("read", ()), path),
        sources=_one_or_more(rest.pop("sources", ()), path),
        milestones=tuple(_milestone_from(one, f"{path}.milestones") for one in rest.pop("milestones", [])),
        needs=tuple(_need_from(one, f"{path}.needs") for one in rest.pop("needs", [])),
        sub_measures=tuple(
            _measure_from(one, f"{path}.sub_measures[{n}]") for n, one in enumerate(rest.pop("sub_measures", []))
        ),
        **_deadline_from(rest.pop("deadline", None), f"{path}.deadline"),
        **texts,
        extra=_free(rest),
    )


def _deadline_from(value: Any, path: str) -> dict[str, Any]:
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return {
            "deadline_kind": "text",
            "deadline_text": _text(value.get("text"), path, empty=""),
            "deadline": _date(value.get("by"), path),
        }
    if value in ("continuous", "yearly", NOT_READ):
        return {"deadline_kind": value}
    try:
        return {"deadline_kind": "date", "deadline": _date(value, path)}
    except PlanDataError:
        return {"deadline_kind": "text", "deadline_text": _text(value, path)}


def _parts_from(value: Any, path: str) -> tuple[PartEntry, ...] | None:
    if value == NOT_READ:
        return None
    return tuple(_part_from(item, path) for item in _list(value or [], path))


def _part_from(item: Any, path: str) -> PartEntry:
    if isinstance(item, str):
        return PartEntry(item)
    row = _mapping(item, path)
    return PartEntry(_text(row.get("agency"), path), _date(row.get("from"), path), _date(row.get("to"), path))


def _milestone_from(item: Any, path: str) -> MilestoneEntry:
    row = _mapping(item, path)
    due = _date(row.get("due"), path)
    if due is None:
        raise PlanDataError(f"{path}: a milestone needs its date")
    return MilestoneEntry(_text(row.get("id"), path), _text(row.get("title"), path, empty=""), due, _text(row.get("title_zh"), path, empty=""))


def _need_from(item: Any, path: str) -> NeedEntry:
    if isinstance(item, str):
        return NeedEntry(item)
    row = _mapping(item, path)
    return NeedEntry(_text(row.get("measure"), path), int(row.get("lag_days", 0)))


def _indicator_from(item: Any, path: str) -> IndicatorEntry:
    rest = dict(_mapping(item, path))
    baselines = tuple(BaselineEntry(**_numbers(dict(_mapping(one, path)), path)) for one in rest.pop("baselines", []))
    targets = tuple(
        TargetEntry(**_numbers(dict(_mapping(one, path)) | {"by": _date(one.get("by"), path)}, path))
        for one in rest.pop("targets", [])
    )
    lists = {name: _texts(rest.pop(name, ()), path) for name in ("dimensions", "measures", "objectives")}
    named = {"key": rest.pop("id", ""), "name_en": rest.pop("name", "")}
    try:
        return IndicatorEntry(**named, **lists, **_numbers(rest, path), baselines=baselines, targets=targets)
    except TypeError as fault:
        raise PlanDataError(f"{path}: {fault}") from fault


def _numbers(row: dict[str, Any], path: str) -> dict[str, Any]:
    for name in ("value", "numerator", "denominator", "tolerance"):
        if row.get(name) is not None:
            try:
                row[name] = Decimal(str(row[name]))
            except ArithmeticError as fault:
                raise PlanDataError(f"{path}.{name}: {row[name]!r} is not a number") from fault
    return row


def _mapping(value: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise PlanDataError(f"{path}: a group of named fields is expected, not {value!r}")
    return value


def _list(value: Any, path: str) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise PlanDataError(f"{path}: a list is expected, not {value!r}")
    return list(value)


def _text(value: Any, path: str, *, empty: str | None = None) -> str:
    if value is None and empty is not None:
        return empty
    if not isinstance(value, str):
        raise PlanDataError(f"{path}: a text is expected, not {value!r}")
    return value


def _texts(value: Any, path: str) -> tuple[str, ...]:
    return tuple(_text(item, path) for item in _list(value, path))


def _one_or_more(value: Any, path: str) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else _texts(value or (), path)


def _date(value: Any, path: str) -> date | None:
    if value is None or type(value) is date:
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as fault:
        raise PlanDataError(f"{path}: {value!r} is not a date (YYYY-MM-DD)") from fault


def _free(value: Any) -> Any:
    """Plain JSON data: dates as ISO texts, everything else as it came."""
    if isinstance(value, Mapping):
        return {str(key): _free(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_free(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return value
