"""Fields have a label, say what is wrong beside the answer, and keep what was typed."""

from datetime import date

import pytest
from django import forms
from django.http import QueryDict
from django.utils import translation

from concerted.interfaces.pages.shell.widgets import DayMonthYear


class Report(forms.Form):
    title = forms.CharField(help_text="As in the plan")
    text = forms.CharField(widget=forms.Textarea, max_length=500, required=False)
    on = forms.DateField(widget=DayMonthYear)
    claim = forms.ChoiceField(choices=[("a", "In progress"), ("b", "Completed")], widget=forms.RadioSelect)
    areas = forms.MultipleChoiceField(
        choices=[("43", "Hunan")], widget=forms.CheckboxSelectMultiple, required=False
    )
    place = forms.ChoiceField(choices=[("43", "Hunan")], required=False)
    checked = forms.BooleanField()
    evidence = forms.FileField(required=False)
    secret = forms.CharField(widget=forms.PasswordInput, required=False)
    version = forms.CharField(widget=forms.HiddenInput, required=False)


TYPED = "title=&on-day=31&on-month=2&on-year=2011&claim=b&areas=43&place=43&text=abc"


@pytest.fixture
def form() -> Report:
    return Report(QueryDict(TYPED))


def test_every_control_has_a_label_or_legend(render, form) -> None:
    shown = render("{% fields form %}", form=form)
    for name in ("title", "text", "place", "evidence", "secret", "checked"):
        assert f'for="id_{name}"' in shown, name
        assert f'id="id_{name}"' in shown, name
    assert shown.count("<legend") == 3, "date, radios and checkboxes"


def test_an_error_is_tied_to_its_control_and_listed_at_the_head(render, form) -> None:
    shown = render("{% error_summary form %}{% field form.title %}", form=form)
    assert 'href="#id_title"' in shown
    assert 'aria-describedby="id_title-hint id_title-error"' in shown
    assert 'aria-invalid="true"' in shown


def test_a_fault_says_what_to_do_and_not_only_that_a_field_is_wrong(form) -> None:
    said = {name: str(errors[0]) for name, errors in form.errors.items()}
    assert said["title"] == "Fill this in."
    assert said["on"].startswith("There is no such day.")
    assert said["checked"] == "Tick it to go on."
    assert str(forms.IntegerField(min_value=1).validators[0].message) == "Write %(limit_value)s or more."
    assert forms.MultipleChoiceField().error_messages["required"] == "Choose at least one."


def test_a_sound_form_has_no_error_summary(render) -> None:
    assert render("{% error_summary form %}", form=Report()).strip() == ""


def test_a_date_that_does_not_exist_is_refused_but_not_lost(render, form) -> None:
    shown = render("{% field form.on %}", form=form)
    assert form.errors["on"]
    for part, typed in (("day", "31"), ("month", "2"), ("year", "2011")):
        assert f'name="on-{part}" type="text" inputmode="numeric" value="{typed}"' in shown


def test_a_date_in_three_boxes_is_a_date() -> None:
    form = Report(QueryDict("title=x&on-day=18&on-month=7&on-year=2011&claim=a&checked=on"))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["on"] == date(2011, 7, 18)


def test_a_whole_date_is_taken_too() -> None:
    form = Report(QueryDict("title=x&on=2011-07-18&claim=a&checked=on"))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["on"] == date(2011, 7, 18)


def test_chinese_asks_for_the_year_first(render) -> None:
    with translation.override("zh-hans"):
        shown = render("{% field form.on %}", form=Report(initial={"on": date(2011, 7, 18)}))
    assert shown.index("on-year") < shown.index("on-month") < shown.index("on-day")


def test_choices_keep_what_was_chosen(render, form) -> None:
    radios = render("{% field form.claim %}", form=form)
    assert 'value="b" checked' in radios
    assert 'value="a" checked' not in radios
    assert 'value="43" checked' in render("{% field form.areas %}", form=form)


def test_a_long_answer_counts_its_characters(render, form) -> None:
    shown = render("{% field form.text %}", form=form)
    assert 'data-maxlength="500"' in shown
    assert "id_text-info" in shown


def test_hidden_fields_stay_hidden_and_are_not_forgotten(render, form) -> None:
    assert 'type="hidden" name="version"' in render("{% fields form %}", form=form)
