"""A form pressed twice does its act once: the second press gets the answer of the first; it decides nothing else.

Each form carries a key of its own, drawn when it was shown (no script is needed). The key is claimed in the transaction
of the act, in the place where the keys of the API's calls are kept, so both stand or fall together.
"""

from __future__ import annotations

import functools
import secrets
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from concerted.errors import Conflict
from concerted.foundation.access.keys import first_call, give_back, keep_answer
from concerted.foundation.vault.hashes import search_mark

from .route import Request, View

Params = ParamSpec("Params")

FIELD = "once"
_LENGTH = 32


def once_field() -> SafeString:
    """The hidden field with a new key."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, secrets.token_hex(_LENGTH // 2))


def acts_once(view: Callable[Concatenate[Any, Params], HttpResponse]) -> View:
    """A view behind a button: what is pressed twice is done once, and the second press led where the first was.

    It is asked before the view looks for its thing, which after the first press may not be there any more. An answer
    that leads nowhere else did nothing yet, such as a preview, and gives the key back.
    """

    @functools.wraps(view)
    def through(request: Request, *args: Params.args, **kwargs: Params.kwargs) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            before = answer_before(
                request, remedy=_("Look at what was kept first. Open the page anew before you press again.")
            )
            if before is not None:
                return before
            answer = view(request, *args, **kwargs)
            if "Location" in answer:
                keep_first(request, answer)
            else:
                forget_press(request)
        return answer

    through.acts_once = True  # type: ignore[attr-defined]
    return through


def answer_before(request: Request, *, remedy: str = "") -> HttpResponse | None:
    """What the first press was answered; None where this is the first, whose answer `keep_first` must be given.

    Belongs into the transaction of the act: what the act refuses gives the key back. A twin under way is waited for.
    Raises Conflict where the form was changed after it was taken, and where the answer was a file, which is not
    kept. remedy: what to do about a changed form where it is not shown again by itself.
    """
    key = _key(request)
    if not key:
        return None
    mark = _fingerprint(request)
    kept = first_call(officer=request.officer, key=key, fingerprint=mark, real=timezone.now())
    if kept is None:
        return None
    if kept.fingerprint != mark:
        raise Conflict(
            _("This form was sent before and taken; what you changed since is not kept yet."),
            remedy=remedy or _("Look at what was kept first. To keep this as a second one, press again."),
        )
    if "Location" not in kept.headers:
        raise Conflict(
            _("The first press was taken already; nothing was made twice."),
            remedy=_("Go back to the page you came from: what was made stands there."),
        )
    messages.info(request, _("It was sent twice and taken once."))
    return redirect(kept.headers["Location"])


def keep_first(request: Request, answer: HttpResponseBase) -> None:
    """Remember where the first press led; of a file only that it was sent."""
    key = _key(request)
    if key:
        where = {"Location": answer["Location"]} if "Location" in answer else {}
        keep_answer(officer=request.officer, key=key, status=answer.status_code, body="", headers=where)


def forget_press(request: Request) -> None:
    """Let the form be pressed again: nothing was done yet, such as where a preview was shown."""
    key = _key(request)
    if key:
        give_back(officer=request.officer, key=key)


def _key(request: Request) -> str:
    given = request.POST.get(FIELD, "")
    return f"page:{given}" if len(given) == _LENGTH and given.isalnum() else ""


def _fingerprint(request: Request) -> str:
    """What tells this sending from another, as a keyed mark: no word of a person is guessed from it."""
    sent: list[Any] = [request.path]
    sent += [one for one in sorted(request.POST.lists()) if one[0] not in (FIELD, "csrfmiddlewaretoken")]
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            file.seek(0)
            sent.append((name, file.name, sha256(file.read()).hexdigest()))
            file.seek(0)
    return search_mark("pages.once", repr(sent), scope=str(request.officer.pk)).hex()
