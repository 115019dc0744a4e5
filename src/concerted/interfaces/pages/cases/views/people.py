"""A person written down on a case: warns when the agency may know the person, and takes the record it has instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.foundation.people.acts.persons import record_person
from concerted.foundation.people.reads import Duplicate, possible_duplicates
from concerted.foundation.people.values import Birth, SexStated, Statement
from concerted.interfaces.exchange.case_sheet import targets
from concerted.interfaces.exchange.case_sheet.targets import Unreadable
from concerted.interfaces.pages.choosing import choosing
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.cases.acts import files as file_acts
from concerted.mechanism.cases.reads.cases import case_view

from ..doing import Asks, case_of, form_page, who
from ..fields import code, long, short, yes
from ..words import PERSON_KINDS, ROLES, SEXES

ANOTHER = "another"
_SAID = ("name", "alias", "born", "id_number", "passport")


class PersonForm(forms.Form):
    """A person on the case; nothing but the role is compulsory."""

    role = code(
        gettext_lazy("Role on the case"),
        ROLES,
        help=gettext_lazy("Why the person stands on the case; a suspect can never consent for somebody."),
    )
    kind = code(
        gettext_lazy("Who it is"),
        PERSON_KINDS,
        help=gettext_lazy("An offender nobody knows yet and a child without a name can be written down too."),
    )
    name = short(
        gettext_lazy("Name as it was said"),
        required=False,
        help=gettext_lazy(
            "Leave it empty when it is not known. Other names are added on the record's own page."
        ),
    )
    alias = short(
        gettext_lazy("Other name"),
        required=False,
        help=gettext_lazy("A nickname, or the name the person was made to use; it is searched too."),
    )
    sex = code(
        gettext_lazy("Sex"),
        SEXES,
        empty=gettext_lazy("Nothing said"),
        help=gettext_lazy("As the person says it; leave it open when you did not ask."),
    )
    born = short(
        gettext_lazy("Born, or age"),
        required=False,
        limit=40,
        help=gettext_lazy("1990-03-05, 1990-03, 1990, 农历1990年三月初五, 23 or 20-25; as it was said."),
    )
    id_number = short(
        gettext_lazy("Resident card number"),
        required=False,
        limit=40,
        help=gettext_lazy("Only as it stands on the card; it is checked by its last character."),
    )
    as_written = yes(
        gettext_lazy("It stands so on the card, though it does not fit"),
        help=gettext_lazy("For a forged or damaged card: the number is kept as written, with this mark."),
    )
    passport = short(
        gettext_lazy("Passport number"),
        required=False,
        limit=40,
        help=gettext_lazy("As it stands in the passport, of whatever country."),
    )
    same = forms.ChoiceField(
        label=gettext_lazy("Is it one of these?"),
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Open the records and compare; a record you take stands on both cases."),
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        del self.fields["same"]

    def statements(self) -> list[Statement]:
        """What is said of the person."""
        return list(self._statements())

    def _statements(self) -> Iterator[Statement]:
        given = self.cleaned_data
        if given["sex"]:
            yield Statement(SexStated(given["sex"]))
        yield from (given[key] for key in _SAID if given.get(key))

    def offer(self, alike: Sequence[Duplicate]) -> None:
        """Ask which of these records it is, or another person."""
        self.fields["same"] = self.base_fields["same"]
        self.order_fields(["same"])
        choosing(self, "same").choices = [
            *((str(one.person.pk), _("Record %(number)s") % {"number": one.person.number}) for one in alike),
            (ANOTHER, _("It is another person: write it down all the same")),
        ]

    def _read(self, name: str, *keys: str) -> Any:
        text = self.cleaned_data[name].strip()
        if not text:
            return None
        faults: list[Unreadable] = []
        for key in keys:
            try:
                return targets()[key].read(text, self.on)
            except Unreadable as fault:
                faults.append(fault)
        raise forms.ValidationError(f"{faults[0].what} {faults[0].remedy}".strip())

    def clean_name(self) -> Any:
        """The name, unless it only says that none is known."""
        return self._read("name", "person.name")

    def clean_alias(self) -> Any:
        """Another name."""
        return self._read("alias", "person.alias")

    def clean_born(self) -> Any:
        """A birth or an age, with the words in which it was said."""
        read = self._read("born", "person.birth", "person.age")
        words = self.cleaned_data["born"].strip()
        if read is not None and isinstance(read.value, Birth) and not read.value.note:
            return replace(read, value=replace(read.value, note=words))
        return read

    def clean_id_number(self) -> Any:
        """The number of the resident card, checked by its last character unless it stands so on the card."""
        is_as_written = self.data.get(self.add_prefix("as_written"))
        return self._read("id_number", f"person.id_number{'_as_written' if is_as_written else ''}")

    def clean_passport(self) -> Any:
        """The number of the passport."""
        return self._read("passport", "person.passport")


@page(Permission.CASE_EDIT)
def person(request: Request, pk: int) -> HttpResponse:
    """Write a person down and put the record on the case; a record the agency has already may be taken instead."""
    found = case_of(request, pk)
    form = PersonForm(request.POST if request.method == "POST" else None, on=timezone.localdate(request.at))
    alike: list[Duplicate] = []

    def do(given: Any) -> Asks | HttpResponse | None:
        answer = request.POST.get("same", "")
        values = [one.value for one in form.statements()]
        if values and answer != ANOTHER:
            alike.extend(possible_duplicates(**who(request), values=values))
        record = next((one.person for one in alike if str(one.person.pk) == answer), None)
        if alike and record is None:
            form.offer(alike)
            return Asks()
        if record is None:
            record = record_person(**who(request), kind=given["kind"], statements=form.statements())
        made = file_acts.link_person(**who(request), case=found, person=record, role=given["role"])
        if made.ended_consents:
            messages.warning(
                request,
                _(
                    "This person consented as guardian: %(count)s consents have ended, and what was given on them. "
                    "What was read cannot be unread: look who holds it."
                )
                % {"count": len(made.ended_consents)},
            )
            return redirect("cases:consents", pk)
        return None

    return form_page(
        request,
        form,
        do,
        title=_("A person on the case"),
        lede=_("Only your agency sees the record, and whoever is given the section of identity."),
        button=_("Write down"),
        back=reverse("cases:case", args=[pk]) + "#people",
        done=_("The person was written down."),
        template="cases/person.html",
        context={"case": found, "alike": alike},
    )


class EndForm(forms.Form):
    """Why a person does not stand in a role."""

    reason = long(
        gettext_lazy("Why the role ends"),
        rows=3,
        help=gettext_lazy(
            "Such as a wrong record or a wrong role; it is sealed, and your agency alone reads it."
        ),
    )


@page(Permission.CASE_EDIT)
def end_role(request: Request, pk: int, which: int) -> HttpResponse:
    """Say that a record does not stand in its role; the link and the reason stay in the history of the case."""
    view = case_view(**who(request), case=case_of(request, pk), why="ending a role")
    own = request.officer.agency_id
    found = next((one for one in view.people if one.pk == which and one.agency_id == own), None)
    if found is None:
        raise NotThere(_("There is no such person."))

    def do(given: Any) -> HttpResponse | None:
        made = file_acts.unlink_person(**who(request), link=found, **given)
        if not made.cleared_consents:
            return None
        messages.warning(
            request,
            _(
                "This person consented as guardian. Consents that had ended with the suspicion: %(count)s. Nothing "
                "comes back by itself; a lead of the case may take it up again."
            )
            % {"count": len(made.cleared_consents)},
        )
        return redirect("cases:consents", pk)

    return form_page(
        request,
        EndForm(request.POST or None),
        do,
        title=_("End a role on the case"),
        lede=_("Record %(number)s as %(role)s. The record itself stays; write the right role down anew.")
        % {"number": found.person.number, "role": ROLES[found.role]},
        button=_("End the role"),
        back=reverse("cases:case", args=[pk]) + "#people",
        done=_("The role has ended."),
    )
