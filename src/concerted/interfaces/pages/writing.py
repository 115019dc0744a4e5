"""One way for every writing step: shows a form, hands it to the act, puts refusals where the officer sees them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise

from concerted.errors import ConcertedError, Conflict, Invalid, Problem, Stale
from concerted.interfaces.pages.route import Request

Text = str | Promise


def write(
    request: Request,
    form: forms.Form,
    *,
    act: Callable[[Mapping[str, Any]], object],
    title: Text,
    button: Text,
    done: Text,
    to: str,
    lede: Text = "",
    standing: Callable[[], str] | None = None,
    quotes: Mapping[Any, str] | None = None,
) -> HttpResponse:
    """Show the form and, when it is sent and the act takes it, go `to` the page that shows the result.

    standing: what stands now, shown beside the typed words when somebody else was quicker. quotes: texts the
    officer writes about, by heading.
    """
    now = ""
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except Invalid as refused:
            for problem in refused.problems:
                form.add_error(problem.field if problem.field in form.fields else None, said(problem))
            if not refused.problems:
                form.add_error(None, str(refused))
        except Conflict as refused:
            form.add_error(None, said(refused))
        except Stale as refused:
            if standing is None:
                raise
            form.add_error(None, said(refused))
            now = standing()
        else:
            messages.success(request, str(done))
            return redirect(to)
    shown = {
        "form": form,
        "heading": title,
        "lede": lede,
        "button": button,
        "back": to,
        "standing": now,
        "quotes": dict(quotes or {}),
    }
    status = 400 if form.is_bound and form.errors else 200
    return render(request, "shell/write.html", shown, status=status)


def take(request: Request, act: Callable[[], object], *, done: Text, to: str) -> HttpResponse:
    """Do a step that needs no form, when it was sent, and go back with what came of it; a refusal changes nothing."""
    if request.method == "POST":
        try:
            act()
        except (Conflict, Invalid, Stale) as refused:
            for words in refusals(refused):
                messages.error(request, words)
        else:
            messages.success(request, str(done))
    return redirect(to)


def refusals(refused: ConcertedError) -> list[str]:
    """What a refusal says, problem by problem where it names any."""
    problems = refused.problems if isinstance(refused, Invalid) else ()
    return [said(refused), *(said(problem) for problem in problems)]


def said(fault: ConcertedError | Problem) -> str:
    """What was wrong and what to do about it."""
    return " ".join(str(part) for part in (fault.what, fault.remedy) if part)
