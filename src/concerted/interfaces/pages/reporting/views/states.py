"""The states of a report, shown from the table that the acts read."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from concerted.foundation.access.permissions import Permission
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.plan.reads.reporting import state_table

from ..words import ACTS


@page(Permission.REPORT_READ)
def states(request: Request) -> HttpResponse:
    """Every transition with who may take it, its clock and its basis."""
    rows = [(row, ACTS[row.act], clock) for row, clock in state_table()]
    return render(request, "reporting/states.html", {"rows": rows})
