"""Makes subjects' keys, seals rows under them, wraps the keys anew and destroys them; the guarded acts of the
rooms above call it, and it never decides who may."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from concerted.errors import Conflict, NotThere

from . import keys, tombstones
from .keys import key_ring
from .models import SealedRow, SubjectKey
from .reads import data_key, data_keys, unwrapped, wrapping_place
from .sealing import Erased, new_key, seal
from .tombstones import Tombstone

Row = TypeVar("Row", bound=SealedRow)
BATCH = 2000


def new_subject(*, at: datetime, subject: UUID | None = None) -> UUID:
    """Make a subject with a key of its own; what is sealed under it is erased by destroying this key.

    subject: its number, drawn at random (version 4) where none is given. Raises Unready as key_ring does.
    """
    return new_subjects(at=at, subjects=[subject or uuid4()])[0]


def new_subjects(*, at: datetime, subjects: Sequence[UUID]) -> list[UUID]:
    """Make many subjects at once, one insert for all; returns them in order. Raises as new_subject does."""
    ring = key_ring()
    SubjectKey.objects.bulk_create(
        [
            SubjectKey(
                subject=subject,
                wrapped=seal(ring.master(ring.current), wrapping_place(subject, ring.current), new_key()),
                master_version=ring.current,
                created_at=at,
            )
            for subject in subjects
        ]
    )
    return list(subjects)


def keep(row: Row, values: Mapping[str, Any]) -> Row:
    """Seal the values into the row, drawing its number when it has none; save the row afterwards.

    values: what JSON can hold, dates and decimals besides; AES-256-GCM seals them (see sealing.seal). Raises Erased
    where the subject was erased, NotThere where there is none.
    """
    return keep_all([(row, values)])[0]


def keep_all(rows: Iterable[tuple[Row, Mapping[str, Any]]]) -> list[Row]:
    """Seal the values of many rows, of one or several subjects; returns the rows. Raises as keep does.

    One query for the keys, and one for the numbers of each table.
    """
    pairs = list(rows)
    opened = data_keys(row.subject for row, _values in pairs)
    _number([row for row, _values in pairs if row.pk is None])
    for row, values in pairs:
        key = opened.get(row.subject) or data_key(row.subject)
        row.sealed = seal(key, row.place(), json_bytes(values))
    return [row for row, _values in pairs]


def json_bytes(values: Mapping[str, Any]) -> bytes:
    """The values as JSON (RFC 8259) in UTF-8, without spaces; dates and decimals as texts."""
    return json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":")).encode()


def _number(rows: Sequence[SealedRow]) -> None:
    """Draw the rows' numbers from their table's sequence, so that each is known before it is sealed."""
    by_model: dict[type[models.Model], list[SealedRow]] = {}
    for row in rows:
        by_model.setdefault(type(row), []).append(row)
    for model, lacking in by_model.items():
        table = connection.ops.quote_name(model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, len(lacking)],
            )
            for row, (number,) in zip(lacking, cursor.fetchall(), strict=True):
                row.pk = number


def destroy_key(*, subject: UUID, at: datetime, reason: str) -> Tombstone:
    """Destroy the subject's key for ever; what was sealed under it stays as bytes that nothing opens.

    The tombstone is written and synced before the database commits: after a crash between the two the
    erasure is finished by `reapply`, and never undone. Raises NotThere, or Erased where it was done before.
    """
    with transaction.atomic():
        row = SubjectKey.objects.select_for_update().filter(subject=subject).first()
        if row is None:
            raise NotThere(_("There is no such subject."))
        if row.destroyed_at is not None:
            raise Erased(_("This subject was erased before."))
        stone = tombstones.add(subject=subject, at=at, reason=reason)
        SubjectKey.objects.filter(pk=row.pk).update(wrapped=b"", destroyed_at=at)
        return stone


def reapply(stones: Iterable[Tombstone]) -> list[UUID]:
    """Destroy again every key that a tombstone names and that stands here, as after a restore; returns these."""
    done = []
    with transaction.atomic():
        for stone in stones:
            changed = SubjectKey.objects.filter(subject=stone.subject, destroyed_at=None).update(
                wrapped=b"", destroyed_at=stone.at
            )
            if changed:
                done.append(stone.subject)
    return done


def rewrap(*, most: int = BATCH) -> int:
    """Wrap so many keys with the current master key; returns how many were: 0 when none is left to wrap.

    What is sealed under the keys stays as it is. Keys that another transaction holds wait for the next call.
    """
    ring = key_ring()
    with transaction.atomic():
        rows = list(
            SubjectKey.objects.select_for_update(skip_locked=True)
            .filter(destroyed_at=None)
            .exclude(master_version=ring.current)
            .order_by("subject")[:most]
        )
        for row in rows:
            key = unwrapped(row)
            row.wrapped = seal(ring.master(ring.current), wrapping_place(row.subject, ring.current), key)
            row.master_version = ring.current
        SubjectKey.objects.bulk_update(rows, ["wrapped", "master_version"], batch_size=500)
    return len(rows)


def retire_masters() -> list[int]:
    """Destroy every master key but the current one; returns their versions. Raises Conflict while any subject's
    key is wrapped by one of them."""
    left = SubjectKey.objects.filter(destroyed_at=None).exclude(master_version=key_ring().current).count()
    if left:
        raise Conflict(
            _("%(left)s keys are still wrapped by an older master key.") % {"left": left},
            remedy=_("Wrap them first: concerted vault rotate --resume"),
        )
    return keys.retire_masters()
