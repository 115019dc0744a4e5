"""Places as somebody tells them who does not sign in: one province at a time, or in words; it refuses none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from django.db.models import CharField, F, Q, Value

from concerted.foundation.access.reads import mechanism_now
from concerted.foundation.agencies.reads import Place, places
from concerted.interfaces.pages.shell.templatetags._words import in_language

from .places import MOST_FOUND, above, called, exactly, search

Choice = tuple[str, str]
#: A shorter name, such as 城区, stands in too many words to mean the place by itself.
_SHORTEST_ALONE = 3


def places_of(province: str) -> list[Choice | tuple[str, list[Choice]]]:
    """Everything below a province to choose from: what has no prefecture first, then each prefecture as a group.

    A group begins with the prefecture itself, for whoever knows no more than that.
    """
    below = [each for each in places(on=_today(), within=province) if each.code != province]
    prefectures = {each.code: each for each in below if each.code.endswith("00")}
    groups: dict[str, list[Choice]] = {
        code: [(code, in_language(each))] for code, each in prefectures.items()
    }
    alone: list[Choice] = []
    for each in below:
        if each.code not in prefectures:
            groups.get(f"{each.code[:4]}00", alone).append((each.code, in_language(each)))
    return [*alone, *((in_language(prefectures[code]), listed) for code, listed in groups.items())]


def meant_by(words: str, *, province: str = "") -> list[Choice]:
    """At most a dozen places that the words may mean, to choose from, those called exactly so first."""
    return search(words, province=province)[:MOST_FOUND]


def read_in(words: str, *, province: str = "") -> str:
    """The code of the one place the words can only mean, of the province where one is named; '' for any doubt.

    A name that the words contain counts where it is long enough, or where what it lies in is named as well:
    昆明市五华区学府路 is Wuhua District, and 城区 alone is none.
    """
    text = words.strip()
    if not text:
        return ""
    whole = {code for code in exactly(text) if code.startswith(province[:2])}
    if len(whole) == 1:
        return whole.pop()
    found = {each.code: each for each in _contained(text, province)}
    near = {code for code in found if any(up in found for up in above(code))}
    sure = near or {code for code, each in found.items() if len(each.name_zh) >= _SHORTEST_ALONE}
    finest = [code for code in sure if not any(code in above(other) for other in sure)]
    return finest[0] if len(finest) == 1 else ""


def words_of(codes: Iterable[str]) -> dict[str, str]:
    """What each code's place is called, with what it lies in, without the code; the unknown are left out."""
    wanted = set(codes)
    listed = places(on=_today()).filter(code__in=wanted | {up for code in wanted for up in above(code)})
    known = {each.code: each for each in listed}
    return {
        code: called(known[code], [known[up] for up in above(code) if up in known], coded=False)
        for code in wanted
        if code in known
    }


def _contained(text: str, province: str) -> list[Place]:
    """The places below the nation, of the province where one is named, whose whole name stands in the text."""
    found = places(on=_today(), within=province or None).exclude(code="000000")
    told = found.alias(told=Value(text, output_field=CharField())).filter(
        Q(told__contains=F("name_zh")) | Q(told__icontains=F("name_en"))
    )
    return [each for each in told if each.name_zh in text or _stands_in(each.name_en, text)]


def _stands_in(name: str, text: str) -> bool:
    return name != "" and re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE) is not None


def _today() -> date:
    return mechanism_now().date()
