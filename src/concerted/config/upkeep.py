"""What the owner of the tables does to finish erasures; it decides none."""

from __future__ import annotations

from django.db import connection

from concerted.foundation.audit.acts import ensure_epoch
from concerted.foundation.vault import acts, tombstones


def finish_erasures() -> int:
    """Destroy every key that the ledger names and that still stands, as after a crash; returns how many."""
    ensure_epoch()
    return len(acts.reapply(tombstones.standing()))


def forget_destroyed_keys() -> None:
    """Rewrite the table of keys and move on from the log that still holds their bytes; the table is locked
    for its length."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM FULL vault_subjectkey")
