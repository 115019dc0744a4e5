"""Officers and appointments: the administrator registers, appoints and ends, always through the acts."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from concerted.errors import ConcertedError, Invalid, NotThere
from concerted.foundation.access import acts
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies import reads
from concerted.interfaces.pages.route import Request, page

from ..forms import AppointForm, CloseForm, EndForm, OfficerSearchForm, RegisterForm
from ..words import FUNCTIONS
from .told import tell

PAGE = 50


@page(Permission.OFFICER_REGISTER)
def officers(request: Request) -> HttpResponse:
    """Officers by username with their live appointments."""
    form = OfficerSearchForm(request.GET)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    found = reads.officers(words=words, after=request.GET.get("cursor", ""), limit=PAGE + 1)
    on = request.at.date()
    rows = [
        (officer, [a for a in officer.appointments.all() if a.is_live(on) and officer.is_active])
        for officer in found[:PAGE]
    ]
    following = found[PAGE - 1].username if len(found) > PAGE else None
    return render(request, "agencies/officers.html", {"filters_form": form, "rows": rows, "next": following})


@page(Permission.OFFICER_REGISTER)
def register(request: Request) -> HttpResponse:
    """Enter a new officer; the password for the first sign-in is shown once."""
    form = RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = secrets.token_urlsafe(15)
        try:
            made = acts.register_officer(
                officer=request.officer, at=request.at, password=password, **form.cleaned_data
            )
        except Invalid as error:
            tell(form, error)
        else:
            context = {"registered": made, "password": password}
            return render(request, "agencies/registered.html", context)
    return render(request, "agencies/register.html", {"form": form}, status=_status(request))


@page(Permission.OFFICER_REGISTER)
def officer(request: Request, pk: int) -> HttpResponse:
    """One officer with every appointment, past ones too."""
    return _officer_page(request, _found(pk))


@page(Permission.APPOINTMENT_MAKE)
def appoint(request: Request, pk: int) -> HttpResponse:
    """Open a desk and put the officer into it."""
    appointee = _found(pk)
    form = AppointForm(request.POST or None, initial={"valid_from": request.at.date()})
    if request.method == "POST" and form.is_valid():
        try:
            _appoint(request, appointee, form.cleaned_data)
        except ConcertedError as error:
            tell(form, error)
        else:
            messages.success(request, _("The appointment was made."))
            return redirect("agencies:officer", pk=pk)
    context = {"form": form, "appointee": appointee}
    return render(request, "agencies/appoint.html", context, status=_status(request))


def _appoint(request: Request, appointee: reads.Officer, given: dict[str, Any]) -> None:
    agency = reads.agency_by_key(given["agency"])
    if agency is None:
        raise Invalid(_("There is no agency with this key."), remedy=_("Look it up in the list of agencies."))
    acts.appoint_to_new_post(
        officer=request.officer,
        at=request.at,
        appointee=appointee,
        agency=agency,
        function=given["function"],
        title_en=given["title_en"],
        title_zh=given["title_zh"],
        valid_from=given["valid_from"],
        valid_to=given["valid_to"],
        reason=given["reason"],
    )


@page(Permission.APPOINTMENT_END)
def end(request: Request, pk: int) -> HttpResponse:
    """End an appointment from a day on, with the reason."""
    appointment = reads.appointment_by_id(pk)
    if appointment is None or appointment.officer.is_machine:
        raise NotThere(_("There is no such appointment."))
    form = EndForm(request.POST or None, initial={"on": request.at.date()})
    if request.method == "POST" and form.is_valid():
        try:
            acts.end_appointment(
                officer=request.officer, at=request.at, appointment=appointment, **form.cleaned_data
            )
        except ConcertedError as error:
            tell(form, error)
        else:
            messages.success(request, _("The appointment was ended."))
            return redirect("agencies:officer", pk=appointment.officer_id)
    context = {"form": form, "appointment": appointment, "function": FUNCTIONS[appointment.post.function]}
    return render(request, "agencies/end.html", context, status=_status(request))


@page(Permission.OFFICER_REGISTER)
def close(request: Request, pk: int) -> HttpResponse:
    """Close an officer's account; appointments and history stay."""
    retired = _found(pk)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            acts.deactivate_officer(
                officer=request.officer, at=request.at, retired=retired, reason=form.cleaned_data["reason"]
            )
        except ConcertedError as error:
            tell(form, error)
        else:
            messages.success(request, _("The account was closed."))
            return redirect("agencies:officer", pk=pk)
    context = {"form": form, "retired": retired}
    return render(request, "agencies/close.html", context, status=_status(request))


def _officer_page(request: Request, found: reads.Officer) -> HttpResponse:
    on = request.at.date()
    appointments = [
        (one, FUNCTIONS[one.post.function], one.is_live(on) and found.is_active, one.valid_from > on)
        for one in reads.appointments_of(officer=found)
    ]
    context = {"shown": found, "appointments": appointments, "is_self": found.pk == request.officer.pk}
    return render(request, "agencies/officer.html", context)


def _found(pk: int) -> reads.Officer:
    found = reads.officer_by_id(pk)
    if found is None:
        raise NotThere(_("There is no such officer."))
    return found


def _status(request: Request) -> int:
    return 400 if request.method == "POST" else 200
