"""What every API call passes: key, scope, one transaction, conditions, idempotency; holds no rule of the mechanism."""

from __future__ import annotations

import functools
import hashlib
import hmac
import inspect
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Header, Path
from ninja import Router as NinjaRouter
from ninja.security import HttpBearer

from concerted.errors import Conflict, Invalid, NotThere, Problem, Stale
from concerted.foundation.access.acts.tokens import scope_of
from concerted.foundation.access.door import acting, taking_away
from concerted.foundation.access.keys import (
    OpenedKey,
    first_call,
    held_version,
    keep_answer,
    kept_body,
    open_key,
)
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.foundation.access.reads import mechanism_now

from .problems import MissingCondition, OutOfScope, ProblemDetails

if TYPE_CHECKING:
    from django.db.models import Model

    from concerted.foundation.agencies.models import Officer

_LARGEST = Decimal("99999999999999.999999")

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Text = Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=20_000)]
Line = Annotated[str, Field(pattern=r"^[^\x00\r\n]*$", max_length=300)]
Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.\-]{1,80}$")]
Slug = Annotated[str, Field(pattern=r"^[A-Za-z0-9_\-]{1,40}$")]
PlaceCode = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
Number = Annotated[Decimal, Field(ge=-_LARGEST, le=_LARGEST, max_digits=20, decimal_places=6)]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 12, 31), description="1900 to 2200")]

InPath = Annotated[int, Path(ge=1, le=2**63 - 1)]
KeyInPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.\-]{1,80}$")]
PlaceInPath = Annotated[str, Path(pattern=r"^[0-9]{6}$")]

IdempotencyKey = Annotated[
    str,
    Header(alias="Idempotency-Key", pattern=r"^[A-Za-z0-9_.:\-]{8,120}$", description="repeat it on a retry"),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        pattern=r'^(W/)?"[0-9]{1,10}"$',
        description='the ETag you last read, for example "3"; without it the answer is 428',
    ),
]

T = TypeVar("T")
M = TypeVar("M", bound="Model")

#: operation name -> permission, read by the matrix test.
OPERATIONS: dict[str, Permission] = {}
#: operations that open without a key, as the public pages open without signing in.
OPEN: set[str] = set()


class Call(HttpRequest):
    """A request that passed the key check."""

    auth: OpenedKey
    officer: Officer
    at: datetime
    if_match: str | None
    #: whether the view compared `if_match` with what stands
    is_compared: bool
    under: bytes
    sent_once: str


class BearerKey(HttpBearer):
    """Authorization: Bearer with an issued key; a session cookie opens nothing here."""

    openapi_name = "key"

    def authenticate(self, request: HttpRequest, token: str) -> OpenedKey | None:
        return open_key(token, real=timezone.now(), at=mechanism_now())


View = Callable[..., Any]


def operation(permission: Permission) -> Callable[[View], View]:
    """A read: run as the key's officer in one transaction; out of post is as absent, out of scope 403.

    Case work out of scope is as absent too.
    """
    return _guarded(permission)


def change(permission: Permission, *, conditional: bool = False) -> Callable[[View], View]:
    """A POST: applied once per Idempotency-Key, which is compulsory; a retry gets the first answer again.

    conditional: it counts one more edit of a thing that stands, so the call also sends If-Match, which the view hands
    to `expected_version` or `as_read`.
    """
    return _guarded(permission, IdempotencyKey, *([IfMatch] if conditional else []))


def edit(permission: Permission) -> Callable[[View], View]:
    """A PATCH or DELETE: the call sends If-Match, which makes repeating it harmless."""
    return _guarded(permission, IfMatch)


def open_to_everybody(*, once: bool = False) -> Callable[[View], View]:
    """A call that needs no key: nobody acts, so it shows nothing but what the act itself tells. It leaves no cookie.

    once: the call sends an Idempotency-Key, which the view turns into an answer that a retry gets again; nothing of
    the answer is kept for that. The router names it with `auth=None`.
    """

    def guard(view: View) -> View:
        OPEN.add(f"{view.__module__}.{view.__name__}")

        @functools.wraps(view)
        def through(request: Call, *args: Any, **kwargs: Any) -> HttpResponse:
            request.at = mechanism_now()
            if once:
                request.sent_once = (
                    f"{kwargs.pop('idempotency_key')}/{hashlib.sha256(request.body).hexdigest()}"
                )
            answer: HttpResponse = view(request, *args, **kwargs)
            answer["Cache-Control"] = "no-store"
            answer["Referrer-Policy"] = "no-referrer"
            return answer

        cast(Any, through).__signature__ = _with_headers(view, (IdempotencyKey,) if once else ())
        return through

    return guard


def _guarded(permission: Permission, *headers: Any) -> Callable[[View], View]:
    def guard(view: View) -> View:
        OPERATIONS[f"{view.__module__}.{view.__name__}"] = permission

        @functools.wraps(view)
        def through(request: Call, *args: Any, **kwargs: Any) -> Any:
            opened = request.auth
            if not holds(opened.officer, permission) or _is_hidden(opened, permission):
                raise NotThere(_("There is no such thing, or it is not open to you."))
            if not opened.covers(permission):
                raise OutOfScope(
                    _("This key does not reach so far: it was issued without the scope that the call needs."),
                    remedy=_("Use a key with the scope %(scope)s or %(permission)s.")
                    % {"scope": scope_of(permission), "permission": permission},
                )
            request.officer, request.at = opened.officer, mechanism_now()
            request.under = opened.answers if permission.is_secret else b""
            request.if_match = _condition(kwargs) if IfMatch in headers else None
            request.is_compared = request.if_match is None
            key = kwargs.pop("idempotency_key", None)
            with (
                taking_away(),
                transaction.atomic(),
                acting(request.officer, request.at, scope=permission.scope),
            ):
                if key is None:
                    return _acted(view, request, args, kwargs)
                return _once(view, request, key, args, kwargs)

        cast(Any, through).__signature__ = _with_headers(view, headers)
        return through

    return guard


def _is_hidden(opened: OpenedKey, permission: Permission) -> bool:
    """Whether the key must not learn that its officer's post reaches persons and cases, which its scopes do not."""
    return permission.is_secret and not opened.covers(permission)


def _with_headers(view: View, headers: tuple[Any, ...]) -> inspect.Signature:
    """The view's signature, resolved, with the headers every call of its kind sends."""
    signature = inspect.signature(view, eval_str=True)
    sent = [
        inspect.Parameter(
            "if_match" if header is IfMatch else "idempotency_key",
            inspect.Parameter.KEYWORD_ONLY,
            annotation=header,
            default=None if header is IfMatch else inspect.Parameter.empty,
        )
        for header in headers
    ]
    return signature.replace(parameters=[*signature.parameters.values(), *sent])


def _acted(view: View, request: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    answer = view(request, *args, **kwargs)
    if not request.is_compared:
        raise TypeError("an operation that asks for If-Match compares it before it answers")
    return answer


def _once(
    view: Callable[..., Any], request: Call, key: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    kept = first_call(
        officer=request.officer, key=key, fingerprint=_fingerprint(request), real=timezone.now()
    )
    if kept is None:
        answer = _acted(view, request, args, kwargs)
        if not isinstance(answer, HttpResponse):
            raise TypeError("an unsafe operation answers with reply(...), so that its answer can be kept")
        keep_answer(
            officer=request.officer,
            key=key,
            status=answer.status_code,
            body=answer.content.decode(),
            headers={name: answer[name] for name in ("ETag", "Location") if name in answer},
            under=request.under,
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
    body = kept_body(kept, under=request.under)
    again = HttpResponse(body, status=kept.status, content_type="application/json")
    for name, value in kept.headers.items():
        again[name] = value
    again["Idempotent-Replay"] = "true"
    return again


def _fingerprint(request: Call) -> str:
    """What tells this call from another; of a call about a person it is keyed, so that no name is guessed from it."""
    parts = (request.method or "", request.get_full_path(), request.headers.get("If-Match", ""))
    sent = "\n".join(parts).encode() + b"\n" + _sent(request)
    if request.under:
        return hmac.new(request.under, sent, hashlib.sha256).hexdigest()
    return hashlib.sha256(sent).hexdigest()


def _sent(request: Call) -> bytes:
    """The body; of a form with files its fields and files, for its stream was read."""
    if request.content_type != "multipart/form-data":
        return request.body
    found = hashlib.sha256()
    for name, values in sorted(request.POST.lists()):
        found.update(repr((name, values)).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            file.seek(0)
            found.update(repr((name, file.name)).encode() + hashlib.sha256(file.read()).digest())
            file.seek(0)
    return found.digest()


def _condition(kwargs: dict[str, Any]) -> str:
    """The If-Match of a call that needs one. Raises MissingCondition, whether or not the thing is there."""
    if_match = kwargs.pop("if_match", None)
    if if_match is None:
        raise MissingCondition(
            _("A change needs the version it was made on."),
            remedy=_("Read the thing and send its ETag as If-Match."),
        )
    return str(if_match)


def version_read(request: Call) -> int:
    """The row version the caller last read, for an act that compares it itself; 0 where nothing stood."""
    assert request.if_match is not None, "only a conditional operation asks for it"
    request.is_compared = True
    return int(request.if_match.removeprefix("W/").strip('"'))


def as_read(request: Call, thing: M) -> M:
    """The thing, when it stands as the caller last read it; it is held until the call ends. Raises Stale, NotThere."""
    expected_version(request, thing)
    return thing


def expected_version(request: Call, thing: Model) -> int:
    """The row version the caller last read; the row is held until the call ends.

    Raises Stale when it is not the standing one, NotThere when the row is gone.
    """
    read = version_read(request)
    standing = held_version(thing)
    if standing is None:
        raise NotThere(_("There is no such thing, or it is not open to you."))
    if read != standing:
        raise stale()
    return standing


def stale() -> Stale:
    """The answer to a call that was made on what stands no more."""
    return Stale(
        _("Somebody changed this since you read it."),
        remedy=_("Read it again, merge, and send the new ETag."),
    )


def given(thing: T | None) -> T:
    """The thing a read found. Raises NotThere for None."""
    if thing is None:
        raise NotThere(_("There is no such thing, or it is not open to you."))
    return thing


def answers(schema: Any) -> dict[int, Any]:
    """What a read may answer."""
    return {200: schema, **_faults(400, 401, 403, 404, 422)}


def makes(schema: Any) -> dict[int, Any]:
    """What a POST that makes a thing may answer."""
    return {201: schema, **_faults(400, 401, 403, 404, 409, 413, 422)}


def changes(schema: Any) -> dict[int, Any]:
    """What a change of a thing may answer."""
    return {200: schema, **_faults(400, 401, 403, 404, 409, 413, 422)}


class Router(NinjaRouter):
    """A router that tells of the operations that need If-Match, and of no others, that they answer 412 and 428."""

    def add_api_operation(
        self, path: str, methods: list[str], view_func: View, *, response: Any = ..., **kwargs: Any
    ) -> None:
        """As ninja does; the faults of a condition are added to what the operation may answer."""
        if "if_match" in inspect.signature(view_func).parameters:
            response = {**response, **_faults(412, 428)}
        super().add_api_operation(path, methods, view_func, response=response, **kwargs)


def told_to_everybody(schema: Any, *, status: int = 200) -> dict[int, Any]:
    """What a call without a key may answer."""
    return {status: schema, **_faults(400, 404, 409, 413, 422, 503)}


def _faults(*codes: int) -> dict[int, Any]:
    return dict.fromkeys(codes, ProblemDetails)
