"""The page on which a place reviews a national change field by field; nothing is taken over without its
choice."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from concerted.errors import Invalid, NotThere
from concerted.foundation.access.permissions import Permission
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.plan.acts import alignment as acts
from concerted.mechanism.plan.reads import alignment as reads
from concerted.mechanism.plan.reads.wording import agencies_by_key

from ..words import CHANGES, field_words, in_language, indicator_names, no_counterpart_words, value_words

ORDER = ("conflict", "theirs_only", "same_change", "ours_only", "unchanged")
TO_CHOOSE = ("conflict", "theirs_only")


@page(Permission.ALIGNMENT_DECIDE)
def rebase(request: Request, alignment: int) -> HttpResponse:
    """Old national, new national and local wording; a choice for each changed field, conflicts first."""
    answer = reads.answer_by_id(alignment)
    agency = request.officer.agency
    if agency is None or answer.place_code != agency.place_code:
        raise NotThere(_("There is no such answer of your place."), remedy=_("Open the page of your place."))
    comparison = reads.three_way_of(answer)
    faults: dict[str, str] = {}
    if request.method == "POST":
        try:
            said = _decide(request, answer, comparison)
        except Invalid as fault:
            faults = {problem.field: str(problem.what) for problem in fault.problems}
        else:
            messages.success(request, said)
            return redirect("alignment:answer", measure=comparison.theirs.pk)
    lines = _lines(request, comparison, faults)
    context = {
        "plan": comparison.theirs.version.plan,
        "answer": answer,
        "comparison": comparison,
        "measure": comparison.theirs,
        "changed": [line for line in lines if line["change"] in TO_CHOOSE],
        "others": [line for line in lines if line["change"] not in TO_CHOOSE],
        "faults": faults,
        "has_local": comparison.ours is not None,
        "replaced": answer.replaced_at is not None,
    }
    return render(request, "alignment/rebase.html", context)


def _decide(request: Request, answer: Any, comparison: reads.Comparison) -> str:
    posted = request.POST.get("row_version", "")
    common: dict[str, Any] = {
        "officer": request.officer,
        "at": request.at,
        "alignment": answer,
        "expected_row_version": int(posted) if posted.isdigit() else None,
    }
    if request.POST.get("step") == "keep":
        acts.keep_divergence(**common, reason=request.POST.get("reason", ""))
        return _("The difference is kept, with its reason.")
    names = [each.field for each in comparison.fields.fields if each.change in TO_CHOOSE]
    choices = {name: request.POST[f"choice.{name}"] for name in names if request.POST.get(f"choice.{name}")}
    reasons = {name: request.POST.get(f"why.{name}", "") for name in names}
    acts.rebase(**common, choices=choices, reasons=reasons)
    return _("Your choices stand; the answer now holds for the new national wording.")


def _lines(request: Request, comparison: reads.Comparison, faults: dict[str, str]) -> list[dict[str, Any]]:
    keys = {
        key
        for each in comparison.fields.fields
        if each.field in ("lead", "support")
        for side in (each.base, each.theirs, each.ours)
        if isinstance(side, tuple)
        for key in side
    }
    own = comparison.local.agencies if comparison.local else {}
    keys |= {key for parts in own.values() for key in parts}
    names = {key: in_language(one.name_en, one.name_zh) for key, one in agencies_by_key(keys).items()}

    indicators = indicator_names(comparison.indicators)

    def said(name: str, value: Any) -> str:
        return value_words(name, None if value is reads.ABSENT else value, names, indicators)

    lines = [
        {
            "field": each.field,
            "label": field_words(each.field, indicators),
            "unanswered": no_counterpart_words(comparison.unanswerable(each.field), names),
            "change": str(each.change),
            "words": CHANGES[each.change],
            "base": said(each.field, each.base),
            "theirs": said(each.field, each.theirs),
            "ours": said(each.field, own.get(each.field, each.ours)) if comparison.ours else "",
            "chosen": request.POST.get(f"choice.{each.field}", ""),
            "why": request.POST.get(
                f"why.{each.field}", comparison.answer.differs.get(each.field, {}).get("why", "")
            ),
            "fault": faults.get(each.field, ""),
        }
        for each in comparison.fields.fields
    ]
    return sorted(lines, key=lambda line: ORDER.index(line["change"]))
