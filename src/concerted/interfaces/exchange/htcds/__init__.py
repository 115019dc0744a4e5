"""The Human Trafficking Case Data Standard 2.0 in and out; what has no place is reported, nothing is bent to fit."""

from .fields import ATTRIBUTION, STANDARD, Aliases, Field, Group, Kind, aliases, fields
from .placing import KEPT, as_incoming, as_record, left_behind, placed, without_a_place
from .records import HtcdsRecord, HtcdsTable, Unmapped, read_htcds, unmapped_table, write_htcds
from .values import Unreadable, Value, text_of, value_from

__all__ = [
    "ATTRIBUTION",
    "KEPT",
    "STANDARD",
    "Aliases",
    "Field",
    "Group",
    "HtcdsRecord",
    "HtcdsTable",
    "Kind",
    "Unmapped",
    "Unreadable",
    "Value",
    "aliases",
    "as_incoming",
    "as_record",
    "fields",
    "left_behind",
    "placed",
    "read_htcds",
    "text_of",
    "unmapped_table",
    "value_from",
    "without_a_place",
    "write_htcds",
]
