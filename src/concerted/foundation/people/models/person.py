"""A person as one agency wrote them, and each thing said of them, sealed; never says who may look."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q

from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.vault.models import SealedRow
from concerted.foundation.vault.numbers import readable, secret_number


class Person(models.Model):
    """One agency's record of one person; whoever they are stands in the attributes, under `subject`'s key.

    An unknown offender and an unnamed child are records like any other: nothing has to be invented for them.
    """

    class Kind(models.TextChoices):
        PERSON = "person"
        UNKNOWN_OFFENDER = "unknown_offender"
        UNNAMED_CHILD = "unnamed_child"

    id = models.BigIntegerField(primary_key=True, default=secret_number, editable=False)
    subject = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.PERSON)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    row_version = models.PositiveIntegerField(default=1)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["agency", "-created_at"])]

    @property
    def number(self) -> str:
        """The number of the record as officers say it; it tells nothing of the person."""
        return readable(self.pk, "P")

    def access_facts(self) -> SubjectFacts:
        """Whose record it is; who else may see it is the database's affair."""
        return SubjectFacts(owners=frozenset({self.agency_id}), authors=frozenset({self.created_by_id}))


class Attribute(SealedRow):
    """One thing said of a person: what, by whom, when, how sure; the value itself is sealed.

    Rows are added and withdrawn, never changed, so that conflicting values stand side by side. owner: the
    agency of the person's record, repeated here so that the database can fence the row by itself. position: its place
    among what was written down at once, from 0.
    """

    class What(models.TextChoices):
        NAME = "name"
        BIRTH = "birth"
        SEX = "sex"
        ORIGIN = "origin"
        DOCUMENT = "document"
        PHOTOGRAPH = "photograph"
        DESCRIPTION = "description"

    class Confidence(models.TextChoices):
        CONFIRMED = "confirmed"
        PROBABLE = "probable"
        POSSIBLE = "possible"
        DOUBTFUL = "doubtful"
        NOT_STATED = "not_stated"

    id = models.BigIntegerField(primary_key=True, default=secret_number, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="attributes")
    what = models.CharField(max_length=12, choices=What.choices)
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    source_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    stated_on = models.DateField()
    confidence = models.CharField(max_length=12, choices=Confidence.choices, default=Confidence.NOT_STATED)
    recorded_at = models.DateTimeField()
    position = models.PositiveSmallIntegerField(default=0)
    recorded_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["person", "what"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="who_withdrew_is_known",
            )
        ]

    def access_facts(self) -> SubjectFacts:
        """Whose statement it is."""
        return SubjectFacts(owners=frozenset({self.agency_id}), authors=frozenset({self.recorded_by_id}))


class Choice(SealedRow):
    """An agency's recorded decision which of several values it goes by; the reason is sealed."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="choices")
    what = models.CharField(max_length=12, choices=Attribute.What.choices)
    attribute = models.ForeignKey(Attribute, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["person", "what", "-id"])]


class SearchMark(models.Model):
    """A keyed hash of one form of one value, by which an agency finds its own records; it opens nothing."""

    attribute = models.ForeignKey(Attribute, on_delete=models.CASCADE, related_name="marks")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="marks")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=16)
    mark = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["mark", "agency"])]


class Exclusion(models.Model):
    """An officer who must see nothing of this record, such as a relative, whatever their agency may see."""

    id = models.BigIntegerField(primary_key=True, default=secret_number, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="exclusions")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "officer"])]
