"""Writes a letter of entitlement as DOCX, for an office's own paper; it holds no text of its own."""

from __future__ import annotations

import io
from datetime import UTC, datetime, time

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from .letter import EntitlementLetter, said_by

_FACE, _CHINESE_FACE = "Times New Roman", "FangSong"


def letter_as_docx(letter: EntitlementLetter) -> bytes:
    """Return the letter as a Word document."""
    said = said_by(letter)
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FACE, Pt(16)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _CHINESE_FACE)
    if said.banner:
        _line(document.add_paragraph(), said.banner, align=WD_ALIGN_PARAGRAPH.CENTER, size=11)
    _line(document.add_paragraph(), said.head, align=WD_ALIGN_PARAGRAPH.CENTER, size=22, bold=True)
    _line(document.add_paragraph(), said.number, align=WD_ALIGN_PARAGRAPH.RIGHT, size=14)
    _line(document.add_paragraph(), said.title, align=WD_ALIGN_PARAGRAPH.CENTER, size=20, bold=True)
    for sentence in said.body:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.first_line_indent = Pt(32) if letter.is_chinese else None
        _line(paragraph, sentence, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    for closing in (said.signed, said.day):
        _line(document.add_paragraph(), closing, align=WD_ALIGN_PARAGRAPH.RIGHT)
    _line(document.add_paragraph(), said.check_title, size=12, bold=True)
    table = document.add_table(rows=0, cols=2)
    table.style = "Table Grid"
    for label, value in said.check:
        cells = table.add_row().cells
        _line(cells[0].paragraphs[0], label, size=12)
        _line(cells[1].paragraphs[0], value, size=12)
    _line(document.add_paragraph(), said.check_note, size=12)
    made = datetime.combine(letter.issued_on, time(), tzinfo=UTC)
    properties = document.core_properties
    properties.author, properties.title = said.signed, said.title
    properties.created = properties.modified = made
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def _line(
    paragraph: Paragraph,
    text: str,
    *,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT,
    size: float = 16,
    bold: bool = False,
) -> None:
    paragraph.alignment = align
    run = paragraph.add_run(text)
    run.font.size, run.font.bold = Pt(size), bold
