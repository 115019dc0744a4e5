"""A button pressed twice does its act once; what was changed in between is neither lost nor taken for the same."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from tests.builders import CaseWorld
from tests.interfaces.pages.cases.desk import client_of, shown, worker_of
from tests.mechanism.cases.woman import consent_to, open_case

from concerted.mechanism.cases.models import AgencyFile, Report, Screening

pytestmark = pytest.mark.django_db


def _once(page: str) -> str:
    found = re.search(r'name="once" value="([0-9a-f]{32})"', page)
    assert found is not None
    return found[1]


def _report(key: str, **more: str) -> dict[str, str]:
    return {
        "once": key, "channel": "hospital", "urgency": "urgent", "place_code": "530000", "narrative": "A nurse calls.",
        **more,
    }  # fmt: skip


def _taken() -> int:
    return Report.objects.count()


def test_the_second_press_of_take_a_report_gets_the_report_of_the_first(world: CaseWorld) -> None:
    police = worker_of(world, world.police)
    address = reverse("cases:take_report")
    sent = _report(_once(shown(police, "take_report")))
    with world.at_case_work(world.worker(world.police)):
        before = _taken()
    first, second = police.post(address, sent), police.post(address, sent)
    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    assert first.status_code == 302
    with world.at_case_work(world.worker(world.police)):
        assert _taken() == before + 1


def test_a_form_changed_after_it_was_taken_says_so_keeps_what_was_typed_and_can_be_sent_again(
    world: CaseWorld,
) -> None:
    police = worker_of(world, world.police)
    address = reverse("cases:take_report")
    key = _once(shown(police, "take_report"))
    first = police.post(address, _report(key))
    changed = police.post(address, _report(key, narrative="A nurse calls about a child."))
    page = changed.content.decode()
    assert changed.status_code == 200
    assert "was sent before and taken" in page and "A nurse calls about a child." in page
    again = police.post(address, _report(_once(page), narrative="A nurse calls about a child."))
    assert again.status_code == 302 and again["Location"] != first["Location"]


def test_a_form_that_was_refused_gives_its_key_back(world: CaseWorld) -> None:
    police = worker_of(world, world.police)
    address = reverse("cases:take_report")
    key = _once(shown(police, "take_report"))
    assert police.post(address, _report(key, narrative="")).status_code == 200
    assert police.post(address, _report(key)).status_code == 302


def test_a_screening_and_a_section_sent_twice_are_kept_once(world: CaseWorld) -> None:
    case = open_case(world)
    police = worker_of(world, world.police)
    page = shown(police, "screening", case.pk)
    asked = re.findall(r'name="([A-Z]+-\d+)"', page)[0]
    kept = {
        "once": _once(page), "list": "adult_labour", "keep": "1", "screener_role": "police", "act": "not_asked",
        asked: "declined",
        "source_of_identification": "other", "language": "zh", "age_from": "20", "age_to": "30", "note": "",
    }  # fmt: skip
    address = reverse("cases:screening", args=[case.pk])
    assert "No question was asked." in police.post(address, kept | {asked: "not_asked"}).content.decode()
    assert [police.post(address, kept).status_code for _times in range(2)] == [302, 302]
    with world.at_case_work(world.worker(world.police)):
        assert Screening.objects.filter(case=case).count() == 1
    written = {
        "once": _once(shown(police, "write", case.pk, "travel")),
        "row_version": "",
        "route": "on foot",
    }
    address = reverse("cases:write", args=[case.pk, "travel"])
    assert [police.post(address, written).status_code for _times in range(2)] == [302, 302]


def test_a_button_pressed_twice_acts_once_and_a_preview_does_not_use_its_key_up(world: CaseWorld) -> None:
    case = open_case(world)
    consent = consent_to(world, case, world.hospital)
    police, head = worker_of(world, world.police), client_of(world.supervisor(world.police))
    address = reverse("cases:withdraw_consent", args=[case.pk])
    press: dict[str, Any] = {
        "which": [consent.pk],
        "received_by": "Officer Li",
        "presence": "alone",
        "said_on-year": "2010",
        "said_on-month": "1",
        "said_on-day": "1",
        "is_sure": "on",
        "once": _once(shown(police, "withdraw_consent", case.pk)),
    }
    first, second = police.post(address, press), police.post(address, press)
    assert (
        (first.status_code, first["Location"])
        == (second.status_code, second["Location"])
        == (302, first["Location"])
    )
    again = police.post(address, {**press, "once": _once(shown(police, "withdraw_consent", case.pk))})
    assert again.status_code == 200 and "There is a problem" in again.content.decode()

    with world.at_case_work(world.supervisor(world.police)):
        file = AgencyFile.objects.get(case=case).pk
    chosen: dict[str, Any] = {"file": [file], "to": world.worker(world.police).pk}
    address = reverse("cases:assign")
    chosen["once"] = _once(head.post(address, chosen).content.decode())
    assert head.post(address, chosen).status_code == 200
    answers = [head.post(address, {**chosen, "confirmed": "1"}) for _times in range(2)]
    assert [each.status_code for each in answers] == [302, 302]
    changed = head.post(address, {**chosen, "to": "", "confirmed": "1"})
    assert changed.status_code == 409 and "Open the page anew" in changed.content.decode()


def test_a_person_written_down_by_a_double_press_is_not_asked_for_as_known_already(world: CaseWorld) -> None:
    case = open_case(world)
    police = worker_of(world, world.police)
    page = shown(police, "person", case.pk)
    sent = {"once": _once(page), "role": "victim", "kind": "person", "name": "Invented Wang Fang"}
    address = reverse("cases:person", args=[case.pk])
    assert [police.post(address, sent).status_code for _times in range(2)] == [302, 302]
    asked = police.post(address, {**sent, "once": _once(shown(police, "person", case.pk))})
    assert "may know this person already" in asked.content.decode()
    again = {**sent, "once": _once(asked.content.decode()), "same": "another"}
    assert police.post(address, again).status_code == 302
