"""Compares old national, new national and local wording field by field; decides nothing and overwrites
nothing.

The rule is that of three-way merging (Khanna, Kunal and Pierce, "A Formal Investigation of Diff3", FSTTCS
2007), with a field as the unit: only a change on one side alone may be taken over without a ruling.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from concerted.errors import Invalid


class Change(StrEnum):
    """What became of one field since the national text the local one was made from."""

    UNCHANGED = "unchanged"
    THEIRS_ONLY = "theirs_only"
    OURS_ONLY = "ours_only"
    SAME_CHANGE = "same_change"
    CONFLICT = "conflict"


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()
"""The field is not there at all, which is not the same as being there with None."""


@dataclass(frozen=True)
class FieldComparison:
    """One field in its three wordings: base (national, old), theirs (national, new), ours (local)."""

    field: str
    change: Change
    base: Any
    theirs: Any
    ours: Any


@dataclass(frozen=True)
class ThreeWay:
    """Every field compared, in the order asked for."""

    fields: tuple[FieldComparison, ...]

    def of(self, change: Change) -> tuple[FieldComparison, ...]:
        """Return the fields with this change."""
        return tuple(each for each in self.fields if each.change is change)

    @property
    def needs_ruling(self) -> bool:
        """Whether some field was changed on both sides and differently."""
        return bool(self.of(Change.CONFLICT))

    @property
    def offered(self) -> tuple[FieldComparison, ...]:
        """The national changes that can be taken over as they stand: nothing local is lost by them."""
        return self.of(Change.THEIRS_ONLY)

    def take(self, from_theirs: Set[str] = frozenset()) -> dict[str, Any]:
        """Return the local fields with the named ones replaced by the new national wording; all others stay
        local.

        A conflict not named keeps the local wording. A field absent on the chosen side is absent from the
        result. Raises Invalid where a named field was not compared.
        """
        strangers = set(from_theirs) - {each.field for each in self.fields}
        if strangers:
            raise Invalid(
                "the field was not compared",
                where=", ".join(sorted(strangers)),
                remedy="choose among the fields compared",
            )
        chosen = {each.field: each.theirs if each.field in from_theirs else each.ours for each in self.fields}
        return {name: value for name, value in chosen.items() if value is not ABSENT}


def three_way(
    base: Mapping[str, Any], theirs: Mapping[str, Any], ours: Mapping[str, Any], fields: Iterable[str]
) -> ThreeWay:
    """Return what changed in each field between base and theirs (new national) and between base and ours
    (local).

    Values are compared by ==, but a truth value is never equal to a number, and NaN equals NaN. Once theirs
    has been taken as the new base, comparing again offers nothing and finds no conflict.
    """
    return ThreeWay(
        tuple(
            _compare(name, base.get(name, ABSENT), theirs.get(name, ABSENT), ours.get(name, ABSENT))
            for name in fields
        )
    )


def _compare(name: str, base: Any, theirs: Any, ours: Any) -> FieldComparison:
    they, we = not _same(base, theirs), not _same(base, ours)
    if they and we:
        change = Change.SAME_CHANGE if _same(theirs, ours) else Change.CONFLICT
    elif they:
        change = Change.THEIRS_ONLY
    else:
        change = Change.OURS_ONLY if we else Change.UNCHANGED
    return FieldComparison(name, change, base, theirs, ours)


def _same(one: Any, other: Any) -> bool:
    if one is other:
        return True
    if isinstance(one, bool) is not isinstance(other, bool):
        return False
    return bool(one == other) or bool(one != one and other != other)
