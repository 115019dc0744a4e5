"""Writes a book as a Word document in the same layout, charts as pictures; the reader's program breaks its lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as Written
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from .as_pdf import aside_of, heading_of, picture_of
from .book import Book, Figure, Item
from .fitting import kept_lines
from .words import day_of, words_of

_FANG, _HEI, _SONG = "仿宋", "黑体", "宋体"
_LATIN = "Times New Roman"
_RED = RGBColor(0xE6, 0x00, 0x12)
#: A line is a character and seven eighths of it; 22 of them fill 225 mm.
_PITCH = Pt(28.95)
_SIZE3, _SIZE2, _SIZE4, _SMALL = Pt(16), Pt(22), Pt(14), Pt(12)
_LEFT, _RIGHT, _CENTRE = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.CENTER


def docx(book: Book) -> bytes:
    """The book as a DOCX file. It names the faces of the standard (FangSong, SimHei, SimSun), which the reader's
    machine provides. Raises Unready without the typefaces that charts are drawn with."""
    return _Writer(book).written()


class _Writer:
    def __init__(self, book: Book) -> None:
        self.book = book
        self.words: Mapping[str, str] = words_of(book.language)
        self.document: Written = Document()
        self._page()

    def written(self) -> bytes:
        book = self.book
        self._head()
        self._say(book.title, size=_SIZE2, face=_SONG, bold=True, align=_CENTRE, pitch=Pt(34))
        self._say("")
        if book.addressed_to:
            self._say(f"{book.addressed_to}{'：' if book.is_chinese else ':'}")
        self._texts(book.opening)
        self._pairs(book.facts)
        if book.page_per_item and book.items:
            self._say(self.words["contents"], face=_HEI, bold=True)
            for number, item in enumerate(book.items, start=1):
                self._say(f"{heading_of(book, item, number)}  {item.title}", size=_SIZE4, pitch=Pt(22))
        if book.page_per_item:
            self._sign()
        for number, item in enumerate(book.items, start=1):
            self._item(item, number)
        self._close()
        return self._bytes()

    def _page(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.footer_distance = Mm(23)
        self.document.settings.odd_and_even_pages_header_footer = True
        grid = section._sectPr.find(qn("w:docGrid"))
        if grid is None:
            grid = OxmlElement("w:docGrid")
            section._sectPr.append(grid)
        grid.set(qn("w:type"), "linesAndChars" if self.book.is_chinese else "lines")
        grid.set(qn("w:linePitch"), str(int(_PITCH.pt * 20)))
        if self.book.is_chinese:
            grid.set(qn("w:charSpace"), str(round((156 / 25.4 * 72 / 28 - 16) * 4096)))
        _number(section.footer.paragraphs[0], _RIGHT)
        _number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)
        normal = self.document.styles["Normal"]
        normal.font.name, normal.font.size = _LATIN, _SIZE3
        normal.element.rPr.rFonts.set(qn("w:eastAsia"), _FANG)

    def _head(self) -> None:
        book = self.book
        for said in (book.classification, book.urgency):
            if said:
                self._say(said, face=_HEI, bold=True)
        if book.note:
            self._say(book.note, size=_SMALL, face=_HEI)
        if not book.red_head:
            if book.document_no:
                self._say(book.document_no, align=_RIGHT)
            return
        most = 442 / max(1.0, sum(1.0 if ord(c) > 0x2E80 else 0.55 for c in book.red_head))
        mark = self._say(
            book.red_head,
            size=Pt(int(min(44 if book.is_chinese else 30, most))),
            face=_SONG,
            bold=True,
            align=_CENTRE,
            pitch=None,
        )
        mark.paragraph_format.space_before = Mm(20)
        mark.paragraph_format.space_after = Mm(12)
        for run in mark.runs:
            run.font.color.rgb = _RED
        number = self._say(book.document_no, align=_CENTRE)
        _rule(number, "bottom", "E60012", 12)
        number.paragraph_format.space_after = Pt(29)

    def _item(self, item: Item, number: int) -> None:
        book, apart = self.book, self.book.page_per_item
        heading = heading_of(book, item, number)
        if apart:
            first = self._say("", pitch=Pt(1))
            first.add_run().add_break(WD_BREAK.PAGE)
            aside = aside_of(item, self.words)
            self._say(f"{heading}    {aside}" if aside else heading, face=_HEI, bold=True)
            self._say(item.title, size=Pt(18), face=_SONG, bold=True, align=_CENTRE, pitch=Pt(31))
        else:
            self._say(heading + item.title, face=_HEI, bold=True, indent=True)
        if item.reason:
            if apart:
                self._say(self.words["reason"], face=_HEI, bold=True)
            self._texts([item.reason])
        self._texts(item.text)
        self._table(item.figures)
        self._charts(item)
        self._lines(item)
        if item.asks:
            if apart:
                self._say(self.words["asks"], face=_HEI, bold=True)
            self._texts([item.asks])

    def _charts(self, item: Item) -> None:
        for chart in item.charts:
            self._say(chart.title, size=_SMALL, face=_HEI, pitch=Pt(18))
            picture = picture_of(chart, language=self.book.language)
            place = self._say("", pitch=None)
            place.add_run().add_picture(BytesIO(picture), width=Mm(156))
            _described(place, chart.title)

    def _lines(self, item: Item) -> None:
        if not item.lines:
            return
        if not self.book.page_per_item:
            self._texts(item.lines)
            return
        self._say(self.words["lines"], face=_HEI, bold=True)
        kept, left = kept_lines(item, is_chinese=self.book.is_chinese)
        for line in kept:
            self._say(f"· {line}", size=_SMALL, pitch=Pt(18))
        if left:
            self._say(self.words["more"] % {"count": left}, size=_SMALL, pitch=Pt(18))

    def _close(self) -> None:
        book = self.book
        self._texts(book.closing)
        self._pairs(book.attendance)
        if not book.page_per_item:
            self._sign()
        day = day_of(book.issued, is_chinese=book.is_chinese)
        if book.fingerprint:
            self._say(f"{self.words['verify']}: {book.fingerprint}", size=Pt(9), pitch=Pt(14))
        if book.copied_to:
            mark = "：" if book.is_chinese else ": "
            said = self._say(f"{self.words['copied']}{mark}{book.copied_to}", size=_SIZE4)
            _rule(said, "top", "000000", 8)
        if book.printed_by:
            said = self._say(f"{book.printed_by}    {day} {self.words['printed']}", size=_SIZE4)
            _rule(said, "top", "000000", 6)
            _rule(said, "bottom", "000000", 8)

    def _sign(self) -> None:
        day = day_of(self.book.issued, is_chinese=self.book.is_chinese)
        room = "　　" if self.book.is_chinese else "    "
        self._say("")
        for said in (self.book.signature, day):
            self._say(f"{said}{room}", align=_RIGHT)

    def _texts(self, texts: Sequence[str]) -> None:
        for text in texts:
            self._say(text, indent=True, align=WD_ALIGN_PARAGRAPH.JUSTIFY)

    def _pairs(self, figures: Sequence[Figure]) -> None:
        mark = "：" if self.book.is_chinese else ": "
        for figure in figures:
            said = self._say(f"{figure.label}{mark}", face=_HEI)
            _faced(said.add_run(figure.value), _SIZE3, _FANG)

    def _table(self, figures: Sequence[Figure]) -> None:
        if not figures:
            return
        table = self.document.add_table(rows=0, cols=2, style="Table Grid")
        for figure in figures:
            label, value = table.add_row().cells
            for cell, text, align in ((label, figure.label, _LEFT), (value, figure.value, _RIGHT)):
                said = cell.paragraphs[0]
                _faced(said.add_run(text), _SIZE4, _FANG)
                said.alignment = align

    def _say(
        self,
        text: str,
        *,
        size: Pt = _SIZE3,
        face: str = _FANG,
        bold: bool = False,
        align: WD_ALIGN_PARAGRAPH | None = None,
        indent: bool = False,
        pitch: Pt | None = _PITCH,
    ) -> Paragraph:
        said = self.document.add_paragraph()
        layout = said.paragraph_format
        layout.space_before = layout.space_after = Pt(0)
        if pitch is not None:
            layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, pitch
        if indent and self.book.is_chinese:
            layout.first_line_indent = Pt(size.pt * 2)
        if align is not None:
            said.alignment = align
        if text:
            _faced(said.add_run(text), size, face, bold=bold)
        return said

    def _bytes(self) -> bytes:
        core = self.document.core_properties
        moment = datetime.combine(self.book.issued, time(), tzinfo=UTC).replace(tzinfo=None)
        core.title, core.author = self.book.title, self.book.signature
        core.created = core.modified = moment
        core.language = "zh-CN" if self.book.is_chinese else "en-GB"
        kept = BytesIO()
        self.document.save(kept)
        return kept.getvalue()


def _faced(run: Any, size: Pt, face: str, *, bold: bool = False) -> None:
    run.font.size, run.font.bold, run.font.name = size, bold, _LATIN
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)


def _number(paragraph: Paragraph, align: WD_ALIGN_PARAGRAPH) -> None:
    """— 1 —, a character away from the outer edge."""
    paragraph.alignment = align
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = Pt(14)
    for kind in ("begin", "", "end"):
        run = paragraph.add_run("— " if kind == "begin" else " —" if kind == "end" else "")
        _faced(run, _SIZE4, _SONG)
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._element.append(mark) if kind == "begin" else run._element.insert(1, mark)
        else:
            code = OxmlElement("w:instrText")
            code.text = "PAGE"
            run._element.append(code)


def _rule(paragraph: Paragraph, side: str, colour: str, eighths: int) -> None:
    """A line above or below the paragraph, in eighths of a point."""
    settings = paragraph._p.get_or_add_pPr()
    borders = settings.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        settings.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "6"), ("color", colour)):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)


def _described(paragraph: Paragraph, said: str) -> None:
    for drawn in paragraph._p.iter(qn("wp:docPr")):
        drawn.set("descr", said)
