"""Fills the shell's frame for every page: who acts, the menu that post sees, the demonstration's date."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.foundation.access.reads import demonstration_clock
from concerted.foundation.agencies.reads import Officer

from .shell.words import speaks_chinese

#: label, the address names tried in turn, permission that shows the item
MENU: tuple[tuple[Promise, tuple[str, ...], Permission], ...] = (
    (pgettext_lazy("page", "Monday"), ("home:monday",), Permission.OBLIGATION_READ),
    (_("Plans"), ("plan:list", "plan:plans"), Permission.PLAN_READ),
    (_("Who owes what"), ("home:obligations",), Permission.OBLIGATION_READ),
    (_("Reporting"), ("reporting:home",), Permission.REPORT_READ),
    (_("Review"), ("reporting:queue",), Permission.REPORT_RETURN),
    (_("Provinces"), ("alignment:index", "alignment:home", "alignment:coverage"), Permission.PLAN_READ),
    (_("Indicators"), ("indicators:index", "indicators:list", "indicators:home"), Permission.PLAN_READ),
    (_("Estimates"), ("estimates:list",), Permission.ESTIMATE_READ),
    (_("Meetings"), ("meetings:calendar",), Permission.MEETING_READ),
    (_("Evaluation"), ("evaluation:list",), Permission.EVALUATION_READ),
    (_("Case work"), ("cases:work",), Permission.REFERRAL_READ),
    (_("Agencies and places"), ("agencies:list",), Permission.AGENCY_READ),
    (_("Officers"), ("agencies:officers",), Permission.OFFICER_REGISTER),
    (_("Record"), ("agencies:record",), Permission.AUDIT_READ),
)

#: Whoever holds it works on cases: that entry comes first, and a phone shows it without a push.
CASE_WORK = Permission.REFERRAL_READ


def frame(request: HttpRequest) -> dict[str, Any]:
    """`officer`, `navigation` and `demonstration`, as the shell's README names them."""
    clock = request.clock if hasattr(request, "clock") else _clock()
    found: dict[str, Any] = {}
    if clock is not None:
        found["demonstration"] = {"today": clock.demonstration_date}
    officer: Officer | None = getattr(request, "officer", None)
    if officer is not None and request.user.is_authenticated:
        found["officer"] = _who(request, officer)
        found["navigation"] = _menu(request, officer)
    return found


def _clock() -> Any:
    """The demonstration's clock; None too where the database cannot answer, so that an error page still stands."""
    try:
        return demonstration_clock()
    except DatabaseError:
        return None


def _who(request: HttpRequest, officer: Officer) -> dict[str, Any]:
    acting = officer.acting
    live = getattr(request, "appointments", []) if acting else []
    return {
        "name": _named(officer, "name"),
        "post": _named(acting.post, "title") if acting else "",
        "agency": _named(acting.post.agency, "name") if acting else "",
        "switch_href": reverse("agencies:switch_appointment"),
        "appointments": [
            {
                "id": one.pk,
                "label": f"{_named(one.post, 'title')}, {_named(one.post.agency, 'name')}",
                "current": acting is not None and one.pk == acting.pk,
            }
            for one in live
        ],
    }


def _menu(request: HttpRequest, officer: Officer) -> list[dict[str, Any]]:
    mine = [entry for entry in MENU if holds(officer, entry[2])]
    mine.sort(key=lambda entry: entry[2] is not CASE_WORK)
    shown = [(label, _address(names)) for label, names, _permission in mine]
    here = _here(request.path, [href for _label, href in shown if href])
    return [
        {"label": label, "href": href, "current": _current(request.path, href) if href == here else None}
        for label, href in shown
        if href
    ]


def _here(path: str, addresses: Iterable[str]) -> str:
    """The entry of the menu under which a page lies: the longest address that its own begins with."""
    above = (href for href in addresses if path == href or (href != "/" and path.startswith(href)))
    return max(above, key=len, default="")


def _current(path: str, href: str) -> str:
    """The page itself, or somewhere below it, as aria-current says it."""
    return "page" if path == href else "true"


def _address(names: tuple[str, ...]) -> str:
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""


def _named(thing: Any, field: str) -> str:
    wanted, other = ("zh", "en") if speaks_chinese() else ("en", "zh")
    return getattr(thing, f"{field}_{wanted}") or getattr(thing, f"{field}_{other}")
