"""Plans, their frozen versions and what a version says: strands, objectives, measures; never what was achieved."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q

from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer, Place


class Plan(models.Model):
    """A national or local plan of action across its versions; `office` receives its reports."""

    key = models.SlugField(max_length=80, unique=True)
    level = models.CharField(max_length=12, choices=Place.Level.choices)
    place_code = models.CharField(max_length=6, default="000000")
    title_en = models.CharField(max_length=300)
    title_zh = models.CharField(max_length=200, blank=True)
    issuer = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="plans_issued"
    )
    office = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="plans_kept")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="local_plans"
    )
    predecessor = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="successor"
    )
    victim_scope = models.CharField(max_length=160, blank=True)
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["level", "place_code", "key"]

    def __str__(self) -> str:
        return self.title_en

    def access_facts(self) -> SubjectFacts:
        return SubjectFacts(owners=frozenset({self.office_id}), place_code=self.place_code)


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    model_name="PlanVersionHistory",
    obj_field=pghistory.ObjForeignKey(related_name="history"),
    context_field=None,
)
class PlanVersion(models.Model):
    """One wording of a plan; frozen at adoption: the database refuses every change to its parts from then on.

    `row_version` counts edits while drafting (optimistic concurrency). `content_hash` is the SHA-256 of the
    canonical plan file at adoption.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        ADOPTED = "adopted"
        SUPERSEDED = "superseded"

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    document_no = models.CharField(max_length=80, blank=True)
    adopted_on = models.DateField(null=True, blank=True)
    period_from = models.DateField(null=True, blank=True)
    period_to = models.DateField(null=True, blank=True)
    completeness = models.CharField(max_length=20, default="complete")
    guiding_principle = models.TextField(blank=True)
    overall_goal = models.JSONField(default=dict, blank=True)
    legal_basis = models.JSONField(default=list, blank=True)
    strategic_measures = models.JSONField(default=dict, blank=True)
    local_instruments = models.JSONField(default=list, blank=True)
    reading_levels = models.JSONField(default=dict, blank=True)
    not_read = models.JSONField(default=list, blank=True)
    extra = models.JSONField(default=dict, blank=True)
    based_on = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="revisions"
    )
    content_hash = models.CharField(max_length=64, blank=True)
    adopted_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["plan_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["plan"], condition=Q(state="adopted"), name="one_version_of_a_plan_in_force"
            ),
            models.UniqueConstraint(
                fields=["plan"], condition=Q(state="draft"), name="one_open_draft_of_a_plan"
            ),
            models.CheckConstraint(
                condition=Q(period_to=None) | Q(period_from=None) | Q(period_to__gte=F("period_from")),
                name="plan_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} v{self.number}"

    def access_facts(self) -> SubjectFacts:
        return self.plan.access_facts()


class PlanSource(models.Model):
    """Where the wording of a version was read."""

    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="sources")
    key = models.SlugField(max_length=40)
    what = models.TextField()
    where = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="source_key_once")]


class Strand(models.Model):
    """A chapter of the plan: prevention, crackdown and rescue, assistance ..."""

    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="strands")
    key = models.SlugField(max_length=60)
    position = models.PositiveIntegerField()
    title_en = models.CharField(max_length=300)
    title_zh = models.CharField(max_length=200, blank=True)
    read = models.JSONField(default=list, blank=True)
    measure_list_read = models.BooleanField(default=True)
    note = models.TextField(blank=True)
    extra = models.JSONField(default=dict, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["version_id", "position"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="strand_key_once")]

    def __str__(self) -> str:
        return self.title_en


class Objective(models.Model):
    """What a strand is to reach, with the ratio or count it is judged by where the text names one."""

    strand = models.ForeignKey(Strand, on_delete=models.CASCADE, related_name="objectives")
    key = models.CharField(max_length=40)
    position = models.PositiveIntegerField()
    text_en = models.TextField(blank=True)
    text_zh = models.TextField(blank=True)
    deadline = models.DateField(null=True, blank=True)
    read = models.JSONField(default=list, blank=True)
    sources = models.JSONField(default=list, blank=True)
    extra = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["strand_id", "position"]
        constraints = [models.UniqueConstraint(fields=["strand", "key"], name="objective_key_once")]

    def __str__(self) -> str:
        return self.key


class Measure(models.Model):
    """One activity of a plan version. Where a text was not read the flag says so and nothing is filled in.

    `deadline_kind`: date, continuous, yearly, text (see `deadline_text`), not_read, not_stated (a sub-measure's:
    the measure above it holds). `carried_from`: the same measure in the version or plan before. `row_version`
    counts the edits of this measure and of what hangs on it, while drafting.
    """

    class DeadlineKind(models.TextChoices):
        DATE = "date"
        CONTINUOUS = "continuous"
        YEARLY = "yearly"
        TEXT = "text"
        NOT_READ = "not_read"
        NOT_STATED = "not_stated"

    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="measures")
    strand = models.ForeignKey(Strand, on_delete=models.CASCADE, related_name="measures")
    objective = models.ForeignKey(
        Objective, null=True, blank=True, on_delete=models.SET_NULL, related_name="measures"
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="sub_measures"
    )
    key = models.CharField(max_length=40)
    number = models.CharField(max_length=40, blank=True)
    position = models.PositiveIntegerField()
    title_en = models.CharField(max_length=300, blank=True)
    title_zh = models.CharField(max_length=200, blank=True)
    text_en = models.TextField(blank=True)
    text_zh = models.TextField(blank=True)
    text_read = models.BooleanField(default=True)
    level = models.CharField(max_length=12, default="national")
    starts = models.DateField(null=True, blank=True)
    deadline = models.DateField(null=True, blank=True)
    deadline_kind = models.CharField(
        max_length=12, choices=DeadlineKind.choices, default=DeadlineKind.CONTINUOUS
    )
    deadline_text = models.CharField(max_length=200, blank=True)
    target_note = models.JSONField(null=True, blank=True)
    leads_read = models.BooleanField(default=True)
    supports_read = models.BooleanField(default=True)
    lead_note = models.TextField(blank=True)
    support_note = models.TextField(blank=True)
    note = models.TextField(blank=True)
    read = models.JSONField(default=list, blank=True)
    sources = models.JSONField(default=list, blank=True)
    carried_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="carried_to"
    )
    extra = models.JSONField(default=dict, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["version_id", "position"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="measure_key_once")]
        indexes = [models.Index(fields=["strand", "position"])]

    def __str__(self) -> str:
        return f"{self.key} {self.title_en}"

    def access_facts(self) -> SubjectFacts:
        """Owned by its leads; owed to the plan's office."""
        leads = self.responsibilities.filter(role=Responsibility.Role.LEAD).values_list(
            "agency_id", flat=True
        )
        plan = self.version.plan
        return SubjectFacts(
            owners=frozenset(leads), owed_to=frozenset({plan.office_id}), place_code=plan.place_code
        )


class Responsibility(models.Model):
    """An agency's dated part in a measure: one of its leads, or supporting them."""

    class Role(models.TextChoices):
        LEAD = "lead"
        SUPPORT = "support"

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="responsibilities")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="responsibilities")
    role = models.CharField(max_length=8, choices=Role.choices)
    position = models.PositiveIntegerField(default=0)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["measure_id", "role", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "agency", "role", "valid_from"],
                nulls_distinct=False,
                name="one_part_per_start",
            )
        ]
        indexes = [models.Index(fields=["agency", "role"])]


class Milestone(models.Model):
    """A dated step of a measure. Whether it was reached is a MilestoneMark, outside the frozen text."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="milestones")
    key = models.CharField(max_length=40)
    title_en = models.CharField(max_length=300)
    title_zh = models.CharField(max_length=200, blank=True)
    due = models.DateField()

    class Meta:
        ordering = ["due", "key"]
        constraints = [models.UniqueConstraint(fields=["measure", "key"], name="milestone_key_once")]


class MilestoneMark(models.Model):
    """A milestone was reached (or the mark withdrawn), said by whom with what evidence."""

    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="marks")
    reached_on = models.DateField()
    evidence = models.TextField(blank=True)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)


class Dependency(models.Model):
    """`measure` can start only `lag_days` after `needs` has finished (finish-to-start); never a cycle."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="dependencies")
    needs = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="dependants")
    lag_days = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["measure", "needs"], name="dependency_once"),
            models.CheckConstraint(condition=~Q(measure=F("needs")), name="no_measure_needs_itself"),
        ]


class PlanDraft(models.Model):
    """A plan text as somebody handed it in, with its reading and the corrections made so far; private to its agency."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="plan_drafts")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    filename = models.CharField(max_length=200)
    source_lines = models.JSONField(default=list)
    reading = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    row_version = models.PositiveIntegerField(default=1)
    became = models.ForeignKey(
        PlanVersion, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-created_at"]

    def access_facts(self) -> SubjectFacts:
        return SubjectFacts(owners=frozenset({self.agency_id}), authors=frozenset({self.officer_id}))


class InternalNote(models.Model):
    """A note an agency keeps for itself on a measure, report or obligation."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="notes")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    text = models.TextField()
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["agency", "subject_kind", "subject_id"])]

    def access_facts(self) -> SubjectFacts:
        return SubjectFacts(owners=frozenset({self.agency_id}), authors=frozenset({self.officer_id}))
