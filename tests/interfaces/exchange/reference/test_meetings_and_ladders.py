"""Meetings that sources name, and ladders of escalation: each with its source, faults told by their line."""

from pathlib import Path

import pytest

from concerted.foundation.obligations.kinds import Level
from concerted.interfaces.exchange.reference import ReferenceFileError, read_ladders, read_recorded_meetings
from concerted.interfaces.exchange.reference.ladders import TIERS


def test_every_recorded_meeting_names_its_source_and_what_was_not_read() -> None:
    meetings = [meeting for series in read_recorded_meetings() for meeting in series.meetings]
    assert all(meeting.source and meeting.told["not_read"] for meeting in meetings)
    [announced] = [meeting for meeting in meetings if meeting.held_on.year == 2008]
    assert (announced.date_precision, announced.told["ministries"]) == ("month", 26)
    assert "whether it was held" in announced.told["not_read"]


def test_a_county_climbs_the_tiers_up_to_the_agenda() -> None:
    [tiers] = [ladder for ladder in read_ladders() if ladder.code == "tiers"]
    assert [rung.to for rung in tiers.steps["county"]] == [
        "prefecture",
        "province",
        "liaison",
        "office",
        "agenda",
    ]
    assert set(tiers.steps) == set(TIERS)


def test_every_rung_leads_to_a_known_level_and_every_ladder_ends_on_the_agenda() -> None:
    for ladder in read_ladders():
        assert ladder.source
        for rungs in ladder.steps.values():
            assert {rung.to for rung in rungs} <= {str(level) for level in Level}
            assert rungs[-1].to == "agenda"


def test_rungs_out_of_order_are_refused_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "ladders.yaml"
    path.write_text(
        "schema: concerted/ladders/1\nladders:\n  - code: x\n    en: X\n    zh: 甲\n    valid_from: 2008-01-01\n"
        "    source: s\n    kinds: [a]\n    steps:\n      county:\n        - {to: province, after_working_days: 5}\n"
        "        - {to: office, after_working_days: 5}\n",
        encoding="utf-8",
    )
    with pytest.raises(ReferenceFileError, match="line 12"):
        read_ladders(path)


def test_a_meeting_without_a_date_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(
        "schema: concerted/recorded-meetings/1\nseries:\n  - key: a\n    kind: plenary\n    level: nation\n"
        '    place: "000000"\n    office: mps-cid\n    en: A\n    zh: 甲\n    source: s\n    meetings:\n'
        "      - {key: b, date_precision: day, en: B, zh: 乙, source: s, reading_level: press, told: {x: y}}\n",
        encoding="utf-8",
    )
    with pytest.raises(ReferenceFileError, match="no date"):
        read_recorded_meetings(tmp_path)
