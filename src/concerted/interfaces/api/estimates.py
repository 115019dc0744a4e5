"""Estimation runs over the API: ask, read, cancel, repeat, share; no rule of them is here."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Query, Schema

from concerted.errors import Invalid, NotThere, Problem
from concerted.foundation.access.permissions import Permission
from concerted.mechanism.figures import acts, reads
from concerted.methods import prevalence
from concerted.methods.prevalence import MAX_LISTS, METHOD_NAMES, CaptureTable

from .answers import In, Page, Paging, of, page_of, versioned
from .call import (
    Call,
    InPath,
    Line,
    PlaceCode,
    Router,
    Text,
    answers,
    change,
    changes,
    expected_version,
    makes,
    operation,
)

router = Router(tags=["estimation runs"])

MOST_PEOPLE = 10**9
MOST_TOLD = 100
History = Annotated[int, Field(ge=1, lt=1 << MAX_LISTS, description="bit i set: seen on list i")]
MethodName = Annotated[str, Field(pattern=f"^({'|'.join(METHOD_NAMES)})$")]
People = Annotated[int, Field(ge=0, le=MOST_PEOPLE)]


class Run(Schema):
    """One capture table put to every method; its result is read apart."""

    id: int
    agency: str = of("agency.key")
    title: str
    origin: str
    source: str
    year: int | None
    place_code: str
    lists: list[str]
    by: list[str] = of("strata_by")
    data_hash: str
    seed: int
    version: str
    repeats: int | None = of("repeats_id")
    state: str
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    shared_at: datetime | None
    result_hash: str
    row_version: int


@router.get("/estimation-runs", response=answers(Page[Run]))
@operation(Permission.ESTIMATE_READ)
def list_runs(request: Call, paging: Query[Paging]) -> Any:
    """The runs of the agency and those shared by others."""
    return page_of(reads.runs(officer=request.officer, at=request.at), paging)


@router.get("/estimation-runs/{pk}", response=answers(Run))
@operation(Permission.ESTIMATE_READ)
def read_run(request: Call, pk: InPath) -> HttpResponse:
    """One run, with its ETag."""
    return versioned(Run, _run(request, pk))


@router.get("/estimation-runs/{pk}/result", response=answers(dict[str, Any]))
@operation(Permission.ESTIMATE_READ)
def read_result(request: Call, pk: InPath) -> Any:
    """Every method's answer with the verdict; other agencies get no count below five and rounded estimates."""
    run = _run(request, pk)
    if run.state != "done":
        raise NotThere(_("This run has no result."))
    return reads.result_of(run, whole=reads.is_own(run, request.officer))


class Row(In):
    """How many people have one capture history."""

    history: History
    count: People
    stratum: Annotated[
        list[Annotated[Line, Field(min_length=1, max_length=60)]],
        Field(max_length=4, description="one value for each of `by`"),
    ] = []


class NewRun(In):
    """A capture table and what it is about."""

    title: Line
    lists: Annotated[list[Line], Field(min_length=2, max_length=MAX_LISTS)]
    rows: Annotated[list[Row], Field(min_length=1, max_length=20_000)]
    by: Annotated[
        list[Annotated[Line, Field(min_length=1, max_length=60)]],
        Field(max_length=4, description="what parts people: sex, age, form, province, year"),
    ] = []
    origin: Annotated[str, Field(pattern="^(uploaded|published)$")] = "uploaded"
    source: Text = ""
    year: Annotated[int | None, Field(ge=1900, le=2200)] = None
    place_code: PlaceCode = "000000"
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.02
    methods: Annotated[list[MethodName], Field(min_length=1, max_length=len(METHOD_NAMES))] = list(
        METHOD_NAMES
    )
    bootstrap: Annotated[int, Field(ge=0, le=10_000)] = 1000
    search_bootstrap: Annotated[int, Field(ge=0, le=10_000)] = 1000
    max_order: Annotated[int | None, Field(ge=1, le=MAX_LISTS)] = None
    within: Annotated[MethodName, Field(description="asked of each stratum and drawn linkage")] = "stepwise"
    pooling: Annotated[str, Field(pattern="^(both|none|partial)$")] = "both"
    linkage: Annotated[
        dict[str, Any] | None,
        Field(description="errors in joining records: missed and false, or records and links; draws, pool"),
    ] = None


@router.post("/estimation-runs", response=makes(Run))
@change(Permission.ESTIMATE_RUN)
def ask(request: Call, new: NewRun) -> HttpResponse:
    """Keep a table and queue it for every method."""
    table, strata = _tables(new)
    made = acts.ask_for_run(
        officer=request.officer,
        at=request.at,
        table=table,
        strata=strata,
        title=new.title,
        origin=new.origin,
        source=new.source,
        year=new.year,
        place_code=new.place_code,
        options=_options(new),
    )
    return versioned(Run, made, status=201, location=f"/api/v1/estimation-runs/{made.pk}")


@router.post("/estimation-runs/{pk}/repeat", response=makes(Run))
@change(Permission.ESTIMATE_RUN)
def repeat(request: Call, pk: InPath) -> HttpResponse:
    """Queue the same table with the same options and seed again."""
    made = acts.repeat_run(officer=request.officer, at=request.at, run=_own(request, pk))
    return versioned(Run, made, status=201, location=f"/api/v1/estimation-runs/{made.pk}")


@router.post("/estimation-runs/{pk}/cancel", response=changes(Run))
@change(Permission.ESTIMATE_RUN, conditional=True)
def cancel(request: Call, pk: InPath) -> HttpResponse:
    """End the run without a result."""
    run = _own(request, pk)
    expected_version(request, run)
    return versioned(Run, acts.cancel_run(officer=request.officer, at=request.at, run=run))


class Sharing(In):
    """Whether every member may read the results."""

    shared: bool


@router.post("/estimation-runs/{pk}/sharing", response=changes(Run))
@change(Permission.ESTIMATE_SHARE, conditional=True)
def share(request: Call, pk: InPath, sharing: Sharing) -> HttpResponse:
    """Share the results with every member, or stop it."""
    run = _own(request, pk)
    expected_version(request, run)
    act = acts.share_run if sharing.shared else acts.stop_sharing
    return versioned(Run, act(officer=request.officer, at=request.at, run=run))


def _run(request: Call, pk: int) -> Any:
    return reads.run_by_id(officer=request.officer, at=request.at, pk=pk)


def _own(request: Call, pk: int) -> Any:
    """The run, if it is the agency's own; another's is as absent."""
    run = _run(request, pk)
    if not reads.is_own(run, request.officer):
        raise NotThere(_("There is no such thing, or it is not open to you."))
    return run


def _options(new: NewRun) -> prevalence.PanelOptions:
    return prevalence.PanelOptions(
        methods=tuple(dict.fromkeys(new.methods)),
        threshold=new.threshold,
        bootstrap=new.bootstrap,
        search_bootstrap=new.search_bootstrap,
        max_order=new.max_order,
        seed=new.seed,
        within=new.within,
        pooling=new.pooling,
        linkage=None if new.linkage is None else prevalence.LinkageDoubt.from_json(new.linkage),
    )


def _tables(new: NewRun) -> tuple[CaptureTable, prevalence.StrataTables | None]:
    """The table of all people, and by strata where they are parted. Raises Invalid with each row at fault."""
    names = tuple(name.strip() for name in new.lists)
    problems = []
    if len({name.casefold() for name in names}) < len(names) or not all(names):
        problems.append(Problem(_("Each list needs a name of its own."), field="lists"))
    held: dict[tuple[str, ...], dict[int, int]] = {}
    for number, row in enumerate(new.rows, start=1):
        problem = _problem(row, number, len(names), len(new.by), held.setdefault(tuple(row.stratum), {}))
        if problem is not None:
            problems.append(problem)
        else:
            held[tuple(row.stratum)][row.history] = row.count
    people = sum(count for histories in held.values() for count in histories.values())
    if not problems and not 0 < people <= MOST_PEOPLE:
        problems.append(Problem(_("The table counts nobody, or more people than can be."), field="rows"))
    if problems:
        raise Invalid(_("The table cannot be taken."), problems=problems[:MOST_TOLD])
    tables = {key: CaptureTable.from_histories(names, histories) for key, histories in held.items()}
    if not new.by:
        return tables[()], None
    strata = prevalence.StrataTables(tuple(new.by), tables)
    return strata.whole, strata


def _problem(row: Row, number: int, k: int, parted: int, held: dict[int, int]) -> Problem | None:
    if len(row.stratum) != parted:
        return Problem(
            _("This row does not say of which stratum it is, or says too much."),
            field="stratum",
            row=number,
            remedy=_("Give one value for each of “by”."),
        )
    if row.history >= 1 << k or row.history in held:
        return Problem(
            _("This history names a list there is not, or stands twice."),
            field="history",
            row=number,
            remedy=_("Give each combination of lists once."),
        )
    return None
