"""Gives a Chinese place name its English form, customary or transliterated; never looks at codes or dates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from concerted.deferred import pypinyin

from .files import REFERENCE_FOLDER, ReferenceFileError, read_yaml

NAMES_FILE = REFERENCE_FOLDER / "places" / "names.yaml"


@dataclass(frozen=True)
class PlaceNaming:
    """How place names are put into English: endings, peoples, customary names and special readings."""

    endings: dict[str, str]
    peoples: dict[str, str]
    customary: dict[str, str]
    characters: dict[str, str]
    readings: dict[str, tuple[str, ...]]

    def english(self, name_zh: str) -> str:
        """Return the English name: 红河哈尼族彝族自治州 -> Honghe Hani and Yi Autonomous Prefecture."""
        if name_zh in self.customary:
            return self.customary[name_zh]
        proper_zh, peoples, ending = self._parts(name_zh)
        proper = self.customary.get(proper_zh) or joined_syllables(self._syllables(name_zh)[: len(proper_zh)])
        return " ".join(word for word in (proper, _listed(peoples), self.endings.get(ending, "")) if word)

    def is_customary(self, name_zh: str) -> bool:
        """Whether the English name rests on a customary one and not on the machine's transliteration."""
        return name_zh in self.customary or self._parts(name_zh)[0] in self.customary

    def _parts(self, name_zh: str) -> tuple[str, list[str], str]:
        """The proper name, the peoples named after it, and the generic ending."""
        endings = sorted(self.endings, key=len, reverse=True)
        ending = next((zh for zh in endings if name_zh.endswith(zh) and name_zh != zh), "")
        stem = name_zh.removesuffix(ending)
        names_peoples = ending.startswith("自治") or stem.endswith("族")
        return (*(self._without_peoples(stem) if names_peoples else (stem, [])), ending)

    def _syllables(self, name_zh: str) -> list[str]:
        """One reading per character: the listed word's, the listed character's, or the dictionary's."""
        syllables = pypinyin.lazy_pinyin(name_zh, style=pypinyin.Style.NORMAL, v_to_u=True)
        syllables = [self.characters.get(zh, sound) for zh, sound in zip(name_zh, syllables, strict=True)]
        for word, reading in self.readings.items():
            at = name_zh.find(word)
            if at >= 0:
                syllables[at : at + len(word)] = reading
        return syllables

    def _without_peoples(self, stem: str) -> tuple[str, list[str]]:
        longest_first = sorted(self.peoples, key=len, reverse=True)
        people = next((zh for zh in longest_first if stem.endswith(zh)), None)
        if people is None:
            return stem, []
        proper_zh, before = self._without_peoples(stem.removesuffix(people))
        return proper_zh, [*before, self.peoples[people]]


def _listed(words: list[str]) -> str:
    """Words as English lists them: "Hani", "Hani and Yi", "Lahu, Va and Dai"."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def joined_syllables(syllables: list[str]) -> str:
    """Return pinyin syllables as one capitalised word; an apostrophe opens an inner a, o or e: Xi'an."""
    word = syllables[0] if syllables else ""
    for syllable in syllables[1:]:
        word += f"'{syllable}" if syllable[:1] in "aoe" else syllable
    return word[:1].upper() + word[1:]


def read_place_naming(path: Path = NAMES_FILE) -> PlaceNaming:
    """Return the naming rules; raise ReferenceFileError with the line of a section that is missing."""
    found = read_yaml(path, schema="concerted/place-names/1")
    readings = found.section("readings")
    for word in readings:
        if len(readings.texts(word)) != len(word):
            raise ReferenceFileError(
                f"the reading of {word} does not have {len(word)} syllables",
                where=readings.where,
                remedy="give one syllable for each character",
            )
    return PlaceNaming(
        endings=dict(found.section("endings")),
        peoples=dict(found.section("peoples")),
        customary=dict(found.section("customary")),
        characters=dict(found.section("characters")),
        readings={word: readings.texts(word) for word in readings},
    )
