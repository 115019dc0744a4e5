"""Places of the nation by GB/T 2260 code and date; never says which agency works there."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q


class PlaceQuerySet(models.QuerySet["Place"]):
    def standing(self, on: date) -> PlaceQuerySet:
        """Places whose code stands on the day given."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gt=on))

    def within(self, code: str) -> PlaceQuerySet:
        """The place with this code and every place below it."""
        return self.filter(code__startswith=significant_digits(code))


class Place(models.Model):
    """One name of one division code for one span of time; a retired code stays readable.

    `code` is the six-digit code of GB/T 2260; 000000 is the nation. `valid_to` is exclusive.
    """

    class Level(models.TextChoices):
        NATION = "nation"
        PROVINCE = "province"
        PREFECTURE = "prefecture"
        COUNTY = "county"

    code = models.CharField(max_length=6)
    level = models.CharField(max_length=12, choices=Level.choices)
    name_en = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=80)
    name_en_generated = models.BooleanField(default=False)
    parent_code = models.CharField(max_length=6, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    date_precision = models.CharField(max_length=8, default="year")
    source = models.CharField(max_length=200)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ["code", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "valid_from"], nulls_distinct=False, name="place_code_once_per_start"
            ),
            models.CheckConstraint(condition=Q(code__regex=r"^\d{6}$"), name="place_code_has_six_digits"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gt=models.F("valid_from")),
                name="place_ends_after_it_starts",
            ),
        ]
        indexes = [models.Index(fields=["level", "code"]), models.Index(fields=["parent_code"])]

    def __str__(self) -> str:
        return f"{self.code} {self.name_en}"

    @property
    def province_code(self) -> str:
        return province_of(self.code)


def significant_digits(code: str) -> str:
    """The leading digits that every place within `code` shares: '' for the nation, 2, 4 or 6 digits."""
    if code == "000000":
        return ""
    if code.endswith("0000"):
        return code[:2]
    if code.endswith("00"):
        return code[:4]
    return code


def province_of(code: str) -> str:
    """The province code a division code belongs to; the nation belongs to itself."""
    return code[:2] + "0000"


def is_within(code: str, above: str) -> bool:
    """Whether the place `code` is `above` or lies in it."""
    return code.startswith(significant_digits(above))
