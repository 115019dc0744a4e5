"""What a backup says of itself, by which it is checked before, and the installation after, a restore."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

NAME = "manifest.json"
FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """tables: rows of each. audit: seals, sealed rows, the last seal's hash. members: size and SHA-256 of each
    part. keys: `included`, or `environment` where the master keys come from there. faults: what was wrong
    already when the backup was made."""

    created_at: str
    migrations: list[str]
    tables: Mapping[str, int]
    audit: Mapping[str, Any]
    files: int
    erased: int
    keys: str
    sample: int
    faults: list[str] = field(default_factory=list)
    members: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    format: int = FORMAT

    def to_json(self) -> bytes:
        """As it stands in the backup."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_json(cls, content: bytes) -> Manifest:
        """The manifest in these bytes. Raises ValueError for another format."""
        read = json.loads(content)
        if read.get("format") != FORMAT:
            raise ValueError(f"its format {read.get('format')} is not known")
        read["members"] = {name: (int(size), digest) for name, (size, digest) in read["members"].items()}
        return cls(**read)

    def summary(self) -> dict[str, Any]:
        """Without the long lists."""
        told = asdict(self)
        del told["members"], told["migrations"]
        return told | {"rows": sum(self.tables.values()), "tables": len(self.tables)}
