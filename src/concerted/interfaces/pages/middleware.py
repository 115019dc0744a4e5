"""What every request passes: headers, time-outs, the acting officer's transaction, and errors told once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.contrib import auth, messages
from django.core.exceptions import RequestDataTooBig
from django.db import DataError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import ConcertedError, Conflict, Invalid, NotThere, Refused, Stale, Unready
from concerted.foundation.access.clashes import clash_of
from concerted.foundation.access.door import acting
from concerted.foundation.access.reads import demonstration_clock, moment_of
from concerted.foundation.agencies.reads import Officer, act_under, live_appointments

from .agencies.sign_in import has_second_factor, needs_second_factor

Next = Callable[[HttpRequest], HttpResponse]

STATUS: dict[type[ConcertedError], int] = {
    Refused: 404,
    NotThere: 404,
    Stale: 412,
    Conflict: 409,
    Invalid: 400,
    Unready: 503,
}


class HeadersMiddleware:
    """Personal pages are not stored anywhere; features the site does not use are off."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=()"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response


class TimeoutMiddleware:
    """Ends a session after idle or absolute time, by the real clock."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = timezone.now().timestamp()
            began = request.session.setdefault("began", now)
            seen = request.session.get("seen", now)
            if now - began > settings.ABSOLUTE_TIMEOUT.total_seconds() or (
                now - seen > settings.IDLE_TIMEOUT.total_seconds()
            ):
                auth.logout(request)
                request.session["timed_out"] = True
            elif now - seen > 60 or "seen" not in request.session:
                request.session["seen"] = now
        return self.get_response(request)


class ActingMiddleware:
    """Runs each request of a signed-in officer in one transaction in which the database knows the agency."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(settings.STATIC_URL) or request.path.startswith("/api/"):
            return self.get_response(request)
        try:
            response = self._answer(request)
        except OperationalError as error:
            told = clash_of(error)
            if told is None:
                raise
        else:
            told = getattr(request, "undone", None)
            if told is None:
                return response
        acts = cast(Any, request)
        with transaction.atomic(), acting(acts.officer, acts.at):
            return error_page(request, told)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        with transaction.atomic():
            clock = demonstration_clock()
            at = moment_of(clock)
            cast(Any, request).clock, cast(Any, request).at = clock, at
            officer = self._officer(request, at)
            cast(Any, request).officer = officer
            with acting(officer, at):
                response = self.get_response(request)
                if response.status_code >= 500 or getattr(request, "failed", False):
                    transaction.set_rollback(True)
        return response

    def _officer(self, request: HttpRequest, at: datetime) -> Officer | None:
        """Who acts under which appointment; a session whose appointment has ended is signed out."""
        if not request.user.is_authenticated:
            return None
        remembered = request.session.get("appointment")
        live = live_appointments(officer=request.user, on=at.date())
        cast(Any, request).appointments = live
        officer = act_under(officer=request.user, on=at.date(), appointment_id=remembered, live=live)
        current = officer.acting.pk if officer.acting else None
        if remembered is not None and remembered != current:
            auth.logout(request)
            messages.warning(
                request, _("Your appointment has ended. Sign in again to act under another one.")
            )
            return None
        if current is not None and remembered is None:
            request.session["appointment"] = current
        return officer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        told = _told_by_the_database(error)
        if told is not None:
            cast(Any, request).undone, cast(Any, request).failed = told, True
            return HttpResponse(status=409)
        if not isinstance(error, ConcertedError):
            return None
        cast(Any, request).failed = True
        return error_page(request, error)


def _told_by_the_database(error: Exception) -> ConcertedError | None:
    """What is told, in a transaction of its own, of an error after which the request's transaction takes nothing."""
    if isinstance(error, DataError):
        return Invalid(
            _("A value is out of range, or holds a sign that no text holds."),
            remedy=_("Check numbers and texts, and send it again."),
        )
    return clash_of(error)


class SecondFactorMiddleware:
    """Lets an officer whose post needs a second factor set one up, and do nothing else before."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._is_owed(request):
            messages.info(request, _("Your post needs a second factor. Set one up to go on."))
            return redirect("mfa_index")
        return self.get_response(request)

    def _is_owed(self, request: HttpRequest) -> bool:
        officer: Officer | None = getattr(request, "officer", None)
        if officer is None or officer.acting is None or not needs_second_factor(officer):
            return False
        if request.path.startswith((reverse("account_login"), *_ALWAYS_OPEN, settings.STATIC_URL)):
            return False
        if request.session.get("second_factor"):
            return False
        request.session["second_factor"] = has_second_factor(officer)
        return not request.session["second_factor"]


_ALWAYS_OPEN = (
    "/account/2fa/",
    "/account/logout/",
    "/account/reauthenticate/",
    "/language/",
    "/public/",
    "/tell/",
)


def error_page(request: HttpRequest, error: ConcertedError) -> HttpResponse:
    """One page for every told error: what was wrong, where, what to do."""
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
    return render(request, "shell/error.html", {"error": error, "status": status}, status=status)


def _plain(request: HttpRequest, error: ConcertedError, status: int) -> HttpResponse:
    return render(request, "shell/error.html", {"error": error, "status": status}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400, or 413 with the limit where what was sent is too large."""
    if isinstance(exception, RequestDataTooBig):
        return _plain(request, _too_large(request), 413)
    return _plain(
        request, Invalid(_("The request could not be read."), remedy=_("Go back and try again.")), 400
    )


def _too_large(request: HttpRequest) -> Invalid:
    with_file = request.content_type == "multipart/form-data"
    most = settings.FILE_UPLOAD_MAX_MEMORY_SIZE if with_file else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return Invalid(
        _("What was sent is larger than %(most)s MB, the most that is taken at once. Nothing of it was kept.")
        % {"most": most // (1024 * 1024)},
        remedy=_(
            "A plan or table may have 20 MB, a document of a case 25 MB. Make its pictures smaller, or hand it over "
            "in parts."
        ),
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    return _plain(
        request,
        Refused(_("This is not open to you."), remedy=_("Sign in again, or go back to your Monday page.")),
        403,
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404, the same for what is absent and what is forbidden."""
    return _plain(
        request,
        NotThere(
            _("There is no such page, or it is not open to your post."),
            remedy=_("Search, or start again from home."),
        ),
        404,
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 without a word about the inside."""
    return _plain(
        request,
        ConcertedError(
            _("Something went wrong on our side. Nothing was saved."),
            remedy=_("Try again in a minute; if it happens again, tell the office of the joint meeting."),
        ),
        500,
    )
