"""Reads the mechanism's clock, keys and record, and records what leaves it; decides no permission."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date, datetime

from django.utils import timezone

from concerted.foundation.agencies.models import Appointment, Officer
from concerted.foundation.audit.models import AuditEntry
from concerted.foundation.audit.reads import EntryFilter, entries

from .door import look
from .models import ApiToken, ClockSetting
from .permissions import Permission


def demonstration_clock() -> ClockSetting | None:
    """The demonstration's clock, or None where the calendar rules."""
    return ClockSetting.objects.filter(demonstration_date__isnull=False).first()


def mechanism_now() -> datetime:
    """The present moment of the mechanism: the real one, or in a demonstration the same hour of its date."""
    real = timezone.localtime()
    clock = demonstration_clock()
    if clock is None or clock.demonstration_date is None:
        return real
    day = clock.demonstration_date
    return real.replace(year=day.year, month=day.month, day=day.day)


@look(Permission.TABLE_EXPORT, recorded=True, record=("name",))
def table_taken(*, officer: Officer, at: datetime, name: str) -> str:
    """Record that the officer takes the table of this name away as a file; returns the name."""
    return name


def tokens_of(*, officer: Officer) -> list[ApiToken]:
    """Every key ever issued to the officer, newest first."""
    return list(
        ApiToken.objects.filter(appointment__officer=officer)
        .select_related("appointment__post__agency")
        .order_by("-created_at")
    )


def token_by_id(*, officer: Officer, number: int) -> ApiToken | None:
    """The officer's own key of that number, or None."""
    return (
        ApiToken.objects.filter(pk=number, appointment__officer=officer)
        .select_related("appointment__post__agency", "appointment__officer")
        .first()
    )


def token_for(*, key: str, now: datetime) -> ApiToken | None:
    """The key in force that this text opens, or None; compares in constant time. now: the real time.

    Whether its appointment is live the door asks with every act.
    """
    mark, _, rest = key.partition("_")
    prefix, _, secret = rest.partition("_")
    token = (
        ApiToken.objects.filter(prefix=prefix, revoked_at=None, expires_at__gt=now)
        .select_related("appointment__post__agency", "appointment__officer")
        .first()
    )
    digest = hashlib.sha256(secret.encode()).digest()
    kept = bytes(token.digest) if token is not None else bytes(32)
    fits = hmac.compare_digest(kept, digest)
    return token if fits and mark == "concerted" else None


def officer_of_token(*, token: ApiToken, on: date) -> Officer:
    """The key's officer acting under the key's own appointment; `acting` is None when that is not live."""
    appointment: Appointment = token.appointment
    officer = appointment.officer
    live = Appointment.objects.live(on).filter(pk=appointment.pk).exists()
    officer.acting = appointment if live else None
    return officer


@look(Permission.AUDIT_READ, recorded=True)
def record_page(
    *, officer: Officer, at: datetime, wanted: EntryFilter, before: int | None = None, limit: int = 50
) -> list[AuditEntry]:
    """Rows of the record, newest first, with an id below `before`; looking at it is recorded too."""
    return entries(wanted=wanted, before=before, limit=limit)
