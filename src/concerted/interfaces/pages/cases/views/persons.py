"""The agency's own records of persons and the holds on them; no list names anybody unasked, and asking is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.foundation.people import acts
from concerted.foundation.people.reads import (
    Identity,
    OwnPerson,
    hold_by_id,
    holds_here,
    holds_on,
    identities_of,
    identity_of,
    own_persons,
    own_persons_by_ids,
    person_by_id,
    possible_duplicates,
)
from concerted.foundation.people.values import Document, Name, SexStated
from concerted.interfaces.exchange.case_sheet.targets import script_of
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.words import day_words
from concerted.mechanism.cases.reads.cases import cases_of_person, cases_of_persons
from concerted.mechanism.cases.reads.machines import person_for_machine

from ..doing import about_record, form_page, who
from ..fields import code, long, short
from ..words import ATTRIBUTES, HOLD_GROUNDS


class FindForm(forms.Form):
    """By what a record is looked for."""

    name = short(
        gettext_lazy("Name"),
        required=False,
        help=gettext_lazy("The whole name; another spelling or order that sounds alike is found too."),
    )
    number = short(
        gettext_lazy("Number of a paper"),
        required=False,
        limit=40,
        help=gettext_lazy("Resident card, passport or another paper, as it stands there."),
    )


@page(Permission.PERSON_READ)
def persons(request: Request) -> HttpResponse:
    """The agency's own records, newest first; what is looked for is posted, so that no name stands in an address."""
    names = request.method == "POST" and "names" in request.POST
    find = FindForm(request.POST if request.method == "POST" and not names else None)
    held = request.GET.get("held") == "on"
    context: dict[str, Any] = {
        "find": find,
        "held": held,
        "may_erase": holds(request.officer, Permission.ERASURE_REQUEST),
    }
    if find.is_bound and find.is_valid():
        alike = _found(request, find.cleaned_data)
        rows = _lines(request, [row for row, _one in alike], named=False)
        found = [(line, one) for line, (_row, one) in zip(rows, alike, strict=True)]
        return render(request, "cases/persons.html", context | {"found": found})
    shown = own_persons(**who(request), held_only=held, cursor=request.GET.get("cursor", ""))
    rows = _lines(request, shown.rows, named=names)
    return render(request, "cases/persons.html", context | {"rows": rows, "next": shown.next, "names": names})


@dataclass(frozen=True)
class Line:
    """One record in a list: with its cases and roles, and with who it is where the officer asked for names."""

    row: OwnPerson
    cases: Sequence[tuple[Any, str]]
    identity: Identity | None
    on: date

    @property
    def sexes(self) -> tuple[str, ...]:
        """What is said of the sex, the agency's choice first."""
        stated = self.identity.of("sex") if self.identity else []
        return tuple(dict.fromkeys(one.value.code for one in stated if isinstance(one.value, SexStated)))

    @property
    def age(self) -> str:
        """The age today as far as it is known: 23, or 20-25."""
        least, most = self.identity.age_on(self.on) if self.identity else (None, None)
        if least is None or most is None:
            return ""
        return str(least) if least == most else f"{least}-{most}"

    @property
    def age_bands(self) -> tuple[str, ...]:
        """What the spine of the cases on which the record is the victim's tells of the age."""
        return tuple(dict.fromkeys(case.age_band for case, role in self.cases if role == "victim"))


def _lines(request: Request, rows: Sequence[OwnPerson], *, named: bool) -> list[Line]:
    """The records with their cases in one question; with names each look at identity is recorded."""
    ids = [row.person.pk for row in rows]
    may_read = holds(request.officer, Permission.CASE_READ)
    cases = cases_of_persons(**who(request), persons=ids) if may_read else {}
    known = identities_of(**who(request), ids=ids, why="list of records") if named else {}
    on = timezone.localdate(request.at)
    return [Line(row, cases.get(row.person.pk, ()), known.get(row.person.pk), on) for row in rows]


def _found(request: Request, given: dict[str, str]) -> list[tuple[Any, Any]]:
    """The agency's own records that agree in the name or in the number, with what they agree in."""
    values: list[Any] = []
    if given["name"].strip():
        values.append(Name(given["name"].strip(), script=script_of(given["name"].strip())))
    if given["number"].strip():
        values.append(Document(given["number"].strip()))
    if not values or not holds(request.officer, Permission.PERSON_WRITE):
        return []
    alike = possible_duplicates(**who(request), values=values)
    rows = own_persons_by_ids(**who(request), ids=[one.person.pk for one in alike])
    agree = {one.person.pk: one for one in alike}
    return [(row, agree[row.person.pk]) for row in rows]


@page(Permission.PERSON_READ)
def record(request: Request, pk: int) -> HttpResponse:
    """One record: who it is, the cases it stands on, the holds, and what was erased of it; the look is recorded."""
    person = person_by_id(**who(request), pk=pk)
    identity = identity_of(**who(request), person=person, why="record page")
    context = {
        "person": person,
        "said": [
            (what, identity.of(what), what in _ONE_IS_RIGHT and identity.is_disputed(what))
            for what in ATTRIBUTES
            if identity.of(what)
        ],
        "kinds": list(ATTRIBUTES.items()),
        "may_write": _may_write(request, person),
        "cases": cases_of_person(**who(request), person=pk),
        "holds": holds_on(**who(request), person=person),
        "is_own": person.agency_id == request.officer.agency_id,
        "may_hold": holds(request.officer, Permission.HOLD_SET) and person.erased_at is None,
        "may_erase": holds(request.officer, Permission.ERASURE_REQUEST) and person.erased_at is None,
    }
    return render(request, "cases/record.html", context)


_ONE_IS_RIGHT = ("birth", "sex")
"""Of what only one value can be right; a person has many names and papers."""


def _may_write(request: Request, person: Any) -> bool:
    """Whether more may be said of the record: not once it is erased, nor where it is open by emergency access alone."""
    if person.erased_at is not None or not holds(request.officer, Permission.PERSON_WRITE):
        return False
    try:
        person_for_machine(**who(request), pk=person.pk)
    except NotThere:
        return False
    return True


class HoldForm(forms.Form):
    """Why the record must not go."""

    ground = code(
        gettext_lazy("What needs the record"),
        HOLD_GROUNDS,
        help=gettext_lazy("While the hold stands nothing of the record is erased, by nobody."),
    )
    reference = short(
        gettext_lazy("File number of the matter"),
        required=False,
        limit=80,
        help=gettext_lazy("The number under which the matter runs, never a name."),
    )
    reason = long(
        gettext_lazy("Reason"),
        required=False,
        rows=3,
        help=gettext_lazy("What the record is needed for; it is sealed with the record."),
    )


@page(Permission.HOLD_SET)
def set_hold(request: Request, pk: int) -> HttpResponse:
    """Put a hold on a record."""
    person = person_by_id(**who(request), pk=pk)
    about_record(request, pk)
    return form_page(
        request,
        HoldForm(request.POST or None),
        lambda given: acts.set_hold(**who(request), person=person, **given),
        title=_("Hold a record"),
        lede=_("The agency of the record sees the hold. Two officers of yours lift it."),
        button=_("Set the hold"),
        back=reverse("cases:record", args=[pk]),
        done=_("The hold stands."),
    )


@page(Permission.HOLD_SET)
def all_holds(request: Request) -> HttpResponse:
    """The holds the agency set and those on its records, those somebody wants lifted first."""
    return render(request, "cases/holds.html", {"rows": holds_here(**who(request))})


class LiftForm(forms.Form):
    """Why the hold is not needed any more."""

    reason = long(
        gettext_lazy("Why the hold is not needed any more"),
        help=gettext_lazy("Another supervisor of your agency reads it and decides."),
    )


@page(Permission.HOLD_SET)
def lift_hold(request: Request, pk: int) -> HttpResponse:
    """Ask for a hold to be lifted, or decide on it as a second officer."""
    view = hold_by_id(**who(request), pk=pk)
    back = reverse("cases:holds")
    title = _("Hold of %(day)s: %(ground)s") % {
        "day": day_words(view.hold.set_at),
        "ground": HOLD_GROUNDS[view.hold.ground],
    }
    if view.hold.lift_asked_by_id is None:
        return form_page(
            request,
            LiftForm(request.POST or None),
            lambda given: acts.ask_to_lift_hold(**who(request), hold=view.hold, **given),
            title=title,
            lede=view.words.get("reason", ""),
            button=_("Ask for it to be lifted"),
            back=back,
            done=_("It waits for a second officer."),
        )
    if view.hold.lift_asked_by_id == request.officer.pk:
        raise NotThere(_("This step is not possible now."))

    def do(given: Any) -> None:
        decide = acts.keep_hold if request.POST.get("refuse") else acts.lift_hold
        decide(**who(request), hold=view.hold)

    return form_page(
        request,
        forms.Form(request.POST if request.method == "POST" else None),
        do,
        title=title,
        button=_("Lift it"),
        back=back,
        done=_("It was decided."),
        template="cases/lift.html",
        context={"refuse": _("It goes on standing"), "words": view.words, "asked": view.hold},
    )
