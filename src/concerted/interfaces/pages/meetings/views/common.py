"""What the meeting pages share: their tabs, the agencies a form may name, the thing behind an address."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import allows
from concerted.foundation.agencies.reads import AgencyFilter, agency_by_key, filtered_agencies
from concerted.interfaces.pages.route import Request
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.mechanism.meetings.reads import calendar

P = Permission


def tabs_of(current: str) -> list[dict[str, Any]]:
    """The tabs of the part; every officer who sees one sees all."""
    pages = {
        "calendar": _("Calendar"),
        "actions": _("Action items"),
        "register": _("Decisions"),
        "results": pgettext("of decisions", "Results"),
        "escalations": _("Escalations"),
        "series_list": pgettext("of meetings", "Series"),
    }
    return [
        {"label": label, "href": reverse(f"meetings:{name}"), "current": name == current}
        for name, label in pages.items()
    ]


def own_tabs(request: Request, meeting: Any, current: str) -> list[dict[str, Any]]:
    """The tabs of one meeting that the officer may open."""
    keeps = may(request, P.AGENDA_PREPARE, meeting)
    pages = [("meeting", _("Meeting"), True), ("agenda", _("Prepare the agenda"), keeps)]
    sits = meeting.state in ("in_session", "closed")
    pages += [("room", _("In session"), keeps and (sits or meeting.state == "called"))]
    pages += [("minutes", pgettext("of a meeting", "Minutes"), sits)]
    return [
        {"label": label, "href": reverse(f"meetings:{name}", args=[meeting.key]), "current": name == current}
        for name, label, shown in pages
        if shown
    ]


def may(request: Request, permission: Permission, thing: Any) -> bool:
    """Whether the officer may do this to the thing."""
    return allows(request.officer, permission, thing.access_facts())


def meeting_of(request: Request, key: str) -> Any:
    """The meeting behind an address. Raises NotThere."""
    return calendar.meeting_by_key(officer=request.officer, at=request.at, key=key)


def acting_facts(request: Request) -> dict[str, Any]:
    """Who acts, and when, as every act and read takes it."""
    return {"officer": request.officer, "at": request.at}


def today_of(request: Request) -> date:
    """The day in the mechanism's time zone."""
    return timezone.localtime(request.at).date()


def agency_choices(request: Request) -> list[tuple[str, str]]:
    """Agencies of the nation, the provinces and the officer's own place, by name, as choices of a form."""
    on = today_of(request)
    found = {
        agency.key: agency
        for tier in ("nation", "province")
        for agency in filtered_agencies(wanted=AgencyFilter(tier=tier, on=on), limit=None)
    }
    own = request.officer.agency
    if own is not None and own.tier not in ("nation", "province"):
        near = filtered_agencies(wanted=AgencyFilter(place_code=own.place_code, on=on), limit=None)
        found.update({agency.key: agency for agency in near})
    named = [(agency.key, in_language(agency)) for agency in found.values()]
    return [("", ""), *sorted(named, key=lambda pair: pair[1])]


def chosen_agency(key: str) -> Any:
    """The agency a form named, None for none. Raises NotThere."""
    if not key:
        return None
    agency = agency_by_key(key)
    if agency is None:
        raise NotThere(_("There is no such agency."))
    return agency


def moment_on(day: date, clock: time | None) -> datetime | None:
    """A clock time on a day in the mechanism's time zone."""
    return timezone.make_aware(datetime.combine(day, clock)) if clock is not None else None


def version_of(text: str) -> int:
    """The row version in a condition such as "3"; 0 where there is none."""
    digits = text.strip().removeprefix("W/").strip('"')
    return int(digits) if digits.isdigit() and len(digits) < 10 else 0


def day_asked(request: Request, name: str = "on") -> date:
    """The day asked for in the address, no later than today; today without one or for what is no day."""
    today = today_of(request)
    try:
        return min(date.fromisoformat(request.GET.get(name, "")), today)
    except ValueError:
        return today
