"""Signing in: one answer for every failure, locks that end, and sessions that end with what they stood on."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from tests.builders import PASSWORD, World, build_world
from tests.record import the_record

from concerted.foundation.access import acts
from concerted.foundation.access.models import Remembered
from concerted.foundation.access.reads import mechanism_now
from concerted.foundation.agencies.models import Officer

pytestmark = pytest.mark.django_db

SIGN_IN = "/account/login/"
ACCOUNT = "/agencies/account/"


@pytest.fixture
def world() -> World:
    return build_world(at=mechanism_now())


@pytest.fixture
def officer(world: World) -> Officer:
    return world.new_officer(world.ministry, "focal_point", password=PASSWORD)


def _sign_in(client: Client, username: str, password: str = PASSWORD) -> int:
    return client.post(SIGN_IN, {"login": username, "password": password}).status_code


def _is_in(client: Client) -> bool:
    return client.get(ACCOUNT).status_code == 200


def _without_what_was_typed(page: bytes, username: str) -> str:
    """The page without the name, tokens of the form, and the minute it was printed."""
    text = re.sub(r"· [\d-]+ [\d:]+</p>", "· MINUTE</p>", page.decode().replace(username, "USERNAME"))
    return re.sub(r'(csrf\w*"[^>]*value=|data-csrf=|nonce=)"[^"]*"', r'\1""', text)


def test_an_officer_signs_in_with_username_and_password_and_out_again(officer: Officer) -> None:
    client = Client()
    assert _sign_in(client, officer.username) == 302
    assert _is_in(client)
    client.post("/account/logout/")
    assert not _is_in(client)
    told = the_record(kind="sign_in", officer_id=officer.pk).order_by("id")
    assert [row.act for row in told] == ["access.signed_in", "access.signed_out"]


def test_passwords_are_kept_by_argon2id(officer: Officer) -> None:
    assert Officer.objects.get(pk=officer.pk).password.startswith("argon2$argon2id$")


def test_wrong_password_unknown_name_and_closed_account_get_the_same_page(
    world: World, officer: Officer
) -> None:
    closed = world.new_officer(world.ministry, "clearer", password=PASSWORD)
    acts.deactivate_officer(officer=world.machine, at=world.at, retired=closed, reason="left")
    tries = [(officer.username, "wrong"), ("nobody-at-all", "wrong"), (closed.username, PASSWORD)]
    pages = {
        _without_what_was_typed(Client().post(SIGN_IN, {"login": name, "password": word}).content, name)
        for name, word in tries
    }
    assert len(pages) == 1


def test_known_and_unknown_names_are_locked_alike(officer: Officer) -> None:
    for name in (officer.username, "nobody-at-all"):
        client = Client()
        answers = [_sign_in(client, name, "wrong") for _ in range(6)]
        assert answers[0] == 200
        assert answers[-1] == 429


def test_an_attacker_elsewhere_does_not_lock_the_officer_out(officer: Officer) -> None:
    attacker = Client(REMOTE_ADDR="203.0.113.7")
    for _ in range(7):
        _sign_in(attacker, officer.username, "wrong")
    assert _sign_in(Client(REMOTE_ADDR="198.51.100.4"), officer.username) == 302


def test_a_claimed_proxy_address_does_not_escape_the_lock(officer: Officer) -> None:
    answers = [
        Client(HTTP_X_FORWARDED_FOR=f"192.0.2.{n}")
        .post(SIGN_IN, {"login": officer.username, "password": "wrong"})
        .status_code
        for n in range(7)
    ]
    assert answers[-1] == 429


@pytest.mark.parametrize(("seen", "began"), [(31 * 60, 31 * 60), (0, 13 * 3600)])
def test_a_session_ends_after_idle_and_after_absolute_time(officer: Officer, seen: int, began: int) -> None:
    client = Client()
    _sign_in(client, officer.username)
    assert _is_in(client)
    session, now = client.session, timezone.now().timestamp()
    session["seen"], session["began"] = now - seen, now - began
    session.save()
    assert not _is_in(client)


def test_a_new_password_ends_the_other_sessions(world: World, officer: Officer) -> None:
    client = Client()
    _sign_in(client, officer.username)
    acts.set_password(
        officer=world.machine, at=world.at, holder=officer, password="another plain sentence for tests"
    )
    assert not _is_in(client)


def test_closing_the_account_ends_its_sessions(world: World, officer: Officer) -> None:
    client = Client()
    _sign_in(client, officer.username)
    acts.deactivate_officer(officer=world.machine, at=world.at, retired=officer, reason="left")
    assert not _is_in(client)


def test_the_end_of_an_appointment_ends_the_session_that_acted_in_it(world: World, officer: Officer) -> None:
    client = Client()
    _sign_in(client, officer.username)
    assert _is_in(client)
    assert officer.acting is not None
    acts.end_appointment(
        officer=world.machine,
        at=world.at,
        appointment=officer.acting,
        on=world.at.date() - timedelta(days=1),
        reason="moved",
    )
    assert not _is_in(client)


def test_an_officer_with_two_appointments_chooses_and_cannot_choose_anothers(
    world: World, officer: Officer
) -> None:
    second = acts.appoint_to_new_post(
        officer=world.machine,
        at=world.at,
        appointee=officer,
        agency=world.office,
        function="evaluator",
        title_en="Evaluation",
        valid_from=world.at.date(),
    )
    client = Client()
    _sign_in(client, officer.username)
    assert client.get("/agencies/record/").status_code == 404
    client.post("/agencies/account/act/", {"appointment": second.pk})
    assert client.get("/agencies/record/").status_code == 200
    stranger = world.administrator.acting
    assert stranger is not None
    assert client.post("/agencies/account/act/", {"appointment": stranger.pk}).status_code == 404


def test_a_post_that_needs_a_second_factor_opens_nothing_without_one(officer: Officer, settings: Any) -> None:
    settings.REQUIRE_MFA = frozenset({"focal_point"})
    client = Client()
    _sign_in(client, officer.username)
    answer = client.get("/agencies/")
    assert (answer.status_code, answer["Location"]) == (302, "/account/2fa/")
    assert client.get("/account/2fa/").status_code in (200, 302)


def test_nobody_registers_himself() -> None:
    client = Client()
    client.post("/account/signup/", {"username": "me", "password1": PASSWORD, "password2": PASSWORD})
    assert not Officer.objects.filter(username="me").exists()


def test_a_second_factors_secret_is_kept_encrypted(officer: Officer) -> None:
    from allauth.mfa.adapter import get_adapter

    kept = get_adapter().encrypt("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in kept
    assert get_adapter().decrypt(kept) == "JBSWY3DPEHPK3PXP"


def test_a_one_time_code_opens_one_session_and_every_process_knows_that_it_is_used(officer: Officer) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value

    secret = generate_totp_secret()
    TOTP.activate(officer, secret)
    code = format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30))
    inside = []
    for _twice in range(2):
        client = Client()
        _sign_in(client, officer.username)
        client.post("/account/2fa/authenticate/", {"code": code})
        inside.append(_is_in(client))
    assert inside == [True, False]
    kept = Remembered.objects.filter(value="y").get()
    assert officer.username not in kept.name and re.fullmatch("[0-9a-f]{64}", kept.name)


def test_what_is_remembered_is_forgotten_at_its_moment_and_not_before() -> None:
    assert cache.add("code", "y", timeout=60) and not cache.add("code", "z", timeout=60)
    assert cache.get("code") == "y" and cache.get("another", "nothing") == "nothing"
    cache.set("code", [1.5, 2], timeout=None)
    assert cache.get("code") == [1.5, 2]
    assert cache.touch("code", timeout=-1) and cache.get("code") is None
    assert cache.add("code", "again", timeout=60) and cache.delete("code") and not cache.delete("code")
    cache.set("gone", 1, timeout=0)
    assert "gone" not in cache
    cache.set("kept", 1)
    cache.clear()
    assert not Remembered.objects.exists()
