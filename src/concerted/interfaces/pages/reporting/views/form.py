"""The report form with its drafts saved as typed, and the page that compares two versions of a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from concerted.errors import Invalid, NotThere
from concerted.foundation.access.permissions import Permission
from concerted.interfaces.pages.indicators.words import unit_words
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.plan.acts import reports as acts
from concerted.mechanism.plan.reads import reporting as reads

from ..words import CLAIMED, FIELDS
from .support import AskForm

TEXTS = ("narrative", "obstacles", "help_requested")
SIMPLE = ("claimed_status", *TEXTS, "evidence")
NEEDED = ("claimed_status", "narrative")


class ReportForm(forms.Form):
    """What an officer writes in a report. It refuses nothing: a draft may be incomplete."""

    use_required_attribute = False

    claimed_status = forms.ChoiceField(
        label=FIELDS["claimed_status"],
        widget=forms.RadioSelect,
        choices=list(CLAIMED.items()),
        help_text=gettext_lazy(
            "Your own judgement; it stands beside the figures and is never mixed with them."
        ),
    )
    narrative = forms.CharField(
        label=FIELDS["narrative"],
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("What your agency did under the measure, with places and numbers."),
    )
    obstacles = forms.CharField(
        label=FIELDS["obstacles"],
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text=gettext_lazy("What held it up, and who could clear it."),
    )
    help_requested = forms.CharField(
        label=FIELDS["help_requested"],
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text=gettext_lazy(
            "What you ask of the office or of others; the office finds it on its first page."
        ),
    )
    evidence = forms.CharField(
        label=FIELDS["evidence"],
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text=gettext_lazy(
            "One document a line: its title, number or where it can be seen. Needed when the measure is"
            " called done or mostly done."
        ),
    )

    def __init__(self, *args: Any, indicators: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.indicators = indicators
        for indicator in indicators:
            self.fields.update(value_fields(indicator))

    def full_clean(self) -> None:
        """Take everything as typed; errors come from the act alone."""
        self._errors = forms.utils.ErrorDict()
        self.cleaned_data: dict[str, Any] = {}

    def groups(self) -> list[dict[str, Any]]:
        """The bound fields of each indicator, for the template."""
        return [{"indicator": i, "fields": [self[name] for name in value_fields(i)]} for i in self.indicators]


def value_fields(indicator: Any) -> dict[str, forms.Field]:
    """The fields for one indicator: its number, or the reason why there is none."""
    parts = ("numerator", "denominator") if indicator.kind == "ratio" else ("value",)
    chinese = (get_language() or "").startswith("zh")
    ratio_words = {
        "numerator": (indicator.numerator_zh if chinese else "") or indicator.numerator_en or _("Numerator"),
        "denominator": (indicator.denominator_zh if chinese else "")
        or indicator.denominator_en
        or _("Denominator"),
        "value": _("Value (%(unit)s)") % {"unit": unit_words(indicator.unit)},
    }
    fields: dict[str, forms.Field] = {
        f"v.{indicator.key}.{part}": forms.CharField(
            label=ratio_words[part], widget=forms.TextInput(attrs={"inputmode": "decimal"})
        )
        for part in parts
    }
    fields[f"v.{indicator.key}.no_value"] = forms.CharField(
        label=_("No value, because"),
        required=False,
        max_length=500,
        help_text=_("Only where there is none; the reason is shown in its place."),
    )
    return fields


def typed(data: QueryDict, indicators: Sequence[Any]) -> dict[str, Any]:
    """The fields of a report as they were typed."""
    fields: dict[str, Any] = {name: data.get(name, "") for name in ("claimed_status", *TEXTS)}
    fields["evidence"] = str(data.get("evidence", "")).splitlines()
    fields["values"] = typed_values(data, indicators)
    return fields


def typed_values(data: QueryDict, indicators: Sequence[Any]) -> dict[str, dict[str, str]]:
    """The indicator values as they were typed, by indicator and part."""
    values: dict[str, dict[str, str]] = {}
    for indicator in indicators:
        for name in value_fields(indicator):
            if text := str(data.get(name, "")).strip():
                values.setdefault(indicator.key, {})[name.rsplit(".", 1)[1]] = text
    return values


def initial_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The form's values for what a report holds."""
    initial: dict[str, Any] = {name: fields.get(name, "") for name in ("claimed_status", *TEXTS)}
    initial["evidence"] = "\n".join(fields.get("evidence") or ())
    return initial | value_initial(fields.get("values") or {})


def value_initial(values: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The form's values for indicator entries."""
    return {f"v.{key}.{part}": text for key, entry in values.items() for part, text in entry.items()}


def fields_of(report: Any) -> dict[str, Any]:
    """What a report holds, by field; nothing for none."""
    return {name: getattr(report, name) for name in (*SIMPLE, "values")} if report else {}


def tell(form: forms.Form, error: Invalid) -> None:
    """Put an act's problems at the fields they are about."""
    for problem in error.problems:
        name = problem.field
        if name.startswith("values."):
            key = name.removeprefix("values.")
            name = next((each for each in form.fields if each.startswith(f"v.{key}.")), "")
        words = " ".join(str(part) for part in (problem.what, problem.remedy) if part)
        form.add_error(name if name in form.fields else None, words)


@dataclass(frozen=True)
class Desk:
    """What lies on the officer's desk: the measure, the period, and the report so far."""

    measure: Any
    period: Any
    report: Any
    indicators: Sequence[Any]


def _desk(request: Request, measure: int, period: int) -> Desk:
    found, span = reads.measure_by_id(measure), reads.period_by_id(period)
    agency_id = request.officer.agency_id
    if found is None or span is None or found.version.plan_id != span.plan_id:
        raise NotThere(_("There is no such measure or period."))
    owed = reads.report_obligation(measure_id=found.pk, period_key=span.key, agency_id=agency_id)
    if owed is None and not reads.is_lead(measure=found, agency_id=agency_id, period=span):
        raise NotThere(
            _("Your agency does not lead this measure in this period."),
            remedy=_("Supporting agencies answer the lead's request instead."),
        )
    report = reads.working_report(measure=found, period=span, agency_id=agency_id)
    worded = report.measure_id if report else owed.subject_id if owed else found.pk
    if worded != found.pk:
        found = reads.measure_by_id(worded) or found
    return Desk(found, span, report, reads.indicators_of(found))


def _version(text: str) -> int | None:
    digits = text.strip().removeprefix("W/").strip('"')
    return int(digits) if digits.isdigit() else None


@page(Permission.REPORT_WRITE)
def form(request: Request, measure: int, period: int) -> HttpResponse:
    """Write, save and submit the report of the officer's agency."""
    desk = _desk(request, measure, period)
    if desk.report and desk.report.state not in ("draft", "returned"):
        return redirect("reporting:report", pk=desk.report.pk)
    if request.method != "POST":
        shown = ReportForm(initial=initial_of(fields_of(desk.report)), indicators=desk.indicators)
        return _show(request, desk, shown)
    return _save(request, desk)


def _save(request: Request, desk: Desk) -> HttpResponse:
    shown = ReportForm(request.POST, indicators=desk.indicators)
    fields = typed(request.POST, desk.indicators)
    try:
        report = acts.save_draft(
            officer=request.officer,
            at=request.at,
            measure=desk.measure,
            period=desk.period,
            fields=fields,
            expected_row_version=_version(request.POST.get("row_version", "")),
        )
    except acts.StaleReport as stale:
        return _compare(request, desk, stale.written, stale.standing)
    except Invalid as error:
        tell(shown, error)
        return _show(request, desk, shown, status=400)
    if "submit" not in request.POST:
        messages.success(request, _("Draft saved."))
        return redirect("reporting:form", measure=desk.measure.pk, period=desk.period.pk)
    try:
        acts.submit(officer=request.officer, at=request.at, report=report)
    except Invalid as error:
        tell(shown, error)
        return _show(request, Desk(desk.measure, desk.period, report, desk.indicators), shown, status=400)
    messages.success(request, _("The report was submitted."))
    return redirect("reporting:report", pk=report.pk)


def _show(request: Request, desk: Desk, shown: ReportForm, *, status: int = 200) -> HttpResponse:
    agency_id = request.officer.agency_id
    before = reads.previous_report((desk.measure, desk.period, agency_id))
    requests = reads.support_for(measure=desk.measure, period=desk.period)
    asked = {r.asked_id for r in requests if r.state != "withdrawn"}
    supporters = reads.supporters_of(measure=desk.measure, on=desk.period.ends)
    unasked = [agency for agency in supporters if agency.pk not in asked]
    context = {
        "form": shown,
        "measure": desk.measure,
        "period": desk.period,
        "report": desk.report,
        "before": before,
        "before_period": reads.previous_period(desk.period),
        "before_values": before.values if before else {},
        "returns": reads.standing_returns(desk.report) if desk.report else [],
        "owed": reads.report_obligation(
            measure_id=desk.measure.pk, period_key=desk.period.key, agency_id=agency_id
        ),
        "locked": reads.is_locked(period=desk.period, agency_id=agency_id, on=request.at.date()),
        "support": [r for r in requests if r.lead_id == agency_id],
        "ask": AskForm(agencies=unasked) if unasked else None,
        "words": FIELDS,
        "autosave": reverse("reporting:autosave", args=[desk.measure.pk, desk.period.pk]),
        "compare": reverse("reporting:compare", args=[desk.measure.pk, desk.period.pk]),
    }
    return render(request, "reporting/form.html", context, status=status)


@page(Permission.REPORT_WRITE)
def autosave(request: Request, measure: int, period: int) -> HttpResponse:
    """Keep what is typed, for the script; a stale save is kept aside for the comparison."""
    if request.method != "POST":
        return redirect("reporting:form", measure=measure, period=period)
    desk = _desk(request, measure, period)
    expected = request.headers.get("If-Match") or request.POST.get("row_version", "")
    fields = typed(request.POST, desk.indicators)
    try:
        report = acts.save_draft(
            officer=request.officer,
            at=request.at,
            measure=desk.measure,
            period=desk.period,
            fields=fields,
            expected_row_version=_version(expected),
        )
    except acts.StaleReport as stale:
        request.session[_aside(desk)] = stale.written
        return JsonResponse({"compare": reverse("reporting:compare", args=[measure, period])}, status=412)
    except Invalid as error:
        return JsonResponse({"problems": [str(p.what) for p in error.problems]}, status=400)
    return JsonResponse({"saved": report.row_version}, headers={"ETag": f'"{report.row_version}"'})


def _aside(desk: Desk) -> str:
    return f"stale-report-{desk.measure.pk}-{desk.period.pk}"


@page(Permission.REPORT_WRITE)
def compare(request: Request, measure: int, period: int) -> HttpResponse:
    """What you wrote beside what stands now; POST takes the choice made for each field."""
    desk = _desk(request, measure, period)
    if desk.report is None:
        return redirect("reporting:form", measure=measure, period=period)
    if request.method != "POST":
        return _compare(
            request, desk, request.session.get(_aside(desk)) or fields_of(desk.report), desk.report
        )
    mine, standing = typed(request.POST, desk.indicators), fields_of(desk.report)
    chosen = {name: mine[name] for name in SIMPLE if request.POST.get(f"keep.{name}") == "mine"}
    chosen["values"] = dict(standing["values"])
    for indicator in desk.indicators:
        if request.POST.get(f"keep.{indicator.key}") == "mine":
            chosen["values"][indicator.key] = mine["values"].get(indicator.key, {})
    try:
        acts.save_draft(
            officer=request.officer,
            at=request.at,
            measure=desk.measure,
            period=desk.period,
            fields=chosen,
            expected_row_version=_version(request.POST.get("row_version", "")),
        )
    except acts.StaleReport as stale:
        return _compare(request, desk, mine, stale.standing)
    request.session.pop(_aside(desk), None)
    messages.success(request, _("The draft holds what you chose."))
    return redirect("reporting:form", measure=measure, period=period)


def _compare(request: Request, desk: Desk, mine: Mapping[str, Any], standing: Any) -> HttpResponse:
    context = {
        "measure": desk.measure,
        "period": desk.period,
        "standing": standing,
        "rows": _rows(mine, fields_of(standing), desk.indicators),
        "hidden": sorted(initial_of(mine).items()),
        "action": reverse("reporting:compare", args=[desk.measure.pk, desk.period.pk]),
    }
    return render(request, "reporting/stale.html", context, status=412)


def _rows(
    mine: Mapping[str, Any], theirs: Mapping[str, Any], indicators: Sequence[Any]
) -> list[dict[str, Any]]:
    rows = [(name, FIELDS[name], _shown(name, mine), _shown(name, theirs)) for name in SIMPLE]
    chinese = (get_language() or "").startswith("zh")
    for i in indicators:
        label = (i.name_zh if chinese else "") or i.name_en
        rows.append(
            (i.key, label, *(_entry((side.get("values") or {}).get(i.key)) for side in (mine, theirs)))
        )
    return [
        {"name": name, "label": label, "mine": a, "theirs": b, "differs": a != b}
        for name, label, a, b in rows
    ]


def _shown(name: str, fields: Mapping[str, Any]) -> str:
    value = fields.get(name) or ""
    if name == "claimed_status":
        return str(CLAIMED.get(value, value))
    return "\n".join(value) if name == "evidence" else str(value)


def _entry(entry: Mapping[str, Any] | None) -> str:
    if not entry:
        return ""
    if entry.get("no_value"):
        return _("No value, because") + ": " + str(entry["no_value"])
    return " / ".join(str(entry[part]) for part in ("value", "numerator", "denominator") if part in entry)
