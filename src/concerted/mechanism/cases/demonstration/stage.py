"""Who works the demonstration's cases: bodies of an invented county and of a home province, with their desks."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime

from concerted.foundation.access import acts as access
from concerted.foundation.agencies.reads import Agency, Officer, Post, agency_by_key, officer_by_username
from concerted.mechanism.plan.demonstration.script import BEGINNING, INVENTED_SEAT

F = Post.Function
COUNTY, HOME = "530000", "520000"
"""The provinces (GB/T 2260) in which the invented bodies lie: where people are found, and where one goes home."""


@dataclass(frozen=True)
class Body:
    """One invented body: its key, names, national line, place and desks."""

    key: str
    name_en: str
    name_zh: str
    line: str
    place_code: str = COUNTY
    kind: str = Agency.Kind.LOCAL_DEPARTMENT
    desks: tuple[str, ...] = (F.CASE_WORKER, F.CASE_SUPERVISOR)


AGENCIES: Sequence[Body] = (
    Body(
        "demo-county-police",
        "Invented County Police (demonstration)",
        "虚构县公安局（演示）",
        "mps",
        desks=(F.CASE_WORKER, F.CASE_SUPERVISOR, F.DUTY_OFFICER),
    ),
    Body("demo-relief-station", "Invented Relief Station (demonstration)", "虚构市救助管理站（演示）", "mca"),
    Body("demo-county-hospital", "Invented County Hospital (demonstration)", "虚构县人民医院（演示）", "moh"),
    Body(
        "demo-county-federation",
        "Invented County Women's Federation (demonstration)",
        "虚构县妇女联合会（演示）",
        "acwf",
        kind=Agency.Kind.MASS_ORGANISATION,
    ),
    Body(
        "demo-home-station",
        "Relief Station of the home province (demonstration)",
        "家乡省救助管理站（演示）",
        "mca",
        HOME,
    ),
)
_TITLES = {
    F.CASE_WORKER: ("Case worker", "个案工作人员"),
    F.CASE_SUPERVISOR: ("Case supervisor", "个案主管"),
    F.DUTY_OFFICER: ("Duty officer", "值班员"),
}
ROLES = {
    "police": "demo-case-worker-demo-county-police",
    "relief": "demo-case-worker-demo-relief-station",
    "supervisor": "demo-case-supervisor-demo-relief-station",
    "hospital": "demo-case-worker-demo-county-hospital",
    "federation": "demo-case-worker-demo-county-federation",
}
"""The officers of case work who are given a password, by what they try out."""


@dataclass
class CaseStage:
    """The bodies and their officers, each acting in the desk."""

    machine: Officer
    agencies: dict[str, Agency] = field(default_factory=dict)
    officers: dict[tuple[str, str], Officer] = field(default_factory=dict)

    def worker(self, key: str) -> Officer:
        return self.officers[f"demo-{key}", F.CASE_WORKER]

    def supervisor(self, key: str) -> Officer:
        return self.officers[f"demo-{key}", F.CASE_SUPERVISOR]

    def agency(self, key: str) -> Agency:
        return self.agencies[f"demo-{key}"]

    @property
    def duty(self) -> Officer:
        """The duty officer of the county police."""
        return self.officers["demo-county-police", F.DUTY_OFFICER]


def set_the_stage(*, machine: Officer, at: datetime) -> CaseStage:
    """Register the bodies and every officer of theirs."""
    access.load_agencies(
        officer=machine,
        at=at,
        records=[
            access.NewAgency(
                key=body.key,
                kind=body.kind,
                name_en=body.name_en,
                name_zh=body.name_zh,
                line=body.line,
                place_code=body.place_code,
                tier="province" if body.place_code == HOME else "county",
                role="Demonstration: invented body of case work / 演示：虚构的个案工作单位",
                is_demonstration=True,
            )
            for body in AGENCIES
        ],
    )
    stage = CaseStage(machine)
    for body in AGENCIES:
        found = agency_by_key(body.key)
        assert found is not None
        stage.agencies[body.key] = found
        for function in body.desks:
            stage.officers[body.key, function] = _fill_desk(machine, at, found, function)
    return stage


def _fill_desk(machine: Officer, at: datetime, agency: Agency, function: str) -> Officer:
    title_en, title_zh = _TITLES[F(function)]
    officer = access.register_officer(
        officer=machine,
        at=at,
        username=f"demo-{function.replace('_', '-')}-{agency.key}"[:80],
        name_en=f"Demonstration officer, {title_en.lower()}, {agency.name_en}"[:120],
        name_zh=f"演示人员（{agency.name_zh}{title_zh}）"[:60],
        is_demonstration=True,
    )
    post = access.create_post(
        officer=machine,
        at=at,
        agency=agency,
        function=function,
        title_en=title_en,
        title_zh=title_zh,
        is_demonstration=True,
    )
    acting = copy(officer)
    acting.acting = access.appoint(
        officer=machine, at=at, appointee=officer, post=post, valid_from=BEGINNING, reason=INVENTED_SEAT
    )
    return acting


def remember_passwords(*, machine: Officer, at: datetime) -> list[dict[str, str]]:
    """Give the officers of ROLES fresh passwords and return role, username and password of each."""
    given = []
    for role, username in ROLES.items():
        holder = officer_by_username(username)
        if holder is not None:
            password = secrets.token_urlsafe(12)
            access.set_password(officer=machine, at=at, holder=holder, password=password)
            given.append({"role": role, "username": username, "password": password})
    return given
