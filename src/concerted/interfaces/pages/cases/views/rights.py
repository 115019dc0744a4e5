"""What a person asks about the use of what is kept, and agencies the person does not want to know; decides nothing."""

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
from concerted.interfaces.pages.choosing import choosing
from concerted.interfaces.pages.once import acts_once
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.mechanism.cases import law
from concerted.mechanism.cases.acts import consents as consent_acts
from concerted.mechanism.cases.acts import rights as acts
from concerted.mechanism.cases.reads import rights as reads
from concerted.mechanism.cases.reads import sharing

from ..doing import agency_of, case_of, form_page, who
from ..fields import code, explained, long
from ..words import RIGHTS_ASKERS
from .consents import pick


@page(Permission.CASE_READ)
def rights(request: Request, pk: int) -> HttpResponse:
    """What the person asked, how it stands, and the agencies the person does not want to know."""
    case = case_of(request, pk)
    context = {
        "case": case,
        "rows": [(view, _right(view.request.kind)) for view in reads.requests_of(**who(request), case=case)],
        "objections": sharing.objections_of(**who(request), case=case),
        "may_write": holds(request.officer, Permission.CONSENT_TAKE),
        "answer": law.answer_to_rights(),
    }
    return render(request, "cases/rights.html", context)


def _right(key: str) -> law.Right | None:
    return next((each for each in law.rights() if each.key == key), None)


class AskForm(forms.Form):
    """What is asked, and by whom."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is asked"),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Read the list to the person, and tick what the person means."),
    )
    asked_by = code(
        gettext_lazy("Who asks"),
        RIGHTS_ASKERS,
        help=gettext_lazy("A near relative may ask only after the person's death."),
    )
    words = explained(
        long(
            gettext_lazy("In the person's words"),
            required=False,
            help=gettext_lazy(
                "What must not be done with it, which part is wrong, or what is wanted; it is sealed."
            ),
        ),
        gettext_lazy(
            "Nobody has to give a reason. A restriction you grant holds at once: nothing of the case goes onward on "
            "consent and nothing is exported until the person wishes otherwise; where your agency leads, that binds "
            "every agency on the case. A duty that a law names goes before it."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing(self, "kind").choices = [
            (each.key, f"{in_language(each)} ({each.article})") for each in law.rights()
        ]


@page(Permission.CONSENT_TAKE)
def ask_right(request: Request, pk: int) -> HttpResponse:
    """Write down what the person asks of the officer's agency."""
    case = case_of(request, pk)
    return form_page(
        request,
        AskForm(request.POST or None),
        lambda given: acts.record_request(**who(request), case=case, **given),
        title=_("What the person asks"),
        lede=_(
            "The law lets a person ask this of whoever keeps something about them. It is answered in time."
        ),
        button=_("Write it down"),
        back=reverse("cases:rights", args=[pk]),
        done=_("It was written down, and waits for an answer."),
    )


class AnswerForm(forms.Form):
    """Yes or no, with the reasons."""

    row_version = forms.IntegerField(widget=forms.HiddenInput)
    reason = long(
        gettext_lazy("What is done, or why it is refused"),
        required=False,
        help=gettext_lazy(
            "The person is told it. A refusal without reasons is none; a court may look at it."
        ),
    )


@page(Permission.CONSENT_TAKE)
def answer_right(request: Request, pk: int, which: int) -> HttpResponse:
    """Grant what the person asks, refuse it with reasons, or end a restriction at the person's wish."""
    case = case_of(request, pk)
    view = reads.request_by_id(**who(request), case=case, pk=which)
    if not view.is_own or view.request.state not in ("asked", "granted"):
        raise NotThere(_("This step is not possible now."))
    back = reverse("cases:rights", args=[pk])
    right = _right(view.request.kind)
    title = in_language(right) if right else view.request.kind
    if view.request.state == "granted":
        return form_page(
            request,
            EndForm(request.POST or None),
            lambda given: acts.end_restriction(**who(request), request=view.request, **given),
            title=_("End the restriction"),
            lede=title,
            button=_("End it"),
            back=back,
            done=_("What is kept may be used again."),
        )

    def do(given: Any) -> None:
        decide = acts.refuse_request if request.POST.get("refuse") else acts.grant_request
        decide(**who(request), request=view.request, **given)

    return form_page(
        request,
        AnswerForm(request.POST or None, initial={"row_version": view.request.row_version}),
        do,
        title=title,
        lede=str(view.words.get("words", "")),
        button=_("Grant it"),
        back=back,
        done=_("It was decided. Tell the person."),
        context={"refuse": _("Refuse it")},
    )


class EndForm(forms.Form):
    """How the wish was made known."""

    reason = long(
        gettext_lazy("How the person made the wish known"),
        help=gettext_lazy("When and to whom it was said; a restriction ends at the person's own wish only."),
    )


class ObjectionForm(forms.Form):
    """Why the agency must not know."""

    reason = long(
        gettext_lazy("Why this agency must not know"),
        required=False,
        help=gettext_lazy(
            "Nobody has to give a reason; what was given to the agency ends, and nothing reaches it."
        ),
    )


@page(Permission.CONSENT_TAKE)
def object_to(request: Request, pk: int) -> HttpResponse:
    """Write down that the person does not want an agency to know."""
    case = case_of(request, pk)
    if not request.GET.get("to"):
        return pick(request, case, title=_("Which agency must not know?"))
    against = agency_of(request.GET["to"])
    return form_page(
        request,
        ObjectionForm(request.POST if request.method == "POST" else None),
        lambda given: consent_acts.record_objection(**who(request), case=case, against=against, **given),
        title=_("The person does not want this agency to know"),
        lede=in_language(against),
        button=_("Write it down"),
        back=reverse("cases:rights", args=[pk]),
        done=_("Nothing of the case reaches this agency any more."),
    )


@page(Permission.CONSENT_TAKE)
@acts_once
def end_objection(request: Request, pk: int, which: int) -> HttpResponse:
    """The person does not object any longer."""
    case = case_of(request, pk)
    standing = sharing.objections_of(**who(request), case=case)
    found = next((one for one in standing if one.pk == which), None)
    if found is None:
        raise NotThere(_("There is no such thing, or it is not open to your agency."))
    if request.method == "POST":
        consent_acts.end_objection(**who(request), objection=found)
        messages.success(request, _("The objection has ended; nothing is given back by itself."))
    return redirect("cases:rights", pk)
