"""Reads the mechanism's clock, keys and record, and records what leaves it; decides no permission."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from concerted.foundation.agencies.models import Officer
from concerted.foundation.audit.models import AuditEntry
from concerted.foundation.audit.reads import EntryFilter, entries, named_entry

from .door import look
from .models import ApiToken, ClockSetting
from .permissions import SECRET_PARTS, Permission


def demonstration_clock() -> ClockSetting | None:
    """The demonstration's clock, or None where the calendar rules."""
    return next(iter(ClockSetting.objects.filter(demonstration_date__isnull=False)[:1]), None)


def mechanism_now() -> datetime:
    """The present moment of the mechanism, in the site's time zone: the real one, or its hour on another day."""
    return moment_of(demonstration_clock())


def moment_of(clock: ClockSetting | None) -> datetime:
    """The present moment as that clock shows it, never before it was set; without one the real moment."""
    real = timezone.localtime()
    if clock is None or clock.demonstration_date is None:
        return real
    day = clock.demonstration_date
    shown = real.replace(year=day.year, month=day.month, day=day.day)
    return shown if clock.not_before is None else max(shown, timezone.localtime(clock.not_before))


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


@look(Permission.AUDIT_READ, recorded=True)
def record_page(
    *, officer: Officer, at: datetime, wanted: EntryFilter, before: str = "", limit: int = 50
) -> list[AuditEntry]:
    """At most `limit` rows of the record, newest first, older than the one named `before`; itself recorded.

    What was done about persons and their cases is left out: an auditor of the system is no party to a case. So
    that no gap tells of it either, rows go by names (audit.reads.name_of) and not by numbers.
    """
    number = named_entry(before) if before else None
    return entries(wanted=wanted, before=number, limit=limit, without=SECRET_PARTS)
