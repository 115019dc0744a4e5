"""Turns every error into problem+json (RFC 9457); tells nothing of the inside."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from psycopg.errors import UniqueViolation

from concerted.errors import ConcertedError, Conflict, Invalid, NotThere, Problem, Refused, Stale, Unready
from concerted.foundation.access.clashes import clash_of

from .faults import fault_of

STATUS: dict[type[ConcertedError], int] = {
    Refused: 404,
    NotThere: 404,
    Stale: 412,
    Conflict: 409,
    Invalid: 422,
    Unready: 503,
}


MEDIA_TYPE = "application/problem+json"


class Fault(Schema):
    """One fault in what was sent."""

    what: str
    field: str = ""
    row: int | None = None
    remedy: str = ""


class ProblemDetails(Schema):
    """RFC 9457 problem details, with the remedy and every fault found."""

    type: str
    title: str
    status: int
    detail: str = ""
    where: str = ""
    remedy: str = ""
    faults: list[Fault] = []


class MissingCondition(ConcertedError):
    """A change was sent without If-Match."""

    code = "condition_missing"


class OutOfScope(ConcertedError):
    """A key's scopes do not cover the call, though the post of its officer does."""

    code = "out_of_scope"


def problem(
    status: int,
    code: str,
    title: str,
    *,
    detail: str = "",
    where: str = "",
    remedy: str = "",
    faults: list[dict[str, Any]] | None = None,
) -> HttpResponse:
    """A problem+json answer."""
    body = {
        "type": f"urn:concerted:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "where": where,
        "remedy": remedy,
        "faults": faults or [],
    }
    answer = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    answer["Content-Type"] = MEDIA_TYPE
    if status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def register(api: NinjaAPI) -> None:
    """Attach the translation of every kind of error to the API."""

    @api.exception_handler(ConcertedError)
    def told(request: HttpRequest, error: ConcertedError) -> HttpResponse:
        status = _OWN_STATUS.get(type(error)) or _status(error)
        if isinstance(error, Stale) and getattr(request, "if_match", None) is None:
            status = 409  # what is stale stood in the body: no condition of the call failed
        code = NotThere.code if isinstance(error, Refused) else error.code
        where, remedy = ("", "") if isinstance(error, Refused) else (str(error.where), str(error.remedy))
        title = _absent() if status == 404 else str(error.what)
        faults = [_fault(p) for p in error.problems] if isinstance(error, Invalid) else []
        return problem(status, code, title, where=where, remedy=remedy, faults=faults)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return problem(
            422,
            "invalid",
            _("What was sent cannot be taken."),
            remedy=_("Correct each fault listed."),
            faults=[fault_of(one) for one in error.errors],
        )

    @api.exception_handler(AuthenticationError)
    def unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return problem(
            401,
            "no_key",
            _("A valid key is needed."),
            remedy=_("Send Authorization: Bearer with a key issued to you."),
        )

    @api.exception_handler(Http404)
    def absent(request: HttpRequest, error: Http404) -> HttpResponse:
        return problem(404, NotThere.code, _absent())

    @api.exception_handler(HttpError)
    def http(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(
            error.status_code,
            "unreadable",
            _("The call could not be read."),
            remedy=_("Send the body as the description of the interface gives it, with its Content-Type."),
        )

    @api.exception_handler(RequestDataTooBig)
    def too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
        with_file = request.content_type == "multipart/form-data"
        most = settings.FILE_UPLOAD_MAX_MEMORY_SIZE if with_file else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        what = _("The call is larger than %(most)s MB.") % {"most": most // (1024 * 1024)}
        return problem(413, "too_big", what, remedy=_("Send it in parts."))

    @api.exception_handler(DataError)
    def out_of_range(request: HttpRequest, error: DataError) -> HttpResponse:
        return problem(
            422, "invalid", _("A value is out of range."), remedy=_("Check numbers and texts for their size.")
        )

    @api.exception_handler(OperationalError)
    def undone(request: HttpRequest, error: OperationalError) -> HttpResponse:
        clash = clash_of(error)
        if clash is None:
            raise error
        return told(request, clash)

    @api.exception_handler(IntegrityError)
    def there_already(request: HttpRequest, error: IntegrityError) -> HttpResponse:
        if not isinstance(error.__cause__, UniqueViolation):
            raise error
        return problem(
            409,
            Conflict.code,
            _("This is there already."),
            remedy=_("Read what is there and change that."),
        )


_OWN_STATUS: dict[type[ConcertedError], int] = {MissingCondition: 428, OutOfScope: 403}


def _status(error: ConcertedError) -> int:
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 400)


def _absent() -> str:
    return _("There is no such thing, or it is not open to you.")


def _fault(problem: Problem) -> dict[str, Any]:
    return {
        "what": str(problem.what),
        "field": problem.field,
        "row": problem.row,
        "remedy": str(problem.remedy),
    }
