"""Entitlements and their numbered letters over the API; whoever holds a letter learns valid or not valid only."""

from __future__ import annotations

from base64 import b64encode
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from django.urls import reverse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.interfaces.exchange.letters import letter_as_docx, letter_as_pdf, letter_of
from concerted.mechanism.cases import codes
from concerted.mechanism.cases.acts import entitlements as acts
from concerted.mechanism.cases.reads.assistance import entitlements_waiting, letter_is_valid

from ..answers import In, Page, Paging, of, reply, slice_of, versioned
from ..call import Call, Day, InPath, Line, Router, Text, answers, as_read, change, changes, makes, operation
from .common import OneOf, Short, StepReason, With, in_order, on_case, one_of, row_of, who
from .help import help_on

router = Router(tags=["entitlements and letters"])


class Entitlement(Schema):
    """What the person is entitled to from a day to a day, without its words."""

    id: int = of("pk")
    case: int = of("case_id")
    agency: str = of("agency.key")
    officer: str = of("officer.username")
    kind: str
    state: str
    requested_at: datetime
    since: date | None
    until: date | None
    decided_at: datetime | None
    row_version: int


class WholeEntitlement(Entitlement):
    """An entitlement with its words."""

    note: str
    decision: str


@router.get("/cases/{pk}/entitlements", response=answers(Page[WholeEntitlement]))
@operation(Permission.CASE_READ)
def list_entitlements(request: Call, pk: InPath, paging: Query[Paging]) -> Any:
    """The entitlements open to the caller's agency; the look is recorded."""
    told = [
        With(row, note=str(words.get("note", "")), decision=str(words.get("decision", "")))
        for row, words in help_on(request, pk).entitlements
    ]
    return slice_of(in_order(told), paging, key=lambda row: row.pk, kind=int)


@router.get("/entitlements-waiting", response=answers(Page[Entitlement]))
@operation(Permission.ENTITLEMENT_GRANT)
def list_waiting(request: Call, paging: Query[Paging]) -> Any:
    """What was asked for in the agency and waits for a supervisor."""
    rows = in_order(entitlements_waiting(**who(request)))
    return slice_of(rows, paging, key=lambda row: row.pk, kind=int)


class NewEntitlement(In):
    """What is asked for."""

    kind: Annotated[str, OneOf(codes.ENTITLEMENTS)]
    since: Day | None = None
    until: Day | None = None
    note: Text = ""


@router.post("/cases/{pk}/entitlements", response=makes(Entitlement))
@change(Permission.ASSISTANCE_EDIT)
def ask(request: Call, pk: InPath, new: NewEntitlement) -> HttpResponse:
    """Ask within the agency; a supervisor who did not ask decides."""
    made = acts.request_entitlement(**on_case(request, pk), **new.dict())
    return versioned(Entitlement, made, status=201, location=f"/api/v1/cases/{pk}/entitlements")


def _one(request: Call, pk: int, part: int) -> dict[str, Any]:
    return {**who(request), "entitlement": row_of(help_on(request, pk).entitlements, part)}


def _as_read(request: Call, pk: int, part: int) -> dict[str, Any]:
    return {**who(request), "entitlement": as_read(request, _one(request, pk, part)["entitlement"])}


class Grant(In):
    """From which day until which."""

    since: Day
    until: Day | None = None


@router.post("/cases/{pk}/entitlements/{part}/grant", response=changes(Entitlement))
@change(Permission.ENTITLEMENT_GRANT, conditional=True)
def grant(request: Call, pk: InPath, part: InPath, new: Grant) -> HttpResponse:
    """Grant it, by a supervisor who did not ask for it."""
    return versioned(Entitlement, acts.grant_entitlement(**_as_read(request, pk, part), **new.dict()))


@router.post("/cases/{pk}/entitlements/{part}/refusal", response=changes(Entitlement))
@change(Permission.ENTITLEMENT_GRANT, conditional=True)
def refuse(request: Call, pk: InPath, part: InPath, new: StepReason) -> HttpResponse:
    """Refuse it, with the reason."""
    return versioned(Entitlement, acts.refuse_entitlement(**_as_read(request, pk, part), reason=new.reason))


class Renewal(In):
    """Until which later day."""

    until: Day


@router.post("/cases/{pk}/entitlements/{part}/renewal", response=changes(Entitlement))
@change(Permission.ENTITLEMENT_GRANT, conditional=True)
def renew(request: Call, pk: InPath, part: InPath, new: Renewal) -> HttpResponse:
    """Let it run until a later day; letters keep their own last day."""
    return versioned(Entitlement, acts.renew_entitlement(**_as_read(request, pk, part), until=new.until))


@router.post("/cases/{pk}/entitlements/{part}/revocation", response=changes(Entitlement))
@change(Permission.ENTITLEMENT_GRANT, conditional=True)
def revoke(request: Call, pk: InPath, part: InPath, new: StepReason) -> HttpResponse:
    """End it before its day; every letter on it is invalid from now on."""
    return versioned(Entitlement, acts.revoke_entitlement(**_as_read(request, pk, part), reason=new.reason))


class Letter(Schema):
    """A letter that was issued; its code stands on it alone."""

    id: int = of("pk")
    entitlement: int = of("entitlement_id")
    agency: str = of("agency.key")
    number: str
    language: str
    issued_at: datetime
    valid_until: date | None
    revoked_at: datetime | None


@router.get("/cases/{pk}/letters", response=answers(Page[Letter]))
@operation(Permission.CASE_READ)
def list_letters(request: Call, pk: InPath, paging: Query[Paging]) -> Any:
    """The letters issued on the case, as far as they are open to the caller's agency."""
    rows = in_order(help_on(request, pk).letters)
    return slice_of(rows, paging, key=lambda row: row.pk, kind=int)


class NewLetter(In):
    """A letter on a granted entitlement. holder stands on the letter and is not kept."""

    holder: Short
    language: Literal["zh-hans", "en"] = "zh-hans"
    form: Literal["pdf", "docx"] = "pdf"


class IssuedLetter(Letter):
    """The letter, its code and its file (base64), told this once."""

    code: str
    file_name: str
    file: str


def _handed_over(request: Call, pk: int, issued: Any, new: NewLetter) -> HttpResponse:
    made = letter_of(issued, holder=new.holder, verify_at=request.build_absolute_uri(reverse("tell:letter")))
    content = letter_as_pdf(made) if new.form == "pdf" else letter_as_docx(made)
    told = With(
        issued.letter,
        code=issued.code,
        file_name=f"letter-{issued.letter.number}.{new.form}",
        file=b64encode(content).decode(),
    )
    return reply(IssuedLetter, told, status=201, location=f"/api/v1/cases/{pk}/letters")


@router.post("/cases/{pk}/entitlements/{part}/letters", response=makes(IssuedLetter))
@change(Permission.ENTITLEMENT_GRANT)
def issue(request: Call, pk: InPath, part: InPath, new: NewLetter) -> HttpResponse:
    """Issue a letter with a number and a code; whoever holds it can ask whether it is valid."""
    issued = acts.issue_letter(**_one(request, pk, part), language=new.language)
    return _handed_over(request, pk, issued, new)


@router.post("/cases/{pk}/letters/{part}/replacement", response=makes(IssuedLetter))
@change(Permission.ENTITLEMENT_GRANT)
def replace(request: Call, pk: InPath, part: InPath, new: NewLetter) -> HttpResponse:
    """Issue a letter in the place of one that was lost or renewed: the old number is not valid from now on."""
    old = one_of(help_on(request, pk).letters, part)
    issued = acts.replace_letter(**who(request), letter=old, language=new.language)
    return _handed_over(request, pk, issued, new)


@router.post("/cases/{pk}/letters/{part}/revocation", response=changes(Letter))
@change(Permission.ENTITLEMENT_GRANT)
def revoke_letter(request: Call, pk: InPath, part: InPath) -> HttpResponse:
    """One letter is invalid from now on; the entitlement stays."""
    found = one_of(help_on(request, pk).letters, part)
    return reply(Letter, acts.revoke_letter(**who(request), letter=found))


class LetterCheck(In):
    """Number and code as they stand on a letter."""

    number: Annotated[Line, Field(max_length=40)]
    code: Annotated[Line, Field(max_length=40)]


class Validity(Schema):
    """Whether the letter is valid now, and nothing else."""

    valid: bool


@router.post("/letter-checks", response=changes(Validity))
@change(Permission.AGENCY_READ)
def check(request: Call, new: LetterCheck) -> HttpResponse:
    """Ask whether a letter is valid; any key may, and it learns nothing else."""
    valid = letter_is_valid(number=new.number, code=new.code, at=request.at)
    return reply(Validity, {"valid": valid})
