"""Pages for whoever does not sign in: report, ask how it stands, check a letter; they keep no trace of the reader."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import ConcertedError, NotThere
from concerted.foundation.access.reads import mechanism_now
from concerted.interfaces.pages.route import public
from concerted.mechanism.cases.acts.packages import acknowledge_package
from concerted.mechanism.cases.acts.reports import take_public_report
from concerted.mechanism.cases.reads.assistance import letter_is_valid
from concerted.mechanism.cases.reads.reports import report_standing

from ..doing import told
from ..fields import code, long, place, short
from ..words import URGENCIES


class PublicReportForm(forms.Form):
    """What somebody wants to tell; only the words themselves are needed."""

    narrative = long(
        gettext_lazy("What happened, or what worries you?"),
        rows=8,
        help=gettext_lazy("Where, when and who, as far as you know. You need not say who you are."),
    )
    urgency = code(gettext_lazy("Is somebody in danger?"), URGENCIES, initial="routine")
    place_code = place(
        gettext_lazy("Where?"),
        empty=gettext_lazy("I do not know, or do not want to say"),
        required=False,
    )
    contact = short(gettext_lazy("How may we reach you?"), required=False)
    how = short(
        gettext_lazy("When and how is it safe to reach you?"),
        required=False,
        help=gettext_lazy("If it is not safe, leave both empty."),
    )


@public
def report(request: HttpRequest) -> HttpResponse:
    """Take a report from anybody; the answer shows a code once, and nothing else."""
    form = PublicReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        contact = {"contact": given["contact"]} if given["contact"] else {}
        try:
            taken = take_public_report(
                at=mechanism_now(),
                narrative=given["narrative"],
                urgency=given["urgency"],
                place_code=given["place_code"] or "000000",
                reporter=contact,
                safe_contact={"how": given["how"]} if given["how"] else {},
            )
        except ConcertedError as error:
            told(form, error)
        else:
            return _alone(render(request, "cases/public_taken.html", {"code": taken.code}))
    return _alone(render(request, "cases/public_report.html", {"form": form}))


class CodeForm(forms.Form):
    """The code that was shown once."""

    code = short(gettext_lazy("Your code"), limit=40)


@public
def standing(request: HttpRequest) -> HttpResponse:
    """How a report stands, by its code; never what it says."""
    form = CodeForm(request.POST or None)
    state = ""
    if request.method == "POST" and form.is_valid():
        try:
            state = report_standing(code=form.cleaned_data["code"], at=mechanism_now())
        except NotThere:
            form.add_error("code", _("There is no report of this code."))
    return _alone(render(request, "cases/public_standing.html", {"form": form, "state": state}))


class LetterForm(forms.Form):
    """What is printed on a letter."""

    number = short(gettext_lazy("Number of the letter"), limit=24)
    code = short(gettext_lazy("Code on the letter"), limit=40)


@public
def letter(request: HttpRequest) -> HttpResponse:
    """Whether a letter is valid; the answer is valid or not valid and nothing else."""
    form = LetterForm(request.POST or None)
    valid: bool | None = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        valid = letter_is_valid(number=given["number"], code=given["code"], at=mechanism_now())
    return _alone(render(request, "cases/public_letter.html", {"form": form, "valid": valid}))


class ReceiptForm(forms.Form):
    """The code that lies inside a package."""

    code = short(gettext_lazy("Code of receipt"), limit=40)


@public
def acknowledge(request: HttpRequest) -> HttpResponse:
    """Somebody outside says that a package has come, by the code inside it."""
    form, done = ReceiptForm(request.POST or None), False
    if request.method == "POST" and form.is_valid():
        try:
            done = acknowledge_package(code=form.cleaned_data["code"], at=mechanism_now())
        except NotThere:
            form.add_error("code", _("There is no package of this code, or it has run out."))
    return _alone(render(request, "cases/public_acknowledge.html", {"form": form, "done": done}))


def _alone(answer: HttpResponse) -> HttpResponse:
    """Say to the browser that nothing of it is kept or told onward."""
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noarchive"
    return answer
