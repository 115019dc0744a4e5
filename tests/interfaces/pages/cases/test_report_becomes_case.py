"""A report that becomes a case takes its safe-contact rule and its duties along, and each page leads to the other."""

from __future__ import annotations

from typing import Any

import pytest
from tests.builders import CaseWorld
from tests.interfaces.pages.cases.at_work import refused
from tests.interfaces.pages.cases.desk import client_of, sent, shown, worker_of

from concerted.mechanism.cases.acts import reports
from concerted.mechanism.cases.models import Contact, Report
from concerted.mechanism.cases.reads.cases import case_by_id
from concerted.mechanism.cases.reads.work import owed_on_case

pytestmark = pytest.mark.django_db


def _taken(world: CaseWorld, **facts: Any) -> Report:
    given = {"channel": "hotline", "narrative": "She is held at the mill.", "place_code": "530000", **facts}
    return reports.take_report(officer=world.worker(world.station), at=world.at, **given)  # type: ignore[arg-type]


def test_safe_contact_duties_and_both_links_go_from_the_report_into_the_case(world: CaseWorld) -> None:
    station, officer = worker_of(world, world.station), world.worker(world.station)
    first = _taken(
        world,
        safe_contact={"how": "her sister, after nine", "never": "husband", "code_word": "plum"},
        facts={"trafficking_reported": "yes"},
    )
    second = _taken(world, safe_contact={"never": "the landlord", "code_word": "plum"})
    opened = sent(station, "decide_report", first.pk, "open_case", age_band="adult", risk="high")
    case = int(opened["Location"].split("/")[-2])

    page = shown(station, "case", case)
    assert "her sister, after nine" in page and "husband" in page and "plum" in page
    assert first.number in page, "where the rule comes from"
    assert f'href="/cases/report/{first.pk}/"' in page
    assert "Open a criminal case at once" in page and "Nothing is owed" not in page
    later = world.later(days=1)
    standing = case_by_id(officer=officer, at=later, pk=case)
    assert {one.subject_id for one in owed_on_case(officer=officer, at=later, case=standing)} == {first.pk}
    there = shown(station, "report", first.pk)
    assert f'href="/cases/{case}/"' in there and "quick-exit" in there

    wrong = refused(station, "decide_report", second.pk, "merge", into="R-NONE", note="the same mill")
    assert "There is no such report." in wrong and "the same mill" in wrong
    sent(station, "decide_report", second.pk, "merge", into=first.number, note="the same mill")
    page = shown(station, "case", case)
    assert "husband; the landlord" in page and second.number in page
    assert page.count("plum") == 1
    assert f'href="/cases/report/{first.pk}/"' in shown(station, "report", second.pk)
    with world.at_case_work(officer, later):
        rows = Contact.objects.filter(case=case).order_by("at", "row_version")
        assert [row.replaced_at is None for row in rows] == [False, True], "the earlier wording is kept"

    duty = shown(client_of(world.duty(world.station)), "report", first.pk)
    assert standing.number in duty and f'href="/cases/{case}/"' not in duty, "no link to what he may not open"
