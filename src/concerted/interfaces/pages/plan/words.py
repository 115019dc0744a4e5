"""Names and words of the plan pages; it computes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.interfaces.pages.shell.words import day_words, speaks_chinese

FIELDS = {
    "title": gettext_lazy("Title"),
    "title_en": gettext_lazy("Title in English"),
    "title_zh": gettext_lazy("Title in Chinese"),
    "description": gettext_lazy("Text"),
    "text_en": gettext_lazy("Text in English"),
    "description_zh": gettext_lazy("Text in Chinese"),
    "text_zh": gettext_lazy("Text in Chinese"),
    "text": gettext_lazy("Text"),
    "number": gettext_lazy("Number"),
    "lead": gettext_lazy("Leads"),
    "support": gettext_lazy("Supports"),
    "lead_note": gettext_lazy("Note on the leads"),
    "support_note": gettext_lazy("Note on the supports"),
    "level": gettext_lazy("Level"),
    "starts": gettext_lazy("Starts"),
    "deadline": gettext_lazy("Deadline"),
    "deadline_kind": gettext_lazy("Kind of deadline"),
    "deadline_text": gettext_lazy("Deadline in words"),
    "target": gettext_lazy("Target"),
    "indicators": gettext_lazy("Indicators"),
    "baselines": gettext_lazy("Baselines"),
    "targets": gettext_lazy("Targets"),
    "milestones": gettext_lazy("Milestones"),
    "depends_on": gettext_lazy("Waits for"),
    "note": gettext_lazy("Note"),
    "read": gettext_lazy("How it was read"),
    "sources": gettext_lazy("Sources"),
    "source": gettext_lazy("Sources"),
    "carried_from": gettext_lazy("Carried over from"),
    "id": gettext_lazy("Key"),
    "objective": gettext_lazy("Objective"),
    "period": gettext_lazy("Period"),
    "indicator": gettext_lazy("Indicator"),
    "value": gettext_lazy("Value"),
    "place": gettext_lazy("Place"),
    "office": gettext_lazy("Office"),
    "adopted": gettext_lazy("Adopted"),
    "document_no": gettext_lazy("Document number"),
}

KINDS = {
    "plan": gettext_lazy("Plan"),
    "strand": gettext_lazy("Strand"),
    "objective": gettext_lazy("Objective"),
    "measure": gettext_lazy("Measure"),
    "indicator": gettext_lazy("Indicator"),
}

LEVELS = {
    "national": gettext_lazy("National"),
    "nation": gettext_lazy("National"),
    "provincial": gettext_lazy("Provincial"),
    "province": gettext_lazy("Provincial"),
    "prefecture": gettext_lazy("Prefecture"),
    "county": gettext_lazy("County"),
    "not_read": gettext_lazy("not read"),
}


def field_words(name: str) -> str:
    """The field's name in the officer's language."""
    return str(FIELDS.get(name, name.replace("_", " ").capitalize()))


def level_words(level: str) -> str:
    """The level in the officer's language; empty where none is given."""
    return str(LEVELS.get(level, level))


def measure_name(measure: Any) -> str:
    """What to call the measure: its title, else the beginning of its text, else its key."""
    wanted = ("title_zh", "title_en", "text_zh", "text_en")
    if not speaks_chinese():
        wanted = ("title_en", "title_zh", "text_en", "text_zh")
    text = next((getattr(measure, name) for name in wanted if getattr(measure, name, "")), "")
    if not text:
        return str(measure.key)
    return text if len(text) <= 90 else text[:88].rstrip() + "…"


def deadline_words(measure: Any) -> str:
    """When the measure is due, in words."""
    match str(measure.deadline_kind):
        case "date":
            return day_words(measure.deadline)
        case "continuous":
            return _("continuous")
        case "yearly":
            return _("every year")
        case "text":
            return str(measure.deadline_text)
        case "not_read":
            return _("not read")
    return _("as the measure above") if measure.parent_id else _("not stated")


def shown(value: Any) -> str:
    """A value of a plan document, in words."""
    if value is None or value == "" or value == () or value == {}:
        return "—"
    if isinstance(value, list | tuple):
        return "; ".join(shown(each) for each in value)
    if isinstance(value, dict):
        return "; ".join(f"{field_words(key)}: {shown(each)}" for key, each in value.items())
    if value == "not_read":
        return _("not read")
    return day_words(value) if isinstance(value, date) else str(value)


@dataclass(frozen=True)
class Names:
    """What the keys in a plan document stand for, by key, in the officer's language."""

    agencies: Mapping[str, str]
    measures: Mapping[str, str]
    indicators: Mapping[str, str]


def field_shown(field: str, value: Any, names: Names) -> str:
    """The value of a field of a plan document in words; value: as mappings, lists and scalars."""
    match field, value:
        case "lead" | "support", list():
            return "; ".join(_part_words(part, names.agencies) for part in value) or "—"
        case "office", str():
            return names.agencies.get(value, value)
        case "level", str():
            return level_words(value)
        case "deadline", "continuous":
            return _("continuous")
        case "deadline", "yearly":
            return _("every year")
        case "indicators", list():
            return "; ".join(names.indicators.get(key, key) for key in value) or "—"
        case "depends_on", list():
            return "; ".join(_wait_words(each, names.measures) for each in value) or "—"
    return shown(value)


def _part_words(part: Any, agencies: Mapping[str, str]) -> str:
    if not isinstance(part, dict):
        return agencies.get(part, str(part))
    days = [day_words(part[name]) if part.get(name) else "" for name in ("valid_from", "valid_to")]
    return f"{agencies.get(part['agency'], part['agency'])} ({' – '.join(days)})"


def _wait_words(wait: dict[str, Any], measures: Mapping[str, str]) -> str:
    on = f"{wait['on']} {measures.get(wait['on'], '')}".strip()
    days = wait.get("lag_days", 0)
    return _("%(measure)s, and %(days)s days more") % {"measure": on, "days": days} if days else on
