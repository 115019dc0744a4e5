"""The demonstration's cases: every state is shown, each agency sees its share, and nothing passes for real."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from concerted.foundation.access.door import acting
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.agencies.reads import act_under, officer_by_username
from concerted.foundation.obligations.models import ObligationEvent
from concerted.foundation.people.reads import identities_of
from concerted.interfaces.commands import demo
from concerted.mechanism.cases import demonstration
from concerted.mechanism.cases.models import (
    BreakGlass,
    Case,
    Disclosure,
    Goal,
    PersonLink,
    Referral,
    Report,
    ServiceOffer,
    StatusDecision,
    StatusReview,
)
from concerted.mechanism.cases.reads.work import my_work
from concerted.mechanism.plan.demonstration.script import TODAY
from concerted.mechanism.plan.demonstration.stage import moment, the_machine

NOW = moment(TODAY, 9)


@pytest.fixture(scope="module")
def cases(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The small demonstration's cases, for all tests of this file; taken back afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        assert demo._fill_cases(size="small", seed=1)
        yield
        transaction.set_rollback(True)


pytestmark = pytest.mark.usefixtures("cases")


def officer(role: str) -> Officer:
    found = officer_by_username(demonstration.ROLES[role])
    assert found is not None
    return act_under(officer=found, on=TODAY)


def seen(model: type, role: str, field: str) -> set[str]:
    with acting(officer(role), NOW, scope="cases"):
        return set(model._default_manager.values_list(field, flat=True))


def test_it_is_filled_once() -> None:
    assert not demo._fill_cases(size="small", seed=1)


def test_referrals_stand_in_every_state_that_asks_something_of_somebody() -> None:
    states = seen(Referral, "relief", "state") | seen(Referral, "police", "state")
    assert states >= {
        "draft",
        "sent",
        "returned",
        "accepted",
        "declined",
        "withdrawn",
        "in_service",
        "not_completed",
        "closed",
    }


def test_reports_wait_are_triaged_merged_dismissed_and_opened() -> None:
    assert seen(Report, "police", "state") == {"received", "triaged", "merged", "no_concern", "opened"}


def test_a_woman_is_recognised_and_a_review_waits() -> None:
    assert seen(StatusDecision, "police", "state") >= {"decided", "replaced"}
    assert seen(StatusDecision, "police", "finding") == {"victim", "not_victim"}
    assert seen(StatusReview, "police", "state") == {"asked"}
    assert seen(Goal, "relief", "state") >= {"open", "reached", "changed"}


def test_an_answer_is_overdue_and_has_climbed() -> None:
    with acting(officer("relief"), NOW, scope="cases"):
        climbed = ObligationEvent.objects.filter(
            what="escalated", obligation__kind__startswith="cases.answer"
        )
        assert climbed.exists()


def test_a_consent_was_withdrawn_and_what_was_given_is_marked() -> None:
    with acting(officer("relief"), NOW, scope="cases"):
        assert Disclosure.objects.filter(marked_at__isnull=False).exists()


def test_an_emergency_access_waits_for_its_review_and_one_is_reviewed() -> None:
    with acting(officer("supervisor"), NOW, scope="cases"):
        assert set(BreakGlass.objects.values_list("verdict", flat=True)) == {"", "justified"}


def test_one_case_is_closed_and_one_waits_for_a_second_person() -> None:
    with acting(officer("relief"), NOW, scope="cases"):
        assert Case.objects.filter(stage="closed", closed_as="recovered").exists()
        assert Case.objects.filter(closing_as="settled").exclude(stage="closed").exists()


@pytest.mark.parametrize("role", ["police", "relief", "hospital", "federation"])
def test_every_agency_has_work_on_its_monday(role: str) -> None:
    assert my_work(officer=officer(role), at=NOW).todo


def test_each_agency_sees_only_its_share() -> None:
    shares = {role: seen(Case, role, "number") for role in ("police", "relief", "hospital", "federation")}
    assert shares["relief"] - shares["hospital"]
    assert shares["police"] - shares["federation"]
    assert not shares["hospital"] - shares["relief"] - shares["police"]
    _machine, office = the_machine(timezone.now())
    with acting(office, NOW):
        assert not Case.objects.exists()


def test_nothing_passes_for_real() -> None:
    bodies = Agency.objects.filter(key__in=[body.key for body in demonstration.AGENCIES])
    assert all(
        body.is_demonstration and "demonstration" in body.name_en and "演示" in body.name_zh
        for body in bodies
    )
    with acting(officer("relief"), NOW, scope="cases"):
        assert all(case.is_demonstration for case in Case.objects.all())
        ids = list(PersonLink.objects.values_list("person_id", flat=True))
    found = identities_of(officer=officer("relief"), at=NOW, ids=ids, why="test")
    assert found
    assert all(one.display_name.startswith("演示人·") for one in found.values())


def test_the_service_directory_is_there_for_whoever_meets_a_person() -> None:
    assert "shelter" in seen(ServiceOffer, "hospital", "kind")


def test_its_officers_are_given_passwords() -> None:
    given = demonstration.remember_passwords(at=timezone.now())
    assert {one["role"] for one in given} == set(demonstration.ROLES)
    assert all(len(one["password"]) >= 16 for one in given)
