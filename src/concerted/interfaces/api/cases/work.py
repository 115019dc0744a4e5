"""What an agency must do next in case work, over the API: my work, clocks on a case, files dealt out, filters."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.mechanism.cases import choices
from concerted.mechanism.cases.acts import clocks as clock_acts
from concerted.mechanism.cases.acts import files as file_acts
from concerted.mechanism.cases.acts import messages as message_acts
from concerted.mechanism.cases.acts import working as acts
from concerted.mechanism.cases.reads import cases as case_reads
from concerted.mechanism.cases.reads import files as file_reads
from concerted.mechanism.cases.reads import work as reads

from ..answers import In, Page, Paging, of, reply, slice_of, versioned
from ..call import (
    Call,
    Id,
    InPath,
    Key,
    Line,
    PlaceCode,
    Router,
    Text,
    answers,
    change,
    changes,
    edit,
    expected_version,
    given,
    makes,
    operation,
)
from .common import OneOf, With, Word, case_of, colleague_of, in_order, on_case, who
from .spine import File

router = Router(tags=["case work"])


class WorkItem(Schema):
    """One thing to do, wait for, or that climbed to the agency; no name stands in it. hours_late: where its clock
    runs by hours."""

    kind: str
    label_en: str
    label_zh: str
    subject_kind: str
    subject_id: int
    due: date | None
    due_at: datetime | None
    state: str
    days_late: int
    hours_late: float | None = of("late.hours", None)
    other: str | None = of("other.key", None)
    obligation: int | None = of("obligation.pk", None)


class News(Schema):
    """A piece of news for the agency's desk. case_number: in /case-work, where the case is open to the caller."""

    id: int = of("pk")
    kind: str
    case: int | None = of("case_id")
    case_number: str = of("case_number", "")
    sender: str = of("sender.key")
    thing: str
    thing_id: int | None
    at: datetime
    seen_at: datetime | None


class Work(Schema):
    """Everything that waits for the caller's agency, most overdue first; at most 200 of each."""

    todo: list[WorkItem]
    waiting_for: list[WorkItem]
    escalated: list[WorkItem]
    news: list[News]
    new_messages: int


@router.get("/case-work", response=answers(Work))
@operation(Permission.REFERRAL_READ)
def my_work(request: Call) -> Any:
    """What the caller's agency must do next, what it waits for, and its news."""
    return reads.my_work(**who(request))


@router.post("/case-news/{pk}/seen", response=changes(News))
@change(Permission.REFERRAL_READ)
def seen(request: Call, pk: InPath) -> HttpResponse:
    """One piece of news is off the agency's desk."""
    return reply(News, message_acts.mark_notice_seen(**who(request), notice=pk))


class ShownNews(In):
    """Which news was shown: what came since is not among it."""

    news: Annotated[list[Id], Field(min_length=1, max_length=message_acts.MOST_AT_ONCE)]


@router.post("/case-news/seen", response=changes(list[News]))
@change(Permission.REFERRAL_READ)
def all_seen(request: Call, shown: ShownNews) -> HttpResponse:
    """These pieces of news are off the agency's desk; answers with those there are, and leaves out what is none."""
    return reply(list[News], message_acts.mark_notices_seen(**who(request), notices=shown.news))


class Owed(Schema):
    """A duty of case work, with its state now."""

    id: int = of("pk")
    kind: str
    owner: str = of("owner.key")
    owed_to: str = of("owed_to.key")
    subject_kind: str
    subject_id: int
    label_en: str
    label_zh: str
    opens: date
    due: date
    due_at: datetime | None
    grace_until: date
    met_at: datetime | None
    excused_at: datetime | None
    state: str


def owed_by(request: Call, pk: int) -> Any:
    """One duty of case work that the caller's agency may know. Raises NotThere."""
    return given(reads.obligation_of_case_work(**who(request), pk=pk))


@router.get("/cases/{pk}/obligations", response=answers(Page[Owed]))
@operation(Permission.CASE_READ)
def list_owed(request: Call, pk: InPath, paging: Query[Paging]) -> Any:
    """What is owed on a case and its referrals, as far as the caller's agency may know."""
    rows = in_order(reads.owed_on_case(**on_case(request, pk)))
    return slice_of(rows, paging, key=lambda row: row.pk, kind=int)


@router.get("/case-obligations/{pk}", response=answers(Owed))
@operation(Permission.REFERRAL_READ)
def read_owed(request: Call, pk: InPath) -> Any:
    """One duty of case work."""
    return owed_by(request, pk)


class Done(In):
    """How it was done."""

    note: Text = ""


@router.post("/case-obligations/{pk}/completion", response=changes(Owed))
@change(Permission.CASE_EDIT)
def done(request: Call, pk: InPath, new: Done) -> HttpResponse:
    """What a clock of relief work asks of the caller's agency is done; others are met by their own acts."""
    clock_acts.record_done(**who(request), obligation=owed_by(request, pk), note=new.note)
    return reply(Owed, owed_by(request, pk))


class NewEvent(In):
    """What happened to the person, and where (the agency's own place unless said)."""

    event: Annotated[str, OneOf(choices.CLOCK_EVENTS)]
    place_code: PlaceCode | None = None


class Raised(Schema):
    """The duties that are owed from now on."""

    obligations: list[int]


@router.post("/cases/{pk}/events", response=makes(Raised))
@change(Permission.CASE_EDIT)
def record_event(request: Call, pk: InPath, new: NewEvent) -> HttpResponse:
    """Say what happened; every clock of relief work that it starts is owed by the agency its rule names."""
    raised = clock_acts.record_event(**on_case(request, pk), **new.dict())
    return reply(Raised, {"obligations": [one.pk for one in raised]}, status=201)


class FileChange(In):
    """State and local number of the agency's own file; a field left out stays as it is."""

    state: Annotated[str, OneOf(choices.FILE_STATES)] | None = None
    local_number: Word | None = None


@router.patch("/cases/{pk}/file", response=changes(File))
@edit(Permission.CASE_EDIT)
def change_file(request: Call, pk: InPath, new: FileChange) -> HttpResponse:
    """Change the caller's own file on the case; its version stands in the case's `file`."""
    view = case_reads.case_view(
        **who(request), case=case_of(request, pk), why="own file changed by a machine"
    )
    file = given(view.file)
    changed = file_acts.change_file(
        **who(request), file=file, row_version=expected_version(request, file), **new.dict()
    )
    return versioned(File, changed)


class NewAssignment(In):
    """Which of the agency's files go to which of its officers (null: to nobody); dry_run: say what it would do."""

    files: Annotated[list[Id], Field(min_length=1, max_length=file_acts.BULK_LIMIT)]
    to: Line | None = None
    dry_run: bool = False


class Assignment(Schema):
    """What giving one file did or would do: changed, same, or left out for a conflict of interest."""

    file: int
    outcome: str


class Assignments(Schema):
    """What became of each file."""

    dry_run: bool
    files: list[Assignment]


@router.post("/case-files/assignments", response=changes(Assignments))
@change(Permission.CASE_ASSIGN)
def assign(request: Call, new: NewAssignment) -> HttpResponse:
    """Give up to 100 of the agency's files to one officer, all or none; with dry_run nothing changes."""
    to = colleague_of(request, new.to) if new.to is not None else None
    preview = file_reads.preview_assignment(**who(request), files=new.files, to=to)
    if not new.dry_run:
        file_acts.assign_files(**who(request), files=new.files, to=to)
    told = [{"file": one.file.pk, "outcome": one.outcome} for one in preview]
    return reply(Assignments, {"dry_run": new.dry_run, "files": told})


class Filter(Schema):
    """A list the officer asks for again."""

    id: int = of("pk")
    name: str
    query: dict[str, Any]
    saved_at: datetime


@router.get("/case-filters", response=answers(list[Filter]))
@operation(Permission.CASE_READ)
def list_filters(request: Call) -> Any:
    """The officer's own saved filters of the list of cases."""
    return reads.saved_filters(**who(request))


class NewFilter(In):
    """A name and the fields of the list of cases; codes, never names and never a case's number."""

    name: Annotated[Line, Field(max_length=80)]
    query: Annotated[dict[Key, Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{0,40}$")]], Field(max_length=20)]


@router.post("/case-filters", response=makes(Filter))
@change(Permission.CASE_READ)
def save_filter(request: Call, new: NewFilter) -> HttpResponse:
    """Keep a filter under a name; the same name is written over."""
    query = {name: value for name, value in new.query.items() if name != "number"}
    return reply(Filter, acts.save_filter(**who(request), name=new.name, query=query), status=201)


class FilterName(In):
    """The name of a filter."""

    name: Annotated[Line, Field(max_length=80)]


class Removed(Schema):
    """How many were removed."""

    removed: int


@router.post("/case-filters/removal", response=changes(Removed))
@change(Permission.CASE_READ)
def remove_filter(request: Call, new: FilterName) -> HttpResponse:
    """Forget a filter."""
    return reply(Removed, {"removed": acts.remove_filter(**who(request), name=new.name)})


__all__ = ["With", "router"]
