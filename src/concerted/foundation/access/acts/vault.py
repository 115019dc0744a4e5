"""Turns the master key that wraps every subject's key; it opens nothing that is sealed under them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from concerted.foundation.agencies.models import Officer
from concerted.foundation.vault import acts, keys

from ..door import act
from ..permissions import Permission


@dataclass(frozen=True)
class Turned:
    """The version that wraps now, how many keys this step wrapped anew, and the versions it destroyed."""

    current: int
    wrapped: int = 0
    retired: tuple[int, ...] = ()

    def audit_detail(self) -> dict[str, Any]:
        """What the record keeps of it."""
        return {"current": self.current, "wrapped": self.wrapped, "retired": list(self.retired)}


@act(Permission.KEYS_ROTATE)
def add_master_key(*, officer: Officer, at: datetime) -> Turned:
    """Make a new master key and wrap with it from now on. Raises Unready where the environment names the keys."""
    return Turned(keys.add_master().current)


@act(Permission.KEYS_ROTATE)
def wrap_keys(*, officer: Officer, at: datetime) -> Turned:
    """Wrap a batch of subjects' keys with the current master key; call it until it wraps none."""
    return Turned(keys.key_ring().current, acts.rewrap())


@act(Permission.KEYS_ROTATE)
def retire_master_keys(*, officer: Officer, at: datetime) -> Turned:
    """Destroy the old master keys. Raises Conflict while one of them still wraps a key."""
    return Turned(keys.key_ring().current, retired=tuple(acts.retire_masters()))
