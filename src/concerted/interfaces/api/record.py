"""The record of acts and looks, and its seals, for those who check it; changes nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.reads import record_page
from concerted.foundation.audit.reads import EntryFilter, name_of, seal_state, segments

from .answers import Page, Paging, read_cursor, slice_of, write_cursor
from .call import Call, Id, Router, answers, operation

router = Router(tags=["record"])


class RecordEntry(Schema):
    """One row of the record; `id` is a name without order, and `detail` a JSON text."""

    id: str
    at: datetime
    recorded_at: datetime
    kind: str
    act: str
    officer_id: int | None
    appointment_id: int | None
    agency_id: int | None
    subject_kind: str
    subject_id: int | None
    detail: dict[str, Any]

    @staticmethod
    def resolve_id(thing: Any) -> str:
        """The row's name."""
        return name_of(thing)


class WantedEntries(Paging):
    """Which rows."""

    officer_id: Id | None = None
    act: str = Field("", pattern=r"^[A-Za-z0-9_.]*$", max_length=80)
    kind: Literal["", "act", "look", "sign_in", "outside"] = ""
    subject_kind: str = Field("", pattern=r"^[a-z_.]*$", max_length=40)
    subject_id: Id | None = None


@router.get("/audit/entries", response=answers(Page[RecordEntry]))
@operation(Permission.AUDIT_READ)
def list_entries(request: Call, wanted: Query[WantedEntries]) -> Any:
    """Rows of the record, newest first; looking at it is recorded too."""
    rows = record_page(
        officer=request.officer,
        at=request.at,
        wanted=EntryFilter(
            officer_id=wanted.officer_id,
            act=wanted.act,
            kind=wanted.kind,
            subject_kind=wanted.subject_kind,
            subject_id=wanted.subject_id,
        ),
        before=read_cursor(wanted.cursor, str) or "",
        limit=wanted.limit + 1,
    )
    items = rows[: wanted.limit]
    return {"items": items, "next": write_cursor(name_of(items[-1])) if len(rows) > wanted.limit else None}


class Seal(Schema):
    """One sealed segment: the Merkle root of its rows, chained to the seal before (hexadecimal).

    How many rows it covers is not told: more of them than one may see would tell of what one may not.
    """

    id: int
    epoch: int
    root: str
    previous: str
    chained: str
    sealed_at: datetime

    @staticmethod
    def resolve_root(thing: Any) -> str:
        """The root in hexadecimal."""
        return bytes(thing.root).hex()

    @staticmethod
    def resolve_previous(thing: Any) -> str:
        """The link to the seal before, in hexadecimal."""
        return bytes(thing.previous).hex()

    @staticmethod
    def resolve_chained(thing: Any) -> str:
        """This seal's own link, in hexadecimal."""
        return bytes(thing.chained).hex()


@router.get("/audit/seals", response=answers(Page[Seal]))
@operation(Permission.AUDIT_READ)
def list_seals(request: Call, paging: Query[Paging]) -> Any:
    """Every seal in the order of the chain."""
    return slice_of(segments(), paging, key=lambda seal: seal.pk, kind=int)


class Sealed(Schema):
    """Until when the record is sealed."""

    segments: int
    last_sealed_at: datetime | None


@router.get("/audit/state", response=answers(Sealed))
@operation(Permission.AUDIT_READ)
def read_state(request: Call) -> Any:
    """Until when the record is sealed."""
    return seal_state()
