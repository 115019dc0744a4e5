"""What tests of case-work pages share: the world on its Monday, and assets linked by their plain names."""

from __future__ import annotations

from typing import Any

import pytest
from tests.builders import CaseWorld, build_case_world

from concerted.foundation.access import acts as access
from concerted.interfaces.pages.cases import pace


@pytest.fixture
def world(db: None) -> CaseWorld:
    found = build_case_world()
    access.set_demonstration_clock(officer=found.machine, at=found.at, day=found.at.date(), seed=1)
    return found


@pytest.fixture(autouse=True)
def _no_report_sent_yet() -> None:
    """Each test is a connection of its own: what others sent to the public form does not count."""
    pace.forget()


@pytest.fixture(autouse=True)
def _plain_static_names(settings: Any) -> None:
    """The pages link assets by name, collected or not."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
