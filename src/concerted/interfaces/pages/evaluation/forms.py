"""The forms of the evaluation pages; what is right is for the acts to say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from concerted.interfaces.pages.choosing import choosing
from concerted.interfaces.pages.shell.widgets import DayMonthYear

from . import words


def _text(label: Any, *, rows: int = 4, required: bool = True, hint: Any = "") -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=area, required=required, help_text=hint, max_length=20_000)


def _line(label: Any, *, most: int = 300, required: bool = True, hint: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, help_text=hint)


def _day(label: Any, *, required: bool = True, hint: Any = "") -> forms.DateField:
    return forms.DateField(label=label, widget=DayMonthYear, required=required, help_text=hint)


def _radios(label: Any, choices: words.Words) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=list(choices.items()), widget=forms.RadioSelect)


class _WithAgencies(forms.Form):
    """A form whose `agency` field is filled in by the page."""

    def __init__(self, *args: Any, agencies: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("agency", "addressed_to", "owner", "lead"):
            if name in self.fields:
                choosing(self, name).choices = agencies


class PlanningForm(forms.Form):
    """An evaluation to be planned."""

    plan = forms.ChoiceField(label=_("Plan"))
    kind = forms.ChoiceField(label=_("Kind of evaluation"), widget=forms.RadioSelect)
    title = _line(_("Title"))
    period_from = _day(_("Evaluated from"))
    period_to = _day(_("Evaluated to"))
    due = _day(_("Due"))

    def __init__(self, *args: Any, plans: Any = (), kinds: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing(self, "plan").choices = plans
        choosing(self, "kind").choices = kinds


class SummaryForm(forms.Form):
    """The summary of an evaluation under way."""

    summary = _text(_("Summary"), rows=14, hint=_("What was looked at, how, and what it comes to."))
    row_version = forms.IntegerField(widget=forms.HiddenInput)


class FindingForm(_WithAgencies):
    """A finding of an evaluation under way."""

    text = _text(_("What was found"))
    recommendation = _text(_("What is recommended"), rows=3, required=False)
    severity = _radios(_("How grave it is"), words.SEVERITIES)
    addressed_to = forms.ChoiceField(label=_("Addressed to"))
    response_due = _day(
        _("Response due"), required=False, hint=_("Left empty: 30 working days after the evaluation is due.")
    )
    measures = _line(
        _("Measures it speaks of"),
        required=False,
        hint=_("Keys of measures as the plan's page shows them, apart by commas."),
    )


class ResponseForm(forms.Form):
    """The management response to a finding."""

    kind = _radios(_("The finding is"), words.RESPONSES)
    text = _text(_("Response"), hint=_("A rejection needs its reason."))
    action = _text(_("What will be done"), rows=3, required=False)
    action_due = _day(_("By when"), required=False)


class EvidenceForm(forms.Form):
    """What proves that the promised action is done."""

    evidence = _text(_("Evidence"), hint=_("Document, number, date."))


class NothingForm(forms.Form):
    """A step that asks for nothing but to be confirmed."""


class ReasonForm(forms.Form):
    """A step that needs its reason."""

    reason = _text(_("Reason"), rows=3)


class NoteForm(forms.Form):
    """A step that may carry a note."""

    note = _text(_("Note"), rows=3, required=False)


class OutcomeForm(_WithAgencies):
    """One consequence of a final evaluation."""

    kind = forms.ChoiceField(label=_("What follows"), widget=forms.RadioSelect)
    agency = forms.ChoiceField(label=_("Agency"))
    on = _day(_("On"))
    reason = _text(_("Reason and rule"), rows=3)

    def __init__(self, *args: Any, kinds: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing(self, "kind").choices = kinds


class ListingForm(forms.Form):
    """A place to be put on the supervised list."""

    place_code = forms.ChoiceField(label=_("Place"))
    reason = _text(_("Reason"), rows=3, hint=_("Why, with the figures it rests on."))
    basis = _line(_("Rule it rests on"), hint=_("Plan, article, document number."))
    review_on = _day(_("Reviewed on"), required=False, hint=_("Left empty: in a year."))

    def __init__(self, *args: Any, places: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing(self, "place_code").choices = places


class ChangeForm(forms.Form):
    """A step on the supervised list."""

    step = forms.ChoiceField(label=_("What changes"), widget=forms.RadioSelect)
    reason = _text(_("Reason"), rows=3, hint=_("Why, with the figures it rests on."))
    basis = _line(_("Rule it rests on"), hint=_("Plan, article, document number."))
    review_on = _day(
        _("Next review"), required=False, hint=_("Where it is kept on the list; left empty: in a year.")
    )

    def __init__(self, *args: Any, steps: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing(self, "step").choices = steps


class CycleForm(forms.Form):
    """A review cycle of an instrument."""

    key = forms.SlugField(label=_("Short key"), max_length=60, help_text=_("Such as the year of the review."))
    title_en = _line(_("Title in English"))
    title_zh = _line(_("Title in Chinese"), most=200, required=False)
    starts = _day(_("Starts"))
    ends = _day(_("Ends"), required=False)
    source = _line(_("Where its dates were read"), most=1000)


class PaperForm(_WithAgencies):
    """A paper due to a body."""

    kind = _radios(_("Kind of paper"), words.PAPERS)
    title_en = _line(_("Title in English"), most=200)
    title_zh = _line(_("Title in Chinese"), most=120, required=False)
    owner = forms.ChoiceField(label=_("Prepared by"))
    due = _day(_("Due"))


class SentForm(forms.Form):
    """A paper that went to its body."""

    sent_on = _day(_("Sent on"))
    reference = _line(_("Reference"), most=120)


class RecommendationForm(_WithAgencies):
    """A recommendation as received."""

    reference = _line(_("Reference"), most=60, hint=_("Document and paragraph."))
    text_en = _text(_("Words in English"))
    text_zh = _text(_("Words in Chinese"), required=False)
    cluster = _line(_("Theme"), most=80, required=False)
    received_on = _day(_("Received on"))
    lead = forms.ChoiceField(label=_("Lead"), required=False)


class AnswerForm(forms.Form):
    """The response to a recommendation."""

    level = _radios(_("The recommendation is"), words.LEVELS)
    response = _text(_("Response"), hint=_("Where it is only noted, say why."))


class MeasuresForm(forms.Form):
    """The measures of a plan that carry out a recommendation."""

    plan = forms.ChoiceField(label=_("Plan"))
    measures = _line(
        _("Measures that carry it out"),
        most=1000,
        required=False,
        hint=_("Keys of measures as the plan's page shows them, apart by commas."),
    )

    def __init__(self, *args: Any, plans: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing(self, "plan").choices = plans


class ConclusionForm(forms.Form):
    """A recommendation reported on or closed."""

    step = forms.ChoiceField(
        label=_("Step"),
        choices=[("report", _("Report to the body what was done")), ("close", _("Close at the next cycle"))],
        widget=forms.RadioSelect,
    )
    note = _text(_("What the paper reported"), rows=3, hint=_("With the reference of the document."))
