"""Sets up who acts in the demonstration: agencies, seats, desks and officers without realistic names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache, partial
from zoneinfo import ZoneInfo

from django.conf import settings

from concerted.foundation.access import acts
from concerted.foundation.agencies.reads import (
    Agency,
    Appointment,
    Officer,
    Post,
    acting_as,
    agency_by_key,
)
from concerted.foundation.obligations.calendar import WorkingDays

from .script import (
    BEGINNING,
    INVENTED_SEAT,
    LINES,
    MEMBERS,
    OBSERVERS,
    OFFICE,
    VACANT_SINCE,
    WITHOUT_CLEARER,
    Province,
    dice,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
F = Post.Function


def moment(day: date, hour: float = 9.0) -> datetime:
    """That hour of the day in the mechanism's time zone."""
    minutes = round(hour * 60)
    return datetime.combine(day, time(minutes // 60, minutes % 60), SHANGHAI)


@cache
def working_day(day: date, after: int) -> date:
    """The working day so many working days after (before, when negative) the day given."""
    return WorkingDays(settings.COUNTRY).add(day, after)


@dataclass
class Stage:
    """The demonstration's officers by agency and function, each acting in the desk."""

    machine: Officer
    provinces: Sequence[Province]
    agencies: dict[str, Agency] = field(default_factory=dict)
    officers: dict[tuple[str, str], Officer] = field(default_factory=dict)
    appointments: dict[tuple[str, str], Appointment] = field(default_factory=dict)

    def agency(self, key: str) -> Agency:
        """The agency with this key; raises LookupError."""
        if key not in self.agencies:
            found = agency_by_key(key)
            if found is None:
                raise LookupError(key)
            self.agencies[key] = found
        return self.agencies[key]

    def officer(self, key: str, function: str, *, on: date | None = None) -> Officer | None:
        """The officer of that desk, or None where there is none on the day."""
        found = self.officers.get((key, function))
        left = VACANT_SINCE.get(key) if function == F.FOCAL_POINT else None
        return None if on is not None and left is not None and on >= left else found

    @property
    def secretariat(self) -> Officer:
        return self.officers[OFFICE, F.SECRETARIAT]

    @property
    def second_secretariat(self) -> Officer:
        return self.officers[OFFICE, f"{F.SECRETARIAT}-2"]


def set_the_stage(*, machine: Officer, provinces: Sequence[Province], seed: int) -> Stage:
    """Register the provinces' bodies, the seats of the joint meeting and every officer."""
    at = moment(BEGINNING)
    stage = Stage(machine, provinces)
    acts.load_agencies(officer=machine, at=at, records=list(_local_bodies(provinces, seed)))
    acts.load_memberships(officer=machine, at=at, records=list(_seats(provinces)))
    for key, function, title_en, title_zh in _desks(provinces, seed):
        _fill_desk(stage, at, key, function, title_en, title_zh)
    return stage


def leave(stage: Stage, at: datetime, key: str) -> None:
    """Let the focal point of the agency leave, with nobody in the desk afterwards."""
    acts.end_appointment(
        officer=stage.machine,
        at=at,
        appointment=stage.appointments[key, F.FOCAL_POINT],
        on=at.date(),
        reason="Demonstration: moved to other work, not yet replaced / 演示：调任，尚未补缺",
    )


def _local_bodies(provinces: Iterable[Province], seed: int) -> Iterator[acts.NewAgency]:
    """Yield the bodies to invent; a department that a real plan names is there already and keeps its name."""
    for province in provinces:
        department = partial(
            acts.NewAgency,
            kind=Agency.Kind.LOCAL_DEPARTMENT,
            place_code=province.code,
            tier="province",
            is_demonstration=True,
        )
        standing = agency_by_key(province.office)
        if standing is None or standing.is_demonstration:
            yield department(
                key=province.office,
                name_en=f"{province.name_en} Public Security Department (demonstration)",
                name_zh=f"{province.name_zh}公安厅（演示）",
                line="mps",
                role="Demonstration: office of the provincial joint meeting / 演示：省级联席会议办公室",
            )
        for key in LINES:
            if dice(seed, "department", province.slug, key).random() < 0.06:
                continue
            national = agency_by_key(key)
            if national is None:
                continue
            yield department(
                key=f"{key}-{province.slug}",
                name_en=f"{province.name_en}, body in the line of: {national.name_en} (demonstration)",
                name_zh=f"{province.name_zh}{national.name_zh}对口部门（演示）",
                line=key,
                parent=province.office,
            )


def _seats(provinces: Iterable[Province]) -> Iterator[acts.NewMembership]:
    for key in (*MEMBERS, *OBSERVERS):
        role = "convenor" if key == "mps" else "observer" if key in OBSERVERS else "member"
        yield acts.NewMembership(
            agency=key, valid_from=BEGINNING, source=INVENTED_SEAT, role=role, is_demonstration=True
        )
    for province in provinces:
        yield acts.NewMembership(
            agency=province.office,
            valid_from=BEGINNING,
            source=INVENTED_SEAT,
            role="convenor",
            place_code=province.code,
            is_demonstration=True,
        )


def _desks(provinces: Iterable[Province], seed: int) -> Iterator[tuple[str, str, str, str]]:
    """Agency, function, and the desk's title in two languages."""
    yield OFFICE, F.SECRETARIAT, "Secretariat", "联席会议办公室"
    yield OFFICE, f"{F.SECRETARIAT}-2", "Secretariat, second desk", "联席会议办公室（二）"
    yield OFFICE, F.STATISTICIAN, "Statistician", "统计岗"
    yield OFFICE, F.EVALUATOR, "Evaluator", "评估岗"
    yield OFFICE, F.ADMINISTRATOR, "Administrator", "系统管理岗"
    for key in MEMBERS:
        yield key, F.FOCAL_POINT, "Focal point", "联络员"
        if key not in WITHOUT_CLEARER:
            yield key, F.CLEARER, "Clearing officer", "审核人"
        if dice(seed, "second", key).random() < 0.3:
            yield key, f"{F.FOCAL_POINT}-2", "Supporting officer", "协办人"
    for key in OBSERVERS:
        yield key, F.OBSERVER, "Observer", "观察员"
    for province in provinces:
        yield province.office, F.PROVINCIAL_OFFICE, "Provincial office", "省级办公室"
        yield province.office, F.PROVINCIAL_CLEARER, "Provincial clearing officer", "省级审核人"


def _fill_desk(stage: Stage, at: datetime, key: str, desk: str, title_en: str, title_zh: str) -> None:
    agency = stage.agency(key)
    function = desk.removesuffix("-2")
    officer = acts.register_officer(
        officer=stage.machine,
        at=at,
        username=f"demo-{desk.replace('_', '-')}-{key}"[:80],
        name_en=f"Demonstration officer, {title_en.lower()}, {agency.name_en}"[:120],
        name_zh=f"演示人员（{agency.name_zh or agency.name_en}{title_zh}）"[:60],
        is_demonstration=True,
    )
    post = acts.create_post(
        officer=stage.machine,
        at=at,
        agency=agency,
        function=function,
        title_en=title_en,
        title_zh=title_zh,
        is_demonstration=True,
    )
    appointment = acts.appoint(
        officer=stage.machine, at=at, appointee=officer, post=post, valid_from=at.date(), reason=INVENTED_SEAT
    )
    acting = copy(officer)
    acting.acting = appointment
    stage.officers[key, desk] = acting
    stage.appointments[key, desk] = appointment


def the_machine(at: datetime) -> tuple[Officer, Officer]:
    """The system officer as administrator, and as the secretariat."""
    machine = acts.bootstrap_machine_officer(at=at)
    return machine, acting_as(officer=machine, on=at.date(), function=F.SECRETARIAT)
