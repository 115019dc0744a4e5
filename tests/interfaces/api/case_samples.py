"""One thing of every kind in case work, and keys to it, so that calls can name what exists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.attack.whole import build_case_work
from tests.builders import World
from tests.interfaces.api.keys import Machine, Machines
from tests.mechanism.plan.reporting_world import MONDAY

from concerted.foundation.access.door import acting
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Agency, Officer, Post
from concerted.foundation.people.acts import holds, record_person
from concerted.foundation.people.models import Attribute
from concerted.foundation.people.values import Name, Statement
from concerted.mechanism.cases.acts import (
    assistance,
    batches,
    consents,
    directory,
    entitlements,
    files,
    messages,
    officers,
    rights,
    screenings,
)
from concerted.mechanism.cases.models import AgencyFile, Case, Consent, Goal, Notice

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
    keys = [
        key_of(machines, one)
        for one in (
            worker,
            supervisor,
            _at(world, world.hunan, "worker"),
            _at(world, world.hunan, "supervisor"),
            world.officer_for(world.other_ministry, Post.Function.DUTY_OFFICER),
        )
    ]
    agencies = ["ps-hunan", "mca", "acwf"]
    return CaseSamples(
        keys=keys,
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
            "status-decisions": [work.status],
            "status-reviews": [work.status_review],
            "support-plans": [work.plan],
            "legal-bases": agencies,
            "sections": ["contact", "health_detail", "legal"],
            **more.paths,
            "persons": [work.person, more.person, more.link],
            "entitlements": [work.entitlement, more.granted],
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
            "officer": [worker.username, more.guest],
            "cases": [[work.case]],
            "files": [[more.file]],
            "to": [["ps-hunan"], worker.username, None],
            "list": ["adult_labour"],
            "place_code": ["530000"],
            "until": ["2010-10-01T00:00:00+08:00", "2010-10-01"],
            "since": ["2010-04-12T09:00:00+08:00", "2010-04-12", None],
            "source_agency": [None, "mca"],
            "but": [None],
            "legal_basis": [""],
            "answers": [{}, None],
        },
    )


def _at(world: World, agency: Agency, what: str) -> Officer:
    return world.officer_for(agency, f"case_{what}")


@dataclass
class _More:
    """What the case of the nation lacks, by collection."""

    paths: dict[str, list[Any]]
    person: int
    link: int
    consent: int
    granted: int
    file: int
    guest: str


def _more(world: World, work: Any, worker: Officer, supervisor: Officer) -> _More:
    now: dict[str, Any] = {"officer": worker, "at": MONDAY}
    led: dict[str, Any] = {"officer": supervisor, "at": MONDAY}
    with acting(worker, MONDAY, scope="cases"):
        case = Case.objects.get(pk=work.case)
        consent = Consent.objects.filter(case=case).first()
        file = AgencyFile.objects.get(case=case, agency=world.yunnan)
    assert consent is not None
    person = record_person(**now, statements=[Statement(Name("张三"))])
    link = files.link_person(**now, case=case, person=person, role="victim")
    with acting(worker, MONDAY, scope="people"):
        said = Attribute.objects.get(person=person)
    plan = assistance.write_plan(**now, case=case, summary="Another plan.", goals={1: "A goal."})
    asked = entitlements.request_entitlement(**now, case=case, kind="medical_care")
    granted = entitlements.grant_entitlement(
        **led, entitlement=asked, since=date(2010, 4, 12), until=date(2010, 12, 31)
    )
    issued = entitlements.issue_letter(**led, entitlement=granted)
    objection = consents.record_objection(**now, case=case, against=world.office)
    guest = _at(world, world.hunan, "worker")
    assert guest.acting is not None
    lent = officers.second_officer(
        **led, guest=guest, home_post=guest.acting.post, cases=[case], until=MONDAY + timedelta(days=20)
    )
    third = world.new_officer(world.yunnan, Post.Function.CASE_WORKER)
    conflict = officers.declare_conflict(**led, case=case, related=third, reason="A cousin.")
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
    directory.offer_service(**led, key="legal-aid", kind="legal_aid", values={"name_en": "Legal aid"})
    hold = holds.set_hold(**led, person=person, ground="trial", reference="2010-7")
    asked_of = rights.record_request(**now, case=case, kind="copy")
    mapping = batches.keep_agency_mapping(
        **now, name="ours", mapping={"schema": "concerted/case-mapping/1", "columns": {"名字": "ignore"}}
    )
    with acting(worker, MONDAY, scope="cases"):
        goal = Goal.objects.filter(plan=plan).first()
        news = list(Notice.objects.values_list("pk", flat=True)[:2])
    assert goal is not None
    return _More(
        paths={
            "goals": [goal.pk],
            "letters": [issued.letter.pk],
            "objections": [objection.pk],
            "secondments": [lent.secondment.pk],
            "conflicts": [conflict.pk],
            "statements": [said.pk],
            "consents": [consent.pk],
            "service-offers": ["legal-aid"],
            "case-news": news or [1],
            "holds": [hold.pk],
            "rights-requests": [asked_of.pk],
            "case-mappings": [mapping.pk],
        },
        person=person.pk,
        link=link.pk,
        consent=consent.pk,
        granted=granted.pk,
        file=file.pk,
        guest=guest.username,
    )
