"""Pages for whoever does not sign in: report, ask how it stands, check a letter; they keep no trace of the reader."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from concerted.errors import ConcertedError, Conflict, NotThere
from concerted.foundation.access.pace import is_too_many
from concerted.foundation.access.reads import mechanism_now
from concerted.interfaces.pages.once import FIELD
from concerted.interfaces.pages.route import public
from concerted.mechanism.cases.acts.packages import acknowledge_package
from concerted.mechanism.cases.acts.reports import take_public_report
from concerted.mechanism.cases.reads.assistance import letter_is_valid
from concerted.mechanism.cases.reads.reports import report_standing

from .. import told_places
from ..doing import told
from ..fields import code, explained, long, place, provinces, short
from ..words import DANGER
from .intake import FACT, add_facts, facts_of


class PublicReportForm(forms.Form):
    """What somebody wants to tell; only the words themselves are needed."""

    narrative = explained(
        long(
            gettext_lazy("What happened, or what worries you?"),
            rows=8,
            help=gettext_lazy("Where, when and who, as far as you know. You need not say who you are."),
        ),
        gettext_lazy(
            "You need not prove anything. A road, a colour, a number plate, a name somebody was called by "
            "can be enough. Do not go there yourself and do not ask the people there."
        ),
    )
    urgency = code(
        gettext_lazy("Is somebody in danger?"),
        DANGER,
        initial="routine",
        help=gettext_lazy(
            "It decides how soon somebody looks at your words. If life is in danger, call the police as well."
        ),
    )
    place_code = place(
        gettext_lazy("In which province?"),
        empty=gettext_lazy("I do not know, or do not want to say"),
        required=False,
        help=gettext_lazy("It says which office gets your words. A province is enough."),
    )
    finer = forms.ChoiceField(
        label=gettext_lazy("In which city, county or district?"),
        required=False,
        help_text=gettext_lazy(
            "The office nearest to it gets your words. Leave it open if you are not sure."
        ),
    )
    place_told = short(
        gettext_lazy("The place in your own words"),
        required=False,
        help=gettext_lazy(
            "A village, a street, a shop, a road sign, whatever you know. It need not be in any list."
        ),
    )
    contact = short(
        gettext_lazy("How may we reach you?"),
        required=False,
        help=gettext_lazy("Only if we may ask you something. You need not give it."),
    )
    how = short(
        gettext_lazy("When and how is it safe to reach you?"),
        required=False,
        help=gettext_lazy("If it is not safe, leave both empty."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_facts(self, plainly=True)
        self._offer_places()

    def _offer_places(self) -> None:
        """Give the finer places to choose from: those of the province, else those the words may mean."""
        province, finer, words = (self._so_far(name) for name in ("place_code", "finer", "place_told"))
        listed: list[Any] = []
        if province in dict(provinces()):
            listed = list(told_places.places_of(province))
        elif words:
            listed = told_places.meant_by(words)
        self.is_offering = bool(listed)
        flat = {key for each in listed for key in ([each[0]] if isinstance(each[1], str) else dict(each[1]))}
        self.elsewhere = "" if finer in flat else finer
        if self.elsewhere and self.is_bound:
            self.data = {**{key: self.data.get(key) for key in self.data}, "finer": ""}
        field = self.fields["finer"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("I do not know, or do not want to say")), *listed]

    def _so_far(self, name: str) -> str:
        given = self.data.get(name) if self.is_bound else self.initial.get(name)
        return str(given or "").strip()[:200]

    def place(self) -> dict[str, Any]:
        """Where it is, as the act takes it: the finest place that was chosen or read, and the words as told.

        A place chosen from the list of a province that was changed afterwards goes with the words.
        """
        given = self.cleaned_data
        words = "; ".join(
            filter(
                None,
                (given["place_told"].strip(), told_places.words_of([self.elsewhere]).get(self.elsewhere)),
            )
        )
        code = given["finer"] or given["place_code"]
        read = (
            "" if given["finer"] else told_places.read_in(given["place_told"], province=given["place_code"])
        )
        return {
            "place_code": read or code or "000000",
            "place_told": words,
            "is_place_read": bool(read) and read != code,
        }

    def first(self) -> list[BoundField]:
        """What happened and how urgent it is."""
        return [self[name] for name in ("narrative", "urgency")]

    def plain(self) -> list[BoundField]:
        """The facts from which it is computed whether police must act at once."""
        return [self[name] for name in self.fields if name.startswith(FACT)]

    def reach(self) -> list[BoundField]:
        """How to reach whoever reports."""
        return [self["contact"], self["how"]]


def for_everybody(view: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """A public page that leaves nothing behind: no cookie, no referrer, nothing kept; the language is in the address.

    Without a cookie there is no token against forged posts: whoever posts here acts for nobody, so none is forged.
    """

    @csrf_exempt
    @functools.wraps(view)
    def alone(request: HttpRequest) -> HttpResponse:
        asked = request.POST.get("to_lang") or request.POST.get("lang") or request.GET.get("lang") or ""
        known = dict(settings.LANGUAGES)
        with translation.override(asked if asked in known else translation.get_language()):
            answer = view(request)
        answer["Cache-Control"] = "no-store"
        answer["Referrer-Policy"] = "no-referrer"
        answer["X-Robots-Tag"] = "noarchive"
        return answer

    return public(alone)


def _shown(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    language = translation.get_language()
    return render(request, template, {"languages": settings.LANGUAGES, "language": language, **context})


@for_everybody
def report(request: HttpRequest) -> HttpResponse:
    """Take a report from anybody; the answer shows a code once, and nothing else.

    Before it is sent the page may be asked for the places of a province or for its other language: it comes back
    with everything typed, which is posted and never stands in an address.
    """
    if request.method == "POST" and any(name in request.POST for name in ("show", "to_lang")):
        form = PublicReportForm(initial=request.POST.dict())
        return _shown(request, "cases/public_report.html", form=form, asked="show" in request.POST)
    form = PublicReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        contact = {"contact": given["contact"]} if given["contact"] else {}
        try:
            if is_too_many(request, is_emergency=given["urgency"] == "emergency"):
                raise Conflict(
                    _(
                        "Many reports came from your connection within a few minutes: this one is not taken yet."
                    ),
                    remedy=_(
                        "What you wrote is still below. Send it again in ten minutes, or call the police now: 110."
                    ),
                )
            taken = take_public_report(
                at=mechanism_now(),
                narrative=given["narrative"],
                urgency=given["urgency"],
                **form.place(),
                reporter=contact,
                safe_contact={"how": given["how"]} if given["how"] else {},
                facts=facts_of(given),
                once=_drawn(request),
            )
        except ConcertedError as error:
            told(form, error)
        else:
            return _shown(request, "cases/public_taken.html", code=taken.code)
    return _shown(request, "cases/public_report.html", form=form)


def _drawn(request: HttpRequest) -> str:
    """What was drawn for this form, with all that was sent: a second press is the same, a changed text is not."""
    key = request.POST.get(FIELD, "")
    sent = [one for one in sorted(request.POST.lists()) if one[0] not in (FIELD, "lang")]
    return f"{key} {sent!r}" if key else ""


class CodeForm(forms.Form):
    """The code that was shown once."""

    code = short(
        gettext_lazy("Your code"),
        limit=40,
        help=gettext_lazy(
            "It was shown once after you sent your report; capitals and hyphens do not matter."
        ),
    )


@for_everybody
def standing(request: HttpRequest) -> HttpResponse:
    """How a report stands, by its code; never what it says."""
    form = CodeForm(request.POST or None)
    state = ""
    if request.method == "POST" and form.is_valid():
        try:
            state = report_standing(code=form.cleaned_data["code"], at=mechanism_now())
        except NotThere:
            form.add_error("code", _("There is no report of this code."))
    return _shown(request, "cases/public_standing.html", form=form, state=state)


class LetterForm(forms.Form):
    """What is printed on a letter."""

    number = short(
        gettext_lazy("Number of the letter"),
        limit=24,
        help=gettext_lazy("It stands at the top of the letter, with the year first."),
    )
    code = short(
        gettext_lazy("Code on the letter"),
        limit=40,
        help=gettext_lazy("It stands below the number; it proves that you hold the letter."),
    )


@for_everybody
def letter(request: HttpRequest) -> HttpResponse:
    """Whether a letter is valid; the answer is valid or not valid and nothing else."""
    form = LetterForm(request.POST or None)
    valid: bool | None = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        valid = letter_is_valid(number=given["number"], code=given["code"], at=mechanism_now())
    return _shown(request, "cases/public_letter.html", form=form, valid=valid)


class ReceiptForm(forms.Form):
    """The code that lies inside a package."""

    code = short(
        gettext_lazy("Code of receipt"),
        limit=40,
        help=gettext_lazy("It lies inside the package, on the last line of the referral."),
    )


@for_everybody
def acknowledge(request: HttpRequest) -> HttpResponse:
    """Somebody outside says that a package has come, by the code inside it."""
    form, done = ReceiptForm(request.POST or None), False
    if request.method == "POST" and form.is_valid():
        try:
            done = acknowledge_package(code=form.cleaned_data["code"], at=mechanism_now())
        except NotThere:
            form.add_error("code", _("There is no package of this code, or it has run out."))
    return _shown(request, "cases/public_acknowledge.html", form=form, done=done)
