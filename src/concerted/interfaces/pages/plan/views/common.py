"""What every plan page needs: the plan, the version asked for, its tabs and crumbs; it shows nothing itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import allows
from concerted.foundation.agencies.reads import agencies_in, agencies_of_the_nation
from concerted.interfaces.pages.route import Request
from concerted.interfaces.pages.shell.templatetags._words import bilingual, in_language
from concerted.mechanism.plan.reads import documents as reads

NATION = "000000"


def chosen(request: Request, key: str) -> tuple[Any, Any]:
    """The plan and the version that ?version= names; without it the one in force. Raises NotThere."""
    plan, _versions, version = chosen_among(request, key)
    return plan, version


def chosen_among(request: Request, key: str) -> tuple[Any, list[Any], Any]:
    """The plan, its versions newest first, and the one of them that `chosen` gives. Raises NotThere."""
    plan = reads.plan_by_key(key)
    asked = request.GET.get("version", "")
    if asked and not asked.isdecimal():
        raise NotThere(_("There is no such version of this plan."), where=asked)
    versions = reads.versions_of(plan)
    return plan, versions, reads.chosen_version(plan, versions, int(asked) if asked else None)


class Chips:
    """Agencies as a measure names them, each worded once however many measures name it."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[str, str]] = {}

    def of(self, parts: Iterable[Any]) -> list[dict[str, Any]]:
        """What `_chips.html` shows of responsibilities: name, address, since, until."""
        return [self._chip(part) for part in parts]

    def _chip(self, part: Any) -> dict[str, Any]:
        if part.agency_id not in self._known:
            address = reverse("agencies:agency", args=[part.agency.key])
            self._known[part.agency_id] = address, bilingual(part.agency)
        href, name = self._known[part.agency_id]
        return {"href": href, "name": name, "since": part.valid_from, "until": part.valid_to}


def may(request: Request, permission: Permission, plan: Any) -> bool:
    """Whether the officer may do this to the plan, for showing a button."""
    return allows(request.officer, permission, plan.access_facts())


def choosable_agencies(request: Request) -> list[Any]:
    """The agencies a plan of the officer's office may name: the nation's, and those of its own place."""
    office = request.officer.agency
    own = (
        agencies_in(code=office.place_code, on=request.at.date())
        if office and office.place_code != NATION
        else []
    )
    return [*own, *agencies_of_the_nation()]


def address(name: str, key: str, version: Any) -> str:
    """The page of the plan; other versions than the one in force are named."""
    query = "" if version.state == "adopted" else f"?version={version.number}"
    return reverse(f"plan:{name}", args=[key]) + query


def views_of(plan: Any, version: Any, current: str) -> list[dict[str, Any]]:
    """The tabs between the pages of one version."""
    pages = {
        "plan": _("Text"),
        "matrix": _("Who does what"),
        "timeline": _("Timeline"),
        "dependencies": _("Dependencies"),
    }
    return [
        {"label": label, "href": address(name, plan.key, version), "current": name == current}
        for name, label in pages.items()
    ]


def crumbs(plan: Any = None, *more: tuple[str, str]) -> list[dict[str, str]]:
    """Where the page stands: plans, the plan, and what is below it."""
    found = [{"label": _("Plans"), "href": reverse("plan:list")}]
    if plan is not None:
        found.append({"label": in_language(plan, "title"), "href": reverse("plan:plan", args=[plan.key])})
    found += [{"label": label, "href": href} for label, href in more]
    found[-1].pop("href", None)
    return found
