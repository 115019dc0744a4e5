"""What the evaluation pages share: their tabs, the agencies a form may name; it shows nothing itself."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.foundation.agencies.reads import AgencyFilter, agency_by_key, filtered_agencies
from concerted.interfaces.pages.route import Request
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.mechanism.plan.reads import documents


def tabs_of(request: Request, current: str) -> list[dict[str, Any]]:
    """The tabs that the officer's post opens."""
    pages = {
        "list": (_("Evaluations"), Permission.EVALUATION_READ),
        "findings": (_("Findings"), Permission.EVALUATION_READ),
        "areas": (_("Supervised areas"), Permission.SUPERVISION_READ),
        "instruments": (_("Instruments"), Permission.INSTRUMENT_READ),
        "recommendations": (_("Recommendations"), Permission.INSTRUMENT_READ),
        "calendar": (_("Reporting calendar"), Permission.INSTRUMENT_READ),
        "workload": (_("Workload"), Permission.WORKLOAD_READ),
        "late_risk": (_("Late risk"), Permission.WORKLOAD_READ),
    }
    return [
        {"label": label, "href": reverse(f"evaluation:{name}"), "current": name == current}
        for name, (label, permission) in pages.items()
        if holds(request.officer, permission)
    ]


def agency_choices(request: HttpRequest) -> list[tuple[str, str]]:
    """Agencies of the nation and the offices of provinces, by name, as choices of a form."""
    on = request.at.date()  # type: ignore[attr-defined]
    found = [
        agency
        for tier in ("nation", "province")
        for agency in filtered_agencies(wanted=AgencyFilter(tier=tier, on=on), limit=None)
    ]
    named = [(agency.key, in_language(agency)) for agency in found]
    return [("", ""), *sorted(named, key=lambda pair: pair[1])]


def chosen_agency(key: str) -> Any:
    """The agency a form named. Raises NotThere."""
    agency = agency_by_key(key)
    if agency is None:
        raise NotThere(_("There is no such agency."))
    return agency


def plan_choices() -> list[tuple[str, str]]:
    """Plans in force, by title, as choices of a form."""
    return [(plan.key, in_language(plan, "title")) for plan in documents.plans()]


def keys_in(text: str) -> list[str]:
    """The measure keys typed into one field, apart by commas, spaces or Chinese commas."""
    return text.replace("，", " ").replace("、", " ").replace(",", " ").split()
