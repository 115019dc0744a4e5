"""Officers asked for by another agency: asked, agreed, declined, withdrawn, sent home; no page tells home the cases."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import Invalid, NotThere, Problem
from concerted.foundation.access.permissions import Permission
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.mechanism.cases import codes
from concerted.mechanism.cases.acts import secondments as acts
from concerted.mechanism.cases.reads import cases as case_reads
from concerted.mechanism.cases.reads import secondments as reads
from concerted.mechanism.cases.state_words import FURTHER_ACTS, LONGER_ACTS, SECONDMENT_ACTS

from ..doing import end_of, form_page, who
from ..fields import code, day, long, short
from ..words import URGENCIES

_NUMBER = re.compile(r"[A-Za-z0-9-]+")


@page(Permission.OFFICER_SECOND)
def secondments(request: Request) -> HttpResponse:
    """Requests for officers that wait, officers of other agencies at work here and one's own at work elsewhere."""
    over = request.GET.get("over") == "on"
    rows = reads.past_secondments(**who(request)) if over else reads.secondments(**who(request))
    return render(request, "cases/secondments.html", {"rows": rows, "over": over})


@page(Permission.OFFICER_SECOND)
def secondment(request: Request, pk: int) -> HttpResponse:
    """One request or secondment: to home who is asked for and what for, to the host the cases as well."""
    view = reads.secondment_by_id(**who(request), pk=pk)
    return render(request, "cases/secondment.html", {"view": view, "lent": view.secondment})


def _need() -> forms.ChoiceField:
    return code(
        gettext_lazy("What the officer is needed for"),
        codes.SECONDMENT_NEEDS,
        help=gettext_lazy("The home agency reads it; nothing else of the work is told before or after."),
    )


def _urgency() -> forms.ChoiceField:
    return code(
        gettext_lazy("Urgency"),
        URGENCIES,
        help=gettext_lazy(
            "It sets the home agency's clock to answer: two hours, one day, three working days."
        ),
        initial="routine",
    )


class SecondForm(forms.Form):
    """Who is asked for, for which cases, what for, until when."""

    username = short(
        gettext_lazy("Name the officer signs in with"),
        help=gettext_lazy(
            "Ask the officer for it; it is the name alone that finds an officer of another agency."
        ),
        limit=150,
    )
    need = _need()
    urgency = _urgency()
    cases = long(
        gettext_lazy("Numbers of the cases"),
        rows=3,
        help=gettext_lazy(
            "One number a line. The officer will see these cases and no others of your agency; "
            "the home agency is told how many they are."
        ),
    )
    until = day(
        gettext_lazy("Until"), help=gettext_lazy("The last day. The appointment ends by itself after it.")
    )


@page(Permission.OFFICER_SECOND)
def second(request: Request) -> HttpResponse:
    """Ask another agency for an officer, for named cases and until a day."""

    def do(given: Any) -> HttpResponse:
        try:
            guest, post = reads.possible_guest(**who(request), username=given["username"])
        except NotThere as error:
            raise Invalid(error.what, problems=[Problem(error.what, field="username")]) from error
        made = acts.ask_for_officer(
            **who(request),
            guest=guest,
            home_post=post,
            cases=_cases(request, given["cases"]),
            until=end_of(given["until"]),
            need=given["need"],
            urgency=given["urgency"],
        )
        messages.success(request, _("The officer was asked for; the home agency answers."))
        return redirect("cases:secondment", made.secondment.pk)

    return form_page(
        request,
        SecondForm(request.POST or None),
        do,
        title=_("Ask for an officer"),
        lede=_(
            "When the home agency has agreed, the officer works these cases as one of yours, beside the own post: "
            "the menu under the name of the officer offers both. Until then the officer sees nothing of them."
        ),
        button=_("Ask the home agency"),
        back=reverse("cases:secondments"),
    )


class FurtherForm(forms.Form):
    """Which further cases, and what for."""

    cases = long(
        gettext_lazy("Numbers of the further cases"),
        rows=3,
        help=gettext_lazy(
            "One number a line. The home agency is told how many they are; before it agrees the officer sees "
            "nothing of them."
        ),
    )
    need = _need()
    urgency = _urgency()


@page(Permission.OFFICER_SECOND)
def further(request: Request, pk: int) -> HttpResponse:
    """Ask the home agency whether a lent officer may work further cases until the same day."""
    view = reads.secondment_by_id(**who(request), pk=pk)
    if not view.may_widen:
        raise NotThere(_("This step is not possible now."))
    lent = view.secondment

    def do(given: Any) -> HttpResponse:
        made = acts.ask_for_further_cases(
            **who(request),
            secondment=lent,
            cases=_cases(request, given["cases"]),
            need=given["need"],
            urgency=given["urgency"],
        )
        messages.success(request, _("Further cases were asked for; the home agency answers."))
        return redirect("cases:secondment", made.secondment.pk)

    return form_page(
        request,
        FurtherForm(request.POST or None, initial={"need": lent.need}),
        do,
        title=_("Ask for further cases"),
        lede=_whose(lent),
        button=_("Ask the home agency"),
        back=reverse("cases:secondment", args=[pk]),
    )


class LongerForm(forms.Form):
    """Until which later day, and what for."""

    until = day(
        gettext_lazy("Until"),
        help=gettext_lazy("The new last day. The old one holds until the home agency agrees."),
    )
    need = _need()
    urgency = _urgency()


@page(Permission.OFFICER_SECOND)
def longer(request: Request, pk: int) -> HttpResponse:
    """Ask the home agency whether a lent officer may stay until a later day."""
    view = reads.secondment_by_id(**who(request), pk=pk)
    if not view.may_widen:
        raise NotThere(_("This step is not possible now."))
    lent = view.secondment

    def do(given: Any) -> HttpResponse:
        made = acts.ask_for_longer(
            **who(request), secondment=lent, **{**given, "until": end_of(given["until"])}
        )
        messages.success(request, _("A longer time was asked for; the home agency answers."))
        return redirect("cases:secondment", made.secondment.pk)

    return form_page(
        request,
        LongerForm(request.POST or None, initial={"need": lent.need}),
        do,
        title=_("Ask for a longer time"),
        lede=_whose(lent),
        button=_("Ask the home agency"),
        back=reverse("cases:secondment", args=[pk]),
    )


@page(Permission.OFFICER_SECOND)
def take_back(request: Request, pk: int, case: int) -> HttpResponse:
    """Let a lent officer work one case no more; the others go on."""
    view = reads.secondment_by_id(**who(request), pk=pk)
    found = next((one for one in view.cases if one.pk == case), None)
    if found is None or not view.may_take_back:
        raise NotThere(_("This step is not possible now."))
    return form_page(
        request,
        forms.Form(request.POST if request.method == "POST" else None),
        lambda given: acts.take_case_back(**who(request), secondment=view.secondment, case=found),
        title=_("Take case %(number)s back") % {"number": found.number},
        lede=_(
            "The officer sees it no more, and your file on it is given to nobody. The home agency learns that it "
            "is one case fewer, not which."
        ),
        button=_("Take the case back"),
        back=reverse("cases:secondment", args=[pk]),
        done=_("The officer works the case no more."),
    )


def _whose(lent: Any) -> str:
    return _("%(officer)s, from %(home)s at %(host)s") % {
        "officer": in_language(lent.officer),
        "home": in_language(lent.home),
        "host": in_language(lent.host),
    }


def _cases(request: Request, numbers: str) -> list[Any]:
    """The cases of these numbers; a number that is none, or not open, is told at its field."""
    found, problems = [], []
    for number in dict.fromkeys(_NUMBER.findall(numbers)):
        try:
            found.append(case_reads.case_by_number(**who(request), number=number))
        except NotThere:
            problems.append(Problem(_("There is no case %(number)s.") % {"number": number}, field="cases"))
    if problems:
        raise Invalid(_("It was not saved."), problems=problems)
    return found


class NotLent(forms.Form):
    """Why the officer is not lent."""

    code = code(
        gettext_lazy("Reason"),
        codes.SECONDMENT_DECLINES,
        help=gettext_lazy("The agency that asked is told the reason."),
    )


_DONE: dict[str, str | Promise] = {
    "agree": gettext_lazy("The officer is lent, and the other agency is told."),
    "decline": gettext_lazy("It was declined, and the other agency is told."),
    "withdraw": gettext_lazy("It was withdrawn, and the other agency is told."),
    "end": gettext_lazy("The secondment has ended."),
}


_FURTHER_DONE: dict[str, str | Promise] = {
    **_DONE,
    "agree": gettext_lazy("The officer may work the further cases, and the other agency is told."),
}


_LONGER_DONE: dict[str, str | Promise] = {
    **_DONE,
    "agree": gettext_lazy("The officer may stay longer, and the other agency is told."),
}


@page(Permission.OFFICER_SECOND)
def answer(request: Request, pk: int, act: str) -> HttpResponse:
    """Agree, decline, take the request back, or end the secondment before its day."""
    view = reads.secondment_by_id(**who(request), pk=pk)
    if act not in {row.act for row in view.possible}:
        raise NotThere(_("This step is not possible now."))
    do: dict[str, Any] = {
        "agree": acts.agree_secondment,
        "decline": acts.decline_secondment,
        "withdraw": acts.withdraw_secondment,
        "end": acts.end_secondment,
    }
    lent = view.secondment
    words, done = (SECONDMENT_ACTS, _DONE) if lent.widens_id is None else (FURTHER_ACTS, _FURTHER_DONE)
    words, done = (LONGER_ACTS, _LONGER_DONE) if lent.prolongs else (words, done)
    kind = NotLent if act == "decline" else forms.Form
    return form_page(
        request,
        kind(request.POST if request.method == "POST" else None),
        lambda given: do[act](**who(request), secondment=lent, **given),
        title=str(words[act]),
        lede=_whose(lent),
        button=_("End it today") if act == "end" else str(words[act]),
        back=reverse("cases:secondment", args=[pk]),
        done=done[act],
    )
