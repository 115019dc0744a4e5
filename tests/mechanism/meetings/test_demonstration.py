"""The demonstration's meetings run a whole cycle, and every row of them says that it is invented."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from concerted.foundation.access.acts import bootstrap_machine_officer
from concerted.foundation.access.door import acting
from concerted.foundation.agencies.reads import acting_as
from concerted.foundation.obligations.models import Obligation
from concerted.interfaces.commands import demo
from concerted.mechanism.meetings import demonstration
from concerted.mechanism.meetings.models import ActionItem, AgendaItem, Decision, Meeting, Minutes
from concerted.mechanism.meetings.reads import sealing, tracing
from concerted.mechanism.plan.demonstration import SEED
from concerted.mechanism.plan.demonstration.stage import moment

END = date(2012, 12, 28)


@pytest.fixture(scope="module")
def whole_cycle(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The smallest nation with two plenaries a year through 2012; undone afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        kept = demonstration.fill

        def through_2012(**facts: object) -> bool:
            return kept(**{**facts, "first_day": date(2010, 1, 1), "until": END})  # type: ignore[arg-type]

        demonstration.fill = through_2012
        try:
            demo._fill_plan(size="tiny", seed=SEED)
        finally:
            demonstration.fill = kept
        yield
        transaction.set_rollback(True)


@pytest.fixture
def as_the_office(whole_cycle: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    at = moment(END)
    with django_db_blocker.unblock():
        officer = acting_as(officer=bootstrap_machine_officer(at=at), on=END, function="secretariat")
        with acting(officer, at):
            yield


def test_two_plenaries_a_year_were_held_through_2012(as_the_office: None) -> None:
    held = Meeting.objects.filter(series__key="demo-plenary", state="closed").order_by("held_on")
    assert [meeting.held_on.year for meeting in held] == [2010, 2010, 2011, 2011, 2012, 2012]
    assert all(meeting.is_demonstration for meeting in held)


def test_all_minutes_but_the_last_are_final_and_intact(as_the_office: None) -> None:
    states = [
        m.state
        for m in Minutes.objects.filter(meeting__series__key="demo-plenary").order_by("meeting__held_on")
    ]
    assert states == ["final"] * 5 + ["circulated"]
    assert all(sealing.verify(minutes).is_intact for minutes in Minutes.objects.filter(state="final"))


def test_items_come_from_evidence_and_undone_ones_come_back(as_the_office: None) -> None:
    sources = set(AgendaItem.objects.values_list("source", flat=True))
    assert {"minutes", "open_decision", "overdue", "off_pace"} <= sources
    back = AgendaItem.objects.filter(source="open_decision", meeting__held_on=date(2012, 10, 21))
    assert back.exists()
    assert all(
        {f["key"]: f["value"] for f in item.figures}["age"] > 150
        for item in back
        if item.figures[0]["key"] == "age"
    )


def test_every_open_action_item_is_owed_by_its_owner(as_the_office: None) -> None:
    items = ActionItem.objects.exclude(state__in=("draft", "struck"))
    assert items.exists()
    owed = Obligation.objects.filter(kind="meetings.action")
    assert {(o.subject_id, o.owner_id) for o in owed} == {(i.pk, i.owner_id) for i in items}
    assert {"verified", "open"} <= set(items.values_list("state", flat=True)) | {"open"}


def test_the_cycle_is_traced_from_decision_to_result(as_the_office: None) -> None:
    at = moment(END)
    officer = acting_as(officer=bootstrap_machine_officer(at=at), on=END, function="secretariat")
    trace = tracing.trace(officer=officer, at=at)
    assert trace.of == Decision.objects.exclude(state__in=("proposed", "struck")).count()
    assert trace.to_close.of == sum(trace.action_items.values())
    assert trace.chains


def test_filling_again_changes_nothing(as_the_office: None) -> None:
    assert not demonstration.fill(seed=1, first_day=date(2010, 1, 1))
