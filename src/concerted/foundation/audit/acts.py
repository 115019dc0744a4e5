"""Writes the record of acts and looks inside the caller's transaction; never changes a row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

_INSERT = (
    "INSERT INTO audit_auditentry"
    " (at, kind, act, officer_id, appointment_id, agency_id, subject_kind, subject_id, detail)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb)"
)


def record(
    *,
    at: datetime,
    kind: str,
    act: str,
    officer_id: int | None,
    appointment_id: int | None,
    agency_id: int | None,
    subject_kind: str = "",
    subject_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Insert one row; the database adds its transaction, epoch and own clock.

    Raises TransactionManagementError outside a transaction: a record must stand or fall with its act.
    """
    connection.validate_no_broken_transaction()
    if not connection.in_atomic_block:
        from django.db.transaction import TransactionManagementError

        raise TransactionManagementError("an audit row is written only inside the transaction of its act")
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            [
                at,
                kind,
                act,
                officer_id,
                appointment_id,
                agency_id,
                subject_kind,
                subject_id,
                json.dumps(detail or {}, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True),
            ],
        )
