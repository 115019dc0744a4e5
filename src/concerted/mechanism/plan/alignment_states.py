"""How a place's answer to a national measure may move, as a table; it decides nothing by itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import Alignment

NOT_CONSIDERED = "not_considered"
REBASE_DUE = "rebase_due"
DIVERGED = "diverged"
ADOPTED, ADAPTED, DECLINED = (str(kind) for kind in Alignment.Kind)
ANSWERED = (ADOPTED, ADAPTED, DECLINED)


class Step(StrEnum):
    """What an office can do with an answer."""

    ADOPT = "adopt"
    ADAPT = "adapt"
    DECLINE = "decline"
    CONSIDER_AGAIN = "consider_again"
    REBASE = "rebase"
    KEEP = "keep_divergence"


@dataclass(frozen=True)
class Move:
    """One row: from which kind, by which step, to which kinds, and what the office must say.

    needs_change: only while the national wording has changed since the answer.
    """

    before: str
    step: Step
    after: tuple[str, ...]
    must_say: str | Promise
    needs_change: bool = False


_PER_FIELD = _("why, for every field that differs")
_REASON = _("the reason")

MOVES: tuple[Move, ...] = (
    *(Move(before, Step.ADOPT, (ADOPTED,), "") for before in (NOT_CONSIDERED, *ANSWERED)),
    *(Move(before, Step.ADAPT, (ADAPTED,), _PER_FIELD) for before in (NOT_CONSIDERED, *ANSWERED)),
    *(Move(before, Step.DECLINE, (DECLINED,), _REASON) for before in (NOT_CONSIDERED, *ANSWERED)),
    *(Move(before, Step.CONSIDER_AGAIN, (NOT_CONSIDERED,), _REASON) for before in ANSWERED),
    *(Move(before, Step.REBASE, (ADOPTED, ADAPTED), _PER_FIELD, True) for before in (ADOPTED, ADAPTED)),
    *(Move(before, Step.KEEP, (before,), _REASON, True) for before in ANSWERED),
)


def move(before: str, step: Step) -> Move | None:
    """The row of the table for this step from this kind, or None where there is none."""
    return next((row for row in MOVES if row.before == before and row.step is step), None)


def steps_from(before: str, *, changed: bool) -> list[Step]:
    """The steps open from a kind; changed: whether the national wording changed since the answer."""
    return [row.step for row in MOVES if row.before == before and (changed or not row.needs_change)]
