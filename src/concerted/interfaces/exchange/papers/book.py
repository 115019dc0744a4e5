"""What a paper says, as plain data in one language; it knows no table of the mechanism and no layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Form(StrEnum):
    """The kind of file."""

    PDF = "pdf"
    DOCX = "docx"


@dataclass(frozen=True)
class Figure:
    """One number with what it is of; both as the reader shall see them."""

    label: str
    value: str


@dataclass(frozen=True)
class Bar:
    """One bar of a chart; `value` None is drawn as missing, never as zero. `of`: the denominator, if any."""

    label: str
    value: float | None
    of: float | None = None


@dataclass(frozen=True)
class Chart:
    """A bar chart with its unit; the bars stand in the order given."""

    title: str
    bars: Sequence[Bar]
    unit: str = ""


@dataclass(frozen=True)
class Item:
    """One item, on one page. `text`: paragraphs; `lines`: what stands behind it, one after the other;
    `asks`: what is to be decided. Lines that do not fit the page are counted, not dropped in silence."""

    number: str
    title: str
    reason: str = ""
    figures: Sequence[Figure] = ()
    charts: Sequence[Chart] = ()
    text: Sequence[str] = ()
    lines: Sequence[str] = ()
    asks: str = ""
    office: str = ""
    minutes: int | None = None


@dataclass(frozen=True)
class Book:
    """A paper in the layout of official documents (GB/T 9704-2012).

    language: en or zh-hans. red_head: the issuing body's mark, '' for plain paper. An item has a page of its
    own when `page_per_item`; else items follow one another as paragraphs, as minutes and letters do.
    attendance: groups of who was there, set after the body as in minutes. note: a line at the top of the first
    page, such as that the content is invented. fingerprint: the hash by which the text can be verified. issued:
    the day of the document; it also dates the file, so that the same book always makes the same PDF.
    """

    language: str
    title: str
    issued: date
    signature: str
    red_head: str = ""
    document_no: str = ""
    classification: str = ""
    urgency: str = ""
    note: str = ""
    addressed_to: str = ""
    opening: Sequence[str] = ()
    facts: Sequence[Figure] = ()
    items: Sequence[Item] = ()
    page_per_item: bool = True
    closing: Sequence[str] = ()
    attendance: Sequence[Figure] = ()
    copied_to: str = ""
    printed_by: str = ""
    fingerprint: str = ""

    @property
    def is_chinese(self) -> bool:
        """Whether the paper is written in Chinese."""
        return self.language.startswith("zh")
