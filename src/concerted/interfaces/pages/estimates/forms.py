"""The forms of the estimates pages; the act judges what they hand on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from concerted.methods import prevalence

from .words import ORIGINS, POOLING_WORDS, said


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
    max_order = forms.IntegerField(
        label=_("Most lists in one term of the models searched"),
        required=False,
        min_value=1,
        max_value=8,
        help_text=_("Empty: every order up to five lists, pairs for six and seven."),
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
        field.choices = [(name, said(method.label)) for name, method in prevalence.METHODS.items()]
        field.initial = list(prevalence.METHODS)


class PartsForm(forms.Form):
    """What is asked besides the whole table: strata, and errors in joining records."""

    strata = forms.CharField(
        label=_("Columns that part people"),
        required=False,
        max_length=200,
        help_text=_(
            "Names of one or two columns of the file, such as sex or year, with a comma between. Each part is "
            "estimated too, and the parts add up to a total."
        ),
    )
    pooling = forms.ChoiceField(
        label=_("Strata drawing on each other"), choices=list(POOLING_WORDS.items()), initial="both"
    )
    missed = forms.FloatField(
        label=_("Matches missed, per cent"),
        required=False,
        min_value=0,
        max_value=99,
        help_text=_(
            "Of a hundred comparisons of one person's two records, how many did not recognise the person."
        ),
    )
    false = forms.FloatField(
        label=_("False links, per cent"),
        required=False,
        min_value=0,
        max_value=99,
        help_text=_("Of a hundred links between two lists, how many join different people."),
    )
    linkage = forms.FileField(
        label=_("Or: rates by pair of lists, or link probabilities (JSON)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".json"}),
        help_text=_("As the record linkage gives them: no names, only which list each record stands on."),
    )
    draws = forms.IntegerField(
        label=_("Linkages drawn"), required=False, min_value=2, max_value=1000, initial=50
    )
    within = forms.ChoiceField(label=_("Method asked of each stratum and linkage"), initial="stepwise")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["within"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(name, said(method.label)) for name, method in prevalence.METHODS.items()]

    def columns(self) -> list[str]:
        """The columns that part people; empty without strata."""
        return [
            name.strip() for name in self.cleaned_data["strata"].replace("，", ",").split(",") if name.strip()
        ]

    def doubt(self) -> prevalence.LinkageDoubt | None:
        """The errors in joining records; None where none were stated. Raises Invalid."""
        told = self.cleaned_data
        drawn = {"draws": told["draws"]} if told["draws"] else {}
        if told["linkage"]:
            read = prevalence.read_linkage(told["linkage"].read())
            return prevalence.LinkageDoubt.from_json(read.to_json() | drawn)
        rates = {key: (told[key] or 0.0) / 100 for key in ("missed", "false")}
        return prevalence.LinkageDoubt.from_json(rates | drawn) if any(rates.values()) else None
