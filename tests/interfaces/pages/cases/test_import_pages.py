"""A list goes in on the pages by a mapping that the agency keeps: tried first, corrected, whole or not at all."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.builders import CaseWorld
from tests.interfaces.pages.cases.at_work import refused
from tests.interfaces.pages.cases.desk import client_of, sent, shown

from concerted.foundation.access.door import acting
from concerted.mechanism.cases.acts.batches import let_go_of_imports
from concerted.mechanism.cases.models import Case, ImportBatch
from concerted.mechanism.cases.reads.cases import count_my_cases

pytestmark = pytest.mark.django_db

HEADINGS = "编号,姓名,性别,出生日期,鞋码\n"
GOOD = HEADINGS + "K-1,王小芳,女,1990-03-05,36\nK-2,李春分,女,1992年,37\n"
BAD = HEADINGS + "K-1,王小芳,女,05/03/1990,36\nK-2,李春分,x,1992年,37\n"


def _file(text: str, name: str = "station.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), content_type="text/csv")


def _handed_in(browser: Client, text: str, *, form: str = "list", name: str = "station.csv") -> int:
    answer = sent(browser, "imports", form=form, file=_file(text, name))
    return int(answer["Location"].split("/")[-2])


MAPPED: dict[str, str] = {
    "column-0": "case.local_number",
    "column-1": "person.name",
    "column-2": "person.sex",
    "column-3": "person.birth",
    "column-4": "ignore",
    "default_place": "530000",
    "default_urgency": "urgent",
}


@pytest.fixture
def police(world: CaseWorld) -> Client:
    return client_of(world.worker(world.police))


def test_usual_headings_are_known_and_the_others_are_left_out_until_told(
    world: CaseWorld, police: Client
) -> None:
    page = shown(police, "import_batch", _handed_in(police, GOOD))
    assert '<option value="person.name" selected>' in page
    assert "鞋码" in page and "leave it out" in page


def test_every_fault_is_told_by_row_and_cell_and_the_report_is_taken_home(
    world: CaseWorld, police: Client
) -> None:
    batch = _handed_in(police, BAD)
    sent(police, "import_batch", batch, row_version=1, **MAPPED)
    page = shown(police, "check_batch", batch)
    assert "2 cells cannot be taken" in page and "05/03/1990" in page
    report = police.get(f"/cases/import/{batch}/check/?format=csv")
    rows = list(csv.reader(io.StringIO(report.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["2", "3"]
    sent(police, "check_batch", batch, row_version=2)
    assert count_my_cases(officer=world.worker(world.police), at=world.later(days=1)) == 0, "all or nothing"


def test_trying_leaves_nothing_and_importing_opens_every_row_once(world: CaseWorld, police: Client) -> None:
    worker = world.worker(world.police)
    batch = _handed_in(police, GOOD)
    sent(police, "import_batch", batch, row_version=1, **MAPPED)
    assert "Import 2 cases" in shown(police, "check_batch", batch)
    assert count_my_cases(officer=worker, at=world.later(days=1)) == 0
    sent(police, "check_batch", batch, row_version=2)
    assert count_my_cases(officer=worker, at=world.later(days=1)) == 2
    police.post(f"/cases/import/{batch}/check/", {"row_version": 2})
    assert count_my_cases(officer=worker, at=world.later(days=1)) == 2, "pressed twice"
    page = shown(police, "import_batch", batch)
    with world.at_case_work(worker, world.later(days=1)):
        numbers = list(Case.objects.values_list("number", flat=True))
        assert set(Case.objects.values_list("urgency", flat=True)) == {"urgent"}
    assert all(number in page for number in numbers)


def test_a_number_the_agency_uses_already_is_a_fault_of_its_row(world: CaseWorld, police: Client) -> None:
    for _time in range(2):
        batch = _handed_in(police, GOOD)
        sent(police, "import_batch", batch, row_version=1, **MAPPED)
        page = shown(police, "check_batch", batch)
        police.post(f"/cases/import/{batch}/check/", {"row_version": 2})
    assert "Your agency has a file K-1 already" in page


def test_a_mapping_kept_for_the_agency_is_used_by_itself_for_a_colleague(
    world: CaseWorld, police: Client
) -> None:
    batch = _handed_in(police, GOOD)
    sent(
        police,
        "import_batch",
        batch,
        row_version=1,
        **{**MAPPED, "column-4": "note", "keep_as": "Kunming list"},
    )
    colleague = client_of(world.new_officer(world.police, "case_worker"))
    page = shown(colleague, "import_batch", _handed_in(colleague, GOOD))
    assert "The mapping “Kunming list” of your agency is used" in page
    assert '<option value="note" selected>' in page
    assert "Kunming list" in shown(colleague, "imports")
    elsewhere = client_of(world.worker(world.station))
    assert "Kunming list" not in shown(elsewhere, "imports")


def test_a_held_list_is_seen_by_nobody_else_and_is_let_go_of_after_a_day(
    world: CaseWorld, police: Client
) -> None:
    batch = _handed_in(police, GOOD)
    for other in (world.new_officer(world.police, "case_worker"), world.supervisor(world.police)):
        shown(client_of(other), "import_batch", batch, status=404)
    machine = world.administrator
    assert let_go_of_imports(officer=machine, at=world.at + timedelta(hours=9)).lists == 0
    assert let_go_of_imports(officer=machine, at=world.at + timedelta(days=2)).lists == 1
    with acting(world.worker(world.police), world.at, scope="cases"):
        assert not ImportBatch.objects.exists()


def test_what_is_no_list_comes_back_with_a_word_about_it(world: CaseWorld, police: Client) -> None:
    assert "empty" in refused(police, "imports", form="list", file=_file(""))
    batch = _handed_in(police, "PK\x03\x04 nothing", name="list.xlsx")
    assert "error-summary" in shown(police, "import_batch", batch)


def test_a_list_too_long_for_a_page_is_sent_to_the_command(world: CaseWorld, police: Client) -> None:
    batch = _handed_in(police, HEADINGS + "".join(f"K-{n},王,女,1990,36\n" for n in range(301)))
    sent(police, "import_batch", batch, row_version=1, **MAPPED)
    assert "concerted cases import" in shown(police, "check_batch", batch)


def test_the_cases_of_a_file_of_the_standard_stand_where_the_officer_says(
    world: CaseWorld, police: Client
) -> None:
    batch = _handed_in(police, "record,prs_FirstName\nA-1,小芳\n", form="htcds", name="partner.csv")
    page = shown(police, "check_batch", batch)
    assert "Where the cases stand" in page and "530000" in page
    wrong = refused(police, "check_batch", batch, row_version=1, place_code="nowhere at all")
    assert "No place is called so" in wrong and "Import 1 case" in wrong
    sent(police, "check_batch", batch, row_version=1, place_code="湖南省")
    with world.at_case_work(world.worker(world.police), world.later(days=1)):
        assert Case.objects.get().province_code == "430000"


def test_a_file_of_the_standard_goes_in_and_says_what_has_no_place(world: CaseWorld, police: Client) -> None:
    text = "record,prs_FirstName,prs_SecondName,vic_NoSuchField\nA-1,小芳,王,lost\n"
    batch = _handed_in(police, text, form="htcds", name="partner.csv")
    page = shown(police, "check_batch", batch)
    assert "Import 1 case" in page and "vic_NoSuchField" in page and "lost" in page
    sent(police, "check_batch", batch, row_version=1)
    worker = world.worker(world.police)
    with world.at_case_work(worker, world.later(days=1)):
        case = Case.objects.get()
    assert case.province_code == "530000"
    out = refused(police, "export", numbers=case.number, why="given back", form="csv")
    assert "1 case would go out" in out
    answer: Any = police.post(
        "/cases/export/", {"numbers": case.number, "why": "given back", "form": "csv", "confirmed": "1"}
    )
    assert answer["Content-Disposition"].startswith("attachment") and "小芳" in answer.content.decode()
    other = client_of(world.worker(world.outsider))
    assert "There is no such case" in refused(other, "export", numbers=case.number, why="x", form="csv")
