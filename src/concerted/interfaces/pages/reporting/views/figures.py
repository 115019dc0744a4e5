"""The form in which a place's office hands in its figures for a period."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from concerted.errors import Invalid, NotThere
from concerted.foundation.access.permissions import Permission
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.plan.acts import place_figures as acts
from concerted.mechanism.plan.reads import reporting as reads

from .form import tell, typed_values, value_fields, value_initial


class FiguresForm(forms.Form):
    """One number for each indicator, or the reason why there is none; the act checks it."""

    use_required_attribute = False

    def __init__(self, *args: Any, indicators: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.indicators = indicators
        for indicator in indicators:
            self.fields.update(value_fields(indicator))

    def full_clean(self) -> None:
        """Take everything as typed; errors come from the act alone."""
        self._errors = forms.utils.ErrorDict()
        self.cleaned_data: dict[str, Any] = {}

    def groups(self) -> list[dict[str, Any]]:
        """The bound fields of each indicator, for the template."""
        return [{"indicator": i, "fields": [self[name] for name in value_fields(i)]} for i in self.indicators]


@page(Permission.OBSERVATION_ENTER)
def figures(request: Request, obligation: int) -> HttpResponse:
    """Show or take the figures of the officer's own place."""
    owed = reads.return_by_id(obligation)
    period = reads.period_by_id(owed.subject_id) if owed else None
    if owed is None or period is None or owed.owner_id != request.officer.agency_id:
        raise NotThere(_("There is no such return of figures, or it is not your agency's."))
    indicators = reads.place_indicators(period=period, tier=owed.owner.tier)
    given = reads.values_given(
        period=period, place_code=owed.owner.place_code, agency_id=request.officer.agency_id
    )
    form = FiguresForm(request.POST or None, initial=value_initial(given), indicators=indicators)
    status = 200
    if request.method == "POST":
        try:
            acts.hand_in_place_figures(
                officer=request.officer,
                at=request.at,
                obligation=owed,
                values=typed_values(request.POST, indicators),
            )
        except Invalid as error:
            tell(form, error)
            status = 400
        else:
            messages.success(request, _("The figures were handed in."))
            return redirect("reporting:figures", obligation=obligation)
    context = {
        "form": form,
        "owed": owed,
        "period": period,
        "plan": period.plan,
        "state": owed.state_on(request.at.date()),
        "locked": reads.is_locked(period=period, agency_id=request.officer.agency_id, on=request.at.date()),
    }
    return render(request, "reporting/figures.html", context, status=status)
