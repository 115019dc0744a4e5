"""Whether the person is an adult, 14 or a child, by the case and by the records of the person; it asks nobody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from concerted.foundation.people.reads import ages_on

from ..models import Case, PersonLink

UNKNOWN, UNDER_14, FROM_14, ADULT = (
    Case.AgeBand.UNKNOWN,
    Case.AgeBand.UNDER_14,
    Case.AgeBand.FROM_14_TO_17,
    Case.AgeBand.ADULT,
)
#: From the one the law protects most.
_STRICTEST = (UNDER_14, FROM_14, ADULT)


def age_band_of(case: Case, at: datetime) -> str:
    """The age band that rules go by: what the case says where a record of the victim allows it; where a record tells
    another age, the stricter of both; where the case says nothing, the youngest a record allows; else unknown.

    As far as the acting agency may read the records.
    """
    victims = PersonLink.objects.filter(case=case, role=PersonLink.Role.VICTIM, ended_at=None)
    ids = sorted(set(victims.values_list("person_id", flat=True)))
    return band_with(case, ages_on(ids, timezone.localdate(at)) if ids else ())


def band_with(case: Case, ages: Iterable[tuple[int | None, int | None]]) -> str:
    """The age band that rules go by where the records of the victim give these spans of ages."""
    told = [bands_of(*each) for each in ages]
    bands = [_together(case.age_band, possible) for possible in told if possible] or [case.age_band]
    return min(bands, key=_rank)


def bands_of(least: int | None, greatest: int | None) -> tuple[str, ...]:
    """The age bands this span of ages touches, youngest first; none where it has no end."""
    if least is None or greatest is None:
        return ()
    first, last = (_band(age) for age in (least, greatest))
    return tuple(str(band) for band in _STRICTEST[_STRICTEST.index(first) : _STRICTEST.index(last) + 1])


def _band(age: int) -> Case.AgeBand:
    if age < 14:
        return UNDER_14
    return FROM_14 if age < 18 else ADULT


def _together(said: str, possible: tuple[str, ...]) -> str:
    if said in possible:
        return said
    return possible[0] if said == UNKNOWN else min(said, possible[0], key=_rank)


def _rank(band: str) -> int:
    return _STRICTEST.index(Case.AgeBand(band)) if band != UNKNOWN else len(_STRICTEST)
