"""Which ladder an obligation climbs on a day: the loaded one for its kind and its owner's tier, else its kind's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from .kinds import EscalationStep, Level, kind_of, kinds
from .models import Ladder, LadderStep


class Ladders:
    """The ladders in force on a day, read in two queries."""

    def __init__(self, on: date) -> None:
        in_force = Ladder.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)
        self._of_kind: dict[str, int] = {}
        for ladder in in_force.order_by("valid_from", "code"):
            self._of_kind |= dict.fromkeys(ladder.kinds, ladder.pk)
        self._steps: dict[tuple[int, str], list[EscalationStep]] = defaultdict(list)
        rows = LadderStep.objects.filter(ladder__in=set(self._of_kind.values())).order_by("number")
        for row in rows:
            self._steps[row.ladder_id, row.tier].append(EscalationStep(row.after_working_days, Level(row.to)))

    def steps(self, kind: str, tier: str) -> Sequence[EscalationStep]:
        """The rungs that an obligation of this kind climbs when an agency of this tier owes it."""
        loaded = self._steps.get((self._of_kind.get(kind, 0), tier))
        return loaded or kind_of(kind).ladder

    def laddered_kinds(self) -> list[str]:
        """The kinds that climb at all."""
        return sorted({kind.code for kind in kinds() if kind.ladder} | set(self._of_kind))
