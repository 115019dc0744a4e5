"""Papers of a meeting: asked for, watched while they are made, and handed out; nothing is laid out here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from concerted.foundation.access.permissions import Permission
from concerted.interfaces.exchange.meeting_papers import asking
from concerted.interfaces.exchange.papers import Form, content_type
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.interfaces.pages.writing import take, write
from concerted.mechanism.meetings.reads import papers as reads

from .. import forms
from .common import acting_facts, may, meeting_of

P = Permission


@page(P.PAPER_MAKE)
def ask(request: Request, key: str) -> HttpResponse:
    """Ask for the notice, the briefing book or the minutes as a file."""
    found = meeting_of(request, key)
    kind = "minutes" if found.state == "closed" else "book"
    form = forms.PaperForm(
        request.POST or None,
        initial={
            "kind": request.GET.get("kind", kind),
            "language": get_language(),
            "form": "pdf",
            "red_head": True,
        },
    )

    def make(given: Mapping[str, Any]) -> None:
        asking.ask(
            **acting_facts(request),
            meeting=found,
            kind=given["kind"],
            language=given["language"],
            form=given["form"],
            for_observers=given["for_observers"],
            options=_options(found, given),
        )

    return write(
        request,
        form,
        act=make,
        title=_("Make a paper of this meeting"),
        lede=_("It is made in the background from what stands now; the meeting's page shows how far it is."),
        button=_("Make it"),
        done=_("The paper is asked for."),
        to=reverse("meetings:meeting", args=[key]) + "#papers",
    )


def _options(meeting: Any, given: Mapping[str, Any]) -> dict[str, str]:
    """What the maker needs besides, in the paper's language."""
    said = {"document_no": given["document_no"]}
    if given["red_head"]:
        with translation.override(given["language"]):
            said["red_head"] = in_language(meeting.series, "title")
    return {name: value for name, value in said.items() if value}


@page(P.MEETING_READ)
def paper(request: Request, pk: int) -> HttpResponse:
    """How far a paper is; a part of a page asks for the line alone, again and again, until it is made."""
    found = reads.paper_by_id(**acting_facts(request), pk=pk)
    context = {"paper": found, "meeting": found.meeting, "keeps": may(request, P.PAPER_MAKE, found)}
    is_part = request.headers.get("HX-Request") == "true"
    return render(request, "meetings/_paper.html" if is_part else "meetings/paper.html", context)


@page(P.PAPER_MAKE)
def again(request: Request, pk: int) -> HttpResponse:
    """Begin a paper anew that failed or was broken off."""
    found = reads.paper_by_id(**acting_facts(request), pk=pk)
    return take(
        request,
        lambda: asking.begin_again(officer=request.officer, paper=found),
        done=_("The paper is begun anew."),
        to=reverse("meetings:paper", args=[pk]),
    )


@page(P.MEETING_READ)
def file(request: Request, pk: int) -> HttpResponse:
    """The finished file; taking it is on record."""
    found = reads.paper_by_id(**acting_facts(request), pk=pk)
    content = reads.paper_file(**acting_facts(request), pk=pk)
    form = Form(found.form)
    answer = HttpResponse(content, content_type=content_type(form))
    name = f"{found.meeting.key}-{found.kind}-{found.language}.{form.value}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
