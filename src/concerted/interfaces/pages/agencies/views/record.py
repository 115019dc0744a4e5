"""The record of acts and looks for whoever evaluates; it can be read here and nothing else."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.reads import record_page
from concerted.foundation.agencies import reads
from concerted.foundation.audit.reads import EntryFilter, name_of, seal_state
from concerted.interfaces.exchange.tables import Column, Kind, Table
from concerted.interfaces.pages.files import file_links, send_table, wanted_format
from concerted.interfaces.pages.route import Request, page

from ..forms import RecordFilterForm
from ..words import RECORD_KINDS

PAGE = 50
LONGEST_FILE = 50_000


@page(Permission.AUDIT_READ)
def record(request: Request) -> HttpResponse:
    """Rows of the record, newest first, by officer, act, kind or subject; and until when it is sealed."""
    form = RecordFilterForm(request.GET)
    wanted = _wanted(form)
    kind = wanted_format(request)
    found = record_page(
        officer=request.officer,
        at=request.at,
        wanted=wanted,
        before=request.GET.get("cursor", ""),
        limit=LONGEST_FILE if kind else PAGE + 1,
    )
    names = reads.officer_names(ids={row.officer_id for row in found if row.officer_id})
    if kind is not None:
        columns = (
            Column("at", _("At"), Kind.DATETIME),
            Column("kind", _("Kind")),
            Column("act", _("Act")),
            Column("officer", _("Officer")),
            Column("subject", _("Subject")),
        )
        rows = (
            (r.at, r.kind, r.act, names.get(r.officer_id or 0), _subject(r.subject_kind, r.subject_id))
            for r in found
        )
        return send_table(request, Table(_("Record"), columns, rows), kind)
    context = {
        "filters_form": form,
        "rows": [
            {
                "entry": row,
                "kind": RECORD_KINDS.get(row.kind, row.kind),
                "officer": names.get(row.officer_id or 0, ""),
                "subject": _subject(row.subject_kind, row.subject_id),
                "detail": sorted(row.detail.items()),
            }
            for row in found[:PAGE]
        ],
        "next": name_of(found[PAGE - 1]) if len(found) > PAGE else None,
        "state": seal_state(),
        "files": file_links(request),
    }
    return render(request, "agencies/record.html", context)


def _wanted(form: RecordFilterForm) -> EntryFilter:
    chosen = form.cleaned_data if form.is_valid() else {}
    username = chosen.get("officer", "")
    officer = reads.officer_by_username(username) if username else None
    subject_kind, _colon, number = chosen.get("subject", "").partition(":")
    return EntryFilter(
        officer_id=(officer.pk if officer else 0) if username else None,
        act=chosen.get("act", ""),
        kind=chosen.get("kind", ""),
        subject_kind=subject_kind,
        subject_id=int(number) if number else None,
    )


def _subject(kind: str, number: int | None) -> str:
    return f"{kind}:{number}" if number is not None else kind
