"""Pages of the register: agencies, one agency, members of the joint meeting, places; they change nothing."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies import reads
from concerted.interfaces.exchange.tables import Column, Kind, Table
from concerted.interfaces.pages.files import file_links, send_table, wanted_format
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.plan.reads.responsibilities import responsibilities_of

from ..forms import AgencyFilterForm
from ..words import FUNCTIONS, KINDS, ROLES, TIERS

PAGE = 100


@page(Permission.AGENCY_READ)
def agencies(request: Request) -> HttpResponse:
    """The register as a tree of organisation, as a tree of areas, or as a filtered list."""
    form = AgencyFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    on = chosen.get("on") or request.at.date()
    view = request.GET.get("view", "")
    if view not in ("areas", "list"):
        filtered = any(chosen.get(name) for name in ("words", "kind", "tier", "place", "line"))
        view = "list" if filtered or wanted_format(request) else "organisation"
    context: dict[str, Any] = {
        "form": form,
        "filters_form": form,
        "on": on,
        "view": view,
        "tabs": _tabs(view, on),
    }
    if view == "list":
        wanted = reads.AgencyFilter(
            kind=chosen.get("kind", ""),
            tier=chosen.get("tier", ""),
            place_code=chosen.get("place", ""),
            line=chosen.get("line", ""),
            words=chosen.get("words", ""),
            on=on,
        )
        kind = wanted_format(request)
        if kind is not None:
            every = reads.filtered_agencies(wanted=wanted, limit=None)
            return send_table(request, _agency_table(every), kind)
        rows = reads.filtered_agencies(wanted=wanted, after=request.GET.get("cursor", ""), limit=PAGE + 1)
        context |= {
            "rows": [_described(agency) for agency in rows[:PAGE]],
            "next": rows[PAGE - 1].key if len(rows) > PAGE else None,
            "files": file_links(request),
        }
    elif view == "areas":
        context["provinces"] = reads.provinces_tally(on=on)
    else:
        tally = reads.counterparts_tally(on=on)
        tree = [_described(agency, tally) for agency in reads.agencies_of_the_nation(on=on)]
        context["groups"] = [
            (KINDS.get(kind, kind), list(rows))
            for kind, rows in groupby(_by_root(tree), key=lambda row: row["group"])
        ]
    return render(request, "agencies/list.html", context)


def _tabs(view: str, on: date) -> list[dict[str, Any]]:
    names = {"organisation": _("By organisation"), "areas": _("By area"), "list": _("List and filter")}
    return [
        {"label": label, "href": f"?view={key}&on={on.isoformat()}", "current": key == view}
        for key, label in names.items()
    ]


def _described(agency: reads.Agency, tally: dict[int, int] | None = None) -> dict[str, Any]:
    return {
        "agency": agency,
        "kind": KINDS.get(agency.kind, agency.kind),
        "tier": TIERS.get(agency.tier, agency.tier),
        "depth": min(getattr(agency, "depth", 0), 3),
        "counterparts": (tally or {}).get(agency.pk),
    }


def _by_root(tree: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each row with the kind of the root it stands below, so that a tree is not cut by its kinds."""
    root = ""
    for row in tree:
        root = row["agency"].kind if not row["depth"] else root
        row["group"] = root
    order = list(KINDS)
    return sorted(tree, key=lambda row: order.index(row["group"]) if row["group"] in order else len(order))


def _agency_table(agencies: list[reads.Agency]) -> Table:
    columns = (
        Column("key", _("Key")),
        Column("name_en", _("Name in English")),
        Column("name_zh", _("Name in Chinese")),
        Column("kind", _("Kind")),
        Column("tier", _("Tier")),
        Column("place_code", _("Place code")),
        Column("parent", _("Belongs to")),
        Column("line", _("Does the work of")),
        Column("valid_from", _("From"), Kind.DATE),
        Column("valid_to", _("Until"), Kind.DATE),
        Column("demonstration", _("Invented for the demonstration"), Kind.BOOLEAN),
    )
    rows = (
        (
            *(a.key, a.name_en, a.name_zh, str(KINDS.get(a.kind, a.kind)), str(TIERS.get(a.tier, a.tier))),
            *(a.place_code, a.parent.key if a.parent else None, a.line.key if a.line else None),
            *(a.valid_from, a.valid_to, a.is_demonstration),
        )
        for a in agencies
    )
    return Table(_("Agencies"), columns, rows)


@page(Permission.AGENCY_READ)
def agency(request: Request, key: str) -> HttpResponse:
    """One agency: names, ties, seats, posts with their holders, and the measures it answers for."""
    found = reads.agency_by_key(key)
    if found is None:
        raise NotThere(_("There is no such agency."))
    on = request.at.date()
    parts = responsibilities_of(agency=found, on=on)
    counterparts = reads.filtered_agencies(wanted=reads.AgencyFilter(line=key, on=on), limit=PAGE)
    context = {
        "agency": found,
        "kind": KINDS.get(found.kind, found.kind),
        "tier": TIERS.get(found.tier, found.tier),
        "place": reads.place_on(code=found.place_code, on=on),
        "children": reads.agencies_below(agency=found, on=on),
        "counterparts": counterparts[:12],
        "counterparts_more": len(counterparts) > 12,
        "seats": [(seat, ROLES.get(seat.role, seat.role)) for seat in reads.memberships_of(agency=found)],
        "posts": [
            (post, FUNCTIONS.get(post.function, post.function), holders)
            for post, holders in reads.posts_of(agency=found, on=on)
        ],
        "leads": [part for part in parts if part.role == "lead"],
        "supports": [part for part in parts if part.role == "support"],
    }
    return render(request, "agencies/agency.html", context)


@page(Permission.AGENCY_READ)
def membership(request: Request) -> HttpResponse:
    """The joint meeting: what each source counts, side by side, and the dated seats that were read."""
    on = _day(request)
    counts = reads.membership_counts()
    kind = wanted_format(request)
    if kind is not None:
        columns = (
            Column("as_of", _("As of")),
            Column("count", _("Members"), Kind.INTEGER),
            Column("what", _("What was counted")),
            Column("source", _("Source")),
        )
        rows = ((c.as_of, c.count, c.what, c.source) for c in counts)
        return send_table(request, Table(_("Counts of members"), columns, rows), kind)
    seats = [(seat, ROLES.get(seat.role, seat.role)) for seat in reads.members_of_joint_meeting(on=on)]
    context = {"counts": counts, "seats": seats, "on": on, "files": file_links(request)}
    return render(request, "agencies/membership.html", context)


@page(Permission.AGENCY_READ)
def place(request: Request, code: str) -> HttpResponse:
    """One division code: every name it had, what lies above and below, and the agencies that stand in it."""
    on = _day(request)
    history = reads.code_history(code=code)
    if not history:
        raise NotThere(_("There is no place with this code."))
    standing = reads.place_on(code=code, on=on)
    assert standing is not None
    above = [
        found
        for outer in _outer_codes(standing.parent_code)
        if (found := reads.place_on(code=outer, on=on)) is not None
    ]
    context = {
        "place": standing,
        "level": TIERS.get(standing.level, standing.level),
        "is_retired": standing.valid_to is not None and standing.valid_to <= on,
        "history": history,
        "above": above,
        "below": reads.places_below(code=code, on=on),
        "agencies": [_described(one) for one in reads.agencies_in(code=code, on=on)],
        "on": on,
    }
    return render(request, "agencies/place.html", context)


def _outer_codes(parent: str) -> list[str]:
    """The codes of the divisions around a place, the widest first."""
    codes = [parent]
    if parent.endswith("00") and not parent.endswith("0000"):
        codes.insert(0, parent[:2] + "0000")
    return [code for code in codes if code and code != "000000"]


def _day(request: Request) -> date:
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return request.at.date()
