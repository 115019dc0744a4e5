"""Which place somebody means who tells it in words; it refuses none and writes nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from django.db.models import CharField, F, Q, Value

from concerted.foundation.agencies.models import Place
from concerted.foundation.agencies.reads import places

from .competence import NATION

_MOST_READ = 200
_BETWEEN = re.compile(r"\s*[,，、·;；/>()（）]+\s*")
_SUFFIXES = "省市区县州盟旗"
#: A shorter name, such as 城区, stands in too many words to mean the place by itself.
_SHORTEST_ALONE = 3


def place_read_in(words: str, *, province: str = "", on: date) -> str:
    """The code of the one place the words can only mean, of the province where one is named; '' for any doubt.

    A name that the words contain counts where it is long enough, or where what it lies in is named as well:
    昆明市五华区学府路 is Wuhua District, and 城区 alone is none.
    """
    text = words.strip()
    if not text:
        return ""
    whole = {code for code in _exactly(text, on) if code.startswith(province[:2])}
    if len(whole) == 1:
        return whole.pop()
    found = {each.code: each for each in _contained(text, province, on)}
    near = {code for code in found if any(up in found for up in above(code))}
    sure = near or {code for code, each in found.items() if len(each.name_zh) >= _SHORTEST_ALONE}
    finest = [code for code in sure if not any(code in above(other) for other in sure)]
    return finest[0] if len(finest) == 1 else ""


def above(code: str) -> list[str]:
    """The province and the prefecture of a code, without itself."""
    return [each for each in (f"{code[:2]}0000", f"{code[:4]}00") if each not in (code, NATION)]


def places_meant(text: str, *, province: str = "", on: date) -> list[tuple[Place, bool]]:
    """Places that a text may mean, and whether it gives their whole name.

    五华区, 昆明市五华区, 昆明 五华 and "Wuhua, Kunming" are one place. Words beside the name must be in the
    name of what the place lies in.
    """
    words = _parts(text)
    if not words:
        return []
    found: dict[str, tuple[Place, list[str], bool]] = {}
    for name, rest in _readings(words):
        for place in places(on=on, words=name)[:_MOST_READ]:
            exact = _is_called(place, name)
            if place.code not in found or (exact and not found[place.code][2]):
                found[place.code] = (place, rest, exact)
    for place in _ended_by(words[-1], on):
        rest = [words[-1].removesuffix(place.name_zh), *words[:-1]]
        found.setdefault(place.code, (place, [word for word in rest if word], True))
    higher = {code for each in found for code in above(each)}
    known = {each.code: each for each in places(on=on).filter(code__in=higher)}
    fitting = [
        (place, exact)
        for place, rest, exact in found.values()
        if all(
            any(_lies_in(known[code], word) for code in above(place.code) if code in known) for word in rest
        )
    ]
    return sorted(fitting, key=lambda each: (not each[1], each[0].code[:2] != province[:2], each[0].code))


def _parts(text: str) -> list[str]:
    """The names a text gives: what commas part, and where there are none, what blanks part."""
    parts = [part for part in _BETWEEN.split(text.strip()) if part]
    return parts if len(parts) > 1 else " ".join(parts).split()


def _readings(words: Sequence[str]) -> list[tuple[str, list[str]]]:
    """The word that names the place, and those that say what it lies in: Chinese names the wide first, English last."""
    if len(words) == 1:
        return [(words[0], [])]
    return [(" ".join(words), []), (words[-1], list(words[:-1])), (words[0], list(words[1:]))]


def _ended_by(word: str, on: date) -> list[Place]:
    """Places whose Chinese name ends the word, the longest name first."""
    if len(word) < 3:
        return []
    ends = [word[start:] for start in range(1, len(word) - 1)]
    return sorted(places(on=on).filter(name_zh__in=ends), key=lambda each: -len(each.name_zh))


def _lies_in(above: Place, word: str) -> bool:
    bare = above.name_zh.rstrip(_SUFFIXES)
    return (
        word.casefold() in above.name_en.casefold() or word in above.name_zh or (bare != "" and bare in word)
    )


def _is_called(place: Place, word: str) -> bool:
    return word.casefold() == place.name_en.casefold() or word in (
        place.name_zh,
        place.name_zh.rstrip(_SUFFIXES),
    )


def _exactly(words: str, on: date) -> list[str]:
    """The codes of the places of which a text gives the whole name."""
    return [place.code for place, is_exact in places_meant(words, on=on) if is_exact]


def _contained(text: str, province: str, on: date) -> list[Place]:
    """The places below the nation, of the province where one is named, whose whole name stands in the text."""
    found = places(on=on, within=province or None).exclude(code="000000")
    told = found.alias(told=Value(text, output_field=CharField())).filter(
        Q(told__contains=F("name_zh")) | Q(told__icontains=F("name_en"))
    )
    return [each for each in told if each.name_zh in text or _stands_in(each.name_en, text)]


def _stands_in(name: str, text: str) -> bool:
    return name != "" and re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE) is not None


__all__ = ["NATION", "above", "place_read_in", "places_meant"]
