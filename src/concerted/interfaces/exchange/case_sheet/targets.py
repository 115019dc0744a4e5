"""Where a cell of a case list may go, and how each is read; a cell that cannot be read so is handed back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from concerted.errors import Invalid
from concerted.foundation.people.births import birth_unknown, born_by_age
from concerted.foundation.people.values import (
    Document,
    DocumentKind,
    Name,
    NameKind,
    Origin,
    Script,
    Sex,
    SexStated,
    Statement,
    says_nothing,
)
from concerted.mechanism.cases.sections import NOT_SAID, WRITTEN, Field

from .births import birth_from

Read = Statement | str | bool | list[str]


class Unreadable(Exception):
    """A cell that is no value of its target, with what was wrong and what to write."""

    def __init__(self, what: str | Promise, remedy: str | Promise = "") -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


@dataclass(frozen=True)
class Target:
    """One place a column may go to: its key (person.name, contact.number ...), its label, how its cells are read.

    on: the day of the list, from which an age is counted.
    """

    key: str
    label: str | Promise
    read: Callable[[str, date], Read]
    codes: tuple[str, ...] = ()


_SAID = {
    "declined": ("declined", "拒答", "拒绝回答"),
    "unknown": ("unknown", "不知道", "不详", "未知"),
    "not_asked": ("not asked", "not_asked", "未问", "未询问"),
}
_YES = frozenset({"yes", "true", "1", "是", "有", "y"})
_NO = frozenset({"no", "false", "0", "否", "无", "没有", "n"})
_SEXES: dict[str, tuple[str, ...]] = {
    Sex.FEMALE: ("female", "f", "woman", "女", "女性"),
    Sex.MALE: ("male", "m", "man", "男", "男性"),
    Sex.NOT_APPLICABLE: ("not applicable", "not_applicable", "不适用"),
    Sex.UNKNOWN: _SAID["unknown"],
    Sex.DECLINED: _SAID["declined"],
    Sex.NOT_ASKED: _SAID["not_asked"],
}
_URGENCIES = {
    "routine": ("routine", "normal", "一般", "普通"),
    "urgent": ("urgent", "急", "急件", "紧急"),
    "emergency": ("emergency", "immediate", "特急", "危急"),
}
_RISKS = {
    "unknown": _SAID["unknown"],
    "low": ("low", "低"),
    "medium": ("medium", "中"),
    "high": ("high", "高"),
    "critical": ("critical", "极高", "危急"),
}
_HAN = re.compile("[㐀-鿿]")
#: The code behind a word, as it is named in what to write.
_IN_BRACKETS = re.compile(r"(?<=\S)\s*(?:\([a-z_]+\)|（[a-z_]+）)$")
_SHORTENED = re.compile(r"[+-]?\d(?:[.,]\d+)?[eE]\+?\d+")
_AGE = re.compile(r"(?:约|about\s*)?(\d{1,3})(?:\s*[-至到~—]\s*(\d{1,3}))?\s*(周岁|虚岁|岁|years)?")


def one_of(choices: Mapping[str, tuple[str, ...]]) -> Callable[[str, date], str]:
    """A reader that takes a code or one of the words for it; of each language the first word is the one it names."""
    taken = {code: {each.casefold() for each in (code, *words)} for code, words in choices.items()}

    def read(text: str, on: date) -> str:
        wanted = _IN_BRACKETS.sub("", text.strip()).casefold()
        for code, words in taken.items():
            if wanted in words:
                return code
        raise Unreadable(
            _("This is none of the codes."),
            format_lazy(_("Write one of {codes}."), codes=_usual_words(choices)),
        )

    return read


def _in_the_readers_words(choices: Mapping[str, tuple[str, ...]]) -> str:
    """One word for each choice in the reader's language, with the code in brackets where it is another word."""
    chinese = (get_language() or "").startswith("zh")
    named = []
    for code, words in choices.items():
        word = next((each for each in words if bool(_HAN.search(each)) is chinese), code)
        bracketed = f"（{code}）" if chinese else f" ({code})"
        named.append(word if word.casefold() == code.casefold() else word + bracketed)
    return ("、" if chinese else ", ").join(named)


_usual_words = lazy(_in_the_readers_words, str)


def script_of(text: str) -> str:
    """The script a name is written in, by its first letter; other where it is none that is known."""
    for start, end, script in (
        ("A", "ɏ", Script.LATIN),
        ("Ѐ", "ӿ", Script.CYRILLIC),
        ("؀", "ۿ", Script.ARABIC),
        ("฀", "๿", Script.THAI),
        ("຀", "໿", Script.LAO),
        ("ༀ", "࿿", Script.TIBETAN),
        ("က", "႟", Script.MYANMAR),
        ("ក", "៿", Script.KHMER),
        ("᠀", "᢯", Script.MONGOLIAN),
        ("㐀", "鿿", Script.HAN),
        ("가", "힯", Script.HANGUL),
    ):
        if start <= text[:1] <= end:
            return script
    return Script.OTHER


def _name(kind: str) -> Callable[[str, date], Statement]:
    def read(text: str, on: date) -> Statement:
        name = Name(text.strip(), script_of(text.strip()), kind)
        for problem in name.problems():
            raise Unreadable(str(problem.what), str(problem.remedy))
        return Statement(name)

    return read


def _sex(text: str, on: date) -> Statement:
    return Statement(SexStated(one_of(_SEXES)(text, on)))


def _birth(text: str, on: date) -> Statement:
    try:
        found = birth_from(text)
        if found.earliest and found.earliest > on:
            raise Unreadable(_("The day of birth has not come yet."), _("Compare it with the paper."))
        return Statement(found)
    except (ValueError, KeyError) as fault:
        raise Unreadable(
            _("This is no day, month or year of birth."),
            _("Write 1990-03-05, 1990-03, 1990 or 农历1990年三月初五."),
        ) from fault
    except Invalid as fault:
        raise Unreadable(str(fault.what), str(fault.remedy)) from fault


def _age(text: str, on: date) -> Statement:
    if says_nothing(text):
        return Statement(birth_unknown())
    found = _AGE.fullmatch(text.strip())
    if not found:
        raise Unreadable(_("This is no age."), _("Write 23, or 20-25 where it is estimated."))
    try:
        most = int(found[2]) if found[2] else None
        return Statement(born_by_age(int(found[1]), on=on, age_to=most, nominal=found[3] == "虚岁"))
    except Invalid as fault:
        raise Unreadable(str(fault.what), str(fault.remedy)) from fault


def _origin(part: str, *, is_country: bool = False) -> Callable[[str, date], Statement]:
    def read(text: str, on: date) -> Statement:
        value = text.strip()
        if is_country:
            value = _country(value)
        return Statement(Origin(**{part: value}))

    return read


@cache
def _countries() -> Mapping[str, str]:
    from babel import Locale

    return {
        name.casefold(): code
        for language in ("en", "zh_Hans")
        for code, name in Locale.parse(language).territories.items()
        if len(code) == 2 and code.isalpha()
    }


def _country(text: str) -> str:
    if re.fullmatch(r"[A-Z]{2}", text) and text in _countries().values():
        return text
    found = _countries().get(text.casefold())
    if found is None:
        raise Unreadable(
            _("There is no such country."), _("Write its two letters, as CN or VN, or its full name.")
        )
    return found


def _document(kind: str, *, as_written: bool = False) -> Callable[[str, date], Statement]:
    def read(text: str, on: date) -> Statement:
        paper = Document("".join(text.split()), kind, as_written=as_written)
        if paper.checks is False and not as_written:
            raise Unreadable(
                _("The number does not fit its own check character."),
                _(
                    "Compare it with the card, digit by digit; where it stands so on the card, give it as written."
                ),
            )
        for problem in paper.problems():
            raise Unreadable(str(problem.what), str(problem.remedy))
        return Statement(paper)

    return read


def not_shortened(read: Callable[[str, date], Read]) -> Callable[[str, date], Read]:
    """The reader of a target, which refuses what a spreadsheet made of a long number: 1.1010119900307e+17."""

    def reads(text: str, on: date) -> Read:
        if _SHORTENED.fullmatch(text.strip()):
            raise Unreadable(
                _("The spreadsheet has shortened this number; its last digits are lost."),
                _("Format the column as text, then type the number again."),
            )
        return read(text, on)

    return reads


def _place(text: str, on: date) -> str:
    if not re.fullmatch(r"\d{6}", text.strip()):
        raise Unreadable(_("This is no code of a place."), _("Write the six digits of GB/T 2260."))
    return text.strip()


def _plain(text: str, on: date) -> str:
    return text.strip()


_OF_A_CASE: tuple[Target, ...] = (
    Target("case.local_number", _("The agency's own number"), _plain),
    Target("case.place", _("Place (code)"), _place),
    Target("case.urgency", _("Urgency"), one_of(_URGENCIES), tuple(_URGENCIES)),
    Target("case.risk", _("Risk"), one_of(_RISKS), tuple(_RISKS)),
    Target("person.name", _("Name"), _name(NameKind.LEGAL)),
    Target("person.alias", _("Other name"), _name(NameKind.ALIAS)),
    Target("person.name_latin", _("Name in another script"), _name(NameKind.TRANSCRIBED)),
    Target("person.sex", _("Sex"), _sex, tuple(Sex)),
    Target("person.birth", _("Born"), _birth),
    Target("person.age", _("Age"), _age),
    Target("person.nationality", _("Nationality"), _origin("nationality", is_country=True)),
    Target("person.country", _("Country of origin"), _origin("country", is_country=True)),
    Target("person.place_text", _("Home place"), _origin("place_text")),
    Target("person.ethnicity", _("Ethnic group"), _origin("ethnicity")),
    Target("person.language", _("Language"), _origin("language")),
    Target("person.id_number", _("Resident card number"), _document(DocumentKind.RESIDENT_CARD)),
    Target(
        "person.id_number_as_written",
        _("Resident card number, as written on a forged or damaged card"),
        _document(DocumentKind.RESIDENT_CARD, as_written=True),
    ),
    Target("person.passport", _("Passport number"), _document(DocumentKind.PASSPORT)),
    Target("note", _("Note in the agency's own file"), _plain),
)


def said(text: str) -> str | None:
    """The code of a word that gives no answer: declined, unknown or not_asked; None for any other."""
    wanted = text.strip().casefold()
    return next((code for code, words in _SAID.items() if wanted in words), None)


def _in_both_languages(label: str | Promise) -> Iterator[str]:
    """The label in English and in Chinese, whatever language is read in now: a list may hold either."""
    for language in ("en", "zh-hans"):
        with override(language):
            yield str(label)


def _section_reader(one: Field) -> Callable[[str, date], Read]:
    choices = {str(code): tuple(_in_both_languages(label)) for code, label in one.values}

    def read(text: str, on: date) -> Read:
        answer = said(text)
        if answer is not None:
            return answer
        if one.kind == "yes_no":
            wanted = text.strip().casefold()
            if wanted in _YES or wanted in _NO:
                return "yes" if wanted in _YES else "no"
            raise Unreadable(
                _("This is neither yes nor no."), _("Write yes, no, declined, unknown or not asked.")
            )
        if one.kind == "choices":
            parts = [part for part in re.split(r"[;；|、]", text) if part.strip()]
            return [one_of(choices)(part, on) for part in parts]
        if one.kind == "choice":
            return one_of(choices)(text, on)
        if one.kind == "date":
            try:
                return date.fromisoformat(text.strip()).isoformat()
            except ValueError as fault:
                raise Unreadable(_("This is no day."), _("Write it as 2011-07-25.")) from fault
        return text.strip()

    return read


@cache
def targets() -> Mapping[str, Target]:
    """Every place a column may go to, by key: the case, the person, each field of each section, a note."""
    found = {one.key: replace(one, read=not_shortened(one.read)) for one in _OF_A_CASE if one.key != "note"}
    found["note"] = next(one for one in _OF_A_CASE if one.key == "note")
    for section in WRITTEN:
        for one in section.fields:
            key = f"{section.key}.{one.key}"
            label = format_lazy("{section}: {field}", section=section.label, field=one.label)
            codes = tuple(code for code, _label in (*one.values, *(NOT_SAID if one.values else ())))
            reader = _section_reader(one)
            found[key] = Target(
                key, label, reader if one.kind == "long_text" else not_shortened(reader), codes
            )
    return found
