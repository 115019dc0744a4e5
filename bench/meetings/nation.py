"""Fills the measuring database with what an agenda of the nation is assembled from; every row is invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

OBLIGATIONS = 500_000
SHARE_LATE = 0.03

_OBLIGATIONS = """
INSERT INTO obligations_obligation (kind, owner_id, owed_to_id, subject_kind, subject_id, period_key, label_en,
  label_zh, opens, due, grace_until, met_at)
SELECT 'plan.report', o.owner, %(office)s, 'bench.thing', n, p.key, 'Report ' || n, '报告' || n, p.opens, p.due,
  p.grace_until, CASE WHEN random() < %(late)s THEN NULL ELSE p.due::timestamptz - interval '2 days' END
FROM (SELECT id AS owner, row_number() OVER (ORDER BY id) AS place FROM agencies_agency WHERE is_demonstration) o,
  plan_reportingperiod p, generate_series(1, %(each)s) n
WHERE p.plan_id = %(plan)s
"""
_CLIMBED = """
INSERT INTO obligations_obligationevent (obligation_id, what, at, officer_id, reason, step, level, to_agency_id)
SELECT o.id, 'escalated', (o.grace_until + s.after)::timestamptz, %(officer)s, 'invented', s.number, s.level, %(office)s
FROM obligations_obligation o,
  (VALUES (1, 5, 'prefecture'), (2, 12, 'province'), (3, 21, 'liaison'), (4, 35, 'office'), (5, 56, 'agenda'))
    AS s (number, after, level)
WHERE o.met_at IS NULL AND o.grace_until + s.after < %(on)s AND (s.number < 5 OR o.id %% 997 = 0)
"""
_SECOND_VALUES = """
INSERT INTO plan_observation (indicator_id, place_code, period_id, breakdown, value, qualifier, source_agency_id,
  source_note, recorded_at)
SELECT indicator_id, place_code, period_id, breakdown, value + 7, 'exact', %(source)s, 'invented', recorded_at
FROM plan_observation WHERE period_id = ANY(%(periods)s) AND numerator IS NULL AND id %% 151 = 0
"""
_WHEN_REPORTED = """
UPDATE plan_observation o SET recorded_at = p.due::timestamptz FROM plan_reportingperiod p WHERE p.id = o.period_id
"""


@dataclass(frozen=True)
class Filled:
    """The meeting to assemble for, and how much stands behind it."""

    meeting: Any
    observations: int
    obligations: int
    overdue: int


def fill(*, officer: Any, at: datetime, seed: int, level: str) -> Filled:
    """A plan with figures of every place of the level, half a million obligations, and the year's last plenary."""
    import nation_of_plan as figures
    from django.db import connection

    from concerted.foundation.access.door import acting

    filled = figures.filled(officer=officer, level=level, seed=seed, from_rows=False)
    _offices(officer, at)
    with acting(officer, at, act="bench"):
        version = _version(officer, filled.plan)
        periods = list(filled.plan.periods.order_by("starts"))
        with connection.cursor() as cursor:
            cursor.execute(_WHEN_REPORTED)
            cursor.execute("SELECT count(*) FROM agencies_agency WHERE is_demonstration")
            owners = cursor.fetchone()[0]
            each = round(OBLIGATIONS / owners / len(periods))
            given = {
                "office": officer.agency_id,
                "officer": officer.pk,
                "on": at.date(),
                "plan": filled.plan.pk,
                "each": each,
                "late": SHARE_LATE,
                "source": _another(officer),
                "periods": [one.pk for one in periods[-2:]],
            }
            cursor.execute("SELECT setseed(0.5)")
            cursor.execute(_OBLIGATIONS, given)
            cursor.execute(_CLIMBED, given)
            cursor.execute(_SECOND_VALUES, given)
        for period in periods[-2:]:
            _roll_up(filled.plan, period)
    _answers(officer, at, version)
    return Filled(_meetings(officer, at), filled.observations, *_counted(at.date()))


def _offices(officer: Any, at: datetime) -> None:
    """An office in every county, prefecture and province, in the line of the police."""
    from concerted.foundation.access.acts import NewAgency, bootstrap_machine_officer, load_agencies
    from concerted.foundation.agencies.models import Place

    places = Place.objects.standing(at.date()).exclude(level="nation").order_by("code", "valid_from")
    wanted = {place.code: place for place in places}
    load_agencies(
        officer=bootstrap_machine_officer(at=at),
        at=at,
        records=[
            NewAgency(
                key=f"bench-{code}",
                kind="local_department",
                name_en=f"Office of {place.name_en} (bench)",
                name_zh=f"{place.name_zh}公安局（测速）",
                line="mps",
                place_code=code,
                tier=place.level,
                is_demonstration=True,
            )
            for code, place in wanted.items()
        ],
    )


def _version(officer: Any, plan: Any) -> Any:
    """A version in force with one measure per indicator, a baseline and a target that half of them miss."""
    from concerted.mechanism.plan.models import Baseline, IndicatorUse, Measure, PlanVersion, Strand, Target

    version = PlanVersion.objects.create(
        plan=plan, number=1, state="draft", period_from=date(2008, 1, 1), period_to=date(2012, 12, 31)
    )
    strand = Strand.objects.create(version=version, key="s", position=1, title_en="Bench", title_zh="测速")
    for place, indicator in enumerate(plan.indicators.order_by("key"), start=1):
        measure = Measure.objects.create(
            version=version,
            strand=strand,
            key=f"M{place:02}",
            position=place,
            title_en=f"Measure {place}",
            title_zh=f"措施{place}",
        )
        IndicatorUse.objects.create(version=version, indicator=indicator, measure=measure)
        Baseline.objects.create(version=version, indicator=indicator, year=2007, value=1)
        Target.objects.create(
            version=version, indicator=indicator, by=date(2012, 12, 31), value=10 ** (9 if place % 2 else 2)
        )
    PlanVersion.objects.filter(pk=version.pk).update(state="adopted", adopted_on=date(2008, 1, 1))
    return version


def _roll_up(plan: Any, period: Any) -> None:
    from concerted.mechanism.plan.acts.rollups import lock_periods, refresh

    [held] = lock_periods([period])
    refresh(indicators=list(plan.indicators.select_related("plan")), period=held)


def _another(officer: Any) -> int:
    from concerted.foundation.agencies.reads import agency_by_key

    found = agency_by_key("mca")
    assert found is not None
    return int(found.pk)


def _answers(officer: Any, at: datetime, version: Any) -> None:
    """Two provinces in three adopted a measure, some declined it, the others have not considered it."""
    from concerted.foundation.access.door import acting
    from concerted.foundation.agencies.models import Agency
    from concerted.mechanism.plan.models import Alignment

    offices = list(Agency.objects.filter(is_demonstration=True, tier="province").order_by("key"))
    with acting(officer, at, act="bench"):
        Alignment.objects.bulk_create(
            Alignment(
                national=measure,
                place_code=office.place_code,
                agency=office,
                kind="declined" if (number + place) % 7 == 0 else "adopted",
                reason="invented",
                decided_at=at - timedelta(days=900),
            )
            for number, measure in enumerate(version.measures.order_by("position"))
            for place, office in enumerate(offices)
            if (number + place) % 3
        )


def _meetings(officer: Any, at: datetime) -> Any:
    """The plenaries of the plan's years, two a year, the last of them to be assembled; ten decisions each."""
    from concerted.foundation.access.door import acting
    from concerted.mechanism.meetings.models import ActionItem, Decision, Meeting, Minutes, Series

    with acting(officer, at, act="bench"):
        series = Series.objects.create(
            key="bench-plenary", kind="plenary", title_en="Bench", title_zh="测速", office=officer.agency
        )
        meeting = None
        for number, day in enumerate(
            [date(year, month, 15) for year in range(2008, 2013) for month in (4, 10)] + [at.date()], start=1
        ):
            held = day < at.date()
            meeting = Meeting.objects.create(
                series=series,
                key=f"bench-{day.isoformat()}",
                number=number,
                title_en="Plenary",
                title_zh="全体会议",
                held_on=day,
                state="closed" if held else "planned",
                closed_at=at.replace(year=day.year, month=day.month, day=day.day) if held else None,
            )
            if not held:
                continue
            Minutes.objects.create(meeting=meeting, state="adopted", adopted_at=at)
            for place in range(1, 11):
                ended = day + timedelta(days=120) if place % 3 else None
                decision = Decision.objects.create(
                    meeting=meeting,
                    position=place,
                    number=f"{number}-{place}",
                    state="implemented" if ended else "being_implemented",
                    text_en="Invented",
                    text_zh="虚构",
                    written_by=officer,
                    written_at=at,
                    adopted_on=day,
                    ended_on=ended,
                )
                ActionItem.objects.create(
                    decision=decision,
                    state="verified" if ended else "open",
                    text_en="Invented",
                    owner=officer.agency.parent,
                    verifier=officer.agency,
                    assigned_by=officer.agency,
                    due=day + timedelta(days=90),
                    opened_on=day,
                    ended_on=ended,
                )
    return meeting


def _counted(on: date) -> tuple[int, int]:
    from concerted.foundation.obligations.models import Obligation

    return Obligation.objects.count(), Obligation.objects.overdue(on).count()
