"""The rules on giving a case away and on opening a criminal case, read from reference/law; they decide nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from concerted.errors import ConcertedError
from concerted.foundation.agencies.models import Agency

FOLDER = Path(__file__).resolve().parents[4] / "reference" / "law"


@dataclass(frozen=True)
class Basis:
    """One named legal basis of a disclosure, with its articles and the most it can cover."""

    key: str
    en: str
    zh: str
    articles: tuple[str, ...]
    source: str
    givers: frozenset[str]
    recipients: frozenset[str]
    purposes: frozenset[str]
    sections: frozenset[str]
    needs_reason: bool
    only_age_bands: frozenset[str]
    needs_trigger: bool = False


@dataclass(frozen=True)
class Right:
    """What a person may ask of whoever handles personal information, who may ask it, and where it does not hold."""

    key: str
    name_en: str
    name_zh: str
    article: str
    restricts: bool
    asked_by: tuple[str, ...]
    but_en: str = ""
    but_zh: str = ""


@dataclass(frozen=True)
class Trigger:
    """One of the six conditions; met when every fact of one row of `when` has one of the values there."""

    key: str
    en: str
    zh: str
    when: tuple[Mapping[str, tuple[str, ...]], ...]

    def is_met(self, facts: Mapping[str, str]) -> bool:
        """Whether a report with these facts meets it; what was declined or not asked meets nothing."""
        return any(
            all(facts.get(fact, "not_asked") in values for fact, values in row.items()) for row in self.when
        )


@lru_cache(maxsize=1)
def bases() -> tuple[Basis, ...]:
    """Every legal basis there is."""
    return tuple(_basis(row) for row in _read("disclosure-bases.yaml")["bases"])


def basis(key: str) -> Basis:
    """The basis of this key. Raises ConcertedError for an unknown one."""
    for each in bases():
        if each.key == key:
            return each
    raise ConcertedError(f"there is no legal basis {key!r}", where="reference/law/disclosure-bases.yaml")


@lru_cache(maxsize=1)
def rules() -> tuple[Mapping[str, str], ...]:
    """The rules consent must meet: key, article, en, zh."""
    return tuple(_read("disclosure-bases.yaml")["rules"])


@lru_cache(maxsize=1)
def rights() -> tuple[Right, ...]:
    """Every right of the person, in the order of the law."""
    return tuple(
        Right(
            row["key"],
            row["en"],
            row["zh"],
            row["article"],
            row["effect"] == "restrict",
            tuple(row["asked_by"]),
            row.get("but", {}).get("en", ""),
            row.get("but", {}).get("zh", ""),
        )
        for row in _read("person-rights.yaml")["rights"]
    )


@lru_cache(maxsize=1)
def answer_to_rights() -> Mapping[str, str]:
    """What an answer to the person must hold: name_en, name_zh, article."""
    row = _read("person-rights.yaml")["answer"]
    return {"name_en": row["en"], "name_zh": row["zh"], "article": row["article"]}


@lru_cache(maxsize=1)
def triggers() -> tuple[Trigger, ...]:
    """The six conditions under which police open a criminal case at once."""
    return tuple(
        Trigger(
            row["key"],
            row["en"],
            row["zh"],
            tuple({fact: tuple(map(_word, values)) for fact, values in when.items()} for when in row["when"]),
        )
        for row in _read("criminal-case-triggers.yaml")["triggers"]
    )


@lru_cache(maxsize=1)
def trigger_facts() -> Mapping[str, Mapping[str, Any]]:
    """The facts the six conditions are computed from: key to en, zh and, where not yes or no, values."""
    return dict(_read("criminal-case-triggers.yaml")["facts"])


def triggers_met(facts: Mapping[str, str]) -> list[str]:
    """The keys of the conditions these facts meet, in the order of the opinion."""
    return [each.key for each in triggers() if each.is_met(facts)]


def deciding_facts(facts: Mapping[str, str]) -> frozenset[str]:
    """The facts by which these meet the conditions they meet."""
    rows = (row for each in triggers() for row in each.when if each.is_met(facts))
    return frozenset(
        fact
        for row in rows
        if all(facts.get(key, "not_asked") in values for key, values in row.items())
        for fact in row
    )


@dataclass(frozen=True)
class StatusKind:
    """One kind of decision on victim status, and the kinds of agency that may make it."""

    key: str
    en: str
    zh: str
    deciders: frozenset[str]
    source: str


@dataclass(frozen=True)
class StatusBasis:
    """One rule a decision on victim status can name."""

    key: str
    en: str
    zh: str
    articles: tuple[str, ...]
    kinds: frozenset[str]


@lru_cache(maxsize=1)
def status_kinds() -> Mapping[str, StatusKind]:
    """The kinds of decision on victim status, by key."""
    rows = _read("victim-status.yaml")["kinds"]
    return {
        key: StatusKind(key, row["en"], row["zh"], frozenset(row["deciders"]), row["source"])
        for key, row in rows.items()
    }


@lru_cache(maxsize=1)
def status_bases() -> Mapping[str, StatusBasis]:
    """The rules a decision on victim status can name, by key."""
    return {
        row["key"]: StatusBasis(
            row["key"], row["en"], row["zh"], tuple(row["articles"]), frozenset(row["kinds"])
        )
        for row in _read("victim-status.yaml")["bases"]
    }


def may_decide(agency: Agency, kind: str) -> bool:
    """Whether the agency may make this kind of decision on victim status."""
    return bool(status_kinds()[kind].deciders & kinds_of(agency))


@lru_cache(maxsize=1)
def families() -> Mapping[str, frozenset[str]]:
    """Family of competence to the keys of the national agencies whose line it is."""
    return {key: frozenset(row["agencies"]) for key, row in _read("competence.yaml")["families"].items()}


def kinds_of(agency: Agency) -> frozenset[str]:
    """What the agency is in the eyes of the rules: any, state_organ, public_body, and its families."""
    data = _read("competence.yaml")
    line_of_work = {agency.key, agency.line.key if agency.line else "", *_above(agency)}
    found = {"any"} | {family for family, keys in families().items() if keys & line_of_work}
    if agency.kind in data["state_organs"]:
        found.add("state_organ")
    if agency.kind in data["public_bodies"]:
        found.add("public_body")
    return frozenset(found)


def decider_of(agency: Agency) -> str:
    """Who an agency is that decides on victim status: police, court_or_prosecution, state_organ, ngo or other."""
    kinds = kinds_of(agency)
    if "police" in kinds:
        return "police"
    if agency.kind == Agency.Kind.COURT_PROCURATORATE or kinds & {"court", "procuratorate"}:
        return "court_or_prosecution"
    if "state_organ" in kinds:
        return "state_organ"
    return "ngo" if agency.kind in (Agency.Kind.NGO, Agency.Kind.CIVIL_SOCIETY) else "other"


def _above(agency: Agency) -> set[str]:
    found: set[str] = set()
    above = agency.parent
    while above is not None and above.key not in found:
        found |= {above.key, above.line.key if above.line else ""}
        above = above.parent
    return found


def _basis(row: Mapping[str, Any]) -> Basis:
    return Basis(
        key=row["key"],
        en=row["en"],
        zh=row["zh"],
        articles=tuple(row["articles"]),
        source=row["source"],
        givers=frozenset(row["givers"]),
        recipients=frozenset(row["recipients"]),
        purposes=frozenset(row["purposes"]),
        sections=frozenset(row["sections"]),
        needs_reason=row["needs_reason"],
        only_age_bands=frozenset(row.get("only_age_bands", ())),
        needs_trigger=row.get("needs_trigger", False),
    )


def _word(value: object) -> str:
    """YAML 1.1 reads a bare yes as true."""
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


@lru_cache(maxsize=8)
def _read(name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return found
