"""The filters of the list of obligations and the form to excuse one; they check no right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from concerted.foundation.obligations import reads as owed
from concerted.foundation.obligations.kinds import kinds
from concerted.interfaces.pages.choosing import choosing
from concerted.mechanism.plan.reads import alignment, reporting

from ..shell.templatetags._words import in_language
from .words import STATES


class ObligationFilters(forms.Form):
    """Which obligations to list; every field is optional."""

    state = forms.ChoiceField(label=_("State"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    plan = forms.ChoiceField(label=_("Plan"), required=False)
    period = forms.ChoiceField(label=_("Period"), required=False)
    place = forms.ChoiceField(label=_("Province"), required=False)
    agency = forms.ChoiceField(label=_("Owed by"), required=False)
    owed_to = forms.ChoiceField(label=_("Owed to"), required=False)

    def __init__(self, data: Any, *, on: Any) -> None:
        super().__init__(data)
        national = [(a.key, in_language(a, "name")) for a in owed.national_agencies()]
        self._offer("state", STATES.items())
        self._offer("kind", [(k.code, in_language(k, "name")) for k in kinds()])
        plans = reporting.plans_with_reporting()
        self._offer("plan", [(plan.key, in_language(plan, "title")) for plan in plans])
        self._offer("period", [(key, key) for key in owed.period_keys()])
        places = alignment.places_of("province", on=on)
        self._offer("place", [(p.code, in_language(p, "name")) for p in places])
        self._offer("agency", national)
        self._offer("owed_to", national)

    def _offer(self, name: str, choices: Iterable[tuple[str, Any]]) -> None:
        """The choices of a field, and whatever the address asks for, so that a link may name any agency."""
        offered = [("", _("All")), *choices]
        asked = str(self.data.get(name, ""))[:80]
        if asked and asked not in {key for key, _words in offered}:
            offered.append((asked, asked))
        choosing(self, name).choices = offered


class Excuse(forms.Form):
    """The reason for which an obligation need not be answered."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("It stays on record and both sides see it."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )
