"""Whether reports that were due came, in time and with evidence; never whether the work went well.

The third of the three numbers of progress, and not to be blended with claimed status or indicator
achievement.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from concerted.methods.results._quotient import Quotient, Why, ratio, undefined


@dataclass(frozen=True)
class DueReport:
    """One report that was owed. A draft is not received; acceptance does not move the day of first
    submission.

    due_on: the last day on which it is in time, grace included. received_on: first submission. evidenced:
    at least one piece of evidence came with it. excused: nothing is held against its owner.
    """

    due_on: date
    received_on: date | None = None
    accepted_on: date | None = None
    evidenced: bool = False
    excused: bool = False


@dataclass(frozen=True)
class Part:
    """So many of so many: a number that carries its denominator."""

    count: int
    of: int

    @property
    def share(self) -> Quotient:
        """The part as a number in [0, 1]; undefined, not zero, where nothing was expected."""
        return ratio(self.count, self.of) if self.of else undefined(Why.NOTHING_EXPECTED)


@dataclass(frozen=True)
class ReportingHealth:
    """Reports due by a day. received and on_time are parts of what was due; evidenced and accepted of what
    was received.

    due leaves the excused out; they are counted apart.
    """

    due: int
    excused: int
    received: Part
    on_time: Part
    evidenced: Part
    accepted: Part


def reporting_health(reports: Iterable[DueReport], at: date) -> ReportingHealth:
    """Return the health of reporting as it was on a day, knowing nothing of later submissions or
    acceptances.

    A report counts as due from its due day on, also when it came early. On the due day itself one not yet
    received is due and may still be in time.
    """
    owed = [report for report in reports if report.due_on <= at]
    due = [report for report in owed if not report.excused]
    received = [report for report in due if _by(report.received_on, at)]
    return ReportingHealth(
        due=len(due),
        excused=len(owed) - len(due),
        received=Part(len(received), len(due)),
        on_time=Part(sum(_by(report.received_on, report.due_on) for report in received), len(due)),
        evidenced=Part(sum(report.evidenced for report in received), len(received)),
        accepted=Part(sum(_by(report.accepted_on, at) for report in received), len(received)),
    )


def _by(day: date | None, limit: date) -> bool:
    return day is not None and day <= limit
