"""Turns a Word document into numbered lines, automatic numbering restored as text; it runs nothing
inside the file."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from zipfile import BadZipFile

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from lxml.etree import XMLSyntaxError

from concerted.errors import Invalid
from concerted.interfaces.exchange.files import broken_office_file, check_archive
from concerted.interfaces.exchange.notation.lines import Line

_HAN = "零一二三四五六七八九"
_MAIN = "word/document.xml"
_W_P, _W_TBL, _W_TR, _W_TC, _W_T = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc"), qn("w:t")
_PASSED_BY = {
    qn("w:del"),
    qn("w:moveFrom"),
    qn("w:pPr"),
    qn("w:rPr"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
_BOX = qn("w:txbxContent")
_WRAPPERS = {qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")}


def lines_of_word(data: bytes, filename: str) -> list[Line]:
    """Return the document's paragraphs and table rows as lines numbered from 1, text boxes and footnotes
    included, and after them the running headers and footers (margin).

    Raises Invalid for a file that is damaged, is no Word document, or unpacks to too much.
    """
    check_archive(data, filename, member=_MAIN)
    try:
        document = docx.Document(io.BytesIO(data))
        return list(_Reader(document).lines())
    except Invalid:
        raise
    except (
        XMLSyntaxError,
        BadZipFile,
        KeyError,
        ValueError,
        AttributeError,
        TypeError,
        IndexError,
    ) as failure:
        raise broken_office_file(filename) from failure


class _Reader:
    def __init__(self, document: Any) -> None:
        self._document = document
        self._numbering = _Numbering(document)
        self._styles = {style.style_id: style for style in document.styles}
        self._count = 0

    def lines(self) -> Iterator[Line]:
        yield from self._block(self._document.element.body)
        for part in self._document.part.rels.values():
            if part.reltype.endswith(("/footnotes", "/endnotes")) and not part.is_external:
                yield from self._notes(part.target_part.blob)
        yield from self._margins()

    def _notes(self, blob: bytes) -> Iterator[Line]:
        for paragraph in parse_xml(blob).iter(_W_P):
            for text in _texts(paragraph):
                yield self._next(text, raw=text)

    def _margins(self) -> Iterator[Line]:
        """Yield what runs at the head and foot of pages, each text once."""
        told: set[str] = set()
        for part in self._document.part.rels.values():
            if not part.reltype.endswith(("/header", "/footer")) or part.is_external:
                continue
            for paragraph in parse_xml(part.target_part.blob).iter(_W_P):
                for text in _texts(paragraph):
                    if text.strip() not in told and any(letter.isalnum() for letter in text):
                        told.add(text.strip())
                        yield self._next(text, raw=text, margin=True)

    def _next(self, text: str, **known: Any) -> Line:
        self._count += 1
        return Line(self._count, text.strip(), own_paragraph=True, **known)

    def _block(self, parent: Any) -> Iterator[Line]:
        for child in parent:
            if child.tag == _W_P:
                yield from self._paragraph(child)
            elif child.tag == _W_TBL:
                yield from self._table(child)
            elif child.tag not in _PASSED_BY:
                yield from self._block(child)

    def _paragraph(self, paragraph: Any) -> Iterator[Line]:
        style = self._style_of(paragraph)
        number = self._numbering.text_of(paragraph, style)
        texts = _texts(paragraph) or [""]
        for position, text in enumerate(texts):
            numbered = f"{number} {text}".strip() if number and position == 0 and text.strip() else text
            level = _heading_level(style) if position == 0 else 0
            title = position == 0 and style is not None and style.name == "Title"
            yield self._next(numbered, raw=numbered, level=level, is_title=title)
        for box in paragraph.iter(_BOX):
            if not _inside_fallback(box):
                yield from self._block(box)

    def _style_of(self, paragraph: Any) -> Any:
        named = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        return self._styles.get(named.get(qn("w:val"))) if named is not None else None

    def _table(self, table: Any) -> Iterator[Line]:
        for row in _below(table, _W_TR):
            cells = tuple(" ".join(_cell_texts(cell)).strip() for cell in _below(row, _W_TC))
            text = " | ".join(cells)
            yield self._next(text, raw=" ".join(cells), cells=cells)


def _below(parent: Any, tag: str) -> Iterator[Any]:
    """Yield the children of parent with tag, also those wrapped in content controls or insertions."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _below(child, tag)


def _cell_texts(cell: Any) -> Iterator[str]:
    for paragraph in cell.iter(_W_P):
        yield from _texts(paragraph)


def _texts(paragraph: Any) -> list[str]:
    """Return the paragraph's lines: insertions read, deletions not, text boxes left to their own."""
    pieces: list[str] = []
    _gather(paragraph, pieces)
    return [text for text in "".join(pieces).split("\n") if text.strip()]


def _gather(element: Any, pieces: list[str]) -> None:
    for child in element:
        if child.tag in _PASSED_BY or child.tag == _BOX:
            continue
        if child.tag == _W_T:
            pieces.append((child.text or "").replace("\n", " "))
        elif child.tag == qn("w:tab"):
            pieces.append("\t")
        elif child.tag in (qn("w:br"), qn("w:cr")):
            pieces.append("\n")
        elif child.tag == qn("w:noBreakHyphen"):
            pieces.append("-")
        else:
            _gather(child, pieces)


def _inside_fallback(element: Any) -> bool:
    return any(above.tag in _PASSED_BY for above in element.iterancestors())


def _heading_level(style: Any) -> int:
    for _step in range(10):
        if style is None:
            return 0
        name = style.name or ""
        if name.startswith("Heading ") and name[8:].isdigit():
            return min(int(name[8:]), 9)
        style = style.base_style
    return 0


class _Numbering:
    """Counts automatic list numbers the way Word prints them."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[tuple[str, int], tuple[str, str, int]] = {}
        self._abstract_of: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        for abstract in root.iter(qn("w:abstractNum")):
            for level in abstract.iter(qn("w:lvl")):
                depth = int(level.get(qn("w:ilvl"), "0"))
                key = (abstract.get(qn("w:abstractNumId"), ""), depth)
                start = _value(level, "w:start") or "1"
                form, text = _value(level, "w:numFmt") or "decimal", _value(level, "w:lvlText") or ""
                self._levels[key] = (form, text, int(start) if start.isdigit() else 1)
        for number in root.iter(qn("w:num")):
            self._abstract_of[number.get(qn("w:numId"), "")] = _value(number, "w:abstractNumId") or ""

    def text_of(self, paragraph: Any, style: Any) -> str:
        """Return the number Word would print before paragraph, "-" for a bullet, "" for none; counts on."""
        numbered = _numbered(paragraph, style)
        if numbered is None:
            return ""
        number_id, depth = numbered
        abstract = self._abstract_of.get(number_id, "")
        if (abstract, depth) not in self._levels:
            return ""
        form, text, start = self._levels[abstract, depth]
        counts = self._counts[number_id]
        counts[depth] = counts.get(depth, start - 1) + 1
        for deeper in [each for each in counts if each > depth]:
            del counts[deeper]
        if form == "bullet":
            return "-"
        for level in range(depth + 1):
            level_form, _text, level_start = self._levels.get((abstract, level), ("decimal", "", 1))
            shown = form_number(counts.get(level, level_start), level_form)
            text = text.replace(f"%{level + 1}", shown)
        return text.strip()


def _value(element: Any, name: str) -> str | None:
    found = element.find(qn(name))
    return found.get(qn("w:val")) if found is not None else None


def _numbered(paragraph: Any, style: Any) -> tuple[str, int] | None:
    holders = [paragraph.find(qn("w:pPr"))]
    for _step in range(10):
        if style is None:
            break
        holders.append(style.element.find(qn("w:pPr")))
        style = style.base_style
    depth: int | None = None
    for holder in holders:
        numbering = holder.find(qn("w:numPr")) if holder is not None else None
        if numbering is None:
            continue
        level = _value(numbering, "w:ilvl")
        depth = int(level) if depth is None and level and level.isdigit() else depth
        number_id = _value(numbering, "w:numId")
        if number_id is not None:
            return None if number_id == "0" else (number_id, depth or 0)
    return None


def form_number(number: int, form: str) -> str:
    """Return number in one of Word's number forms; forms not known here come out as digits."""
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 % 20 + 1)
        return letter if form == "lowerLetter" else letter.upper()
    if form in ("lowerRoman", "upperRoman"):
        roman = _roman(number)
        return roman if form == "upperRoman" else roman.lower()
    if form.startswith(("chinese", "taiwanese", "japaneseCounting", "ideographDigital")):
        return _han(number)
    if form.startswith("decimalEnclosedCircle") and 1 <= number <= 20:
        return chr(0x245F + number)
    return "" if form == "none" else str(number)


def _roman(number: int) -> str:
    parts = []
    pairs = zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ["M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"],
        strict=True,
    )
    for value, letters in pairs:
        count, number = divmod(number % 4000 if number > 3999 else number, value)
        parts.append(letters * count)
    return "".join(parts)


def _han(number: int) -> str:
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _HAN[tens] + "十"
    return head + (_HAN[ones] if ones else "")
