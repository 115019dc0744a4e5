"""What is said of a person, value beside value: added, corrected, withdrawn, chosen among; none is written over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import Invalid, NotThere, Problem
from concerted.foundation.access.permissions import Permission
from concerted.foundation.people import acts
from concerted.foundation.people.reads import Stated, identity_of, photograph_of
from concerted.foundation.people.values import Photograph
from concerted.interfaces.exchange.case_sheet.targets import Unreadable
from concerted.interfaces.exchange.stored_files import send_stored_file
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.mechanism.cases.reads.machines import person_for_machine

from ..doing import about_record, form_page, who
from ..fields import long
from ..templatetags.case_words import stated_value
from ..words import ATTRIBUTES
from .stated_forms import FORMS, PictureForm, Provenance


def _add(request: Request, person: Any, form: Provenance, given: Mapping[str, Any]) -> Any:
    """Keep what the form says; a cell that cannot be read goes back to its field."""
    if isinstance(form, PictureForm):
        return acts.add_photograph(
            **who(request),
            person=person,
            content=given["content"].read(),
            caption=given["caption"].strip(),
            taken_on=given["taken_on"],
            stated_on=given["stated_on"] or form.on,
            confidence=given["confidence"],
            source_agency=given["source"],
        )
    return acts.add_statement(**who(request), person=person, statement=form.statement())


def _record(request: Request, pk: int) -> Any:
    """The record; its pages name it. Raises NotThere."""
    person = person_for_machine(**who(request), pk=pk)
    about_record(request, person.pk)
    return person


def _form(request: Request, what: str, *, first: Mapping[str, Any] | None = None) -> Provenance:
    kind = FORMS.get(what)
    if kind is None:
        raise NotThere(_("There is no such page, or it is not open to your post."))
    is_sent = request.method == "POST"
    return kind(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        initial=dict(first or {}),
        on=timezone.localdate(request.at),
    )


@page(Permission.PERSON_READ)
def say(request: Request, pk: int, what: str) -> HttpResponse:
    """Put another value beside those there are."""
    person = _record(request, pk)
    form = _form(request, what)
    return _said_page(
        request,
        form,
        lambda given: _add(request, person, form, given),
        person=person,
        title=_("Say more of the person: %(what)s") % {"what": ATTRIBUTES[what]},
        lede=_("It stands beside what is there; nothing is written over."),
        done=_("It was written down."),
    )


def _said_page(
    request: Request,
    form: Provenance,
    do: Callable[[Mapping[str, Any]], Any],
    *,
    person: Any,
    title: str,
    lede: str,
    done: str,
) -> HttpResponse:
    def kept(given: Mapping[str, Any]) -> None:
        try:
            do(given)
        except Unreadable as fault:
            problem = Problem(str(fault.what), field=form.main, remedy=str(fault.remedy))
            raise Invalid(_("It was not saved."), problems=[problem]) from fault

    return form_page(
        request,
        form,
        kept,
        title=title,
        lede=lede,
        button=_("Write down"),
        back=reverse("cases:record", args=[person.pk]),
        done=done,
        context={"has_file": isinstance(form, PictureForm)},
    )


def _stated(request: Request, pk: int, which: int) -> tuple[Any, Stated]:
    """The record, and the value of this number on it; the look is recorded. Raises NotThere."""
    person = _record(request, pk)
    found = identity_of(**who(request), person=person, why="a value of the record")
    for one in found.stated:
        if one.attribute.pk == which:
            return person, one
    raise NotThere(_("There is no such value."))


def _own(request: Request, one: Stated) -> Stated:
    if one.attribute.agency_id != request.officer.agency_id:
        raise NotThere(_("There is no such value."))
    return one


@page(Permission.PERSON_READ)
def correct(request: Request, pk: int, which: int) -> HttpResponse:
    """Say a value of the agency's own anew and withdraw what stood there, both or neither."""
    person, found = _stated(request, pk, which)
    one = _own(request, found)
    row = one.attribute
    if row.what == "photograph":
        raise NotThere(_("There is no such value."))
    first = {"stated_on": row.stated_on, "confidence": row.confidence}
    if row.source_agency_id != row.agency_id:
        first["source"] = in_language(row.source_agency)
    form = _form(request, row.what, first={**FORMS[row.what].begin(one.value), **first})

    def do(given: Mapping[str, Any]) -> None:
        made = _add(request, person, form, given)
        acts.withdraw_statement(**who(request), attribute=row)
        if one.chosen:
            reason = _("It corrects the value that was gone by.")
            acts.choose_statement(**who(request), person=person, attribute=made, reason=reason)

    return _said_page(
        request,
        form,
        do,
        person=person,
        title=_("Correct what is said: %(what)s") % {"what": ATTRIBUTES[row.what]},
        lede=_(
            "What stands there now is withdrawn and stays on record; the corrected value takes its place."
        ),
        done=_("It was corrected."),
    )


@page(Permission.PERSON_READ)
def withdraw(request: Request, pk: int, which: int) -> HttpResponse:
    """Take back a value that the agency wrote."""
    _person, found = _stated(request, pk, which)
    one = _own(request, found)
    return form_page(
        request,
        forms.Form(request.POST if request.method == "POST" else None),
        lambda given: acts.withdraw_statement(**who(request), attribute=one.attribute),
        title=_("Withdraw a value: %(what)s") % {"what": ATTRIBUTES[one.attribute.what]},
        lede=_("%(value)s – it stays on record as withdrawn, is shown no more and is found no more.")
        % {"value": stated_value(one.value)},
        button=_("Withdraw it"),
        back=reverse("cases:record", args=[pk]),
        done=_("The value was withdrawn."),
    )


class ChoiceForm(forms.Form):
    """Why the agency goes by this value."""

    reason = long(
        gettext_lazy("Why your agency goes by it"),
        rows=3,
        help=gettext_lazy("Such as the paper that was seen; it is sealed with the record."),
    )


@page(Permission.PERSON_READ)
def choose(request: Request, pk: int, which: int) -> HttpResponse:
    """Decide which of several values the agency goes by."""
    person, one = _stated(request, pk, which)
    return form_page(
        request,
        ChoiceForm(request.POST or None),
        lambda given: acts.choose_statement(**who(request), person=person, attribute=one.attribute, **given),
        title=_("Go by a value: %(what)s") % {"what": ATTRIBUTES[one.attribute.what]},
        lede=_("%(value)s – the other values stay beside it.") % {"value": stated_value(one.value)},
        button=_("Go by it"),
        back=reverse("cases:record", args=[pk]),
        done=_("Your agency goes by it."),
    )


@page(Permission.PERSON_READ)
def picture(request: Request, pk: int, which: int) -> Any:
    """Send a photograph of the person, to be seen and never to be run; the look is recorded."""
    person, one = _stated(request, pk, which)
    if not isinstance(one.value, Photograph):
        raise NotThere(_("There is no such file."))
    opened = photograph_of(**who(request), person=person, file_id=one.value.file_id, why="picture")
    return send_stored_file(opened)
