"""For every page with arguments: arguments that exist in a small nation, and whose officer may see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.builders import World

from concerted.foundation.agencies.models import Agency


@dataclass(frozen=True)
class Sample:
    """Arguments of a route, and the agency whose officers they are shown to (the office unless said)."""

    arguments: Mapping[str, Any] = field(default_factory=dict)
    agency: Agency | None = None


def _officer(world: World) -> Sample:
    return Sample({"pk": world.focal_point.pk})


def _appointment(world: World) -> Sample:
    assert world.focal_point.acting is not None
    return Sample({"pk": world.focal_point.acting.pk})


#: route name -> its sample; a route without arguments needs none.
SAMPLES: dict[str, Callable[[World], Sample]] = {
    "agencies:agency": lambda world: Sample({"key": "mca"}),
    "agencies:place": lambda world: Sample({"code": "530000"}),
    "agencies:officer": _officer,
    "agencies:appoint": _officer,
    "agencies:close_officer": _officer,
    "agencies:end_appointment": _appointment,
}

#: Routes that show only what is the officer's own, each with the test that walks them.
OWN: dict[str, str] = {"agencies:revoke_token": "tests/attack/test_own_keys.py"}

__all__ = ["OWN", "SAMPLES", "Sample"]
