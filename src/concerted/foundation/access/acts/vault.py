"""Turns the master key that wraps every subject's key; it opens nothing that is sealed under them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from concerted.foundation.agencies.models import Officer
from concerted.foundation.vault import acts, keys

from ..door import act
from ..permissions import Permission


@dataclass(frozen=True)
class Turned:
    """The version that wraps now, how many keys were wrapped anew, and the versions destroyed."""

    current: int
    wrapped: int
    retired: tuple[int, ...] = ()

    def audit_detail(self) -> dict[str, Any]:
        """What the record keeps of it."""
        return {"current": self.current, "wrapped": self.wrapped, "retired": list(self.retired)}


@act(Permission.KEYS_ROTATE)
def rotate_keys(
    *,
    officer: Officer,
    at: datetime,
    make_new: bool = True,
    retire: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> Turned:
    """Wrap every subject's key with a new master key, or finish doing so; returns what was done.

    retire: also destroy the old master keys. Raises Unready where the environment names the keys and a new one
    is asked for.
    """
    ring = keys.add_master() if make_new else keys.key_ring()
    wrapped = acts.rewrap(progress=progress)
    return Turned(ring.current, wrapped, tuple(keys.retire_masters()) if retire else ())
