"""Finds agencies by their exact names after normalisation, and names those nearest to an unknown one;
never guesses."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz import fuzz, process

AgencyRow = tuple[str, str | None, str | None, Sequence[str]]
"""(id, English name, Chinese name, aliases)"""

_NEAREST = 3
_LEAST_LIKENESS, _LEAST_LIKE_IN_SOUND = 60.0, 75.0
_LIKENESS_OF_A_SHORT_FORM = 90.0
_PLACE_KIND = re.compile(r"(?:省|市|自治区|自治州|州|县)$| (?:provincial|municipal|province)$")
_BEHIND = re.compile(r"\([^()]*\)$")
_BETWEEN_WORDS = re.compile(r"[^\w]+")
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
_KIND_OF_BODY = re.compile(r"[部委局厅办署]$")
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

    def __init__(self, rows: Iterable[AgencyRow], counterparts: Mapping[str, str] | None = None) -> None:
        self._counterparts = dict(counterparts or {})
        self._exact: dict[str, set[str]] = defaultdict(set)
        self._short: dict[str, set[str]] = defaultdict(set)
        self._names: list[tuple[str, str]] = []
        self._called: dict[str, dict[bool, str]] = {}
        for agency, english, chinese, aliases in rows:
            called = {_is_han(name): name for name in (chinese, english) if name}
            self._called[agency] = called
            for name in (english, chinese, *aliases):
                if name:
                    self._names.append((agency, name))
                    self._index(agency, name)
            self._exact[normalised(agency)].add(agency)
        self._texts = [without_prefix(normalised(name)) for _agency, name in self._names]
        self._sounds = [_sound(text) for text in self._texts]
        self._nearest: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}

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

    def nearest(self, name: str, *, place: str = "") -> tuple[tuple[str, str], ...]:
        """Return up to three (id, name), best first, alike in writing or in sound; empty for collective
        bodies.

        place: a text that tells whose plan it is ("云南省…实施意见"). Departments of a place are called there without
        its name, so those of the register that bear it come first; they are offered, never taken.
        """
        if is_collective(name) or not self._names:
            return ()
        if (name, place) not in self._nearest:
            own = self._departments(name, place) if place else ()
            own = own or self._counterpart(name)
            known = {agency for agency, _written in own}
            others = tuple(one for one in self._compare(name) if one[0] not in known)
            self._nearest[name, place] = (*own, *others)[:_NEAREST]
        return self._nearest[name, place]

    def _counterpart(self, name: str) -> tuple[tuple[str, str], ...]:
        """Return the local body in the line of the national agency most like name, where the place has one."""
        local = next((self._counterparts.get(agency) for agency, _written in self._compare(name)), None)
        called = self._called.get(local or "", {})
        return (
            ((local, called.get(_is_han(name)) or next(iter(called.values()))),) if local and called else ()
        )

    def _departments(self, name: str, place: str) -> tuple[tuple[str, str], ...]:
        """Return the agencies called by name behind the name of a place that stands in the text place."""
        text, where = normalised(name), normalised(place)
        found: dict[str, str] = {}
        for agency, written in self._names:
            whole = _BEHIND.sub("", normalised(written)).strip()
            before = _PLACE_KIND.sub("", whole[: -len(text)].strip()) if text and whole.endswith(text) else ""
            if before and before in where:
                found.setdefault(agency, self._called[agency].get(_is_han(name), written))
        return tuple(found.items())[:_NEAREST]

    def _compare(self, name: str) -> tuple[tuple[str, str], ...]:
        text = without_prefix(normalised(name))
        best: dict[str, tuple[float, str]] = {}
        for wanted, choices, least in (
            (text, self._texts, _LEAST_LIKENESS),
            (_sound(text), self._sounds, _LEAST_LIKE_IN_SOUND),
        ):
            scores = process.extract(wanted, choices, scorer=_likeness, limit=12, score_cutoff=least)
            for _choice, score, position in scores:
                agency, written = self._names[position]
                score += 0.5 * (_is_han(written) == _is_han(name))
                if score > best.get(agency, (0.0, ""))[0]:
                    best[agency] = (score, self._called[agency].get(_is_han(name), written))
        ranked = sorted(best.items(), key=lambda each: (-each[1][0], each[0]))[:_NEAREST]
        return tuple((agency, written) for agency, (_score, written) in ranked)


def _likeness(one: str, other: str, **_rest: object) -> float:
    """Return 0-100: how alike two names are as wholes, or that the longer one holds the shorter as words of its own."""
    shorter, longer = sorted((one, other), key=len)
    if _is_han(shorter):
        inside = len(shorter) >= 2 and shorter in longer
    else:
        inside = len(shorter) >= 3 and f" {shorter} " in f" {_BETWEEN_WORDS.sub(' ', longer)} "
    held = 60.0 + 40.0 * len(shorter) / len(longer) if inside else 0.0
    if _is_short_for(shorter, longer):
        held = max(held, _LIKENESS_OF_A_SHORT_FORM)
    return max(fuzz.ratio(one, other), held)


def _is_short_for(shorter: str, longer: str) -> bool:
    """Say whether a Chinese name is made of signs of a longer one, in its order and from its first on: 人社部 of
    人力资源和社会保障部, 工信部 of 工业和信息化."""
    if not _is_han(shorter):
        return False
    kept = shorter if longer[-1:] == shorter[-1:] else _KIND_OF_BODY.sub("", shorter)
    rest = iter(longer)
    return len(kept) >= 2 and kept[0] == longer[0] and all(sign in rest for sign in kept)


def _is_han(text: str) -> bool:
    return bool(_HAN.search(text))


def _sound(text: str) -> str:
    from pypinyin import lazy_pinyin  # its dictionary is read only where names are compared by sound

    return "".join(lazy_pinyin(text)).replace(" ", "")
