"""Every form that is posted holds a key by which it is taken once; a view that does not ask for it says why."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.test import RequestFactory
from tests.attack.test_matrix import own_routes

import concerted
from concerted.interfaces.pages.route import PAGES, PUBLIC, SIGNED_IN

FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.S | re.I)
#: What is posted without asking for the key, and why sending it twice does no harm.
HARMLESS = {
    "concerted.interfaces.pages.agencies.views.account.switch_appointment": "who acts is the same the second time",
    "concerted.interfaces.pages.agencies.views.account.account": "is only looked at",
}


def _templates() -> list[Path]:
    """Those that an officer meets: whoever tells from outside has no session that a key or token could belong to."""
    found = Path(concerted.__file__).parent.rglob("templates/**/*.html")
    return sorted(path for path in found if not path.name.startswith("public_"))


def test_every_posted_form_of_every_template_holds_the_hidden_fields() -> None:
    without = [
        (path.name, opening.strip()[:60])
        for path in _templates()
        for opening, inner in FORM.findall(path.read_text())
        if 'method="post"' in opening.lower() and "{% csrf_token %}" not in inner
    ]
    assert without == []


@pytest.mark.django_db
def test_the_hidden_fields_are_the_token_against_forgery_and_for_an_officer_a_key() -> None:
    template = engines["django"].from_string("{% csrf_token %}")
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    assert 'name="once"' not in template.render({}, request)
    request.officer = object()  # type: ignore[attr-defined]
    shown = [template.render({}, request) for _ in range(2)]
    keys = [re.findall(r'name="once" value="([0-9a-f]{32})"', each) for each in shown]
    assert 'name="csrfmiddlewaretoken"' in shown[0]
    assert len(keys[0]) == len(keys[1]) == 1 and keys[0] != keys[1]


@pytest.mark.thorough
def test_every_page_takes_a_form_once_but_those_that_say_why_twice_is_harmless() -> None:
    """A page for officers asks by its decorator; what is open to everybody keeps nothing of whom it does not know."""
    asking = {route.view for route in own_routes() if PAGES[route.view] is not None}
    others = {route.view for route in own_routes()} - asking
    assert others == (PUBLIC | SIGNED_IN) & others
    assert set(HARMLESS) == SIGNED_IN
