"""Reads agencies, places, officers and appointments; never writes them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from .models import (
    Agency,
    AgencyQuerySet,
    Appointment,
    Membership,
    MembershipCount,
    Officer,
    Place,
    PlaceQuerySet,
    Post,
    significant_digits,
)

__all__ = [
    "Agency",
    "AgencyFilter",
    "Appointment",
    "Membership",
    "MembershipCount",
    "Officer",
    "Place",
    "PlaceTally",
    "Post",
    "act_under",
    "acting_as",
    "agencies_below",
    "agencies_in",
    "agencies_of_the_nation",
    "agency_by_key",
    "appointment_by_id",
    "appointments_of",
    "code_history",
    "counterparts_tally",
    "filtered_agencies",
    "holders_of",
    "live_appointments",
    "local_bodies_by_line",
    "members_of_joint_meeting",
    "membership_counts",
    "memberships_of",
    "officer_by_id",
    "officer_by_username",
    "officer_names",
    "officers",
    "place_on",
    "places_below",
    "posts_of",
    "provinces_tally",
]


def live_appointments(*, officer: Officer, on: date) -> list[Appointment]:
    """The officer's appointments that give rights on the day given, oldest first; each knows the officer given."""
    found = Appointment.objects.live(on).filter(officer=officer).select_related("post__agency")
    live = list(found.order_by("valid_from", "id"))
    for appointment in live:
        appointment.officer = officer
    return live


def act_under(
    *,
    officer: Officer,
    on: date,
    appointment_id: int | None = None,
    live: Sequence[Appointment] | None = None,
) -> Officer:
    """The officer with `acting` set: the appointment asked for if it is live, else the first live one.

    live: live_appointments of that officer and day, where the caller has them already.
    """
    appointments = live_appointments(officer=officer, on=on) if live is None else live
    chosen = next((a for a in appointments if a.pk == appointment_id), None)
    officer.acting = chosen or (appointments[0] if appointments else None)
    return officer


def acting_as(*, officer: Officer, on: date, function: str) -> Officer:
    """A copy of the officer acting under a live appointment of that function; `acting` None without one."""
    same = copy(officer)
    found = (a for a in live_appointments(officer=officer, on=on) if a.post.function == function)
    same.acting = next(found, None)
    return same


def holders_of(*, function: str, on: date) -> list[Officer]:
    """Officers of flesh and blood who hold a post of that function on the day given."""
    live = Appointment.objects.live(on).filter(post__function=function, officer__is_machine=False)
    return list(Officer.objects.filter(pk__in=live.values("officer_id")))


def agency_by_key(key: str) -> Agency | None:
    """The agency with this key, or None."""
    return Agency.objects.filter(key=key).select_related("parent", "line").first()


@dataclass(frozen=True)
class AgencyFilter:
    """Which agencies are asked for; what is empty does not restrict. `words`: in names and aliases."""

    kind: str = ""
    tier: str = ""
    place_code: str = ""
    line: str = ""
    words: str = ""
    on: date | None = None


def filtered_agencies(*, wanted: AgencyFilter, after: str = "", limit: int | None = 100) -> list[Agency]:
    """Agencies by key, those behind `after`; ask again with the last one's key for the next page."""
    found = Agency.objects.select_related("parent", "line").order_by("key")
    if wanted.on is not None:
        found = found.standing(wanted.on)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.tier:
        found = found.filter(tier=wanted.tier)
    if wanted.place_code:
        found = found.filter(place_code__startswith=significant_digits(wanted.place_code))
    if wanted.line:
        found = found.filter(line__key=wanted.line)
    if wanted.words:
        named = Q(name_en__icontains=wanted.words) | Q(name_zh__icontains=wanted.words)
        found = found.filter(named | Q(aliases__icontains=wanted.words) | Q(key=wanted.words))
    if after:
        found = found.filter(key__gt=after)
    return list(found if limit is None else found[:limit])


def agencies_of_the_nation(*, on: date | None = None) -> list[Agency]:
    """The agencies of the national tier in the tree's order, each with its `depth`, parents first."""
    found: AgencyQuerySet = Agency.objects.filter(tier=Place.Level.NATION).order_by("kind", "name_en")
    if on is not None:
        found = found.standing(on)
    return _as_tree(list(found))


def _as_tree(agencies: list[Agency]) -> list[Agency]:
    known = {agency.pk for agency in agencies}
    below: dict[int | None, list[Agency]] = {}
    for agency in agencies:
        below.setdefault(agency.parent_id if agency.parent_id in known else None, []).append(agency)
    ordered: list[Agency] = []

    def walk(parent: int | None, depth: int) -> None:
        for agency in below.get(parent, []):
            agency.depth = depth  # type: ignore[attr-defined]
            ordered.append(agency)
            walk(agency.pk, depth + 1)

    walk(None, 0)
    return ordered


def local_bodies_by_line(*, code: str, on: date) -> dict[str, str]:
    """For each national agency's key, the key of the one body that does its work in this very place on that day."""
    rows = Agency.objects.standing(on).filter(place_code=code).exclude(line=None).order_by("key")
    found: dict[str, list[str]] = {}
    for line, key in rows.values_list("line__key", "key"):
        found.setdefault(str(line), []).append(key)
    return {line: keys[0] for line, keys in found.items() if len(keys) == 1}


def counterparts_tally(*, on: date) -> dict[int, int]:
    """For each national agency's id, how many local bodies do its work on that day."""
    rows = Agency.objects.standing(on).exclude(line=None).values_list("line_id").annotate(n=Count("pk"))
    return {line: n for line, n in rows if line is not None}


@dataclass(frozen=True)
class PlaceTally:
    """A place with the number of agencies that stand in it or below it."""

    place: Place
    agencies: int


def provinces_tally(*, on: date) -> list[PlaceTally]:
    """The provinces of that day, each with its number of agencies of all tiers; two queries."""
    return _tallied(Place.objects.standing(on).filter(level=Place.Level.PROVINCE), on, digits=2)


def places_below(*, code: str, on: date) -> list[PlaceTally]:
    """The places directly below, on that day, each with its number of agencies; two queries."""
    below = Place.objects.standing(on).filter(parent_code=code).exclude(code=code)
    return _tallied(below, on, digits=len(significant_digits(code)) + 2)


def _tallied(places: object, on: date, *, digits: int) -> list[PlaceTally]:
    standing = list(places.order_by("code"))  # type: ignore[attr-defined]
    counted: dict[str, int] = {}
    codes = Agency.objects.standing(on).exclude(place_code="000000")
    for (code,) in codes.values_list("place_code"):
        counted[code[:digits]] = counted.get(code[:digits], 0) + 1
    return [PlaceTally(place, counted.get(place.code[:digits], 0)) for place in standing]


def places(*, on: date, level: str = "", within: str | None = None, words: str = "") -> PlaceQuerySet:
    """Places that stand on the day, narrowed by level, by the place they lie in and by name."""
    found = Place.objects.standing(on)
    if level:
        found = found.filter(level=level)
    if within is not None:
        found = found.within(within)
    if words:
        found = found.filter(Q(name_en__icontains=words) | Q(name_zh__icontains=words) | Q(code=words))
    return found


def code_history(*, code: str) -> list[Place]:
    """Every name a division code has had, oldest first; empty for a code that never was."""
    return list(Place.objects.filter(code=code).order_by("valid_from", "pk"))


def place_on(*, code: str, on: date) -> Place | None:
    """The place this code stands for on the day given, else the last it stood for, else None."""
    history = code_history(code=code)
    standing = (p for p in history if _stands(p, on))
    return next(standing, history[-1] if history else None)


def _stands(place: Place, on: date) -> bool:
    return (place.valid_from is None or place.valid_from <= on) and (
        place.valid_to is None or on < place.valid_to
    )


def agencies_in(*, code: str, on: date) -> list[Agency]:
    """Agencies that stand in this very place on that day, not below it."""
    return list(Agency.objects.standing(on).filter(place_code=code).order_by("kind", "name_en"))


def agencies_below(*, agency: Agency, on: date) -> list[Agency]:
    """The agencies that belong to this one on that day."""
    return list(Agency.objects.standing(on).filter(parent=agency).order_by("name_en"))


def posts_of(*, agency: Agency, on: date) -> list[tuple[Post, list[Officer]]]:
    """The agency's posts of that day, each with who holds it; two queries."""
    posts = list(
        Post.objects.filter(agency=agency)
        .filter(Q(valid_to=None) | Q(valid_to__gt=on), Q(valid_from=None) | Q(valid_from__lte=on))
        .order_by("function", "pk")
    )
    held: dict[int, list[Officer]] = {}
    for one in Appointment.objects.live(on).filter(post__in=posts).select_related("officer"):
        held.setdefault(one.post_id, []).append(one.officer)
    return [(post, held.get(post.pk, [])) for post in posts]


def memberships_of(*, agency: Agency) -> list[Membership]:
    """The agency's seats in the joint meeting, newest first."""
    return list(Membership.objects.filter(agency=agency).order_by("-valid_from"))


def members_of_joint_meeting(*, on: date, place_code: str = "000000") -> list[Membership]:
    """The seats of that day in the joint meeting of the nation or of a place, by role and name."""
    return list(
        Membership.objects.filter(place_code=place_code, valid_from__lte=on)
        .filter(Q(valid_to=None) | Q(valid_to__gt=on))
        .select_related("agency")
        .order_by("role", "agency__name_en")
    )


def membership_counts() -> list[MembershipCount]:
    """How many members each source gives the joint meeting, side by side; never reconciled."""
    return list(MembershipCount.objects.order_by("as_of", "pk"))


def officers(*, words: str = "", after: str = "", limit: int = 100) -> list[Officer]:
    """Officers by username, those behind `after`, with their appointments; two queries."""
    found = Officer.objects.filter(is_machine=False).order_by("username")
    if words:
        found = found.filter(
            Q(username__icontains=words) | Q(name_en__icontains=words) | Q(name_zh__icontains=words)
        )
    if after:
        found = found.filter(username__gt=after)
    return list(found.prefetch_related("appointments__post__agency")[:limit])


def officer_by_id(number: int) -> Officer | None:
    """The officer of that number, or None; the system's own officer is never given."""
    return Officer.objects.filter(pk=number, is_machine=False).first()


def officer_by_username(username: str) -> Officer | None:
    """The officer of that username, or None."""
    return Officer.objects.filter(username=username).first()


def officer_names(*, ids: Collection[int]) -> dict[int, str]:
    """The usernames of these officers."""
    return dict(Officer.objects.filter(pk__in=ids).values_list("pk", "username"))


def appointment_by_id(number: int) -> Appointment | None:
    """The appointment of that number, or None."""
    return Appointment.objects.filter(pk=number).select_related("officer", "post__agency").first()


def appointments_of(*, officer: Officer) -> list[Appointment]:
    """Every appointment the officer has had, newest first."""
    return list(
        Appointment.objects.filter(officer=officer)
        .select_related("post__agency", "appointed_by")
        .order_by("-valid_from", "-pk")
    )
