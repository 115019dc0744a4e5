"""How long what is kept, read from reference/retention, and the first day on which it may go; erases nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from concerted.errors import NotThere

FILE = Path(__file__).resolve().parents[4] / "reference" / "retention" / "schedule.yaml"


@dataclass(frozen=True)
class RetentionRule:
    """For how many years after which event something is kept; until_age: and not before the person is so old."""

    key: str
    en: str
    zh: str
    holds: str
    after: str
    years: int
    years_from: str
    articles: tuple[str, ...]
    source: str
    until_age: int | None = None

    @property
    def name(self) -> str:
        """In the reader's language."""
        return self.zh if (get_language() or "").startswith("zh") else self.en

    def first_day(self, event_on: date, *, latest_birth: date | None = None) -> date:
        """The first day on which what the rule holds may be erased; the birth counts only with until_age."""
        due = _years_after(event_on, self.years)
        if self.until_age is not None and latest_birth is not None:
            due = max(due, _years_after(latest_birth, self.until_age))
        return due


@cache
def rules() -> tuple[RetentionRule, ...]:
    """The schedule in the order in which it is written."""
    read = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(RetentionRule(**(row | {"articles": tuple(row["articles"])})) for row in read["rules"])


def rule_of(key: str) -> RetentionRule:
    """The rule with this key; raises NotThere."""
    for rule in rules():
        if rule.key == key:
            return rule
    raise NotThere(_("There is no such rule of retention."))


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)
