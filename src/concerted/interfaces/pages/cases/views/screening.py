"""The screening page: answers in, the result so far with the reason of every step; never a legal finding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid
from concerted.foundation.access.permissions import Permission
from concerted.interfaces.exchange.screening import load_indicator_set, result_as_data
from concerted.interfaces.pages.once import refuse_changed
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.cases import codes
from concerted.mechanism.cases.acts.screenings import record_screening
from concerted.methods.law import AgeRange, Answer, ScreeningForm, screen

from ..doing import case_of, taken, told, who
from ..fields import code, long, short
from ..words import ANSWERS


class AboutForm(forms.Form):
    """Who screened, and how the person came to notice."""

    screener_role = code(
        gettext_lazy("Who screens"),
        codes.SCREENERS,
        help=gettext_lazy("Who asked matters for how answers are read later."),
    )
    source_of_identification = code(
        gettext_lazy("How the person came to notice"),
        codes.IDENTIFIED_BY,
        help=gettext_lazy("How the person was met; it shows which doors find victims."),
    )
    language = short(
        gettext_lazy("Language of the talk"),
        required=False,
        limit=40,
        help=gettext_lazy("The language in which it was asked, and whether somebody interpreted."),
    )
    age_from = forms.IntegerField(
        label=gettext_lazy("Age, at least"),
        min_value=0,
        max_value=130,
        required=False,
        help_text=gettext_lazy("The lowest age the person may have; two ages are better than a guess."),
    )
    age_to = forms.IntegerField(
        label=gettext_lazy("Age, at most"),
        min_value=0,
        max_value=130,
        required=False,
        help_text=gettext_lazy(
            "The highest age the person may have; leave it empty when you know only the lower one."
        ),
    )
    act = code(
        gettext_lazy("Was the person recruited, moved, harboured or received by somebody?"),
        ANSWERS,
        initial="not_asked",
        help=gettext_lazy(
            "Without such an act most definitions do not speak of trafficking, however bad the work is."
        ),
    )
    note = long(
        gettext_lazy("Note"),
        required=False,
        rows=2,
        help=gettext_lazy("What you saw that no question asks for; no name."),
    )


_HELP = {
    "strong": gettext_lazy("A strong sign. Yes only for what was said or seen."),
    "medium": gettext_lazy("A medium sign. Yes only for what was said or seen."),
    "weak": gettext_lazy("A weak sign. Yes only for what was said or seen."),
}


class AnswersForm(forms.Form):
    """One answer for each indicator of a list; what is left is not asked."""

    def __init__(self, dimensions: Any, list_id: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = "zh" if (get_language() or "").startswith("zh") else "en"
        self.groups: list[tuple[str, list[Any]]] = []
        for dimension in dimensions:
            keys = []
            for one in dimension.in_list(list_id):
                self.fields[one.id] = forms.ChoiceField(
                    label=getattr(one, language) or one.en,
                    choices=list(ANSWERS.items()),
                    initial="not_asked",
                    help_text=_HELP[one.strengths[list_id].value],
                    required=False,
                )
                keys.append(one.id)
            if keys:
                self.groups.append(
                    (getattr(dimension, language) or dimension.en, [self[key] for key in keys])
                )


@page(Permission.SCREENING_MAKE)
def screening(request: Request, pk: int) -> HttpResponse:
    """Choose a list, answer, see the result after each answer, and keep it on the case."""
    case = case_of(request, pk)
    indicators = load_indicator_set()
    child = case.age_band in ("under_14", "14_to_17")
    fallback = next(
        (one.id for one in indicators.lists if one.is_available and (one.ages == "child") == child), ""
    )
    chosen = request.POST.get("list") or request.GET.get("list") or fallback
    listed = indicators.list_of(chosen)
    about = AboutForm(
        request.POST or None, initial={"screener_role": "police", "source_of_identification": "other"}
    )
    answers = AnswersForm(indicators.dimensions, listed.id, request.POST or None)
    result: Mapping[str, Any] | None = None
    if request.method == "POST" and about.is_valid() and answers.is_valid():
        try:
            result = _scored(request, listed.id, about.cleaned_data, answers.cleaned_data, indicators)
            if request.POST.get("keep") and not getattr(request, "htmx", False):
                return taken(_kept_once(request, case, about, answers, result, indicators))
        except (Invalid, Conflict) as error:
            told(about, error)
    context = {
        "case": case,
        "form": about,
        "answers": answers,
        "lists": indicators.lists,
        "listed": listed,
        "result": result,
        "indicators": indicators,
        "chinese": (get_language() or "").startswith("zh"),
        "keep": f"{request.path} {listed.id}",
    }
    partial = bool(getattr(request, "htmx", False))
    return render(request, "cases/_result.html" if partial else "cases/screening.html", context)


def _scored(
    request: Request, list_id: str, about: Mapping[str, Any], answers: Mapping[str, str], indicators: Any
) -> Mapping[str, Any]:
    form = ScreeningForm(
        list=list_id,
        answers={key: Answer(value or "not_asked") for key, value in answers.items()},
        act=Answer(about["act"]),
        age=AgeRange(about["age_from"], about["age_to"]),
        screened_on=timezone.localdate(request.at),
        screener_agency=request.officer.agency.key if request.officer.agency else "",
        screener_role=about["screener_role"],
        source_of_identification=about["source_of_identification"],
        language=about["language"],
    )
    return result_as_data(form, screen(form, indicators), indicators)


def _kept_once(
    request: Request, case: Any, about: forms.Form, answers: forms.Form, result: Any, indicators: Any
) -> HttpResponse:
    refuse_changed(request)
    with transaction.atomic():
        _keep(request, case, about.cleaned_data, answers.cleaned_data, result, indicators)
    messages.success(request, _("The screening was kept."))
    return redirect("cases:case", case.pk)


def _keep(
    request: Request,
    case: Any,
    about: Mapping[str, Any],
    answers: Mapping[str, str],
    result: Mapping[str, Any],
    indicators: Any,
) -> None:
    record_screening(
        **who(request),
        case=case,
        indicator_set=indicators.id,
        set_version=str(indicators.version),
        answers={key: value or "not_asked" for key, value in answers.items()},
        result=result,
        screener_role=about["screener_role"],
        source_of_identification=about["source_of_identification"],
        note=about["note"],
    )
