"""The forms of a value under which it is looked for, as keyed hashes within one agency; it finds nothing itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice, product

from concerted.deferred import pypinyin
from concerted.foundation.vault.hashes import search_mark

from .values import Birth, Document, Name, Script, Value

_MOST_READINGS = 8
_LONGEST_YEARS = 3


def marks_of(value: Value, *, agency_id: int) -> set[tuple[str, bytes]]:
    """(form, keyed hash) of every form the value is found by; empty for what is not searched."""
    return {
        (form, search_mark(f"people.{form}", text, scope=str(agency_id))) for form, text in forms_of(value)
    }


def forms_of(value: Value) -> set[tuple[str, str]]:
    """(form, normal text) of the value: the name as written, its sound, the document's number, day and years."""
    if isinstance(value, Name):
        return set(_name_forms(value))
    if isinstance(value, Document):
        number = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", value.number).upper())
        return {("document", number)} if number else set()
    if isinstance(value, Birth):
        return set(_birth_forms(value))
    return set()


def plain_name(text: str) -> str:
    """NFKC, without marks, spaces and punctuation, in small letters."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text)).casefold()
    kept = (sign for sign in apart if unicodedata.category(sign)[0] in "LN")
    return unicodedata.normalize("NFC", "".join(kept))


def _name_forms(name: Name) -> Iterator[tuple[str, str]]:
    written = plain_name(name.full)
    if not written:
        return
    yield "name", written
    for sound in _sounds(name):
        yield "sound", sound


def _sounds(name: Name) -> Iterator[str]:
    """How the name sounds in Latin letters, family name first and last, so that either order is found."""
    if name.script == Script.HAN:
        parts = _han_parts(name)
        readings = [_readings(part) for part in parts]
        for chosen in islice(product(*readings), _MOST_READINGS):
            yield "".join(chosen)
            yield "".join((*chosen[1:], chosen[0]))
    elif name.script == Script.LATIN:
        words = [plain_name(word) for word in re.split(r"[\s,·]+", name.full)]
        words = [word for word in words if word]
        if words:
            yield "".join(words)
            yield "".join((*words[1:], words[0]))
            yield "".join((words[-1], *words[:-1]))


def _han_parts(name: Name) -> list[str]:
    if name.family and name.given:
        return [plain_name(name.family), plain_name(name.given)]
    whole = plain_name(name.full)
    return [whole[:1], whole[1:]] if len(whole) > 1 else [whole]


def _readings(part: str) -> list[str]:
    signs = pypinyin.pinyin(part, style=pypinyin.Style.NORMAL, heteronym=True, errors="default", v_to_u=False)
    return [
        "".join(chosen)
        for chosen in islice(product(*(dict.fromkeys(sign) for sign in signs)), _MOST_READINGS)
    ]


def _birth_forms(birth: Birth) -> Iterator[tuple[str, str]]:
    if birth.earliest is None or birth.latest is None:
        return
    if birth.is_exact:
        yield "birth_day", birth.earliest.isoformat()
    if birth.latest.year - birth.earliest.year < _LONGEST_YEARS:
        for year in range(birth.earliest.year, birth.latest.year + 1):
            yield "birth_year", str(year)
