"""Agencies are kept as the texts name them: no invented succession, no ambiguous alias, no count chosen."""

from pathlib import Path

import pytest

from concerted.interfaces.exchange.reference import ReferenceFileError, read_agencies

HEAD = "schema: concerted/agency-seed/1\nmembership_counts_read: []\nagencies:\n"
ALIASES = "schema: concerted/agency-aliases/1\naliases:\n"


def seed(folder: Path, agencies: str, aliases: str = "  []\n") -> tuple[Path, Path]:
    (folder / "agencies.yaml").write_text(HEAD + agencies, encoding="utf-8")
    (folder / "aliases.yaml").write_text(ALIASES + aliases, encoding="utf-8")
    return folder / "agencies.yaml", folder / "aliases.yaml"


def test_all_agencies_read_are_kept_and_the_roll_is_known_to_be_incomplete() -> None:
    found = read_agencies()

    assert len(found.agencies) == 57
    assert not found.is_complete


def test_the_sources_disagree_on_the_number_of_members_and_all_are_kept() -> None:
    counts = read_agencies().membership_counts_read

    assert [one.count for one in counts] == [21, 28, 26, 26, 29]
    assert counts[0].as_of == "2007-09"
    assert all(one.source and one.what for one in counts)


def test_an_agency_whose_chinese_name_was_not_read_has_none() -> None:
    found = read_agencies()

    assert found.agency("unodc").name_zh == ""
    assert found.agency("mps").name_zh == "公安部"


def test_two_names_of_one_function_stay_two_agencies_with_the_years_they_were_seen() -> None:
    found = read_agencies()

    assert found.agency("molss").years_observed == (2007,)
    assert found.agency("mohrss").years_observed == (2008, 2021)
    assert not set(found.agency("molss").names) & set(found.agency("mohrss").names)


def test_a_parent_comes_before_its_children() -> None:
    order = [agency.key for agency in read_agencies().agencies]

    assert order.index("mps") < order.index("mps-cid") < order.index("mps-anti-trafficking-office")


def test_no_name_in_either_language_leads_to_two_agencies() -> None:
    owner: dict[str, str] = {}
    for agency in read_agencies().agencies:
        for name in agency.names:
            assert owner.setdefault(name.casefold(), agency.key) == agency.key, name


def test_the_short_forms_of_the_official_notation_are_known() -> None:
    names = {name: agency.key for agency in read_agencies().agencies for name in agency.names}

    assert names["MPS"] == names["公安机关"] == names["Ministry of Public Security"] == "mps"
    assert names["妇联"] == names["ACWF"] == "acwf"
    assert names["最高检"] == "spp"


@pytest.mark.parametrize(
    ("agencies", "aliases", "complaint"),
    [
        ("  - {id: a, en: A, kind: ngo, parent: b}\n", "  []\n", r"agencies\.yaml, line 4.*parent 'b'"),
        (
            "  - {id: a, en: A, kind: ngo, parent: b}\n  - {id: b, en: B, kind: ngo, parent: a}\n",
            "  []\n",
            r"agencies\.yaml, line 4.*below it",
        ),
        (
            "  - {id: a, en: A, kind: ngo}\n  - {id: a, en: B, kind: ngo}\n",
            "  []\n",
            r"agencies\.yaml, line 5.*'a'.*twice",
        ),
        ("  - {id: a, en: A}\n", "  []\n", r"line 4.*'kind' is missing"),
        ("  - {id: a, en: A, kind: ngo, name_observed_in: 2008}\n", "  []\n", r"line 4.*list of years"),
        ("  - {id: a, en: A, kind: ngo}\n", "  - {agency: b, en: [B]}\n", r"aliases\.yaml, line 3.*'b'"),
        (
            "  - {id: a, en: A, kind: ngo}\n  - {id: b, en: B, kind: ngo}\n",
            "  - {agency: a, zh: [卫生]}\n  - {agency: b, zh: [卫生]}\n",
            r"aliases\.yaml, line 4.*'卫生'.*'a' and 'b'",
        ),
        (
            "  - {id: a, en: A, kind: ngo}\n  - {id: b, en: Health, kind: ngo}\n",
            "  - {agency: a, en: [health]}\n",
            r"aliases\.yaml, line 3.*'health'.*'b' and 'a'",
        ),
    ],
)
def test_a_faulty_row_is_refused_with_file_and_line(
    tmp_path: Path, agencies: str, aliases: str, complaint: str
) -> None:
    agencies_file, aliases_file = seed(tmp_path, agencies, aliases)

    with pytest.raises(ReferenceFileError, match=complaint):
        read_agencies(agencies_file, aliases=aliases_file)
