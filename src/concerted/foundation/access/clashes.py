"""Tells a clash of two writers, which the database ended by undoing one of them, in plain words; it undoes nothing."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from psycopg.errors import DeadlockDetected, LockNotAvailable, SerializationFailure

from concerted.errors import Conflict


def clash_of(error: BaseException) -> Conflict | None:
    """The conflict to tell where the database undid this writer for another one's sake; None for any other error.

    PostgreSQL ends a ring of transactions that wait for each other by undoing one of them (SQLSTATE 40P01); it may
    do so as late as at the commit, where deferred references are checked.
    """
    if not isinstance(error.__cause__, DeadlockDetected | LockNotAvailable | SerializationFailure):
        return None
    return Conflict(
        _("Somebody else changed the same at the same moment. Nothing of yours was saved."),
        remedy=_("Do it again."),
    )
