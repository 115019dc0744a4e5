"""Help for a person: assessments, the plan and its agreement, services, entitlements and their letters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.interfaces.exchange.letters import letter_as_docx, letter_as_pdf, letter_of
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.cases import codes
from concerted.mechanism.cases.acts import assistance as acts
from concerted.mechanism.cases.acts import entitlements as entitlement_acts
from concerted.mechanism.cases.reads.assistance import assistance_of

from ..doing import as_file, case_of, form_page, who
from ..fields import code, day, long, short
from ..words import RISKS, SERVICE_ENDS

NEED = "need_"


_NEED_HELP = {
    "safety": gettext_lazy("Who threatens the person, and whether the place is known to them."),
    "shelter": gettext_lazy("Whether the person has a safe bed tonight and next week."),
    "food_and_clothing": gettext_lazy("What is needed today, children's things included."),
    "health": gettext_lazy("Pain, wounds, pregnancy, medicine that runs out."),
    "mental_health": gettext_lazy("Sleep, fear, risk to self; ask it plainly."),
    "legal": gettext_lazy("Accusations, claims for damages, a lawyer."),
    "papers": gettext_lazy("Identity card, household registration, permission to stay."),
    "family": gettext_lazy("Who should be told, who must not, and where the children are."),
    "education": gettext_lazy("School or training broken off, and the wish to go on."),
    "livelihood": gettext_lazy("How the person will live without who exploited her."),
    "language": gettext_lazy("Which language, dialect or sign language, and who interprets."),
}


class AssessmentForm(forms.Form):
    """An assessment; no need has to be answered."""

    kind = code(
        gettext_lazy("Kind of assessment"),
        codes.ASSESSMENTS,
        help=gettext_lazy(
            "It tells colleagues what was looked at; a child's best interests and the risk on return are "
            "assessed apart."
        ),
    )
    level = code(
        gettext_lazy("Risk"),
        RISKS,
        help=gettext_lazy(
            "How likely harm is now, in your judgement; it orders lists and can keep a case from being "
            "closed."
        ),
    )
    findings = long(
        gettext_lazy("What it found"),
        required=False,
        help=gettext_lazy(
            "What you saw and heard, apart from what you conclude; agencies given the assessments read it."
        ),
    )
    wishes = long(
        gettext_lazy("What the person wishes"),
        required=False,
        help=gettext_lazy("In the person's own words, because help against her wishes fails."),
    )
    next_due = day(
        gettext_lazy("Assess again on"),
        required=False,
        help=gettext_lazy(
            "The day on which My work reminds your agency; leave it empty if nothing has to be looked at "
            "again."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, label in codes.NEEDS.items():
            self.fields[NEED + key] = forms.ChoiceField(
                label=str(label),
                choices=[("", "–"), *codes.NEED_LEVELS.items()],
                help_text=_NEED_HELP[key],
                required=False,
            )


@page(Permission.ASSISTANCE_EDIT)
def assess(request: Request, pk: int) -> HttpResponse:
    """Write down an assessment."""
    case = case_of(request, pk)

    def do(given: Any) -> None:
        needs = {key.removeprefix(NEED): given.pop(key) for key in list(given) if key.startswith(NEED)}
        acts.assess(**who(request), case=case, needs={k: v for k, v in needs.items() if v}, **given)

    return _form(request, pk, AssessmentForm(request.POST or None), do, _("Write an assessment"))


class PlanForm(forms.Form):
    """A plan of support."""

    summary = long(
        gettext_lazy("What the plan is about"),
        help=gettext_lazy(
            "What is to become better, in two or three sentences the person herself would agree to."
        ),
    )
    goals = long(
        gettext_lazy("Goals"),
        required=False,
        help=gettext_lazy("One a line, each so plain that the person can say whether it is reached."),
    )
    review_on = day(
        gettext_lazy("Review on"),
        required=False,
        help=gettext_lazy("The day on which you look with the person whether the plan still fits."),
    )


@page(Permission.ASSISTANCE_EDIT)
def plan(request: Request, pk: int) -> HttpResponse:
    """Write a plan of support."""
    case = case_of(request, pk)

    def do(given: Any) -> None:
        lines = [line.strip() for line in given.pop("goals").splitlines() if line.strip()]
        acts.write_plan(**who(request), case=case, goals=dict(enumerate(lines, start=1)), **given)

    return _form(request, pk, PlanForm(request.POST or None), do, _("Write a support plan"))


class AgreedForm(forms.Form):
    """How the person agreed."""

    agreed_how = long(
        gettext_lazy("How the person agreed"), help=gettext_lazy("In which language, with whose help.")
    )


@page(Permission.ASSISTANCE_EDIT)
def agree(request: Request, pk: int, which: int) -> HttpResponse:
    """Record that the person agrees to the plan."""
    case = case_of(request, pk)
    found = one_of(assistance_of(**who(request), case=case).plans, which)

    def do(given: Any) -> None:
        acts.agree_plan(**who(request), plan=found, row_version=found.row_version, **given)

    return _form(request, pk, AgreedForm(request.POST or None), do, _("The person agrees to the plan"))


class ServiceForm(forms.Form):
    """A service by the officer's own agency."""

    kind = code(
        gettext_lazy("Service"),
        codes.SERVICES,
        help=gettext_lazy(
            "What your agency will do itself; it is found in lists and counted under this word."
        ),
    )
    need = long(
        gettext_lazy("Which need it meets"),
        required=False,
        rows=2,
        help=gettext_lazy("The need from the assessment, so that others see why it is done."),
    )
    planned_from = day(
        pgettext_lazy("first day", "From"),
        required=False,
        help=gettext_lazy("The first day, if it is known; an empty day means as soon as possible."),
    )
    planned_until = day(
        pgettext_lazy("last day", "Until"), required=False, help=gettext_lazy("The last day, if it is known.")
    )


@page(Permission.ASSISTANCE_EDIT)
def service(request: Request, pk: int) -> HttpResponse:
    """Plan a service; another agency is asked by a referral."""
    case = case_of(request, pk)
    return _form(
        request,
        pk,
        ServiceForm(request.POST or None),
        lambda given: acts.plan_service(**who(request), case=case, **given),
        _("Plan a service"),
        lede=_("By your own agency. Another agency is asked by a referral."),
    )


class DoneForm(forms.Form):
    """How far a service is."""

    state = code(
        gettext_lazy("State"),
        SERVICE_ENDS,
        help=gettext_lazy("How far the service is today; done and not done end it."),
    )
    on = day(gettext_lazy("On"), help=gettext_lazy("The day it began or ended, not the day you write."))
    outcome = code(
        gettext_lazy("How it ended"),
        codes.OUTCOMES,
        empty=gettext_lazy("Not ended"),
        help=gettext_lazy("Say it when the service has ended; it tells whether help of this kind works."),
    )
    note = long(
        gettext_lazy("Note"),
        required=False,
        rows=2,
        help=gettext_lazy("What a colleague who takes over must know; no name of another person."),
    )


@page(Permission.ASSISTANCE_EDIT)
def served(request: Request, pk: int, which: int) -> HttpResponse:
    """Record that a service has begun, was done or not done."""
    case = case_of(request, pk)
    found = one_of(assistance_of(**who(request), case=case).services, which)

    def do(given: Any) -> None:
        acts.record_service(**who(request), service=found, row_version=found.row_version, **given)

    initial = {"on": timezone.localdate(request.at)}
    return _form(
        request,
        pk,
        DoneForm(request.POST or None, initial=initial),
        do,
        _("Record the service"),
        lede=str(codes.SERVICES.get(found.kind, found.kind)),
    )


class EntitlementForm(forms.Form):
    """What is asked for."""

    kind = code(
        gettext_lazy("Entitlement"),
        codes.ENTITLEMENTS,
        help=gettext_lazy(
            "What the person is to be given; a letter about it can be issued when it is granted."
        ),
    )
    since = day(
        pgettext_lazy("first day", "From"),
        required=False,
        help=gettext_lazy("The first day you ask for; the supervisor may set another."),
    )
    until = day(
        pgettext_lazy("last day", "Until"),
        required=False,
        help=gettext_lazy("The last day you ask for; empty where it has no end."),
    )
    note = long(
        gettext_lazy("Note"),
        required=False,
        rows=2,
        help=gettext_lazy("Why the person has a claim to it; the supervisor reads it before deciding."),
    )


@page(Permission.ASSISTANCE_EDIT)
def entitlement(request: Request, pk: int) -> HttpResponse:
    """Ask within the agency for an entitlement; a supervisor decides."""
    case = case_of(request, pk)
    return _form(
        request,
        pk,
        EntitlementForm(request.POST or None),
        lambda given: entitlement_acts.request_entitlement(**who(request), case=case, **given),
        _("Ask for an entitlement"),
        lede=_("A supervisor who did not ask for it decides."),
    )


class DecisionForm(forms.Form):
    """From when until when; or, to refuse, the reason."""

    since = day(
        pgettext_lazy("first day", "From"),
        help=gettext_lazy("The day from which it holds; it stands on every letter."),
    )
    until = day(
        pgettext_lazy("last day", "Until"),
        required=False,
        help=gettext_lazy("The last day; after it letters answer that they are not valid."),
    )
    reason = long(
        gettext_lazy("Reason, where it is refused"),
        required=False,
        help=gettext_lazy("The person may ask why; write it so that it can be told."),
    )


@page(Permission.ENTITLEMENT_GRANT)
def decide_entitlement(request: Request, pk: int, which: int) -> HttpResponse:
    """Grant or refuse what somebody else asked for."""
    case = case_of(request, pk)
    found = one_of(assistance_of(**who(request), case=case).entitlements, which)

    def do(given: Any) -> None:
        now = {**who(request), "entitlement": found}
        if request.POST.get("refuse"):
            entitlement_acts.refuse_entitlement(**now, reason=given["reason"])
        else:
            entitlement_acts.grant_entitlement(**now, since=given["since"], until=given["until"])

    initial = {"since": found.since or timezone.localdate(request.at), "until": found.until}
    return _form(
        request,
        pk,
        DecisionForm(request.POST or None, initial=initial),
        do,
        _("Decide on the entitlement"),
        lede=str(codes.ENTITLEMENTS.get(found.kind, found.kind)),
        button=_("Grant"),
        refuse=_("Refuse"),
    )


class LetterForm(forms.Form):
    """Of which kind the letter is, and for whom."""

    holder = short(
        gettext_lazy("Name or sign the person goes by"),
        help=gettext_lazy(
            "It stands on the letter and is not kept here. Where the person lives never stands on it."
        ),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=[("zh-hans", "中文"), ("en", "English")],
        help_text=gettext_lazy("The language of whoever will read the letter at a counter."),
    )
    form = forms.ChoiceField(
        label=gettext_lazy("File"),
        choices=[("pdf", "PDF"), ("docx", "DOCX")],
        help_text=gettext_lazy("PDF to hand over or print; DOCX where another office must add to it."),
    )


@page(Permission.ENTITLEMENT_GRANT)
def letter(request: Request, pk: int, which: int) -> HttpResponse:
    """Issue a letter on a granted entitlement and hand it over as a file; its code stands on it alone."""
    case = case_of(request, pk)
    found = one_of(assistance_of(**who(request), case=case).entitlements, which)

    def do(given: Any) -> HttpResponse:
        issued = entitlement_acts.issue_letter(**who(request), entitlement=found, language=given["language"])
        return as_letter(request, issued, given)

    return _form(request, pk, LetterForm(request.POST or None), do, _("Issue a letter"), button=_("Issue"))


def as_letter(request: Request, issued: entitlement_acts.Issued, given: Mapping[str, Any]) -> HttpResponse:
    """The letter as the file that was asked for; its code stands on it alone."""
    address = request.build_absolute_uri(reverse("tell:letter"))
    made = letter_of(issued, holder=given["holder"], verify_at=address)
    name = f"letter-{issued.letter.number}.{given['form']}"
    if given["form"] == "pdf":
        return as_file(letter_as_pdf(made), name, "application/pdf")
    return as_file(letter_as_docx(made), name, DOCX)


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def one_of(rows: Iterable[tuple[Any, Any]], pk: int) -> Any:
    """The row of this number among rows with their words. Raises NotThere."""
    found = next((row for row, _words in rows if row.pk == pk), None)
    if found is None:
        raise NotThere(_("There is no such thing, or it is not open to your agency."))
    return found


def _form(
    request: Request,
    pk: int,
    form: forms.Form,
    do: Any,
    title: str,
    *,
    lede: str = "",
    button: str = "",
    refuse: str = "",
) -> HttpResponse:
    return form_page(
        request,
        form,
        do,
        title=title,
        lede=lede,
        button=button or _("Save"),
        back=reverse("cases:case", args=[pk]) + "#help",
        done=_("It was saved."),
        context={"refuse": refuse},
    )
