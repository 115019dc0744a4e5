"""What may be said of a person over the API, each kind in its own shape; it reads and writes no record."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Any, Literal

from ninja import Field

from concerted.foundation.people.births import birth_unknown, born_between, born_by_age, born_on
from concerted.foundation.people.values import (
    Description,
    Document,
    DocumentKind,
    Name,
    NameKind,
    Origin,
    Script,
    Sex,
    SexStated,
    Statement,
    Value,
)
from concerted.mechanism.cases import choices

from ..answers import In
from ..call import Day, Key, Line, PlaceCode, Text
from .common import OneOf, agency_of

Confidence = Annotated[str, OneOf(choices.CONFIDENCES)]
Words = Annotated[Line, Field(max_length=400)]
Country = Annotated[str, Field(pattern=r"^([A-Z]{2})?$")]
Year = Annotated[int, Field(ge=1880, le=2100)]
Age = Annotated[int, Field(ge=0, le=130)]


class Said(In):
    """Who said it, when and how sure; without an agency the caller's own said it."""

    stated_on: Day | None = None
    confidence: Confidence = "not_stated"
    source_agency: Key | None = None


class NameSaid(Said):
    """A name as it was said or written."""

    what: Literal["name"]
    full: Words
    script: Script = Script.HAN
    kind: NameKind = NameKind.LEGAL
    family: Words = ""
    given: Words = ""
    note: Words = ""

    def value(self) -> Value:
        """The name."""
        return Name(self.full, self.script, self.kind, self.family, self.given, self.note)


class BornOn(Said):
    """A day, month or year of birth, Gregorian or of the Chinese lunar calendar."""

    what: Literal["birth"]
    year: Year
    month: Annotated[int, Field(ge=1, le=12)] | None = None
    day: Annotated[int, Field(ge=1, le=31)] | None = None
    calendar: Literal["gregorian", "chinese_lunar"] = "gregorian"
    leap_month: bool = False
    estimated: bool = False

    def value(self) -> Value:
        """The days on which the person may have been born."""
        return born_on(
            self.year,
            self.month,
            self.day,
            calendar=self.calendar,
            leap_month=self.leap_month,
            estimated=self.estimated,
        )


class AgeSaid(Said):
    """An age on a day, as a span; nominal: counted the East Asian way."""

    what: Literal["age"]
    age: Age
    age_to: Age | None = None
    on: Day
    nominal: bool = False
    estimated: bool = True

    def value(self) -> Value:
        """The days on which the person may have been born."""
        return born_by_age(
            self.age, on=self.on, age_to=self.age_to, nominal=self.nominal, estimated=self.estimated
        )


class BornBetween(Said):
    """The first and the last day on which the person may have been born."""

    what: Literal["birth_between"]
    earliest: Day
    latest: Day

    def value(self) -> Value:
        """The days on which the person may have been born."""
        first, last = (born_on(day.year, day.month, day.day) for day in (self.earliest, self.latest))
        return born_between(first, last)


class BirthUnknown(Said):
    """Nothing is known of the birth, and that was written down."""

    what: Literal["birth_unknown"]

    def value(self) -> Value:
        """No day at all."""
        return birth_unknown()


class SexSaid(Said):
    """What was said of the person's sex and gender."""

    what: Literal["sex"]
    code: Sex
    gender: Words = ""
    note: Words = ""

    def value(self) -> Value:
        """The sex as stated."""
        return SexStated(self.code, self.gender, self.note)


class OriginSaid(Said):
    """Where the person comes from."""

    what: Literal["origin"]
    country: Country = ""
    nationality: Country = ""
    place_code: PlaceCode | Literal[""] = ""
    place_text: Words = ""
    ethnicity: Words = ""
    registered_at: Words = ""
    language: Words = ""
    note: Words = ""

    def value(self) -> Value:
        """The origin."""
        return Origin(**self.dict(include={one.name for one in fields(Origin)}))


class DocumentSaid(Said):
    """A paper with its number; as_written: it stands so on a forged or damaged card though it does not fit."""

    what: Literal["document"]
    number: Words
    kind: DocumentKind = DocumentKind.RESIDENT_CARD
    country: Country = "CN"
    issued_on: Day | None = None
    expires_on: Day | None = None
    held_by: Words = ""
    note: Words = ""
    as_written: bool = False

    def value(self) -> Value:
        """The paper."""
        return Document(**self.dict(include={one.name for one in fields(Document)}))


class DescriptionSaid(Said):
    """What the person looks or speaks like."""

    what: Literal["description"]
    text: Annotated[Text, Field(max_length=4000)]

    def value(self) -> Value:
        """The description."""
        return Description(self.text)


NewStatement = Annotated[
    NameSaid
    | BornOn
    | BornBetween
    | AgeSaid
    | BirthUnknown
    | SexSaid
    | OriginSaid
    | DocumentSaid
    | DescriptionSaid,
    Field(discriminator="what"),
]
Statements = Annotated[list[NewStatement], Field(max_length=100)]


def statement_of(new: Any) -> Statement:
    """What was said, as the acts take it."""
    return Statement(
        new.value(),
        stated_on=new.stated_on,
        confidence=new.confidence,
        source_agency=agency_of(new.source_agency) if new.source_agency else None,
    )
