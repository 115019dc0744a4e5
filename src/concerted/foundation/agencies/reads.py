"""Reads agencies, places, officers and appointments; never writes them."""

from __future__ import annotations

from copy import copy
from datetime import date

from .models import Agency, Appointment, Officer


def live_appointments(*, officer: Officer, on: date) -> list[Appointment]:
    """The officer's appointments that give rights on the day given, oldest first."""
    return list(
        Appointment.objects.live(on)
        .filter(officer=officer)
        .select_related("post__agency", "officer")
        .order_by("valid_from", "id")
    )


def act_under(*, officer: Officer, on: date, appointment_id: int | None = None) -> Officer:
    """The officer with `acting` set: the appointment asked for if it is live, else the first live one, else None."""
    appointments = live_appointments(officer=officer, on=on)
    chosen = next((a for a in appointments if a.pk == appointment_id), None)
    officer.acting = chosen or (appointments[0] if appointments else None)
    return officer


def acting_as(*, officer: Officer, on: date, function: str) -> Officer:
    """A copy of the officer acting under a live appointment of that function; `acting` is None without one."""
    same = copy(officer)
    same.acting = next((a for a in live_appointments(officer=officer, on=on) if a.post.function == function), None)
    return same


def agency_by_key(key: str) -> Agency | None:
    """The agency with this key, or None."""
    return Agency.objects.filter(key=key).first()
