"""The one way of files in and out of the vault; the guarded acts and looks of the parts above call it."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from concerted.errors import NotThere, Unready

from ..acts import keep
from ..cipher import decrypt, encrypt
from ..models import StoredFile, SubjectKey
from ..reads import data_key, opened
from ..sealing import Place, new_key, seal, unseal
from . import keeping
from .kinds import judged
from .scanning import scan

_LONGEST_NAME = 120


@dataclass(frozen=True)
class OpenedFile:
    """A file ready to be sent: its name with the extension its content asks for, and its plain pieces.

    size: of the plain content, in bytes. pieces: 64 KiB each but the last; to be read once.
    """

    name: str
    content_type: str
    size: int
    pieces: Iterator[bytes]
    scanned: bool


def store_file(
    *,
    at: datetime,
    subject: UUID,
    keeper: int,
    holder_kind: str,
    holder_id: int | None,
    section: str,
    content: bytes,
    name: str = "",
) -> StoredFile:
    """Keep a file for the agency `keeper` under its subject's key, visible to whoever may see that section of
    the holder; call it inside the transaction of the act.

    Judged by its bytes, then scanned, then encrypted and synced, and only then written down: an act that is
    rolled back leaves a file that nobody knows and a sweep removes. Raises Invalid for what is not taken or is
    infected, Unready for a silent scanner or a full disk, Erased or NotThere for its subject.
    """
    kind = judged(content)
    scanned = scan(content)
    row = StoredFile(
        subject=subject,
        token=uuid4(),
        keeper=keeper,
        holder_kind=holder_kind,
        holder_id=holder_id,
        section=section,
        content_type=kind.content_type,
        scan=scanned,
        stored_at=at,
    )
    keep(row, {"name": _tidied(name, kind.extension)})
    file_key = new_key()
    row.file_key = seal(data_key(subject), row.place("file_key"), file_key)
    row.size, row.sealed_size, row.digest = keeping.put(
        row.token,
        lambda target: encrypt(io.BytesIO(content), target, key=file_key, place=_content_place(row)),
    )
    row.save(force_insert=True)
    return row


def open_file(row: StoredFile) -> OpenedFile:
    """The file's name and plain pieces. Raises Erased, Tampered, NotThere when it was removed, Unready when
    the disk has lost it."""
    if row.removed_at is not None:
        raise NotThere(_("There is no such file."))
    file_key = unseal(data_key(row.subject), row.place("file_key"), bytes(row.file_key))
    return OpenedFile(
        name=str(opened(row)["name"]),
        content_type=row.content_type,
        size=row.size,
        pieces=_pieces(row, file_key),
        scanned=row.scan == StoredFile.Scan.CLEAN,
    )


def remove_file(*, row: StoredFile, at: datetime) -> None:
    """Take the file away for ever: its key at once, its bytes when the transaction has committed."""
    StoredFile.objects.filter(pk=row.pk, removed_at=None).update(removed_at=at, file_key=b"", sealed=b"")
    transaction.on_commit(lambda: keeping.drop(row.token))


def remove_files_of(*, subjects: Iterable[UUID], at: datetime) -> int:
    """Take away every file of these subjects that the acting agency may see; returns how many."""
    rows = list(StoredFile.objects.filter(subject__in=set(subjects), removed_at=None))
    for row in rows:
        remove_file(row=row, at=at)
    return len(rows)


def remove_files_of_erased(*, at: datetime) -> int:
    """Take away files, of whichever agency, whose subject's key was destroyed; call it as the owner of the tables."""
    destroyed = SubjectKey.objects.filter(destroyed_at__isnull=False).values("subject")
    rows = list(StoredFile.objects.filter(subject__in=destroyed, removed_at=None))
    for row in rows:
        remove_file(row=row, at=at)
    return len(rows)


def _pieces(row: StoredFile, file_key: bytes) -> Iterator[bytes]:
    try:
        source = keeping.path_of(row.token).open("rb")
    except FileNotFoundError as error:
        raise Unready(
            _("The file is written down, but the disk has lost it."),
            where=f"vault_storedfile {row.pk}",
            remedy=_("Restore it from a backup and tell the office."),
        ) from error
    pieces = decrypt(source, key=file_key, place=_content_place(row))
    try:
        first = next(pieces)
    except BaseException:
        source.close()
        raise
    return _rest(source, first, pieces)


def _rest(source: io.BufferedReader, first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    with source:
        yield first
        yield from pieces


def _content_place(row: StoredFile) -> Place:
    return Place(
        "vault_storedfile", f"{row.pk} {UUID(str(row.token)).hex}", "content", UUID(str(row.subject))
    )


def _tidied(name: str, extension: str) -> str:
    """The name without folders and unprintable signs, with the extension of what the file is."""
    bare = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    bare = "".join(sign for sign in bare if unicodedata.category(sign)[0] != "C").strip(" .")
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", bare)[:_LONGEST_NAME] or _("file")
    return stem + extension
