"""Case lists in spreadsheets: mapping, reading, faults by row and cell; what is read is written by an act, or not."""

from .keeping import (
    agency_mappings,
    fitting_mapping,
    forget_mapping,
    keep_for_agency,
    keep_mapping,
    kept_mappings,
    mapping_of_name,
)
from .mapping import (
    IGNORED,
    CaseMapping,
    guessed_mapping,
    mapping_as_data,
    mapping_from,
    read_mapping,
    write_mapping,
)
from .read import (
    CaseSheet,
    CellFault,
    faults_table,
    first_rows,
    headings_of_sheet,
    incoming,
    read_case_sheet,
    refuse_faults,
)
from .targets import Target, targets

__all__ = [
    "IGNORED",
    "CaseMapping",
    "CaseSheet",
    "CellFault",
    "Target",
    "agency_mappings",
    "faults_table",
    "first_rows",
    "fitting_mapping",
    "forget_mapping",
    "guessed_mapping",
    "headings_of_sheet",
    "incoming",
    "keep_for_agency",
    "keep_mapping",
    "kept_mappings",
    "mapping_as_data",
    "mapping_from",
    "mapping_of_name",
    "read_case_sheet",
    "read_mapping",
    "refuse_faults",
    "targets",
    "write_mapping",
]
