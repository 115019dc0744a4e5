"""Code lists in two languages, versioned; a retired code stays readable."""

from __future__ import annotations

from django.db import models


class CodeList(models.Model):
    """One version of one list of codes."""

    key = models.SlugField(max_length=60)
    version = models.PositiveIntegerField()
    title_en = models.CharField(max_length=160)
    title_zh = models.CharField(max_length=80)
    valid_from = models.DateField(null=True, blank=True)
    source = models.TextField(blank=True)

    class Meta:
        ordering = ["key", "version"]
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="one_list_per_version")]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"


class Code(models.Model):
    """One code of a list with its label in both languages."""

    code_list = models.ForeignKey(CodeList, on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(max_length=60)
    name_en = models.CharField(max_length=200)
    name_zh = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    position = models.PositiveIntegerField(default=0)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["code_list", "code"], name="code_once_per_version")]

    def __str__(self) -> str:
        return f"{self.code}: {self.name_en}"
