"""Turns the master key that wraps every subject's key; it opens nothing that is sealed under them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from concerted.errors import Stale
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
def add_master_key(*, officer: Officer, at: datetime, after: int) -> Turned:
    """Make a new master key and wrap with it from now on.

    after: the version that wraps now. Raises Stale when it is another one, Unready where the environment names
    the keys.
    """
    _refuse_other(after)
    return Turned(keys.add_master().current)


@act(Permission.KEYS_ROTATE)
def wrap_keys(*, officer: Officer, at: datetime) -> Turned:
    """Wrap a batch of subjects' keys (vault.acts.BATCH) with the current master key; call it until it wraps none."""
    return Turned(keys.key_ring().current, acts.rewrap())


@act(Permission.KEYS_ROTATE)
def retire_master_keys(*, officer: Officer, at: datetime, keeping: int) -> Turned:
    """Destroy every master key but the one that wraps now, for ever.

    keeping: its version. Raises Stale when it is another one, Conflict while an old one still wraps a key.
    """
    _refuse_other(keeping)
    return Turned(keeping, retired=tuple(acts.retire_masters()))


def _refuse_other(expected: int) -> None:
    keys.forget()  # another process may have turned the key meanwhile
    if keys.key_ring().current != expected:
        raise Stale(
            _("Another master key wraps now than was expected."),
            remedy=_("Look at the state of the vault first."),
        )
