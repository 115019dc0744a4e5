"""A newer national wording beside the old one and the answer of a place; nothing is ever overwritten."""

from __future__ import annotations

import json
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Field, Schema

from concerted.foundation.access.permissions import Permission
from concerted.mechanism.plan.acts import alignment as acts
from concerted.mechanism.plan.reads import alignment as reads

from .alignment import Alignment, AlignmentReason, FieldName, answered
from .answers import In, of
from .call import (
    Call,
    InPath,
    PlaceInPath,
    Router,
    Text,
    answers,
    change,
    expected_version,
    makes,
    operation,
)

router = Router(tags=["alignment"])


class FieldComparison(Schema):
    """One field in three wordings, as JSON texts."""

    field: str
    change: str
    base: str
    theirs: str
    ours: str

    @staticmethod
    def resolve_base(thing: Any) -> str:
        """The national wording that was answered."""
        return _told(thing.base)

    @staticmethod
    def resolve_theirs(thing: Any) -> str:
        """The national wording in force."""
        return _told(thing.theirs)

    @staticmethod
    def resolve_ours(thing: Any) -> str:
        """The place's wording."""
        return _told(thing.ours)


class Comparison(Schema):
    """Old national, new national and local wording of one answered measure."""

    answer: int = of("answer.pk")
    base: int = of("base.pk")
    theirs: int = of("theirs.pk")
    ours: int | None = of("ours.pk", None)
    is_due: bool
    fields: list[FieldComparison] = of("fields.fields")


@router.get("/alignments/{pk}/comparison", response=answers(Comparison))
@operation(Permission.PLAN_READ)
def compare(request: Call, pk: InPath) -> Any:
    """The pinned national wording, the one in force and the local one, field by field."""
    return reads.three_way_of(reads.answer_by_id(pk))


class Rebase(In):
    """For every field the nation changed: whose wording stands; and why, where it stays local."""

    choices: dict[FieldName, Literal["national", "local"]] = Field(max_length=60)
    reasons: dict[FieldName, Text] = Field({}, max_length=60)


@router.post("/alignments/{pk}/rebase", response=makes(Alignment))
@change(Permission.ALIGNMENT_DECIDE, conditional=True)
def rebase(request: Call, pk: InPath, said: Rebase) -> HttpResponse:
    """Answer the newer national wording field by field and pin the answer to it."""
    alignment = reads.answer_by_id(pk)
    made = acts.rebase(
        officer=request.officer,
        at=request.at,
        alignment=alignment,
        choices=said.choices,
        reasons=said.reasons,
        expected_row_version=expected_version(request, alignment),
    )
    return answered(made, status=201)


@router.post("/alignments/{pk}/keeping", response=makes(Alignment))
@change(Permission.ALIGNMENT_DECIDE, conditional=True)
def keep(request: Call, pk: InPath, why: AlignmentReason) -> HttpResponse:
    """Keep the answer as it is against the newer national wording, with the reason."""
    alignment = reads.answer_by_id(pk)
    made = acts.keep_divergence(
        officer=request.officer,
        at=request.at,
        alignment=alignment,
        reason=why.reason,
        expected_row_version=expected_version(request, alignment),
    )
    return answered(made, status=201)


class RebaseDue(Schema):
    """An answer that a newer national wording waits for."""

    answer: int = of("answer.pk")
    national_now: int = of("national_now.pk")
    key: str = of("national_now.key")
    changed: list[str]


@router.get("/places/{code}/rebases-due", response=answers(list[RebaseDue]))
@operation(Permission.PLAN_READ)
def list_rebases_due(request: Call, code: PlaceInPath) -> Any:
    """The place's answers that a newer national wording waits for."""
    return reads.rebases_due(code, on=request.at.date())


def _told(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
