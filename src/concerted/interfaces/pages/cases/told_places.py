"""Places as somebody tells them who does not sign in: one province at a time, or in words; it refuses none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from concerted.foundation.access.reads import mechanism_now
from concerted.foundation.agencies.reads import places
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.mechanism.cases.reads.told_places import above, place_read_in

from .places import MOST_FOUND, called, search

Choice = tuple[str, str]


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
    """The code of the one place the words can only mean today; '' for any doubt (see reads.told_places)."""
    return place_read_in(words, province=province, on=_today())


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


def _today() -> date:
    return mechanism_now().date()
