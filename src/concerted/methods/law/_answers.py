"""What a person said to a screener, kept as it was said; it scores nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Answer(StrEnum):
    """Five different things: a question may be answered, refused, beyond what is known, or never put."""

    YES = "yes"
    NO = "no"
    DECLINED = "declined"
    UNKNOWN = "unknown"
    NOT_ASKED = "not_asked"

    @property
    def is_answered(self) -> bool:
        """Whether the question is settled either way."""
        return self in (Answer.YES, Answer.NO)


@dataclass(frozen=True)
class AgeRange:
    """Completed years, both ends included; None is open. An estimate is a range, never one number."""

    lowest: int | None = None
    highest: int | None = None

    def is_surely_below(self, age: int) -> bool:
        """Whether every age in the range lies below."""
        return self.highest is not None and self.highest < age

    def is_surely_from(self, age: int) -> bool:
        """Whether every age in the range is at least that."""
        return self.lowest is not None and self.lowest >= age


@dataclass(frozen=True)
class ScreeningForm:
    """One screening: which list, what was answered, who asked and how the person came to notice.

    A missing answer counts as not asked. `act`: was the person recruited, moved, harboured or received by somebody?
    """

    list: str
    answers: Mapping[str, Answer] = field(default_factory=dict)
    act: Answer = Answer.NOT_ASKED
    age: AgeRange = AgeRange()
    reference: str = ""
    screened_on: date | None = None
    screener_agency: str = ""
    screener_role: str = ""
    source_of_identification: str = ""
    language: str = ""
    interpreter: Answer = Answer.NOT_ASKED

    def answer_to(self, indicator: str) -> Answer:
        """Return the answer to one indicator; not asked where there is none."""
        return self.answers.get(indicator, Answer.NOT_ASKED)
