"""Minutes: drafted, circulated, amended side by side, adopted, final and verified; no word is changed here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from concerted.errors import NotThere, Stale
from concerted.foundation.access.permissions import Permission
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.interfaces.pages.writing import take, write
from concerted.mechanism.meetings.acts import amendments as amend_acts
from concerted.mechanism.meetings.acts import minutes as acts
from concerted.mechanism.meetings.reads import actions as action_reads
from concerted.mechanism.meetings.reads import attendance, register
from concerted.mechanism.meetings.reads import calendar as calendar_reads
from concerted.mechanism.meetings.reads import minutes as reads
from concerted.mechanism.meetings.reads import papers as papers_reads

from .. import forms, words
from .common import acting_facts, may, meeting_of, own_tabs, today_of, version_of

P = Permission
#: How long members usually have to amend; the form proposes it.
USUAL_DAYS = 30


def _to(meeting: Any) -> str:
    return reverse("meetings:minutes", args=[meeting.key])


@page(P.MEETING_READ)
def page_of(request: Request, key: str) -> HttpResponse:
    """The minutes as the officer may see them, with what may be done next."""
    found = meeting_of(request, key)
    facts = acting_facts(request)
    try:
        shown = reads.minutes_page(**facts, meeting=found)
    except NotThere:
        context = {"tabs": own_tabs(request, found, "minutes"), "meeting": found}
        return render(request, "meetings/no_minutes.html", context)
    minutes = shown.minutes
    keeps = may(request, P.MINUTES_WRITE, minutes)
    by_item: dict[int | None, list[Any]] = {}
    for decision in shown.decisions:
        by_item.setdefault(decision.item_id, []).append(decision)
    sections = [(section, by_item.pop(section.item_id, [])) for section in shown.sections]
    context = {
        "tabs": own_tabs(request, found, "minutes"),
        "meeting": found,
        "page": shown,
        "minutes": minutes,
        "sections": sections,
        "of_no_section": [decision for group in by_item.values() for decision in group],
        "amendments": [_amendment(request, line) for line in shown.amendments],
        "seats": _attended(found),
        "keeps": keeps,
        "is_draft": minutes.state == "draft",
        "may_draft": keeps and minutes.state == "draft",
        "may_circulate": keeps and minutes.state == "draft" and found.state == "closed" and sections,
        "may_take_back": keeps and minutes.state == "circulated",
        "adopting": _adopting(request, minutes) if keeps and minutes.state == "circulated" else [],
        "may_finish": keeps and minutes.state == "adopted",
        "may_amend": _may_amend(request, minutes),
        "papers": [p for p in papers_reads.papers_of(**facts, meeting=found) if p.kind == "minutes"],
        "may_print": may(request, P.PAPER_MAKE, minutes),
    }
    return render(request, "meetings/minutes.html", context)


def _attended(meeting: Any) -> list[tuple[str, list[Any]]]:
    """The seats by how they were taken, in the order of the words for it."""
    seats = attendance.seats_of(meeting)
    groups = [(key, [seat for seat in seats if seat.attendance == key]) for key in words.ATTENDANCE]
    return [(key, group) for key, group in groups if group]


def _adopting(request: Request, minutes: Any) -> list[Any]:
    """The meetings that sit now and may adopt these minutes."""
    wanted = calendar_reads.CalendarFilter(series=minutes.meeting.series.key, state="in_session")
    rows = calendar_reads.meetings(**acting_facts(request), wanted=wanted)
    return [row for row in rows if row.held_on > minutes.meeting.held_on]


def _may_amend(request: Request, minutes: Any) -> bool:
    if minutes.state != "circulated" or not may(request, P.AMENDMENT_PROPOSE, minutes):
        return False
    return minutes.amend_until is None or today_of(request) <= minutes.amend_until


def _amendment(request: Request, line: reads.AmendmentLine) -> dict[str, Any]:
    one = line.amendment
    waits = one.state == "proposed"
    own = waits and one.agency_id == request.officer.agency_id and _may_amend(request, one.minutes)
    return {
        "line": line,
        "one": one,
        "may_answer": waits and may(request, P.AMENDMENT_ANSWER, one),
        "own": own,
        "part": in_language(line.part, "title" if one.section_id else "text") if line.part else "",
    }


@page(P.MINUTES_WRITE)
def draft(request: Request, key: str) -> HttpResponse:
    """Lay out the sections from items and notes; what stands is kept."""
    found = meeting_of(request, key)
    return take(
        request,
        lambda: acts.draft_minutes(
            **acting_facts(request), minutes=reads.minutes_of(**acting_facts(request), meeting=found)
        ),
        done=_("The minutes are drafted from the notes."),
        to=_to(found),
    )


@page(P.MINUTES_WRITE)
def section(request: Request, pk: int) -> HttpResponse:
    """Write one section; also where the script saves it as it is typed, and where two versions are compared."""
    found = reads.section_by_id(**acting_facts(request), pk=pk)
    if request.headers.get("X-Requested-With") == "autosave" and request.method == "POST":
        return _autosaved(request, found)
    names = ("title_en", "title_zh", "text_en", "text_zh", "for_members_only", "row_version")
    typed = request.session.pop(_aside(pk), None) if request.method != "POST" else None
    initial = {name: getattr(found, name) for name in names} | (typed or {})
    form = forms.SectionForm(request.POST or None, initial=initial)
    return write(
        request,
        form,
        act=lambda given: _edit(request, found, given, given["row_version"] or 0),
        title=_("Write the section"),
        lede=in_language(found, "title"),
        button=_("Keep the section"),
        done=_("The section is kept."),
        to=f"{_to(found.minutes.meeting)}#section-{pk}",
        standing=lambda: _text_now(request, pk),
        quotes={_("What somebody else saved; below stands what you typed"): _text_now(request, pk)}
        if typed
        else None,
    )


def _aside(pk: int) -> str:
    return f"section-{pk}"


def _text_now(request: Request, pk: int) -> str:
    now = reads.section_by_id(**acting_facts(request), pk=pk)
    return "\n\n".join(part for part in (now.text_en, now.text_zh) if part)


def _edit(request: Request, found: Any, given: Mapping[str, Any], version: int) -> Any:
    said = {name: value for name, value in given.items() if name != "row_version"}
    return acts.edit_section(**acting_facts(request), section=found, expected_row_version=version, **said)


def _autosaved(request: Request, found: Any) -> HttpResponse:
    form = forms.SectionForm(request.POST)
    if not form.is_valid():
        return JsonResponse({}, status=400)
    sent = request.headers.get("If-Match") or request.POST.get("row_version", "")
    try:
        kept = _edit(request, found, form.cleaned_data, version_of(sent))
    except Stale:
        typed = {name: form.cleaned_data[name] for name in ("title_en", "title_zh", "text_en", "text_zh")}
        request.session[_aside(found.pk)] = typed
        return JsonResponse({"compare": reverse("meetings:section", args=[found.pk])}, status=412)
    answer = JsonResponse({})
    answer["ETag"] = f'"{kept.row_version}"'
    return answer


@page(P.MINUTES_CIRCULATE)
def circulate(request: Request, key: str) -> HttpResponse:
    """Send the draft to the members."""
    found = meeting_of(request, key)
    until = today_of(request) + timedelta(days=USUAL_DAYS)
    return write(
        request,
        forms.CirculateForm(request.POST or None, initial={"amend_until": until}),
        act=lambda given: acts.circulate(
            **acting_facts(request),
            minutes=reads.minutes_of(**acting_facts(request), meeting=found),
            **given,
        ),
        title=_("Circulate the minutes"),
        lede=_("Members read them and may propose amendments until that day; the wording then stands still."),
        button=_("Circulate"),
        done=_("The minutes are circulated."),
        to=_to(found),
    )


@page(P.MINUTES_CIRCULATE)
def take_back(request: Request, key: str) -> HttpResponse:
    """Make circulated minutes a draft again."""
    found = meeting_of(request, key)
    return write(
        request,
        forms.ReasonForm(request.POST or None),
        act=lambda given: acts.take_back(
            **acting_facts(request),
            minutes=reads.minutes_of(**acting_facts(request), meeting=found),
            **given,
        ),
        title=_("Take the minutes back"),
        button=_("Take them back"),
        done=_("The minutes are a draft again."),
        to=_to(found),
    )


@page(P.MINUTES_ADOPT)
def adopt(request: Request, key: str, in_key: str) -> HttpResponse:
    """Adopt the minutes at the meeting that sits."""
    found, later = meeting_of(request, key), meeting_of(request, in_key)
    return take(
        request,
        lambda: acts.adopt_minutes(
            **acting_facts(request),
            minutes=reads.minutes_of(**acting_facts(request), meeting=found),
            in_meeting=later,
        ),
        done=_("The minutes are adopted. Every action item is now owed by its owner."),
        to=_to(found),
    )


@page(P.MINUTES_ADOPT)
def finish(request: Request, key: str) -> HttpResponse:
    """Give adopted minutes their number and seal."""
    found = meeting_of(request, key)
    return write(
        request,
        forms.NumberForm(request.POST or None),
        act=lambda given: acts.finish_minutes(
            **acting_facts(request),
            minutes=reads.minutes_of(**acting_facts(request), meeting=found),
            **given,
        ),
        title=_("Make the minutes final"),
        lede=_("From then on the text never changes, and its fingerprint proves it."),
        button=_("Make final"),
        done=_("The minutes are final."),
        to=_to(found),
    )


@page(P.AMENDMENT_PROPOSE)
def amend(request: Request, key: str, part: str, pk: int) -> HttpResponse:
    """Propose that a section, decision or action item read otherwise."""
    found = meeting_of(request, key)
    minutes = reads.minutes_of(**acting_facts(request), meeting=found)
    thing = _thing(request, part, pk)
    fields = amend_acts.FIELDS[part]
    waiting = {
        str(line.amendment.pk): line.amendment
        for line in reads.minutes_page(**acting_facts(request), meeting=found).amendments
        if line.part == thing and line.amendment.state in ("proposed", "accepted")
    }
    chosen = request.GET.get("field", fields[-2] if part == "section" else fields[0])
    form = forms.AmendForm(
        request.POST or None,
        choices={
            "field": [(name, words.FIELDS[name]) for name in fields],
            "upon": [
                ("", ""),
                *((one, f"{in_language(a.agency)}: {a.after[:60]}") for one, a in waiting.items()),
            ],
        },
        initial={
            "field": chosen,
            "after": amend_acts.current_text(thing, chosen) if chosen in fields else "",
        },
    )

    def propose(given: Mapping[str, Any]) -> None:
        amend_acts.propose_amendment(
            **acting_facts(request),
            minutes=minutes,
            part=thing,
            field=given["field"],
            after=given["after"],
            reason=given["reason"],
            upon=waiting.get(given["upon"]),
        )

    return write(
        request,
        form,
        act=propose,
        title=_("Propose an amendment"),
        lede=_("The office accepts it into the text or refuses it with a reason."),
        button=_("Propose"),
        done=_("The office has your amendment."),
        to=_to(found) + "#amendments",
        quotes={words.FIELDS[name]: now for name in fields if (now := amend_acts.current_text(thing, name))},
    )


def _thing(request: Request, part: str, pk: int) -> Any:
    read: Mapping[str, Callable[..., Any]] = {
        "section": reads.section_by_id,
        "decision": register.decision_by_id,
        "action_item": action_reads.action_by_id,
    }
    if part not in read:
        raise NotThere(_("There is no such part of the minutes."))
    return read[part](**acting_facts(request), pk=pk)


def _amended(request: Request, pk: int) -> Any:
    return reads.amendment_by_id(**acting_facts(request), pk=pk)


def _back(found: Any) -> str:
    return f"{_to(found.minutes.meeting)}#amendment-{found.pk}"


@page(P.AMENDMENT_ANSWER)
def accept(request: Request, pk: int) -> HttpResponse:
    """Put the amendment's words into the minutes."""
    found = _amended(request, pk)
    return take(
        request,
        lambda: amend_acts.accept_amendment(
            **acting_facts(request),
            amendment=found,
            expected_row_version=version_of(request.POST.get("row_version", "")),
            answer=request.POST.get("answer", ""),
        ),
        done=_("The amendment is in the text."),
        to=_back(found),
    )


@page(P.AMENDMENT_ANSWER)
def refuse(request: Request, pk: int) -> HttpResponse:
    """Refuse an amendment with the reason."""
    found = _amended(request, pk)
    return take(
        request,
        lambda: amend_acts.refuse_amendment(
            **acting_facts(request),
            amendment=found,
            expected_row_version=version_of(request.POST.get("row_version", "")),
            answer=request.POST.get("answer", ""),
        ),
        done=_("The amendment is refused, with your reason."),
        to=_back(found),
    )


@page(P.AMENDMENT_PROPOSE)
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Take one's own amendment back."""
    found = _amended(request, pk)
    return take(
        request,
        lambda: amend_acts.withdraw_amendment(**acting_facts(request), amendment=found),
        done=_("The amendment is withdrawn."),
        to=_back(found),
    )


@page(P.AMENDMENT_PROPOSE)
def revise(request: Request, pk: int) -> HttpResponse:
    """Word one's own amendment anew."""
    found = _amended(request, pk)
    form = forms.ReviseForm(
        request.POST or None,
        initial={name: getattr(found, name) for name in ("after", "reason", "row_version")},
    )
    return write(
        request,
        form,
        act=lambda given: amend_acts.revise_amendment(
            **acting_facts(request),
            amendment=found,
            expected_row_version=given["row_version"] or 0,
            after=given["after"],
            reason=given["reason"],
            upon=found.upon,
        ),
        title=_("Word your amendment anew"),
        button=_("Keep"),
        done=_("Your amendment is worded anew."),
        to=_back(found),
        standing=lambda: str(_amended(request, pk).after),
        quotes={_("The text it is proposed for"): found.before},
    )
