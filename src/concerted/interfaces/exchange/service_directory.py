"""Reads a service directory from its file (YAML), telling every fault with its line; it writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from concerted.interfaces.exchange.reference.files import ReferenceFileError, Row, read_yaml, refuse_twice
from concerted.mechanism.cases.codes import SERVICES

SCHEMA = "concerted/service-directory/1"
_TEXTS = ("name_zh", "conditions_en", "conditions_zh", "hours")
_LISTS = ("age_bands", "sexes", "languages")
_FIELDS = frozenset(
    {
        "agency",
        "key",
        "kind",
        "name_en",
        "place_code",
        "serves_within",
        "valid_from",
        "valid_to",
        *_TEXTS,
        *_LISTS,
    }
)


@dataclass(frozen=True)
class ReadOffer:
    """One service: the key of the agency that offers it, its own key, its kind, and the values of its entry."""

    agency: str
    key: str
    kind: str
    values: Mapping[str, Any]


def read_services(path: Path) -> tuple[ReadOffer, ...]:
    """Return the services of a file (schema concerted/service-directory/1). Raises ReferenceFileError."""
    data = read_yaml(path, schema=SCHEMA)
    rows = data.rows("services")
    refuse_twice(
        rows, [row.text("key") for row in rows], what="the service", remedy="give it a key of its own"
    )
    return tuple(_offer(row, is_demonstration=bool(data.get("is_demonstration"))) for row in rows)


def _offer(row: Row, *, is_demonstration: bool) -> ReadOffer:
    strange = sorted(set(row) - _FIELDS)
    if strange:
        raise ReferenceFileError(
            f"a service has no field {strange[0]!r}",
            where=row.where,
            remedy=f"fields: {', '.join(sorted(_FIELDS))}",
        )
    kind = row.text("kind")
    if kind not in SERVICES:
        raise ReferenceFileError(
            f"there is no service {kind!r}", where=row.where, remedy=f"one of {', '.join(SERVICES)}"
        )
    place = row.text("place_code")
    values: dict[str, Any] = {
        "name_en": row.text("name_en"),
        "place_code": place,
        "serves_within": row.optional_text("serves_within") or place,
        "is_demonstration": is_demonstration,
        **{name: row.optional_text(name) for name in _TEXTS},
        **{name: list(row.texts(name)) for name in _LISTS},
    }
    for name in ("valid_from", "valid_to"):
        if row.optional_date(name) is not None:
            values[name] = row.optional_date(name)
    return ReadOffer(row.text("agency"), row.text("key"), kind, values)
