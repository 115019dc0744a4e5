"""What is new since the meeting before: treaties, national versions and plans that places adopted."""

from __future__ import annotations

from django.db.models import Q

from concerted.mechanism.evaluation.reads.instruments import NewInstrument, new_instruments
from concerted.mechanism.plan.models import PlanVersion

from .proposed import Figure, Link, Pair, Proposed, Scope, both

SOURCE = "new_instrument"


def new_since_the_last_meeting(scope: Scope) -> list[Proposed]:
    """One item per treaty to which something happened, per version of the place's own plan, and one for all plans
    adopted below."""
    treaties = (
        [
            _treaty(one)
            for one in new_instruments(officer=scope.officer, at=scope.at, since=scope.since, on=scope.on)
        ]
        if scope.is_national
        else []
    )
    adopted = list(
        PlanVersion.objects.filter(
            Q(plan__place_code__startswith=scope.prefix),
            adopted_on__gt=scope.since,
            adopted_on__lte=scope.on,
            state__in=(PlanVersion.State.ADOPTED, PlanVersion.State.SUPERSEDED),
        )
        .select_related("plan")
        .order_by("adopted_on", "pk")
    )
    own = [_version(one) for one in adopted if one.plan.place_code == scope.place_code]
    below = [one for one in adopted if one.plan.place_code != scope.place_code]
    return [*treaties, *own, *([_below(scope, below)] if below else [])]


def _treaty(news: NewInstrument) -> Proposed:
    instrument = news.instrument
    title = Pair(instrument.title_en, instrument.title_zh)
    words = {
        "adopted": Pair("adopted", "通过"),
        "in_force": Pair("in force", "生效"),
        "signed": Pair("signed", "签署"),
        "bound": Pair("binding", "批准或加入"),
        "in_force_here": Pair("in force here", "对我国生效"),
    }
    happened = Pair(
        "; ".join(f"{words[event].en} {day.isoformat()}" for event, day in news.events),
        "；".join(f"{day.isoformat()} {words[event].zh}" for event, day in news.events),
    )
    return Proposed(
        SOURCE,
        "evaluation.instrument",
        instrument.key,
        both("New instrument: {title}", "新的国际文书：{title}", {"title": title}),
        both("Since the last meeting: {what}.", "上次会议以来：{what}。", {"what": happened}),
        (Figure("events", len(news.events), "events"),),
        (Link("evaluation.instrument", instrument.key, title),),
        weight=300,
        for_members_only=False,
    )


def _version(version: PlanVersion) -> Proposed:
    plan = version.plan
    title = Pair(plan.title_en, plan.title_zh or plan.title_en)
    values = {"title": title, "n": version.number, "day": version.adopted_on}
    return Proposed(
        SOURCE,
        "plan.planversion",
        f"{plan.key}/{version.number}",
        both("New version of the plan: {title}", "计划新版本：{title}", values),
        both("Version {n} was adopted on {day}.", "第 {n} 版于 {day} 通过。", values),
        (Figure("version", version.number),),
        (Link("plan.plan", plan.key, title),),
        weight=200,
        for_members_only=False,
    )


def _below(scope: Scope, versions: list[PlanVersion]) -> Proposed:
    places = len({one.plan.place_code for one in versions})
    values = {"n": len(versions), "places": places, "since": scope.since.isoformat()}
    return Proposed(
        SOURCE,
        "agencies.place",
        scope.place_code,
        both("Plans adopted by places below: {n}", "各地新通过的计划：{n} 份", values),
        both(
            "Since {since} {places} places adopted {n} plans or new versions.",
            "自 {since} 以来，{places} 个地方通过计划或新版本 {n} 份。",
            values,
        ),
        (Figure("plans", len(versions), "plans"), Figure("places", places, "places")),
        tuple(
            Link("plan.plan", one.plan.key, Pair(one.plan.title_en, one.plan.title_zh or one.plan.title_en))
            for one in versions[:40]
        ),
        weight=50 + places,
        for_members_only=False,
    )
