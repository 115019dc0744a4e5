"""Who works on cases begins there: at My work after signing in, with case work first in the menu."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils.translation import override
from tests.builders import PASSWORD, CaseWorld

from concerted.foundation.agencies.models import Agency, Post
from concerted.mechanism.cases.state_words import REFERRAL_ACTS, REFERRAL_STATES

pytestmark = pytest.mark.django_db


def _signed_in(world: CaseWorld, agency: Agency, function: str) -> tuple[Client, str]:
    officer = world.new_officer(agency, function, password=PASSWORD)
    browser = Client(HTTP_ACCEPT_LANGUAGE="zh-hans")
    front = browser.get("/")
    sent = browser.post(front["Location"], {"login": officer.username, "password": PASSWORD})
    assert sent.status_code == 302
    return browser, sent["Location"]


def test_a_case_worker_lands_on_my_work_and_finds_it_first_in_the_menu(world: CaseWorld) -> None:
    browser, begins_at = _signed_in(world, world.police, Post.Function.CASE_WORKER)
    assert begins_at == "/cases/"
    menu = re.findall(r'class="c-nav__link" href="([^"]+)"', browser.get("/cases/").content.decode())
    assert menu[0] == "/cases/" and "/" in menu


def test_an_officer_of_the_plan_still_lands_on_the_monday_page(world: CaseWorld) -> None:
    _browser, begins_at = _signed_in(world, world.police, Post.Function.PROVINCIAL_OFFICE)
    assert begins_at == "/"


def test_the_words_for_taking_a_referral_and_for_its_state_agree() -> None:
    with override("zh-hans"):
        assert (str(REFERRAL_ACTS["accept"]), str(REFERRAL_STATES["accepted"])) == ("接收", "已接收")
