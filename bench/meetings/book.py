"""Times a briefing book of 60 pages, as PDF and as DOCX, in both languages; it needs no database.

.venv/bin/python bench/meetings/book.py
"""

from __future__ import annotations

import io
import os
import sys
import time
from datetime import date
from typing import TYPE_CHECKING

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concerted.config.settings")

if TYPE_CHECKING:
    from concerted.interfaces.exchange.papers import Book

PAGES = 60
MOST_SECONDS = 20.0
WORDS = {
    "en": (
        "Overdue obligations of office {n}",
        "Of {of} obligations due in the quarter {late} were overdue on the day; two had climbed to the office.",
        "Progress report on measure {k} for the first quarter of 2012, due 20 April, {k} working days overdue",
        "That the office says why, and by when it will report.",
    ),
    "zh-hans": (
        "第{n}单位逾期未履行的义务",
        "本季度到期义务{of}项，截至当日逾期{late}项，其中两项已按程序上报联席会议办公室，需会议研究。",
        "2012年第一季度措施{k}进展报告，应于4月20日报送，逾期{k}个工作日",
        "请该单位说明原因并明确完成时限。",
    ),
}


def book(language: str) -> Book:
    """A cover and 59 items, each with a reason, three figures, a chart of eight bars and forty lines. Invented."""
    from concerted.interfaces.exchange.papers import Bar, Book, Chart, Figure, Item

    title, reason, line, asks = WORDS[language]
    items = [
        Item(
            "",
            title.format(n=n),
            reason=reason.format(of=31, late=n % 9 + 2),
            figures=[Figure(f"{title.format(n=n)} {k}", str(k * n)) for k in range(1, 4)],
            charts=[Chart(title.format(n=n), [Bar(title.format(n=k), (k * n) % 17, 20) for k in range(8)])],
            lines=[line.format(k=k) for k in range(1, 41)],
            asks=asks,
        )
        for n in range(1, PAGES)
    ]
    return Book(
        language=language,
        title=title.format(n=0),
        issued=date(2012, 6, 1),
        signature=title.format(n=0),
        red_head=title.format(n=0),
        document_no="[2012] 3",
        items=items,
    )


def main() -> int:
    """Print seconds and CPU seconds of each; the exit code says whether all stayed under the limit."""
    import django

    django.setup()
    from concerted.interfaces.exchange.papers import Form, rendered

    slow = False
    print(f"{'language':<10}{'form':<6}{'pages':>6}{'kB':>8}{'s':>8}{'CPU s':>8}")
    for language in WORDS:
        for form in Form:
            began, worked = time.perf_counter(), time.process_time()
            made = rendered(book(language), form)
            took, cpu = time.perf_counter() - began, time.process_time() - worked
            slow |= took > MOST_SECONDS
            head = f"{language:<10}{form.value:<6}{_pages(made, form.value):>6}"
            print(f"{head}{len(made) // 1000:>8}{took:>8.2f}{cpu:>8.2f}")
    print(f"limit: {MOST_SECONDS:.0f} s for {PAGES} pages: {'missed' if slow else 'kept'}")
    return int(slow)


def _pages(made: bytes, form: str) -> str:
    """How many pages the PDF has; a DOCX is broken into pages by the program that opens it."""
    if form == "docx":
        return "-"
    from pypdf import PdfReader

    return str(len(PdfReader(io.BytesIO(made)).pages))


if __name__ == "__main__":
    sys.exit(main())
