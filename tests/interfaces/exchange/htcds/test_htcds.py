"""HTCDS 2.0 in and out: by name and never by order, exact on the way round, and nothing dropped in silence."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from concerted.errors import Invalid
from concerted.interfaces.exchange.htcds import (
    ATTRIBUTION,
    Group,
    HtcdsRecord,
    Kind,
    aliases,
    fields,
    read_htcds,
    unmapped_table,
    write_htcds,
)
from concerted.interfaces.exchange.tables import Format, clean_text, unguarded
from concerted.interfaces.exchange.tables.cells import guarded


def csv_of(*rows: list[str]) -> bytes:
    held = io.StringIO()
    csv.writer(held).writerows(rows)
    return held.getvalue().encode()


def xlsx_of(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def only(data: bytes, filename: str = "cases.csv") -> HtcdsRecord:
    [record] = read_htcds(data, filename).records
    return record


def test_the_field_list_is_the_one_that_was_published():
    listed = fields().values()
    assert len(listed) == 84
    assert sum(one.is_core for one in listed) == 40
    assert sum(one.is_deprecated for one in listed) == 3
    assert sum(len(one.values) for one in listed) == 182


def test_every_alias_names_a_field_and_a_value_of_the_standard():
    known = aliases()
    assert set(known.names.values()) <= set(fields())
    assert set(known.labels_over_wrong_names.values()) <= set(fields())
    assert {name for _label, name in known.labels_over_wrong_names} <= set(fields())
    methods = fields()[known.boolean_field].values
    assert {choice for choice in known.booleans.values() if choice} <= set(methods)
    assert all(value in fields()[name].values for (name, _seen), value in known.values.items())


# --- the way in --------------------------------------------------------------------------------------


def test_columns_are_found_by_name_in_any_order():
    there = csv_of(["prs_FirstName", "vic_TraffickingStatus"], ["Mei", "PossibleVictimOfTrafficking"])
    back = csv_of(["vic_TraffickingStatus", "prs_FirstName"], ["PossibleVictimOfTrafficking", "Mei"])
    assert (
        only(there).case
        == only(back).case
        == {
            "prs_FirstName": "Mei",
            "vic_TraffickingStatus": "PossibleVictimOfTrafficking",
        }
    )


@pytest.mark.parametrize("alias", sorted(aliases().names))
def test_a_toolkits_own_name_is_taken_for_the_standards(alias):
    right = aliases().names[alias]
    value = next(iter(fields()[right].values), "Mei")
    assert right in only(csv_of([alias], [value])).case


def test_where_four_hidden_names_contradict_their_labels_the_labels_hold():
    names = [
        "prs_MailingCity",
        "prs_MailingCountry",
        "prs_MailingStreet",
        "prs_MailingPostalCode",
        "prs_FirstName",
    ]
    labels = ["Mailing Street", "Mailing City", "Mailing Zip/Postal Code", "Mailing Country", "First Name"]
    filled = ["1 Invented Road", "Nowhere", "000000", "XX", "Mei"]
    assert only(xlsx_of(names, labels, filled), "cases.xlsx").case == {
        "prs_MailingStreet": "1 Invented Road",
        "prs_MailingCity": "Nowhere",
        "prs_MailingPostalCode": "000000",
        "prs_MailingCountry": "XX",
        "prs_FirstName": "Mei",
    }


def test_a_column_without_a_name_is_known_by_its_label():
    names = ["cas_Status", "", "cas_CaseOwner"]
    labels = ["Status", "Reason for Outgoing Referral", "Case Owner"]
    found = only(csv_of(names, labels, ["Active", "Other", "desk 1"])).case
    assert found["cas_ReasonForOutgoingReferral"] == "Other"


def test_a_name_under_another_fields_label_is_followed_with_a_caution():
    names = ["prs_Title", "prs_First_Name", "prs_Email"]
    labels = ["Second Name", "First Name", "Email"]
    read = read_htcds(csv_of(names, labels, ["Wu", "Mei", ""]), "cases.csv")
    assert read.records[0].case["prs_Title"] == "Wu"
    assert "prs_Title" in str(read.cautions[0])


@pytest.mark.parametrize(
    "written",
    [
        "DebtBondage;SexualAbuse",
        "DebtBondage | SexualAbuse",
        "DebtBondage SexualAbuse",
        "Debt bondage;Sexual abuse",
        "DebtBondage ;sexualabuse",
    ],
)
def test_choices_are_known_by_name_or_label_however_they_are_parted(written):
    assert only(csv_of(["vic_MethodsOfControl"], [written])).case["vic_MethodsOfControl"] == (
        "DebtBondage",
        "SexualAbuse",
    )


def test_a_column_a_method_is_gathered_into_the_field():
    names = ["MethodsOfControlDebtBondage", "MethodsOfControlTakesEarnings", "MethodsOfControlOther"]
    assert only(csv_of(names, ["1", "0", "true"])).case == {"vic_MethodsOfControl": ("DebtBondage", "Other")}


def test_a_method_the_pick_list_does_not_have_is_reported():
    read = read_htcds(csv_of(["prs_FirstName", "MethodsOfControlUsesChildren"], ["Mei", "1"]), "cases.csv")
    [left] = read.unmapped
    assert (left.row, left.column, left.value) == (2, "MethodsOfControlUsesChildren", "1")


def test_survey_columns_of_one_choice_each_are_read():
    names = ["case/prs_First_Name", "vic_Methods_of_Control/DebtBondage", "vic_Methods_of_Control/Other"]
    assert only(csv_of(names, ["Mei", "1", "0"])).case == {
        "prs_FirstName": "Mei",
        "vic_MethodsOfControl": ("DebtBondage",),
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("prs_Birthdate", "03/04/1999"),
        ("prs_Birthdate", "1999-02-30"),
        ("vic_AgeWhenTrafficked", "about ten"),
        ("con_Consent", "perhaps"),
        ("cas_Status", "Sleeping"),
        ("vic_TypeOfExploitation", "ForcedLabour;Unheard"),
        ("vic_ForcedLabourIndustry", "C_Manufacturing;F_Construction"),
        ("Hair colour", "black"),
    ],
)
def test_a_value_that_does_not_fit_is_reported_with_its_row_and_field_and_not_bent(field, value):
    read = read_htcds(csv_of(["prs_FirstName", field], ["Mei", ""], ["Lan", value]), "cases.csv")
    [left] = read.unmapped
    assert (left.row, left.column, left.value) == (3, field, value)
    assert str(left.why)
    as_it_came = {field: value} if field in fields() else {}
    assert read.records[1].case == {"prs_FirstName": "Lan", **as_it_came}
    assert left.is_kept == bool(as_it_came)
    assert next(iter(unmapped_table(read.unmapped).rows))[:2] == ["3", field]
    assert left.called.endswith(f"({field})") == (field in fields())
    if field == "vic_ForcedLabourIndustry":
        assert left.said == "Manufacturing (C_Manufacturing); Construction (F_Construction)"


def test_rows_of_one_record_are_one_case_with_several_events():
    heading = ["record", "prs_FirstName", "hte_Type", "hte_Country"]
    read = read_htcds(
        csv_of(heading, ["a", "Mei", "Recruitment", "XX"], ["b", "Lan", "", ""], ["a", "", "Transit", "YY"]),
        "c.csv",
    )
    first, second = read.records
    assert [one["hte_Type"] for one in first.events] == ["Recruitment", "Transit"]
    assert second.events == ()


def test_rows_of_one_record_that_contradict_each_other_are_refused():
    with pytest.raises(Invalid) as refused:
        read_htcds(csv_of(["record", "prs_FirstName"], ["a", "Mei"], ["a", "Lan"]), "cases.csv")
    assert (refused.value.problems[0].row, refused.value.problems[0].field) == (3, "prs_FirstName")


@pytest.mark.parametrize(
    "data", [csv_of(["colour"], ["red"]), csv_of(["prs_Email", "prs_Email"], ["a", "b"])]
)
def test_a_table_that_is_not_of_the_standard_is_refused(data):
    with pytest.raises(Invalid):
        read_htcds(data, "cases.csv")


# --- there and back ----------------------------------------------------------------------------------

texts = st.text(max_size=30).map(clean_text).filter(lambda text: text.strip())
words = st.text(st.characters(whitelist_categories=("Lu", "Ll", "Nd")), min_size=1, max_size=6)


def _values_of(one):
    if one.kind is Kind.DATE:
        return st.dates(date(1900, 3, 1), date(2100, 1, 1))
    if one.kind is Kind.NUMBER:
        return st.decimals(-180, 180, places=3)
    if one.kind is Kind.CHECKBOX:
        return st.booleans()
    if one.kind is Kind.CHOICE:
        return st.sampled_from(sorted(one.values))
    if one.kind is Kind.CHOICES:
        choice = st.sampled_from(sorted(one.values)) if one.values else words
        return st.lists(choice, min_size=1, max_size=3, unique=True).map(tuple)
    return texts


def _parts(group: Group, least: int):
    known = [one for one in fields().values() if one.group is group]
    return st.lists(
        st.sampled_from(known), min_size=least, max_size=5, unique_by=lambda one: one.name
    ).flatmap(lambda chosen: st.fixed_dictionaries({one.name: _values_of(one) for one in chosen}))


def _several(group: Group):
    return st.lists(_parts(group, 1), max_size=2).map(tuple)


records = st.lists(
    st.builds(
        HtcdsRecord,
        record=words,
        case=_parts(Group.CASE, 1),
        events=_several(Group.EVENT),
        plans=_several(Group.PLAN),
        comments=_several(Group.COMMENT),
        organisations=_several(Group.ORGANISATION),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda one: one.record,
)


@settings(max_examples=25, deadline=None)
@given(records, st.sampled_from(list(Format)))
def test_what_goes_out_comes_back_exactly(sent, format):
    written = write_htcds(sent, format)
    read = read_htcds(written, f"cases.{format.value}")
    assert read.unmapped == ()
    assert list(read.records) == sent
    assert read_htcds(write_htcds(read.records, format), f"cases.{format.value}").records == read.records


@given(st.text(alphabet=st.sampled_from("=+-@|',;\t\n 'a1＝\u200b"), max_size=12) | st.text(max_size=20))
def test_the_guard_against_formulas_can_be_taken_off_again(text):
    assert unguarded(guarded(text)) == text


def test_a_workbook_names_its_source_and_claims_no_endorsement():
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(write_htcds([HtcdsRecord("a", {"prs_FirstName": "Mei"})], Format.XLSX)))
    assert book["About"]["A2"].value == ATTRIBUTION
    assert "does not endorse" in ATTRIBUTION


def test_deprecated_fields_leave_only_where_they_hold_something():
    empty = write_htcds([HtcdsRecord("a", {"prs_FirstName": "Mei"})], Format.CSV).decode("utf-8-sig")
    full = write_htcds([HtcdsRecord("a", {"vic_DetailsOfVulnerabilities": "x"})], Format.CSV).decode(
        "utf-8-sig"
    )
    assert "vic_DetailsOfVulnerabilities" not in empty.splitlines()[0]
    assert "vic_DetailsOfVulnerabilities" in full.splitlines()[0]


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data):
    try:
        read_htcds(data, "cases.csv")
    except Invalid:
        return


def test_a_value_that_could_not_be_read_back_is_not_written():
    with pytest.raises(Invalid):
        write_htcds([HtcdsRecord("a", {"prs_Citizenship": ("a;b",)})], Format.CSV)
    with pytest.raises(Invalid):
        write_htcds([HtcdsRecord("a", {"prs_FirstName": "x" * 40_000})], Format.XLSX)
