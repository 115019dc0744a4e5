"""Builds the small nation that tests live in, through acts only: an office, two ministries, two provinces."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from concerted.foundation.access import acts
from concerted.foundation.access.door import acting
from concerted.foundation.agencies.models import Agency, Officer, Place, Post
from concerted.foundation.agencies.reads import acting_as, agency_by_key

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2010, 4, 12, 9, 0, tzinfo=SHANGHAI)
SINCE = date(2008, 1, 1)
PASSWORD = "a plain sentence for tests"

NATIONAL = (
    acts.NewAgency(
        key="mps", kind=Agency.Kind.MINISTRY, name_en="Ministry of Public Security", name_zh="公安部"
    ),
    acts.NewAgency(
        key="mps-cid",
        kind=Agency.Kind.MINISTRY,
        name_en="MPS Criminal Investigation Bureau",
        name_zh="公安部刑事侦查局",
        parent="mps",
    ),
    acts.NewAgency(
        key="mca", kind=Agency.Kind.MINISTRY, name_en="Ministry of Civil Affairs", name_zh="民政部"
    ),
    acts.NewAgency(
        key="acwf",
        kind=Agency.Kind.MASS_ORGANISATION,
        name_en="All-China Women's Federation",
        name_zh="全国妇联",
    ),
)
PROVINCES = {"yunnan": ("530000", "Yunnan", "云南省"), "hunan": ("430000", "Hunan", "湖南省")}

_numbers = count(1)


@dataclass
class World:
    """The nation of a test on its Monday; officers are made when they are first asked for."""

    machine: Officer
    at: datetime = MONDAY
    _officers: dict[tuple[str, str], Officer] = field(default_factory=dict)

    def agency(self, key: str) -> Agency:
        """The agency with this key; raises LookupError."""
        found = agency_by_key(key)
        if found is None:
            raise LookupError(key)
        return found

    @property
    def office(self) -> Agency:
        """The office of the joint meeting, which receives the nation's reports."""
        return self.agency("mps-cid")

    @property
    def ministry(self) -> Agency:
        return self.agency("mca")

    @property
    def other_ministry(self) -> Agency:
        return self.agency("acwf")

    @property
    def yunnan(self) -> Agency:
        """The provincial office of Yunnan."""
        return self.agency("ps-yunnan")

    @property
    def hunan(self) -> Agency:
        """The provincial office of Hunan."""
        return self.agency("ps-hunan")

    @property
    def secretariat(self) -> Officer:
        return self.officer_for(self.office, Post.Function.SECRETARIAT)

    @property
    def focal_point(self) -> Officer:
        """The ministry's focal point; its clearer is `clearer`."""
        return self.officer_for(self.ministry, Post.Function.FOCAL_POINT)

    @property
    def clearer(self) -> Officer:
        return self.officer_for(self.ministry, Post.Function.CLEARER)

    @property
    def provincial(self) -> Officer:
        """The officer of Yunnan's provincial office."""
        return self.officer_for(self.yunnan, Post.Function.PROVINCIAL_OFFICE)

    @property
    def administrator(self) -> Officer:
        return self.officer_for(self.office, Post.Function.ADMINISTRATOR)

    def officer_for(self, agency: Agency, function: str) -> Officer:
        """The one officer of this world who holds that function in that agency, acting in it."""
        known = self._officers.get((agency.key, str(function)))
        if known is None:
            known = self.new_officer(agency, function)
            self._officers[agency.key, str(function)] = known
        return known

    def new_officer(self, agency: Agency, function: str, *, password: str | None = None) -> Officer:
        """Another officer in another post of that function in that agency, acting in it."""
        number = next(_numbers)
        name = f"{Post.Function(function).label} of {agency.name_en}"
        officer = acts.register_officer(
            officer=self.machine,
            at=self.at,
            username=f"{function}-{agency.key}-{number}",
            name_en=name,
            password=password,
        )
        post = acts.create_post(
            officer=self.machine, at=self.at, agency=agency, function=function, title_en=name, title_zh=""
        )
        acts.appoint(officer=self.machine, at=self.at, appointee=officer, post=post, valid_from=SINCE)
        return acting_as(officer=officer, on=self.at.date(), function=function)

    @contextmanager
    def seen_by(self, officer: Officer | None) -> Iterator[None]:
        """Let the database know for a while that this officer acts, as a page request does."""
        with acting(officer, self.at):
            yield


def build_world(*, at: datetime = MONDAY) -> World:
    """An office (mps-cid), the ministries mca and acwf, and the provincial offices ps-yunnan and ps-hunan."""
    machine = acts.bootstrap_machine_officer(at=at)
    missing = [new for new in NATIONAL if new.key == "mps-cid" or agency_by_key(new.key) is None]
    acts.load_agencies(officer=machine, at=at, records=[*missing, *map(_provincial_office, PROVINCES)])
    _ensure_places(machine, at)
    return World(machine=machine, at=at)


def _provincial_office(slug: str) -> acts.NewAgency:
    code, name_en, name_zh = PROVINCES[slug]
    return acts.NewAgency(
        key=f"ps-{slug}",
        kind=Agency.Kind.LOCAL_DEPARTMENT,
        name_en=f"{name_en} Provincial Public Security Department",
        name_zh=f"{name_zh}公安厅",
        line="mps",
        place_code=code,
        tier=Place.Level.PROVINCE,
        is_demonstration=True,
    )


def _ensure_places(machine: Officer, at: datetime) -> None:
    places = [("000000", "China", "中国", Place.Level.NATION, "")]
    places += [(*facts, Place.Level.PROVINCE, "000000") for facts in PROVINCES.values()]
    acts.load_places(
        officer=machine,
        at=at,
        records=[
            Place(
                code=code, name_en=en, name_zh=zh, level=level, parent_code=above, source="the tests' world"
            )
            for code, en, zh, level, above in places
            if not Place.objects.filter(code=code).exists()
        ],
    )


#: The agencies of a province that meet a person, by their slug: key, name, line of work.
CASE_AGENCIES = {
    "station": ("ca-yunnan-station", "Kunming Relief Station", "昆明市救助管理站", "mca"),
    "hospital": ("hosp-yunnan", "Yunnan People's Hospital", "云南省人民医院", "moh"),
    "federation": ("wf-yunnan", "Yunnan Women's Federation", "云南省妇女联合会", "acwf"),
    "home": ("ca-hunan", "Hunan Civil Affairs Department", "湖南省民政厅", "mca"),
    "outsider": ("wf-hunan", "Hunan Women's Federation", "湖南省妇女联合会", "acwf"),
}


@dataclass
class CaseWorld(World):
    """The nation with agencies that meet persons: police and station, hospital, federation, the home province."""

    @property
    def police(self) -> Agency:
        return self.yunnan

    @property
    def station(self) -> Agency:
        return self.agency("ca-yunnan-station")

    @property
    def hospital(self) -> Agency:
        return self.agency("hosp-yunnan")

    @property
    def federation(self) -> Agency:
        return self.agency("wf-yunnan")

    @property
    def home(self) -> Agency:
        """Civil affairs of the province the person comes from."""
        return self.agency("ca-hunan")

    @property
    def outsider(self) -> Agency:
        """An agency like the others that has no part in any case."""
        return self.agency("wf-hunan")

    def worker(self, agency: Agency) -> Officer:
        """The agency's case worker."""
        return self.officer_for(agency, Post.Function.CASE_WORKER)

    def supervisor(self, agency: Agency) -> Officer:
        return self.officer_for(agency, Post.Function.CASE_SUPERVISOR)

    def duty(self, agency: Agency) -> Officer:
        return self.officer_for(agency, Post.Function.DUTY_OFFICER)

    def later(self, **span: float) -> datetime:
        """A moment after the world's Monday morning."""
        return self.at + timedelta(**span)

    @contextmanager
    def at_case_work(self, officer: Officer, at: datetime | None = None) -> Iterator[None]:
        """Let the database know for a while that this officer acts in case work."""
        with acting(officer, at or self.at, scope="cases"):
            yield


def build_case_world(*, at: datetime = MONDAY) -> CaseWorld:
    """The small nation, and in Yunnan and Hunan the agencies that meet a person."""
    world = build_world(at=at)
    if agency_by_key("moh") is None:
        acts.load_agencies(
            officer=world.machine,
            at=at,
            records=[
                acts.NewAgency(
                    key="moh", kind=Agency.Kind.MINISTRY, name_en="Ministry of Health", name_zh="卫生部"
                )
            ],
        )
    acts.load_agencies(
        officer=world.machine,
        at=at,
        records=[
            acts.NewAgency(
                key=key,
                kind=Agency.Kind.MASS_ORGANISATION if line == "acwf" else Agency.Kind.LOCAL_DEPARTMENT,
                name_en=name_en,
                name_zh=name_zh,
                line=line,
                place_code="430000" if "hunan" in key else "530000",
                tier=Place.Level.PROVINCE,
                is_demonstration=True,
            )
            for key, name_en, name_zh, line in CASE_AGENCIES.values()
        ],
    )
    return CaseWorld(machine=world.machine, at=at)
