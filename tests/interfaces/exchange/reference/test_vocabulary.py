"""The code lists hold what the real data uses, in both languages; a faulty list is refused with its line."""

import re
from pathlib import Path

import pytest

from concerted.interfaces.exchange.reference import (
    REFERENCE_FOLDER,
    CodeListRecord,
    ReferenceFileError,
    read_agencies,
    read_code_lists,
    read_published_statistics,
)
from concerted.interfaces.pages.shell.templatetags._words import READINGS

LISTS = {found.key: found for found in read_code_lists()}


def codes(key: str) -> set[str]:
    return {record.code for record in LISTS[key].codes}


@pytest.mark.parametrize("found", LISTS.values(), ids=LISTS.keys())
def test_every_code_speaks_both_languages_and_differs_from_its_neighbours(found: CodeListRecord) -> None:
    for language in ("name_en", "name_zh"):
        labels = [getattr(record, language) for record in found.codes]
        assert len(set(labels)) == len(labels)
    assert not any(re.search(r"[\u4e00-\u9fff]", record.name_en) for record in found.codes)
    assert found.source
    assert found.version >= 1


def test_strands_of_the_real_plans_are_in_the_list() -> None:
    texts = [
        path.read_text(encoding="utf-8") for path in sorted((REFERENCE_FOLDER / "plans").glob("npa-*.yaml"))
    ]
    strands = {
        name
        for text in texts
        for name in re.findall(r"^  - \{?id: ([a-z-]+)", text.partition("\nstrands:")[2], re.M)
    }

    assert len(texts) == 3
    assert strands == codes("strands")


def test_reading_levels_of_the_real_plans_are_in_the_list() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (REFERENCE_FOLDER / "plans").glob("*.yaml")]
    explained = {level for text in texts for level in re.findall(r"^  (\w+): read in", text, re.M)}
    used = {level for text in texts for level in re.findall(r"^ +read: (\w+)$", text, re.M)}

    assert len(explained) == 5 and used <= {*explained, "not_read"}
    assert {*explained, "not_read", "complete", "demonstration", "press"} == codes("reading_levels")
    assert codes("reading_levels") <= set(READINGS)


def test_every_qualifier_and_unit_of_the_published_figures_is_in_the_lists() -> None:
    figures = read_published_statistics()

    assert {figure.qualifier for figure in figures} <= codes("observation_qualifiers")
    assert {figure.unit.lower().replace(" ", "_") for figure in figures} <= codes("units")


def test_kinds_of_the_real_agencies_are_in_the_list() -> None:
    assert {agency.kind for agency in read_agencies().agencies} <= codes("agency_kinds")


def test_claimed_status_stands_in_the_order_of_progress() -> None:
    order = [record.code for record in LISTS["claimed_status"].codes]

    assert order[:5] == ["not_started", "preparing", "under_way", "mostly_done", "done"]


HEAD = (
    "schema: concerted/code-list/1\nlist: tests\ntitle: {en: Tests, zh: 测试}\nversion: 1\nsource: a test\n"
)
GOOD = "  - {code: one, en: One, zh: 一}\n"


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        (GOOD + "  - {code: one, en: Uno, zh: 壹}\n", r"line 8.*'one'.*twice.*line 7"),
        ("  - {code: one, en: One}\n", r"line 7.*'zh' is missing"),
        ("  - {code: one, zh: 一}\n", r"line 7.*'en' is missing"),
        ("  - {code: one, en: One, zh: One}\n", r"line 7.*no Chinese"),
        ("  - {code: one, en: One, zh: 一, valid_to: soon}\n", r"line 7.*'valid_to' is not a date"),
        ("  - {code: one, en: One, zh: 一, valid_from: 2010-01-01, valid_to: 2009-01-01}\n", r"line 7.*ends"),
        ("  - {code: One Code, en: One, zh: 一}\n", r"line 7.*cannot be a code"),
        ("  - {code: one, en: One, en: Uno, zh: 一}\n", r"line 7.*'en' is written twice"),
        ("  - {code: one, en: One: two, zh: 一}\n", r"line 7.*not valid YAML"),
        ("  - one\n", r"'codes' is not a list of rows"),
    ],
)
def test_a_faulty_list_is_refused_with_file_and_line(tmp_path: Path, rows: str, complaint: str) -> None:
    (tmp_path / "tests.yaml").write_text(f"{HEAD}codes:\n{rows}", encoding="utf-8")

    with pytest.raises(ReferenceFileError, match=r"tests\.yaml.*" + complaint) as refused:
        read_code_lists(tmp_path)
    assert refused.value.remedy


def test_two_files_cannot_both_be_the_same_version_of_a_list(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(f"{HEAD}codes:\n{GOOD}", encoding="utf-8")

    with pytest.raises(ReferenceFileError, match="version 1 of the list 'tests' is given by two files"):
        read_code_lists(tmp_path)


def test_an_older_version_stays_beside_the_newer_one(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f"{HEAD}codes:\n{GOOD}", encoding="utf-8")
    (tmp_path / "b.yaml").write_text(
        HEAD.replace("version: 1", "version: 2") + f"codes:\n{GOOD}  - {{code: two, en: Two, zh: 二}}\n",
        encoding="utf-8",
    )

    assert [(found.version, len(found.codes)) for found in read_code_lists(tmp_path)] == [(1, 1), (2, 2)]


def test_an_empty_folder_is_not_taken_for_an_empty_vocabulary(tmp_path: Path) -> None:
    with pytest.raises(ReferenceFileError, match="no code list"):
        read_code_lists(tmp_path)
