"""Papers of the joint meeting as PDF and DOCX, in the layout of official documents (GB/T 9704-2012)."""

from .as_pdf import pdf, pictures
from .book import Bar, Book, Chart, Figure, Form, Item


def rendered(book: Book, form: Form) -> bytes:
    """The book as a file of this form. Raises Unready where the typefaces are missing."""
    return pdf(book) if form is Form.PDF else docx(book)


def docx(book: Book) -> bytes:
    """The book as a Word document."""
    from .as_docx import docx as written  # here, for what writes Word takes long to load

    return written(book)


def content_type(form: Form) -> str:
    """The media type to send with a file of this form."""
    if form is Form.PDF:
        return "application/pdf"
    return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


__all__ = [
    "Bar",
    "Book",
    "Chart",
    "Figure",
    "Form",
    "Item",
    "content_type",
    "docx",
    "pdf",
    "pictures",
    "rendered",
]
