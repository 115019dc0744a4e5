"""Clocks of relief work on a case: say that something happened that starts them, and that what they ask is done."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.mechanism.cases.acts.clocks import record_done, record_event
from concerted.mechanism.cases.reads.work import owed_on_case

from ..doing import case_of, form_page, who
from ..fields import code, long
from ..words import EVENTS


class EventForm(forms.Form):
    """What happened to the person."""

    event = code(
        gettext_lazy("What happened to the person"),
        EVENTS,
        help=gettext_lazy("It starts the clocks that the rules name."),
    )


@page(Permission.CASE_EDIT)
def event(request: Request, pk: int) -> HttpResponse:
    """Record an event that starts clocks of relief work."""
    case = case_of(request, pk)
    return form_page(
        request,
        EventForm(request.POST or None),
        lambda given: record_event(**who(request), case=case, event=given["event"]),
        title=_("Record what happened"),
        button=_("Record it"),
        back=reverse("cases:case", args=[pk]),
        done=_("It was recorded; what is owed from now on is shown beside the case."),
    )


class DoneForm(forms.Form):
    """How it was done."""

    note = long(
        gettext_lazy("How it was done"),
        required=False,
        help=gettext_lazy("Where the proof lies, such as the file number of the notice; no name."),
    )


@page(Permission.CASE_EDIT)
def done(request: Request, pk: int, which: int) -> HttpResponse:
    """Say that what a clock of relief work asks of the officer's agency is done."""
    case = case_of(request, pk)
    owed = next((one for one in owed_on_case(**who(request), case=case) if one.pk == which), None)
    if owed is None:
        raise NotThere(_("There is no such duty."))
    found: Any = owed
    return form_page(
        request,
        DoneForm(request.POST if request.method == "POST" else None),
        lambda given: record_done(**who(request), obligation=found, note=given["note"]),
        title=_("It is done"),
        lede=in_language(found, "label"),
        button=_("It is done"),
        back=reverse("cases:case", args=[pk]),
        done=_("It was recorded."),
    )
