"""Plan files as XLSX: one sheet a kind of entry, every cell a typed text, reading back as exactly what was written."""

from .reading import load_xlsx
from .writing import dump_xlsx

__all__ = ["dump_xlsx", "load_xlsx"]
