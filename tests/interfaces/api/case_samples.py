"""One thing of every kind in case work, and keys to it, so that calls can name what exists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.attack.whole import LIST, CaseWork, build_case_work
from tests.builders import World
from tests.interfaces.api.keys import Machine, Machines
from tests.mechanism.plan.reporting_world import MONDAY

from concerted.foundation.access.door import acting
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Agency, Officer, Post
from concerted.foundation.people.acts import record_person
from concerted.foundation.people.models import Attribute
from concerted.foundation.people.values import Name, Statement
from concerted.mechanism.cases.acts import batches, entitlements, files, messages, reports, screenings
from concerted.mechanism.cases.models import AgencyFile, Case, Consent, Notice

CASE_SCOPES = ("read", "write", "cases:read", "cases:write")
#: What takes away or destroys is opened by its name alone.
BY_NAME = (str(Permission.CASE_EXPORT),)
SUPERVISING = (str(Permission.ERASURE_REQUEST), str(Permission.ERASURE_APPROVE))


@dataclass
class CaseSamples:
    """Keys to call with, values for path parameters by collection, and for fields of a body by name."""

    keys: list[Machine]
    paths: Mapping[str, list[Any]]
    named: Mapping[str, list[Any]]


def key_of(machines: Machines, officer: Officer, *, scopes: Sequence[str] | None = None) -> Machine:
    """A key that opens everything of case work to which the officer's post reaches."""
    if scopes is None:
        function = officer.acting.post.function if officer.acting else ""
        scopes = CASE_SCOPES
        if function in ("case_worker", "case_supervisor"):
            scopes = (*scopes, *BY_NAME)
        if function == "case_supervisor":
            scopes = (*scopes, *SUPERVISING)
    return machines.of(officer, scopes=scopes)


def build_case_samples(machines: Machines) -> CaseSamples:
    """A case with everything that may stand on one, and what two agencies and a duty officer hold of it."""
    world = machines.world
    work = build_case_work(world)
    worker, supervisor = _at(world, world.yunnan, "worker"), _at(world, world.yunnan, "supervisor")
    more = _more(world, work, worker, supervisor)
    guest = _at(world, world.hunan, "worker")
    callers = (worker, supervisor, guest, _at(world, world.hunan, "supervisor"))
    on_duty = world.officer_for(world.other_ministry, Post.Function.DUTY_OFFICER)
    agencies = ["ps-hunan", "mca", "acwf"]
    return CaseSamples(
        keys=[key_of(machines, one) for one in (*callers, on_duty)],
        paths={
            "cases": [work.case],
            "intake-reports": [work.report],
            "referrals": [work.referral],
            "lead-offers": [work.transfer],
            "placements": [work.placement],
            "emergency-accesses": [work.glass],
            "erasures": [work.erasure],
            "case-obligations": [work.owed],
            "disclosures": [work.disclosure],
            "documents": [work.document],
            "services": [work.service],
            "support-plans": [work.plan],
            "goals": [work.goal],
            "letters": [work.letter],
            "status-decisions": [work.status],
            "status-reviews": [work.status_review],
            "conflicts": [work.set_aside],
            "secondments": [work.seconded, work.asked_for],
            "intake-desks": [work.desk],
            "holds": [work.hold],
            "rights-requests": [work.asks],
            "objections": [work.objection],
            "case-mappings": [work.mapping],
            "case-import-batches": [more.batch],
            "service-offers": ["an-aid"],
            "shelters": ["our-house"],
            "legal-bases": agencies,
            "sections": ["contact", "health_detail", "legal"],
            "persons": [work.person, more.person, more.link],
            "statements": [more.statement],
            "photographs": [work.picture],
            "entitlements": [work.entitlement, more.granted],
            "case-news": more.news or [1],
        },
        named={
            "to_agency": agencies,
            "recipient": agencies,
            "against": ["acwf"],
            "consent": [more.consent, None],
            "giver_person": [None, more.person],
            "report": [None, work.report],
            "person": [more.person],
            "plan": [work.plan, None],
            "goal": [None],
            "into": [work.report],
            "shelter": ["a-house"],
            "officer": [worker.username, guest.username],
            "cases": [[work.case]],
            "persons": [[more.person]],
            "files": [[more.file]],
            "to": [["ps-hunan"], worker.username, None],
            "list": ["adult_labour"],
            "place_code": ["530000"],
            "code": [more.code],
            "news": [more.news or [1]],
            "until": ["2010-10-01T00:00:00+08:00", "2010-10-01"],
            "since": ["2010-04-12T09:00:00+08:00", "2010-04-12", None],
            "source_agency": [None, "mca"],
            "but": [None],
            "legal_basis": [""],
            "basis": ["", "palermo_art3"],
            "answers": [{}, None],
        },
    )


def _at(world: World, agency: Agency, what: str) -> Officer:
    return world.officer_for(agency, f"case_{what}")


@dataclass
class _More:
    """What the case of the nation lacks."""

    person: int
    link: int
    statement: int
    consent: int
    granted: int
    file: int
    news: list[int]
    batch: int
    code: str


def _more(world: World, work: CaseWork, worker: Officer, supervisor: Officer) -> _More:
    now: dict[str, Any] = {"officer": worker, "at": MONDAY}
    with acting(worker, MONDAY, scope="cases"):
        case = Case.objects.get(pk=work.case)
        consent = Consent.objects.filter(case=case).first()
        file = AgencyFile.objects.get(case=case, agency=world.yunnan)
    assert consent is not None
    person = record_person(**now, statements=[Statement(Name("张三"))])
    link = files.link_person(**now, case=case, person=person, role="victim")
    with acting(worker, MONDAY, scope="people"):
        said = Attribute.objects.get(person=person)
    asked = entitlements.request_entitlement(**now, case=case, kind="medical_care")
    granted = entitlements.grant_entitlement(
        officer=supervisor, at=MONDAY, entitlement=asked, since=date(2010, 4, 12), until=date(2010, 12, 31)
    )
    screenings.record_screening(
        **now,
        case=case,
        indicator_set="ilo",
        set_version="1",
        answers={"DR-01": "yes"},
        result={},
        screener_role="police",
        source_of_identification="other",
    )
    messages.send_message(**now, case=case, to=[world.hunan], text="Please call.")
    with acting(worker, MONDAY, scope="cases"):
        news = list(Notice.objects.values_list("pk", flat=True)[:2])
    held = batches.hold_batch(
        **now, form="list", filename="list.csv", content="编号,姓名\nK-1,演示人甲\n".encode()
    )
    batches.map_batch(**now, batch=held, mapping=LIST, row_version=held.row_version)
    told = reports.take_public_report(at=MONDAY, narrative="Help her.", place_code="530000")
    return _More(person.pk, link.pk, said.pk, consent.pk, granted.pk, file.pk, news, held.pk, told.code)
