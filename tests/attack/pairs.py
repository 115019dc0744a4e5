"""The same nation twice, byte for byte alike but for cases that those who ask have no part in; it asks nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import override_settings
from django.utils import timezone
from tests import database
from tests.attack.test_case_fences import rich_case
from tests.attack.whole import Parties, Whole, build_case_work, build_whole
from tests.builders import CaseWorld, build_case_world
from tests.foundation.people.test_erasure import picture
from tests.mechanism.plan.reporting_world import MONDAY

from concerted.config import postgres
from concerted.foundation.access import acts as access
from concerted.foundation.agencies.models import Officer, Post
from concerted.foundation.obligations import acts as obligations
from concerted.foundation.obligations.models import Obligation
from concerted.foundation.people.acts.persons import add_photograph, record_person
from concerted.foundation.people.births import born_on
from concerted.foundation.people.models import Person
from concerted.foundation.people.values import Document, Name, Statement
from concerted.mechanism.cases.acts import clocks, directory, files, officers
from concerted.mechanism.cases.models import Report
from concerted.mechanism.meetings.acts import decisions
from concerted.mechanism.meetings.models import Decision
from concerted.mechanism.plan.acts import notes

#: The mechanism's clock stands at the last second of its Monday: a walk of minutes sees one time only.
LATE = MONDAY.replace(hour=23, minute=59, second=59)
NAME, CARD = "欧阳隐霞", "53010219770307123X"

F = Post.Function
#: Who asks: agency and function. None is whoever does not sign in.
ASKERS: dict[str, tuple[str, str] | None] = {
    "a case worker of an agency without a part": ("wf-hunan", F.CASE_WORKER),
    "a supervisor of an agency without a part": ("wf-hunan", F.CASE_SUPERVISOR),
    "a duty officer of an agency without a part": ("wf-hunan", F.DUTY_OFFICER),
    "a case worker with a part in another case": ("ps-hunan", F.CASE_WORKER),
    "a case worker of the agency, set aside": ("ps-yunnan", F.CASE_WORKER),
    "the plan's officer of the agency that leads": ("ps-yunnan", F.PROVINCIAL_OFFICE),
    "a statistician of the agency that leads": ("ps-yunnan", F.STATISTICIAN),
    "the office": ("mps-cid", F.SECRETARIAT),
    "an administrator": ("mps-cid", F.ADMINISTRATOR),
    "an evaluator": ("mps-cid", F.EVALUATOR),
    "a ministry": ("mca", F.FOCAL_POINT),
    "the public": None,
}
SET_ASIDE = "a case worker of the agency, set aside"


@dataclass(frozen=True)
class Hidden:
    """What stands in the second world alone: the ids of a case of every kind of thing, and of a rich one."""

    whole: Whole
    ids: tuple[int, ...]
    numbers: tuple[str, ...]
    report: str


@dataclass(frozen=True)
class Pair:
    """Two databases: `without` and `with_`; what is common to both, what is hidden, and who asks."""

    server: postgres.Server
    without: str
    with_: str
    folder: Path
    whole: Whole
    hidden: Hidden
    askers: dict[str, Officer | None]
    keys: dict[str, str]

    @property
    def worlds(self) -> tuple[str, str]:
        return self.without, self.with_


@contextmanager
def working_in(name: str, folder: Path) -> Iterator[None]:
    """Let Django work in that database of the tests' server, with its stored files in that folder."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        with override_settings(VAULT_FILES=folder / "files", VAULT_LEDGER=folder / "erased.jsonl"):
            yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def build_pair(server: postgres.Server, name: str, folder: Path) -> Pair:
    """Build the nation once, clone it, put the hidden cases into the clone, and let the same day pass in both."""
    without, with_ = f"{name}_without", f"{name}_with"
    database.make_clone(server, template=database.ensure_template(server), name=without)
    with working_in(without, folder):
        whole = build_whole()
        world = _ready(whole)
        askers = {asker: _officer(world, asker) for asker in ASKERS}
        keys = {asker: _key(officer) for asker, officer in askers.items() if officer is not None}
        clocks.escalate_case_clocks(officer=world.machine, at=world.later(days=40))
        access.set_demonstration_clock(officer=whole.world.machine, at=LATE, day=LATE.date(), seed=1)
    database.make_clone(server, template=without, name=with_)
    with working_in(with_, folder):
        hidden = _hide(whole, world, askers[SET_ASIDE])
    return Pair(server, without, with_, folder, whole, hidden, askers, keys)


def a_public_day(pair: Pair) -> None:
    """What everybody sees goes on: new things, whose numbers come after those of what is hidden."""
    world, later = pair.whole.world, LATE
    office: dict[str, Any] = {"officer": world.secretariat, "at": later}
    with world.seen_by(world.secretariat):
        decision = Decision.objects.select_related("meeting").get(pk=pair.whole.met.worded)
    decisions.write_action(
        **office, decision=decision, text_en="Ask once more.", owner=world.ministry, due=date(2010, 5, 3)
    )
    for number in range(2):
        notes.write_note(
            officer=world.focal_point,
            at=later,
            subject_kind="plan.measure",
            subject_id=pair.whole.measure.pk,
            text=f"note {number}",
        )
    obligations.escalate_due(officer=world.secretariat, at=later)
    obligations.send_reminders(officer=world.secretariat, at=later)
    owed = Obligation.objects.filter(owed_to=world.office, met_at=None, excused_at=None, confidential=False)
    obligations.excuse(**office, obligation=owed.order_by("pk")[0], reason="The archive burnt.")
    access.issue_token(
        officer=world.focal_point,
        at=later,
        label="afterwards",
        scopes=["read"],
        issued_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=3),
    )
    access.register_agency(officer=world.administrator, at=later, key="new", kind="ngo", name_en="New")


def _ready(whole: Whole) -> CaseWorld:
    """The agencies of case work, their officers, and what of theirs is common knowledge."""
    world = build_case_world()
    for agency in (world.police, world.station, world.hospital, world.federation, world.home, world.outsider):
        for made in (world.worker, world.supervisor, world.duty):
            made(agency)
    for function in (F.SECRETARIAT, F.FOCAL_POINT, F.ADMINISTRATOR, F.PROVINCIAL_OFFICE, F.EVALUATOR):
        whole.world.officer_for(whole.world.office, function)
    rescuer: dict[str, Any] = {"officer": world.supervisor(world.station), "at": MONDAY}
    for house in ("house", "hidden-house"):
        directory.describe_shelter(**rescuer, key=house, name_en="A house", beds=2)
    directory.offer_service(
        officer=world.supervisor(world.police),
        at=MONDAY,
        key="aid",
        kind="legal_aid",
        values={"name_en": "Legal aid"},
    )
    return world


def _officer(world: CaseWorld, asker: str) -> Officer | None:
    found = ASKERS[asker]
    if found is None:
        return None
    agency, function = world.agency(found[0]), found[1]
    return world.new_officer(agency, function)


def _key(officer: Officer) -> str:
    now = timezone.now()
    _token, secret = access.issue_token(
        officer=officer,
        at=MONDAY,
        label="tests",
        scopes=["read", "write"],
        issued_at=now,
        expires_at=now + timedelta(days=30),
    )
    return secret


def _hide(whole: Whole, world: CaseWorld, related: Officer | None) -> Hidden:
    """The hidden cases, with a person whose name is known; nobody who asks has a part in them."""
    rich = rich_case(world, related=related, seconded=False)
    parties = Parties(
        world.police,
        world.station,
        world.home,
        world.federation,
        house="hidden-house",
        is_of_report=True,
        keeps_more=False,
    )
    work = build_case_work(world, parties)
    worker = world.worker(world.police)
    said = [Name(NAME), Document(CARD), born_on(1977, 3, 7)]
    person = record_person(officer=worker, at=MONDAY, statements=[Statement(value) for value in said])
    with world.at_case_work(worker):
        case = type(rich).objects.get(pk=work.case)
        report = Report.objects.get(pk=work.report).number
        alone = Person.objects.get(pk=work.person)
    files.link_person(officer=worker, at=MONDAY, case=case, person=alone, role="victim")
    _people_and_words(world, case, person)
    assert related is not None
    officers.declare_conflict(
        officer=world.supervisor(world.police), at=MONDAY, case=case, related=related, reason="related"
    )
    clocks.escalate_case_clocks(officer=world.machine, at=world.later(days=40))
    told = {getattr(work, name) for name in work.__dataclass_fields__}
    ids = {each for each in told if isinstance(each, int)} | {rich.pk, person.pk}
    return Hidden(
        replace(whole, case_work=work), tuple(sorted(ids - {0})), (case.number, rich.number), report
    )


def _people_and_words(world: CaseWorld, case: Any, person: Any) -> None:
    worker = world.worker(world.police)
    on: dict[str, Any] = {"officer": worker, "at": MONDAY, "case": case}
    files.link_person(**on, person=person, role="victim")
    files.write_note(**on, text=f"{NAME} was heard.")
    add_photograph(officer=worker, at=MONDAY, person=person, content=picture())


__all__ = ["ASKERS", "CARD", "LATE", "NAME", "Hidden", "Pair", "a_public_day", "build_pair"]
