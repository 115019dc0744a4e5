"""Files of a case: judged by content and limits before work, encrypted piece by piece, kept, served, removed."""

from .door import (
    OpenedFile,
    open_file,
    remove_file,
    remove_files_of,
    remove_files_of_erased,
    store_file,
)
from .keeping import Swept, sweep
from .kinds import MEGABYTE, MOST_BYTES
from .scanning import scanner_state

__all__ = [
    "MEGABYTE",
    "MOST_BYTES",
    "OpenedFile",
    "Swept",
    "open_file",
    "remove_file",
    "remove_files_of",
    "remove_files_of_erased",
    "scanner_state",
    "store_file",
    "sweep",
]
