"""The reader's one door: from a handed-in file to a draft plan; it writes nothing and asks no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath

from django.utils.translation import gettext_lazy as _

from concerted.errors import Invalid
from concerted.interfaces.exchange.files import broken_office_file, decoded, read_handed_in
from concerted.interfaces.exchange.notation.aside import set_aside
from concerted.interfaces.exchange.notation.blocks import blocks_of
from concerted.interfaces.exchange.notation.draft import DraftPlan
from concerted.interfaces.exchange.notation.lines import Line, lines_of_text
from concerted.interfaces.exchange.notation.placing import place as placed
from concerted.interfaces.exchange.notation.register import AgencyRow, Register

_TEXT_ENDINGS = {"", ".txt", ".text", ".md", ".markdown"}


def read_plan(
    path_or_bytes: Path | str | bytes,
    filename: str,
    register: Iterable[AgencyRow],
    *,
    place: str = "",
    counterparts: Mapping[str, str] | None = None,
) -> DraftPlan:
    """Return the draft of a plan written in the official notation, in English, Chinese or both.

    path_or_bytes: where the document lies, or its content; filename names it in errors and tells
    Markdown from text.
    register: (id, English name, Chinese name, aliases) of every agency that may be named.
    place: names of the place whose plan it is, where that is told; its departments, which a plan calls without its
    name, are then offered first for an unknown name, as they are where the title names the place.
    counterparts: id of a national agency -> id of the body in its line in that place, offered in the same way.
    Raises Invalid for a file that is missing, damaged, too large, or neither text, Markdown nor Word (.docx).
    """
    name = filename or ("" if isinstance(path_or_bytes, bytes) else str(path_or_bytes))
    data = read_handed_in(path_or_bytes, name)
    lines, encoding = _lines(data, name)
    known = Register(register, counterparts)
    text = [line for line in lines if not line.margin]
    told, aside = set_aside(text, markdown=_is_markdown(name))
    aside += [line for line in lines if line.margin]
    return placed(list(blocks_of(told, known)), lines, known, encoding, aside, place)


def _lines(data: bytes, name: str) -> tuple[list[Line], str]:
    ending = PurePath(name).suffix.casefold()
    if data.startswith(b"PK\x03\x04"):
        from concerted.interfaces.exchange.notation.word import lines_of_word  # slow to load, seldom needed

        return lines_of_word(data, name), "docx"
    if ending == ".docx":
        raise broken_office_file(name)
    if ending not in _TEXT_ENDINGS or data.startswith((b"%PDF", b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        raise Invalid(
            _("This kind of document cannot be read as a plan."),
            where=name,
            remedy=_("Save it as Word (.docx), Markdown (.md) or plain text (.txt)."),
        )
    text, encoding = decoded(data, name)
    return lines_of_text(text, markdown=_is_markdown(name)), encoding


def _is_markdown(name: str) -> bool:
    return PurePath(name).suffix.casefold() in (".md", ".markdown")
