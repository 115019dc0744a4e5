"""Instruments, their review cycles, papers due and recommendations; it holds no rule of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.reads import agency_by_key
from concerted.mechanism.evaluation.acts import instruments as acts
from concerted.mechanism.evaluation.reads import instruments as reads
from concerted.mechanism.plan.reads.documents import plan_by_key

from .answers import In, Page, Paging, of, reply, slice_of, versioned
from .call import (
    Call,
    Day,
    InPath,
    Key,
    KeyInPath,
    Line,
    Router,
    Slug,
    Text,
    answers,
    change,
    changes,
    expected_version,
    given,
    makes,
    operation,
)

router = Router(tags=["instruments"])
_LINE = r"^[^\x00\r\n]*$"
Measures = Annotated[list[Key], Field(max_length=100)]
Line60 = Annotated[str, Field(pattern=_LINE, max_length=60)]
Line80 = Annotated[str, Field(pattern=_LINE, max_length=80)]
Line120 = Annotated[str, Field(pattern=_LINE, max_length=120)]
Line200 = Annotated[str, Field(pattern=_LINE, max_length=200)]


class Instrument(Schema):
    """An instrument; dates that were not read are null and named."""

    key: str
    kind: str
    title_en: str
    title_zh: str
    adopted_on: date | None
    in_force_on: date | None
    signed_on: date | None
    bound_on: date | None
    bound_by: str
    in_force_here_on: date | None
    conflicts: list[str]
    not_read: list[str]
    sources: list[str]


@router.get("/instruments", response=answers(list[Instrument]))
@operation(Permission.INSTRUMENT_READ)
def list_instruments(request: Call) -> Any:
    """Every instrument."""
    return reads.instruments(officer=request.officer, at=request.at)


@router.get("/instruments/{key}", response=answers(Instrument))
@operation(Permission.INSTRUMENT_READ)
def read_instrument(request: Call, key: KeyInPath) -> Any:
    """One instrument."""
    return _instrument(request, key).instrument


class ReviewCycle(Schema):
    """One round in which a body looks at how an instrument is carried out."""

    id: int
    instrument: str = of("instrument.key")
    key: str
    title_en: str
    title_zh: str
    starts: date
    ends: date | None
    source: str


@router.get("/instruments/{key}/cycles", response=answers(list[ReviewCycle]))
@operation(Permission.INSTRUMENT_READ)
def list_cycles(request: Call, key: KeyInPath) -> Any:
    """The review cycles of one instrument, latest first."""
    return [part.cycle for part in _instrument(request, key).cycles]


class NewCycle(In):
    """A review cycle, with where its dates were read."""

    key: Slug
    title_en: Line
    title_zh: Line200 = ""
    starts: Day
    ends: Day | None = None
    source: Text


@router.post("/instruments/{key}/cycles", response=makes(ReviewCycle))
@change(Permission.INSTRUMENT_KEEP)
def open_cycle(request: Call, key: KeyInPath, new: NewCycle) -> HttpResponse:
    """Open a review cycle of an instrument."""
    made = acts.open_cycle(
        officer=request.officer,
        at=request.at,
        instrument=_instrument(request, key).instrument,
        **new.dict(),
    )
    return reply(ReviewCycle, made, status=201, location=f"/api/v1/review-cycles/{made.pk}")


@router.get("/review-cycles/{pk}", response=answers(ReviewCycle))
@operation(Permission.INSTRUMENT_READ)
def read_cycle(request: Call, pk: InPath) -> Any:
    """One review cycle."""
    return _cycle(request, pk)


class TreatyPaper(Schema):
    """A paper due to a treaty body, and how it stands on the day."""

    id: int = of("deadline.pk")
    instrument: str = of("deadline.cycle.instrument.key")
    cycle: str = of("deadline.cycle.key")
    kind: str = of("deadline.kind")
    title_en: str = of("deadline.title_en")
    title_zh: str = of("deadline.title_zh")
    owner: str = of("deadline.owner.key")
    due: date = of("deadline.due")
    sent_on: date | None = of("deadline.sent_on")
    reference: str = of("deadline.reference")
    standing: str


@router.get("/treaty-papers", response=answers(list[TreatyPaper]))
@operation(Permission.INSTRUMENT_READ)
def list_papers(request: Call, on: Day | None = None) -> Any:
    """The reporting calendar, soonest first, as it stands on the day (today)."""
    return reads.reporting_calendar(officer=request.officer, at=request.at, on=on or request.at.date())


class NewTreatyPaper(In):
    """A paper due to the body, and who prepares it."""

    kind: Literal["report", "answers", "follow_up", "response"]
    title_en: Line200
    title_zh: Line120 = ""
    owner: Key
    due: Day


@router.post("/review-cycles/{pk}/treaty-papers", response=makes(TreatyPaper))
@change(Permission.INSTRUMENT_KEEP)
def add_paper(request: Call, pk: InPath, new: NewTreatyPaper) -> HttpResponse:
    """Put a paper into the reporting calendar; its owner owes it from half a year before."""
    made = acts.add_deadline(
        officer=request.officer,
        at=request.at,
        cycle=_cycle(request, pk),
        **{**new.dict(), "owner": given(agency_by_key(new.owner))},
    )
    return reply(
        TreatyPaper, _paper(request, made.pk), status=201, location=f"/api/v1/treaty-papers/{made.pk}"
    )


@router.get("/treaty-papers/{pk}", response=answers(TreatyPaper))
@operation(Permission.INSTRUMENT_READ)
def read_paper(request: Call, pk: InPath) -> Any:
    """One paper, as it stands today."""
    return _paper(request, pk)


class PaperSending(In):
    """That a paper went to its body."""

    sent_on: Day
    reference: Line120


@router.post("/treaty-papers/{pk}/sending", response=changes(TreatyPaper))
@change(Permission.TREATY_PAPER_SEND)
def send_paper(request: Call, pk: InPath, new: PaperSending) -> HttpResponse:
    """Say that the paper was sent."""
    line = _paper(request, pk)
    acts.send_paper(officer=request.officer, at=request.at, deadline=line.deadline, **new.dict())
    return reply(TreatyPaper, _paper(request, pk))


class Recommendation(Schema):
    """A recommendation of a body, with its response."""

    id: int
    instrument: str = of("cycle.instrument.key")
    reference: str
    text_en: str
    text_zh: str
    cluster: str
    received_on: date
    lead: str | None = of("lead.key", None)
    state: str
    level: str
    response: str
    answered_on: date | None
    row_version: int


@router.get("/recommendations", response=answers(Page[Recommendation]))
@operation(Permission.INSTRUMENT_READ)
def list_recommendations(request: Call, paging: Query[Paging]) -> Any:
    """Recommendations in order of entry, noted ones among them."""
    lines = reads.recommendations(officer=request.officer, at=request.at)
    rows = sorted((line.recommendation for line in lines), key=lambda one: one.pk)
    return slice_of(rows, paging, key=lambda one: one.pk, kind=int)


@router.get("/recommendations/{pk}", response=answers(Recommendation))
@operation(Permission.INSTRUMENT_READ)
def read_recommendation(request: Call, pk: InPath) -> Any:
    """One recommendation, with its ETag."""
    return versioned(Recommendation, _recommendation(request, pk))


class NewRecommendation(In):
    """A recommendation as it was received; without a lead the office prepares the response."""

    reference: Line60
    text_en: Text
    text_zh: Text = ""
    cluster: Line80 = ""
    received_on: Day
    lead: Key | None = None


@router.post("/review-cycles/{pk}/recommendations", response=makes(Recommendation))
@change(Permission.INSTRUMENT_KEEP)
def receive_recommendation(request: Call, pk: InPath, new: NewRecommendation) -> HttpResponse:
    """Enter a recommendation of the body as it was received."""
    lead = given(agency_by_key(new.lead)) if new.lead else None
    made = acts.receive_recommendation(
        officer=request.officer,
        at=request.at,
        cycle=_cycle(request, pk),
        recommendation=acts.NewRecommendation(**{**new.dict(), "lead": lead}),
    )
    return versioned(Recommendation, made, status=201, location=f"/api/v1/recommendations/{made.pk}")


class RecommendationAnswer(In):
    """The response to a recommendation."""

    level: Literal["supported", "partly", "noted"]
    response: Text


@router.post("/recommendations/{pk}/response", response=changes(Recommendation))
@change(Permission.RECOMMENDATION_ANSWER, conditional=True)
def prepare_response(request: Call, pk: InPath, new: RecommendationAnswer) -> HttpResponse:
    """Prepare the response; nothing leaves yet."""
    return _moved(request, pk, acts.prepare_response, **new.dict())


class RecommendationNote(In):
    """What is noted of the step."""

    note: Text = ""


@router.post("/recommendations/{pk}/answer", response=changes(Recommendation))
@change(Permission.INSTRUMENT_KEEP, conditional=True)
def answer_recommendation(request: Call, pk: InPath, said: RecommendationNote) -> HttpResponse:
    """Say that the prepared response went to the body."""
    return _moved(request, pk, acts.answer_recommendation, note=said.note)


class CarryingOut(In):
    """The measures of a plan that carry a recommendation out."""

    plan: Key
    measures: Measures


@router.post("/recommendations/{pk}/measures", response=changes(Recommendation))
@change(Permission.RECOMMENDATION_ANSWER, conditional=True)
def assign_measures(request: Call, pk: InPath, new: CarryingOut) -> HttpResponse:
    """Name the measures, in place of those named before for that plan."""
    return _moved(request, pk, acts.assign_measures, plan=plan_by_key(new.plan), measures=new.measures)


class Conclusion(In):
    """What was reported to the body, or why it is closed."""

    step: Literal["report", "close"]
    note: Text


@router.post("/recommendations/{pk}/conclusion", response=changes(Recommendation))
@change(Permission.INSTRUMENT_KEEP, conditional=True)
def conclude_recommendation(request: Call, pk: InPath, said: Conclusion) -> HttpResponse:
    """Report what was done, or close it at the next cycle; one only noted is never closed."""
    return _moved(request, pk, acts.conclude_recommendation, **said.dict())


def _instrument(request: Call, key: str) -> reads.InstrumentPage:
    return reads.instrument_page(officer=request.officer, at=request.at, key=key, on=request.at.date())


def _cycle(request: Call, pk: int) -> Any:
    return reads.cycle_by_id(officer=request.officer, at=request.at, pk=pk)


def _moved(request: Call, pk: int, act: Callable[..., Any], **said: Any) -> HttpResponse:
    found = _recommendation(request, pk)
    expected_version(request, found)
    return versioned(
        Recommendation, act(officer=request.officer, at=request.at, recommendation=found, **said)
    )


def _recommendation(request: Call, pk: int) -> Any:
    return reads.recommendation_by_id(officer=request.officer, at=request.at, pk=pk).recommendation


def _paper(request: Call, pk: int) -> Any:
    return reads.paper_by_id(officer=request.officer, at=request.at, pk=pk, on=request.at.date())
