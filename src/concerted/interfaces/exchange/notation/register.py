"""Finds agencies by their exact names after normalisation, and names those nearest to an unknown one;
never guesses."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process

AgencyRow = tuple[str, str | None, str | None, Sequence[str]]
"""(id, English name, Chinese name, aliases)"""

_NEAREST = 3
_LEAST_LIKENESS = 55.0
_LONGEST_NAME = 200
_PREFIXES = (
    "the ",
    "people's republic of china ",
    "prc ",
    "china's ",
    "chinese ",
    "ministry of ",
    "ministries of ",
    "ministry for ",
    "中华人民共和国",
)
_HAN = re.compile("[\u3400-\u9fff]")
_BRACKETED = re.compile(r"^([^()]+)\(([^()]+)\)$")
_COLLECTIVE = re.compile(
    r"^(?:各|有关|相关|其他|其它|地方|当地|所有|全体)|成员单位|人民政府|等(?:有关|相关)?(?:部门|单位)?$"
    r"|^(?:all|each|every|other|relevant|related|concerned|local)\b"
    r"|\b(?:members?|governments?|at all levels)$|^etc"
)


def normalised(name: str) -> str:
    """Return name in NFKC, lower case, single spaces (none beside Chinese), plain quotes and hyphens."""
    text = unicodedata.normalize("NFKC", name[:_LONGEST_NAME]).casefold()
    text = text.replace("\u2019", "'").replace("\u2018", "'").replace("\u2010", "-").replace("\u2011", "-")
    text = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    text = " ".join(text.replace("&", " and ").split()).strip(" .,;:。，；：、")
    if _HAN.search(text):
        text = text.replace(" ", "")
    return text


def without_prefix(name: str) -> str:
    """Return a normalised name without "the", "Ministry of", the state's name and the like in front of it."""
    shorter = name
    while True:
        for prefix in _PREFIXES:
            if shorter.startswith(prefix) and len(shorter) > len(prefix):
                shorter = shorter[len(prefix) :]
                break
        else:
            return re.sub(r" of (?:the )?(?:prc|people's republic of china|china)$", "", shorter)


def is_collective(name: str) -> bool:
    """Say whether name stands for a class of bodies ("each member", "各级人民政府") rather than for one."""
    return bool(_COLLECTIVE.search(normalised(name)))


class Register:
    """The agencies a plan may name, indexed once."""

    def __init__(self, rows: Iterable[AgencyRow]) -> None:
        self._exact: dict[str, set[str]] = defaultdict(set)
        self._short: dict[str, set[str]] = defaultdict(set)
        self._names: list[tuple[str, str]] = []
        for agency, english, chinese, aliases in rows:
            for name in (english, chinese, *aliases):
                if name:
                    self._names.append((agency, name))
                    self._index(agency, name)
            self._exact[normalised(agency)].add(agency)
        self._texts = [without_prefix(normalised(name)) for _agency, name in self._names]
        self._sounds = [_sound(text) for text in self._texts]
        self._nearest: dict[str, tuple[tuple[str, str], ...]] = {}

    def _index(self, agency: str, name: str) -> None:
        whole = normalised(name)
        self._exact[whole].add(agency)
        self._short[without_prefix(whole)].add(agency)
        if bracketed := _BRACKETED.match(whole):
            for part in bracketed.groups():
                self._short[without_prefix(part.strip())].add(agency)

    def find(self, name: str) -> str | None:
        """Return the id of the one agency that bears name, or None when none or several do.

        A short form ("Education") counts only when written as a name, with a capital, or in Chinese.
        """
        whole = normalised(name)
        short = without_prefix(whole)
        found = self._exact.get(whole)
        if not found and (short != whole or not name.strip()[:1].islower()):
            found = self._short.get(short)
        return next(iter(found)) if found and len(found) == 1 else None

    def is_claimed(self, name: str) -> bool:
        """Say whether at least one agency bears name; where several do, find decides for none of them."""
        return normalised(name) in self._exact

    def nearest(self, name: str) -> tuple[tuple[str, str], ...]:
        """Return up to three (id, name), best first, alike in writing or in sound; empty for collective
        bodies."""
        if is_collective(name) or not self._names:
            return ()
        if name not in self._nearest:
            self._nearest[name] = self._compare(name)
        return self._nearest[name]

    def _compare(self, name: str) -> tuple[tuple[str, str], ...]:
        text = without_prefix(normalised(name))
        best: dict[str, tuple[float, str]] = {}
        for wanted, choices in ((text, self._texts), (_sound(text), self._sounds)):
            for _choice, score, position in process.extract(wanted, choices, scorer=fuzz.WRatio, limit=8):
                agency, written = self._names[position]
                same_script = bool(_HAN.search(written)) == bool(_HAN.search(name))
                score += 0.5 * same_script
                if score >= _LEAST_LIKENESS and score > best.get(agency, (0.0, ""))[0]:
                    best[agency] = (score, written)
        ranked = sorted(best.items(), key=lambda each: (-each[1][0], each[0]))[:_NEAREST]
        return tuple((agency, written) for agency, (_score, written) in ranked)


def _sound(text: str) -> str:
    from pypinyin import lazy_pinyin  # its dictionary is read only where names are compared by sound

    return "".join(lazy_pinyin(text)).replace(" ", "")
