"""Records signing in and out and changes to an officer's keys; decides nothing about them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from concerted.foundation.agencies.models import Officer
from concerted.foundation.audit import acts as audit


def record_sign_in(*, officer: Officer, at: datetime, what: str) -> None:
    """One row of the record; what: signed_in, signed_out, password_changed, second_factor_added, ...

    Needs no appointment: who has none may sign in too, and see nothing.
    """
    with transaction.atomic():
        audit.record(
            at=at,
            kind="sign_in",
            act=f"access.{what}",
            officer_id=officer.pk,
            appointment_id=officer.acting.pk if officer.acting else None,
            agency_id=officer.agency_id,
            subject_kind="agencies.officer",
            subject_id=officer.pk,
        )
