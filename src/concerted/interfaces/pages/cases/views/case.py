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

from concerted.errors import Conflict, NotThere
from concerted.foundation.access.door import taking_away
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.foundation.people.reads import identities_of
from concerted.interfaces.pages.choosing import choosing
from concerted.interfaces.pages.once import acts_once
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.mechanism.cases import codes
from concerted.mechanism.cases.acts import cases as acts
from concerted.mechanism.cases.acts import files as file_acts
from concerted.mechanism.cases.acts import messages as message_acts
from concerted.mechanism.cases.reads import cases as reads
from concerted.mechanism.cases.reads import holding, trail
from concerted.mechanism.cases.reads.page import case_page
from concerted.mechanism.cases.reads.second import may_be_second, second_officers
from concerted.mechanism.cases.state_words import STEPS
from concerted.mechanism.cases.states import CASE

from ..doing import case_of, form_page, who
from ..fields import code, explained, long, short
from ..fields import codes as several
from ..places import any_place, begin_at_home
from ..trail_words import together
from ..words import AGE_BANDS, RISKS, URGENCIES
from .status import status_for_page


@page(Permission.CASE_READ)
def case(request: Request, pk: int) -> HttpResponse:
    """One case as the officer's agency may see it; the look is recorded."""
    shown = case_page(**who(request), case=pk)
    view = shown.view
    steps = [row for row in CASE.from_state(view.case.stage) if row.act in STEPS] if view.is_lead else []
    context = {
        "view": view,
        "case": view.case,
        "age_band": shown.age_band,
        "people": shown.people,
        "reports": shown.reports,
        "owed": [one for one in shown.owed if not one.met_at],
        "answered": [one for one in shown.owed if one.met_at],
        "filled": [one for one in view.sections if _holds_words(one)],
        "unfilled": [one for one in view.sections if not _holds_words(one)],
        "holdings": shown.holdings,
        "referrals": shown.referrals,
        "consents": shown.consents,
        "documents": shown.documents,
        "screenings": shown.screenings,
        "messages_here": shown.messages,
        "new_messages": any(one.is_new for one in shown.messages),
        "writable_to": shown.participants,
        "notes": shown.notes,
        "happenings": shown.happenings,
        "help": shown.help,
        "steps": steps,
        "may_write": not view.case.is_closed and not view.is_emergency,
        "may_close": view.is_lead and not view.case.is_closed,
        "seconds": closers(request, view.case) if view.case.closing_as else [],
        "may_decide_closing": may_be_second(request.officer, Permission.CASE_CLOSE, view.case),
        "may_erase": holds(request.officer, Permission.ERASURE_REQUEST),
        "may_grant": holds(request.officer, Permission.ENTITLEMENT_GRANT),
        **status_for_page(request, view.case),
        "may_trail": view.is_lead and holds(request.officer, Permission.CASE_TRAIL_READ),
    }
    return render(request, "cases/case.html", context)


def _holds_words(section: Any) -> bool:
    """Whether something that is open to the agency is written in a section, or is to be opened with a reason."""
    return bool(section.others if section.kind.is_sealed else section.words)


def _named(request: Request, view: reads.CaseView) -> list[tuple[Any, Any]]:
    """Each person on the case with the identity that is open; the look at it is recorded."""
    ids = sorted({link.person_id for link in view.people})
    known = identities_of(**who(request), ids=ids, why="case page") if ids else {}
    return [(link, known.get(link.person_id)) for link in view.people]


class OpenForm(forms.Form):
    """A case where no report came in before."""

    place_code = any_place(
        gettext_lazy("Place"), help=gettext_lazy("Only the province reaches what other agencies see.")
    )
    urgency = code(gettext_lazy("Urgency"), URGENCIES, help=gettext_lazy("Emergency: life is in danger now."))
    age_band = code(
        gettext_lazy("Age"),
        AGE_BANDS,
        help=gettext_lazy(
            "Below 18 other rules hold, and below 14 a guardian consents; unknown is an answer."
        ),
    )
    risk = code(
        gettext_lazy("Risk"),
        RISKS,
        help=gettext_lazy("How likely harm is now; say that it was not assessed rather than guess."),
    )
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
    begin_at_home(form, request.officer)
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
@acts_once
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
    urgency = code(
        gettext_lazy("Urgency"),
        URGENCIES,
        help=gettext_lazy("It sets the clocks of every new referral on the case."),
    )
    risk = code(
        gettext_lazy("Risk"),
        RISKS,
        help=gettext_lazy(
            "The latest assessment in one word; a high one keeps the case from being closed as recovered."
        ),
    )
    age_band = code(
        gettext_lazy("Age"),
        AGE_BANDS,
        help=gettext_lazy(
            "Below 18 other rules hold, and below 14 a guardian consents; unknown is an answer."
        ),
    )
    handling = explained(
        several(
            gettext_lazy("Handling"),
            codes.HANDLING,
            required=False,
            help=gettext_lazy(
                "What every agency must heed before it calls, shares or visits; tick all that hold."
            ),
        ),
        gettext_lazy(
            "These flags travel with the case to every agency, also in a package outside the system. “Do "
            "not share onward”, “no emergency access” and “legal hold” are enforced: while a legal hold stands "
            "no person's record on the case is erased. The others are for people to heed."
        ),
    )
    why = short(
        gettext_lazy("Why the legal hold is taken off"),
        required=False,
        limit=500,
        help=gettext_lazy("Only where you take off a legal hold; it stays in the course of the case."),
    )


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

    closing = code(
        gettext_lazy("Reason for closing"),
        codes.CLOSURES,
        help=gettext_lazy("The reason is counted; choose the one that was true on the last day."),
    )
    note = long(
        gettext_lazy("Note"),
        required=False,
        help=gettext_lazy("What the second person must know to decide; it stays in the course of the case."),
    )


class NoteForm(forms.Form):
    """A word to the decision."""

    note = long(
        gettext_lazy("Note"),
        required=False,
        help=gettext_lazy("A word for the record of the case; your name stands beside it."),
    )


@page(Permission.CASE_LEAD)
def closing(request: Request, pk: int) -> HttpResponse:
    """Propose to close the case; or, as a second person, close it or refuse."""
    found = case_of(request, pk)
    back = reverse("cases:case", args=[pk])
    if found.closing_as and not may_be_second(request.officer, Permission.CASE_CLOSE, found):
        return _waits(request, found)
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
            acts.withdraw_closing(**who(request), case=found, note=given["note"])
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


class TakenBackForm(forms.Form):
    """Nothing to fill in."""


def _waits(request: Request, found: Any) -> HttpResponse:
    """Who can decide on the closing, for whoever cannot; the proposal may be taken back."""

    def do(_given: Any) -> None:
        if not request.POST.get("refuse"):
            raise Conflict(_("A supervisor other than you decides."))
        acts.withdraw_closing(**who(request), case=found)

    return form_page(
        request,
        TakenBackForm(request.POST if request.method == "POST" else None),
        do,
        title=_("Proposed to be closed"),
        lede=str(codes.CLOSURES[found.closing_as]),
        button=_("Take the proposal back"),
        back=reverse("cases:case", args=[found.pk]),
        done=_("The case stays open."),
        template="cases/waits.html",
        context={"seconds": closers(request, found)},
    )


def closers(request: Request, found: Any) -> list[Any]:
    """The officers of the agency who can decide whether the case is closed."""
    return second_officers(
        **who(request), permission=Permission.CASE_CLOSE, authors=[found.closing_by_id], case=found.pk
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
        label=gettext_lazy("To which agencies"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Only agencies your own knows to take part are listed; choose only those that need to know."
        ),
    )
    text = long(
        gettext_lazy("Message"), help=gettext_lazy("Only these agencies read it. It is sealed like the rest.")
    )

    def __init__(self, *args: Any, agencies: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing(self, "to").choices = [(one.key, in_language(one)) for one in agencies]


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


@page(Permission.CASE_READ)
def messages_read(request: Request, pk: int) -> HttpResponse:
    """The agency has read the messages of the case."""
    found = case_of(request, pk)
    if request.method == "POST":
        message_acts.mark_messages_seen(**who(request), case=found)
    return redirect(reverse("cases:case", args=[pk]) + "#messages")


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


@page(Permission.CASE_TRAIL_READ)
def who_saw(request: Request, pk: int) -> HttpResponse:
    """Every act and look recorded on the case, for those who answer for it."""
    found = case_of(request, pk)
    before = request.GET.get("before", "")
    rows = trail.who_saw(**who(request), case=found, before=int(before) if before.isdigit() else None)
    return render(
        request,
        "cases/trail.html",
        {"case": found, "rows": together(rows), "last": rows[-1].entry.pk if rows else 0},
    )


@page(Permission.CASE_EXPORT)
def take_away(request: Request, pk: int) -> HttpResponse:
    """The case to be printed; sealed sections are never in it."""
    found = case_of(request, pk)
    if request.method not in ("GET", "HEAD"):
        raise NotThere(_("There is no such page."))
    view = reads.case_to_take_away(**who(request), case=found, form="print")
    with taking_away():
        people = _named(request, view)
    return render(request, "cases/print.html", {"view": view, "case": view.case, "people": people})
