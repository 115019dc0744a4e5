"""Who may hold what of a case and on which basis: consent, disclosure, objection, emergency access."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from concerted.foundation.access.models import Interest
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.people.models import Person

from .base import SealedSecret
from .case import Case, OfCase


class Consent(OfCase, SealedSecret):
    """A person's consent to one recipient, for sections, a purpose and a time.

    person: whose consent it is; with the identity only this person's records are opened on it. None: nobody was named,
    as before consents named anybody, or no record stands on the case.
    recipient None means somebody outside the system, named in the sealed part. takes_up: the one that ended on a
    suspicion since lifted, in whose place this stands from its own day on. Sealed: witness, outside, note, received_by.
    """

    class Giver(models.TextChoices):
        SELF = "self"
        GUARDIAN = "guardian"
        CHILD_ASSENT = "child_assent"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="consents")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    giver = models.CharField(max_length=12, choices=Giver.choices)
    giver_person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recipient = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sections = models.JSONField(default=list)
    purpose = models.CharField(max_length=32)
    given_at = models.DateTimeField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    language = models.CharField(max_length=40)
    is_written = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at_agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    takes_up = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="taken_up_as"
    )

    class Meta:
        ordering = ["-given_at", "id"]
        indexes = [models.Index(fields=["case", "recipient"])]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="consent_ends_after_it_starts"),
            models.UniqueConstraint(fields=["takes_up", "agency"], name="taken_up_once_by_an_agency"),
        ]

    def audit_detail(self) -> dict[str, int]:
        return {"takes_up": self.takes_up_id} if self.takes_up_id else {}


class Disclosure(OfCase, SealedSecret):
    """Sections given to one recipient for a purpose until a day, on consent or a named legal basis.

    persons: whose records the identity opens, by their numbers; None: all that the giver wrote on the case.
    tag: the basis of the interests that open the sections, by which they end together. marked_at: the consent under
    it was withdrawn later, or its guardian suspected; what was given stays on the list of who holds what.
    may_share_onward: all of it but what is sealed (sections.shared_onward). Sealed: reason, relies_on, outside.
    """

    class State(models.TextChoices):
        LIVE = "live"
        EXPIRED = "expired"
        RECALLED = "recalled"
        WITHDRAWN = "withdrawn"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="disclosures")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sections = models.JSONField(default=list)
    purpose = models.CharField(max_length=32)
    consent = models.ForeignKey(
        Consent, null=True, blank=True, on_delete=models.PROTECT, related_name="disclosures"
    )
    persons = models.JSONField(null=True, blank=True)
    legal_basis = models.CharField(max_length=40, blank=True)
    impact_assessment = models.CharField(max_length=80, blank=True)
    given_at = models.DateTimeField()
    until = models.DateTimeField()
    may_share_onward = models.BooleanField(default=False)
    opened_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_as = models.CharField(max_length=12, choices=State.choices, blank=True)
    marked_at = models.DateTimeField(null=True, blank=True)
    tag = models.CharField(max_length=24)
    referral = models.ForeignKey(
        "cases.Referral", null=True, blank=True, on_delete=models.PROTECT, related_name="disclosures"
    )

    class Meta:
        ordering = ["-given_at", "id"]
        indexes = [
            models.Index(fields=["case", "-given_at"]),
            models.Index(fields=["recipient", "-given_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(consent__isnull=False) | ~Q(legal_basis=""), name="disclosed_on_a_basis"
            )
        ]


class Objection(OfCase, SealedSecret):
    """The person does not want this agency to know of the case; nothing reaches it, emergencies included."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="objections")
    against = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)


class RightsRequest(OfCase, SealedSecret):
    """What the person asks about the use of what is kept on the case: to restrict it, a copy, a correction ...

    kind: a key of reference/law/person-rights.yaml. While a restriction stands nothing is given onward on consent and
    nothing is exported: by anybody where a lead granted it, else by the agency that did. Sealed: words, reason.
    """

    class State(models.TextChoices):
        ASKED = "asked"
        GRANTED = "granted"
        REFUSED = "refused"
        ENDED = "ended"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="rights_requests")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    asked_by = models.CharField(max_length=16)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-asked_at", "id"]
        indexes = [
            models.Index(fields=["case", "-asked_at"]),
            models.Index(fields=["agency"], condition=Q(state="asked"), name="rights_waiting"),
        ]

    def access_facts(self) -> SubjectFacts:
        """Whose request it is to answer."""
        return SubjectFacts(owners=frozenset({self.agency_id}), authors=frozenset({self.officer_id}))


class BreakGlass(OfCase, SealedSecret):
    """One emergency access: who, why, for three hours, and what its review found. Sealed: reason, review."""

    class Verdict(models.TextChoices):
        JUSTIFIED = "justified"
        NOT_JUSTIFIED = "not_justified"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    sections = models.JSONField(default=list)
    interest = models.ForeignKey(Interest, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    until = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    verdict = models.CharField(max_length=16, choices=Verdict.choices, blank=True)

    class Meta:
        ordering = ["-opened_at", "id"]
        indexes = [models.Index(fields=["officer", "-opened_at"])]

    def access_facts(self) -> SubjectFacts:
        """The owner reviews; whoever broke the glass does not."""
        return SubjectFacts(owners=frozenset({self.owner_id}), authors=frozenset({self.officer_id}))


class ConflictOfInterest(OfCase, SealedSecret):
    """An officer set aside from a case: to this officer the case does not exist. Sealed: reason, lift_reason.

    One officer asks to lift it, a supervisor who is neither that officer nor the one concerned agrees.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    declared_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    lift_asked_at = models.DateTimeField(null=True, blank=True)
    lift_asked_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    until = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["officer"], condition=Q(until=None), name="set_aside_now")]
        constraints = [
            models.CheckConstraint(
                condition=Q(lifted_by=None) | (~Q(lifted_by=F("lift_asked_by")) & ~Q(lifted_by=F("officer"))),
                name="a_third_officer_lifts",
            )
        ]
