"""A place hands in its figures for a period it owes them for; never decides which value counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import Invalid, NotThere
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.foundation.obligations import marks
from concerted.foundation.obligations.models import Obligation

from ..kinds import RETURN
from ..reads.reporting import period_by_id, place_indicators
from .periods import check_unlocked
from .report_fields import value_problems
from .report_values import record_value


@act(Permission.OBSERVATION_ENTER, subject="obligation")
def hand_in_place_figures(
    *, officer: Officer, at: datetime, obligation: Obligation, values: Mapping[str, Mapping[str, Any]]
) -> Obligation:
    """Enter the place's values and mark its return as met; handing in again corrects values and moves no
    date.

    values: {indicator key: {"value"} or {"numerator", "denominator"} or {"no_value": reason}}, one for
    every indicator that adds up over places. Raises Invalid naming each indicator without a value or a
    reason; nothing is then written.
    """
    period = period_by_id(obligation.subject_id) if obligation.kind == RETURN.code else None
    if period is None or obligation.owner_id != officer.agency_id:
        raise NotThere(_("There is no such return of figures, or it is not your agency's."))
    check_unlocked(period=period, agency=obligation.owner, on=timezone.localtime(at).date())
    indicators = place_indicators(period=period, tier=obligation.owner.tier)
    problems = [p for i in indicators for p in value_problems(i, values.get(i.key) or {})]
    if problems:
        raise Invalid(_("The figures are not complete; nothing was sent."), problems=problems)
    silent = {key: entry["no_value"] for key, entry in values.items() if entry.get("no_value")}
    for indicator in indicators:
        record_value(
            officer=officer,
            at=at,
            indicator=indicator,
            place_code=obligation.owner.place_code,
            period=period,
            entry=values.get(indicator.key) or {},
            source_note=f"return {period.key}",
        )
    if obligation.met_at is None:
        marks.mark_met(officer=officer, at=at, obligations=[obligation], reason=_reasons(silent))
    return obligation


def _reasons(silent: Mapping[str, Any]) -> str:
    return "; ".join(f"{key}: {reason}" for key, reason in sorted(silent.items()))
