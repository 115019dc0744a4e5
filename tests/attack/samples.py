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

_run = _office(lambda whole: {"pk": whole.run})
_evaluation = _office(lambda whole: {"pk": whole.evaluated.under_way})
_finding = _office(lambda whole: {"pk": whole.evaluated.finding})
_addressed = _ministry(lambda whole: {"pk": whole.evaluated.finding})
_instrument = _office(lambda whole: {"key": whole.evaluated.instrument})
_cycle = _office(lambda whole: {"pk": whole.evaluated.cycle})
_recommendation = _office(lambda whole: {"pk": whole.evaluated.recommendation})
_met = _office(lambda whole: {"key": whole.met.sitting})
_coming = _office(lambda whole: {"key": whole.met.coming})
_series = _office(lambda whole: {"key": whole.met.series})
_minutes = _office(lambda whole: {"key": whole.met.circulated})
_item = _office(lambda whole: {"pk": whole.met.accepted})
_heard = _office(lambda whole: {"pk": whole.met.heard})
_decision = _office(lambda whole: {"pk": whole.met.decision})
_worded = _office(lambda whole: {"pk": whole.met.worded})
_action = _office(lambda whole: {"pk": whole.met.action})
_own_action = _ministry(lambda whole: {"pk": whole.met.action})
_worded_action = _office(lambda whole: {"pk": whole.met.worded_action})
_amendment = _office(lambda whole: {"pk": whole.met.amendment})
_own_amendment = _ministry(lambda whole: {"pk": whole.met.amendment})
_paper = _office(lambda whole: {"pk": whole.met.paper})


def _of_case(what: str) -> Sampler:
    return _yunnan(lambda whole: {"pk": whole.case_work.case, "which": getattr(whole.case_work, what)})


_case = _yunnan(lambda whole: {"pk": whole.case_work.case})
_contact = _yunnan(lambda whole: {"pk": whole.case_work.case, "key": "contact"})
_referral = _yunnan(lambda whole: {"pk": whole.case_work.referral})

#: route name -> its sample; a route without arguments needs none.
_letter = _yunnan(lambda whole: {"pk": whole.case_work.case, "letter": whole.case_work.letter})
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
    "estimates:run": _run,
    "estimates:progress": _run,
    "estimates:cancel": _run,
    "estimates:repeat": _run,
    "estimates:share": _run,
    "estimates:export": _office(lambda whole: {"pk": whole.run, "form": "html"}),
    "evaluation:evaluation": _evaluation,
    "evaluation:summary": _evaluation,
    "evaluation:add_finding": _evaluation,
    "evaluation:drop_finding": _office(lambda whole: {"pk": whole.evaluated.under_way, "number": 1}),
    "evaluation:finish": _evaluation,
    "evaluation:outcome": _office(lambda whole: {"pk": whole.evaluated.final}),
    "evaluation:finding": _finding,
    "evaluation:respond": _addressed,
    "evaluation:claim": _addressed,
    "evaluation:verify": _finding,
    "evaluation:send_back": _finding,
    "evaluation:close_rejected": _finding,
    "evaluation:area": _office(lambda whole: {"pk": whole.evaluated.area}),
    "evaluation:change_area": _office(lambda whole: {"pk": whole.evaluated.area}),
    "evaluation:instrument": _instrument,
    "evaluation:open_cycle": _instrument,
    "evaluation:add_paper": _cycle,
    "evaluation:receive": _cycle,
    "evaluation:sent": _ministry(lambda whole: {"pk": whole.evaluated.paper}),
    "evaluation:recommendation": _recommendation,
    "evaluation:prepare": _recommendation,
    "evaluation:answer": _recommendation,
    "evaluation:assign": _recommendation,
    "evaluation:conclude": _recommendation,
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
            "leave_lead",
            "messages_read",
            "aside",
        )
    },
    "cases:done": _of_case("owed"),
    "cases:agree_plan": _of_case("plan"),
    "cases:served": _of_case("service"),
    "cases:decide_entitlement": _of_case("entitlement"),
    "cases:issue_letter": _of_case("entitlement"),
    "cases:document": _of_case("document"),
    "cases:withdraw_document": _of_case("document"),
    "cases:change_plan": _of_case("plan"),
    "cases:revise_plan": _of_case("plan"),
    "cases:end_plan": _of_case("plan"),
    "cases:decide_goal": _of_case("goal"),
    "cases:change_goal": _of_case("goal"),
    "cases:entitlement_letters": _of_case("entitlement"),
    "cases:renew_entitlement": _of_case("entitlement"),
    "cases:revoke_entitlement": _of_case("entitlement"),
    "cases:replace_letter": _letter,
    "cases:revoke_letter": _letter,
    "cases:propose_status": _case,
    "cases:decide_status": _of_case("status"),
    "cases:withdraw_status": _of_case("status"),
    "cases:review_status": _of_case("status"),
    "cases:answer_status_review": _of_case("status_review"),
    "cases:withdraw_status_review": _of_case("status_review"),
    "cases:placement": _yunnan(lambda whole: {"pk": whole.case_work.placement}),
    "cases:decide_bed": lambda whole: Sample(
        {"pk": whole.case_work.placement, "act": "offer"}, whole.world.hunan
    ),
    "cases:transfer": _yunnan(lambda whole: {"pk": whole.case_work.transfer}),
    "cases:answer_lead": _ministry(lambda whole: {"pk": whole.case_work.transfer, "act": "accept"}),
    "cases:glass": _yunnan(lambda whole: {"pk": whole.case_work.glass}),
    "cases:lift_conflict": _yunnan(lambda whole: {"pk": whole.case_work.set_aside}),
    "cases:secondment": _yunnan(lambda whole: {"pk": whole.case_work.asked_for}),
    "cases:answer_secondment": _yunnan(
        lambda whole: {"pk": whole.case_work.asked_for, "act": "withdraw"},
    ),
    "cases:further_cases": _yunnan(lambda whole: {"pk": whole.case_work.seconded}),
    "cases:longer_secondment": _yunnan(lambda whole: {"pk": whole.case_work.seconded}),
    "cases:take_case_back": _yunnan(
        lambda whole: {"pk": whole.case_work.seconded, "case": whole.case_work.case}
    ),
    "cases:hand_over_desk": _yunnan(lambda whole: {"place": whole.case_work.desk}),
    "cases:end_desk": _yunnan(lambda whole: {"place": whole.case_work.desk}),
    "cases:rights": _case,
    "cases:ask_right": _case,
    "cases:answer_right": _of_case("asks"),
    "cases:object_to": _case,
    "cases:end_objection": _of_case("objection"),
    "cases:record": _yunnan(lambda whole: {"pk": whole.case_work.person}),
    "cases:say": _yunnan(lambda whole: {"pk": whole.case_work.person, "what": "name"}),
    **{
        f"cases:{name}": _yunnan(lambda whole: {"pk": whole.case_work.person, "which": whole.case_work.said})
        for name in ("correct_said", "withdraw_said", "choose_said")
    },
    "cases:picture": _yunnan(lambda whole: {"pk": whole.case_work.person, "which": whole.case_work.picture}),
    "cases:end_role": _of_case("role"),
    "cases:set_hold": _yunnan(lambda whole: {"pk": whole.case_work.person}),
    "cases:lift_hold": _yunnan(lambda whole: {"pk": whole.case_work.hold}),
    "cases:edit_offer": _yunnan(lambda whole: {"pk": whole.case_work.offer}),
    "cases:retire_offer": _yunnan(lambda whole: {"pk": whole.case_work.offer}),
    "cases:edit_shelter": _yunnan(lambda whole: {"pk": whole.case_work.shelter}),
    "cases:forget_mapping": _yunnan(lambda whole: {"pk": whole.case_work.mapping}),
    "cases:erase": _yunnan(lambda whole: {"pk": whole.case_work.person}),
    "cases:erasure": _yunnan(lambda whole: {"pk": whole.case_work.erasure}),
    "cases:section": _contact,
    "cases:write": _contact,
    "cases:section_history": _contact,
    "cases:seen": _case,
    "cases:take_up_consent": _of_case("cleared"),
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
    "meetings:series": _series,
    "meetings:edit_series": _series,
    "meetings:set_chair": _series,
    "meetings:end_chair": _office(lambda whole: {"key": whole.met.series, "pk": whole.met.chair}),
    "meetings:plan": _series,
    "meetings:decision": _decision,
    "meetings:conclude": _decision,
    "meetings:edit_decision": _worded,
    "meetings:strike_decision": _worded,
    "meetings:add_action": _worded,
    "meetings:dissent": _worded,
    "meetings:withdraw_dissent": _office(lambda whole: {"pk": whole.met.dissent}),
    "meetings:action": _action,
    "meetings:edit_action": _worded_action,
    "meetings:strike_action": _worded_action,
    "meetings:acknowledge": _own_action,
    "meetings:progress": _own_action,
    "meetings:claim": _own_action,
    "meetings:verify_action": _action,
    "meetings:send_back": _action,
    "meetings:review": _action,
    "meetings:item": _item,
    "meetings:edit_item": _item,
    "meetings:accept_item": _item,
    "meetings:merge_item": _item,
    "meetings:drop_item": _item,
    "meetings:restore_item": _office(lambda whole: {"pk": whole.met.dropped}),
    "meetings:move_item": _item,
    "meetings:discuss_item": _heard,
    "meetings:defer_item": _heard,
    "meetings:join_notes": _office(lambda whole: {"pk": whole.met.note}),
    "meetings:seat": _office(lambda whole: {"pk": whole.met.seat}),
    "meetings:section": _office(lambda whole: {"pk": whole.met.section}),
    "meetings:accept_amendment": _amendment,
    "meetings:refuse_amendment": _amendment,
    "meetings:withdraw_amendment": _own_amendment,
    "meetings:revise_amendment": _own_amendment,
    "meetings:paper": _paper,
    "meetings:paper_again": _paper,
    "meetings:paper_file": _paper,
    "meetings:meeting": _met,
    "meetings:change": _coming,
    "meetings:call": _coming,
    "meetings:cancel": _coming,
    "meetings:invite": _coming,
    "meetings:refresh_seats": _coming,
    "meetings:ask_item": _ministry(lambda whole: {"key": whole.met.coming}),
    "meetings:ask_paper": _coming,
    "meetings:agenda": _coming,
    "meetings:assemble": _coming,
    "meetings:add_item": _coming,
    "meetings:order_items": _coming,
    "meetings:replay": _coming,
    "meetings:room": _met,
    "meetings:open": _met,
    "meetings:close": _met,
    "meetings:attendance": _met,
    "meetings:note": _met,
    "meetings:decide": _met,
    "meetings:minutes": _minutes,
    "meetings:draft_minutes": _minutes,
    "meetings:circulate": _minutes,
    "meetings:take_back": _minutes,
    "meetings:adopt_minutes": _office(
        lambda whole: {"key": whole.met.circulated, "in_key": whole.met.sitting}
    ),
    "meetings:finish_minutes": _office(lambda whole: {"key": whole.met.adopted}),
    "meetings:amend": _ministry(
        lambda whole: {"key": whole.met.circulated, "part": "section", "pk": whole.met.section}
    ),
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
OWN: dict[str, str] = {
    "agencies:revoke_token": "tests/attack/test_own_keys.py",
    **dict.fromkeys(
        ("cases:import_batch", "cases:check_batch", "cases:discard_batch"),
        "tests/interfaces/pages/cases/test_import_pages.py",
    ),
}

__all__ = ["OWN", "SAMPLES", "Sample"]
