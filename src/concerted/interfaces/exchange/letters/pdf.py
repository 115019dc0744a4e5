"""Sets a letter of entitlement as PDF; the same letter always gives the same bytes."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from ..typesetting import set_pdf
from .letter import EntitlementLetter, said_by

LAYOUT = Path(__file__).with_name("letter.typ")


def letter_as_pdf(letter: EntitlementLetter) -> bytes:
    """Return the letter as a PDF file. Raises Unready where no Chinese typeface is installed."""
    said = asdict(said_by(letter))
    return set_pdf(LAYOUT, "letter", said, language=letter.language, made_on=letter.issued_on)
