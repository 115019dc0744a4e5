"""The invented nation: the same for the same seed, plainly marked, and with work in every state."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import models, transaction
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from concerted.errors import Invalid
from concerted.foundation.access.acts import NewAgency, load_agencies
from concerted.foundation.access.door import acting
from concerted.foundation.access.models import ClockSetting
from concerted.foundation.access.reads import mechanism_now
from concerted.foundation.agencies.models import Agency, Membership, Officer
from concerted.foundation.agencies.reads import act_under, officer_by_username
from concerted.foundation.obligations.models import Obligation, ObligationEvent, Reminder
from concerted.interfaces.commands import demo
from concerted.interfaces.exchange.reference import read_local_agencies
from concerted.mechanism.cases import demonstration as case_work
from concerted.mechanism.plan import demonstration
from concerted.mechanism.plan.demonstration.stage import the_machine
from concerted.mechanism.plan.models import (
    Alignment,
    LockException,
    Observation,
    PeriodSnapshot,
    Plan,
    Report,
    ReportMove,
    Ruling,
    SupportRequest,
)
from concerted.mechanism.plan.reads.alignment import rebases_due
from concerted.mechanism.plan.reads.documents import version_of
from concerted.mechanism.plan.reads.reporting import period_by_key

CONTENT: dict[type[models.Model], tuple[str, ...]] = {
    Agency: ("key", "name_zh"),
    Membership: ("agency__key", "role", "source"),
    Officer: ("username", "name_en"),
    Observation: ("indicator__key", "place_code", "period__key", "source_agency__key", "value"),
    Report: ("measure__key", "period__key", "agency__key", "number", "state", "narrative"),
    ReportMove: ("report__measure__key", "from_state", "to_state", "at", "reason"),
    Alignment: ("national__key", "place_code", "kind", "decided_at"),
    Obligation: ("kind", "owner__key", "period_key", "label_en", "met_at", "accepted_at", "closed_at"),
    ObligationEvent: ("what", "at", "step"),
    SupportRequest: ("measure__key", "period__key", "lead__key", "asked__key", "answered_at"),
    PeriodSnapshot: ("period__key", "content_hash"),
}
"""What makes up the demonstration, without the numbers of rows."""
LINK = re.compile(r'href="(/[^"?#]*)"')
LEADS_OUT = ("account_", "mfa_", "api", "set_language")
"""Pages of signing in and out."""


def digest() -> dict[str, str]:
    """A hash of each table's content as the office sees it."""
    _machine, office = the_machine(timezone.now())
    with acting(office, timezone.now()):
        return {
            model.__name__: hashlib.sha256(
                repr(sorted(map(repr, model._default_manager.values_list(*fields)))).encode()
            ).hexdigest()
            for model, fields in CONTENT.items()
        }


@pytest.fixture(scope="module")
def nation(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The small demonstration, for all tests of this file; taken back afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        assert demo.fill_demonstration(size="small")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def office(nation: None) -> Iterator[Officer]:
    """The secretariat's officer, acting on the demonstration's Monday."""
    found = officer_by_username("demo-secretariat-mps-cid")
    assert found is not None
    officer = act_under(officer=found, on=demonstration.TODAY)
    with acting(officer, mechanism_now()):
        yield officer


def _grown_of(seed: int, *, with_cases: bool = False) -> dict[str, str]:
    """What the smallest nation of a seed consists of; it is taken back."""
    with transaction.atomic():
        demo._fill_plan(size="tiny", seed=seed)
        if with_cases:
            demo._fill_cases(size="tiny", seed=seed)
        made = digest()
        transaction.set_rollback(True)
    return made


@pytest.mark.django_db
def test_one_seed_gives_one_nation() -> None:
    assert _grown_of(5, with_cases=True) == _grown_of(5, with_cases=True)


@pytest.mark.long
@pytest.mark.django_db
def test_another_seed_gives_another_nation() -> None:
    one, other = _grown_of(5), _grown_of(6)
    assert one["Observation"] != other["Observation"]
    assert one["Report"] != other["Report"]


def test_filling_again_changes_nothing(nation: None) -> None:
    before = digest()
    assert not demo.fill_demonstration(size="small", seed=99)
    assert digest() == before


def test_everything_invented_says_so(office: Officer) -> None:
    people = Officer.objects.filter(is_machine=False)
    assert people.count() > 60
    assert all(one.is_demonstration and one.name_en.startswith("Demonstration officer") for one in people)
    assert all("Invented" in seat.source for seat in Membership.objects.filter(is_demonstration=True))
    assert all("(invented)" in plan.title_en for plan in Plan.objects.filter(key__startswith="demo-"))
    assert not Report.objects.exclude(narrative__startswith="[Demonstration]").exists()
    assert not Observation.objects.exclude(
        models.Q(source_note__startswith="Invented") | models.Q(source_note__startswith="report D-")
    ).exists()


def test_a_body_that_a_real_plan_names_keeps_its_own_name(office: Officer) -> None:
    for real in read_local_agencies():
        kept = Agency.objects.get(key=real.key)
        assert (kept.name_en, kept.name_zh, kept.is_demonstration) == (real.name_en, real.name_zh, False)
    with pytest.raises(Invalid, match="not loaded"):
        load_agencies(
            officer=the_machine(timezone.now())[0],
            at=timezone.now(),
            records=[
                NewAgency(
                    key="mps", kind="ministry", name_en="Invented", name_zh="虚构", is_demonstration=True
                )
            ],
        )


def test_twenty_six_members_sit_in_the_joint_meeting_and_all_lead_something(office: Officer) -> None:
    seats = Membership.objects.filter(is_demonstration=True, place_code="000000").exclude(role="observer")
    assert seats.count() == 26
    version = version_of(Plan.objects.get(key="demo-national-plan"))
    leads = version.measures.filter(responsibilities__role="lead")
    assert set(leads.values_list("responsibilities__agency__key", flat=True)) == set(
        seats.values_list("agency__key", flat=True)
    )


def test_the_current_period_has_work_in_every_column(office: Officer) -> None:
    period = period_by_key(plan_key="demo-national-plan", key="2011-Q2")
    assert period is not None and period.closed_at is None
    owed = Obligation.objects.filter(kind="plan.report", period_key="2011-Q2")
    assert {"overdue", "met_on_time", "met_late"} <= {str(one.state_on(demonstration.TODAY)) for one in owed}
    states = set(Report.objects.filter(period=period).values_list("state", flat=True))
    assert {"submitted", "cleared", "accepted", "published"} <= states


def test_earlier_periods_are_closed_with_those_who_kept_silent(office: Officer) -> None:
    snapshots = PeriodSnapshot.objects.all()
    assert {one.period.key for one in snapshots} == {"2010-Q3", "2010-Q4"}
    assert all(0 < one.silent < one.expected for one in snapshots)
    assert ReportMove.objects.filter(to_state="returned").exists()
    assert ReportMove.objects.filter(to_state="accepted", field="clearance").exists()
    assert Report.objects.filter(state="corrected").exists()
    assert LockException.objects.filter(until__gte=demonstration.TODAY).exists()
    assert {"excused", "escalated", "reminded", "closed"} <= set(
        ObligationEvent.objects.values_list("what", flat=True)
    )
    assert Reminder.objects.exists()


def test_figures_hold_zeros_and_values_that_stand_side_by_side(office: Officer) -> None:
    cells = Observation.objects.filter(withdrawn_at=None).exclude(place_code="000000")
    assert cells.filter(value=0).exists()
    twice = cells.values("indicator", "place_code", "period").annotate(n=models.Count("pk")).filter(n__gt=1)
    ruled = Ruling.objects.filter(replaced_at=None).count()
    assert 0 < ruled < twice.count()


def test_provinces_answer_differently_and_some_still_owe_an_answer_to_the_revision(office: Officer) -> None:
    kinds = set(Alignment.objects.values_list("kind", flat=True))
    assert kinds == {"adopted", "adapted", "declined"}
    assert not Alignment.objects.filter(place_code="540000").exists(), "one province has not begun"
    codes = Alignment.objects.values_list("place_code", flat=True).distinct()
    assert any(rebases_due(code, on=demonstration.TODAY) for code in codes)
    hunan = version_of(Plan.objects.get(key="demo-hunan"))
    assert (hunan.period_from, hunan.period_to) == (date(2009, 1, 1), date(2012, 12, 31))


def test_the_clock_stands_on_the_monday_with_the_seed_kept(nation: None) -> None:
    clock = ClockSetting.objects.get()
    assert (clock.demonstration_date, clock.seed) == (demonstration.TODAY, demonstration.SEED)
    assert demonstration.TODAY.weekday() == 0


def test_its_officers_sign_in_with_the_passwords_given_and_old_ones_end(nation: None) -> None:
    old = {one["username"]: one["password"] for one in demo.issue_demonstration_officers()}
    given = demo.issue_demonstration_officers()
    assert [one["role"] for one in given] == [*demonstration.ROLES, *case_work.ROLES]
    for one in given:
        officer = Officer.objects.get(username=one["username"])
        assert officer.check_password(one["password"])
        assert not officer.check_password(old[one["username"]])


@pytest.mark.parametrize("role", sorted(demonstration.ROLES))
def test_every_page_that_leads_on_from_the_first_one_answers(nation: None, role: str) -> None:
    username, _function = demonstration.ROLES[role]
    client = Client()
    client.force_login(
        Officer.objects.get(username=username), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    for path in one_of_each_page(client):
        assert client.get(path, follow=True).status_code == 200, f"{path} for the {role}"


def one_of_each_page(client: Client) -> Iterator[str]:
    """One address of every kind of page that links lead to, from the first page on."""
    waiting, known = ["/"], set()
    while waiting:
        path = waiting.pop(0)
        yield path
        answer = client.get(path, follow=True)
        if not answer.headers["Content-Type"].startswith("text/html"):
            continue  # a file that a page offers: it answers, and leads nowhere
        for found in LINK.findall(answer.content.decode()):
            try:
                name = resolve(found).view_name
            except Resolver404:
                continue
            if name not in known and not name.startswith(LEADS_OUT):
                known.add(name)
                waiting.append(found)
