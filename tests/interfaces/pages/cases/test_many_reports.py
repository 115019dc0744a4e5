"""Many reports at once drown nobody: the urgent ones come first, and a person in need is not shut out."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from tests.builders import CaseWorld

from concerted.foundation.access import pace
from concerted.mechanism.cases.acts import desks
from concerted.mechanism.cases.acts import reports as acts
from concerted.mechanism.cases.reads import reports as reads

pytestmark = pytest.mark.django_db


def test_what_waits_is_listed_by_urgency_then_age_on_every_page_of_the_list(world: CaseWorld) -> None:
    duty = world.worker(world.police)
    for hours, urgency in enumerate(
        ["routine", "emergency", "urgent", "routine", "emergency", "urgent", "routine"]
    ):
        acts.take_report(
            officer=duty, at=world.at + timedelta(hours=hours), channel="hotline", urgency=urgency,
            narrative=f"call {hours}",
        )  # fmt: skip
    found, cursor = [], ""
    while True:
        page = reads.reports(officer=duty, at=world.at, cursor=cursor, size=2)
        found += [(one.urgency, one.received_at) for one in page.reports]
        cursor = page.next
        if not cursor:
            break
    rank = ["emergency", "urgent", "routine"]
    assert len(found) == 7
    assert found == sorted(found, key=lambda one: (rank.index(one[0]), one[1]))


def _desk(world: CaseWorld) -> None:
    desks.name_intake_desk(officer=world.supervisor(world.police), at=world.at, place_code="000000")


def test_the_public_form_pressed_twice_is_one_report_with_one_code(world: CaseWorld) -> None:
    _desk(world)
    nobody = Client(HTTP_ACCEPT_LANGUAGE="en")
    page = nobody.get(reverse("tell:report")).content.decode()
    key = re.search(r'name="once" value="([0-9a-f]{32})"', page)
    assert key is not None
    told = {"once": key[1], "narrative": "A girl is held.", "urgency": "urgent"}
    codes = [
        re.findall(r"K-[0-9A-Z-]{14}", nobody.post(reverse("tell:report"), told).content.decode())
        for _t in "12"
    ]
    assert codes[0] and codes[0] == codes[1]
    other = nobody.post(reverse("tell:report"), {**told, "narrative": "A girl is held. At the mill."})
    assert re.findall(r"K-[0-9A-Z-]{14}", other.content.decode()) != codes[0]
    duty = world.worker(world.police)
    assert len(reads.reports(officer=duty, at=world.at).reports) == 2


def test_a_connection_that_sends_its_share_is_told_whom_to_call_and_keeps_its_words(world: CaseWorld) -> None:
    _desk(world)
    nobody = Client(HTTP_ACCEPT_LANGUAGE="en")
    sent = {"narrative": "A girl is held.", "urgency": "urgent"}
    answers = [nobody.post(reverse("tell:report"), sent).content.decode() for _times in range(pace.MOST + 1)]
    assert "K-" in answers[-2]
    assert "call the police now: 110" in answers[-1] and "A girl is held." in answers[-1]
    urgent = nobody.post(reverse("tell:report"), {**sent, "urgency": "emergency"}).content.decode()
    assert "K-" in urgent


def test_the_count_is_let_go_of_after_its_minutes_and_holds_no_address() -> None:
    request = RequestFactory().post("/tell/", REMOTE_ADDR="192.0.2.7")
    assert not any(pace.is_too_many(request, is_emergency=False, now=float(n)) for n in range(pace.MOST))
    assert pace.is_too_many(request, is_emergency=False, now=100.0)
    assert "192.0.2.7" not in repr(pace.__dict__["_taken"])
    assert not pace.is_too_many(request, is_emergency=False, now=pace.WITHIN_SECONDS + 20.0)
