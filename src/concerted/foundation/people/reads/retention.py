"""What would go if a person were erased, what holds it back, requests that wait and what was erased; erases nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, Sum
from django.utils.translation import gettext as _

from concerted.errors import ConcertedError, Conflict, NotThere, Stale
from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Officer
from concerted.foundation.vault.models import StoredFile
from concerted.foundation.vault.reads import opened_all

from ..cursors import cursor_at, place_of
from ..holdings import held_by_parts, holdings, is_needed
from ..models import Attribute, Choice, ErasureRequest, LegalHold, Person, SearchMark
from ..whose import acting_agency


@dataclass(frozen=True)
class Preview:
    """The dry run: counts by kind of what would go, the holds on it, and everything that stands in the way of it now,
    in the words in which the act would refuse."""

    person: Person
    listed: Mapping[str, int]
    holds: Sequence[LegalHold]
    in_the_way: Sequence[ConcertedError] = ()

    @property
    def is_free(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.in_the_way


def _own_agency(*, officer: Officer, **_rest: object) -> SubjectFacts:
    return SubjectFacts(owners=frozenset({officer.agency_id} if officer.agency_id else ()))


@look(Permission.ERASURE_REQUEST, subject="person", recorded=True)
def erasure_preview(
    *, officer: Officer, at: datetime, person: Person, request: ErasureRequest | None = None
) -> Preview:
    """Everything that erasing this person would take away, as counts, and what stands in the way; nothing is changed.

    request: one that waits; what is kept now may be more or less than it listed."""
    return Preview(person, listing_of(person), standing_holds(person), in_the_way(person, request))


@look(Permission.ERASURE_APPROVE, subject=_own_agency)
def open_erasures(*, officer: Officer, at: datetime) -> list[ErasureRequest]:
    """Requests of the acting agency that wait for a second officer, oldest first."""
    waiting = ErasureRequest.objects.filter(state=ErasureRequest.State.REQUESTED)
    return list(waiting.select_related("person", "requested_by").order_by("requested_at"))


@look(Permission.ERASURE_REQUEST, subject=_own_agency)
def erasure_by_id(*, officer: Officer, at: datetime, pk: int) -> ErasureRequest:
    """One request of the acting agency; raises NotThere."""
    found = ErasureRequest.objects.select_related("person", "requested_by").filter(pk=pk).first()
    if found is None:
        raise NotThere(_("There is no such request."))
    return found


@look(Permission.PERSON_READ)
def holds_on(*, officer: Officer, at: datetime, person: Person) -> list[LegalHold]:
    """The holds on the record that the acting agency may know of, newest first."""
    return list(LegalHold.objects.filter(person=person).select_related("agency").order_by("-set_at"))


@dataclass(frozen=True)
class HoldView:
    """One standing hold with its sealed reasons; is_own: whether the reader's agency set it."""

    hold: LegalHold
    words: Mapping[str, str]
    is_own: bool


@look(Permission.HOLD_SET, recorded=True)
def holds_here(*, officer: Officer, at: datetime) -> list[HoldView]:
    """The holds that stand now which the agency set, or which stand on its records; those to be lifted first."""
    rows = list(
        LegalHold.objects.filter(lifted_at=None)
        .select_related("agency", "owner", "set_by", "lift_asked_by", "person")
        .order_by(F("lift_asked_at").asc(nulls_last=True), "set_at", "id")
    )
    return [
        HoldView(hold, words or {}, hold.agency_id == officer.agency_id)
        for hold, words in zip(rows, _words(rows), strict=True)
    ]


@look(Permission.HOLD_SET, recorded=True)
def hold_by_id(*, officer: Officer, at: datetime, pk: int) -> HoldView:
    """One hold of the acting agency that stands now, with its reasons. Raises NotThere."""
    found = (
        LegalHold.objects.select_related("agency", "owner", "set_by", "lift_asked_by", "person")
        .filter(pk=pk, agency_id=acting_agency(officer), lifted_at=None)
        .first()
    )
    if found is None:
        raise NotThere(_("There is no such hold."))
    return HoldView(found, _words([found])[0] or {}, True)


def _words(rows: Sequence[LegalHold]) -> list[dict[str, str] | None]:
    """What is sealed in each; nothing where nothing was written or the person was erased."""
    written = [row for row in rows if bytes(row.sealed or b"")]
    opened = dict(zip((row.pk for row in written), opened_all(written), strict=True))
    return [opened.get(row.pk) for row in rows]


@dataclass(frozen=True)
class Erased:
    """One page of what was erased, the newest first; `next` is the cursor of what follows, or empty."""

    rows: Sequence[ErasureRequest]
    next: str


@look(Permission.ERASURE_APPROVE, subject=_own_agency)
def erasures_done(*, officer: Officer, at: datetime, cursor: str = "", size: int = 50) -> Erased:
    """What the acting agency erased: when, on which ground, by which two officers, and the proof; nobody is named."""
    found = ErasureRequest.objects.filter(state=ErasureRequest.State.DONE)
    behind = place_of(cursor)
    if behind is not None:
        found = found.filter(Q(decided_at__lt=behind[0]) | Q(decided_at=behind[0], pk__gt=behind[1]))
    rows = list(found.select_related("requested_by", "decided_by").order_by("-decided_at", "id")[: size + 1])
    last = rows[size - 1] if len(rows) > size else None
    following = cursor_at(last.decided_at, last.pk) if last and last.decided_at else ""
    return Erased(rows[:size], following)


def standing_holds(person: Person) -> list[LegalHold]:
    """The holds that stand now; the agency of the record sees all of them."""
    return list(LegalHold.objects.filter(person=person, lifted_at=None).select_related("agency"))


def in_the_way(person: Person, request: ErasureRequest | None = None) -> list[ConcertedError]:
    """Why the person may not be erased now: work that is open, what another part holds back, the holds, and of a
    request that waits, that it listed something else. Whoever decides reads it before, and the act refuses with it."""
    found: list[ConcertedError] = []
    if is_needed(person):
        found.append(
            Conflict(
                _("Work on this person is still open; nothing may be erased yet."),
                remedy=_("Close the case first."),
            )
        )
    found += [Conflict(problem.what, remedy=problem.remedy) for problem in held_by_parts(person)]
    holds = standing_holds(person)
    if holds:
        found.append(
            Conflict(
                _("A hold stands on this record; nothing of it may be erased."),
                where=", ".join(sorted({str(hold.agency) for hold in holds})),
                remedy=_("Ask the agency that set it to lift it."),
            )
        )
    if request is not None and listing_of(person) != request.listed:
        found.append(
            Stale(
                _("More or less is kept of this person now than when erasure was requested."),
                remedy=_("Refuse this request and let a new one list what is there."),
            )
        )
    return found


def listing_of(person: Person) -> dict[str, int]:
    """Counts by kind of everything kept under the person's key, of this room and of every other part."""
    files = StoredFile.objects.filter(subject=person.subject, removed_at=None)
    found = {
        "people.attribute": Attribute.objects.filter(person=person).count(),
        "people.choice": Choice.objects.filter(person=person).count(),
        "people.searchmark": SearchMark.objects.filter(person=person).count(),
        "vault.storedfile": files.count(),
        "vault.bytes": files.aggregate(bytes=Sum("sealed_size"))["bytes"] or 0,
    }
    for holding in holdings():
        found |= {f"{holding.name}.{kind}": count for kind, count in holding.listing(person).items()}
    return found
