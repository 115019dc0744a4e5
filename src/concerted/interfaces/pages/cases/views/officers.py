"""Officers set aside from cases; a supervisor who is a third person decides on a lifting."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.mechanism.cases.acts import officers as acts
from concerted.mechanism.cases.reads import officers as reads

from ..doing import form_page, who
from ..fields import long


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
