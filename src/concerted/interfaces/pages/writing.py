"""One page for every writing step: shows the form, hands it to the act, puts refusals beside the fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise

from concerted.errors import Invalid, Stale
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
    quotes: Mapping[Text, str] | None = None,
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
                said = " ".join(str(part) for part in (problem.what, problem.remedy) if part)
                form.add_error(problem.field if problem.field in form.fields else None, said)
            if not refused.problems:
                form.add_error(None, str(refused))
        except Stale as refused:
            if standing is None:
                raise
            form.add_error(None, f"{refused.what} {refused.remedy}")
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
    return render(request, "evaluation/write.html", shown, status=status)
