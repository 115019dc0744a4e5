"""A form pressed twice does its act once: the second press gets the answer of the first; it decides nothing else.

Each form carries one key of its own, drawn when it was shown (by `csrf_token`; no script is needed). Every page asks
`pressed_once` (by its decorator, pages/route.py), which claims the key in the transaction of the act, in the place
where the keys of the API's calls are kept, so both stand or fall together. The same words sent again are the second
press. Other words under the same key are another act, but on the pages of case work, which refuse them
(`refuse_changed`, `acts_once`): a second consent or a second case is asked for anew.
"""

from __future__ import annotations

import functools
import secrets
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from concerted.errors import Conflict
from concerted.foundation.access.door import counting
from concerted.foundation.access.keys import first_call, give_back, keep_answer
from concerted.foundation.vault.hashes import search_mark

if TYPE_CHECKING:
    from .route import Request

Params = ParamSpec("Params")

FIELD = "once"
_LENGTH = 32


def once_field() -> SafeString:
    """The hidden field with a new key."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, secrets.token_hex(_LENGTH // 2))


def pressed_once(request: Request, view: Callable[[], HttpResponse]) -> HttpResponse:
    """What the view answers to a form; to the same form sent again, where the first one led, and nothing is done.

    Where nothing was done, because the form was shown again with its faults or asks something more, it may be sent
    again. What a script saves while the officer types is saved as often as it comes. Raises Conflict where the first
    was answered with a file, which is not kept.
    """
    key = _key(request)
    if not key or request.headers.get("X-Requested-With") == "autosave":
        return view()
    mark = _fingerprint(request)
    kept = first_call(officer=request.officer, key=key, fingerprint=mark, real=timezone.now())
    if kept is not None and kept.fingerprint != mark:
        request.was_taken = True
        key = f"{key}:{mark[:32]}"
        kept = first_call(officer=request.officer, key=key, fingerprint=mark, real=timezone.now())
    if kept is not None:
        return _as_before(request, kept.headers)
    with counting() as done:
        answer = view()
        if done():
            _keep(request, key, answer)
        else:
            give_back(officer=request.officer, key=key)
    return answer


def refuse_changed(request: Request, *, remedy: str = "") -> None:
    """Raise Conflict where the form was taken before with other words. remedy: what to do where it is not shown again
    by itself."""
    if getattr(request, "was_taken", False):
        raise Conflict(
            _("This form was sent before and taken; what you changed since is not kept yet."),
            remedy=remedy or _("Look at what was kept first. To keep this as a second one, press again."),
        )


def acts_once(
    view: Callable[Concatenate[Any, Params], HttpResponse],
) -> Callable[Concatenate[Any, Params], HttpResponse]:
    """A view behind a button, which refuses what was changed after it was taken: before it looks for its thing, which
    after the first press may not be there any more."""

    @functools.wraps(view)
    def through(request: Request, *args: Params.args, **kwargs: Params.kwargs) -> HttpResponse:
        refuse_changed(
            request, remedy=_("Look at what was kept first. Open the page anew before you press again.")
        )
        return view(request, *args, **kwargs)

    button: Any = through
    button.acts_once = True
    return button


def _as_before(request: Request, kept: Mapping[str, str]) -> HttpResponse:
    if "Location" not in kept:
        raise Conflict(
            _("The first press was taken already; nothing was made twice."),
            remedy=_("Go back to the page you came from: what was made stands there."),
        )
    messages.info(request, _("It was sent twice and taken once."))
    return redirect(kept["Location"])


def _keep(request: Request, key: str, answer: HttpResponse) -> None:
    where = {"Location": answer["Location"]} if "Location" in answer else {}
    keep_answer(officer=request.officer, key=key, status=answer.status_code, body="", headers=where)


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
