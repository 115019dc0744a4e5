"""Who sits in a meeting and whether enough of them came; it takes no attendance."""

from __future__ import annotations

from dataclasses import dataclass

from ..models import Meeting, Seat

CAME = (Seat.Attendance.PRESENT, Seat.Attendance.BY_VIDEO, Seat.Attendance.SUBSTITUTE)


@dataclass(frozen=True)
class Quorum:
    """How many members' seats were taken, of how many that count, and how many the rule asks for."""

    taken: int
    of: int
    needed: int
    rule: str

    @property
    def met(self) -> bool:
        """Whether enough came."""
        return self.taken >= self.needed


def seats_of(meeting: Meeting) -> list[Seat]:
    """The seats of a meeting with agency and officer: convenor, members, invited, observers; two queries at most."""
    order = {role: place for place, role in enumerate(("convenor", "member", "invited", "observer"))}
    seats = list(meeting.seats.select_related("agency", "officer", "meeting__series"))
    return sorted(seats, key=lambda seat: (order[seat.role], seat.agency.name_en))


def seat_by_id(pk: int) -> Seat | None:
    """The seat with its meeting, or None."""
    return Seat.objects.select_related("agency", "officer", "meeting__series").filter(pk=pk).first()


def quorum_of(meeting: Meeting) -> Quorum | None:
    """How the meeting stands against the quorum rule of its series, or None where no rule sets one.

    Seats of members that left the register do not count, nor observers and invited ones.
    """
    series = meeting.series
    if series.quorum_part is None or series.quorum_of is None:
        return None
    counting = [
        seat
        for seat in meeting.seats.all()
        if seat.role in (Seat.Role.CONVENOR, Seat.Role.MEMBER) and not seat.left_register
    ]
    needed = -(-len(counting) * series.quorum_part // series.quorum_of)
    taken = sum(seat.attendance in CAME for seat in counting)
    return Quorum(taken, len(counting), needed, series.quorum_rule)
