"""The lead of a case: offered, taken over or declined, alone or jointly; and officers who step aside from a case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.interfaces.pages.choosing import choosing
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.mechanism.cases import codes
from concerted.mechanism.cases.acts import transfers as acts
from concerted.mechanism.cases.acts.officers import declare_conflict
from concerted.mechanism.cases.reads import files as file_reads
from concerted.mechanism.cases.reads import referrals as reads
from concerted.mechanism.cases.reads.sharing import withdrawn_toward
from concerted.mechanism.cases.state_words import REFERRAL_ACTS

from ..doing import agency_of, case_of, end_of, form_page, who
from ..fields import code, day, long, yes
from ..fields import codes as several
from ..words import SECTION_NAMES
from .consents import people_of, pick
from .giving import bases_of, basis_given, choose_names, persons_named, relied_on, whose_names
from .referrals import Declined, Noted


class LeadForm(forms.Form):
    """Why the lead should change, and what goes with it."""

    reason = long(
        gettext_lazy("Why the lead should change"),
        help=gettext_lazy(
            "The agency reads this before it accepts. Write nothing that tells who the person is."
        ),
    )
    is_joint = yes(
        gettext_lazy("We go on leading, together with it"),
        help=gettext_lazy("With a tick your agency goes on leading together with the other one."),
    )
    sections = several(
        gettext_lazy("What opens with the lead"),
        {key: label for key, label in SECTION_NAMES.items() if key != "spine"},
        required=False,
        help=gettext_lazy(
            "Nothing of it is seen before the agency accepts. Whoever leads needs who the person is, how she is "
            "safely reached and what she has told, or it must ask her everything again."
        ),
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("Basis"),
        required=False,
        help_text=gettext_lazy("A consent in force, or a rule of law. Without one nothing is given."),
    )
    relies_on = relied_on()
    persons = whose_names()
    purpose = code(
        gettext_lazy("What for"),
        codes.PURPOSES,
        empty=gettext_lazy("Nothing is given"),
        help=gettext_lazy("It must be the purpose of the consent or of the rule of law."),
    )
    until = day(
        gettext_lazy("Until"),
        required=False,
        help=gettext_lazy("After this day the agency sees it no more; it cannot be later than the consent."),
    )
    nothing = yes(
        gettext_lazy("Nothing goes with the lead"),
        help=gettext_lazy(
            "The other agency then leads a case of which it reads no name, no safe contact and no account, until "
            "you give it these."
        ),
    )

    def __init__(self, *args: Any, bases: Any = (), people: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing(self, "basis").choices = [("", _("Nothing is given")), *bases]
        choose_names(self, people)

    def clean(self) -> dict[str, Any]:
        """That nothing goes along is said, and never overlooked."""
        given = super().clean() or self.cleaned_data
        if given.get("nothing") and given.get("sections"):
            self.add_error("nothing", _("You chose what goes with the lead. Untick the one or the other."))
        elif not given.get("nothing") and not given.get("sections"):
            self.add_error(
                "sections",
                _("Choose what goes with the lead, or tick below that nothing goes with it."),
            )
        return given


@page(Permission.CASE_LEAD)
def offer(request: Request, pk: int) -> HttpResponse:
    """Offer the lead to another agency, with what goes along."""
    case = case_of(request, pk)
    if not request.GET.get("to"):
        return pick(request, case, title=_("The lead: to whom?"))
    recipient = agency_of(request.GET["to"])
    bases, live = bases_of(request, case, recipient)

    def do(given: Any) -> HttpResponse:
        why = {"reason": given["reason"], "is_joint": given["is_joint"]}
        along = {
            **basis_given(given["basis"], live),
            "sections": given["sections"],
            "purpose": given["purpose"],
            "relies_on": given["relies_on"],
            "persons": persons_named(request, given.get("persons", ())),
            "until": end_of(given["until"]) if given["until"] else None,
        }
        goods = along if given["sections"] else {}
        made = acts.offer_lead(**who(request), case=case, to_agency=recipient, **why, **goods)
        messages.success(request, _("The lead was offered."))
        return redirect("cases:transfer", made.pk)

    return form_page(
        request,
        LeadForm(request.POST or None, bases=bases, people=people_of(request, case)),
        do,
        title=_("Offer the lead"),
        lede=_("To: %(agency)s") % {"agency": in_language(recipient)},
        button=_("Offer"),
        back=reverse("cases:case", args=[pk]),
        context={
            "no_basis": not bases,
            "case": case,
            "withdrawn": withdrawn_toward(**who(request), case=case, recipient=recipient),
        },
        template="cases/basis.html",
    )


@page(Permission.CASE_LEAD)
def leave(request: Request, pk: int) -> HttpResponse:
    """Lead jointly no longer; the other leads go on, and the agency keeps its file."""
    case = case_of(request, pk)
    return form_page(
        request,
        forms.Form(request.POST if request.method == "POST" else None),
        lambda given: acts.leave_joint_lead(**who(request), case=case),
        title=_("Leave the joint lead"),
        lede=_("The other leads go on. Your agency keeps its file and what it wrote."),
        button=pgettext("lead", "Leave it"),
        back=reverse("cases:case", args=[pk]),
        done=_("Your agency leads the case no longer."),
    )


@page(Permission.REFERRAL_READ)
def transfer(request: Request, pk: int) -> HttpResponse:
    """One offer of the lead, with the answers possible now."""
    view = reads.transfer_view(**who(request), transfer=pk)
    possible = [row.act for row in view.possible if _may(request, view, row)]
    knows = not view.is_asked or view.transfer.state == "accepted"
    context = {"view": view, "transfer": view.transfer, "possible": possible, "knows_case": knows}
    return render(request, "cases/transfer.html", context)


def _may(request: Request, view: Any, row: Any) -> bool:
    mine = (
        row.permission is Permission.REFERRAL_ANSWER
        if view.is_asked
        else row.permission is Permission.CASE_LEAD
    )
    return mine and holds(request.officer, row.permission)


class TakenBack(forms.Form):
    """Why the offer is taken back."""

    reason = long(
        gettext_lazy("Reason"),
        required=False,
        help=gettext_lazy("The other agency reads it; its clock to answer ends."),
    )


@page(Permission.REFERRAL_READ)
def answer(request: Request, pk: int, act: str) -> HttpResponse:
    """Take the lead, decline it, or take the offer back."""
    view = reads.transfer_view(**who(request), transfer=pk)
    if act not in [row.act for row in view.possible if _may(request, view, row)]:
        raise NotThere(_("This step is not possible now."))
    kinds: dict[str, tuple[type[forms.Form], Any]] = {
        "accept": (Noted, acts.accept_lead),
        "decline": (Declined, acts.decline_lead),
        "withdraw": (TakenBack, acts.withdraw_lead_offer),
    }
    kind, do = kinds[act]
    return form_page(
        request,
        kind(request.POST if request.method == "POST" else None),
        lambda given: do(**who(request), transfer=view.transfer, **given),
        title=str(REFERRAL_ACTS[act]),
        button=str(REFERRAL_ACTS[act]),
        back=reverse("cases:transfer", args=[pk]),
        done=_("It was done, and the other agency is told."),
    )


class AsideForm(forms.Form):
    """Who steps aside, and why."""

    related = forms.ChoiceField(
        label=gettext_lazy("Officer"),
        help_text=gettext_lazy(
            "To this officer the case does not exist from now on. A supervisor may name a colleague."
        ),
    )
    reason = long(
        gettext_lazy("What the conflict of interest is"),
        help=gettext_lazy("How the officer is related; it is sealed, and the officer cannot read it."),
    )

    def __init__(self, *args: Any, officers: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing(self, "related").choices = [(str(one.pk), in_language(one)) for one in officers]


@page(Permission.CONFLICT_DECLARE)
def aside(request: Request, pk: int) -> HttpResponse:
    """Set an officer aside from the case."""
    case = case_of(request, pk)
    officers = file_reads.may_set_aside(**who(request))

    def do(given: Any) -> HttpResponse:
        related = next(one for one in officers if str(one.pk) == given["related"])
        declare_conflict(**who(request), case=case, related=related, reason=given["reason"])
        messages.success(request, _("The officer is set aside from the case."))
        return redirect("cases:work")

    return form_page(
        request,
        AsideForm(request.POST or None, officers=officers, initial={"related": str(request.officer.pk)}),
        do,
        title=_("Conflict of interest"),
        button=_("Set aside"),
        back=reverse("cases:case", args=[pk]),
    )
