"""For every page with arguments: arguments that exist in the whole nation, and whose officer may see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.attack.whole import NATION_PLAN, Sample, Sampler, Whole


def _office(arguments: Callable[[Whole], Mapping[str, Any]]) -> Sampler:
    return lambda whole: Sample(arguments(whole))


def _ministry(arguments: Callable[[Whole], Mapping[str, Any]]) -> Sampler:
    return lambda whole: Sample(arguments(whole), whole.world.ministry)


def _asked(arguments: Callable[[Whole], Mapping[str, Any]]) -> Sampler:
    return lambda whole: Sample(arguments(whole), whole.world.other_ministry)


def _yunnan(arguments: Callable[[Whole], Mapping[str, Any]]) -> Sampler:
    return lambda whole: Sample(arguments(whole), whole.world.yunnan)


def _officer(whole: Whole) -> Sample:
    return Sample({"pk": whole.world.focal_point.pk})


def _appointment(whole: Whole) -> Sample:
    assert whole.world.focal_point.acting is not None
    return Sample({"pk": whole.world.focal_point.acting.pk})


_plan = _office(lambda whole: {"plan": NATION_PLAN})
_key = _office(lambda whole: {"key": NATION_PLAN})
_quarter = _office(lambda whole: {"plan": NATION_PLAN, "period": "2010-Q1"})
_measure = _office(lambda whole: {"measure": whole.measure.pk})
_measure_pk = _office(lambda whole: {"pk": whole.measure.pk})
_draft_measure = _office(lambda whole: {"pk": whole.draft_measure.pk})
_draft = _office(lambda whole: {"pk": whole.plan_draft})
_report = _office(lambda whole: {"pk": whole.report})
_period = _office(lambda whole: {"pk": whole.period})
_form = _ministry(lambda whole: {"measure": whole.measure.pk, "period": whole.period})
_indicator = _office(lambda whole: {"pk": whole.indicator})
_value = _yunnan(lambda whole: {"pk": whole.observation})
_owed = _office(lambda whole: {"pk": whole.report_owed})


def _of_case(what: str) -> Sampler:
    return _yunnan(lambda whole: {"pk": whole.case_work.case, "which": getattr(whole.case_work, what)})


_case = _yunnan(lambda whole: {"pk": whole.case_work.case})
_contact = _yunnan(lambda whole: {"pk": whole.case_work.case, "key": "contact"})
_referral = _yunnan(lambda whole: {"pk": whole.case_work.referral})

#: route name -> its sample; a route without arguments needs none.
SAMPLES: dict[str, Sampler] = {
    "agencies:agency": _office(lambda whole: {"key": "mca"}),
    "agencies:place": _office(lambda whole: {"code": "530000"}),
    "agencies:officer": _officer,
    "agencies:appoint": _officer,
    "agencies:close_officer": _officer,
    "agencies:end_appointment": _appointment,
    "alignment:coverage": _plan,
    "alignment:behind": _plan,
    "alignment:gaps": _plan,
    "alignment:place": _office(lambda whole: {"plan": NATION_PLAN, "code": "530000"}),
    "alignment:start": lambda whole: Sample({"plan": NATION_PLAN}, whole.world.hunan),
    "alignment:measure": _measure,
    "alignment:answer": _yunnan(lambda whole: {"measure": whole.measure.pk}),
    "alignment:adapt": _yunnan(lambda whole: {"measure": whole.measure.pk}),
    "alignment:history": _office(lambda whole: {"measure": whole.measure.pk, "code": "530000"}),
    "alignment:rebase": _yunnan(lambda whole: {"alignment": whole.alignment}),
    **{
        f"cases:{name}": _case
        for name in (
            "case",
            "step",
            "spine",
            "closing",
            "reopen",
            "message",
            "note",
            "person",
            "trail",
            "print",
            "consents",
            "take_consent",
            "withdraw_consent",
            "disclose",
            "screening",
            "refer",
            "refer_outside",
            "add_document",
            "event",
            "assess",
            "plan",
            "service",
            "entitlement",
            "ask_bed",
            "offer_lead",
            "aside",
        )
    },
    "cases:done": _of_case("owed"),
    "cases:agree_plan": _of_case("plan"),
    "cases:served": _of_case("service"),
    "cases:decide_entitlement": _of_case("entitlement"),
    "cases:issue_letter": _of_case("entitlement"),
    "cases:document": _of_case("document"),
    "cases:placement": _yunnan(lambda whole: {"pk": whole.case_work.placement}),
    "cases:decide_bed": lambda whole: Sample(
        {"pk": whole.case_work.placement, "act": "offer"}, whole.world.hunan
    ),
    "cases:transfer": _yunnan(lambda whole: {"pk": whole.case_work.transfer}),
    "cases:answer_lead": _ministry(lambda whole: {"pk": whole.case_work.transfer, "act": "accept"}),
    "cases:glass": _yunnan(lambda whole: {"pk": whole.case_work.glass}),
    "cases:erase": _yunnan(lambda whole: {"pk": whole.case_work.person}),
    "cases:erasure": _yunnan(lambda whole: {"pk": whole.case_work.erasure}),
    "cases:section": _contact,
    "cases:write": _contact,
    "cases:seen": _case,
    "cases:recall": _yunnan(lambda whole: {"pk": whole.case_work.case, "which": whole.case_work.disclosure}),
    "cases:referral": _referral,
    "cases:package": _referral,
    "cases:answer_referral": lambda whole: Sample(
        {"pk": whole.case_work.referral, "act": "accept"}, whole.world.hunan
    ),
    "cases:report": _yunnan(lambda whole: {"pk": whole.case_work.report}),
    "cases:decide_report": _yunnan(lambda whole: {"pk": whole.case_work.report, "act": "triage"}),
    "home:obligation": _owed,
    "home:excuse": _owed,
    "indicators:conflicts": _plan,
    "indicators:load": _plan,
    "indicators:indicator": _indicator,
    "indicators:missing": _indicator,
    "indicators:cell": _office(
        lambda whole: {"indicator": whole.indicator, "place": "530000", "period": whole.period}
    ),
    "indicators:rule": _office(lambda whole: {"pk": whole.observation}),
    "indicators:correct": _value,
    "indicators:withdraw": _value,
    "plan:draft": _draft,
    "plan:take_over": _draft,
    "plan:measure": _measure_pk,
    "plan:write_note": _measure_pk,
    "plan:withdraw_note": _ministry(lambda whole: {"pk": whole.measure.pk, "note": whole.note}),
    "plan:mark_milestone": _office(
        lambda whole: {"pk": whole.draft_measure.pk, "milestone": whole.milestone}
    ),
    "plan:edit_measure": _draft_measure,
    "plan:add_part": _draft_measure,
    "plan:add_need": _draft_measure,
    "plan:add_step": _draft_measure,
    "plan:remove_entry": _office(
        lambda whole: {"pk": whole.draft_measure.pk, "what": "step", "which": whole.milestone}
    ),
    "plan:plan": _key,
    "plan:matrix": _key,
    "plan:timeline": _key,
    "plan:dependencies": _key,
    "plan:revise": _key,
    "plan:discard": _key,
    "plan:adopt": _key,
    "plan:compare": _office(lambda whole: {"key": NATION_PLAN, "before": 1, "after": 2}),
    "plan:download": _office(lambda whole: {"key": NATION_PLAN, "form": "yaml"}),
    "reporting:current": _plan,
    "reporting:board": _quarter,
    "reporting:behind": _quarter,
    "reporting:form": _form,
    "reporting:autosave": _form,
    "reporting:compare": _form,
    "reporting:ask_support": _form,
    "reporting:report": _report,
    "reporting:clear": _report,
    "reporting:return": _report,
    "reporting:accept": _report,
    "reporting:publish": _report,
    "reporting:correct": _report,
    "reporting:support": _asked(lambda whole: {"pk": whole.support}),
    "reporting:withdraw_support": _ministry(lambda whole: {"pk": whole.support}),
    "reporting:figures": _yunnan(lambda whole: {"obligation": whole.figures_owed}),
    "reporting:periods": _plan,
    "reporting:make_periods": _plan,
    "reporting:open_period": _period,
    "reporting:close_period": _period,
    "reporting:except_period": _office(lambda whole: {"pk": whole.closed_period}),
    "reporting:end_exception": _office(lambda whole: {"pk": whole.exception}),
}

#: Routes that show only what is the officer's own, each with the test that walks them.
OWN: dict[str, str] = {"agencies:revoke_token": "tests/attack/test_own_keys.py"}

__all__ = ["OWN", "SAMPLES", "Sample"]
