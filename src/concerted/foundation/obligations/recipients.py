"""Finds who is to be told about what an agency owes, with the reason; it tells nobody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from concerted.foundation.agencies.models import Agency, Appointment, Officer, Place, Post

from .kinds import Level
from .models import Obligation

F = Post.Function

#: The posts whose holder answers for the agency.
FOCAL = frozenset({F.FOCAL_POINT, F.PROVINCIAL_OFFICE, F.LOCAL_OFFICER, F.SECRETARIAT})
#: The posts whose holder may be told in place of an absent focal point, in this order.
INSTEAD = (F.CLEARER, F.PROVINCIAL_CLEARER, F.STATISTICIAN)
CLEARING = frozenset({F.CLEARER, F.PROVINCIAL_CLEARER})
OFFICE_KEY = "mps-cid"

_ABOVE: Mapping[Place.Level, Callable[[str], str]] = {
    Place.Level.COUNTY: lambda code: code[:4] + "00",
    Place.Level.PREFECTURE: lambda code: code[:2] + "0000",
}


class Because(StrEnum):
    """Why it is this officer who is told."""

    ANSWERS = ""
    NO_FOCAL_POINT = "no_focal_point"
    AGENCY_ABOVE = "agency_above"
    OFFICE_ITSELF = "office_itself"


@dataclass(frozen=True)
class Recipient:
    """An officer, the agency in which he is told, and why it is this one."""

    officer: Officer
    agency: Agency
    because: Because


class Directory:
    """Agencies, their superiors and the holders of their posts on one day, read in two queries."""

    def __init__(self, on: date) -> None:
        self._agencies: dict[int, Agency] = {
            a.pk: a
            for a in Agency.objects.only(
                "key", "parent_id", "line_id", "place_code", "tier", "name_en", "name_zh"
            )
        }
        self._holders: dict[int, list[Appointment]] = defaultdict(list)
        live = Appointment.objects.live(on).filter(officer__is_machine=False)
        for appointment in live.select_related("post", "officer").order_by("valid_from", "id"):
            self._holders[appointment.post.agency_id].append(appointment)
        self._offices: Mapping[str, int] = {
            agency.place_code: pk for pk, agency in self._agencies.items() if self._is_place_office(pk)
        }
        self._office = next((pk for pk, a in self._agencies.items() if a.key == OFFICE_KEY), None)

    def agency(self, agency_id: int) -> Agency:
        """The agency with this id; KeyError where there is none."""
        return self._agencies[agency_id]

    def office(self) -> int | None:
        """The office of the joint meeting."""
        return self._office

    def superior(self, agency_id: int) -> int | None:
        """The agency above in the tree of organisation, else the office of the place above."""
        agency = self._agencies[agency_id]
        if agency.parent_id is not None:
            return agency.parent_id
        above = _ABOVE.get(Place.Level(agency.tier))
        found = self._offices.get(above(agency.place_code)) if above else None
        return found if found != agency_id else None

    def level(self, level: Level, obligation: Obligation) -> int | None:
        """The agency at that level of an obligation's ladder, or None where there is none."""
        owner = self._agencies[obligation.owner_id]
        match level:
            case Level.SUPERIOR:
                return self.superior(owner.pk)
            case Level.OWED_TO:
                return obligation.owed_to_id
            case Level.PREFECTURE:
                return self._offices.get(owner.place_code[:4] + "00")
            case Level.PROVINCE:
                return self._offices.get(owner.place_code[:2] + "0000")
            case Level.LIAISON:
                return owner.line_id or (owner.pk if owner.tier == Place.Level.NATION else None)
            case _:
                return self._office

    def has_focal_point(self, agency_id: int) -> bool:
        """Whether somebody holds a post that answers for the agency."""
        return bool(self._with_function(agency_id, FOCAL))

    def clears_alone(self, agency_id: int) -> bool:
        """Whether no second pair of eyes can clear what the agency's focal point writes."""
        writers = {a.officer_id for a in self._with_function(agency_id, FOCAL)}
        clearers = {a.officer_id for a in self._with_function(agency_id, CLEARING)}
        return bool(writers) and not any(clearers - {writer} for writer in writers)

    def recipients(self, owner_id: int, owed_to_id: int) -> tuple[Recipient, ...]:
        """Who is told of what `owner` owes: its focal points; failing them another post of the agency, then
        the focal points of the agencies above it, then the office that is owed. Empty where no desk is held.
        """
        for because, holders in self._in_turn(owner_id, owed_to_id):
            if holders:
                once = {a.officer_id: a for a in holders}.values()
                return tuple(Recipient(a.officer, self._agencies[a.post.agency_id], because) for a in once)
        return ()

    def _in_turn(self, owner_id: int, owed_to_id: int) -> Iterable[tuple[Because, list[Appointment]]]:
        yield Because.ANSWERS, self._with_function(owner_id, FOCAL)
        for function in INSTEAD:
            yield Because.NO_FOCAL_POINT, self._with_function(owner_id, {function})
        seen, above = {owner_id}, self.superior(owner_id)
        while above is not None and above not in seen:
            yield Because.AGENCY_ABOVE, self._with_function(above, FOCAL)
            seen.add(above)
            above = self.superior(above)
        yield Because.OFFICE_ITSELF, self._with_function(owed_to_id, FOCAL)
        if self._office is not None:
            yield Because.OFFICE_ITSELF, self._with_function(self._office, FOCAL)

    def _with_function(self, agency_id: int, functions: Iterable[str]) -> list[Appointment]:
        return [a for a in self._holders.get(agency_id, ()) if a.post.function in functions]

    def _is_place_office(self, agency_id: int) -> bool:
        return any(
            a.post.function in (F.PROVINCIAL_OFFICE, F.LOCAL_OFFICER)
            for a in self._holders.get(agency_id, ())
        )
