"""A plan document as plain data, its canonical text and its hash; it reads no file."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import yaml

from .document import NOT_READ, SCHEMA, PlanDocument, Responsibility


def content_hash(document: PlanDocument) -> str:
    """The SHA-256 of the canonical plan file, in hexadecimal."""
    return hashlib.sha256(canonical_text(document).encode()).hexdigest()


def canonical_text(document: PlanDocument) -> str:
    """The plan file as YAML: fields in the order of the schema, those at their default left out."""
    tree = {"schema": SCHEMA, **plain(document)}
    return yaml.dump(
        tree, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100, default_flow_style=False
    )


def file_key(name: str) -> str:
    """The key a field has in files ("from" is a Python word, so the field is from_)."""
    return name.removesuffix("_")


def default_of(field: dataclasses.Field[Any]) -> Any:
    """The value a field has when nothing was said; dataclasses.MISSING where it must be said."""
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def plain(value: Any) -> Any:
    """The value as mappings, lists and scalars in the order of the schema; fields at their default are left out."""
    if value is NOT_READ:
        return "not_read"
    if isinstance(value, Responsibility) and value == Responsibility(value.agency):
        return value.agency
    if dataclasses.is_dataclass(value):
        said = ((each, getattr(value, each.name)) for each in dataclasses.fields(value))
        return {file_key(each.name): plain(found) for each, found in said if found != default_of(each)}
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, Mapping):
        return {key: plain(value[key]) for key in sorted(value)}
    return value


class _Dumper(yaml.SafeDumper):
    """YAML's safe dumper without anchors, so that every entry can be read by itself."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_number(dumper: yaml.SafeDumper, value: Decimal) -> yaml.ScalarNode:
    text = format(value, "f") if abs(value.adjusted()) < 40 else str(value)
    kind = "float" if "." in text or "E" in text else "int"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{kind}", text)


_Dumper.add_representer(Decimal, _represent_number)
