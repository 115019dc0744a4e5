"""What case work keeps about a person, for the dry run of an erasure; it erases nothing itself."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from concerted.errors import Problem
from concerted.foundation.people.holdings import Holding, register
from concerted.foundation.people.models import Person

from .models import Case, CaseDocument, PersonLink, Report, Screening
from .models.sections import Section
from .reads.retention import held_back


def register_holding() -> None:
    """Let an erasure know what case work keeps."""
    register(Holding("cases", _listing, subjects=_subjects, needed=_needed, held=_held))


def _cases(person: Person) -> QuerySet[Case]:
    """Cases of the record's own agency on which nobody else stands as a victim."""
    mine = PersonLink.objects.filter(person=person, role=PersonLink.Role.VICTIM).values("case_id")
    shared = PersonLink.objects.filter(role=PersonLink.Role.VICTIM).exclude(person=person).values("case_id")
    return Case.objects.filter(pk__in=mine, lead_id=person.agency_id).exclude(pk__in=shared)


def _listing(person: Person) -> dict[str, int]:
    cases = _cases(person)
    found = {
        "case": cases.count(),
        "link": PersonLink.objects.filter(person=person).count(),
        "report": Report.objects.filter(case__in=cases).count(),
        "screening": Screening.objects.filter(case__in=cases).count(),
        "document": CaseDocument.objects.filter(case__in=cases).count(),
    }
    return found | {
        str(table._meta.model_name): table._default_manager.filter(case__in=cases).count()
        for table in Section.__subclasses__()
    }


def _subjects(person: Person) -> list[UUID]:
    cases = _cases(person)
    return [
        *cases.values_list("subject", flat=True),
        *Report.objects.filter(case__in=cases).values_list("subject", flat=True),
    ]


def _needed(person: Person) -> bool:
    links = PersonLink.objects.filter(person=person, ended_at=None)
    return links.exclude(case__stage=Case.Stage.CLOSED).exists()


def _held(person: Person) -> list[Problem]:
    told = {
        "legal_hold": Problem(
            _("A case on which this person stands is marked “Legal hold”; nothing of it may be erased."),
            remedy=_("Ask its lead agency to take the mark off, with the reason."),
        ),
        "review": Problem(
            _(
                "An emergency access to a case of this person waits for its review; it must be readable till then."
            ),
            remedy=_("Review the emergency access first."),
        ),
    }
    return [told[why] for why in held_back([person.pk]).get(person.pk, ())]
