"""Hashes by which a table and a result are recognised again; it keeps nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from concerted.methods import prevalence
from concerted.methods.prevalence import CaptureTable

#: What a second run of the same table does not repeat: how long it took.
CLOCKS = frozenset({"seconds"})


def data_hash(table: CaptureTable, strata: prevalence.StrataTables | None = None) -> str:
    """SHA-256 of the lists in their order, of every positive count, and of the strata where there are any."""
    told: dict[str, Any] = {"lists": list(table.lists), "counts": pairs_of(table)}
    return _digest(told if strata is None else told | {"strata": strata.to_json()})


def result_hash(result: Mapping[str, Any]) -> str:
    """SHA-256 of a panel's result without its clock times."""
    return _digest(without_clocks(result))


def pairs_of(table: CaptureTable) -> list[list[int]]:
    """[history bitmask, people] of every observed history, in ascending order."""
    return [[int(w), int(table.counts[w])] for w in table.observed]


@cache
def software_version() -> str:
    """The version of Concerted that computes, with a digest of the arithmetic: other arithmetic is another version."""
    digest = hashlib.sha256()
    for path in sorted(Path(str(prevalence.__file__)).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return f"{version('concerted')}+{digest.hexdigest()[:10]}"


def without_clocks(value: Any) -> Any:
    """The value with every clock time left out, at any depth."""
    if isinstance(value, Mapping):
        return {key: without_clocks(one) for key, one in value.items() if key not in CLOCKS}
    if isinstance(value, list | tuple):
        return [without_clocks(one) for one in value]
    return value


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
