"""What may be said of a person, as plain values with their problems; seals, stores and matches nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from concerted.errors import Problem
from concerted.foundation.agencies.models import Agency

from .models import Attribute

LONGEST = 400

NOT_KNOWN = frozenset(
    (
        *("unknown", "not known", "n/a", "none", "-", "--", "—", "–", "/", "无", "没有", "暂无", "不详"),
        *("不明", "未知", "不知", "不知道", "不清楚", "待查", "姓名不详", "未说明"),
    )
)
"""Words that fill a box and say that nothing is known; they are no name, number or place of anybody."""
NOBODYS_NAME = frozenset(("无名", "无名氏", "佚名", "某某", "john doe", "jane doe"))
"""What stands in place of a legal name where none is known; as an alias it may be what somebody is called."""


def says_nothing(text: str, *, is_legal_name: bool = False) -> bool:
    """Whether a text only says that nothing is known."""
    words = " ".join(text.split()).casefold().strip("()（）[]【】。. ")
    return not words or words in NOT_KNOWN or (is_legal_name and words in NOBODYS_NAME)


class Script(StrEnum):
    """In which script a name was written down, after the codes of ISO 15924."""

    HAN = "hani"
    LATIN = "latn"
    CYRILLIC = "cyrl"
    TIBETAN = "tibt"
    ARABIC = "arab"
    MONGOLIAN = "mong"
    HANGUL = "hang"
    THAI = "thai"
    LAO = "laoo"
    MYANMAR = "mymr"
    KHMER = "khmr"
    OTHER = "zyyy"


class NameKind(StrEnum):
    """What sort of name it is; a person may have many of each."""

    LEGAL = "legal"
    BIRTH = "birth"
    ALIAS = "alias"
    NICKNAME = "nickname"
    MARRIED = "married"
    RELIGIOUS = "religious"
    GIVEN_BY_TRAFFICKER = "given_by_trafficker"
    TRANSCRIBED = "transcribed"


class Sex(StrEnum):
    """ISO/IEC 5218, with what was declined and not asked kept apart."""

    FEMALE = "female"
    MALE = "male"
    NOT_APPLICABLE = "not_applicable"
    UNKNOWN = "unknown"
    DECLINED = "declined"
    NOT_ASKED = "not_asked"


class DocumentKind(StrEnum):
    """Papers by which a person may be told apart."""

    RESIDENT_CARD = "resident_card"
    HOUSEHOLD_REGISTER = "household_register"
    BIRTH_CERTIFICATE = "birth_certificate"
    PASSPORT = "passport"
    FOREIGN_CARD = "foreign_card"
    TRAVEL_PERMIT = "travel_permit"
    DNA_REGISTER = "dna_register"
    OTHER = "other"


@dataclass(frozen=True)
class Name:
    """A name as it was said or written; family and given part where they are known."""

    what: ClassVar[str] = Attribute.What.NAME

    full: str
    script: str = Script.HAN
    kind: str = NameKind.LEGAL
    family: str = ""
    given: str = ""
    note: str = ""

    def problems(self) -> Iterator[Problem]:
        """What keeps the name from being taken."""
        if not self.full.strip():
            yield Problem(
                _("The name is empty."), field="full", remedy=_("Leave it out when it is not known.")
            )
        elif says_nothing(self.full, is_legal_name=self.kind in (NameKind.LEGAL, NameKind.BIRTH)):
            yield Problem(
                _("This says that no name is known; it is no name."),
                field="full",
                remedy=_("Leave it out when it is not known."),
            )
        yield from _too_long(self)
        yield from _unknown_code(self.script, Script, "script")
        yield from _unknown_code(self.kind, NameKind, "kind")


@dataclass(frozen=True)
class Birth:
    """When a person was born: an interval of days, with the calendar and words it was given in.

    earliest, latest: the first and last possible day (Gregorian); both None when nothing is known. stated: the
    parts as given (year, month, day, leap_month; or age, age_to, on, nominal). Make one with births.py.
    """

    what: ClassVar[str] = Attribute.What.BIRTH

    earliest: date | None
    latest: date | None
    calendar: str = "gregorian"
    estimation: str = "stated"
    stated: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""

    @property
    def is_exact(self) -> bool:
        """Whether one day alone is possible."""
        return self.earliest is not None and self.earliest == self.latest

    def problems(self) -> Iterator[Problem]:
        """What keeps the interval from being taken."""
        if self.earliest and self.latest and self.earliest > self.latest:
            yield Problem(_("The birth ends before it begins."), field="latest")
        yield from _too_long(self)

    def age_on(self, day: date) -> tuple[int | None, int | None]:
        """The least and the greatest completed years of age on that day; None where that end is open."""
        return (
            _years_between(self.latest, day) if self.latest else None,
            _years_between(self.earliest, day) if self.earliest else None,
        )


@dataclass(frozen=True)
class SexStated:
    """What was said of the person's sex, and of gender where they spoke of it."""

    what: ClassVar[str] = Attribute.What.SEX

    code: str = Sex.NOT_ASKED
    gender: str = ""
    note: str = ""

    def problems(self) -> Iterator[Problem]:
        """What keeps it from being taken."""
        yield from _unknown_code(self.code, Sex, "code")
        yield from _too_long(self)


@dataclass(frozen=True)
class Origin:
    """Where a person comes from: country and nationality (ISO 3166-1 alpha-2), place, people, registration."""

    what: ClassVar[str] = Attribute.What.ORIGIN

    country: str = ""
    nationality: str = ""
    place_code: str = ""
    place_text: str = ""
    ethnicity: str = ""
    registered_at: str = ""
    language: str = ""
    note: str = ""

    def problems(self) -> Iterator[Problem]:
        """What keeps it from being taken."""
        for name in ("country", "nationality"):
            code = getattr(self, name)
            if code and not (len(code) == 2 and code.isascii() and code.isalpha() and code.isupper()):
                yield Problem(_("A country is given by two capital letters."), field=name)
        yield from _too_long(self)


@dataclass(frozen=True)
class Document:
    """A paper with its number, whoever holds it now.

    as_written: the number was compared with a forged or damaged paper and stands there so, though it does not fit.
    """

    what: ClassVar[str] = Attribute.What.DOCUMENT

    number: str
    kind: str = DocumentKind.RESIDENT_CARD
    country: str = "CN"
    issued_on: date | None = None
    expires_on: date | None = None
    held_by: str = ""
    note: str = ""
    as_written: bool = False

    def problems(self) -> Iterator[Problem]:
        """What keeps it from being taken."""
        if not self.number.strip():
            yield Problem(_("The document has no number."), field="number")
        elif says_nothing(self.number) or not any(sign.isdecimal() for sign in self.number):
            yield Problem(
                _("This is no number of a paper."),
                field="number",
                remedy=_("Leave it out when there is none, or when it is not known."),
            )
        elif not self.as_written and not self.fits_its_kind:
            yield Problem(
                _(
                    "This is no number of a resident card: it has 18 signs, the last of which fits the others."
                ),
                field="number",
                remedy=_("Compare it with the card, digit by digit; say so where it stands so on the card."),
            )
        if self.issued_on and self.expires_on and self.issued_on > self.expires_on:
            yield Problem(_("The paper expires before it was issued."), field="expires_on")
        yield from _unknown_code(self.kind, DocumentKind, "kind")
        yield from _too_long(self)

    @property
    def fits_its_kind(self) -> bool:
        """Whether the number can be one of a paper of this kind; only a resident card's has a form that is known.

        A resident card has 18 signs that fit its check character (GB 11643-1999), or the 15 digits it had before.
        """
        if self.kind != DocumentKind.RESIDENT_CARD:
            return True
        signs = "".join(self.number.split())
        return bool(self.checks) or (len(signs) == 15 and signs.isdecimal())

    @property
    def checks(self) -> bool | None:
        """Whether a resident card's number fits its check character (GB 11643, ISO 7064 MOD 11-2); None for others."""
        digits = "".join(self.number.split()).upper()
        if self.kind != DocumentKind.RESIDENT_CARD or len(digits) != 18 or not digits[:17].isdecimal():
            return None
        total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(digits[:17]))
        return "10X98765432"[total % 11] == digits[17]


@dataclass(frozen=True)
class Photograph:
    """A picture kept in the vault, by the number of its stored file."""

    what: ClassVar[str] = Attribute.What.PHOTOGRAPH

    file_id: int
    caption: str = ""
    taken_on: date | None = None

    def problems(self) -> Iterator[Problem]:
        """What keeps it from being taken."""
        yield from _too_long(self)


@dataclass(frozen=True)
class Description:
    """What a person looks or speaks like; for an unknown offender often all there is."""

    what: ClassVar[str] = Attribute.What.DESCRIPTION

    text: str

    def problems(self) -> Iterator[Problem]:
        """What keeps it from being taken."""
        if not self.text.strip():
            yield Problem(_("The description is empty."), field="text")
        if len(self.text) > 10 * LONGEST:
            yield Problem(_("The text is too long."), field="text")


Value = Name | Birth | SexStated | Origin | Document | Photograph | Description
_TYPES: dict[str, type[Value]] = {
    value.what: value for value in (Name, Birth, SexStated, Origin, Document, Photograph, Description)
}
_DATES = frozenset({"earliest", "latest", "issued_on", "expires_on", "taken_on"})


@dataclass(frozen=True)
class Statement:
    """A value with who said it, when and how sure; source_agency None is the agency that writes it down."""

    value: Value
    stated_on: date | None = None
    confidence: str = Attribute.Confidence.NOT_STATED
    source_agency: Agency | None = None


def as_plain(value: Value) -> dict[str, Any]:
    """The value as JSON can hold it."""
    return {key: part.isoformat() if isinstance(part, date) else part for key, part in asdict(value).items()}


def from_plain(what: str, plain: Mapping[str, Any]) -> Value:
    """The value that as_plain wrote."""
    parts: dict[str, Any] = {
        key: date.fromisoformat(part) if key in _DATES and isinstance(part, str) else part
        for key, part in plain.items()
    }
    return _TYPES[what](**parts)


def _too_long(value: Value) -> Iterator[Problem]:
    for key, part in asdict(value).items():
        if isinstance(part, str) and len(part) > LONGEST:
            yield Problem(_("The text is too long."), field=key)


def _unknown_code(code: str, codes: type[StrEnum], name: str) -> Iterator[Problem]:
    if code not in set(codes):
        yield Problem(_("This is none of the codes."), field=name, remedy=", ".join(codes))


def _years_between(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
