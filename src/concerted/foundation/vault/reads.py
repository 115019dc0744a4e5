"""Opens what is sealed, for rows the caller may see; it records no look and decides no permission."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from concerted.errors import NotThere

from .keys import key_ring
from .models import SealedRow, SubjectKey
from .sealing import Erased, Place, unseal


def data_keys(subjects: Iterable[UUID]) -> dict[UUID, bytes]:
    """The open keys (32 bytes) of these subjects, one query for all; those destroyed or unknown are left out.

    Keep them no longer than the transaction: a key kept longer would outlive its erasure.
    """
    rows = SubjectKey.objects.filter(subject__in=set(subjects), destroyed_at=None)
    return {row.subject: unwrapped(row) for row in rows}


def data_key(subject: UUID) -> bytes:
    """The open key of one subject. Raises Erased when it was destroyed, NotThere when there is none."""
    row = SubjectKey.objects.filter(subject=subject).first()
    if row is None:
        raise NotThere(_("There is no such subject."))
    if row.destroyed_at is not None:
        raise _erased()
    return unwrapped(row)


def is_erased(subject: UUID) -> bool:
    """Whether the subject's key was destroyed."""
    return SubjectKey.objects.filter(subject=subject, destroyed_at__isnull=False).exists()


def unwrapped(row: SubjectKey) -> bytes:
    """The data key (32 bytes) inside the row.

    Raises Tampered where it was changed or moved, Unready where its master key is missing.
    """
    master = key_ring(needing=row.master_version).master(row.master_version)
    return unseal(master, wrapping_place(row.subject, row.master_version), bytes(row.wrapped))


def wrapping_place(subject: UUID, version: int) -> Place:
    """What a wrapped key is bound to: its subject and the version that wraps it."""
    return Place("vault_subjectkey", str(version), "wrapped", subject)


def opened(row: SealedRow) -> dict[str, Any]:
    """The values sealed in one row. Raises Erased, Tampered, or NotThere where its subject never had a key."""
    return _opened(row, data_key(row.subject))


def opened_all(rows: Sequence[SealedRow]) -> list[dict[str, Any] | None]:
    """The values sealed in each row, in order, with one query for the keys; None where they were erased.

    Raises Tampered for a row that does not open.
    """
    keys = data_keys(row.subject for row in rows)
    return [_opened(row, keys[row.subject]) if row.subject in keys else None for row in rows]


def _opened(row: SealedRow, key: bytes) -> dict[str, Any]:
    values: Mapping[str, Any] = json.loads(unseal(key, row.place(), bytes(row.sealed)))
    return dict(values)


def _erased() -> Erased:
    return Erased(_("What was kept about this subject has been erased."))
