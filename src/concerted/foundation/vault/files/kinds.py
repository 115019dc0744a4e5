"""What a file is, judged by its bytes alone and never by its name or what a browser claims of it."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

from django.utils.translation import gettext as _

from concerted.deferred import puremagic
from concerted.errors import Invalid

from .limits import check_archive, check_image

MEGABYTE = 1024 * 1024
_HEAD = 4096


@dataclass(frozen=True)
class Kind:
    """A sort of file that is taken: its content type, its extension, its limit in bytes."""

    content_type: str
    extension: str
    most_bytes: int


_OFFICE = "application/vnd.openxmlformats-officedocument."
_TEXT = Kind("text/plain", ".txt", 5 * MEGABYTE)
_KINDS: dict[str, Kind] = {
    ".pdf": Kind("application/pdf", ".pdf", 25 * MEGABYTE),
    ".jpeg": Kind("image/jpeg", ".jpg", 25 * MEGABYTE),
    ".png": Kind("image/png", ".png", 25 * MEGABYTE),
    ".gif": Kind("image/gif", ".gif", 10 * MEGABYTE),
    ".webp": Kind("image/webp", ".webp", 25 * MEGABYTE),
    ".tiff": Kind("image/tiff", ".tif", 25 * MEGABYTE),
    ".mp3": Kind("audio/mpeg", ".mp3", 25 * MEGABYTE),
    ".wav": Kind("audio/wav", ".wav", 25 * MEGABYTE),
    ".amr": Kind("audio/amr", ".amr", 25 * MEGABYTE),
    ".mp4": Kind("video/mp4", ".mp4", 25 * MEGABYTE),
    ".m4a": Kind("audio/mp4", ".m4a", 25 * MEGABYTE),
}
_OFFICE_KINDS: dict[str, Kind] = {
    "word/document.xml": Kind(f"{_OFFICE}wordprocessingml.document", ".docx", 25 * MEGABYTE),
    "xl/workbook.xml": Kind(f"{_OFFICE}spreadsheetml.sheet", ".xlsx", 25 * MEGABYTE),
    "ppt/presentation.xml": Kind(f"{_OFFICE}presentationml.presentation", ".pptx", 25 * MEGABYTE),
}
_OPEN_DOCUMENT: dict[bytes, Kind] = {
    b"application/vnd.oasis.opendocument.text": Kind(
        "application/vnd.oasis.opendocument.text", ".odt", 25 * MEGABYTE
    ),
    b"application/vnd.oasis.opendocument.spreadsheet": Kind(
        "application/vnd.oasis.opendocument.spreadsheet", ".ods", 25 * MEGABYTE
    ),
}
_SAME = {".jpg": ".jpeg", ".jfif": ".jpeg", ".jpe": ".jpeg", ".tif": ".tiff"}
MOST_BYTES = 25 * MEGABYTE
#: How text begins that another program would run or draw: markup, scripts, PostScript, rich text.
_NOT_PLAIN = (b"<", b"\xef\xbb\xbf<", b"#!", b"%!", b"{\\rtf", b"@echo")
#: OLE compound file, as Office wrote it until 2003.
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def judged(content: bytes) -> Kind:
    """The kind of the file, its limits checked before anything is made of it.

    Raises Invalid for what is empty, too large, of no kind that is taken, or built to swell when opened.
    """
    if not content:
        raise Invalid(_("The file is empty."), remedy=_("Choose another one."))
    if len(content) > MOST_BYTES:
        raise _too_large(MOST_BYTES)
    kind = _archive(content) if content[:4] == b"PK\x03\x04" else _by_signature(content)
    if len(content) > kind.most_bytes:
        raise _too_large(kind.most_bytes)
    if kind.content_type.startswith("image/"):
        check_image(io.BytesIO(content))
    return kind


def _by_signature(content: bytes) -> Kind:
    try:
        found = puremagic.magic_string(content[:_HEAD])
    except (puremagic.PureError, ValueError):
        found = []
    best = found[0].confidence if found else 0
    for match in found:
        extension = _SAME.get(match.extension, match.extension)
        if match.offset <= 8 and match.confidence == best and extension in _KINDS:
            return _KINDS[extension]
    if _is_text(content) and (not found or not content.lstrip().startswith(_NOT_PLAIN)):
        return _TEXT
    if content.startswith(_OLD_OFFICE):
        raise Invalid(
            _(
                "Old Word, Excel and PowerPoint files (.doc, .xls, .ppt) are not taken: they may hold a program."
            ),
            remedy=_("Save it as .docx, .xlsx, .pptx or PDF and choose it again."),
            code="kind_not_taken",
        )
    raise _not_taken()


def _archive(content: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_archive(archive, packed=len(content))
            names = set(archive.namelist())
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                kind = _OPEN_DOCUMENT.get(archive.read("mimetype").strip())
                if kind:
                    return kind
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise Invalid(_("The file is damaged."), remedy=_("Save it anew and choose it again.")) from error
    if any(name.lower().endswith(("vbaproject.bin", ".exe", ".dll", ".js", ".vbs")) for name in names):
        raise Invalid(
            _("The file holds a program (macros)."), remedy=_("Save it without macros and choose it again.")
        )
    for part, kind in _OFFICE_KINDS.items():
        if part in names and "[Content_Types].xml" in names:
            return kind
    raise _not_taken()


def _is_text(content: bytes) -> bool:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return not _CONTROL.search(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    return False


def _not_taken() -> Invalid:
    return Invalid(
        _("Files of this kind are not taken."),
        remedy=_("Take a picture, a PDF, a Word, Excel or OpenDocument file, a recording, or plain text."),
        code="kind_not_taken",
    )


def _too_large(most: int) -> Invalid:
    return Invalid(
        _("The file is larger than %(most)s MB.") % {"most": most // MEGABYTE},
        remedy=_("Make it smaller, or split it."),
        code="too_large",
    )
