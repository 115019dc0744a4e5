"""What the routers of case work share: who acts, which case, codes in the description; no rule of case work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Query, Schema
from pydantic import AwareDatetime, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from concerted.errors import Conflict, NotThere
from concerted.foundation.agencies.reads import Agency, agency_by_key
from concerted.mechanism.cases import choices, codes
from concerted.mechanism.cases.reads import files as file_reads
from concerted.mechanism.cases.reads.machines import case_for_machine

from ..answers import In, of
from ..call import Call, Key, Line, Text, given

T = TypeVar("T")

Moment = Annotated[
    AwareDatetime,
    Field(
        ge=datetime.fromisoformat("1900-01-01T00:00:00+00:00"),
        le=datetime.fromisoformat("2200-12-31T00:00:00+00:00"),
        description="with its time zone; 1900 to 2200",
    ),
]
Why = Annotated[
    str,
    Query(
        min_length=4,
        max_length=200,
        pattern=r"^[^\x00-\x1f]*$",
        description="why it is looked at; it is kept in the record with the officer's name. Write no name in it",
    ),
]
Short = Annotated[Line, Field(max_length=120)]
Word = Annotated[Line, Field(max_length=40)]


class OneOf:
    """One of the codes of a list, told in the description of the API and checked before the act."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.codes = list(codes)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.literal_schema(list(self.codes))


Urgency = Annotated[str, OneOf(choices.URGENCIES)]
Risk = Annotated[str, OneOf(choices.RISKS)]
AgeBand = Annotated[str, OneOf(choices.AGE_BANDS)]
Section = Annotated[str, OneOf(choices.SECTION_KEYS)]
Sections = Annotated[list[Section], Field(max_length=40)]
Purpose = Annotated[str, OneOf(codes.PURPOSES)]
ServiceKind = Annotated[str, OneOf(codes.SERVICES)]
DeclineReason = Annotated[str, OneOf(codes.DECLINE_REASONS)]


class CasePreview(In):
    """What the agency asked sees before it accepts: nothing that tells who the person is."""

    age_band: AgeBand | None = None
    sex: Annotated[str, OneOf(("female", "male", "unknown", "declined", "not_asked"))] | None = None
    languages: Annotated[Line, Field(max_length=120)] | None = None
    needs: Annotated[Line, Field(max_length=200)] | None = None
    accompanied_by: Annotated[Line, Field(max_length=120)] | None = None


class Outside(In):
    """Somebody who does not work in the system."""

    name: Short
    body: Short = ""
    country: Annotated[Line, Field(max_length=60)] = ""
    contact: Annotated[Line, Field(max_length=200)] = ""


class StepNote(In):
    """A word that goes with the step."""

    note: Text = ""


class StepReason(In):
    """The reason, which is kept."""

    reason: Text


class MaybeReason(In):
    """The reason, where there is one."""

    reason: Text = ""


class Declined(In):
    """Why it is declined."""

    code: DeclineReason
    note: Text = ""


class CaseMove(Schema):
    """One step of a thing from state to state, with its words where they are open."""

    act: str
    source: str
    target: str
    at: datetime
    agency: str
    officer: str | None
    words: dict[str, Any]


class Step(Schema):
    """A step the table of states allows now, and which permission it needs."""

    act: str
    target: str
    permission: str


class With:
    """A row together with what is told beside its columns."""

    def __init__(self, row: Any, **more: Any) -> None:
        self._row = row
        self.__dict__.update(more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)


def who(request: Call) -> dict[str, Any]:
    """The officer and the time every act and look takes."""
    return {"officer": request.officer, "at": request.at}


def case_of(request: Call, pk: int) -> Any:
    """The spine of the case. Raises NotThere, the same for what is absent, not open, or open in an emergency only."""
    return case_for_machine(**who(request), pk=pk)


def on_case(request: Call, pk: int) -> dict[str, Any]:
    """The officer, the time and the case, as most acts and looks of case work take them."""
    return {**who(request), "case": case_of(request, pk)}


def agency_of(key: str) -> Agency:
    """The agency of this key. Raises NotThere."""
    return given(agency_by_key(key))


def colleague_of(request: Call, username: str) -> Any:
    """The officer of the caller's own agency at case work. Raises NotThere."""
    known = file_reads.colleagues(**who(request))
    return given(next((one for one in known if one.username == username), None))


def one_of(rows: Iterable[T], pk: int) -> T:
    """The row of this number; of a row with its words, the row. Raises NotThere."""
    found = next((row for row in rows if getattr(row, "pk", None) == pk), None)
    return given(found)


def row_of(rows: Iterable[tuple[T, Any]], pk: int) -> T:
    """The row of this number among rows with their words. Raises NotThere."""
    return one_of((row for row, _words in rows), pk)


def preview_of(preview: CasePreview | None) -> dict[str, Any] | None:
    """The preview's fields that were given."""
    return preview.dict(exclude_none=True) if preview else None


def move_of(row: Any, words: Any) -> dict[str, Any]:
    """A row of the log as it is told."""
    return {
        "act": row.act,
        "source": row.source,
        "target": row.target,
        "at": row.at,
        "agency": row.agency.key,
        "officer": row.officer.username if row.officer else None,
        "words": dict(words or {}),
    }


def steps_of(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """The rows of a table of states as they are told."""
    return [{"act": row.act, "target": row.target, "permission": str(row.permission)} for row in rows]


def attachment(content: bytes, name: str, kind: str) -> HttpResponse:
    """A file made for the caller, to be kept and never to be run."""
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def absent() -> NotThere:
    """The one answer for what is not there and what is not open."""
    return NotThere(_("There is no such thing, or it is not open to you."))


def already_there() -> Conflict:
    """The answer to a new thing under a key that is taken by one of the caller's own."""
    return Conflict(_("This is there already."), remedy=_("Read what is there and change that."))


def in_order(rows: Sequence[Any]) -> list[Any]:
    """Rows in order of their number, as cursor pages need them."""
    return sorted(rows, key=lambda row: row.pk)


__all__ = [
    "AgeBand",
    "CaseMove",
    "CasePreview",
    "Declined",
    "Key",
    "MaybeReason",
    "Moment",
    "OneOf",
    "Outside",
    "Purpose",
    "Risk",
    "Section",
    "Sections",
    "ServiceKind",
    "Short",
    "Step",
    "StepNote",
    "StepReason",
    "Urgency",
    "Why",
    "With",
    "Word",
    "absent",
    "agency_of",
    "already_there",
    "attachment",
    "case_of",
    "colleague_of",
    "in_order",
    "move_of",
    "of",
    "on_case",
    "one_of",
    "preview_of",
    "row_of",
    "steps_of",
    "who",
]
