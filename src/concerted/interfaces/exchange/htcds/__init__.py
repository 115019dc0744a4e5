"""The Human Trafficking Case Data Standard 2.0 in and out; what has no place is reported, nothing is bent to fit."""

from .fields import ATTRIBUTION, STANDARD, Aliases, Field, Group, Kind, aliases, fields
from .records import HtcdsRecord, HtcdsTable, Unmapped, read_htcds, unmapped_table, write_htcds
from .values import Unreadable, Value, text_of, value_from

__all__ = [
    "ATTRIBUTION",
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
    "fields",
    "read_htcds",
    "text_of",
    "unmapped_table",
    "value_from",
    "write_htcds",
]
