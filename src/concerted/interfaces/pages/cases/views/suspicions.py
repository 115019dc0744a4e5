"""Takes up again, one by one and as a new consent, what ended on a suspicion that was lifted; it gives nothing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.cases.acts.suspicions import take_up_consent
from concerted.mechanism.cases.reads import sharing

from ..doing import case_of, end_of, form_page, who
from ..fields import day, short
from .consents import consent_called


class TakeUpForm(forms.Form):
    """What the guardian said when asked again."""

    received_by = short(
        gettext_lazy("Who heard the guardian's words"),
        help=gettext_lazy("The officer or the interpreter, by name."),
    )
    presence = short(
        gettext_lazy("In whose presence"),
        help=gettext_lazy("Who else was in the room; write that the guardian was alone if so."),
    )
    until = day(gettext_lazy("Until"), help=gettext_lazy("It ends by itself on that day."))
    is_sure = forms.BooleanField(
        label=gettext_lazy("I asked the guardian again, and the guardian agrees to the same anew"),
        help_text=gettext_lazy(
            "It stands from now on. What was given before stays ended; give again what is still needed."
        ),
    )


@page(Permission.CONSENT_TAKE)
def take_up(request: Request, pk: int, which: int) -> HttpResponse:
    """Take one consent up again, with the guardian asked anew."""
    case = case_of(request, pk)
    known = sharing.consents_of(**who(request), case=case)
    found = next((one for one in known if one.consent.pk == which and one.may_take_up), None)
    if found is None:
        raise NotThere(_("There is no such consent, or nothing of it can be taken up again."))

    def do(given: Any) -> None:
        del given["is_sure"]
        take_up_consent(**who(request), consent=found.consent, **{**given, "until": end_of(given["until"])})

    ends = max(found.consent.until, request.at)
    return form_page(
        request,
        TakeUpForm(request.POST or None, initial={"until": timezone.localdate(ends)}),
        do,
        title=_("Take a consent up again"),
        lede=consent_called(found),
        button=_("Keep the consent"),
        back=reverse("cases:consents", args=[pk]),
        done=_("The consent stands from now on. What was given on the earlier one stays ended."),
        context={"quick_exit": True},
    )
