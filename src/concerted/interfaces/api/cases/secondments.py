"""Officers asked for and lent over the API; the home agency answers, and is never told which cases they are."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.mechanism.cases import codes
from concerted.mechanism.cases.acts import secondments as acts
from concerted.mechanism.cases.reads import secondments as reads
from concerted.mechanism.cases.states import SECONDMENT

from ..answers import In, Page, Paging, of, read_cursor, versioned, write_cursor
from ..call import Call, Id, InPath, Line, Router, answers, as_read, change, changes, makes, operation
from .common import Moment, OneOf, Step, Urgency, With, case_of, one_of, steps_of, who

router = Router(tags=["officers on cases"])

Need = Annotated[str, OneOf(codes.SECONDMENT_NEEDS)]
Refusal = Annotated[str, OneOf(codes.SECONDMENT_DECLINES)]


class Secondment(Schema):
    """An officer of `home` asked for by `host`, for named cases until a day. `cases`: told to the host alone.
    `widens`: the running secondment within which these are further cases, or where it `prolongs`, a longer time.
    `taken_back`: how many of its cases the host has taken back from the officer; they are not in `cases`."""

    id: int = of("pk")
    officer: str = of("officer.username")
    home: str = of("home.key")
    host: str = of("host.key")
    need: str
    urgency: str
    case_count: int
    cases: list[int]
    widens: int | None = of("widens_id")
    prolongs: bool
    taken_back: int
    state: str
    asked_at: datetime
    answer_by: datetime | None
    answered_at: datetime | None
    decline_code: str
    since: datetime | None
    until: datetime
    ended_at: datetime | None
    row_version: int


class WholeSecondment(Secondment):
    """The same with the steps possible now."""

    steps: list[Step]


def _told(view: reads.SecondmentView) -> With:
    return With(view.secondment, cases=[case.pk for case in view.cases], steps=steps_of(view.possible))


def _view(request: Call, pk: int) -> reads.SecondmentView:
    found: reads.SecondmentView = reads.secondment_by_id(**who(request), pk=pk)
    return found


class WantedSecondments(Paging):
    """In which state."""

    state: Annotated[str, OneOf(("", *SECONDMENT.states))] = ""


@router.get("/secondments", response=answers(Page[Secondment]))
@operation(Permission.OFFICER_SECOND)
def list_secondments(request: Call, wanted: Query[WantedSecondments]) -> Any:
    """The officers that the caller's agency asked for, and those of its own that others asked for."""
    rows = reads.secondments_after(
        **who(request),
        state=wanted.state,
        after=read_cursor(wanted.cursor, int) or 0,
        limit=wanted.limit + 1,
    )
    items = rows[: wanted.limit]
    following = write_cursor(items[-1].secondment.pk) if len(rows) > wanted.limit else None
    return {"items": [_told(view) for view in items], "next": following}


@router.get("/secondments/{pk}", response=answers(WholeSecondment))
@operation(Permission.OFFICER_SECOND)
def read_secondment(request: Call, pk: InPath) -> HttpResponse:
    """One of them."""
    return versioned(WholeSecondment, _told(_view(request, pk)))


class NewSecondment(In):
    """Whom the caller's agency asks for: an officer at case work elsewhere, for which cases, what for, until when."""

    officer: Line
    cases: Annotated[list[Id], Field(min_length=1, max_length=50)]
    until: Moment
    need: Need
    urgency: Urgency = "routine"


@router.post("/secondments", response=makes(Secondment))
@change(Permission.OFFICER_SECOND)
def ask(request: Call, new: NewSecondment) -> HttpResponse:
    """Ask the home agency for an officer; nothing of the cases is told to it or to him."""
    guest, home_post = reads.possible_guest(**who(request), username=new.officer)
    made = acts.ask_for_officer(
        **who(request),
        guest=guest,
        home_post=home_post,
        cases=[case_of(request, pk) for pk in new.cases],
        until=new.until,
        need=new.need,
        urgency=new.urgency,
    )
    pk = made.secondment.pk
    return versioned(Secondment, _told(_view(request, pk)), status=201, location=f"/api/v1/secondments/{pk}")


class FurtherCases(In):
    """Which further cases, what for, how urgent."""

    cases: Annotated[list[Id], Field(min_length=1, max_length=50)]
    need: Need
    urgency: Urgency = "routine"


@router.post("/secondments/{pk}/further-cases", response=makes(Secondment))
@change(Permission.OFFICER_SECOND)
def ask_further(request: Call, pk: InPath, new: FurtherCases) -> HttpResponse:
    """Ask the home agency whether a lent officer may work further cases until the same day: a request of its own."""
    made = acts.ask_for_further_cases(
        **who(request),
        secondment=_view(request, pk).secondment,
        cases=[case_of(request, each) for each in new.cases],
        need=new.need,
        urgency=new.urgency,
    )
    further = made.secondment.pk
    told = _told(_view(request, further))
    return versioned(Secondment, told, status=201, location=f"/api/v1/secondments/{further}")


class LongerTime(In):
    """Until which later day, what for, how urgent."""

    until: Moment
    need: Need
    urgency: Urgency = "routine"


@router.post("/secondments/{pk}/prolongation", response=makes(Secondment))
@change(Permission.OFFICER_SECOND)
def ask_longer(request: Call, pk: InPath, new: LongerTime) -> HttpResponse:
    """Ask the home agency whether a lent officer may stay until a later day: a request of its own, answered as any."""
    made = acts.ask_for_longer(**who(request), secondment=_view(request, pk).secondment, **new.dict())
    longer = made.secondment.pk
    told = _told(_view(request, longer))
    return versioned(Secondment, told, status=201, location=f"/api/v1/secondments/{longer}")


@router.post("/secondments/{pk}/cases/{part}/taking-back", response=changes(Secondment))
@change(Permission.OFFICER_SECOND)
def take_case_back(request: Call, pk: InPath, part: InPath) -> HttpResponse:
    """Let the lent officer work this case no more; the others go on."""
    view = _view(request, pk)
    acts.take_case_back(**who(request), secondment=view.secondment, case=one_of(view.cases, part))
    return versioned(Secondment, _told(_view(request, pk)))


@router.post("/secondments/{pk}/agreement", response=changes(Secondment))
@change(Permission.OFFICER_SECOND, conditional=True)
def agree(request: Call, pk: InPath) -> HttpResponse:
    """Lend the officer: from now on he may act for the host, on the named cases alone."""
    acts.agree_secondment(**who(request), secondment=as_read(request, _view(request, pk).secondment))
    return versioned(Secondment, _told(_view(request, pk)))


class NotLent(In):
    """Why the officer is not lent."""

    code: Refusal


@router.post("/secondments/{pk}/decline", response=changes(Secondment))
@change(Permission.OFFICER_SECOND, conditional=True)
def decline(request: Call, pk: InPath, new: NotLent) -> HttpResponse:
    """Do not lend the officer, with a coded reason."""
    acts.decline_secondment(
        **who(request), secondment=as_read(request, _view(request, pk).secondment), code=new.code
    )
    return versioned(Secondment, _told(_view(request, pk)))


@router.post("/secondments/{pk}/withdrawal", response=changes(Secondment))
@change(Permission.OFFICER_SECOND, conditional=True)
def withdraw(request: Call, pk: InPath) -> HttpResponse:
    """Ask no more."""
    acts.withdraw_secondment(**who(request), secondment=as_read(request, _view(request, pk).secondment))
    return versioned(Secondment, _told(_view(request, pk)))


@router.post("/secondments/{pk}/end", response=changes(Secondment))
@change(Permission.OFFICER_SECOND, conditional=True)
def end_secondment(request: Call, pk: InPath) -> HttpResponse:
    """Send the officer home, or call him back, before the day."""
    acts.end_secondment(**who(request), secondment=as_read(request, _view(request, pk).secondment))
    return versioned(Secondment, _told(_view(request, pk)))
