"""The one way a table leaves Concerted as CSV or XLSX; no cell it writes can become a formula, and it
reads nothing."""

from concerted.interfaces.exchange.tables.cells import (
    Cell,
    Column,
    Kind,
    Table,
    clean_text,
    looks_live,
    unguarded,
)
from concerted.interfaces.exchange.tables.write import (
    Format,
    content_type,
    file_name,
    write_table,
    write_workbook,
)

__all__ = [
    "Cell",
    "Column",
    "Format",
    "Kind",
    "Table",
    "clean_text",
    "content_type",
    "file_name",
    "looks_live",
    "unguarded",
    "write_table",
    "write_workbook",
]
