"""Officers set aside from cases, and officers taken in from other agencies or lent to them; two decide on a lifting."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import Invalid, NotThere, Problem
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.mechanism.cases.acts import officers as acts
from concerted.mechanism.cases.reads import cases as case_reads
from concerted.mechanism.cases.reads import officers as reads

from ..doing import end_of, form_page, who
from ..fields import day, long, short

_NUMBER = re.compile(r"[A-Za-z0-9-]+")


@page(Permission.CONFLICT_DECLARE)
def conflicts(request: Request) -> HttpResponse:
    """The colleagues who are set aside, on which case and why; never one's own entry."""
    context = {
        "rows": reads.conflicts_here(**who(request)),
        "may_decide": holds(request.officer, Permission.CASE_ASSIGN),
    }
    return render(request, "cases/conflicts.html", context)


class LiftForm(forms.Form):
    """Why it does not stand any more."""

    reason = long(
        gettext_lazy("Why it does not stand any more"),
        help=gettext_lazy("A supervisor who is neither you nor the officer reads it and decides."),
    )


@page(Permission.CONFLICT_DECLARE)
def lift_conflict(request: Request, pk: int) -> HttpResponse:
    """Ask for a conflict to be lifted, or decide on it as a third person."""
    view = reads.conflict_by_id(**who(request), pk=pk)
    title = _("%(officer)s is set aside from %(case)s") % {
        "officer": in_language(view.conflict.officer),
        "case": view.conflict.case.number,
    }
    back = reverse("cases:conflicts")
    if view.conflict.lift_asked_by_id is None:
        return form_page(
            request,
            LiftForm(request.POST or None),
            lambda given: acts.ask_to_lift_conflict(**who(request), conflict=view.conflict, **given),
            title=title,
            lede=str(view.words.get("reason", "")),
            button=_("Ask for it to be lifted"),
            back=back,
            done=_("It waits for a supervisor who did not ask."),
        )

    def do(given: Any) -> None:
        decide = acts.keep_conflict if request.POST.get("refuse") else acts.end_conflict
        decide(**who(request), conflict=view.conflict)

    if not holds(request.officer, Permission.CASE_ASSIGN):
        raise NotThere(_("This step is not possible now."))
    return form_page(
        request,
        forms.Form(request.POST if request.method == "POST" else None),
        do,
        title=title,
        button=_("Lift it"),
        back=back,
        done=_("It was decided."),
        template="cases/lift.html",
        context={"refuse": _("It goes on standing"), "words": view.words, "asked": view.conflict},
    )


@page(Permission.OFFICER_SECOND)
def secondments(request: Request) -> HttpResponse:
    """Officers of other agencies at work here, and one's own at work elsewhere."""
    return render(request, "cases/secondments.html", {"rows": reads.secondments(**who(request))})


class SecondForm(forms.Form):
    """Who is taken in, for which cases, until when."""

    username = short(
        gettext_lazy("Name the officer signs in with"),
        help=gettext_lazy(
            "Ask the officer for it; it is the name alone that finds an officer of another agency."
        ),
        limit=150,
    )
    cases = long(
        gettext_lazy("Numbers of the cases"),
        rows=3,
        help=gettext_lazy("One number a line. The officer sees these cases and no others of your agency."),
    )
    until = day(
        gettext_lazy("Until"), help=gettext_lazy("The last day. The appointment ends by itself after it.")
    )


@page(Permission.OFFICER_SECOND)
def second(request: Request) -> HttpResponse:
    """Take an officer of another agency in, for named cases and until a day."""

    def do(given: Any) -> None:
        try:
            guest, post = reads.possible_guest(**who(request), username=given["username"])
        except NotThere as error:
            raise Invalid(error.what, problems=[Problem(error.what, field="username")]) from error
        acts.second_officer(
            **who(request),
            guest=guest,
            home_post=post,
            cases=_cases(request, given["cases"]),
            until=end_of(given["until"]),
        )

    return form_page(
        request,
        SecondForm(request.POST or None),
        do,
        title=_("Take an officer in"),
        lede=_(
            "The officer works these cases as one of yours, beside the own post: the menu under the name of the "
            "officer offers both. The home agency sees it and may call the officer back."
        ),
        button=_("Take in"),
        back=reverse("cases:secondments"),
        done=_("The officer was taken in."),
    )


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


@page(Permission.OFFICER_SECOND)
def end_secondment(request: Request, pk: int) -> HttpResponse:
    """Send a guest home, or call one's own officer back."""
    found = reads.secondment_by_id(**who(request), pk=pk)
    if request.method == "POST":
        acts.end_secondment(**who(request), secondment=found)
        messages.success(request, _("The secondment has ended."))
        return redirect("cases:secondments")
    return form_page(
        request,
        forms.Form(),
        lambda given: None,
        title=_("End the secondment"),
        lede=_("%(officer)s, from %(home)s at %(host)s")
        % {
            "officer": in_language(found.officer),
            "home": in_language(found.home),
            "host": in_language(found.host),
        },
        button=_("End it today"),
        back=reverse("cases:secondments"),
    )
