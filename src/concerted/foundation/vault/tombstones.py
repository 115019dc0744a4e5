"""The ledger of erased subjects: an append-only file outside the database, chained, applied again after a restore."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from concerted.errors import Invalid

_FIRST = "0" * 64


@dataclass(frozen=True)
class Tombstone:
    """That a subject was erased, when and on which ground.

    proof: SHA-256 in hex over the proof before (64 zeros before the first), subject, time and reason, a line each.
    """

    subject: UUID
    at: datetime
    reason: str
    proof: str

    def line(self) -> str:
        """One JSON line."""
        return json.dumps(
            {
                "subject": str(self.subject),
                "at": self.at.isoformat(),
                "reason": self.reason,
                "proof": self.proof,
            }
        )


def ledger() -> Path:
    """Where the ledger is kept."""
    return Path(settings.VAULT_LEDGER)


def add(*, subject: UUID, at: datetime, reason: str) -> Tombstone:
    """Append a tombstone and wait until it is on the disk; returns the one that stands already where there is one.

    Cuts off a line that a crash left unfinished. Raises Invalid where the ledger was changed, OSError where the disk
    does not take it.
    """
    path = ledger()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        text = file.read()
        _mend(file.fileno(), text)
        before = _FIRST
        for stone in _parsed(text[: text.rfind("\n") + 1], path):
            before = stone.proof
            if stone.subject == subject:
                return stone  # a crash came between this line and the database
        stone = Tombstone(subject, at, reason, _proof(before, subject, at, reason))
        file.write(stone.line() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return stone


def standing(path: Path | None = None) -> list[Tombstone]:
    """Every tombstone, oldest first. Raises Invalid when a line was changed, moved or taken out."""
    path = path or ledger()
    if not path.exists():
        return []
    text = path.read_text(encoding="utf-8")
    return list(_parsed(text[: text.rfind("\n") + 1], path))


def merge(other: list[Tombstone]) -> list[Tombstone]:
    """Add the tombstones of another ledger that this one lacks; returns those added."""
    known = {stone.subject for stone in standing()}
    return [
        add(subject=stone.subject, at=stone.at, reason=stone.reason)
        for stone in other
        if stone.subject not in known
    ]


def _mend(descriptor: int, text: str) -> None:
    """Cut off a line that a crash left unfinished."""
    whole = text.rfind("\n") + 1
    if whole != len(text):
        os.ftruncate(descriptor, len(text[:whole].encode()))


def _parsed(text: str, path: Path) -> Iterator[Tombstone]:
    before = _FIRST
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            row = json.loads(line)
            stone = Tombstone(
                UUID(row["subject"]), datetime.fromisoformat(row["at"]), str(row["reason"]), str(row["proof"])
            )
        except (ValueError, KeyError, TypeError) as error:
            raise _broken(path, number) from error
        if stone.proof != _proof(before, stone.subject, stone.at, stone.reason):
            raise _broken(path, number)
        before = stone.proof
        yield stone


def _proof(before: str, subject: UUID, at: datetime, reason: str) -> str:
    return hashlib.sha256("\n".join((before, str(subject), at.isoformat(), reason)).encode()).hexdigest()


def _broken(path: Path, number: int) -> Invalid:
    return Invalid(
        "The ledger of erased subjects was changed.",
        where=f"{path}, line {number}",
        remedy="Put back the copy that a backup holds; every line proves the one before it.",
    )
