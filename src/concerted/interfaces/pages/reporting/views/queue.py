"""The review queue: what waits for this officer to clear, accept or publish, oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.foundation.access.permissions import Permission
from concerted.foundation.obligations.calendar import WorkingDays
from concerted.interfaces.exchange.tables import Column, Kind, Table
from concerted.interfaces.pages.files import file_links, send_table, wanted_format
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.plan.reads import reporting as reads

from ..words import ACTS


@page(Permission.REPORT_RETURN)
def queue(request: Request) -> HttpResponse:
    """The queue of a clearing officer or of a plan's office, with the rule that says what is in it."""
    found = reads.review_queue(officer=request.officer, at=request.at)
    today = timezone.localtime(request.at).date()
    sections = []
    if found.clears:
        sections.append(_section(_("To clear"), _clear_rule(), found.to_clear, today))
    if found.accepts:
        sections.append(_section(_("To accept or return"), _accept_rule(), found.to_accept, today))
        sections.append(_section(_("To publish"), _publish_rule(), found.to_publish, today))
    file = wanted_format(request)
    if file:
        return send_table(request, _table(sections), file)
    context = {
        "sections": sections,
        "waiting": sum(len(section["rows"]) for section in sections),
        "received": reads.received_count(request.officer) if found.accepts else None,
        **file_links(request),
    }
    return render(request, "reporting/queue.html", context)


def _section(title: str, rule: str, waiting: Sequence[Any], today: Any) -> dict[str, Any]:
    days = WorkingDays(settings.COUNTRY)
    rows = [(w, days.between(timezone.localtime(w.since).date(), today)) for w in waiting]
    return {"title": title, "rule": rule, "rows": rows}


def _clear_rule() -> str:
    return _("Reports of your agency that are submitted and that you neither wrote nor submitted.")


def _accept_rule() -> str:
    return _(
        "Reports owed to your office that are cleared, or submitted by an agency without another clearing"
        " officer in post, and that you did not write."
    )


def _publish_rule() -> str:
    return _("Reports your office has accepted and not yet published.")


def _table(sections: Sequence[dict[str, Any]]) -> Table:
    heads = [
        Column("waits_for", _("Waits for")),
        Column("measure", _("Measure")),
        Column("agency", _("Agency")),
        Column("period", _("Period")),
        Column("since", _("Waiting since"), Kind.DATETIME),
        Column("days", _("Working days waiting"), Kind.INTEGER),
    ]
    rows = [
        [
            str(ACTS[w.waits_for]),
            f"{w.report.measure.number or w.report.measure.key} {w.report.measure.title_en}",
            w.report.agency.name_en,
            w.report.period.key,
            w.since,
            days,
        ]
        for section in sections
        for w, days in section["rows"]
    ]
    return Table("review-queue", heads, rows)
