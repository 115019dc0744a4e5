"""A key opens what its holder's post opens, never more, and nobody handles the keys of others."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.builders import World, build_world

from concerted.errors import Invalid, NotThere
from concerted.foundation.access import acts
from concerted.foundation.access.keys import open_key
from concerted.foundation.access.models import ApiToken
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world()


def _issue(world: World, officer: Officer) -> tuple[ApiToken, str]:
    return acts.issue_token(
        officer=officer,
        at=world.at,
        label="the ministry's own system",
        scopes=["read"],
        expires_at=world.at + timedelta(days=30),
    )


def test_a_key_acts_under_the_appointment_it_was_issued_for(world: World) -> None:
    token, key = _issue(world, world.focal_point)
    opened = open_key(key, real=world.at, at=world.at)
    assert opened is not None
    assert (opened.token_id, opened.officer, opened.officer.agency) == (
        token.pk,
        world.focal_point,
        world.ministry,
    )


def test_only_a_hash_of_the_key_is_kept(world: World) -> None:
    token, key = _issue(world, world.focal_point)
    secret = key.rpartition(token.prefix + "_")[2]
    assert secret.encode() not in bytes(token.digest)
    assert len(bytes(token.digest)) == 32


@pytest.mark.parametrize("spoiled", ["", "x", "concerted", "concerted_", "concerted_aa_bb"])
def test_a_spoiled_key_opens_nothing(world: World, spoiled: str) -> None:
    assert open_key(spoiled, real=world.at, at=world.at) is None


def test_a_wrong_secret_a_revoked_and_an_expired_key_open_nothing(world: World) -> None:
    token, key = _issue(world, world.focal_point)
    assert open_key(key + "x", real=world.at, at=world.at) is None
    assert open_key(key, real=world.at + timedelta(days=31), at=world.at) is None
    acts.revoke_token(officer=world.focal_point, at=world.at, token=token)
    assert open_key(key, real=world.at, at=world.at) is None


def test_a_key_dies_with_its_appointment(world: World) -> None:
    officer = world.new_officer(world.ministry, "focal_point")
    _token, key = _issue(world, officer)
    assert officer.acting is not None
    acts.end_appointment(
        officer=world.machine, at=world.at, appointment=officer.acting, on=world.at.date(), reason="moved"
    )
    assert open_key(key, real=world.at, at=world.at) is None


def test_a_key_is_not_issued_for_more_than_the_post_holds(world: World) -> None:
    with pytest.raises(Invalid):
        acts.issue_token(
            officer=world.focal_point,
            at=world.at,
            label="too much",
            scopes=[str(Permission.APPOINTMENT_MAKE)],
            expires_at=world.at + timedelta(days=1),
        )


def test_a_colleague_cannot_revoke_my_key_and_learns_nothing_of_it(world: World) -> None:
    token, _key = _issue(world, world.focal_point)
    with pytest.raises(NotThere):
        acts.revoke_token(officer=world.clearer, at=world.at, token=token)
    client = Client()
    client.force_login(world.clearer, backend="allauth.account.auth_backends.AuthenticationBackend")
    theirs = client.post(f"/agencies/account/keys/{token.pk}/revoke/")
    none = client.post(f"/agencies/account/keys/{token.pk + 1000}/revoke/")
    assert (theirs.status_code, none.status_code) == (404, 404)
