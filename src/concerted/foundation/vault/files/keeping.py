"""Where encrypted files lie, and how they come and go without a half one; it reads none of them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from concerted.errors import Unready

from ..models import StoredFile

Written = TypeVar("Written")
_UNFINISHED = "unfinished"
PATIENCE_SECONDS = 24 * 60 * 60


@dataclass(frozen=True)
class Swept:
    """What a sweep removed: files no row knows, files of removed rows, files begun and left; and rows whose
    file is gone, which a sweep can only tell."""

    orphans: int = 0
    removed: int = 0
    unfinished: int = 0
    missing: int = 0


def path_of(token: UUID) -> Path:
    """Where the file of that token lies: two levels of 256 folders, by its first bytes."""
    name = token.hex
    return folder() / name[:2] / name[2:4] / name


def folder() -> Path:
    """The folder of all stored files."""
    return Path(settings.VAULT_FILES)


def put(token: UUID, write: Callable[[BinaryIO], Written]) -> Written:
    """Write a file under the token, whole and synced, or not at all; returns what `write` returns.

    Raises Unready when the disk does not take it.
    """
    target = path_of(token)
    begun = folder() / _UNFINISHED / token.hex
    try:
        for place in (begun.parent, target.parent):
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            written = write(file)
            file.flush()
            os.fsync(file.fileno())
        begun.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        with suppress(OSError):
            begun.unlink()
        raise Unready(
            _("The file could not be kept: the disk does not take it."),
            where=str(folder()),
            remedy=_("Nothing was written. Tell the administrator: %(why)s")
            % {"why": error.strerror or error},
            code="disk",
        ) from error
    return written


def drop(token: UUID) -> None:
    """Remove the file of that token, if it is there."""
    path_of(token).unlink(missing_ok=True)


def kept_paths() -> Iterator[Path]:
    """Every finished file."""
    for first in sorted(folder().glob("[0-9a-f][0-9a-f]")):
        yield from sorted(path for path in first.glob("[0-9a-f][0-9a-f]/*") if path.is_file())


def sweep(*, patience_seconds: float = PATIENCE_SECONDS) -> Swept:
    """Remove what a crash or a rolled-back act left behind; files younger than the patience (a day) are let be.

    Call it where every row is seen: as the owner of the tables.
    """
    rows = dict(StoredFile.objects.values_list("token", "removed_at"))
    before = time.time() - patience_seconds
    orphans = removed = 0
    seen = set()
    for path in kept_paths():
        token = UUID(hex=path.name)
        seen.add(token)
        if token in rows and rows[token] is not None:
            removed += 1
        elif token not in rows and path.stat().st_mtime < before:
            orphans += 1
        else:
            continue
        path.unlink(missing_ok=True)
    begun = [path for path in (folder() / _UNFINISHED).glob("*") if path.stat().st_mtime < before]
    for path in begun:
        path.unlink(missing_ok=True)
    missing = sum(1 for token, gone in rows.items() if gone is None and token not in seen)
    return Swept(orphans, removed, len(begun), missing)


def _sync_folder(place: Path) -> None:
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
