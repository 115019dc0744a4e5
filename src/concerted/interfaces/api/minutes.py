"""Minutes and amendments: drafted, circulated, amended, adopted, final and verified; no rule of them is here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.mechanism.meetings.acts import amendments as amend_acts
from concerted.mechanism.meetings.acts import minutes as acts
from concerted.mechanism.meetings.reads import minutes as reads

from .answers import In, Page, Paging, of, reply, slice_of, versioned
from .call import (
    Call,
    Day,
    Id,
    InPath,
    Key,
    KeyInPath,
    Line,
    Router,
    Text,
    answers,
    as_read,
    change,
    changes,
    edit,
    expected_version,
    makes,
    operation,
)
from .meetings import Why, meeting_of, on_meeting
from .sessions import action_of, decision_of

router = Router(tags=["minutes"])
Long = Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=200_000)]


class Minutes(Schema):
    """The minutes of a meeting; final ones bear a number and the hash of their seal."""

    meeting: str = of("meeting.key")
    state: str
    number: str
    amend_until: date | None
    circulated_at: datetime | None
    adopted_at: datetime | None
    adopted_in: str | None = of("adopted_in.key", None)
    final_at: datetime | None
    seal: dict[str, Any]
    content_hash: str
    row_version: int


class Section(Schema):
    """One section of the minutes."""

    id: int
    item: int | None = of("item_id")
    position: int
    title_en: str
    title_zh: str
    text_en: str
    text_zh: str
    for_members_only: bool
    row_version: int


class Amendment(Schema):
    """Other words that a member proposed for a part, and the answer."""

    id: int
    section: int | None = of("section_id")
    decision: int | None = of("decision_id")
    action_item: int | None = of("action_item_id")
    field: str
    before: str
    after: str
    reason: str
    upon: int | None = of("upon_id")
    state: str
    agency: str = of("agency.key")
    at: datetime
    answer: str
    answered_at: datetime | None
    row_version: int


class Verification(Schema):
    """How final minutes compare with their seal, as far as the caller may see them."""

    is_intact: bool
    hash_stands: bool
    changed: list[str]
    unseen: list[str]


def _minutes(request: Call, key: str) -> Any:
    return reads.minutes_of(**on_meeting(request, key))


def _page(request: Call, key: str) -> reads.MinutesPage:
    return reads.minutes_page(**on_meeting(request, key))


@router.get("/meetings/{key}/minutes", response=answers(Minutes))
@operation(Permission.MEETING_READ)
def read_minutes(request: Call, key: KeyInPath) -> Any:
    """The minutes of a meeting."""
    return versioned(Minutes, _minutes(request, key))


@router.get("/meetings/{key}/minutes/sections", response=answers(Page[Section]))
@operation(Permission.MEETING_READ)
def list_sections(request: Call, key: KeyInPath, paging: Query[Paging]) -> Any:
    """The sections the caller may see."""
    rows = sorted(_page(request, key).sections, key=lambda one: one.pk)
    return slice_of(rows, paging, key=lambda one: one.pk, kind=int)


@router.get("/meetings/{key}/minutes/amendments", response=answers(Page[Amendment]))
@operation(Permission.MEETING_READ)
def list_amendments(request: Call, key: KeyInPath, paging: Query[Paging]) -> Any:
    """The amendments proposed to the minutes."""
    rows = sorted((line.amendment for line in _page(request, key).amendments), key=lambda one: one.pk)
    return slice_of(rows, paging, key=lambda one: one.pk, kind=int)


@router.get("/meetings/{key}/minutes/verification", response=answers(Verification))
@operation(Permission.MEETING_READ)
def verify_minutes(request: Call, key: KeyInPath) -> Any:
    """Whether final minutes are as they were sealed."""
    return reads.verify_minutes(officer=request.officer, at=request.at, minutes=_minutes(request, key))


@router.post("/meetings/{key}/minutes/draft", response=changes(list[Section]))
@change(Permission.MINUTES_WRITE)
def draft_minutes(request: Call, key: KeyInPath) -> HttpResponse:
    """Lay out the sections from items and notes; what stands is kept."""
    sections = acts.draft_minutes(officer=request.officer, at=request.at, minutes=_minutes(request, key))
    return reply(list[Section], sections)


class SectionWords(In):
    """A section of draft minutes in words."""

    text_en: Long
    text_zh: Long
    title_en: Line | None = None
    title_zh: Line | None = None
    for_members_only: bool | None = None


@router.get("/minutes-sections/{pk}", response=answers(Section))
@operation(Permission.MEETING_READ)
def read_section(request: Call, pk: InPath) -> Any:
    """One section."""
    found = reads.section_by_id(officer=request.officer, at=request.at, pk=pk)
    return versioned(Section, found)


@router.patch("/minutes-sections/{pk}", response=changes(Section))
@edit(Permission.MINUTES_WRITE)
def edit_section(request: Call, pk: InPath, new: SectionWords) -> HttpResponse:
    """Write a section of a draft."""
    found = reads.section_by_id(officer=request.officer, at=request.at, pk=pk)
    changed = acts.edit_section(
        officer=request.officer,
        at=request.at,
        section=found,
        expected_row_version=expected_version(request, found),
        **new.dict(),
    )
    return versioned(Section, changed)


class Circulation(In):
    """Until when members may amend."""

    amend_until: Day


@router.post("/meetings/{key}/minutes/circulation", response=changes(Minutes))
@change(Permission.MINUTES_CIRCULATE, conditional=True)
def circulate(request: Call, key: KeyInPath, new: Circulation) -> HttpResponse:
    """Send the draft to the members."""
    sent = acts.circulate(
        officer=request.officer,
        at=request.at,
        minutes=as_read(request, _minutes(request, key)),
        amend_until=new.amend_until,
    )
    return versioned(Minutes, sent)


@router.post("/meetings/{key}/minutes/taking-back", response=changes(Minutes))
@change(Permission.MINUTES_CIRCULATE, conditional=True)
def take_back(request: Call, key: KeyInPath, why: Why) -> HttpResponse:
    """Make circulated minutes a draft again, while no amendment waits."""
    taken = acts.take_back(
        officer=request.officer,
        at=request.at,
        minutes=as_read(request, _minutes(request, key)),
        reason=why.reason,
    )
    return versioned(Minutes, taken)


class MinutesAdoption(In):
    """The later meeting of the series that sits and adopts them."""

    in_meeting: Key


@router.post("/meetings/{key}/minutes/adoption", response=changes(Minutes))
@change(Permission.MINUTES_ADOPT, conditional=True)
def adopt_minutes(request: Call, key: KeyInPath, adoption: MinutesAdoption) -> HttpResponse:
    """Adopt the minutes; every action item becomes what its owner owes."""
    adopted = acts.adopt_minutes(
        officer=request.officer,
        at=request.at,
        minutes=as_read(request, _minutes(request, key)),
        in_meeting=meeting_of(request, adoption.in_meeting),
    )
    return versioned(Minutes, adopted)


class Numbering(In):
    """The document number of final minutes."""

    number: Annotated[Line, Field(max_length=80)]


@router.post("/meetings/{key}/minutes/finish", response=changes(Minutes))
@change(Permission.MINUTES_ADOPT, conditional=True)
def finish_minutes(request: Call, key: KeyInPath, new: Numbering) -> HttpResponse:
    """Give adopted minutes their number and seal; the text never changes again."""
    final = acts.finish_minutes(
        officer=request.officer,
        at=request.at,
        minutes=as_read(request, _minutes(request, key)),
        number=new.number,
    )
    return versioned(Minutes, final)


class NewAmendment(In):
    """Other words for a field of a section, decision or action item. upon: the amendment it presupposes."""

    part: Literal["section", "decision", "action_item"]
    id: Id
    field: Key
    after: Text
    reason: Text
    upon: Id | None = None


def _part(request: Call, new: NewAmendment) -> Any:
    if new.part == "section":
        return reads.section_by_id(officer=request.officer, at=request.at, pk=new.id)
    return decision_of(request, new.id) if new.part == "decision" else action_of(request, new.id)


def _amendment(request: Call, pk: int) -> Any:
    return reads.amendment_by_id(officer=request.officer, at=request.at, pk=pk)


@router.post("/meetings/{key}/minutes/amendments", response=makes(Amendment))
@change(Permission.AMENDMENT_PROPOSE)
def propose_amendment(request: Call, key: KeyInPath, new: NewAmendment) -> HttpResponse:
    """Propose that a part of circulated minutes read otherwise."""
    made = amend_acts.propose_amendment(
        officer=request.officer,
        at=request.at,
        minutes=_minutes(request, key),
        part=_part(request, new),
        field=new.field,
        after=new.after,
        reason=new.reason,
        upon=_amendment(request, new.upon) if new.upon else None,
    )
    return versioned(Amendment, made, status=201, location=f"/api/v1/amendments/{made.pk}")


@router.get("/amendments/{pk}", response=answers(Amendment))
@operation(Permission.MEETING_READ)
def read_amendment(request: Call, pk: InPath) -> Any:
    """One amendment."""
    return versioned(Amendment, _amendment(request, pk))


class Rewording(In):
    """One's own amendment worded anew."""

    after: Text
    reason: Text
    upon: Id | None = None


@router.patch("/amendments/{pk}", response=changes(Amendment))
@edit(Permission.AMENDMENT_PROPOSE)
def revise_amendment(request: Call, pk: InPath, new: Rewording) -> HttpResponse:
    """Word one's own amendment anew while it waits."""
    found = _amendment(request, pk)
    revised = amend_acts.revise_amendment(
        officer=request.officer,
        at=request.at,
        amendment=found,
        expected_row_version=expected_version(request, found),
        after=new.after,
        reason=new.reason,
        upon=_amendment(request, new.upon) if new.upon else None,
    )
    return versioned(Amendment, revised)


class AmendmentAnswer(In):
    """Whether it is taken into the text; a refusal needs its reason in the answer."""

    accept: bool
    answer: Text = ""


@router.post("/amendments/{pk}/answer", response=changes(Amendment))
@change(Permission.AMENDMENT_ANSWER, conditional=True)
def answer_amendment(request: Call, pk: InPath, new: AmendmentAnswer) -> HttpResponse:
    """Accept an amendment into the text, or refuse it."""
    found = _amendment(request, pk)
    act = amend_acts.accept_amendment if new.accept else amend_acts.refuse_amendment
    answered = act(
        officer=request.officer,
        at=request.at,
        amendment=found,
        expected_row_version=expected_version(request, found),
        answer=new.answer,
    )
    return versioned(Amendment, answered)


@router.post("/amendments/{pk}/withdrawal", response=changes(Amendment))
@change(Permission.AMENDMENT_PROPOSE, conditional=True)
def withdraw_amendment(request: Call, pk: InPath) -> HttpResponse:
    """Take one's own amendment back while it waits."""
    withdrawn = amend_acts.withdraw_amendment(
        officer=request.officer, at=request.at, amendment=as_read(request, _amendment(request, pk))
    )
    return versioned(Amendment, withdrawn)
