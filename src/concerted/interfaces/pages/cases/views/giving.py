"""Giving sections of a case and taking them back; a basis is always named."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.foundation.people.reads import persons_by_ids
from concerted.interfaces.pages.choosing import choosing
from concerted.interfaces.pages.once import acts_once
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.interfaces.pages.shell.words import day_words
from concerted.mechanism.cases import codes
from concerted.mechanism.cases.acts import disclosures as acts
from concerted.mechanism.cases.reads import sharing
from concerted.mechanism.cases.sections import shared_onward

from ..doing import agency_of, case_of, end_of, form_page, who
from ..fields import code, day, explained, long, short, yes
from ..fields import codes as several
from ..templatetags.case_words import said
from ..words import GIVERS
from .consents import GIVEN, people_of, pick


def whose_names() -> forms.MultipleChoiceField:
    """The field of whose names a rule of law opens."""
    return forms.MultipleChoiceField(
        label=gettext_lazy("Whose name is opened"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Only where a rule of law is the basis and the identity is given. A consent opens the name of the person "
            "whose it is."
        ),
    )


def choose_names(form: forms.Form, people: Any) -> None:
    """Offer the persons on the case; where there are not several, there is nothing to choose."""
    choosing(form, "persons").choices = people
    if len(people) < 2:
        del form.fields["persons"]


def persons_named(request: Request, chosen: Any) -> list[Any]:
    """The person records that were chosen."""
    return list(persons_by_ids(**who(request), ids=[int(each) for each in chosen]).values())


def relied_on() -> forms.CharField:
    """The field of what a basis in law relies on."""
    return short(
        gettext_lazy("Law and article, and the power or order relied on"),
        required=False,
        help=gettext_lazy(
            "Only where a rule of law is the basis: which article gives the power, and the number of the order or file."
        ),
    )


class DisclosureForm(forms.Form):
    """What is given, and on which basis."""

    basis = explained(
        forms.ChoiceField(
            label=gettext_lazy("Basis"),
            help_text=gettext_lazy("A consent in force, or a rule of law. Without one nothing is given."),
        ),
        gettext_lazy(
            "A consent covers only what it names. A rule of law covers only its own recipients, purposes "
            "and sections; what it does not cover is refused here."
        ),
    )
    sections = several(
        gettext_lazy("What is given"),
        GIVEN,
        help=gettext_lazy("Only what the recipient needs for the purpose; less is safer."),
    )
    purpose = code(
        gettext_lazy("What for"),
        codes.PURPOSES,
        help=gettext_lazy("It must be the purpose of the consent or of the rule of law."),
    )
    until = day(
        gettext_lazy("Until"),
        help=gettext_lazy(
            "After this day the recipient sees it no more; it cannot be later than the consent."
        ),
    )
    relies_on = relied_on()
    persons = whose_names()
    reason = long(
        gettext_lazy("Reason"),
        required=False,
        help=gettext_lazy("Why it is given; it stays beside what was given."),
    )
    may_share_onward = yes(
        gettext_lazy("The recipient may share it onward"),
        help=gettext_lazy(
            "Without a tick the recipient may give to others only what it wrote itself. What is shared onward "
            "ends with this. A sealed section among them is never shared onward; the tick holds for the others."
        ),
    )

    def __init__(self, *args: Any, bases: Any = (), people: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing(self, "basis").choices = [("", _("Choose a basis")), *bases]
        choose_names(self, people)


def bases_of(request: Request, case: Any, recipient: Any) -> tuple[list[tuple[str, str]], dict[str, Any]]:
    """The bases there are to give to the recipient, as choices; and the consents among them by their key."""
    chinese = (get_language() or "").startswith("zh")
    live = {
        f"consent-{one.consent.pk}": one.consent
        for one in sharing.consents_of(**who(request), case=case)
        if one.state == "live" and one.consent.recipient_id == recipient.pk
        if one.consent.giver != "child_assent"  # recorded beside a consent, and no basis by itself
    }
    shown = [
        (
            key,
            _("Consent (%(giver)s) until %(day)s: %(sections)s")
            % {
                "giver": GIVERS.get(one.giver, one.giver),
                "day": day_words(one.until),
                "sections": ", ".join(str(GIVEN.get(each, each)) for each in one.sections),
            },
        )
        for key, one in live.items()
    ]
    lawful = sharing.bases_for(**who(request), case=case, recipient=recipient)
    shown += [
        (f"law-{basis.key}", f"{basis.zh if chinese else basis.en} ({', '.join(basis.articles)})")
        for basis, _sections in lawful
    ]
    return shown, live


def basis_given(chosen: str, live: dict[str, Any]) -> dict[str, Any]:
    """The act's words for the basis that was chosen."""
    return {
        "consent": live.get(chosen),
        "legal_basis": chosen.removeprefix("law-") if chosen.startswith("law-") else "",
    }


@page(Permission.DISCLOSURE_GIVE)
def disclose(request: Request, pk: int) -> HttpResponse:
    """Give sections of the case to one agency."""
    case = case_of(request, pk)
    if not request.GET.get("to"):
        return pick(request, case, title=_("Give: to whom?"))
    recipient = agency_of(request.GET["to"])
    bases, live = bases_of(request, case, recipient)

    def do(given: Any) -> None:
        made = acts.disclose(
            **who(request),
            case=case,
            recipient=recipient,
            **basis_given(given.pop("basis"), live),
            persons=persons_named(request, given.pop("persons", ())),
            **{**given, "until": end_of(given["until"])},
        )
        kept_back = [key for key in made.sections if key not in shared_onward(made)]
        if given["may_share_onward"] and kept_back:
            messages.info(
                request,
                _("Sealed, and therefore not to be shared onward: %(sections)s")
                % {"sections": said(kept_back, "section")},
            )

    initial = {"until": timezone.localdate(request.at) + timedelta(days=90)}
    return form_page(
        request,
        DisclosureForm(request.POST or None, initial=initial, bases=bases, people=people_of(request, case)),
        do,
        title=_("Give sections of the case"),
        lede=_("To: %(agency)s") % {"agency": in_language(recipient)},
        button=_("Give"),
        back=reverse("cases:consents", args=[pk]),
        done=_("It was given; the agency can read it now."),
        context={
            "no_basis": not bases,
            "case": case,
            "withdrawn": sharing.withdrawn_toward(**who(request), case=case, recipient=recipient),
        },
        template="cases/basis.html",
    )


@page(Permission.DISCLOSURE_GIVE)
@acts_once
def recall(request: Request, pk: int, which: int) -> HttpResponse:
    """Take back what the officer's agency gave."""
    case = case_of(request, pk)
    given = sharing.disclosures_of(**who(request), case=case)
    found = next(
        (one for one in given if one.pk == which and one.agency_id == request.officer.agency_id), None
    )
    if found is None:
        raise NotThere(_("There is no such disclosure."))
    if request.method == "POST":
        acts.recall_disclosure(**who(request), disclosure=found, reason=request.POST.get("reason", ""))
        messages.success(request, _("It was recalled."))
    return redirect("cases:consents", pk)
