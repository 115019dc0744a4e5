"""Which national measures a place has answered, and what its answers lack; it changes nothing."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from ninja import Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.mechanism.plan.reads import alignment as reads
from concerted.mechanism.plan.reads import documents

from .answers import of
from .call import (
    Call,
    InPath,
    PlaceCode,
    Router,
    answers,
    operation,
)

router = Router(tags=["alignment"])


class Gap(Schema):
    """What a local measure lacks against the national one."""

    kind: str
    indicator: str
    national: str
    local: str

    @staticmethod
    def resolve_national(thing: Any) -> str:
        """The nation's value in words."""
        return "" if thing.national is None else str(thing.national)

    @staticmethod
    def resolve_local(thing: Any) -> str:
        """The place's value in words."""
        return "" if thing.local is None else str(thing.local)


class CoverageCell(Schema):
    """One place's stand on one national measure; gaps are null where they cannot be told."""

    measure: int = of("measure_id")
    place_code: str
    kind: str
    state: str
    answer: int | None = of("answer_id", None)
    local: int | None = of("local_id", None)
    inherited: bool
    diverged: bool
    gaps: list[Gap] | None


class CoverageRow(Schema):
    """One national measure with its cells, in the order of the places."""

    measure: int = of("measure.pk")
    key: str = of("measure.key")
    answered: int
    cells: list[CoverageCell]


class CoveragePlace(Schema):
    """One place of the matrix and its plan."""

    code: str = of("place.code")
    name_en: str = of("place.name_en")
    name_zh: str = of("place.name_zh")
    plan: str | None = of("plan.key", None)
    local_only: int


class Coverage(Schema):
    """The measures of a version against the places of a level."""

    version: int = of("version.pk")
    on: date
    places: list[CoveragePlace]
    rows: list[CoverageRow]


class WantedCoverage(Schema):
    """The level of the places and the place they lie in."""

    level: Literal["province", "prefecture"] = "province"
    within: PlaceCode = "000000"


@router.get("/versions/{pk}/coverage", response=answers(Coverage))
@operation(Permission.PLAN_READ)
def read_coverage(request: Call, pk: InPath, wanted: Query[WantedCoverage]) -> Any:
    """How the places of a level answered every measure of the version."""
    version = documents.version_by_id(pk)
    return reads.coverage(version, on=request.at.date(), level=wanted.level, within=wanted.within)


class GapCounts(Schema):
    """In how many cells each kind of gap occurs, out of all."""

    total: int
    counts: dict[str, int]


@router.get("/versions/{pk}/gaps", response=answers(GapCounts))
@operation(Permission.PLAN_READ)
def count_gaps(request: Call, pk: InPath) -> Any:
    """How often each kind of gap occurs among the provinces."""
    matrix = reads.coverage(documents.version_by_id(pk), on=request.at.date())
    counts = {str(kind): number for kind, number in reads.gap_counts(matrix).items()}
    return {"total": sum(len(row.cells) for row in matrix.rows), "counts": counts}
