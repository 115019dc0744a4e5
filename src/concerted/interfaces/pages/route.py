"""The page decorator: says which permission opens a page, hands the view its officer and time, takes a form once."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from concerted.errors import NotThere, Refused
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.foundation.agencies.reads import Officer

from .once import pressed_once

Params = ParamSpec("Params")
View = Callable[..., HttpResponse]


class Request(HttpRequest):
    """A request that passed the page decorator. was_taken: its form was sent before, with other words."""

    officer: Officer
    at: datetime
    was_taken: bool


#: view -> permission (None: in PUBLIC, or for any signed-in officer in SIGNED_IN); read by the matrix test.
PAGES: dict[str, Permission | None] = {}
PUBLIC: set[str] = set()
SIGNED_IN: set[str] = set()


def page(
    permission: Permission,
) -> Callable[[Callable[Concatenate[Any, Params], HttpResponse]], View]:
    """Only signed-in officers whose post holds the permission see the page; to others it does not exist."""

    def guard(view: Callable[Concatenate[Any, Params], HttpResponse]) -> View:
        PAGES[f"{view.__module__}.{view.__name__}"] = permission

        @functools.wraps(view)
        def through(request: HttpRequest, *args: Params.args, **kwargs: Params.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            officer = request.user
            if officer.acting is None:
                raise Refused(
                    _("You hold no appointment today."),
                    remedy=_("Ask the administrator of your agency to appoint you."),
                )
            if not holds(officer, permission):
                raise NotThere(_("There is no such page, or it is not open to your post."))
            if request.method != "POST":
                return view(request, *args, **kwargs)
            return pressed_once(cast(Request, request), functools.partial(view, request, *args, **kwargs))

        through.permission = permission  # type: ignore[attr-defined]
        return through

    return guard


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in and back here; from the site's front door to where the officer's post begins."""
    if request.get_full_path() == "/":
        return redirect(settings.LOGIN_URL)
    return redirect_to_login(request.get_full_path())


def signed_in(view: View) -> View:
    """A page about the officer's own account: for whoever is signed in, even without an appointment."""
    name = f"{view.__module__}.{view.__name__}"
    PAGES[name] = None
    SIGNED_IN.add(name)

    @functools.wraps(view)
    def through(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        return view(request, *args, **kwargs)

    return through


def public(view: View) -> View:
    """A page for everybody; it sees only what is published."""
    PAGES[f"{view.__module__}.{view.__name__}"] = None
    PUBLIC.add(f"{view.__module__}.{view.__name__}")
    return view
