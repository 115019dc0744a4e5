"""Reads an indicator set from its file; the rules of the set are the method's."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from concerted.interfaces.exchange.reference.files import REFERENCE_FOLDER, read_yaml
from concerted.methods.law import IndicatorSet, indicator_set_from

INDICATORS_FILE = REFERENCE_FOLDER / "indicators" / "ilo-operational-indicators.yaml"
_SCHEMA = "concerted/indicator-set/1"


@lru_cache(maxsize=4)
def load_indicator_set(path: Path = INDICATORS_FILE) -> IndicatorSet:
    """Return the indicator set of a YAML file. Raises Invalid naming the file, the line or the field at fault."""
    return indicator_set_from(read_yaml(path, schema=_SCHEMA))
