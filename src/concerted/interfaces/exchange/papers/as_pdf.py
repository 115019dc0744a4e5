"""Sets a book as PDF or as pictures of its pages with typst; the machine's own typefaces are never used."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, Literal

from concerted.deferred import typst

from ..fonts import CHINESE_SANS, CHINESE_SERIF, font_folders
from . import charts
from .book import Book, Chart, Item
from .words import day_of, ordinal, words_of

LAYOUT = Path(__file__).with_name("official.typ")


def pdf(book: Book) -> bytes:
    """The book as a PDF file; the same book always gives the same bytes. Raises Unready without typefaces."""
    return _compiled(book, "pdf")[0]


def pictures(book: Book, *, dots_per_inch: float = 72.0) -> list[bytes]:
    """Every page of the book as a PNG picture."""
    return _compiled(book, "png", ppi=dots_per_inch)


def picture_of(chart: Chart, *, language: str, dots_per_inch: float = 220.0) -> bytes:
    """One chart as a PNG picture, for documents that cannot hold SVG."""
    drawn = charts.svg(chart, missing=words_of(language)["missing"])
    page = f"#set page(width: {charts.WIDTH}pt, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), width: 100%)"
    return _typst(page.encode(), "png", {"svg": drawn}, ppi=dots_per_inch)[0]


def _compiled(book: Book, form: Literal["pdf", "png"], **options: Any) -> list[bytes]:
    made = datetime.combine(book.issued, time(), tzinfo=UTC)
    said = json.dumps(as_data(book), ensure_ascii=False)
    return _typst(LAYOUT.read_bytes(), form, {"book": said}, timestamp=made, **options)


def _typst(
    source: bytes, form: Literal["pdf", "png"], inputs: Mapping[str, str], **options: Any
) -> list[bytes]:
    done: Any = typst.compile(
        source,
        format=form,
        font_paths=typst.Fonts(
            include_system_fonts=False, font_paths=[str(folder) for folder in font_folders()]
        ),
        sys_inputs=dict(inputs),
        **options,
    )
    return list(done) if isinstance(done, list) else [done]


def as_data(book: Book) -> dict[str, Any]:
    """What the layout reads: plain data, every word in the book's language."""
    words = words_of(book.language)
    chinese = book.is_chinese
    return {
        "lang": "zh" if chinese else "en",
        "region": "cn" if chinese else "gb",
        "chinese": chinese,
        "serif": CHINESE_SERIF,
        "sans": CHINESE_SANS,
        "words": words,
        "issued": [book.issued.year, book.issued.month, book.issued.day],
        "day": day_of(book.issued, is_chinese=chinese),
        "items": [_item(book, item, number, words) for number, item in enumerate(book.items, start=1)],
        "facts": _pairs(book.facts),
        "attendance": _pairs(book.attendance),
        **{name: list(getattr(book, name)) for name in ("opening", "closing")},
        **{name: getattr(book, name) for name in _TEXTS},
        "page_per_item": book.page_per_item,
    }


_TEXTS = (
    "title",
    "signature",
    "red_head",
    "document_no",
    "classification",
    "urgency",
    "note",
    "addressed_to",
    "copied_to",
    "printed_by",
    "fingerprint",
)


def _pairs(figures: Any) -> list[dict[str, str]]:
    return [{"label": figure.label, "value": figure.value} for figure in figures]


def heading_of(book: Book, item: Item, number: int) -> str:
    """How the item is counted: 一、 and 1. before its title, 议题一 and Item 1 on a page of its own."""
    said = item.number or (ordinal(number) if book.is_chinese else str(number))
    if not book.page_per_item:
        return f"{said}、" if book.is_chinese else f"{said}. "
    return f"议题{said}" if book.is_chinese else f"Item {said}"


def aside_of(item: Item, words: Mapping[str, str]) -> str:
    """Who presents the item and how long it may take."""
    parts = [f"{words['office']}: {item.office}"] if item.office else []
    if item.minutes:
        parts.append(f"{item.minutes} {words['minutes']}")
    return " · ".join(parts)


def _item(book: Book, item: Item, number: int, words: Mapping[str, str]) -> dict[str, Any]:
    return {
        "heading": heading_of(book, item, number),
        "title": item.title,
        "aside": aside_of(item, words),
        "reason": item.reason,
        "figures": _pairs(item.figures),
        "charts": [_chart(chart, words) for chart in item.charts],
        "text": list(item.text),
        "lines": list(item.lines),
        "asks": item.asks,
    }


def _chart(chart: Chart, words: Mapping[str, str]) -> dict[str, str]:
    said = (f"{b.label} {words['missing'] if b.value is None else b.value}" for b in chart.bars)
    return {
        "title": f"{chart.title} ({chart.unit})" if chart.unit else chart.title,
        "svg": charts.svg(chart, missing=words["missing"]),
        "alt": f"{chart.title}: {'; '.join(said)}",
    }


__all__ = ["as_data", "aside_of", "heading_of", "pdf", "picture_of", "pictures"]
