"""Which key opens a case: one whose scopes say so, in force, of a live post; and what is kept of an answer."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.interfaces.api.case_machines import CASE_SCOPES, Callers, build_callers

from concerted.errors import Invalid
from concerted.foundation.access import acts
from concerted.foundation.access.models import ApiToken, IdempotentAnswer
from concerted.foundation.access.permissions import Permission
from concerted.interfaces.api.call import OPERATIONS
from concerted.mechanism.cases.models import FileNote

pytestmark = pytest.mark.django_db


@pytest.fixture
def callers() -> Callers:
    return build_callers()


def test_a_key_issued_for_everything_else_opens_no_case(callers: Callers) -> None:
    old = callers.limited(callers.world.worker(callers.world.police), "read", "write")
    asked = [old.get("/cases"), old.get(callers.at()), old.get("/case-work"), old.get("/intake-reports")]
    asked.append(old.post(callers.at("/notes"), {"text": "a note"}))
    assert {answer.status_code for answer in asked} == {404}
    assert old.get("/me").status_code == 200


def test_a_key_to_read_cases_writes_none(callers: Callers) -> None:
    reader = callers.limited(callers.world.worker(callers.world.police), "cases:read")
    assert reader.get(callers.at()).status_code == 200
    assert reader.post(callers.at("/notes"), {"text": "a note"}).status_code == 404
    assert reader.get("/plans").status_code == 403
    with callers.world.at_case_work(callers.world.worker(callers.world.police)):
        assert not FileNote.objects.exists()


def test_a_key_for_one_permission_of_case_work_opens_no_other(callers: Callers) -> None:
    key = callers.limited(callers.world.worker(callers.world.police), str(Permission.REFERRAL_READ))
    assert key.get("/referrals").status_code == 200
    assert key.get(callers.at()).status_code == 404


def test_what_takes_a_case_away_is_opened_by_its_name_alone(callers: Callers) -> None:
    officer = callers.world.worker(callers.world.police)
    address = f"/case-exports/htcds?number={callers.case.number}&why=asked for"
    assert callers.limited(officer, *CASE_SCOPES).get(address).status_code == 404
    assert callers.limited(officer, str(Permission.CASE_EXPORT)).get(address).status_code == 200


def test_a_post_that_meets_no_case_gets_no_key_to_one(callers: Callers) -> None:
    for officer in (callers.world.secretariat, callers.world.focal_point):
        with pytest.raises(Invalid):
            callers.limited(officer, "cases:read")


@pytest.mark.parametrize(("function", "status"), [("case_worker", 200), ("focal_point", 400)])
def test_an_officer_issues_a_key_to_cases_on_his_own_page_where_his_post_meets_any(
    callers: Callers, settings: Any, function: str, status: int
) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    officer = callers.world.officer_for(callers.world.police, function)
    client = Client()
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    asked = {"label": "our register", "scopes": ["cases:read"], "days": "30"}
    assert client.post(reverse("agencies:issue_token"), asked).status_code == status
    assert ApiToken.objects.filter(appointment=officer.acting).exists() is (status == 200)


def test_a_key_that_has_ended_opens_no_case(callers: Callers) -> None:
    world = callers.world
    revoked, expired, left = (world.new_officer(world.police, "case_worker") for _each in range(3))
    keys = [callers.limited(one, *CASE_SCOPES) for one in (revoked, expired, left)]
    assert {key.get(callers.at()).status_code for key in keys} == {200}
    acts.revoke_token(officer=revoked, at=world.at, token=ApiToken.objects.get(appointment=revoked.acting))
    ApiToken.objects.filter(appointment=expired.acting).update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )
    assert left.acting is not None
    acts.end_appointment(
        officer=world.machine, at=world.at, appointment=left.acting, on=world.at.date(), reason="moved"
    )
    assert {key.get(callers.at()).status_code for key in keys} == {401}
    assert {key.post(callers.at("/notes"), {"text": "late"}).status_code for key in keys} == {401}


def test_a_key_of_another_post_of_the_same_officer_carries_that_post_alone(callers: Callers) -> None:
    """An officer who moved to another agency reads with his new key what the new agency may read."""
    moved = callers.limited(callers.world.worker(callers.world.station), *CASE_SCOPES)
    assert moved.get(callers.at()).status_code == 404


def test_what_was_answered_about_a_person_is_kept_sealed_under_the_key_of_whoever_asked(
    callers: Callers,
) -> None:
    chief, note = callers.chief, {"text": "王小红 lives in the canary house"}
    first = chief.post(callers.at("/notes"), note, key="note-of-a-case")
    again = chief.post(callers.at("/notes"), note, key="note-of-a-case")
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.json(), again["Idempotent-Replay"]) == (first.json(), "true")
    kept = IdempotentAnswer.objects.get(key="note-of-a-case")
    assert str(first.json()["id"]) not in kept.body and "{" not in kept.body
    in_clear = b"POST\n/api/v1" + callers.at("/notes").encode()
    assert kept.fingerprint != hashlib.sha256(in_clear).hexdigest()


def test_a_retry_by_another_key_of_the_same_officer_opens_nothing(callers: Callers) -> None:
    officer = callers.world.worker(callers.world.police)
    first, second = (callers.limited(officer, *CASE_SCOPES) for _each in range(2))
    assert first.post(callers.at("/notes"), {"text": "once"}, key="same-for-both").status_code == 201
    other = second.post(callers.at("/notes"), {"text": "once"}, key="same-for-both")
    assert (other.status_code, other.json()["faults"][0]["field"]) == (422, "Idempotency-Key")


def test_every_operation_on_persons_and_cases_is_closed_to_keys_for_everything_else() -> None:
    """An operation of case work that were opened by a permission of another part would let an old key in."""
    outside = {"concerted.interfaces.api.cases.entitlements.check"}
    opened = {
        name for name, permission in OPERATIONS.items() if ".api.cases." in name and not permission.is_secret
    }
    assert opened == outside
