"""What a person asks is answered on a page; a restriction stops what goes onward on consent, and the law goes first."""

from __future__ import annotations

import re

import pytest
from tests.builders import CaseWorld
from tests.interfaces.pages.cases.at_work import refused
from tests.interfaces.pages.cases.desk import client_of, sent, shown
from tests.mechanism.cases.woman import consent_to, link, open_case, referral_to

from concerted.errors import Conflict, Refused
from concerted.mechanism.cases import law
from concerted.mechanism.cases.acts import disclosures, referrals, rights
from concerted.mechanism.cases.models import Case, RightsRequest
from concerted.mechanism.cases.reads.cases import case_to_take_away

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world: CaseWorld) -> Case:
    found = open_case(world)
    link(world, found)
    return found


def _restricted(world: CaseWorld, case: Case) -> RightsRequest:
    worker = world.worker(world.police)
    asked = rights.record_request(officer=worker, at=world.at, case=case, kind="restrict")
    return rights.grant_request(officer=worker, at=world.at, request=asked, row_version=1)


def test_every_right_stands_with_its_article_in_two_languages() -> None:
    assert [right.key for right in law.rights()] == ["restrict", "copy", "correct", "erase", "explain"]
    for right in law.rights():
        assert right.name_en and re.search(r"[\u3400-\u9fff]", right.name_zh) and right.article


def test_a_restriction_stops_what_is_given_on_consent_and_what_is_taken_away(
    world: CaseWorld, case: Case
) -> None:
    worker = world.worker(world.police)
    consent = consent_to(world, case, world.station)
    request = _restricted(world, case)
    given = {
        "officer": worker,
        "at": world.at,
        "case": case,
        "recipient": world.station,
        "sections": ["contact"],
        "until": world.later(days=30),
    }
    with pytest.raises(Conflict, match="restricted"):
        disclosures.disclose(**given, purpose="protection", consent=consent)
    with pytest.raises(Refused, match="restricted"):
        case_to_take_away(officer=worker, at=world.at, case=case, form="print")
    disclosures.disclose(
        **given, purpose="protection", legal_basis="state_organ_duty", relies_on="An order of the bureau."
    )
    rights.end_restriction(officer=worker, at=world.at, request=request, reason="She told us so.")
    disclosures.disclose(**given, purpose="protection", consent=consent)


def test_a_referral_that_waits_is_not_accepted_once_the_person_restricts(
    world: CaseWorld, case: Case
) -> None:
    referral = referral_to(world, case, world.station)
    _restricted(world, case)
    with pytest.raises(Conflict, match="restricted"):
        referrals.accept_referral(officer=world.worker(world.station), at=world.at, referral=referral)


def test_a_refusal_without_reasons_is_none(world: CaseWorld, case: Case) -> None:
    browser = client_of(world.worker(world.police))
    sent(browser, "ask_right", case.pk, kind="erase", asked_by="self", words="Erase my name.")
    with world.at_case_work(world.worker(world.police)):
        request = RightsRequest.objects.get()
    page = refused(browser, "answer_right", case.pk, request.pk, row_version=1, refuse="1", reason="")
    assert "A refusal gives its reasons" in page
    sent(browser, "answer_right", case.pk, request.pk, row_version=1, refuse="1", reason="A trial runs.")
    listed = shown(browser, "rights", case.pk)
    assert "Erase my name." in listed and "A trial runs." in listed
    shown(browser, "answer_right", case.pk, request.pk, status=404)
    shown(client_of(world.worker(world.outsider)), "rights", case.pk, status=404)


def test_a_relative_asks_only_what_the_law_lets_a_relative_ask(world: CaseWorld, case: Case) -> None:
    browser = client_of(world.worker(world.police))
    assert "none of the codes" in refused(
        browser, "ask_right", case.pk, kind="restrict", asked_by="relative", words=""
    )
    sent(browser, "ask_right", case.pk, kind="copy", asked_by="relative", words="")


def test_an_objection_is_written_down_and_ended_on_the_page(world: CaseWorld, case: Case) -> None:
    browser = client_of(world.worker(world.police))
    sent(browser, "object_to", case.pk, query=f"?to={world.home.key}", reason="Her husband works there.")
    page = shown(browser, "rights", case.pk)
    assert "Hunan Civil Affairs Department" in page
    which = page.split(f"/cases/{case.pk}/objection/")[2].split("/")[0]
    sent(browser, "end_objection", case.pk, which)
    assert "Hunan Civil Affairs Department" not in shown(browser, "rights", case.pk)
