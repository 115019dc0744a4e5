"""Each HTCDS field has one place or none, a case taken in leaves again as it came, and what has no place is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from tests.interfaces.exchange.htcds.test_htcds import csv_of, records

from concerted.foundation.people.values import Birth, Name, SexStated
from concerted.interfaces.exchange.htcds import (
    HtcdsRecord,
    as_incoming,
    as_record,
    fields,
    placed,
    read_htcds,
    text_of,
    without_a_place,
    write_htcds,
)
from concerted.interfaces.exchange.tables import Format
from concerted.mechanism.cases.incoming import IncomingCase
from concerted.mechanism.cases.outgoing import OutgoingCase
from concerted.mechanism.cases.sections import BY_KEY

TODAY = date(2011, 7, 25)


def opened(case: IncomingCase) -> OutgoingCase:
    """The case as the agency would find it right after the import."""
    return OutgoingCase(
        "C-0000-0000-0000",
        case.local_number,
        stated=tuple(one.value for one in case.statements),
        sections=case.sections,
        notes=case.notes,
    )


def test_every_field_of_the_standard_has_one_place_or_a_reason_for_none():
    listed = [one.field for one in placed()] + list(without_a_place())
    assert sorted(listed) == sorted(fields())


def test_every_place_and_value_of_the_mapping_is_there():
    for one in placed():
        if one.to != "section":
            continue
        held = next(each for each in BY_KEY[one.section].fields if each.key == one.key)
        assert not BY_KEY[one.section].is_sealed
        assert set(one.values.values()) <= {code for code, _label in held.values}
        assert set(one.values) <= set(fields()[one.field].values) or not one.values


def texts(record: HtcdsRecord) -> dict[str, str]:
    return {name: text_of(value) for name, value in record.case.items()}


@settings(max_examples=25, deadline=None)
@given(records)
def test_a_case_taken_in_leaves_as_it_came(sent):
    for record in sent:
        case, _unplaced = as_incoming(record, on=TODAY)
        back = as_record(opened(case))
        assert back == record
        assert texts(back) == texts(record)


@settings(max_examples=25, deadline=None)
@given(records)
def test_each_value_either_has_its_place_or_is_told(sent):
    for record in sent:
        case, unplaced = as_incoming(record, on=TODAY)
        told = {one.field for one in unplaced}
        without_notes = as_record(replace(opened(case), notes=()))
        for name, value in record.case.items():
            assert name in told or without_notes.case.get(name) == value
        parts = [*record.events, *record.plans, *record.comments, *record.organisations]
        assert {name for part in parts for name in part} <= told


def test_a_place_written_to_since_gives_the_newer_word():
    record = HtcdsRecord("a", {"vic_MethodsOfControl": ("DebtBondage", "SexualAbuse")})
    case, unplaced = as_incoming(record, on=TODAY)
    assert [one.value for one in unplaced] == ["DebtBondage;SexualAbuse"]
    changed = replace(opened(case), sections={"account": {"means": ["force"]}})
    assert as_record(changed).case["vic_MethodsOfControl"] == ("PhysicalAbuse",)


def test_what_a_gender_is_called_is_kept_and_not_made_into_a_sex():
    case, unplaced = as_incoming(HtcdsRecord("a", {"prs_Gender": "TransgenderFeminine"}), on=TODAY)
    [said] = [one.value for one in case.statements if isinstance(one.value, SexStated)]
    assert (said.code, said.gender) == ("unknown", "TransgenderFeminine")
    assert unplaced == []


def test_a_name_is_joined_as_its_script_has_it():
    for given_name, family, full in (("小红", "李", "李小红"), ("Mei", "Li", "Mei Li")):
        record = HtcdsRecord("a", {"prs_FirstName": given_name, "prs_SecondName": family})
        case, _unplaced = as_incoming(record, on=TODAY)
        [name] = [one.value for one in case.statements if isinstance(one.value, Name)]
        assert name.full == full


def test_more_than_one_note_can_hold_is_kept_in_several():
    record = HtcdsRecord("a", {}, comments=({"cco_CaseComment": "演示 " * 9_000},))
    case, _unplaced = as_incoming(record, on=TODAY)
    assert len(case.notes) > 1
    assert all(len(note) <= 20_000 for note in case.notes)
    trimmed = replace(opened(case), notes=tuple(note.strip() for note in reversed(case.notes)))
    assert as_record(trimmed) == record


def test_a_tick_for_consent_opens_nothing():
    case, unplaced = as_incoming(HtcdsRecord("a", {"con_Consent": True}), on=TODAY)
    assert not case.sections
    assert [one.field for one in unplaced] == ["con_Consent"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("prs_Birthdate", "05/03/1990"),
        ("prs_Birthdate", "2010-03"),
        ("prs_Birthdate", "2031-05-01"),
        ("prs_FirstName", "unknown"),
        ("prs_IdentityNumber", "无"),
        ("prs_Gender", "a woman"),
        ("vic_AgeWhenTrafficked", "16-17"),
        ("vic_TypeOfExploitation", "ForcedLabour;Unknown thing"),
        ("con_Consent", "perhaps"),
        ("hte_Date", "in spring"),
    ],
)
def test_what_a_field_cannot_hold_is_told_and_leaves_as_it_came(field: str, value: str) -> None:
    table = read_htcds(csv_of(["record", "prs_SecondName", field], ["r1", "Li", value]), "cases.csv")
    [record] = table.records
    case, beside = as_incoming(record, on=TODAY)
    assert [one.value for one in (*table.unmapped, *beside) if one.field == field] == [value]
    assert all(one.is_kept for one in (*table.unmapped, *beside))
    assert not [fault for said in case.statements for fault in said.value.problems()]
    written = write_htcds([as_record(opened(case))], Format.XLSX)
    [again] = read_htcds(written, "cases.xlsx").records
    assert again == record


def test_of_several_choices_those_of_the_list_find_their_place() -> None:
    written = "ForcedLabour;Unknown thing"
    [record] = read_htcds(csv_of(["record", "vic_TypeOfExploitation"], ["r1", written]), "c.csv").records
    case, _beside = as_incoming(record, on=TODAY)
    assert case.sections["account"]["purposes"] == ["forced_labour"]


def test_a_month_of_birth_leaves_its_days_open_and_two_orders_of_figures_are_not_guessed() -> None:
    def births(text: str) -> list[Birth]:
        [record] = read_htcds(csv_of(["record", "prs_Birthdate"], ["r1", text]), "c.csv").records
        case, _beside = as_incoming(record, on=TODAY)
        return [one.value for one in case.statements if isinstance(one.value, Birth)]

    assert [(one.earliest, one.latest) for one in births("2010-03")] == [
        (date(2010, 3, 1), date(2010, 3, 31))
    ]
    assert births("05/03/1990") == []
