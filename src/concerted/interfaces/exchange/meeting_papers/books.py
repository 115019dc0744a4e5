"""Turns a meeting, its agenda or its minutes into a book; it reads only what the asking officer may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from concerted.foundation.agencies.reads import Officer
from concerted.mechanism.meetings.reads.agenda import agenda_of
from concerted.mechanism.meetings.reads.attendance import seats_of
from concerted.mechanism.meetings.reads.minutes import minutes_page

from ..papers import Bar, Book, Chart, Figure, Item
from ..papers.words import day_of
from .words import ATTENDANCE, FIGURES

#: What an office may say of a paper when it asks for it, all optional.
OPTIONS = ("red_head", "document_no", "classification", "urgency", "copied_to")


def book_for(*, officer: Officer, at: datetime, paper: Any) -> Book:
    """The book that a paper asks for, in its language."""
    with translation.override(paper.language):
        make = {"book": _briefing, "notice": _notice, "minutes": _minutes}[paper.kind]
        return make(officer, at, paper)


def _briefing(officer: Officer, at: datetime, paper: Any) -> Book:
    meeting = paper.meeting
    agenda = agenda_of(officer=officer, at=at, meeting=meeting)
    shown = [item for item in agenda.standing if not (paper.for_observers and item.for_members_only)]
    return _frame(
        paper,
        title=_("Papers for %(meeting)s") % {"meeting": _in(paper, meeting, "title")},
        opening=[_("The papers for this meeting follow, one page for each item.")],
        facts=_facts(paper),
        items=[_item(paper, item) for item in shown],
    )


def _notice(officer: Officer, at: datetime, paper: Any) -> Book:
    meeting = paper.meeting
    agenda = agenda_of(officer=officer, at=at, meeting=meeting)
    shown = [item for item in agenda.standing if not (paper.for_observers and item.for_members_only)]
    return _frame(
        paper,
        title=_("Notice of %(meeting)s") % {"meeting": _in(paper, meeting, "title")},
        opening=[_("You are called to this meeting. Its items are:")],
        facts=_facts(paper),
        items=[Item("", _in(paper, item, "title")) for item in shown],
        page_per_item=False,
    )


def _minutes(officer: Officer, at: datetime, paper: Any) -> Book:
    meeting = paper.meeting
    page = minutes_page(officer=officer, at=at, meeting=meeting)
    decided: dict[int | None, list[Any]] = {}
    for decision in page.decisions:
        decided.setdefault(decision.item_id, []).append(decision)
    sections = [s for s in page.sections if not (paper.for_observers and s.for_members_only)]
    return _frame(
        paper,
        title=_("Minutes of %(meeting)s") % {"meeting": _in(paper, meeting, "title")},
        opening=[],
        items=[_section(paper, section, decided.get(section.item_id, [])) for section in sections],
        page_per_item=False,
        attendance=_attendance(paper, meeting),
        fingerprint=page.minutes.content_hash,
        document_no=paper.options.get("document_no") or page.minutes.number,
    )


def _frame(paper: Any, **said: Any) -> Book:
    meeting = paper.meeting
    office = _in(paper, meeting.series.office, "name")
    chosen = {name: str(paper.options.get(name, "")) for name in OPTIONS}
    return Book(
        language=paper.language,
        issued=timezone.localtime(paper.asked_at).date(),
        signature=office,
        printed_by=office if chosen["red_head"] else "",
        note=_("Demonstration: what this paper says is invented.") if meeting.is_demonstration else "",
        **{**chosen, **said},
    )


def _facts(paper: Any) -> list[Figure]:
    meeting = paper.meeting
    day = day_of(meeting.held_on, is_chinese=paper.language.startswith("zh"))
    when = f"{day} {timezone.localtime(meeting.starts_at):%H:%M}" if meeting.starts_at else day
    venue = [Figure(_("Place"), meeting.venue)] if meeting.venue else []
    return [Figure(pgettext("of a meeting", "When"), when), *venue]


def _item(paper: Any, item: Any) -> Item:
    return Item(
        number="",
        title=_in(paper, item, "title"),
        reason=_in(paper, item, "reason"),
        figures=[_figure(figure) for figure in item.figures],
        charts=_charts(item.figures),
        text=_paragraphs(_in(paper, item, "body")),
        lines=[_link(paper, link) for link in item.links],
        office=_in(paper, item.presenter, "name") if item.presenter else "",
        minutes=item.minutes or None,
    )


def _figure(figure: Mapping[str, Any]) -> Figure:
    value, whole = figure.get("value"), figure.get("of")
    shown = f"{value} / {whole}" if whole is not None else str(value)
    return Figure(str(FIGURES.get(figure["key"], figure["key"])), shown)


def _charts(figures: Iterable[Mapping[str, Any]]) -> list[Chart]:
    """The figures that have a denominator, as bars; none where there are fewer than one."""
    bars = [
        Bar(str(FIGURES.get(f["key"], f["key"])), float(f["value"]), float(f["of"]))
        for f in figures
        if f.get("of") and isinstance(f.get("value"), int | float)
    ]
    return [Chart(_("Figures"), bars)] if bars else []


def _link(paper: Any, link: Mapping[str, Any]) -> str:
    wanted, other = ("zh", "en") if paper.language.startswith("zh") else ("en", "zh")
    return str(link.get(f"label_{wanted}") or link.get(f"label_{other}") or link.get("key", ""))


def _section(paper: Any, section: Any, decisions: Sequence[Any]) -> Item:
    lines = []
    for decision in decisions:
        lines.append(_("Decided: %(wording)s") % {"wording": _in(paper, decision, "text")})
        lines += [_action(paper, action) for action in decision.action_items.all()]
    return Item(
        number="",
        title=_in(paper, section, "title"),
        text=_paragraphs(_in(paper, section, "text")),
        lines=lines,
    )


def _action(paper: Any, action: Any) -> str:
    owner = _in(paper, action.owner, "name") if action.owner else "–"
    due = getattr(action, "due", None)
    day = day_of(due, is_chinese=paper.language.startswith("zh")) if due else _("no date")
    return f"{owner}: {_in(paper, action, 'text')} ({day})"


def _attendance(paper: Any, meeting: Any) -> list[Figure]:
    named: dict[str, list[str]] = {}
    for seat in seats_of(meeting):
        named.setdefault(seat.attendance, []).append(_in(paper, seat.agency, "name"))
    mark = "、" if paper.language.startswith("zh") else ", "
    return [Figure(str(words), mark.join(named[key])) for key, words in ATTENDANCE.items() if named.get(key)]


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _in(paper: Any, thing: Any, name: str) -> str:
    wanted, other = ("zh", "en") if paper.language.startswith("zh") else ("en", "zh")
    return str(getattr(thing, f"{name}_{wanted}", "") or getattr(thing, f"{name}_{other}", "") or "")
