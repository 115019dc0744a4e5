"""Takes in files that somebody handed over: bounds their size, refuses archives that swell, finds the
encoding."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from concerted.errors import Invalid

LARGEST_FILE = 20 * 1024 * 1024
"""Bytes. A plan with its annexes is well below a tenth of this."""
LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_MEMBERS = 5_000
_MEGABYTE = 1024 * 1024


def read_handed_in(path_or_bytes: Path | str | bytes, filename: str) -> bytes:
    """Return the bytes of what was handed in; raise Invalid when it is missing, empty or over
    LARGEST_FILE."""
    data = path_or_bytes if isinstance(path_or_bytes, bytes) else _read(Path(path_or_bytes), filename)
    if len(data) > LARGEST_FILE:
        raise _too_large(filename)
    if not data.strip():
        raise Invalid(
            _("The file is empty."), where=filename, remedy=_("Choose the file that holds the text.")
        )
    return data


def _read(path: Path, filename: str) -> bytes:
    try:
        with path.open("rb") as source:
            return source.read(LARGEST_FILE + 1)
    except OSError as failure:
        raise Invalid(
            format_lazy(_("The file cannot be read: {reason}."), reason=failure.strerror or str(failure)),
            where=filename or str(path),
            remedy=_("Check the path and the right to read it."),
        ) from failure


def _too_large(filename: str) -> Invalid:
    return Invalid(
        format_lazy(_("The file is larger than {most} MB."), most=LARGEST_FILE // _MEGABYTE),
        where=filename,
        remedy=_("Remove pictures, or hand the document over in parts."),
    )


def decoded(data: bytes, filename: str, *, table: bool = False) -> tuple[str, str]:
    """Return the text of data and the name of its encoding: UTF-8 (with or without BOM), UTF-16 with
    BOM, or GB18030.

    table: a table is wanted, not a document. Raises Invalid for anything else, also for bytes that are no text at all.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _decoded_as(data, encoding, filename, table), encoding
    if b"\0" in data:
        raise _no_text(filename, table)
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _decoded_as(data, "gb18030", filename, table), "gb18030"


def _decoded_as(data: bytes, encoding: str, filename: str, table: bool) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as failure:
        raise _no_text(filename, table) from failure
    if "\0" in text:
        raise _no_text(filename, table)
    return text


def _no_text(filename: str, table: bool) -> Invalid:
    return Invalid(
        _("The file is not text in UTF-8 or GB18030."),
        where=filename,
        remedy=_("Save it as CSV in UTF-8, or hand over the workbook (.xlsx).")
        if table
        else _("Save it as UTF-8 text, or hand over the Word document (.docx)."),
    )


def check_archive(data: bytes, filename: str, *, member: str) -> None:
    """Refuse an Office file that is no sound archive, lacks member, or would unpack beyond
    LARGEST_UNPACKED bytes."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            sizes = sum(entry.file_size for entry in entries)
            if len(entries) > MOST_MEMBERS or sizes > LARGEST_UNPACKED:
                raise Invalid(
                    _("The file unpacks to far more than a document holds, so it was not opened."),
                    where=filename,
                    remedy=_("Open it where it was made and save it anew."),
                )
            if member not in archive.namelist():
                raise broken_office_file(filename)
            _unpack(archive, entries, filename)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
        zlib.error,
    ) as failure:
        raise broken_office_file(filename) from failure


def _unpack(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], filename: str) -> None:
    """Read every member once, so that a damaged one, or one larger than it says, is found before a
    parser sees it."""
    for entry in entries:
        with archive.open(entry) as member:
            left = entry.file_size
            while chunk := member.read(_MEGABYTE):
                left -= len(chunk)
                if left < 0:
                    raise broken_office_file(filename)


def broken_office_file(filename: str) -> Invalid:
    """Return the error for an Office file that no program could open."""
    return Invalid(
        _("The file is damaged or is not the kind its name says."),
        where=filename,
        remedy=_("Open it in an office program and save it anew as .docx or .xlsx."),
    )
