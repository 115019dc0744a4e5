"""One section of a case: what each agency wrote, side by side, and a form for the officer's own agency's words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import Conflict, Invalid, NotThere
from concerted.foundation.access.permissions import Permission
from concerted.interfaces.pages.once import refuse_changed
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.cases.acts.files import StaleSection, write_section
from concerted.mechanism.cases.reads import cases as reads
from concerted.mechanism.cases.sections import BY_KEY, NOT_SAID, Field, SectionKind

from ..doing import case_of, taken, told, who

_SAID = [("", gettext_lazy("See what is written")), *NOT_SAID]


_SAID_HELP = gettext_lazy(
    "Choose one where nothing is written: a refusal, not knowing and not asking differ."
)


class SectionForm(forms.Form):
    """The fields of one section; beside each, whether it was declined, unknown or not asked."""

    row_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, kind: SectionKind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for one in kind.fields:
            self.fields[one.key] = _control(one)
            self.fields[f"{one.key}_said"] = forms.ChoiceField(
                label=_("Or: %(field)s") % {"field": one.label},
                choices=_SAID,
                help_text=_SAID_HELP,
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        """An answer beside a word that there is none is one too many: which of them is meant is not guessed."""
        given = super().clean() or self.cleaned_data
        for one in self.kind.fields:
            if given.get(one.key) and given.get(f"{one.key}_said"):
                self.add_error(
                    f"{one.key}_said",
                    _(
                        "There is an answer too. Choose “See what is written” to keep it, or empty the answer."
                    ),
                )
        return given

    def values(self) -> dict[str, Any]:
        """What the act takes: the words, or why there are none."""
        given = self.cleaned_data
        found = {
            one.key: given.get(f"{one.key}_said") or given.get(one.key) or "" for one in self.kind.fields
        }
        return {key: value for key, value in found.items() if value or key in self.initial}


def _control(field: Field) -> forms.Field:
    common: dict[str, Any] = {"label": field.label, "help_text": field.help, "required": False}
    match field.kind:
        case "choices":
            return forms.MultipleChoiceField(
                choices=field.values, widget=forms.CheckboxSelectMultiple, **common
            )
        case "choice":
            return forms.ChoiceField(choices=[("", "–"), *field.values], **common)
        case "yes_no":
            return forms.ChoiceField(choices=[("", "–"), ("yes", _("Yes")), ("no", _("No"))], **common)
        case "text":
            return forms.CharField(max_length=400, **common)
        case _:
            return forms.CharField(max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}), **common)


class WhyForm(forms.Form):
    """Why a sealed section is opened."""

    why = forms.CharField(
        label=gettext_lazy("Why do you need to read it?"),
        help_text=gettext_lazy("The reason is kept in the record with your name. Write no name in it."),
        max_length=200,
        min_length=4,
    )


@page(Permission.CASE_READ)
def section(request: Request, pk: int, key: str) -> HttpResponse:
    """Read a section; a sealed one opens only after a reason, and the look is recorded with it."""
    case, kind = case_of(request, pk), _kind(key)
    why = WhyForm(request.POST or None) if kind.is_sealed else None
    asked = bool(why and request.method == "POST" and why.is_valid())
    view = reads.case_view(
        **who(request),
        case=case,
        sections=key if asked else "",
        why=why.cleaned_data["why"] if asked and why else "section page",
    )
    shown = next(one for one in view.sections if one.kind.key == key)
    context = {"case": view.case, "section": shown, "form": None if asked else why, "view": view}
    return render(request, "cases/section.html", context)


@page(Permission.CASE_READ)
def history(request: Request, pk: int, key: str) -> HttpResponse:
    """Everything the agency itself ever wrote in a section, newest first; a sealed one opens after a reason."""
    case, kind = case_of(request, pk), _kind(key)
    asking = WhyForm(request.POST or None) if kind.is_sealed else None
    context: dict[str, Any] = {"case": case, "kind": kind, "form": asking}
    if asking is None or (request.method == "POST" and asking.is_valid()):
        why = asking.cleaned_data["why"] if asking else ""
        words = reads.section_history(**who(request), case=case, section=key, why=why)
        context |= {"form": None, "words": words}
    return render(request, "cases/section_history.html", context)


@page(Permission.CASE_EDIT)
def write(request: Request, pk: int, key: str) -> HttpResponse:
    """Write the agency's own words; another agency's stay beside them. What is sealed opens after a reason."""
    case, kind = case_of(request, pk), _kind(key)
    is_sent = request.method == "POST" and (not kind.is_sealed or "row_version" in request.POST)
    view = reads.case_view(**who(request), case=case, why="writing")
    shown = next(one for one in view.sections if one.kind.key == key)
    why = ""
    if kind.is_sealed and shown.others:
        asking = WhyForm(request.POST or None)
        if request.method != "POST" or not asking.is_valid():
            context = {"case": view.case, "section": shown, "asking": asking}
            return render(request, "cases/write.html", context)
        why = asking.cleaned_data["why"]
        view = reads.case_view(**who(request), case=case, sections=key, why=why)
        shown = next(one for one in view.sections if one.kind.key == key)
    own = next((one for one in shown.words if one.is_own), None)
    keep = request.path
    form = SectionForm(kind, request.POST if is_sent else None, initial=_initial(kind, own))
    if is_sent and form.is_valid():
        try:
            return taken(_written_once(request, case, key, form))
        except (Conflict, Invalid) as error:
            told(form, error)
        except StaleSection as error:
            told(form, error)
            form.data = request.POST.copy()
            form.data["row_version"] = str(own.row_version) if own else ""
            context = {"case": view.case, "section": shown, "form": form, "stale": True, "keep": keep}
            return render(request, "cases/write.html", {**context, "why": why}, status=412)
    context = {"case": view.case, "section": shown, "form": form, "keep": keep, "why": why}
    return render(request, "cases/write.html", context)


def _written_once(request: Request, case: Any, key: str, form: SectionForm) -> HttpResponse:
    refuse_changed(request)
    write_section(
        **who(request),
        case=case,
        section=key,
        values=form.values(),
        row_version=form.cleaned_data["row_version"],
    )
    messages.success(request, _("The section was saved."))
    return redirect("cases:case", case.pk)


def _initial(kind: SectionKind, own: Any) -> dict[str, Any]:
    said = {code for code, _label in NOT_SAID}
    found: dict[str, Any] = {"row_version": own.row_version if own else None}
    for key, value in ((own.values if own else None) or {}).items():
        isolated = isinstance(value, str) and value in said
        found[f"{key}_said" if isolated else key] = value
        if isolated:
            found.setdefault(key, "")
    return found


def _kind(key: str) -> SectionKind:
    kind = BY_KEY.get(key)
    if kind is None or kind.model is None:
        raise NotThere(_("There is no such section."))
    return kind
