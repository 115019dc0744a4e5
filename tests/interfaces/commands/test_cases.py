"""Cases in and out on the command line: all rows or none, what is lost is told, and HTCDS comes out as it went in."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.builders import World, build_world

from concerted.foundation.access.door import acting
from concerted.foundation.agencies.models import Officer
from concerted.interfaces.commands import app as command_line
from concerted.interfaces.exchange.htcds import HtcdsRecord, read_htcds, write_htcds
from concerted.interfaces.exchange.tables import Format
from concerted.mechanism.cases.models import Case, ServiceOffer

pytestmark = pytest.mark.django_db
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def concerted(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["concerted", "cases", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            command_line.main()
        told = capsys.readouterr()
        return int(left.value.code or 0), told.out, told.err

    return concerted


@pytest.fixture
def world() -> World:
    return build_world(at=timezone.now())


@pytest.fixture
def worker(world: World) -> Officer:
    return world.officer_for(world.yunnan, "case_worker")


def count(worker: Officer) -> int:
    with acting(worker, timezone.now(), scope="cases"):
        return Case.objects.count()


def test_a_list_is_tried_then_imported_and_its_mapping_kept(
    run: Run, worker: Officer, tmp_path: Path
) -> None:
    path, mapping = tmp_path / "list.csv", tmp_path / "mapping.yaml"
    path.write_text("编号,姓名,年龄,鞋码\nA-1,演示人甲,20-25,38\nA-2,,,\n", encoding="utf-8")
    named = ["--as", worker.username, "--json"]
    code, out, err = run("import", path, *named, "--check", "--save-mapping", mapping)
    assert (code, err) == (0, "")
    tried = json.loads(out)
    assert (tried["cases"], tried["checked_only"], tried["ignored_columns"]) == (2, True, ["鞋码"])
    assert count(worker) == 0
    assert run("import", path, *named, "--check", "--mapping", mapping, "--keep-as", "station")[0] == 0
    code, _out, err = run("import", path, *named, "--mapping", "other")
    assert (code, "station" in err) == (1, True)
    code, out, _err = run("import", path, *named, "--mapping", "station")
    assert code == 0
    assert set(json.loads(out)["numbers"]) == {"2", "3"}
    assert count(worker) == 2


def test_a_fault_keeps_the_list_out_and_leaves_a_table_to_correct_by(
    run: Run, worker: Officer, tmp_path: Path
) -> None:
    path, report = tmp_path / "list.csv", tmp_path / "faults.csv"
    path.write_text("编号,性别\nA-1,女\nA-2,雌\n", encoding="utf-8")
    code, out, err = run("import", path, "--as", worker.username, "--report", report)
    assert (code, out) == (2, "")
    assert "row 3" in err
    assert "雌" in report.read_text(encoding="utf-8-sig")
    assert count(worker) == 0


def test_what_comes_in_as_htcds_goes_out_as_it_came(run: Run, worker: Officer, tmp_path: Path) -> None:
    sent: list[Any] = [
        HtcdsRecord(
            "P-1",
            {
                "prs_Salutation": "Ms",
                "prs_FirstName": "Mei",
                "prs_SecondName": "Invented",
                "prs_Gender": "Feminine",
                "prs_Citizenship": ("CN",),
                "prs_MobilePhone": "000-0000",
                "vic_MethodsOfControl": ("DebtBondage", "SexualAbuse"),
                "vic_TypeOfExploitation": ("ForcedLabour",),
                "con_Consent": True,
            },
            events=({"hte_Type": "Recruitment", "hte_City": "Nowhere"}, {"hte_Type": "Transit"}),
        ),
        HtcdsRecord("P-2", {"prs_FirstName": "某", "prs_SecondName": "虚构"}),
    ]
    came, went, report = tmp_path / "in.xlsx", tmp_path / "out.xlsx", tmp_path / "report.csv"
    came.write_bytes(write_htcds(sent, Format.XLSX))
    code, out, err = run("import-htcds", came, "--as", worker.username, "--report", report, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["cases"] == 2
    assert "con_Consent" in report.read_text(encoding="utf-8-sig")
    code, _out, err = run("export-htcds", went, "--as", worker.username, "--why", "given back to the partner")
    assert (code, err) == (0, "")
    back = read_htcds(went.read_bytes(), went.name)
    assert back.unmapped == ()
    assert sorted(back.records, key=lambda one: one.record) == sent
    assert went.stat().st_mode & 0o077 == 0


def test_no_other_agency_takes_out_what_it_may_not_know(
    run: Run, world: World, worker: Officer, tmp_path: Path
) -> None:
    came = tmp_path / "in.csv"
    came.write_bytes(write_htcds([HtcdsRecord("P-1", {"prs_FirstName": "Mei"})], Format.CSV))
    _code, out, _err = run("import-htcds", came, "--as", worker.username, "--json")
    [number] = json.loads(out)["numbers"].values()
    other = world.officer_for(world.hunan, "case_worker")
    named = ["--as", other.username, "--why", "curious"]
    known, unknown = (
        run("export-htcds", tmp_path / "x.csv", *named, "--case", one) for one in (number, "C-0000-0000-0000")
    )
    assert known == unknown
    assert known[0] == 1
    assert not (tmp_path / "x.csv").exists()


def test_an_export_without_a_reason_is_refused(run: Run, worker: Officer, tmp_path: Path) -> None:
    assert run("export-htcds", tmp_path / "x.csv", "--as", worker.username)[0] == 2


def test_a_supervisor_loads_the_services_of_its_own_agency_only(
    run: Run, world: World, worker: Officer, tmp_path: Path
) -> None:
    supervisor = world.officer_for(world.yunnan, "case_supervisor")
    path = tmp_path / "services.yaml"
    path.write_text(
        "schema: concerted/service-directory/1\nservices:\n"
        "  - {agency: ps-yunnan, key: y-1, kind: protection, name_en: Escort, place_code: '530000'}\n"
        "  - {agency: ps-hunan, key: h-1, kind: protection, name_en: Escort, place_code: '430000'}\n",
        encoding="utf-8",
    )
    code, out, err = run("load-services", path, "--as", supervisor.username, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == {"agency": "ps-yunnan", "services": 1}
    with acting(worker, timezone.now(), scope="cases"):
        assert set(ServiceOffer.objects.values_list("key", flat=True)) == {"y-1"}
