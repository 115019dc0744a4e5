"""The page of one case: spine, sections, who holds what, duties, documents, messages, timeline; and its own acts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.foundation.people.acts.persons import record_person
from concerted.foundation.people.reads import identities_of, possible_duplicates
from concerted.foundation.people.values import Name, Script, SexStated, Statement
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.mechanism.cases import codes
from concerted.mechanism.cases.acts import cases as acts
from concerted.mechanism.cases.acts import files as file_acts
from concerted.mechanism.cases.acts import messages as message_acts
from concerted.mechanism.cases.reads import cases as reads
from concerted.mechanism.cases.reads import holding, trail
from concerted.mechanism.cases.reads.page import case_page
from concerted.mechanism.cases.states import CASE

from ..doing import case_of, form_page, who
from ..fields import code, long, own_place, place, short
from ..fields import codes as several
from ..words import AGE_BANDS, RISKS, ROLES, SEXES, STEPS, URGENCIES


@page(Permission.CASE_READ)
def case(request: Request, pk: int) -> HttpResponse:
    """One case as the officer's agency may see it; the look is recorded."""
    shown = case_page(**who(request), case=pk)
    view = shown.view
    steps = [row for row in CASE.from_state(view.case.stage) if row.act in STEPS] if view.is_lead else []
    context = {
        "view": view,
        "case": view.case,
        "people": shown.people,
        "owed": shown.owed,
        "holdings": shown.holdings,
        "referrals": shown.referrals,
        "consents": shown.consents,
        "documents": shown.documents,
        "screenings": shown.screenings,
        "messages_here": shown.messages,
        "writable_to": shown.participants,
        "notes": shown.notes,
        "happenings": shown.happenings,
        "help": shown.help,
        "steps": steps,
        "may_close": view.is_lead and not view.case.is_closed,
        "may_erase": holds(request.officer, Permission.ERASURE_REQUEST),
        "may_grant": holds(request.officer, Permission.ENTITLEMENT_GRANT),
        "may_trail": view.is_lead and holds(request.officer, Permission.CASE_TRAIL_READ),
    }
    return render(request, "cases/case.html", context)


def _named(request: Request, view: reads.CaseView) -> list[tuple[Any, Any]]:
    """Each person on the case with the identity that is open; the look at it is recorded."""
    ids = sorted({link.person_id for link in view.people})
    known = identities_of(**who(request), ids=ids, why="case page") if ids else {}
    return [(link, known.get(link.person_id)) for link in view.people]


class OpenForm(forms.Form):
    """A case where no report came in before."""

    place_code = place(
        gettext_lazy("Place"), help=gettext_lazy("Only the province reaches what other agencies see.")
    )
    urgency = code(gettext_lazy("Urgency"), URGENCIES, help=gettext_lazy("Emergency: life is in danger now."))
    age_band = code(gettext_lazy("Age"), AGE_BANDS)
    risk = code(gettext_lazy("Risk"), RISKS)
    handling = several(
        gettext_lazy("Handling"),
        codes.HANDLING,
        required=False,
        help=gettext_lazy("Flags that travel with the case to every agency."),
    )


@page(Permission.CASE_OPEN)
def open_new(request: Request) -> HttpResponse:
    """Open a case led by the officer's agency."""

    def do(given: Any) -> HttpResponse:
        made = acts.open_case(**who(request), **given)
        messages.success(request, _("The case was opened."))
        if holds(request.officer, Permission.CASE_READ):
            return redirect("cases:case", made.pk)
        return redirect("cases:work")

    form = OpenForm(request.POST or None)
    own_place(form, request.officer)
    return form_page(
        request,
        form,
        do,
        title=_("Open a case"),
        lede=_("Who the person is comes later, in the section of identity."),
        button=_("Open the case"),
        back=reverse("cases:work"),
    )


@page(Permission.CASE_LEAD)
def step(request: Request, pk: int) -> HttpResponse:
    """Move the case one stage on."""
    found = case_of(request, pk)
    if request.method == "POST":
        acts.advance_case(
            **who(request), case=found, step=request.POST.get("step", ""), note=request.POST.get("note", "")
        )
        messages.success(request, _("The stage was changed."))
    return redirect("cases:case", pk)


class SpineForm(forms.Form):
    """What the spine tells every agency on the case."""

    row_version = forms.IntegerField(widget=forms.HiddenInput)
    urgency = code(gettext_lazy("Urgency"), URGENCIES)
    risk = code(gettext_lazy("Risk"), RISKS)
    age_band = code(gettext_lazy("Age"), AGE_BANDS)
    handling = several(gettext_lazy("Handling"), codes.HANDLING, required=False)


@page(Permission.CASE_LEAD)
def spine(request: Request, pk: int) -> HttpResponse:
    """Change urgency, risk, age band and handling."""
    found = case_of(request, pk)
    initial = {
        name: getattr(found, name) for name in ("row_version", "urgency", "risk", "age_band", "handling")
    }
    return form_page(
        request,
        SpineForm(request.POST or None, initial=initial),
        lambda given: acts.change_spine(**who(request), case=found, **given),
        title=_("Change what the case tells"),
        lede=_("Every agency on the case sees this; it tells nobody who the person is."),
        button=_("Save"),
        back=reverse("cases:case", args=[pk]),
        done=_("The case was changed."),
    )


class ClosingForm(forms.Form):
    """Why the case is to be closed."""

    closing = code(gettext_lazy("Reason for closing"), codes.CLOSURES)
    note = long(gettext_lazy("Note"), required=False)


class NoteForm(forms.Form):
    """A word to the decision."""

    note = long(gettext_lazy("Note"), required=False)


@page(Permission.CASE_LEAD)
def closing(request: Request, pk: int) -> HttpResponse:
    """Propose to close the case; or, as a second person, close it or refuse."""
    found = case_of(request, pk)
    back = reverse("cases:case", args=[pk])
    if not found.closing_as:
        return form_page(
            request,
            ClosingForm(request.POST or None),
            lambda given: acts.propose_closing(**who(request), case=found, **given),
            title=_("Propose to close the case"),
            lede=_("A supervisor other than you decides."),
            button=_("Propose"),
            back=back,
            done=_("It waits for a second person."),
        )

    def do(given: Any) -> None:
        if request.POST.get("refuse"):
            acts.withdraw_closing(**who(request), case=found)
        else:
            acts.close_case(**who(request), case=found, note=given["note"])

    return form_page(
        request,
        NoteForm(request.POST or None),
        do,
        title=_("Close the case"),
        lede=str(codes.CLOSURES[found.closing_as]),
        button=_("Agree to close"),
        back=back,
        done=_("It was decided."),
        context={"refuse": _("Do not close it")},
    )


class ReasonForm(forms.Form):
    """A reason that is kept."""

    reason = long(gettext_lazy("Reason"), help=gettext_lazy("It stays in the log of the case."))


@page(Permission.CASE_LEAD)
def reopen(request: Request, pk: int) -> HttpResponse:
    """Reopen a closed case."""
    found = case_of(request, pk)
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda given: acts.reopen_case(**who(request), case=found, reason=given["reason"]),
        title=_("Reopen the case"),
        button=_("Reopen"),
        back=reverse("cases:case", args=[pk]),
        done=_("The case was reopened."),
    )


class MessageForm(forms.Form):
    """A message to agencies on the case."""

    to = forms.MultipleChoiceField(
        label=gettext_lazy("To which agencies"), widget=forms.CheckboxSelectMultiple
    )
    text = long(
        gettext_lazy("Message"), help=gettext_lazy("Only these agencies read it. It is sealed like the rest.")
    )

    def __init__(self, *args: Any, agencies: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(one.key, in_language(one)) for one in agencies]  # type: ignore[attr-defined]


@page(Permission.CASE_EDIT)
def message(request: Request, pk: int) -> HttpResponse:
    """Write to agencies the officer's own knows to take part."""
    found = case_of(request, pk)
    message_acts.mark_messages_seen(**who(request), case=found)
    known = holding.known_participants(**who(request), case=found)
    return form_page(
        request,
        MessageForm(request.POST or None, agencies=known),
        lambda given: message_acts.send_message(
            **who(request),
            case=found,
            to=[one for one in known if one.key in given["to"]],
            text=given["text"],
        ),
        title=_("Write a message"),
        button=_("Send"),
        back=reverse("cases:case", args=[pk]) + "#messages",
        done=_("The message was sent."),
    )


class OwnNoteForm(forms.Form):
    """A note nobody else ever sees."""

    text = long(gettext_lazy("Note"), help=gettext_lazy("Only your agency ever reads it."))


@page(Permission.CASE_EDIT)
def note(request: Request, pk: int) -> HttpResponse:
    """Write an internal note."""
    found = case_of(request, pk)
    return form_page(
        request,
        OwnNoteForm(request.POST or None),
        lambda given: file_acts.write_note(**who(request), case=found, text=given["text"]),
        title=_("Write an internal note"),
        button=_("Keep the note"),
        back=reverse("cases:case", args=[pk]) + "#notes",
        done=_("The note was kept."),
    )


class PersonForm(forms.Form):
    """A person on the case; nothing but the role is compulsory."""

    role = code(gettext_lazy("Role on the case"), ROLES)
    kind = code(
        gettext_lazy("Who it is"),
        {
            "person": gettext_lazy("A person"),
            "unknown_offender": gettext_lazy("An offender nobody knows yet"),
            "unnamed_child": gettext_lazy("A child without a known name"),
        },
    )
    name = short(
        gettext_lazy("Name as it was said"),
        required=False,
        help=gettext_lazy("Leave it empty when it is not known. Other names are added later beside it."),
    )
    sex = code(gettext_lazy("Sex"), SEXES, empty=gettext_lazy("Nothing said"))
    again = forms.BooleanField(
        label=gettext_lazy("It is another person: write it down all the same"), required=False
    )


@page(Permission.CASE_EDIT)
def person(request: Request, pk: int) -> HttpResponse:
    """Write a person down and link the record to the case; warns when the agency may know the person already."""
    found = case_of(request, pk)
    form = PersonForm(request.POST or None)
    alike: list[Any] = []

    def do(given: Any) -> None:
        said: list[Any] = []
        if given["name"].strip():
            script = Script.HAN if any("\u4e00" <= one <= "\u9fff" for one in given["name"]) else Script.LATIN
            said.append(Name(given["name"].strip(), script=script))
        if given["sex"]:
            said.append(SexStated(given["sex"]))
        made = record_person(**who(request), kind=given["kind"], statements=[Statement(one) for one in said])
        file_acts.link_person(**who(request), case=found, person=made, role=given["role"])

    if request.method == "POST" and form.is_valid() and not form.cleaned_data["again"]:
        given_name = form.cleaned_data["name"].strip()
        if given_name:
            alike = possible_duplicates(**who(request), values=[Name(given_name)])
        if alike:
            return render(request, "cases/person.html", {"form": form, "alike": alike, "case": found})
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
        context={"case": found},
    )


@page(Permission.CASE_TRAIL_READ)
def who_saw(request: Request, pk: int) -> HttpResponse:
    """Every act and look recorded on the case, for those who answer for it."""
    found = case_of(request, pk)
    before = request.GET.get("before", "")
    rows = trail.who_saw(**who(request), case=found, before=int(before) if before.isdigit() else None)
    return render(
        request, "cases/trail.html", {"case": found, "rows": rows, "last": rows[-1].entry.pk if rows else 0}
    )


@page(Permission.CASE_EXPORT)
def take_away(request: Request, pk: int) -> HttpResponse:
    """The case to be printed; sealed sections are never in it."""
    found = case_of(request, pk)
    if request.method not in ("GET", "HEAD"):
        raise NotThere(_("There is no such page."))
    view = reads.case_to_take_away(**who(request), case=found, form="print")
    return render(
        request, "cases/print.html", {"view": view, "case": view.case, "people": _named(request, view)}
    )
