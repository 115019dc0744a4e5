"""`concerted plan`: reads a text, tells its faults with exit codes, and prints the published JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from concerted.errors import Invalid
from concerted.interfaces.commands.plan import app
from concerted.interfaces.commands.reference import load_plans
from concerted.interfaces.exchange.plan_file import load_yaml
from concerted.mechanism.plan.models import Plan

pytestmark = pytest.mark.django_db
TEXT = (
    "National Plan (2008-2012)\n\nI. Prevention\n\n"
    "1. Watch hubs. (Ministry of Transport responsible; Bureau of Marvels support)\n\nLeft over\n"
)
REAL = Path(__file__).parents[3] / "reference" / "plans" / "npa-2008-2012.yaml"


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "plan.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_reading_prints_the_published_form(text: Path) -> None:
    result = CliRunner().invoke(app, ["read", str(text), "--json"])
    found = json.loads(result.stdout)
    assert {"title", "period", "measures", "unknown_agencies", "unplaced"} <= set(found)
    (measure,) = found["measures"]
    assert measure == {
        "number": "1",
        "strand": "Prevention",
        "objective": "",
        "text": "Watch hubs.",
        "leads": ["mot"],
        "supports": [],
        "line": 5,
        "parent_line": None,
        "note": "Ministry of Transport responsible; Bureau of Marvels support",
        "details": [],
    }
    assert [(one["text"], one["line"]) for one in found["unknown_agencies"]] == [("Bureau of Marvels", 5)]
    assert found["unplaced"] == [{"text": "Left over", "line": 7}]
    assert [one["title"] for one in found["strands"]] == ["Prevention"]


def test_reading_tells_headings_and_objectives(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(
        "Plan 2008-2012\n\nI. Prevention\n\n(1) Objectives\nTo reduce it.\n\n(2) Measures\n1. Act. (moe responsible)\n",
        encoding="utf-8",
    )
    told = CliRunner().invoke(app, ["read", str(path)])
    assert "I Prevention" in told.stdout and "Objective: To reduce it." in told.stdout
    listed = json.loads(CliRunner().invoke(app, ["read", str(path), "--json"]).stdout)["objectives"]
    assert [(one["text"], one["strand"]) for one in listed] == [("To reduce it.", "Prevention")]


@pytest.mark.parametrize("name", ["draft.yaml", "draft.xlsx"])
def test_reading_writes_a_draft_that_loads_and_never_overwrites_unasked(
    text: Path, tmp_path: Path, name: str
) -> None:
    out = tmp_path / name
    command = ["read", str(text), "--output", str(out)]
    assert CliRunner().invoke(app, command, catch_exceptions=False).exit_code == 0
    loaded = CliRunner().invoke(app, ["load", str(out), "--json"], catch_exceptions=False)
    assert [(one["plan"], one["state"]) for one in json.loads(loaded.stdout)] == [("draft", "draft")]
    out.write_text("corrected by hand", encoding="utf-8")
    refused = CliRunner().invoke(app, command)
    assert isinstance(refused.exception, Invalid) and "--overwrite" in str(refused.exception.remedy)
    assert out.read_text(encoding="utf-8") == "corrected by hand"
    CliRunner().invoke(app, [*command, "--overwrite"], catch_exceptions=False)
    assert out.read_bytes() != b"corrected by hand"


def test_a_draft_is_written_as_a_plan_file_only(text: Path, tmp_path: Path) -> None:
    refused = CliRunner().invoke(app, ["read", str(text), "--output", str(tmp_path / "draft.doc")])
    assert isinstance(refused.exception, Invalid) and ".yaml" in str(refused.exception.remedy)


def test_a_missing_file_is_told_with_its_name() -> None:
    result = CliRunner().invoke(app, ["read", "nowhere.txt"])
    assert isinstance(result.exception, Invalid) and "nowhere.txt" in str(result.exception)


def test_a_plan_loaded_and_adopted_is_exported_as_it_was(tmp_path: Path) -> None:
    copy = tmp_path / "copy.yaml"
    copy.write_text(
        REAL.read_text(encoding="utf-8").replace("cn-npa-2008-2012", "a-copy", 1), encoding="utf-8"
    )
    loaded = CliRunner().invoke(app, ["load", str(copy), "--adopt", "--json"])
    assert [one["state"] for one in json.loads(loaded.stdout)] == ["adopted"]
    out = tmp_path / "out.yaml"
    CliRunner().invoke(app, ["export", "a-copy", "--to", str(out)], catch_exceptions=False)
    assert load_yaml(out) == load_yaml(copy)
    same = CliRunner().invoke(app, ["diff", "a-copy", str(copy), "--json"])
    assert json.loads(same.stdout) == []


def test_the_list_names_what_is_in_force() -> None:
    CliRunner().invoke(app, ["load", str(REAL), "--adopt"], catch_exceptions=False)
    rows = json.loads(CliRunner().invoke(app, ["list", "--json"]).stdout)
    (row,) = [row for row in rows if row["plan"] == "cn-npa-2008-2012"]
    assert (row["in_force"], row["adopted_on"], row["measures"]) == (1, "2007-12-13", 24)


def test_every_plan_that_was_read_is_loaded_the_provinces_under_the_nations_and_a_second_load_writes_nothing() -> (
    None
):
    first = load_plans()
    assert {"cn-npa-2008-2012", "yunnan-2008", "hunan-2009-2012"} <= set(first)
    assert all(counts["added"] == 1 for counts in first.values())
    assert all(counts["added"] == 0 for counts in load_plans().values())
    rows = {row["plan"]: row for row in json.loads(CliRunner().invoke(app, ["list", "--json"]).stdout)}
    assert (rows["yunnan-2008"]["in_force"], rows["yunnan-2008"]["adopted_on"]) == (1, "2008-11-21")
    assert (rows["hunan-2009-2012"]["in_force"], rows["hunan-2009-2012"]["adopted_on"]) == (1, None)
    assert Plan.objects.get(key="yunnan-2008").parent == Plan.objects.get(key="cn-npa-2008-2012")
    assert "adopted (day not read)" in CliRunner().invoke(app, ["list"]).stdout
