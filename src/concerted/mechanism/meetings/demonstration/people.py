"""Finds the demonstration's officers by the desks the plan's demonstration gave them; it makes none."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from concerted.foundation.agencies.models import Agency, Officer, Post
from concerted.foundation.agencies.reads import acting_as, agency_by_key, officer_by_username

F = Post.Function


@dataclass
class People:
    """Officers by agency and function, each looked up once and given their live desk of a day."""

    _officers: dict[str, Officer | None] = field(default_factory=dict)
    _agencies: dict[str, Agency] = field(default_factory=dict)
    _desks: dict[str, Officer] = field(default_factory=dict)

    def agency(self, key: str) -> Agency:
        """The agency with this key; raises LookupError."""
        if key not in self._agencies:
            found = agency_by_key(key)
            if found is None:
                raise LookupError(key)
            self._agencies[key] = found
        return self._agencies[key]

    def officer(self, key: str, function: str, *, on: date) -> Officer | None:
        """The officer who holds that desk on the day, acting in it; None where nobody does."""
        desk = f"{key}:{function}"
        known = self._desks.get(desk)
        if known is not None and known.acting is not None and known.acting.is_live(on):
            return known
        username = f"demo-{function.replace('_', '-')}-{key}"[:80]
        if username not in self._officers:
            self._officers[username] = officer_by_username(username)
        found = self._officers[username]
        if found is None:
            return None
        acting = acting_as(officer=found, on=on, function=function)
        if acting.acting is None:
            return None
        self._desks[desk] = acting
        return acting

    def clerk(self, on: date) -> Officer:
        """The officer of the office of the joint meeting."""
        found = self.officer("mps-cid", F.SECRETARIAT, on=on)
        assert found is not None
        return found

    def answering(self, agency: Agency, *, on: date) -> Officer | None:
        """Whoever answers for the agency on the day: its focal point, its provincial office or the secretariat."""
        for function in (F.FOCAL_POINT, F.PROVINCIAL_OFFICE, F.SECRETARIAT):
            found = self.officer(agency.key, function, on=on)
            if found is not None:
                return found
        return None
