"""Minutes with their sections, amendments side by side and their seal; it changes no word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer

from ..models import ActionItem, Amendment, Decision, Meeting, Minutes, Section
from .sealing import Verified
from .sealing import verify as compare
from .session import decisions_with_parts

_WORDS = re.compile(r"[\u3400-\u9fff]|\s+|[^\s\u3400-\u9fff]+")


@dataclass(frozen=True)
class Change:
    """A run of a text: kept, removed or added."""

    kind: str
    text: str


@dataclass(frozen=True)
class AmendmentLine:
    """An amendment with what it would change, run by run, and whether the text it was made for still stands."""

    amendment: Amendment
    part: Section | Decision | ActionItem | None
    changes: Sequence[Change]
    is_current: bool


@dataclass(frozen=True)
class MinutesPage:
    """Minutes as the officer may see them."""

    minutes: Minutes
    sections: Sequence[Section]
    decisions: Sequence[Decision]
    amendments: Sequence[AmendmentLine]
    verified: Verified | None

    @property
    def waiting(self) -> int:
        """How many amendments wait for an answer."""
        return sum(line.amendment.state == Amendment.State.PROPOSED for line in self.amendments)


@look(Permission.MEETING_READ)
def minutes_page(*, officer: Officer, at: datetime, meeting: Meeting) -> MinutesPage:
    """The minutes of a meeting. Raises NotThere, also while they are a draft of another office."""
    found = _minutes().filter(meeting=meeting).first()
    if found is None:
        raise NotThere(_("There are no minutes to be seen of this meeting."), where=meeting.key)
    amendments = found.amendments.select_related(
        "agency", "officer", "section", "decision", "action_item", "upon", "answered_by"
    )
    return MinutesPage(
        found,
        list(found.sections.select_related("item", "changed_by").order_by("position")),
        decisions_with_parts(meeting),
        [_line(one) for one in amendments],
        compare(found) if found.state == Minutes.State.FINAL else None,
    )


@look(Permission.MEETING_READ)
def minutes_of(*, officer: Officer, at: datetime, meeting: Meeting) -> Minutes:
    """The minutes of a meeting without their parts. Raises NotThere."""
    found = _minutes().filter(meeting=meeting).first()
    if found is None:
        raise NotThere(_("There are no minutes to be seen of this meeting."), where=meeting.key)
    return found


@look(Permission.MEETING_READ)
def section_by_id(*, officer: Officer, at: datetime, pk: int) -> Section:
    """One section. Raises NotThere."""
    found = Section.objects.select_related("minutes__meeting__series", "item").filter(pk=pk).first()
    if found is None:
        raise NotThere(_("There is no such section."), where=str(pk))
    return found


@look(Permission.MEETING_READ)
def amendment_by_id(*, officer: Officer, at: datetime, pk: int) -> Amendment:
    """One amendment. Raises NotThere."""
    found = (
        Amendment.objects.select_related(
            "minutes__meeting__series", "section", "decision", "action_item", "upon", "agency"
        )
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotThere(_("There is no such amendment."), where=str(pk))
    return found


@look(Permission.MEETING_READ)
def minutes_that_wait(*, officer: Officer, at: datetime) -> list[Minutes]:
    """Circulated minutes the officer's agency may still amend today, the soonest to end first."""
    on = timezone.localdate(at)
    circulated = _minutes().filter(state=Minutes.State.CIRCULATED, amend_until__gte=on)
    return list(circulated.order_by("amend_until", "pk"))


@look(Permission.MEETING_READ)
def minutes_to_adopt(*, officer: Officer, at: datetime, meeting: Meeting) -> list[Minutes]:
    """Circulated minutes of earlier meetings of the series, which this meeting may adopt, oldest first."""
    circulated = _minutes().filter(
        state=Minutes.State.CIRCULATED,
        meeting__series=meeting.series_id,
        meeting__held_on__lt=meeting.held_on,
    )
    return list(circulated.order_by("meeting__held_on"))


@look(Permission.MEETING_READ)
def verify_minutes(*, officer: Officer, at: datetime, minutes: Minutes) -> Verified:
    """Whether final minutes are as they were sealed, as far as the officer may see them."""
    return compare(minutes)


def _minutes() -> QuerySet[Minutes]:
    return Minutes.objects.select_related("meeting__series__office", "adopted_in")


def _line(one: Amendment) -> AmendmentLine:
    part = one.section or one.decision or one.action_item
    return AmendmentLine(one, part, changes_between(one.before, one.after), _stands(one, part))


def _stands(one: Amendment, part: Section | Decision | ActionItem | None) -> bool:
    if part is None:
        return False
    value = getattr(part, "legal_reference" if one.field == "legal" else one.field)
    now = value.isoformat() if isinstance(value, date) else str(getattr(value, "key", value) or "")
    return now == one.before


def changes_between(before: str, after: str) -> list[Change]:
    """The runs of a text that stay, go and come, word by word; a Chinese character is a word."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    found: list[Change] = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Change("kept", "".join(old[i:j])))
            continue
        if i < j:
            found.append(Change("removed", "".join(old[i:j])))
        if k < m:
            found.append(Change("added", "".join(new[k:m])))
    return found
