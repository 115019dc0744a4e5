"""The dates of evaluations and treaty bodies that come next; it sets none."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from concerted.foundation.obligations import reads as owed
from concerted.foundation.obligations.reads import STILL_OWED, Filters
from concerted.mechanism.evaluation import kinds as evaluation
from concerted.mechanism.evaluation.reads.instruments import HORIZON_DAYS

from ..words import lines

KINDS = (
    evaluation.INSPECTION.code,
    evaluation.RESPONSE.code,
    evaluation.ACTION.code,
    evaluation.TREATY.code,
)
SHOWN = 6


def dates_ahead(on: date) -> dict[str, Any]:
    """What is owed of evaluations and to treaty bodies, overdue or due within the horizon, soonest first."""
    owing = owed.obligations(on=on, filters=Filters(state=STILL_OWED)).filter(
        kind__in=KINDS, due__lte=on + timedelta(days=HORIZON_DAYS)
    )
    found = list(owing[: SHOWN + 1])
    return {
        "lines": lines(found[:SHOWN], on=on, forms={}),
        "more": len(found) > SHOWN,
        "days": HORIZON_DAYS,
    }
