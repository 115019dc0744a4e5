"""Holds the demonstration's meetings in the order of time up to its Monday, all or nothing; again changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import transaction

from concerted.foundation.agencies.models import Officer
from concerted.foundation.obligations.acts import escalate_due
from concerted.mechanism.plan.demonstration import TODAY
from concerted.mechanism.plan.demonstration.stage import moment

from ..acts import agenda, calling, series, session
from ..models import Chair, Meeting, Series
from . import script
from .people import F, People
from .plenary import Plenary, Told

Tell = Callable[[date], None]


def is_filled() -> bool:
    """Whether the demonstration's plenary is there."""
    return Series.objects.filter(key=script.PLENARY).exists()


def fill(*, seed: int, first_day: date, until: date = TODAY, tell: Tell = lambda _day: None) -> bool:
    """Hold the plenaries from the first day until the other, plan the later ones; False where they are there already.

    The plan's demonstration must be there. until: the day the story stops, for running a whole cycle.
    """
    if is_filled():
        return False
    with transaction.atomic():
        people = People()
        plenary = _open_series(people)
        _hold(people, plenary, seed, first_day, until, tell)
        _plan_later(people, plenary, until)
        if until > script.ON_CALL_DAY:
            _other_meetings(people, until)
        _relay(people, until)
        escalate_due(officer=people.clerk(until), at=moment(until, 7.5))
    return True


def _open_series(people: People) -> Series:
    begin = moment(date(2008, 1, 10), 10)
    clerk = people.clerk(begin.date())

    def opened(key: str, kind: str, en: str, zh: str, **facts: object) -> Series:
        return series.open_series(
            officer=clerk,
            at=begin,
            key=key,
            kind=kind,
            title_en=en,
            title_zh=zh,
            source=script.SOURCE,
            is_demonstration=True,
            **facts,  # type: ignore[arg-type]
        )

    plenary = opened(
        script.PLENARY,
        "plenary",
        "Demonstration: plenary of the national joint meeting",
        "演示：全国联席会议全体会议",
        per_year=2,
        quorum=(2, 3),
        quorum_rule=script.QUORUM_RULE,
    )
    opened(
        script.LIAISON,
        "liaison",
        "Demonstration: meeting of liaison officers",
        "演示：联络员会议",
        above=plenary,
        per_year=4,
    )
    opened(
        script.OFFICE_MEETING, "office", "Demonstration: office meeting", "演示：办公室会议", above=plenary
    )
    _chairs(people, plenary, clerk, begin)
    return plenary


def _chairs(people: People, plenary: Series, clerk: Officer, at: datetime) -> None:
    for role, key, en, zh in (
        (Chair.Role.CONVENOR, script.CONVENOR, "Convenor (invented)", "召集人（演示）"),
        (Chair.Role.DEPUTY, "acwf", "Deputy convenor (invented)", "副召集人（演示）"),
        (Chair.Role.OFFICE_HEAD, script.OFFICE, "Head of the office (invented)", "办公室主任（演示）"),
    ):
        series.set_chair(
            officer=clerk,
            at=at,
            series=plenary,
            role=role,
            agency=people.agency(key),
            valid_from=at.date(),
            title_en=en,
            title_zh=zh,
            source=script.SOURCE,
        )


def _hold(people: People, plenary: Series, seed: int, first_day: date, until: date, tell: Tell) -> None:
    told: Told | None = None
    held = [day for day in script.PLENARIES if first_day <= day < until]
    for place, day in enumerate(held):
        tell(day)
        nearer = held[place + 1] if place + 1 < len(held) else until
        told = Plenary(people, plenary, day, seed, nearer, told).hold()


def _plan_later(people: People, plenary: Series, until: date) -> None:
    """The next plenary is called and its agenda proposed, the further ones are planned."""
    at = moment(until, 7)
    clerk = people.clerk(until)
    for place, day in enumerate(day for day in script.PLENARIES if day >= until):
        said = script.title(day)
        planned = calling.plan_meeting(
            officer=clerk,
            at=at,
            series=plenary,
            held_on=day,
            title_en=said.en,
            title_zh=said.zh,
            starts_at=moment(day, 9),
            ends_at=moment(day, 11.5),
            venue="Beijing, invented / 北京（演示）",
            by_video=True,
        )
        if place == 0:
            called = calling.call_meeting(officer=clerk, at=at, meeting=planned)
            agenda.assemble(officer=clerk, at=at, meeting=called, on=until - timedelta(days=1))


def _other_meetings(people: People, until: date) -> None:
    """A meeting of liaison officers that stands, and an office meeting on call with some members only."""
    for key, day, en, zh, on_call in (
        (script.LIAISON, script.LIAISON_DAY, "Demonstration: liaison officers", "演示：联络员会议", False),
        (
            script.OFFICE_MEETING,
            script.ON_CALL_DAY,
            "Demonstration: office meeting",
            "演示：办公室会议",
            True,
        ),
        (
            script.LIAISON,
            until + timedelta(days=50),
            "Demonstration: liaison officers",
            "演示：联络员会议",
            False,
        ),
    ):
        at = moment(min(day - timedelta(days=20), until - timedelta(days=1)), 9)
        clerk = people.clerk(at.date())
        planned = calling.plan_meeting(
            officer=clerk,
            at=at,
            series=Series.objects.get(key=key),
            held_on=day,
            title_en=en,
            title_zh=zh,
            starts_at=moment(day, 14),
            ends_at=moment(day, 16),
            on_call=on_call,
            call_reason="Invented: two reports contradict each other / 演示：两份报告数据矛盾"
            if on_call
            else "",
        )
        only = [people.agency("mca"), people.agency("acwf")] if on_call else None
        called = calling.call_meeting(officer=clerk, at=at, meeting=planned, only=only)
        if day < until:
            _sit(clerk, called, day)


def _sit(clerk: Officer, meeting: Meeting, day: date) -> None:
    at = moment(day, 14)
    opened = session.open_meeting(officer=clerk, at=at, meeting=meeting)
    for seat in opened.seats.select_related("agency"):
        session.take_attendance(
            officer=clerk,
            at=at,
            seat=seat,
            expected_row_version=seat.row_version,
            attendance="present",
            person=f"演示人员（{seat.agency.name_zh or seat.agency.name_en}）"[:120],
        )
    session.close_meeting(officer=clerk, at=moment(day, 16), meeting=opened)


def _relay(people: People, until: date) -> None:
    """A province relays the nation's newest plenary in its own meeting."""
    office = f"ps-{script.RELAYING}"
    past = Series.objects.get(key=script.PLENARY).meetings.filter(held_on__lt=until).order_by("-held_on")
    national = past.first()
    officer = people.officer(office, F.PROVINCIAL_OFFICE, on=until)
    if officer is None:
        return
    at = moment(date(2010, 2, 1), 9)
    own = series.open_series(
        officer=officer,
        at=at,
        key=f"demo-{script.RELAYING}",
        kind="plenary",
        title_en="Demonstration: plenary of Yunnan's joint meeting",
        title_zh="演示：云南省联席会议全体会议",
        above=Series.objects.get(key=script.PLENARY),
        per_year=1,
        source=script.SOURCE,
        is_demonstration=True,
    )
    if national is None:
        return
    day = national.held_on
    planned = calling.plan_meeting(
        officer=officer,
        at=moment(day - timedelta(days=14), 9),
        series=own,
        held_on=day,
        title_en="Demonstration: Yunnan relays the national plenary",
        title_zh="演示：云南省转播全国联席会议并部署本省工作",
        starts_at=moment(day, 9),
        ends_at=moment(day, 12),
        relay_of=national,
    )
    called = calling.call_meeting(officer=officer, at=moment(day - timedelta(days=7), 9), meeting=planned)
    _sit(officer, called, day)
