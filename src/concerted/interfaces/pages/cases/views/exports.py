"""Cases out in the standard for exchange (HTCDS): first what stays behind, then the file; nothing sealed leaves."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import ConcertedError, NotThere
from concerted.foundation.access.permissions import Permission
from concerted.interfaces.exchange import case_sheet
from concerted.interfaces.exchange.case_store import export_htcds, left_behind_by
from concerted.interfaces.exchange.tables import Format, content_type
from concerted.interfaces.pages.route import Request, page

from ..doing import as_file, told, who
from ..fields import code, long, short

_NUMBER = re.compile(r"[A-Za-z0-9-]+")
_FORMATS = {"xlsx": "XLSX", "csv": "CSV"}


class ExportForm(forms.Form):
    """Which cases, what for, and as what."""

    numbers = long(
        gettext_lazy("Numbers of the cases"),
        required=False,
        rows=3,
        help=gettext_lazy("One number a line; empty: every open case that your agency leads."),
    )
    why = short(
        gettext_lazy("What the export is for"),
        help=gettext_lazy("It stands in the record of every case that is taken out."),
    )
    form = code(
        gettext_lazy("Format"),
        _FORMATS,
        help=gettext_lazy("XLSX for a spreadsheet program, CSV for other systems."),
    )


@page(Permission.CASE_EXPORT)
def export(request: Request) -> HttpResponse:
    """Say what the standard has no field for, then send the agency's own words on its cases."""
    form = ExportForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "back": reverse("cases:list")}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        chosen = {"numbers": list(dict.fromkeys(_NUMBER.findall(given["numbers"]))), "why": given["why"]}
        try:
            if request.POST.get("confirmed"):
                kind = Format(given["form"])
                data, _count = export_htcds(**who(request), **chosen, format=kind)
                name = f"htcds-{request.at:%Y%m%d}.{kind.value}"
                return as_file(data, name, content_type(kind))
            cases = left_behind_by(**who(request), **chosen)
            behind = Counter(key for _number, left in cases for key in left)
            context |= {
                "cases": cases,
                "behind": [(_place(key), count) for key, count in behind.most_common()],
            }
        except NotThere as error:
            form.add_error("numbers", str(error.what))
        except ConcertedError as error:
            told(form, error)
    return render(request, "cases/export.html", context)


def _place(key: str) -> str:
    """What a place is called, as the list of targets calls it."""
    other = {
        "person.document": _("Another paper"),
        "person.photograph": _("Photograph"),
        "person.description": _("Description"),
        "status.particulars": _("Day, rule and reasons of the decision on victim status"),
        "status.finding": _("The presumption that the person is no victim"),
        "status.elsewhere": _("The victim status that another agency decided"),
    }
    target = case_sheet.targets().get(key)
    return str(target.label) if target else other.get(key, key)
