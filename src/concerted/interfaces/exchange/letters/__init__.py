"""Letters of entitlement as PDF and DOCX; it grants nothing, and no field of it can hold an address of shelter."""

from .issued import letter_of
from .letter import EntitlementLetter
from .pdf import letter_as_pdf


def letter_as_docx(letter: EntitlementLetter) -> bytes:
    """Return the letter as a Word document."""
    from .docx import letter_as_docx as written  # here, for what writes Word takes long to load

    return written(letter)


__all__ = ["EntitlementLetter", "letter_as_docx", "letter_as_pdf", "letter_of"]
