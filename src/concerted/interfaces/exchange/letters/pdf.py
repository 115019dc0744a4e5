"""Sets a letter of entitlement as PDF with typst; the same letter always gives the same bytes."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path

import typst

from ..fonts import CHINESE_SANS, CHINESE_SERIF, font_folders
from .letter import EntitlementLetter, said_by

LAYOUT = Path(__file__).with_name("letter.typ")


def letter_as_pdf(letter: EntitlementLetter) -> bytes:
    """Return the letter as a PDF file. Raises Unready where no Chinese typeface is installed."""
    said = {
        **asdict(said_by(letter)),
        "serif": CHINESE_SERIF,
        "sans": CHINESE_SANS,
        "chinese": letter.is_chinese,
        "lang": "zh" if letter.is_chinese else "en",
        "region": "cn" if letter.is_chinese else "gb",
    }
    done = typst.compile(
        LAYOUT.read_bytes(),
        format="pdf",
        font_paths=[str(folder) for folder in font_folders()],
        ignore_system_fonts=True,
        sys_inputs={"letter": json.dumps(said, ensure_ascii=False)},
        timestamp=datetime.combine(letter.issued_on, time(), tzinfo=UTC),
    )
    return done if isinstance(done, bytes) else bytes(done[0])  # type: ignore[index]
