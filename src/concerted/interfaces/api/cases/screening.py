"""Screening over the API: the lists of indicators, a result with the reason of every step, and what was kept."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.interfaces.exchange.screening import load_indicator_set, result_as_data
from concerted.mechanism.cases import choices, codes
from concerted.mechanism.cases.acts.screenings import record_screening
from concerted.mechanism.cases.reads import cases as reads
from concerted.methods.law import AgeRange, Answer, ScreeningForm, screen

from ..answers import In, Page, Paging, of, reply, slice_of
from ..call import Call, InPath, Key, Router, Text, answers, change, changes, makes, operation
from .common import OneOf, With, Word, case_of, in_order, on_case, who
from .intake import report_of

router = Router(tags=["screening"])

Years = Annotated[int, Field(ge=0, le=130)]
Said = Annotated[str, OneOf(choices.SCREENING_ANSWERS)]


class IndicatorList(Schema):
    """One list of a set; a list without text is told and cannot be used."""

    id: str
    en: str
    zh: str
    ages: str
    is_available: bool
    indicators: list[str]


class IndicatorSet(Schema):
    """A versioned set of indicators with its source."""

    id: str
    version: str
    source: str
    lists: list[IndicatorList]


@router.get("/indicator-sets", response=answers(list[IndicatorSet]))
@operation(Permission.SCREENING_MAKE)
def list_sets(request: Call) -> Any:
    """The indicator sets there are, each list with the keys of its indicators."""
    known = load_indicator_set()
    lists = [
        {
            "id": one.id,
            "en": one.en,
            "zh": one.zh,
            "ages": str(one.ages),
            "is_available": one.is_available,
            "indicators": [
                indicator.id for dimension in known.dimensions for indicator in dimension.in_list(one.id)
            ],
        }
        for one in known.lists
    ]
    return [{"id": known.id, "version": str(known.version), "source": known.source, "lists": lists}]


class Answers(In):
    """A screening form: the list, an answer by indicator (what is left out was not asked), who screened and how."""

    list: Key
    answers: Annotated[dict[Key, Said], Field(max_length=400)] = {}
    act: Said = "not_asked"
    age_from: Years | None = None
    age_to: Years | None = None
    screener_role: Annotated[str, OneOf(codes.SCREENERS)]
    source_of_identification: Annotated[str, OneOf(codes.IDENTIFIED_BY)]
    language: Word = ""
    note: Text = ""


class Result(Schema):
    """The result with the reason of every step; never a legal finding."""

    result: dict[str, Any]


def _scored(request: Call, new: Answers) -> dict[str, Any]:
    indicators = load_indicator_set()
    form = ScreeningForm(
        list=new.list,
        answers={key: Answer(said) for key, said in new.answers.items()},
        act=Answer(new.act),
        age=AgeRange(new.age_from, new.age_to),
        screened_on=timezone.localdate(request.at),
        screener_agency=request.officer.agency.key if request.officer.agency else "",
        screener_role=new.screener_role,
        source_of_identification=new.source_of_identification,
        language=new.language,
    )
    return result_as_data(form, screen(form, indicators), indicators)


@router.post("/screening-results", response=changes(Result))
@change(Permission.SCREENING_MAKE)
def score(request: Call, new: Answers) -> HttpResponse:
    """Say what the answers come to; nothing is kept of them."""
    return reply(Result, {"result": _scored(request, new)})


class Screening(Schema):
    """That a screening was kept; its answers and result are read at the case."""

    id: int = of("pk")
    case: int | None = of("case_id")
    report: int | None = of("report_id")
    agency: str = of("agency.key")
    officer: str = of("officer.username")
    screener_role: str
    source_of_identification: str
    indicator_set: str
    set_version: str
    at: datetime


class WholeScreening(Screening):
    """A screening with its answers and result; null where they were erased."""

    answers: dict[str, str] | None
    result: dict[str, Any] | None
    note: str


@router.get("/cases/{pk}/screenings", response=answers(Page[WholeScreening]))
@operation(Permission.CASE_READ)
def list_screenings(request: Call, pk: InPath, paging: Query[Paging]) -> Any:
    """The screenings open to the caller's agency; the look is recorded."""
    rows = [
        With(
            row,
            answers=words.get("answers") if words else None,
            result=words.get("result") if words else None,
            note=str((words or {}).get("note", "")),
        )
        for row, words in reads.screenings_of(**on_case(request, pk))
    ]
    return slice_of(in_order(rows), paging, key=lambda row: row.pk, kind=int)


def _keep(request: Call, new: Answers, **about: Any) -> HttpResponse:
    indicators = load_indicator_set()
    made = record_screening(
        **who(request),
        **about,
        indicator_set=indicators.id,
        set_version=str(indicators.version),
        answers=dict(new.answers),
        result=_scored(request, new),
        screener_role=new.screener_role,
        source_of_identification=new.source_of_identification,
        note=new.note,
    )
    return reply(Screening, made, status=201)


@router.post("/cases/{pk}/screenings", response=makes(Screening))
@change(Permission.SCREENING_MAKE)
def screen_case(request: Call, pk: InPath, new: Answers) -> HttpResponse:
    """Score and keep a screening of the person of a case."""
    return _keep(request, new, case=case_of(request, pk))


@router.post("/intake-reports/{pk}/screenings", response=makes(Screening))
@change(Permission.SCREENING_MAKE)
def screen_report(request: Call, pk: InPath, new: Answers) -> HttpResponse:
    """Score and keep a screening of the person a report speaks of."""
    return _keep(request, new, report=report_of(request, pk))
