"""Reports of every channel: take one down, triage it, merge it, find no concern, or open a case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from concerted.errors import Invalid, NotThere, Problem
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.cases import codes, law
from concerted.mechanism.cases.acts import cases as case_acts
from concerted.mechanism.cases.acts import reports as acts
from concerted.mechanism.cases.reads import reports as reads
from concerted.mechanism.cases.reads.told_places import NATION
from concerted.mechanism.cases.state_words import REPORT_STATES
from concerted.mechanism.cases.states import REPORT

from ..doing import form_page, who
from ..fields import code, explained, long, short, yes
from ..fields import codes as several
from ..places import any_place, begin_at_home
from ..told_places import words_of
from ..words import AGE_BANDS, ANSWERS, CHANNELS, RISKS, SEXES, URGENCIES

FACT = "fact_"


@page(Permission.INTAKE_READ)
def reports(request: Request) -> HttpResponse:
    """The reports the agency took, those that wait first."""
    state = request.GET.get("state", "open")
    found = reads.reports(**who(request), state=state, cursor=request.GET.get("cursor", ""))
    called = places_called([one.place_code for one in found.reports])
    rows = [(one, called[one.place_code]) for one in found.reports]
    context = {"reports": rows, "next": found.next, "state": state, "states": REPORT_STATES}
    return render(request, "cases/reports.html", context)


def places_called(codes: list[str]) -> dict[str, str]:
    """What the places of reports are called; the nation is where nobody knows where."""
    called = words_of(codes)
    return {one: _("Not known") if one == NATION else called.get(one, one) for one in codes}


def add_facts(form: forms.Form, *, plainly: bool = False) -> None:
    """Put the facts of the six conditions into a form, in the reader's language.

    plainly: asked as one asks somebody who does not know the law, without the answers officers tell apart.
    """
    language = "zh" if (get_language() or "").startswith("zh") else "en"
    words = {**ANSWERS, **SEXES, **AGE_BANDS, "unknown": ANSWERS["unknown"]}
    left_out = {"not_asked", "declined"} if plainly else {"not_asked"}
    for key, fact in law.trigger_facts().items():
        allowed = [str(one) for one in fact.get("values", ("yes", "no", "declined", "unknown", "not_asked"))]
        form.fields[FACT + key] = forms.ChoiceField(
            label=fact[f"ask_{language}" if plainly else language],
            help_text=fact[f"ask_help_{language}" if plainly else f"help_{language}"],
            choices=[
                ("", _("I do not say") if plainly else _("Not asked")),
                *((one, words.get(one, one)) for one in allowed if one not in left_out),
            ],
            required=False,
        )


def facts_of(given: dict[str, Any]) -> dict[str, str]:
    """Take the facts that were answered out of what a form holds."""
    found = {key: given.pop(key) for key in list(given) if key.startswith(FACT)}
    return {key.removeprefix(FACT): value for key, value in found.items() if value}


class ReportForm(forms.Form):
    """What came in."""

    channel = code(
        gettext_lazy("How it came in"),
        CHANNELS,
        help=gettext_lazy("By which way it reached you; it is counted and tells where reports come from."),
    )
    urgency = code(gettext_lazy("Urgency"), URGENCIES, help=gettext_lazy("Emergency: life is in danger now."))
    place_code = any_place(
        gettext_lazy("Place"),
        help=gettext_lazy("Where the person is or was last seen; it says which agency must act."),
    )
    narrative = explained(
        long(gettext_lazy("What was reported"), rows=7, help=gettext_lazy("In the reporter's words.")),
        gettext_lazy(
            "Write what was said, with its words for places and persons, before you ask anything. Then "
            "ask only what helps to find or protect: where, since when, who else. What a child said is "
            "not asked a second time."
        ),
    )
    is_anonymous = yes(
        gettext_lazy("The reporter stays anonymous"),
        help=gettext_lazy(
            "Tick it when the reporter does not want to be known; then leave name and contact empty."
        ),
    )
    name = short(
        gettext_lazy("Reporter's name"),
        required=False,
        help=gettext_lazy("Only if it was given freely; it is encrypted and never in a list."),
    )
    contact = short(
        gettext_lazy("How to reach the reporter"),
        required=False,
        help=gettext_lazy("A number or address for questions; ask first whether it is safe."),
    )
    relation = short(
        gettext_lazy("What the reporter is to the person"),
        required=False,
        help=gettext_lazy("Mother, neighbour, nurse and so on; it helps to weigh what was said."),
    )
    how = short(
        gettext_lazy("Safe way to make contact"),
        required=False,
        help=gettext_lazy("When and on which number, and what to say if somebody else answers."),
    )
    never = short(
        gettext_lazy("What must never be done"),
        required=False,
        help=gettext_lazy("For example: never call the house."),
    )
    code_word = short(
        gettext_lazy("Word that tells it is safe to talk"),
        required=False,
        help=gettext_lazy("Ask for one; if it is not said, end the call as a wrong number."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_facts(self)


def parts_of(given: dict[str, Any]) -> dict[str, Any]:
    """The act's words for what a report form holds."""
    reporter = {key: given.pop(key) for key in ("name", "contact", "relation")}
    safe = {key: given.pop(key) for key in ("how", "never", "code_word")}
    return {
        "facts": facts_of(given),
        "reporter": {key: value for key, value in reporter.items() if value},
        "safe_contact": {key: value for key, value in safe.items() if value},
    }


@page(Permission.INTAKE_TAKE)
def take(request: Request) -> HttpResponse:
    """Write down a report."""

    def do(given: Any) -> HttpResponse:
        parts = parts_of(given)
        made = acts.take_report(**who(request), **given, **parts)
        messages.success(
            request, _("The report was taken. Its number is %(number)s.") % {"number": made.number}
        )
        return redirect("cases:report", made.pk)

    form = ReportForm(request.POST or None)
    begin_at_home(form, request.officer)
    return form_page(
        request,
        form,
        do,
        title=_("Take a report"),
        lede=_("Nothing but the report itself is compulsory. What was not asked is left open."),
        button=_("Take the report"),
        back=reverse("cases:reports"),
    )


@page(Permission.INTAKE_READ)
def report(request: Request, pk: int) -> HttpResponse:
    """One report with its words and the conditions it meets; the look is recorded."""
    found = reads.report_by_id(**who(request), pk=pk)
    view = reads.report_view(**who(request), report=found)
    facts = law.trigger_facts()
    chinese = (get_language() or "").startswith("zh")
    possible = [
        (row.act, _LABELS[row.act])
        for row in REPORT.from_state(found.state)
        if row.act in _LABELS and holds(request.officer, row.permission)
    ]
    if found.triggers:
        possible.append(("criminal_case", _LABELS["criminal_case"]))
    context = {
        "view": view,
        "report": view.report,
        "place": places_called([view.report.place_code])[view.report.place_code],
        "facts": [
            (facts[key]["zh" if chinese else "en"], value)
            for key, value in view.report.facts.items()
            if key in facts
        ],
        "possible": possible,
        "chinese": chinese,
    }
    return render(request, "cases/report.html", context)


class TriageForm(forms.Form):
    """How urgent it is, and the facts as they are known now."""

    urgency = code(
        gettext_lazy("Urgency"),
        URGENCIES,
        help=gettext_lazy("It sets the clocks; emergency means that life is in danger now."),
    )
    place_code = any_place(
        gettext_lazy("Place"),
        required=False,
        help=gettext_lazy(
            "As it is known now; if it changes, the duty of police goes to those of the new place."
        ),
    )
    note = long(
        gettext_lazy("Note"),
        required=False,
        help=gettext_lazy("What was asked and checked before you decided; no name."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_facts(self)


class MergeForm(forms.Form):
    """Into which other report."""

    into = short(
        gettext_lazy("Number of the other report"),
        limit=20,
        help=gettext_lazy("The report that stays; both are kept, and this one leads to it."),
    )
    note = long(
        gettext_lazy("Note"),
        required=False,
        help=gettext_lazy("Why both are about the same person or event."),
    )


class WhyForm(forms.Form):
    """A reason that stays."""

    reason = long(
        gettext_lazy("Reason"), help=gettext_lazy("It stays with the report and can be checked later.")
    )


class OpenForm(forms.Form):
    """What the spine of the new case tells."""

    age_band = code(
        gettext_lazy("Age"),
        AGE_BANDS,
        help=gettext_lazy(
            "Below 18 other rules hold, and below 14 a guardian consents; unknown is an answer."
        ),
    )
    risk = code(
        gettext_lazy("Risk"),
        RISKS,
        help=gettext_lazy("How likely harm is now; say that it was not assessed rather than guess."),
    )
    handling = several(
        gettext_lazy("Handling"),
        codes.HANDLING,
        required=False,
        help=gettext_lazy(
            "What every agency must heed before it calls, shares or visits; tick all that hold."
        ),
    )


class CriminalForm(forms.Form):
    """The criminal case."""

    reference = short(
        gettext_lazy("Number of the criminal case"),
        help=gettext_lazy("The police file number; it proves that the duty was met."),
    )


_LABELS: dict[str, Any] = {
    "triage": gettext_lazy("Triage"),
    "merge": gettext_lazy("Merge into another report"),
    "no_concern": gettext_lazy("No concern"),
    "open_case": gettext_lazy("Open a case"),
    "reconsider": gettext_lazy("Take it up again"),
    "criminal_case": gettext_lazy("The criminal case is opened"),
}
_FORMS: dict[str, type[forms.Form]] = {
    "triage": TriageForm,
    "merge": MergeForm,
    "no_concern": WhyForm,
    "open_case": OpenForm,
    "reconsider": WhyForm,
    "criminal_case": CriminalForm,
}


@page(Permission.INTAKE_TRIAGE)
def decide(request: Request, pk: int, act: str) -> HttpResponse:
    """Take one step of a report."""
    if act not in _FORMS:
        raise NotThere(_("There is no such step."))
    found = reads.report_by_id(**who(request), pk=pk)
    at = {**who(request), "report": found}

    def do(given: Any) -> HttpResponse | None:
        if act == "triage":
            given["place_code"] = given["place_code"] or None
            acts.triage(**at, facts=facts_of(given), row_version=found.row_version, **given)
        elif act == "merge":
            acts.merge_report(**at, into=_other(request, given["into"]), note=given["note"])
        elif act == "no_concern":
            acts.dismiss_report(**at, reason=given["reason"])
        elif act == "reconsider":
            acts.reconsider_report(**at, reason=given["reason"])
        elif act == "criminal_case":
            acts.record_criminal_case_opened(**at, reference=given["reference"])
        else:
            made = case_acts.open_case(**at, **given)
            if holds(request.officer, Permission.CASE_READ):
                return redirect("cases:case", made.pk)
        return None

    initial = {
        "urgency": found.urgency,
        "place_code": found.place_code,
        **{FACT + key: value for key, value in found.facts.items()},
    }
    form = _FORMS[act](request.POST or None, initial=initial)
    if act == "triage":
        begin_at_home(form, request.officer, filled=False)
    return form_page(
        request,
        form,
        do,
        title=str(_LABELS[act]),
        lede=found.number,
        button=str(_LABELS[act]),
        back=reverse("cases:report", args=[pk]),
        done=_("It was done."),
    )


def _other(request: Request, number: str) -> Any:
    """Another report of the agency by its number. Raises Invalid where there is none, so that the note stays."""
    try:
        return reads.report_by_number(**who(request), number=number)
    except NotThere as error:
        raise Invalid(
            _("The reports were not merged."), problems=[Problem(str(error.what), field="into")]
        ) from None
