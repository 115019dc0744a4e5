"""Reads the facts below reference/ into frozen records; it stores nothing and decides nothing."""

from .agencies import (
    AgencyRecord,
    AgencySeed,
    LocalAgencyRecord,
    MembershipCountRecord,
    read_agencies,
    read_local_agencies,
)
from .evaluation_rules import EvaluationRuleRecord, read_evaluation_rules
from .files import REFERENCE_FOLDER, ReferenceFileError
from .instruments import InstrumentRecord, read_instruments
from .ladders import LadderRecord, RungRecord, read_ladders
from .meetings import RecordedMeetingRecord, RecordedSeriesRecord, read_recorded_meetings
from .names import PlaceNaming, read_place_naming
from .places import (
    NATION_CODE,
    PlaceRecord,
    ProvinceRecord,
    Revision,
    dated_records,
    places_source,
    read_nation,
    read_places,
    read_provinces,
    read_revisions,
)
from .statistics import PublishedStatistic, read_published_statistics
from .vocabulary import CodeListRecord, CodeRecord, read_code_list, read_code_lists

__all__ = [
    "NATION_CODE",
    "REFERENCE_FOLDER",
    "AgencyRecord",
    "AgencySeed",
    "CodeListRecord",
    "CodeRecord",
    "EvaluationRuleRecord",
    "InstrumentRecord",
    "LadderRecord",
    "LocalAgencyRecord",
    "MembershipCountRecord",
    "PlaceNaming",
    "PlaceRecord",
    "ProvinceRecord",
    "PublishedStatistic",
    "RecordedMeetingRecord",
    "RecordedSeriesRecord",
    "ReferenceFileError",
    "Revision",
    "RungRecord",
    "dated_records",
    "places_source",
    "read_agencies",
    "read_code_list",
    "read_code_lists",
    "read_evaluation_rules",
    "read_instruments",
    "read_ladders",
    "read_local_agencies",
    "read_nation",
    "read_place_naming",
    "read_places",
    "read_provinces",
    "read_published_statistics",
    "read_recorded_meetings",
    "read_revisions",
]
