"""Case lists in spreadsheets: mapping, reading, faults by row and cell; what is read is written by an act, or not."""

from .keeping import forget_mapping, keep_mapping, kept_mappings
from .mapping import (
    IGNORED,
    CaseMapping,
    guessed_mapping,
    mapping_as_data,
    mapping_from,
    read_mapping,
    write_mapping,
)
from .read import CaseSheet, CellFault, faults_table, headings_of_sheet, incoming, read_case_sheet
from .targets import Target, targets

__all__ = [
    "IGNORED",
    "CaseMapping",
    "CaseSheet",
    "CellFault",
    "Target",
    "faults_table",
    "forget_mapping",
    "guessed_mapping",
    "headings_of_sheet",
    "incoming",
    "keep_mapping",
    "kept_mappings",
    "mapping_as_data",
    "mapping_from",
    "read_case_sheet",
    "read_mapping",
    "targets",
    "write_mapping",
]
