"""What every API call passes: key, scope, one transaction, conditions and idempotency; holds no rule of the mechanism."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Header
from ninja.security import HttpBearer

from concerted.errors import Conflict, Invalid, NotThere, Problem, Stale
from concerted.foundation.access.door import acting
from concerted.foundation.access.keys import OpenedKey, first_call, keep_answer, open_key
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.foundation.access.reads import mechanism_now

from .problems import MissingCondition, ProblemDetails

if TYPE_CHECKING:
    from concerted.foundation.agencies.models import Officer

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Text = Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=100_000)]
Line = Annotated[str, Field(pattern=r"^[^\x00\r\n]*$", max_length=300)]
Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.\-]{1,80}$")]
IdempotencyKey = Annotated[
    str,
    Header(alias="Idempotency-Key", pattern=r"^[A-Za-z0-9_.:\-]{8,120}$", description="repeat it on a retry"),
]
IfMatch = Annotated[
    str | None, Header(alias="If-Match", description='the ETag you last read, for example "3"')
]

#: operation name -> permission, read by the matrix test.
OPERATIONS: dict[str, Permission] = {}


class Call(HttpRequest):
    """A request that passed the key check."""

    auth: OpenedKey
    officer: Officer
    at: datetime


class BearerKey(HttpBearer):
    """Authorization: Bearer with an issued key; a session cookie opens nothing here."""

    openapi_name = "key"

    def authenticate(self, request: HttpRequest, token: str) -> OpenedKey | None:
        return open_key(token, real=timezone.now(), at=mechanism_now())


def operation(permission: Permission) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Run the call as the key's officer in one transaction; out of scope or out of post is as absent.

    An unsafe call with an Idempotency-Key is applied once: a retry is answered with the first answer.
    """

    def guard(view: Callable[..., Any]) -> Callable[..., Any]:
        OPERATIONS[f"{view.__module__}.{view.__name__}"] = permission

        @functools.wraps(view)
        def through(request: Call, *args: Any, **kwargs: Any) -> Any:
            opened = request.auth
            if not opened.covers(permission) or not holds(opened.officer, permission):
                raise NotThere(_("There is no such thing, or it is not open to you."))
            request.officer, request.at = opened.officer, mechanism_now()
            with transaction.atomic(), acting(request.officer, request.at):
                key = request.headers.get("Idempotency-Key")
                if request.method in ("GET", "HEAD") or not key:
                    return view(request, *args, **kwargs)
                return _once(view, request, key, args, kwargs)

        return through

    return guard


def _once(
    view: Callable[..., Any], request: Call, key: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    kept = first_call(
        officer=request.officer, key=key, fingerprint=_fingerprint(request), real=timezone.now()
    )
    if kept is None:
        answer = view(request, *args, **kwargs)
        if not isinstance(answer, HttpResponse):
            raise TypeError("an unsafe operation answers with reply(...), so that its answer can be kept")
        keep_answer(
            officer=request.officer,
            key=key,
            status=answer.status_code,
            body=answer.content.decode(),
            headers={name: answer[name] for name in ("ETag", "Location") if name in answer},
        )
        return answer
    if kept.fingerprint != _fingerprint(request):
        raise Invalid(
            _("This Idempotency-Key was used for another call."),
            problems=[
                Problem(_("used before"), field="Idempotency-Key", remedy=_("Use a new key for a new call."))
            ],
        )
    if kept.status == 0:
        raise Conflict(_("The same call is under way."), remedy=_("Wait and repeat it with the same key."))
    again = HttpResponse(kept.body, status=kept.status, content_type="application/json")
    for name, value in kept.headers.items():
        again[name] = value
    again["Idempotent-Replay"] = "true"
    return again


def _fingerprint(request: HttpRequest) -> str:
    parts = (request.method or "", request.get_full_path(), request.headers.get("If-Match", ""))
    return hashlib.sha256("\n".join(parts).encode() + b"\n" + request.body).hexdigest()


def etag(row_version: int) -> str:
    """The ETag of a thing that counts its edits."""
    return f'"{row_version}"'


def expected_version(if_match: str | None, standing: int) -> int:
    """The row version the caller last read. Raises 428 without If-Match, Stale when it is not the standing one."""
    if not if_match:
        raise MissingCondition(
            _("A change needs the version it was made on."),
            remedy=_("Read the thing and send its ETag as If-Match."),
        )
    if if_match.strip().removeprefix("W/") not in (etag(standing), "*"):
        raise Stale(
            _("Somebody changed this since you read it."),
            remedy=_("Read it again, merge, and send the new ETag."),
        )
    return standing


FAULTS: dict[int, Any] = {code: ProblemDetails for code in (400, 401, 404, 422)}
CHANGE_FAULTS: dict[int, Any] = {code: ProblemDetails for code in (400, 401, 404, 409, 412, 413, 422, 428)}
