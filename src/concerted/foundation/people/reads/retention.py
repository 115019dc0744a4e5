"""What would go if a person were erased, what holds it back, and the requests that wait; erases nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Officer
from concerted.foundation.vault.models import StoredFile

from ..holdings import holdings
from ..models import Attribute, Choice, ErasureRequest, LegalHold, Person, SearchMark


@dataclass(frozen=True)
class Preview:
    """The dry run: counts by kind of what would go, and the holds that forbid it now."""

    person: Person
    listed: Mapping[str, int]
    holds: Sequence[LegalHold]

    @property
    def is_free(self) -> bool:
        """Whether no hold stands."""
        return not self.holds


def _own_agency(*, officer: Officer, **_rest: object) -> SubjectFacts:
    return SubjectFacts(owners=frozenset({officer.agency_id} if officer.agency_id else ()))


@look(Permission.ERASURE_REQUEST, subject="person", recorded=True)
def erasure_preview(*, officer: Officer, at: datetime, person: Person) -> Preview:
    """Everything that erasing this person would take away, as counts; nothing is changed."""
    return Preview(person, listing_of(person), standing_holds(person))


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


def standing_holds(person: Person) -> list[LegalHold]:
    """The holds that stand now; the agency of the record sees all of them."""
    return list(LegalHold.objects.filter(person=person, lifted_at=None).select_related("agency"))


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
