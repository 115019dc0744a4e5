"""Every page and every act opens for exactly the posts that the policy table names, asked one by one."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import DjangoDbBlocker
from tests.attack.samples import OWN, SAMPLES, Sample
from tests.attack.whole import Whole, build_whole
from tests.builders import World
from tests.standing import kept_in, standing

import concerted
from concerted.errors import Refused
from concerted.foundation.access.door import DOORS, GUARDED
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import TABLE, holds
from concerted.foundation.agencies.models import Officer, Post
from concerted.interfaces.pages.route import PAGES, PUBLIC, SIGNED_IN

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FUNCTIONS = Post.Function.values
#: What libraries serve and guard: signing in (allauth), the language switch (Django), the API (ninja).
THIRD_PARTY = ("account/", "language/", "api/")
DUMMIES = {"int": 987654321, "slug": "no-such-thing", "str": "nothing", "path": "nothing", "uuid": "0" * 32}


@dataclass(frozen=True)
class Route:
    """One address of the site."""

    path: str
    name: str
    view: str
    arguments: dict[str, Any]

    @property
    def permission(self) -> Permission | None:
        return PAGES.get(self.view)


def _routes() -> list[Route]:
    return list(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: list[Any], space: str, above: str) -> Iterator[Route]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, inner, above + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            view = f"{pattern.callback.__module__}.{pattern.callback.__name__}"
            kinds = {
                name: type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
                for name, converter in pattern.pattern.converters.items()
            }
            arguments = {name: DUMMIES.get(kind, "nothing") for name, kind in kinds.items()}
            yield Route(above + str(pattern.pattern), f"{space}{pattern.name}", view, arguments)


def own_routes() -> list[Route]:
    """The addresses that are not a library's."""
    return [route for route in _routes() if not route.path.startswith(THIRD_PARTY)]


def _client(world: World, officer: Officer | None) -> Client:
    client = Client(raise_request_exception=False)
    if officer is not None:
        client.force_login(officer, backend=BACKEND)
        session = client.session
        session["appointment"] = officer.acting.pk if officer.acting else None
        session.save()
    return client


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the files of the whole nation lie."""
    return tmp_path_factory.mktemp("whole")


@pytest.fixture(autouse=True)
def own_vault_folder(folder: Path) -> Iterator[Path]:
    """The tests of this file share one nation, and so the folder of its stored files."""
    with override_settings(**kept_in(folder)):
        yield folder


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker, folder: Path) -> Iterator[Whole]:
    with standing(build_whole, blocker=django_db_blocker, folder=folder) as made:
        yield made


@pytest.fixture
def whole(built: Whole, db: None) -> Whole:
    return deepcopy(built)


@pytest.fixture
def world(whole: Whole) -> World:
    return whole.world


def test_every_page_says_which_permission_opens_it() -> None:
    undecorated = sorted({route.view for route in own_routes()} - set(PAGES))
    assert undecorated == []


def test_every_permission_is_given_by_the_table_to_somebody() -> None:
    assert {grant.permission for grant in TABLE} == set(Permission)


def test_without_signing_in_only_public_pages_open(world: World) -> None:
    client = _client(world, None)
    opened = []
    for route in own_routes():
        answer = client.get(reverse(route.name, kwargs=route.arguments))
        to_sign_in = answer.status_code == 302 and answer["Location"].startswith("/account/login/")
        if route.view not in PUBLIC and not to_sign_in:
            opened.append((route.name, answer.status_code))
    assert opened == []


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.long)])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_page_does_not_exist_for_posts_the_table_does_not_name(
    world: World, function: str, every: bool
) -> None:
    """Every page is asked for by every post; each is also sent something by a third of them in turn, by all in the
    long run."""
    officer = world.officer_for(world.office, function)
    client = _client(world, officer)
    missing = client.get("/agencies/no-such-thing-at-all/").status_code
    told_apart = []
    for number, route in enumerate(own_routes(), start=FUNCTIONS.index(function)):
        if route.permission is None or holds(officer, route.permission):
            continue
        for method in (client.get, client.post) if every or number % 3 == 0 else (client.get,):
            answer = method(reverse(route.name, kwargs=route.arguments))
            if answer.status_code != missing:
                told_apart.append((route.name, method.__name__, answer.status_code))
    assert missing == 404
    assert told_apart == []


def test_every_page_with_arguments_has_a_sample() -> None:
    lacking = [
        route.name
        for route in own_routes()
        if route.arguments
        and route.view not in PUBLIC
        and route.name not in SAMPLES
        and route.name not in OWN
    ]
    assert lacking == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_page_opens_for_every_post_the_table_names(whole: Whole, function: str) -> None:
    world = whole.world
    shut = []
    clients: dict[int, Client] = {}
    for route in own_routes():
        if route.view in PUBLIC or route.name in OWN:
            continue
        if route.arguments and route.name not in SAMPLES:
            continue  # told by test_every_page_with_arguments_has_a_sample
        sample = SAMPLES[route.name](whole) if route.arguments else Sample({})
        officer = world.officer_for(sample.agency or world.office, function)
        if route.view not in SIGNED_IN and not holds(officer, PAGES[route.view] or Permission.AGENCY_READ):
            continue
        client = clients.get(officer.pk) or _client(world, officer)
        clients[officer.pk], signed_in = client, dict(client.cookies)
        answer = client.get(reverse(route.name, kwargs=dict(sample.arguments)))
        if dict(client.cookies) != signed_in:  # the page signed out, or in anew
            del clients[officer.pk]
        if answer.status_code in (401, 403, 404) or answer.status_code >= 500:
            shut.append((route.name, answer.status_code))
    assert shut == []


def _every_act() -> dict[str, Permission]:
    """The guarded functions of all parts, each imported first."""
    for module in pkgutil.walk_packages(concerted.__path__, "concerted."):
        parts = module.name.split(".")
        if {"acts", "reads"} & set(parts) and "migrations" not in parts:
            import_module(module.name)
    return GUARDED


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_door_of_every_act_opens_for_exactly_the_posts_the_table_names(
    world: World, function: str
) -> None:
    officer = world.officer_for(world.office, function)
    wrong = []
    for name, permission in _every_act().items():
        try:
            DOORS[name](officer=officer, at=world.at)
            refused = False
        except Refused:
            refused = True
        except Exception:
            refused = False  # past the first door: what is missing are the act's own keywords
        own_rows = [g for g in TABLE if g.permission is permission and function in g.functions]
        reaches_any = any("any" in grant.reach for grant in own_rows)
        if refused and holds(officer, permission) and reaches_any:
            wrong.append((name, "refused"))
        if not refused and not holds(officer, permission):
            wrong.append((name, "open"))
    assert wrong == []
