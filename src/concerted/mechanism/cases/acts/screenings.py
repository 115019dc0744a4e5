"""Keeps a screening as it was made: answers, result, reasons; it scores nothing and finds nothing in law."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from concerted.errors import Invalid, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer

from .. import codes
from ..models import Case, Report, Screening
from .common import checked, keep, locked, locked_open_case, my_agency, need_code

ANSWERS = ("yes", "no", "declined", "unknown", "not_asked")


@act(Permission.SCREENING_MAKE, record=("indicator_set", "set_version"))
def record_screening(
    *,
    officer: Officer,
    at: datetime,
    indicator_set: str,
    set_version: str,
    answers: Mapping[str, str],
    result: Mapping[str, Any],
    screener_role: str,
    source_of_identification: str,
    case: Case | None = None,
    report: Report | None = None,
    note: str = "",
) -> Screening:
    """Keep a screening of the person of a case, or of a report before there is one.

    result: what the scorer of methods.law said, with the reason of every step, as plain data; it is a working
    aid and never a legal finding. Raises Invalid.
    """
    if (case is None) == (report is None):
        raise Invalid(_("A screening belongs to a case or to a report."))
    unasked = Problem(
        _("No question was asked."), remedy=_("Answer one at least; declined and unknown are answers too.")
    )
    unknown = sorted(key for key, answer in answers.items() if answer not in ANSWERS)
    checked(
        need_code(screener_role, "screener_role", codes.SCREENERS),
        need_code(source_of_identification, "source_of_identification", codes.IDENTIFIED_BY),
        *(Problem(_("This is none of the codes."), field=key) for key in unknown),
        None if set(answers.values()) - {"not_asked"} else unasked,
        what=_("The screening was not kept."),
    )
    about: Case | Report = locked_open_case(case) if case else locked(Report, report.pk if report else None)
    screening = Screening(
        subject=about.subject,
        case=about if isinstance(about, Case) else about.case,
        report=about if isinstance(about, Report) else None,
        agency=my_agency(officer),
        officer=officer,
        screener_role=screener_role,
        source_of_identification=source_of_identification,
        indicator_set=indicator_set,
        set_version=str(set_version),
        at=at,
    )
    return keep(screening, {"answers": dict(answers), "result": dict(result), "note": note.strip()})
