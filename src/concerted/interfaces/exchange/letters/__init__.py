"""Letters of entitlement as PDF and DOCX; it grants nothing, and no field of it can hold an address of shelter."""

from .docx import letter_as_docx
from .issued import letter_of
from .letter import EntitlementLetter
from .pdf import letter_as_pdf

__all__ = ["EntitlementLetter", "letter_as_docx", "letter_as_pdf", "letter_of"]
