"""The sections of a case, one table each, so that the database fences each by itself; the words are sealed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import Q

from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.people.models import Person

from .base import SealedSecret, Secret
from .case import Case, OfCase
from .report import Report


class PersonLink(OfCase, Secret):
    """The section `identity`: which person record stands in which role on the case.

    ended_consents: of a guardian just written down as a suspect, the consents that ended with it. cleared_consents: of
    one who just ceased to be a suspect, those that had ended with it.
    """

    ended_consents: tuple[int, ...] = ()
    cleared_consents: tuple[int, ...] = ()

    class Role(models.TextChoices):
        VICTIM = "victim"
        GUARDIAN = "guardian"
        FAMILY = "family"
        WITNESS = "witness"
        SUSPECT = "suspect"
        OTHER = "other"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="people")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=Role.choices)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "person", "role"], condition=Q(ended_at=None), name="linked_once_per_role"
            )
        ]
        indexes = [models.Index(fields=["person"])]

    def audit_detail(self) -> Mapping[str, Any]:
        told = {"ended_consents": self.ended_consents, "cleared_consents": self.cleared_consents}
        return {name: list(consents) for name, consents in told.items() if consents}


class Section(OfCase, SealedSecret):
    """What one agency wrote in one section; another agency's words stand beside it, never over it.

    Sealed: {field: value} with the fields of sections.SECTIONS. A change writes a new row and dates the old
    one, so nothing typed is lost.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True
        ordering = ["case_id", "agency_id", "-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "agency"],
                condition=Q(replaced_at=None),
                name="%(class)s_one_standing_per_agency",
            )
        ]


class Contact(Section):
    """Safe ways to reach the person, and ways that must never be used."""


class Health(Section):
    """Health in outline, as far as helpers must know it."""


class Psychosocial(Section):
    """Well-being, support at hand, risks to self."""


class Legal(Section):
    """Legal standing, proceedings, wishes as to them."""


class Account(Section):
    """The account of exploitation: acts, means, purposes, places, times, as told."""


class Travel(Section):
    """Travel documents, routes, planned journeys."""


class ShelterAddress(Section):
    """Sealed: where the person is sheltered."""


class NewIdentity(Section):
    """Sealed: a protected new identity."""


class WitnessProtection(Section):
    """Sealed: measures of witness protection."""


class HealthDetail(Section):
    """Sealed: diagnoses, examinations, test results."""


class Screening(OfCase, SealedSecret):
    """One screening with one version of one indicator set; never a legal finding.

    Sealed: answers {indicator: yes | no | declined | unknown | not_asked}, result with every step's reason, note.
    """

    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="screenings")
    report = models.ForeignKey(
        Report, null=True, blank=True, on_delete=models.PROTECT, related_name="screenings"
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    screener_role = models.CharField(max_length=40)
    source_of_identification = models.CharField(max_length=40)
    indicator_set = models.CharField(max_length=60)
    set_version = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "id"]
        indexes = [models.Index(fields=["case", "-at"])]


class CaseDocument(OfCase, SealedSecret):
    """A file of the case; it belongs to a section and is seen with it. A withdrawn one is kept and not shown. Sealed:
    title, note, withdrawn (why)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents")
    section = models.CharField(max_length=24)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    file = models.UUIDField(null=True, blank=True)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-at", "id"]
        indexes = [models.Index(fields=["case", "-at"])]
