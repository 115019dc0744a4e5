"""Consent: take, withdraw, see who already holds what; it gives nothing (giving.py)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.reads import AgencyFilter, filtered_agencies
from concerted.foundation.people.reads import identities_of, persons_by_ids
from concerted.foundation.vault.numbers import readable
from concerted.interfaces.pages.agencies.words import TIERS
from concerted.interfaces.pages.choosing import choosing
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.interfaces.pages.shell.words import day_words
from concerted.mechanism.cases import codes, law
from concerted.mechanism.cases.acts import consents as acts
from concerted.mechanism.cases.reads import cases as case_reads
from concerted.mechanism.cases.reads import holding, sharing
from concerted.mechanism.cases.sections import shared_onward

from ..doing import agency_of, case_of, end_of, form_page, who
from ..fields import code, day, explained, long, short, yes
from ..fields import codes as several
from ..templatetags.case_words import said
from ..words import GIVERS, ROLES, SECTION_NAMES

BEYOND = {
    "": gettext_lazy("Nothing beyond those ticked"),
    "keep_shelter": gettext_lazy(
        "Everything she ever agreed to, also with other agencies, but what the shelter she lives in was given"
    ),
    "all": gettext_lazy(
        "Everything she ever agreed to, also with other agencies and with the shelter she lives in"
    ),
}
#: What a consent can name, and what can be given.
GIVEN = {key: label for key, label in SECTION_NAMES.items() if key != "spine"}


@page(Permission.CASE_READ)
def consents(request: Request, pk: int) -> HttpResponse:
    """The consents on the case, what was given on them, and who holds what."""
    case = case_of(request, pk)
    at = {**who(request), "case": case}
    known = sharing.consents_of(**at)
    context = {
        "case": case,
        "by_emergency": holding.is_emergency_only(case, request.officer.agency_id, request.at),
        "consents": known,
        "may_take_up": sum(one.may_take_up for one in known),
        "disclosures": [(one, shared_onward(one)) for one in sharing.disclosures_of(**at)],
        "holdings": holding.who_holds_what(**at),
        "objections": sharing.objections_of(**at),
        "rules": law.rules(),
        "chinese": (get_language() or "").startswith("zh"),
    }
    return render(request, "cases/consents.html", context)


def pick(request: Request, case: Any, *, title: str, lede: str = "", outside: bool = False) -> HttpResponse:
    """Find the agency a thing is for; its page is the same with `?to=` its key."""
    words = request.GET.get("find", "").strip()
    own = request.officer.agency
    near = AgencyFilter(
        place_code=own.place_code if own and not words else "", words=words, on=request.at.date()
    )
    found = [one for one in filtered_agencies(wanted=near, limit=60) if one.pk != request.officer.agency_id]
    found.sort(key=lambda one: -list(TIERS).index(one.tier))
    context = {
        "case": case,
        "found": found,
        "words": words,
        "title": title,
        "lede": lede,
        "may_outside": outside,
    }
    return render(request, "cases/pick.html", context)


class ConsentForm(forms.Form):
    """A consent as the person gave it."""

    person = forms.ChoiceField(
        label=gettext_lazy("Whose consent it is"),
        help_text=gettext_lazy("It opens this person's name and record, and nobody else's on the case."),
    )
    giver = explained(
        code(
            gettext_lazy("Who consents"),
            GIVERS,
            help=gettext_lazy("Below 14 a guardian consents, and the child's assent is recorded beside it."),
        ),
        gettext_lazy(
            "Ask the person alone, without whoever brought her. A yes said in fear is none: say that help "
            "does not depend on it, and that she may take it back at any time."
        ),
    )
    guardian = forms.ChoiceField(
        label=gettext_lazy("The guardian's record"),
        required=False,
        help_text=gettext_lazy("A guardian who is a suspect cannot consent."),
    )
    sections = explained(
        several(gettext_lazy("What may be told"), GIVEN, help=gettext_lazy("Only what the purpose needs.")),
        gettext_lazy(
            "Read the sections to her one by one and tick only those she agrees to. A sealed section "
            "needs a reason of its own: a shelter address given to one office too many has cost lives."
        ),
    )
    purpose = code(
        gettext_lazy("What for"),
        codes.PURPOSES,
        help=gettext_lazy("What the recipient may use it for; for another purpose a new consent is taken."),
    )
    until = day(gettext_lazy("Until"), help=gettext_lazy("It ends by itself on that day."))
    language = short(
        gettext_lazy("Language in which it was explained"),
        limit=40,
        help=gettext_lazy("Dialect or sign language too."),
    )
    witness = short(
        gettext_lazy("Witness or interpreter"),
        required=False,
        help=gettext_lazy("Who was there and can say that it was understood, such as the interpreter."),
    )
    is_written = yes(
        gettext_lazy("It is signed on paper"),
        help=gettext_lazy(
            "Tick it when the person signed or put a mark on paper; keep the paper as a document."
        ),
    )
    note = long(
        gettext_lazy("Note"),
        required=False,
        rows=2,
        help=gettext_lazy("Conditions the person made, such as a time at which not to call."),
    )

    def __init__(self, *args: Any, guardians: Any = (), people: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing(self, "guardian").choices = [("", "–"), *guardians]
        choose_whose(self, people)


def choose_whose(form: forms.Form, people: Any) -> None:
    """Offer the persons on the case; without one there is nobody to choose."""
    if len(people) > 1:
        people = [("", _("Choose the person")), *people]
    choosing(form, "person").choices = people
    form.fields["person"].required = len(people) > 1
    if not people:
        del form.fields["person"]


def people_of(request: Request, case: Any) -> list[tuple[int, str]]:
    """Who stands on the case, as choices: by the name that is open, else by the number of the record, and the role."""
    people = case_reads.case_view(**who(request), case=case).people
    links = [one for one in people if one.agency_id == request.officer.agency_id] or list(people)
    ids = sorted({one.person_id for one in links})
    known = identities_of(**who(request), ids=ids, why="consent") if ids else {}
    found: dict[int, str] = {}
    for one in links:
        name = known[one.person_id].display_name if one.person_id in known else ""
        called = name or _("Record %(number)s") % {"number": readable(one.person_id, "P")}
        found.setdefault(one.person_id, f"{called} ({ROLES[one.role]})")
    return list(found.items())


def guardians_of(request: Request, case: Any) -> list[tuple[int, str]]:
    """The records that may stand for a guardian of the person, as choices."""
    people = case_reads.case_view(**who(request), case=case).people
    found = sorted({link.person_id for link in people if link.role in ("guardian", "family")})
    known = identities_of(**who(request), ids=found, why="consent form") if found else {}
    return [(pk, _guardian_called(pk, known.get(pk))) for pk in found]


def _guardian_called(pk: int, identity: Any) -> str:
    number = _("Record %(number)s") % {"number": readable(pk, "P")}
    name = identity.display_name if identity is not None else ""
    return f"{name} ({number})" if name else number


def guardian_named(request: Request, chosen: str) -> Any:
    """The person record that was chosen; None where none was."""
    persons = persons_by_ids(**who(request), ids=[int(chosen)]) if chosen else {}
    return next(iter(persons.values()), None)


@page(Permission.CONSENT_TAKE)
def take(request: Request, pk: int) -> HttpResponse:
    """Take a consent to one agency."""
    case = case_of(request, pk)
    if not request.GET.get("to"):
        return pick(request, case, title=_("Consent: to whom?"), lede=_("A consent names one recipient."))
    recipient = agency_of(request.GET["to"])
    guardians = guardians_of(request, case)
    people = people_of(request, case)

    def do(given: Any) -> None:
        person = guardian_named(request, given.pop("person", ""))
        guardian = guardian_named(request, given.pop("guardian"))
        given["until"] = end_of(given["until"])
        acts.take_consent(
            **who(request),
            case=case,
            recipient=recipient,
            person=person,
            giver_person=guardian,
            **given,
        )

    initial = {"until": timezone.localdate(request.at) + timedelta(days=180)}
    return form_page(
        request,
        ConsentForm(request.POST or None, initial=initial, guardians=guardians, people=people),
        do,
        title=_("Take a consent"),
        lede=_("To: %(agency)s") % {"agency": in_language(recipient)},
        button=_("Keep the consent"),
        back=reverse("cases:consents", args=[pk]),
        done=_("The consent was kept."),
        context={"quick_exit": True},
    )


class WithdrawalForm(forms.Form):
    """What the person withdraws, and who heard it."""

    which = forms.MultipleChoiceField(
        label=gettext_lazy("What she withdraws"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("The consents your agency knows of. Read them to her one by one."),
    )
    beyond = explained(
        forms.ChoiceField(
            label=gettext_lazy("Other agencies"),
            choices=lambda: list(BEYOND.items()),
            required=False,
            widget=forms.RadioSelect,
            help_text=gettext_lazy("She may end everything here, also what she agreed to elsewhere."),
        ),
        gettext_lazy(
            "Whether there is anything your agency does not know of, nobody tells you. If she lives in a shelter, "
            "ask her whether it may go on knowing her name and a safe way to reach her: without them it cannot warn "
            "her or look for her."
        ),
    )
    received_by = short(
        gettext_lazy("Who heard her words"), help=gettext_lazy("The officer or the interpreter, by name.")
    )
    presence = short(
        gettext_lazy("In whose presence"),
        help=gettext_lazy(
            "Who else was in the room; write that she was alone if so. A no said in fear is none."
        ),
    )
    said_on = day(gettext_lazy("When"), help=gettext_lazy("The day she said it."))
    is_sure = forms.BooleanField(
        label=gettext_lazy("I told her what ends and who is told, asked again, and she says so"),
        help_text=gettext_lazy("What was read cannot be unread; it may be given anew when she agrees anew."),
    )

    def __init__(self, *args: Any, known: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing(self, "which").choices = list(known)


@page(Permission.CONSENT_TAKE)
def withdraw(request: Request, pk: int) -> HttpResponse:
    """The person withdraws: consents one by one, or everything; the page asks again, and then says who holds what."""
    case = case_of(request, pk)
    live = {
        str(one.consent.pk): one
        for one in sharing.consents_of(**who(request), case=case)
        if one.consent.withdrawn_at is None and one.state in ("live", "not_yet", "suspected")
    }

    def do(given: Any) -> HttpResponse | None:
        beyond, said_on = given.pop("beyond"), given.pop("said_on")
        del given["is_sure"]
        chosen = [live[key].consent for key in given.pop("which")]
        acts.withdraw_consents(
            **who(request),
            case=case,
            consents=chosen if not beyond else (),
            everything=bool(beyond),
            keep_shelter=beyond == "keep_shelter",
            said_at=min(request.at, end_of(said_on))
            if said_on <= timezone.localdate(request.at)
            else end_of(said_on),
            **given,
        )
        try:
            case_of(request, pk)
        except NotThere:  # nothing but her consent let the agency know of it
            messages.success(
                request, _("What she withdrew has ended. The case is not open to your agency any more.")
            )
            return redirect("cases:work")
        return None

    initial = {
        "which": [key for key in live if key == request.GET.get("consent")],
        "received_by": in_language(request.officer),
        "said_on": timezone.localdate(request.at),
    }
    return form_page(
        request,
        WithdrawalForm(
            request.POST or None,
            initial=initial,
            known=[(key, consent_called(one)) for key, one in live.items()],
        ),
        do,
        title=_("The person withdraws consent"),
        lede=_(
            "What was given on it is shut at once, and they whom it touches are told. If she lives in a shelter, it "
            "may lose her name and her safe contact."
        ),
        button=_("It has ended"),
        back=reverse("cases:consents", args=[pk]),
        done=_("What she withdrew has ended. What was given on it cannot be unread: see who holds it below."),
        context={"quick_exit": True},
    )


def consent_called(one: Any) -> str:
    """A consent in words: to whom, which sections, until when."""
    to = one.consent.recipient
    outside = str((one.words.get("outside") or {}).get("name", "")) or _("outside the system")
    return _("%(to)s, until %(day)s: %(sections)s") % {
        "to": in_language(to) if to else outside,
        "day": day_words(one.consent.until),
        "sections": said(one.consent.sections, "section"),
    }
