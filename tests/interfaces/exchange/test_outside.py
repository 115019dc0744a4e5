"""What leaves the system for somebody outside: a package of the sections consented to, and a letter that checks."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest
from tests.builders import CaseWorld, build_case_world
from tests.mechanism.cases.woman import open_case

from concerted.errors import Conflict
from concerted.foundation.access.door import acting
from concerted.foundation.people.acts import record_person
from concerted.foundation.people.values import Name, SexStated, Statement
from concerted.interfaces.exchange.letters import letter_as_docx, letter_of
from concerted.interfaces.exchange.outside import MadePackage, make_package
from concerted.interfaces.exchange.package import open_package
from concerted.mechanism.cases.acts import consents, entitlements, files, packages, referrals
from concerted.mechanism.cases.models import Case, Disclosure, OutsidePackage, Referral
from concerted.mechanism.cases.reads.assistance import letter_is_valid

pytestmark = pytest.mark.django_db
OUTSIDE = {"name": "Invented lawyer", "body": "Invented office", "country": "CN", "contact": "in person"}
SHARED, UNSHARED, SEALED = "CANARY-contact-71", "CANARY-health-72", "CANARY-address-73"


@pytest.fixture
def world() -> CaseWorld:
    return build_case_world()


@pytest.fixture
def case(world: CaseWorld) -> Case:
    worker = world.worker(world.police)
    case = open_case(world)
    told = [Statement(Name("CANARY-name-70")), Statement(SexStated("female"))]
    said = record_person(officer=worker, at=world.at, statements=told)
    files.link_person(officer=worker, at=world.at, case=case, person=said, role="victim")
    for section, values in (
        ("contact", {"never": SHARED, "ways": ["person"]}),
        ("health", {"urgent": UNSHARED}),
        ("shelter_address", {"address": SEALED}),
    ):
        files.write_section(officer=worker, at=world.at, case=case, section=section, values=values)
    return case


@pytest.fixture
def sent(world: CaseWorld, case: Case) -> Referral:
    worker, sections = world.worker(world.police), ["identity", "contact", "shelter_address"]
    until = world.at + timedelta(days=60)
    agreed = consents.take_consent(
        officer=worker,
        at=world.at,
        case=case,
        giver="self",
        outside=OUTSIDE,
        sections=sections,
        purpose="legal_aid",
        until=until,
        language="zh",
    )
    draft = referrals.draft_referral(
        officer=worker,
        at=world.at,
        case=case,
        service="legal_aid",
        reason="wages withheld",
        sections=sections,
        purpose="legal_aid",
        outside=OUTSIDE,
        consent=agreed,
        until=until,
    )
    return referrals.send_referral(officer=worker, at=world.at, referral=draft)


def made(world: CaseWorld, referral: Referral, language: str = "en") -> MadePackage:
    return make_package(
        officer=world.worker(world.police),
        at=world.at,
        referral=referral,
        channel="telephone",
        language=language,
        acknowledge_at="concerted.example/received",
    )


def test_a_package_holds_what_was_consented_to_and_no_sealed_section(
    world: CaseWorld, sent: Referral
) -> None:
    package = made(world, sent)
    files_in_it = open_package(package.data, package.code)
    told = json.loads(files_in_it["referral.json"])
    assert [part["key"] for part in told["parts"]] == ["reason", "identity", "contact"]
    assert "CANARY-name-70" in files_in_it["referral.json"].decode()
    assert SHARED in files_in_it["referral.json"].decode()
    for canary in (UNSHARED, SEALED):
        assert canary not in files_in_it["referral.json"].decode()
    assert b"CANARY" not in package.data


def test_the_book_knows_the_file_and_what_counts_as_given_but_not_the_code(
    world: CaseWorld, sent: Referral
) -> None:
    package = made(world, sent)
    with acting(world.worker(world.police), world.at, scope="cases"):
        kept = OutsidePackage.objects.get()
        given = Disclosure.objects.get(recipient=None)
    assert kept.digest == hashlib.sha256(package.data).hexdigest()
    assert set(given.sections) == {"identity", "contact"}
    assert package.code not in str(vars(kept)) and package.acknowledgement not in str(vars(kept))


def test_giving_back_the_code_from_inside_proves_that_it_was_opened(world: CaseWorld, sent: Referral) -> None:
    package = made(world, sent)
    inside = json.loads(open_package(package.data, package.code)["referral.json"])["acknowledgement"]
    assert inside == package.acknowledgement
    assert packages.acknowledge_package(at=world.at, code=inside)
    with acting(world.worker(world.police), world.at, scope="cases"):
        assert Referral.objects.get(pk=sent.pk).state == "seen"


def test_no_package_is_made_of_a_referral_that_was_not_sent(world: CaseWorld, sent: Referral) -> None:
    worker = world.worker(world.police)
    referrals.withdraw_referral(officer=worker, at=world.at, referral=sent, reason="not wished any more")
    with pytest.raises(Conflict):
        made(world, sent)
    with acting(worker, world.at, scope="cases"):
        assert not OutsidePackage.objects.exists()


def test_a_package_speaks_the_language_it_is_asked_for(world: CaseWorld, sent: Referral) -> None:
    package = made(world, sent, "zh-hans")
    told = json.loads(open_package(package.data, package.code)["referral.json"])
    assert told["language"] == "zh-hans"
    assert told["parts"][0]["title"] == "所请求的事项"
    assert (told["urgency"], told["urgency_code"]) == ("一般", "routine")
    assert ["性别", "女"] in told["parts"][1]["lines"]


def test_the_number_and_code_on_a_letter_are_those_that_check(world: CaseWorld, case: Case) -> None:
    worker, supervisor = world.worker(world.police), world.supervisor(world.police)
    asked = entitlements.request_entitlement(officer=worker, at=world.at, case=case, kind="reflection_period")
    day = world.at.date()
    granted = entitlements.grant_entitlement(
        officer=supervisor, at=world.at, entitlement=asked, since=day, until=day + timedelta(days=30)
    )
    issued = entitlements.issue_letter(officer=supervisor, at=world.at, entitlement=granted, language="en")
    letter = letter_of(issued, holder="the bearer", verify_at="concerted.example/verify")
    assert (letter.kind, letter.until) == ("Reflection period", day + timedelta(days=30))
    assert letter_as_docx(letter).startswith(b"PK")
    assert letter_is_valid(number=letter.number, code=letter.code, at=world.at)
    assert not letter_is_valid(number=letter.number, code="K-0000-0000-0000", at=world.at)
