"""A nation with an open period, seen through a signed-in browser without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.mechanism.plan.reporting_world import Reporting, build_reporting

from concerted.foundation.agencies.models import Officer

SignedIn = Callable[[Officer], Client]


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any) -> None:
    """Pages are shown without the prepared assets."""
    storage = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": storage}}


@pytest.fixture
def nation(db: None) -> Reporting:
    """The tests' plan with its first quarter open."""
    nation = build_reporting()
    for officer in (nation.world.focal_point, nation.world.secretariat, nation.world.provincial):
        assert officer.acting is not None
    nation.open()
    return nation


@pytest.fixture
def signed_in(nation: Reporting) -> SignedIn:
    """A client in which the officer is signed in, on the mechanism's Monday."""
    from concerted.foundation.access.acts import set_demonstration_clock

    world = nation.world
    set_demonstration_clock(officer=world.administrator, at=world.at, day=world.at.date(), seed=1)

    def sign_in(officer: Officer) -> Client:
        client = Client()
        client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
