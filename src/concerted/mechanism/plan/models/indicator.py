"""Indicators, what was observed, and which of several values counts; arithmetic is in methods/results."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer, Place

from .plan import Measure, Objective, Plan, PlanVersion

#: the units of a ratio whose numerator is a part of its denominator
SHARE_UNITS = ("percent", "%")
#: the units of what is measured, not counted: a half of one is a figure
MEASURED_UNITS = frozenset({
    *SHARE_UNITS, "days", "hours", "minutes", "weeks", "months", "years", "yuan", "kilometres", "km", "hectares",
    "tonnes", "kilograms", "points", "index", "not_stated", "天", "小时", "元", "万元", "亿元", "公里", "公顷", "吨",
})  # fmt: skip
#: the roll-ups by which the figures of periods add up
ADDING = ("sum", "count_reporting")


class Indicator(models.Model):
    """What is counted, in which unit, which way is good, and how it adds up over areas and time.

    It belongs to the plan across versions, so that a series is not cut by a revision. `rollup_*` are names of
    methods/results; `cumulative` values are running totals, not increments. `dimensions` are the breakdowns allowed.
    Expected to report it are the places of `reporting_level` inside the plan's own place that stand on the last day
    of the period.
    """

    class Direction(models.TextChoices):
        RISE = "rise"
        FALL = "fall"
        REACH = "reach"
        KEEP = "keep"

    class Kind(models.TextChoices):
        COUNT = "count"
        RATIO = "ratio"
        SCORE = "score"

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="indicators")
    key = models.CharField(max_length=60)
    name_en = models.CharField(max_length=300)
    name_zh = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.COUNT)
    direction = models.CharField(max_length=8, choices=Direction.choices)
    numerator_en = models.CharField(max_length=200, blank=True)
    numerator_zh = models.CharField(max_length=120, blank=True)
    denominator_en = models.CharField(max_length=200, blank=True)
    denominator_zh = models.CharField(max_length=120, blank=True)
    cumulative = models.BooleanField(default=False)
    rollup_areas = models.CharField(max_length=20, default="sum")
    rollup_time = models.CharField(max_length=20, default="sum")
    dimensions = models.JSONField(default=list, blank=True)
    reporting_level = models.CharField(
        max_length=12, choices=Place.Level.choices, default=Place.Level.PROVINCE
    )
    tolerance = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    is_demonstration = models.BooleanField(default=False)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["plan_id", "key"]
        constraints = [models.UniqueConstraint(fields=["plan", "key"], name="indicator_key_once")]

    def __str__(self) -> str:
        return self.name_en

    def access_facts(self) -> SubjectFacts:
        return self.plan.access_facts()

    @property
    def is_share(self) -> bool:
        """Whether its values are parts of their wholes, from 0 to 1; days a person or yuan a case are not."""
        return bool(self.kind == self.Kind.RATIO and self.unit in SHARE_UNITS)

    @property
    def is_whole(self) -> bool:
        """Whether its values are whole numbers: persons, cases and meetings come in no halves; days and yuan may."""
        return bool(self.kind == self.Kind.COUNT and self.unit not in MEASURED_UNITS)

    @property
    def adds_up_over_time(self) -> bool:
        """Whether the figures of several periods are added, so that a quarter's is a part of a year's."""
        return not self.cumulative and self.rollup_time in ADDING


class IndicatorUse(models.Model):
    """A version's measure or objective is judged by this indicator."""

    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="indicator_uses")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="uses")
    measure = models.ForeignKey(
        Measure, null=True, blank=True, on_delete=models.CASCADE, related_name="indicator_uses"
    )
    objective = models.ForeignKey(
        Objective, null=True, blank=True, on_delete=models.CASCADE, related_name="indicator_uses"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(measure=None) & Q(objective__isnull=False))
                | (Q(measure__isnull=False) & Q(objective=None)),
                name="indicator_judges_a_measure_or_an_objective",
            ),
            models.UniqueConstraint(
                fields=["indicator", "measure", "objective"], nulls_distinct=False, name="indicator_used_once"
            ),
        ]


class Baseline(models.Model):
    """Where an indicator stood in a year, for one place; a version's own statement. `value` null: named but not read.

    Of what adds up over time it is the sum of the whole year, and so are the targets that are held against it.
    """

    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="baselines")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="baselines")
    place_code = models.CharField(max_length=6, default="000000")
    year = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    numerator = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    denominator = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    source = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "indicator", "place_code"], name="one_baseline_per_place"
            )
        ]


class Target(models.Model):
    """What an indicator shall be by a date in a place, over the year that ends with it where it adds up over time.

    `value` null: a direction without a number was set.
    """

    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="targets")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="targets")
    place_code = models.CharField(max_length=6, default="000000")
    by = models.DateField()
    value = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    comment = models.TextField(blank=True)

    class Meta:
        ordering = ["by"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "indicator", "place_code", "by"], name="one_target_per_date"
            )
        ]


class ReportingPeriod(models.Model):
    """One span of a plan's shared reporting calendar. Its state is computed from its dates and `closed_at`."""

    class Kind(models.TextChoices):
        QUARTER = "quarter"
        HALF_YEAR = "half_year"
        YEAR = "year"

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="periods")
    key = models.CharField(max_length=24)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    starts = models.DateField()
    ends = models.DateField()
    opens = models.DateField()
    due = models.DateField()
    grace_until = models.DateField()
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["plan_id", "starts"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "key"], name="period_key_once"),
            models.CheckConstraint(
                condition=Q(ends__gt=models.F("starts")), name="period_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return self.key

    def access_facts(self) -> SubjectFacts:
        return self.plan.access_facts()


class Observation(models.Model):
    """One reported value of an indicator with its source; several may stand side by side in one cell.

    A cell is (indicator, place, period, breakdown). Zero is a value; a missing value is no row. A value is never
    overwritten: a correction is a new row, the old one gets `withdrawn_at`. For a ratio `value` is
    numerator/denominator. `breakdown` is '' for the whole, else 'age=child;sex=female' in sorted order. The unique
    index serves every read of standing values, so that millions of rows carry no second one.
    """

    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="observations", db_index=False
    )
    place_code = models.CharField(max_length=6)
    period = models.ForeignKey(
        ReportingPeriod, on_delete=models.PROTECT, related_name="observations", db_index=False
    )
    breakdown = models.CharField(max_length=120, default="", blank=True)
    value = models.DecimalField(max_digits=20, decimal_places=6)
    numerator = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    denominator = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    qualifier = models.CharField(max_length=16, default="exact")
    source_agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="observations", db_index=False
    )
    source_note = models.CharField(max_length=300, blank=True)
    officer = models.ForeignKey(
        Officer, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "period", "place_code", "breakdown", "source_agency"],
                condition=Q(withdrawn_at=None),
                name="one_standing_value_per_source",
            )
        ]
        indexes = [
            models.Index(
                fields=["indicator", "period", "place_code"],
                condition=Q(withdrawn_at__isnull=False),
                name="withdrawn_values_of_a_cell",
            )
        ]

    def access_facts(self) -> SubjectFacts:
        return SubjectFacts(
            owners=frozenset({self.source_agency_id}),
            owed_to=frozenset({self.indicator.plan.office_id}),
            place_code=self.place_code,
        )


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    model_name="RulingHistory",
    obj_field=pghistory.ObjForeignKey(related_name="history"),
    context_field=None,
)
class Ruling(models.Model):
    """Which of several observations of one cell counts, by whom and why; a later ruling replaces it."""

    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, related_name="rulings")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    place_code = models.CharField(max_length=6)
    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="+")
    breakdown = models.CharField(max_length=120, default="", blank=True)
    reason = models.TextField()
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "period", "place_code", "breakdown"],
                condition=Q(replaced_at=None),
                name="one_ruling_in_force_per_cell",
            )
        ]


class RollUp(models.Model):
    """The roll-up of one indicator over the areas below a place for one period, kept in step with observations.

    `reported` of `expected` places below gave a usable value; `conflicting` have several without a ruling.
    `low`/`high` bound the whole including what is missing (null: unbounded on that side). Own values of the place
    itself are observations, not here.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="rollups", db_index=False)
    period = models.ForeignKey(
        ReportingPeriod, on_delete=models.CASCADE, related_name="rollups", db_index=False
    )
    place_code = models.CharField(max_length=6)
    value = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    numerator = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    denominator = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    reported = models.IntegerField()
    expected = models.IntegerField()
    conflicting = models.IntegerField(default=0)
    low = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    high = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    median = models.DecimalField(max_digits=24, decimal_places=6, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["indicator", "period", "place_code"], name="one_rollup_per_cell")
        ]
        indexes = [models.Index(fields=["period", "place_code"])]


class PublishedStatistic(models.Model):
    """A figure somebody published, kept as it was printed with its source; nothing is added up from these."""

    span = models.CharField(max_length=24)
    measure = models.CharField(max_length=300)
    value = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    value_text = models.CharField(max_length=60)
    qualifier = models.CharField(max_length=24)
    unit = models.CharField(max_length=60)
    period_from = models.CharField(max_length=16, blank=True)
    period_to = models.CharField(max_length=16, blank=True)
    geography = models.CharField(max_length=120)
    publisher = models.CharField(max_length=160)
    source = models.TextField()
    note = models.TextField(blank=True)
    row = models.PositiveIntegerField(unique=True)

    class Meta:
        ordering = ["row"]
