"""The codes, sections, state tables and clocks of case work over the API, as data; nothing of any case."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from ninja import Schema

from concerted.foundation.access.permissions import Permission
from concerted.mechanism.cases import choices, codes, law
from concerted.mechanism.cases.clocks import clocks
from concerted.mechanism.cases.sections import NOT_SAID, SECTIONS, Field
from concerted.mechanism.cases.states import MACHINES

from ..call import Call, Router, answers, operation

router = Router(tags=["vocabulary of case work"])

#: List to its codes, each with its words.
_LISTS = {
    "services": codes.SERVICES,
    "purposes": codes.PURPOSES,
    "decline_reasons": codes.DECLINE_REASONS,
    "secondment_needs": codes.SECONDMENT_NEEDS,
    "secondment_declines": codes.SECONDMENT_DECLINES,
    "outcomes": codes.OUTCOMES,
    "closures": codes.CLOSURES,
    "handling": codes.HANDLING,
    "needs": codes.NEEDS,
    "need_levels": codes.NEED_LEVELS,
    "assessments": codes.ASSESSMENTS,
    "entitlements": codes.ENTITLEMENTS,
    "left_as": codes.LEFT_AS,
    "identified_by": codes.IDENTIFIED_BY,
    "screeners": codes.SCREENERS,
    "outside_channels": codes.OUTSIDE_CHANNELS,
    "notices": codes.NOTICES,
    "not_said": dict(NOT_SAID),
}
_BARE = {
    "urgencies": choices.URGENCIES,
    "channels": choices.CHANNELS,
    "stages": choices.STAGES,
    "risks": choices.RISKS,
    "age_bands": choices.AGE_BANDS,
    "file_states": choices.FILE_STATES,
    "roles": choices.ROLES,
    "consent_givers": choices.GIVERS,
    "goal_states": choices.GOAL_STATES,
    "service_states": choices.SERVICE_STATES,
    "clock_events": choices.CLOCK_EVENTS,
}


class CaseCode(Schema):
    """One code with its words; both are the code itself where it has none of its own."""

    code: str
    en: str
    zh: str


class CaseCodeList(Schema):
    """One closed list."""

    key: str
    codes: list[CaseCode]


class SectionField(Schema):
    """One field of a section; every field takes declined, unknown and not_asked, and none is compulsory."""

    key: str
    kind: str
    en: str
    zh: str
    values: list[CaseCode]


class SectionKind(Schema):
    """One section; `is_written`: whether agencies write in it by itself."""

    key: str
    en: str
    zh: str
    is_sealed: bool
    is_written: bool
    fields: list[SectionField]


class Fact(Schema):
    """One fact of a report from which the six conditions are computed."""

    key: str
    en: str
    zh: str
    values: list[str]


class Trigger(Schema):
    """One of the six conditions on which police open a criminal case at once."""

    key: str
    en: str
    zh: str


class Vocabulary(Schema):
    """Everything that is chosen from and never typed."""

    lists: list[CaseCodeList]
    sections: list[SectionKind]
    facts: list[Fact]
    triggers: list[Trigger]


def _code(code: str, words: Any) -> dict[str, str]:
    told = {"code": code}
    for key, language in (("en", "en"), ("zh", "zh-hans")):
        with translation.override(language):
            told[key] = str(words)
    return told


def _named(words: Any) -> dict[str, str]:
    return {key: value for key, value in _code("", words).items() if key != "code"}


def _field(field: Field) -> dict[str, Any]:
    return {
        "key": field.key,
        "kind": field.kind,
        **_named(field.label),
        "values": [_code(code, words) for code, words in field.values],
    }


@router.get("/case-vocabulary", response=answers(Vocabulary))
@operation(Permission.INTAKE_READ)
def read_vocabulary(request: Call) -> Any:
    """The codes, sections, fields, facts and conditions of case work."""
    lists = [
        *({"key": key, "codes": [_code(*pair) for pair in known.items()]} for key, known in _LISTS.items()),
        *({"key": key, "codes": [_code(one, one) for one in known]} for key, known in _BARE.items()),
    ]
    sections = [
        {
            "key": one.key,
            **_named(one.label),
            "is_sealed": one.is_sealed,
            "is_written": one.model is not None,
            "fields": [_field(field) for field in one.fields],
        }
        for one in SECTIONS
    ]
    facts = [
        {
            "key": key,
            "en": fact["en"],
            "zh": fact["zh"],
            "values": [str(one) for one in fact.get("values", choices.SCREENING_ANSWERS)],
        }
        for key, fact in law.trigger_facts().items()
    ]
    return {"lists": lists, "sections": sections, "facts": facts, "triggers": list(law.triggers())}


class StateRow(Schema):
    """In `source`, `act` leads to `target`; who may, which clock runs meanwhile, on which rule."""

    source: str
    act: str
    target: str
    permission: str
    who: str
    clock: str
    basis: str


class Machine(Schema):
    """One table of states."""

    name: str
    start: str
    rows: list[StateRow]


@router.get("/case-states", response=answers(list[Machine]))
@operation(Permission.INTAKE_READ)
def list_states(request: Call) -> Any:
    """Every table of states of case work, as the mechanism goes by it."""
    return [
        {
            "name": machine.name,
            "start": machine.start,
            "rows": [
                {
                    "source": row.source,
                    "act": row.act,
                    "target": row.target,
                    "permission": str(row.permission),
                    "who": str(row.who),
                    "clock": row.clock,
                    "basis": str(row.basis),
                }
                for row in machine.rows
            ],
        }
        for machine in MACHINES
    ]


class ClockRule(Schema):
    """A rule of time: what starts it, how long it runs, whose duty it is, where it holds and where it was read."""

    kind: str
    name_en: str
    name_zh: str
    starts_on: str
    amount: int
    unit: str
    owner_kind: str
    urgency: str
    place_scope: str
    source: str
    reading_level: str


@router.get("/case-clocks", response=answers(list[ClockRule]))
@operation(Permission.INTAKE_READ)
def list_clocks(request: Call) -> Any:
    """Every clock of case work and of relief."""
    return list(clocks())
