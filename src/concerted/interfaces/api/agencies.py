"""Agencies, places, seats in the joint meeting and code lists, as machines read them; changes none of them."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from ninja import Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies import reads
from concerted.foundation.vocabulary.reads import code_lists
from concerted.mechanism.plan.reads.responsibilities import responsibilities_of

from .answers import Page, Paging, of, page_after, page_of, slice_of
from .call import Call, Day, Key, KeyInPath, Line, PlaceCode, PlaceInPath, Router, answers, given, operation

router = Router(tags=["agencies"])
Level = Literal["nation", "province", "prefecture", "county"]


class Agency(Schema):
    """A ministry, mass organisation, court, international organisation, NGO or local body."""

    key: str
    kind: str
    name_en: str
    name_zh: str
    aliases: list[str]
    parent: str | None = of("parent.key", None)
    line: str | None = of("line.key", None)
    place_code: str
    tier: str
    valid_from: date | None
    valid_to: date | None
    role: str
    is_demonstration: bool


class WantedAgencies(Paging):
    """Which agencies."""

    kind: Key | None = None
    tier: Level | None = None
    place: PlaceCode | None = None
    line: Key | None = None
    words: Line = ""
    on: Day | None = None


@router.get("/agencies", response=answers(Page[Agency]))
@operation(Permission.AGENCY_READ)
def list_agencies(request: Call, wanted: Query[WantedAgencies]) -> Any:
    """Agencies by key."""
    filters = reads.AgencyFilter(
        kind=wanted.kind or "",
        tier=wanted.tier or "",
        place_code=wanted.place or "",
        line=wanted.line or "",
        words=wanted.words,
        on=wanted.on,
    )
    return page_after(
        wanted,
        lambda after, limit: reads.filtered_agencies(wanted=filters, after=after, limit=limit),
        key=lambda agency: agency.key,
    )


@router.get("/agencies/{key}", response=answers(Agency))
@operation(Permission.AGENCY_READ)
def read_agency(request: Call, key: KeyInPath) -> Any:
    """One agency."""
    return given(reads.agency_by_key(key))


class Seat(Schema):
    """An agency's dated seat in a joint meeting, as one source tells it."""

    agency: str = of("agency.key")
    body: str
    place_code: str
    role: str
    valid_from: date
    valid_to: date | None
    source: str


@router.get("/agencies/{key}/memberships", response=answers(list[Seat]))
@operation(Permission.AGENCY_READ)
def list_seats_of_agency(request: Call, key: KeyInPath) -> Any:
    """The agency's seats, newest first."""
    return reads.memberships_of(agency=given(reads.agency_by_key(key)))


class PostOfAgency(Schema):
    """A desk and who holds it."""

    id: int
    function: str
    title_en: str
    title_zh: str
    holders: list[str]


@router.get("/agencies/{key}/posts", response=answers(list[PostOfAgency]))
@operation(Permission.AGENCY_READ)
def list_posts_of_agency(request: Call, key: KeyInPath) -> Any:
    """The agency's posts today, each with its holders' usernames."""
    posts = reads.posts_of(agency=given(reads.agency_by_key(key)), on=request.at.date())
    return [
        {
            "id": post.pk,
            "function": post.function,
            "title_en": post.title_en,
            "title_zh": post.title_zh,
            "holders": [holder.username for holder in holders],
        }
        for post, holders in posts
    ]


class PartInMeasure(Schema):
    """An agency's part in a measure of a plan in force."""

    plan: str = of("measure.version.plan.key")
    measure: int = of("measure_id")
    measure_key: str = of("measure.key")
    role: str
    valid_from: date | None
    valid_to: date | None


@router.get("/agencies/{key}/responsibilities", response=answers(list[PartInMeasure]))
@operation(Permission.PLAN_READ)
def list_parts_of_agency(request: Call, key: KeyInPath) -> Any:
    """The agency's parts in measures of plans in force, leads first."""
    return responsibilities_of(agency=given(reads.agency_by_key(key)), on=request.at.date())


class WantedSeats(Schema):
    """Which joint meeting, and on which day."""

    place: PlaceCode = "000000"
    on: Day | None = None


@router.get("/members", response=answers(list[Seat]))
@operation(Permission.AGENCY_READ)
def list_members(request: Call, wanted: Query[WantedSeats]) -> Any:
    """The seats of a day in the joint meeting of the nation or of a place."""
    return reads.members_of_joint_meeting(on=wanted.on or request.at.date(), place_code=wanted.place)


class MemberCount(Schema):
    """How many members one source gives the joint meeting."""

    body: str
    as_of: str
    count: int
    what: str
    source: str


@router.get("/member-counts", response=answers(list[MemberCount]))
@operation(Permission.AGENCY_READ)
def list_member_counts(request: Call) -> Any:
    """What each source says, side by side; never reconciled."""
    return reads.membership_counts()


class Place(Schema):
    """One name of a division code for one span of time."""

    code: str
    level: str
    name_en: str
    name_zh: str
    parent_code: str
    valid_from: date | None
    valid_to: date | None
    date_precision: str
    source: str


class WantedPlaces(Paging):
    """Which places."""

    level: Level | None = None
    within: PlaceCode | None = None
    on: Day | None = None
    words: Line = ""


@router.get("/places", response=answers(Page[Place]))
@operation(Permission.AGENCY_READ)
def list_places(request: Call, wanted: Query[WantedPlaces]) -> Any:
    """Places that stand on a day (today), in order of entry."""
    found = reads.places(
        on=wanted.on or request.at.date(), level=wanted.level or "", within=wanted.within, words=wanted.words
    )
    return page_of(found, wanted)


@router.get("/places/{code}", response=answers(list[Place]))
@operation(Permission.AGENCY_READ)
def read_place(request: Call, code: PlaceInPath) -> Any:
    """Every name the code has had, oldest first."""
    return given(reads.code_history(code=code) or None)


class Code(Schema):
    """One code with its labels."""

    code: str
    name_en: str
    name_zh: str
    note: str
    valid_from: date | None
    valid_to: date | None


class CodeList(Schema):
    """One version of one list of codes."""

    key: str
    version: int
    title_en: str
    title_zh: str
    source: str
    codes: list[Code]

    @staticmethod
    def resolve_codes(thing: Any) -> Any:
        """The codes in the order of the list."""
        return thing.codes.all()


@router.get("/code-lists", response=answers(Page[CodeList]))
@operation(Permission.AGENCY_READ)
def list_code_lists(request: Call, paging: Query[Paging]) -> Any:
    """Every code list in every version."""
    return slice_of(sorted(code_lists(), key=_list_name), paging, key=_list_name, kind=str)


@router.get("/code-lists/{key}", response=answers(list[CodeList]))
@operation(Permission.AGENCY_READ)
def read_code_list(request: Call, key: KeyInPath) -> Any:
    """The versions of one list, newest first."""
    return given([one for one in code_lists() if one.key == key] or None)


def _list_name(one: Any) -> str:
    return f"{one.key} {one.version:08d}"
