"""The forms of the meeting pages; what is right is for the acts to say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from concerted.interfaces.pages.choosing import choosing
from concerted.interfaces.pages.shell.widgets import DayMonthYear

from . import words

Choices = Sequence[tuple[Any, Any]]
#: Of the register: a decision that was struck stands in no register.
_STANDING = [(key, said) for key, said in words.DECISION_STATES.items() if key != "struck"]
_KINDS = list(words.DECISION_KINDS.items())


def _text(label: Any, *, rows: int = 4, required: bool = True, hint: Any = "") -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=area, required=required, help_text=hint, max_length=20_000)


def _line(label: Any, *, most: int = 300, required: bool = True, hint: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, help_text=hint)


def _day(label: Any, *, required: bool = True, hint: Any = "") -> forms.DateField:
    return forms.DateField(label=label, widget=DayMonthYear, required=required, help_text=hint)


def _clock(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}), required=False)


def _radios(label: Any, choices: words.Words, *, hint: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=list(choices.items()), widget=forms.RadioSelect, help_text=hint
    )


def _tick(label: Any, *, hint: Any = "") -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, help_text=hint)


def _version() -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, required=False)


class Chosen(forms.Form):
    """A form whose choice fields are filled in by the page."""

    def __init__(self, *args: Any, choices: dict[str, Choices] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, offered in (choices or {}).items():
            choosing(self, name).choices = offered


class SeriesForm(Chosen):
    """A series of meetings to be opened."""

    key = forms.SlugField(
        label=_("Key"),
        max_length=80,
        help_text=_("Small letters, digits and hyphens; it stands in addresses and decision numbers."),
    )
    kind = _radios(_("Kind of series"), words.SERIES_KINDS)
    title_en = _line(_("Title (English)"), most=200, required=False)
    title_zh = _line(_("Title (Chinese)"), most=120, required=False)
    above = forms.ChoiceField(
        label=_("Series above"),
        required=False,
        help_text=_("What stays open here climbs to that series."),
    )
    per_year = forms.IntegerField(
        label=_("Meetings a year"), min_value=1, max_value=366, required=False, help_text=_("Empty: on call.")
    )
    quorum_part = forms.IntegerField(label=_("Quorum: so many"), min_value=1, required=False)
    quorum_of = forms.IntegerField(label=_("of so many members"), min_value=1, required=False)
    quorum_rule = _line(_("Rule that sets the quorum"), required=False)


class EditSeriesForm(forms.Form):
    """How a series is called, how often it meets, and its quorum."""

    title_en = _line(_("Title (English)"), most=200, required=False)
    title_zh = _line(_("Title (Chinese)"), most=120, required=False)
    per_year = forms.IntegerField(
        label=_("Meetings a year"), min_value=1, max_value=366, required=False, help_text=_("Empty: on call.")
    )
    quorum_part = forms.IntegerField(label=_("Quorum: so many"), min_value=1, required=False)
    quorum_of = forms.IntegerField(label=_("of so many members"), min_value=1, required=False)
    quorum_rule = _line(_("Rule that sets the quorum"), required=False)
    row_version = _version()


class ChairForm(Chosen):
    """Who leads a series from a day on."""

    role = _radios(_("Role"), words.CHAIRS)
    agency = forms.ChoiceField(label=_("Agency"))
    title_en = _line(_("Title (English)"), most=160, required=False)
    title_zh = _line(_("Title (Chinese)"), most=80, required=False)
    valid_from = _day(_("From"))
    source = _line(_("Source"), required=False, hint=_("The document that names this person or agency."))


class EndForm(forms.Form):
    """The day on which something ends."""

    on = _day(_("Ends on"))


class MeetingForm(Chosen):
    """A meeting to be planned or moved."""

    title_en = _line(_("Title (English)"), required=False)
    title_zh = _line(_("Title (Chinese)"), most=200, required=False)
    held_on = _day(_("Day"))
    starts = _clock(_("Begins"))
    ends = _clock(_("Ends"))
    venue = _line(_("Place"), most=200, required=False)
    by_video = _tick(_("Linked by video"))
    row_version = _version()


class PlanForm(MeetingForm):
    """A meeting to be put into the calendar."""

    relay_of = forms.ChoiceField(
        label=_("Shows another meeting by video"), required=False, help_text=_("It is held on the same day.")
    )
    on_call = _tick(_("Called beside the standing meetings"))
    call_reason = _text(_("Why it is called"), rows=2, required=False)


class CallForm(Chosen):
    """Whom to call: every member, or some for a partial meeting."""

    only = forms.MultipleChoiceField(
        label=_("Members of a partial meeting"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Tick none to call every member of the register of that day."),
    )


class InviteForm(Chosen):
    """An agency that is no member and gets a seat in this meeting."""

    agency = forms.ChoiceField(label=_("Agency"))
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(key, words.SEATS[key]) for key in ("observer", "invited")],
        widget=forms.RadioSelect,
        help_text=_("Observers get only items and papers that are not for members alone."),
    )


class SeatForm(forms.Form):
    """Who sits for an agency, and who instead."""

    person = _line(_("Who sits"), most=120)
    person_title = _line(_("Office held"), most=160, required=False)
    substitute = _line(_("Substitute"), most=120, required=False)
    substitute_title = _line(_("Office held by the substitute"), most=160, required=False)
    row_version = _version()


class ReasonForm(forms.Form):
    """A step that needs its reason."""

    reason = _text(_("Reason"), rows=3)


class AskForm(forms.Form):
    """An item that a member asks for."""

    title_en = _line(_("Title (English)"), required=False)
    title_zh = _line(_("Title (Chinese)"), most=200, required=False)
    reason = _text(_("Why the meeting should hear it"), rows=4)


class ItemForm(Chosen):
    """An item of the agenda, in words."""

    title_en = _line(_("Title (English)"), required=False)
    title_zh = _line(_("Title (Chinese)"), most=200, required=False)
    body_en = _text(_("Paper (English)"), rows=6, required=False)
    body_zh = _text(_("Paper (Chinese)"), rows=6, required=False)
    minutes = forms.IntegerField(
        label=_("Minutes of time"), min_value=0, max_value=600, required=False, initial=0
    )
    presenter = forms.ChoiceField(label=_("Presented by"), required=False)
    for_members_only = _tick(_("For members only"), hint=_("Observers get neither item nor paper."))
    row_version = _version()


class MergeForm(Chosen):
    """The item that another one is heard with."""

    into = forms.ChoiceField(label=_("Hear it with"))
    reason = _text(_("Reason"), rows=2, required=False)


class DecisionForm(Chosen):
    """A decision in its words."""

    kind = _radios(_("Kind of decision"), words.DECISION_KINDS)
    text_en = _text(_("Wording (English)"), rows=4, required=False)
    text_zh = _text(_("Wording (Chinese)"), rows=4, required=False)
    legal_reference = _line(_("Legal reference"), required=False)
    measures = forms.MultipleChoiceField(
        label=_("Measures it touches"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("Choose several with Ctrl or Shift."),
    )
    rescinds = forms.ChoiceField(
        label=_("Rescinds"), required=False, help_text=_("An earlier decision that ends with this one.")
    )
    for_members_only = _tick(_("For members only"))
    row_version = _version()


class ActionForm(Chosen):
    """An action item: one owner, and a due date or a day to look again."""

    text_en = _text(_("What is to be done (English)"), rows=3, required=False)
    text_zh = _text(_("What is to be done (Chinese)"), rows=3, required=False)
    owner = forms.ChoiceField(
        label=_("Owner"), required=False, help_text=_("Exactly one organisation; needed before adoption.")
    )
    verifier = forms.ChoiceField(
        label=_("Verified by"),
        required=False,
        help_text=_("Another organisation than the owner; left empty: the office."),
    )
    due = _day(_("Due"), required=False)
    review_on = _day(
        _("To be looked at again on"), required=False, hint=_("Instead of a due date, never beside it.")
    )
    row_version = _version()


class DissentForm(Chosen):
    """What a member holds against a decision."""

    agency = forms.ChoiceField(label=_("Member"))
    kind = _radios(_("Kind"), words.DISSENTS)
    text = _text(_("In its words"), rows=3)


class SectionForm(forms.Form):
    """One section of draft minutes."""

    title_en = _line(_("Title (English)"), required=False)
    title_zh = _line(_("Title (Chinese)"), most=200, required=False)
    text_en = _text(_("Text (English)"), rows=6, required=False)
    text_zh = _text(_("Text (Chinese)"), rows=6, required=False)
    for_members_only = _tick(_("For members only"))
    row_version = _version()


class CirculateForm(forms.Form):
    """Until when members may amend."""

    amend_until = _day(_("Amendments until"))


class NumberForm(forms.Form):
    """The document number of final minutes."""

    number = _line(_("Document number"), most=80)


class AmendForm(Chosen):
    """Other words for a part of circulated minutes."""

    field = forms.ChoiceField(label=_("What is to read otherwise"), widget=forms.RadioSelect)
    after = _text(
        _("It should read"),
        rows=5,
        required=False,
        hint=_("An owner by the agency's key, a date as 2012-03-31."),
    )
    reason = _text(_("Why"), rows=3)
    upon = forms.ChoiceField(
        label=_("Presupposes the amendment"), required=False, help_text=_("Usually none.")
    )


class ReviseForm(forms.Form):
    """One's own amendment worded anew."""

    after = _text(_("It should read"), rows=5, required=False)
    reason = _text(_("Why"), rows=3)
    row_version = _version()


class ConcludeForm(forms.Form):
    """What became of a decision."""

    outcome = forms.ChoiceField(
        label=_("What became of it"),
        choices=[
            (key, words.DECISION_STATES[key]) for key in ("implemented", "partly_implemented", "lapsed")
        ],
        widget=forms.RadioSelect,
    )
    reason = _text(_("What was done and what not"), rows=4)


class PaperForm(forms.Form):
    """A paper to be made."""

    kind = _radios(_("Paper"), words.PAPERS)
    language = _radios(_("Language"), words.LANGUAGES)
    form = _radios(_("File"), words.FORMS)
    for_observers = _tick(
        _("For observers"), hint=_("Made only of what observers may see, and theirs to read.")
    )
    red_head = _tick(_("Red head"), hint=_("The name of the joint meeting in red above the paper."))
    document_no = _line(_("Document number"), most=80, required=False)


class WordsForm(forms.Form):
    """A step in words."""

    text = _text(_("In words"), rows=4)


class NoteForm(forms.Form):
    """A step that may carry a note."""

    text = _text(_("Note"), rows=3, required=False)


class ClaimForm(forms.Form):
    """A claim that something is done, with what proves it."""

    text = _text(_("What was done"), rows=4)
    evidence = _text(_("Evidence"), rows=3, hint=_("One document, register or address a line."))


class ReviewForm(forms.Form):
    """A look at an item without a due date."""

    text = _text(_("How it stands"), rows=4)
    next_review = _day(_("Next look"))


class RegisterFilter(Chosen):
    """What narrows the register of decisions."""

    words = _line(_("Words"), required=False, hint=_("In a text, number, law or action item."))
    series = forms.ChoiceField(label=_("Series"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", ""), *_STANDING])
    kind = forms.ChoiceField(label=_("Kind of decision"), required=False, choices=[("", ""), *_KINDS])
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    since = _day(_("Held from"), required=False)
    until = _day(_("Held until"), required=False)
