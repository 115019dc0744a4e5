"""The forms of the agencies pages; they check shape, the acts check sense."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from concerted.foundation.access.permissions import Permission

from ..shell.widgets import DayMonthYear
from .words import FUNCTIONS, KINDS, RECORD_KINDS, TIERS


class AgencyFilterForm(forms.Form):
    """Which agencies to list."""

    words = forms.CharField(label=_("Name"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *KINDS.items()])
    tier = forms.ChoiceField(label=_("Tier"), required=False, choices=[("", _("All tiers")), *TIERS.items()])
    place = forms.RegexField(
        r"^\d{6}$",
        label=_("Place code"),
        required=False,
        help_text=_("Six digits; all below it are listed too."),
    )
    line = forms.SlugField(label=_("Does the work of"), required=False, widget=forms.HiddenInput)
    on = forms.DateField(
        label=_("As of"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class OfficerSearchForm(forms.Form):
    """Which officers to list."""

    words = forms.CharField(label=_("Name or username"), required=False)


class RegisterForm(forms.Form):
    """A new officer."""

    username = forms.CharField(label=_("Username"), max_length=80)
    name_en = forms.CharField(label=_("Name"), max_length=120)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=60, required=False)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=[("en", "English"), ("zh-hans", "简体中文")])


class AppointForm(forms.Form):
    """A desk for an officer."""

    agency = forms.SlugField(label=_("Key of the agency"), help_text=_("As in the address of its page."))
    function = forms.ChoiceField(label=_("Function"), choices=list(FUNCTIONS.items()))
    title_en = forms.CharField(label=_("Title of the desk"), max_length=160)
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=80, required=False)
    valid_from = forms.DateField(label=_("First day"), widget=DayMonthYear)
    valid_to = forms.DateField(
        label=_("Ends on"),
        required=False,
        widget=DayMonthYear,
        help_text=_("The first day without the post."),
    )
    reason = forms.CharField(label=_("Reason"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class EndForm(forms.Form):
    """The end of an appointment."""

    on = forms.DateField(label=_("First day without the post"), widget=DayMonthYear)
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}))


class CloseForm(forms.Form):
    """The closing of an account."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}))


_SCOPES = [("read", _("Read what my post may read")), ("write", _("Act as my post may act"))]
#: Cases are opened to a machine by scopes of their own, never by the two for everything else.
_CASE_SCOPES = [
    ("cases:read", _("Read the cases and persons my post may read")),
    ("cases:write", _("Act on cases and persons as my post may act")),
    (str(Permission.CASE_EXPORT), _("Take documents and exports of cases away")),
]


class TokenForm(forms.Form):
    """A new key for a machine."""

    label = forms.CharField(label=_("What the key is for"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=_SCOPES,
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(label=_("Days until it expires"), min_value=1, max_value=366, initial=90)

    def __init__(self, *args: Any, about_cases: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if about_cases:
            scopes = self.fields["scopes"]
            assert isinstance(scopes, forms.MultipleChoiceField)
            scopes.choices = [*_SCOPES, *_CASE_SCOPES]


class RecordFilterForm(forms.Form):
    """Which rows of the record to show."""

    officer = forms.CharField(label=_("Officer's username"), required=False)
    act = forms.CharField(label=_("Act"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *RECORD_KINDS.items()])
    subject = forms.RegexField(
        r"^[a-z_.]+(:\d+)?$", label=_("Subject"), required=False, help_text=_("As in plan.report:17")
    )
