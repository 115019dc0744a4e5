"""One way to show a form and do its act: faults go to their fields, nothing typed is lost; it holds no rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any, TypeVar, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from concerted.errors import ConcertedError, Invalid, NotThere
from concerted.foundation.agencies.reads import Agency, agency_by_key
from concerted.foundation.vault.numbers import readable
from concerted.interfaces.pages.once import refuse_changed
from concerted.interfaces.pages.route import Request
from concerted.mechanism.cases.reads import cases as reads

#: Of whichever kind an answer is, it stays of that kind.
Answer = TypeVar("Answer", bound=HttpResponseBase)


def who(request: Request) -> dict[str, Any]:
    """The officer and the time every act and look takes."""
    return {"officer": request.officer, "at": request.at}


def case_of(request: Request, pk: int) -> Any:
    """The spine of the case. Raises NotThere, the same for what is absent and what is not open."""
    found = reads.case_by_id(**who(request), pk=pk)
    about(request, found.number, reverse("cases:case", args=[found.pk]))
    return found


def about(request: Request, name: str, address: str) -> None:
    """Say what the page is about, so that a form names it at its head: two windows look alike without it."""
    request.about = (name, address)  # type: ignore[attr-defined]


def about_record(request: Request, pk: int) -> None:
    """Say that the page is about a person's record."""
    name = _("Record %(number)s") % {"number": readable(pk, "P")}
    about(request, name, reverse("cases:record", args=[pk]))


def agency_of(key: str) -> Agency:
    """The agency of this key. Raises NotThere."""
    found = agency_by_key(key)
    if found is None:
        raise NotThere(_("There is no such agency."))
    return found


def end_of(day: date) -> datetime:
    """The last moment of a day, here."""
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


def told(form: forms.Form, error: ConcertedError) -> None:
    """Put what an act refused at the fields it names, the rest at the head of the form."""
    problems = error.problems if isinstance(error, Invalid) else ()
    for problem in problems:
        field = str(problem.field or "")
        words = " ".join(filter(None, (str(problem.what), str(problem.remedy or ""))))
        form.add_error(field if field in form.fields else None, words)
    if not problems:
        form.add_error(None, " ".join(filter(None, (str(error.what), str(error.remedy or "")))))


class Asks:
    """What an act says that must know more first: the form holds the question, and nothing was done."""


def form_page(
    request: Request,
    form: forms.Form,
    do: Callable[[Mapping[str, Any]], Any],
    *,
    title: str | Promise,
    back: str,
    button: str | Promise,
    lede: str | Promise = "",
    done: str | Promise = "",
    template: str = "cases/form.html",
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show the form; when it is posted and whole, do the act and go back, or show what the act refused.

    do: takes the cleaned values; an answer it returns is sent instead of going back, and where it Asks something
    more, nothing was done and the form is shown with it. Pressed twice, it is done once, and
    what was changed in between is refused.
    """
    if request.method == "POST" and form.is_valid():
        try:
            refuse_changed(request)
            with transaction.atomic():
                answer = do(form.cleaned_data)
            sent = answer if isinstance(answer, HttpResponseBase) else redirect(back)
        except NotThere:
            raise
        except ConcertedError as error:
            told(form, error)
        else:
            if not isinstance(answer, Asks):
                if done:
                    messages.success(request, str(done))
                return cast(HttpResponse, taken(sent))
    shown: dict[str, Any] = {
        "form": form,
        "title": title,
        "lede": lede,
        "button": button,
        "back": resolve_url(back),
    }
    shown |= {"keep": draft_name(request, form), "quick_exit": may_be_watched(request)}
    shown["about"] = getattr(request, "about", None)
    return render(request, template, {**shown, **(context or {})})


def taken(answer: Answer) -> Answer:
    """The answer to a form that was taken, with word to the device that what it kept of it is no draft any more."""
    answer.set_cookie(
        "draft_taken", "1", max_age=300, secure=settings.SESSION_COOKIE_SECURE, samesite="Strict"
    )
    return answer


def may_be_watched(request: Request) -> bool:
    """Whether the person, or somebody the person fears, may sit beside whoever fills the page in."""
    match = request.resolver_match
    return match is not None and match.route.startswith(_WATCHED)


#: Where the pages about one person begin.
_WATCHED = (
    *("cases/<int:pk>/", "cases/persons/<int:pk>/", "cases/open/", "cases/reports/take/"),
    *("cases/report/<int:pk>/", "cases/referral/<int:pk>/", "cases/bed/<int:pk>/", "cases/lead/<int:pk>/"),
)


def draft_name(request: Request, form: forms.Form) -> str:
    """Under which name this device keeps what is typed; nothing for a form without a text of some lines."""
    if not any(isinstance(field.widget, forms.Textarea) for field in form.fields.values()):
        return ""
    return request.get_full_path()


def as_file(content: bytes, name: str, kind: str) -> HttpResponse:
    """A file made for the officer, sent to be kept and never to be run."""
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    return answer
