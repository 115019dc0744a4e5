"""The forms of the estimates pages; the act judges what they hand on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from concerted.methods.prevalence import METHODS

from .words import ORIGINS, said


class AskForm(forms.Form):
    """A capture table and what it is about."""

    title = forms.CharField(
        label=_("Name of this run"), max_length=160, help_text=_("What the table counts, where and when.")
    )
    file = forms.FileField(
        label=_("Capture table (CSV)"),
        help_text=_(
            "One column per list with 0 or 1, last column “count”: how many people have exactly that combination."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt"}),
    )
    origin = forms.ChoiceField(
        label=_("Where the table is from"),
        choices=[(key, words) for key, words in ORIGINS.items() if key != "invented"],
        initial="uploaded",
    )
    source = forms.CharField(
        label=_("Source"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The paper, or which lists of which agencies were joined, and how."),
    )
    year = forms.IntegerField(
        label=_("Year the table is about"),
        required=False,
        min_value=1900,
        max_value=2200,
        help_text=_("With a year, the result stands beside what was reported in it."),
    )
    place = forms.RegexField(
        label=_("Place code"),
        regex=r"^[0-9]{6}$",
        initial="000000",
        help_text=_("Six figures; 000000 is the nation."),
    )


class MoreForm(forms.Form):
    """Options that most runs leave as they are."""

    methods = forms.MultipleChoiceField(label=_("Methods"), widget=forms.CheckboxSelectMultiple)
    threshold = forms.FloatField(
        label=_("Threshold of the stepwise method"), min_value=0, max_value=1, initial=0.02
    )
    bootstrap = forms.IntegerField(
        label=_("Resamples of the stepwise method"), min_value=0, max_value=10_000, initial=1000
    )
    search_bootstrap = forms.IntegerField(
        label=_("Resamples of the searches over all models"), min_value=0, max_value=10_000, initial=1000
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=0,
        max_value=2**31 - 1,
        initial=1,
        help_text=_("The same table, seed and version give the same numbers again."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["methods"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(name, said(method.label)) for name, method in METHODS.items()]
        field.initial = list(METHODS)
