"""Under which agency an officer acts, for rows that must name one; it decides no permission."""

from __future__ import annotations

from concerted.foundation.agencies.models import Officer


def acting_agency(officer: Officer) -> int:
    """The id of the agency the officer acts for; the door let nobody through without one."""
    assert officer.agency_id is not None
    return officer.agency_id
