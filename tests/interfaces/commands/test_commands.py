"""The whole command line: help for each command, exit codes 0, 1 and 2, and JSON that is only JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from django.utils.translation import override
from tests.mechanism.plan.reporting_world import MONDAY, Reporting, build_reporting

from concerted.config import postgres
from concerted.foundation.access import acts as access
from concerted.interfaces.commands import app as command_line
from concerted.mechanism.plan.models import Observation

HEADINGS = "indicator,place,period,value,numerator,denominator,source"
GOOD = "rescued,530000,2010-Q1,7,,,mca\n"


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Answer]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `concerted` with these words, as the shell would."""

    def concerted(*words: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["concerted", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            command_line.main()
        told = capsys.readouterr()
        return Answer(int(left.value.code or 0), told.out, told.err)

    return concerted


@pytest.fixture
def nation(db: None) -> Reporting:
    found = build_reporting()
    access.set_demonstration_clock(officer=found.world.machine, at=MONDAY, day=MONDAY.date(), seed=1)
    return found


@pytest.fixture
def figures(tmp_path: Path) -> Callable[[str], Path]:
    """A file of figures with these rows."""

    def written(rows: str) -> Path:
        path = tmp_path / "figures.csv"
        path.write_text(f"{HEADINGS}\n{rows}", encoding="utf-8")
        return path

    return written


def _commands(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield words, command
    for name, below in sorted(getattr(command, "commands", {}).items()):
        yield from _commands(below, (*words, name))


EVERY = dict(_commands(typer.main.get_command(command_line.app)))


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_every_command_says_what_it_is_for(run: Run, words: tuple[str, ...]) -> None:
    told = run(*words, "--help")
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith("Usage: concerted")
    said = (EVERY[words].help or "").split()
    assert len(said) > 2
    assert " ".join(said[:3]) in " ".join(told.out.split())


@pytest.mark.parametrize(
    "words",
    [
        ["remind", "preview"],
        ["remind", "send"],
        ["remind", "escalate"],
        ["plan", "list"],
        ["audit", "show"],
        ["officer", "show", "system"],
        ["token", "list", "system"],
    ],
    ids=" ".join,
)
def test_json_is_all_there_is_on_standard_output(nation: Reporting, run: Run, words: list[str]) -> None:
    told = run(*_with_the_systems_name(nation, words), "--json")
    assert (told.code, told.err) == (0, "")
    assert isinstance(told.json, dict | list)


def _with_the_systems_name(nation: Reporting, words: list[str]) -> list[str]:
    return [nation.world.machine.username if word == "system" else word for word in words]


@pytest.mark.parametrize(
    "words",
    [
        ["plan", "export", "no-such-plan"],
        ["observations", "load", __file__, "--plan", "no-such-plan"],
        ["officer", "show", "nobody"],
        ["officer", "appoint", "nobody", "--agency", "nowhere", "--function", "clearer"],
        ["officer", "end", "999999", "--reason", "left"],
        ["token", "issue", "nobody", "--label", "a key"],
        ["token", "revoke", "nobody", "1"],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_what_is_not_there_ends_with_one(nation: Reporting, run: Run, words: list[str]) -> None:
    told = run(*words)
    assert (told.code, told.out) == (1, "")
    what, remedy, *_more = [*told.err.splitlines(), ""]
    assert what.startswith("concerted: There is no ")
    assert remedy.startswith("  ") or words[1] == "end"


@pytest.mark.parametrize(
    "words",
    [
        ["no-such-command"],
        ["observations", "load", "no-such-file.csv", "--plan", "reporting-plan"],
        ["token", "issue", "somebody", "--label", "a key", "--days", "0"],
        ["remind", "preview", "--on", "tomorrow"],
        ["audit", "show", "--subject", "plan.report:first"],
        ["audit", "verify", "--witness", __file__],
        ["audit", "export-seals", "/nowhere/at/all"],
        ["officer", "register", "", "--name", "Somebody"],
        ["demo", "--size", "enormous"],
    ],
    ids=" ".join,
)
def test_input_that_cannot_be_right_ends_with_two(nation: Reporting, run: Run, words: list[str]) -> None:
    told = run(*words)
    assert (told.code, told.out) == (2, "")
    assert told.err.strip()


def test_days_and_hours_are_written_as_iso_8601(nation: Reporting, run: Run) -> None:
    (row,) = run("audit", "show", "--limit", 1, "--json").json
    assert datetime.fromisoformat(row["at"]).tzinfo is not None
    assert "T" in row["at"] and "T" in row["recorded_at"]
    assert run("remind", "preview", "--on", "2010-04-12", "--json").json["on"] == "2010-04-12"


def test_the_preview_of_reminders_tells_who_gets_what_and_sends_nothing(nation: Reporting, run: Run) -> None:
    _ = nation.world.focal_point, nation.world.secretariat
    nation.open()
    first = run("remind", "preview", "--json").json
    lines = [line["label"] for digest in first["digests"] for line in digest["lines"]]
    assert any("Open shelters" in label for label in lines)
    assert run("remind", "preview", "--json").json == first
    sent = run("remind", "send", "--json").json
    assert sent["lines"] == len(lines)
    assert run("remind", "send", "--json").json["lines"] == 0


def test_figures_are_loaded_from_a_file_and_a_second_time_change_nothing(
    nation: Reporting, run: Run, figures: Callable[[str], Path]
) -> None:
    nation.open()
    words = ("observations", "load", figures(GOOD), "--plan", "reporting-plan", "--json")
    assert run(*words, "--check").json["added"] == 1
    assert not Observation.objects.exists()
    assert run(*words).json["added"] == 1
    assert run(*words).json["unchanged"] == 1
    assert Observation.objects.get().value == 7


def test_a_faulty_file_is_told_row_by_row_and_nothing_of_it_is_loaded(
    nation: Reporting, run: Run, figures: Callable[[str], Path]
) -> None:
    nation.open()
    path = figures(GOOD + "wished-for,530000,2010-Q1,7,,,\nrescued,530000,2010-Q1,many,,,\n")
    told = run("observations", "load", path, "--plan", "reporting-plan")
    assert (told.code, told.out) == (2, "")
    assert "2 faults were found" in told.err
    assert "row 3 indicator: The plan has no indicator “wished-for”. Known: rescued, trained" in told.err
    assert "row 4 value: “many” is not a number. Write digits only" in told.err
    assert not Observation.objects.exists()


def test_figures_for_a_period_that_is_not_open_are_refused_with_what_to_do(
    nation: Reporting, run: Run, figures: Callable[[str], Path]
) -> None:
    told = run("observations", "load", figures(GOOD), "--plan", "reporting-plan")
    assert told.code == 2
    assert (
        "The period 2010-Q1 is not open for reports yet. Wait until the plan's office opens it." in told.err
    )


def test_a_file_without_the_needed_columns_is_told_which(nation: Reporting, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text("indicator,country\n", encoding="utf-8")
    told = run("observations", "load", path, "--plan", "reporting-plan")
    assert told.code == 2
    assert "Missing: place (地区), period (报告期). Unknown: country." in told.err
    assert "figures.csv" in told.err


def test_an_officer_is_registered_appointed_given_a_key_and_let_go(nation: Reporting, run: Run) -> None:
    made = run("officer", "register", "clerk", "--name", "A clerk", "--json").json
    assert made["username"] == "clerk" and len(made["password"]) >= 20
    assert "This username is taken" in run("officer", "register", "clerk", "--name", "Another").err
    assert run("officer", "appoint", "clerk", "--agency", "mca", "--function", "wizard").code == 2
    assert run("officer", "appoint", "clerk", "--agency", "mca", "--function", "focal_point").code == 0
    (post,) = run("officer", "show", "clerk", "--json").json
    assert (post["agency"], post["function"], post["from"]) == ("mca", "focal_point", "2010-04-12")

    key = run("token", "issue", "clerk", "--label", "night run", "--json").json
    assert key["scopes"] == ["read"]
    assert run("token", "issue", "clerk", "--label", "too much", "--scope", "plan:plan:adopt").code == 2
    assert key["key"] not in run("token", "list", "clerk", "--json").out
    assert run("token", "revoke", "clerk", key["id"]).code == 0
    (kept,) = run("token", "list", "clerk", "--json").json
    assert kept["revoked_at"]

    fresh = run("officer", "password", "clerk").out.split()[-1]
    assert fresh != made["password"]
    number = post["appointment"]
    left = run("officer", "end", number, "--reason", "moved on", "--day", "2010-04-13")
    assert left.code == 0
    (post,) = run("officer", "show", "clerk", "--json").json
    assert (post["to"], post["ended_reason"]) == ("2010-04-13", "moved on")


def test_the_first_administrator_is_named_once(nation: Reporting, run: Run) -> None:
    assert run("officer", "first-administrator", "chief", "--name", "Chief").code == 0
    again = run("officer", "first-administrator", "usurper", "--name", "Usurper")
    assert again.code == 1
    assert "There is an administrator already." in again.err
    assert run("officer", "show", "usurper").code == 1


@pytest.mark.django_db(transaction=True)
def test_the_record_is_sealed_exported_verified_and_a_cut_shows(
    run: Run, tmp_path: Path, database_server: postgres.Server, database_name: str
) -> None:
    access.bootstrap_machine_officer(at=MONDAY)
    assert run("officer", "register", "clerk", "--name", "A clerk").code == 0
    assert run("audit", "verify", "--json").json["unsealed"] > 0
    assert run("audit", "seal", "--json").json["rows"] > 0
    assert run("audit", "seal", "--json").json == {"segments": 0, "rows": 0}
    witness = tmp_path / "seals.txt"
    assert run("audit", "export-seals", witness).code == 0
    whole = run("audit", "verify", "--witness", witness, "--json")
    assert (whole.code, whole.json["intact"], whole.json["unsealed"]) == (0, True, 0)
    (row,) = run("audit", "show", "--act", "access.register_officer", "--limit", 1, "--json").json
    with database_server.connect(database=database_name) as superuser:
        superuser.execute("SET session_replication_role = 'replica'")
        superuser.execute("UPDATE audit_auditentry SET detail = '{}' WHERE id = %s", (row["id"],))
    broken = run("audit", "verify", "--json")
    assert (broken.code, broken.json["intact"]) == (1, False)
    assert row["id"] in [finding["entry"] for finding in broken.json["findings"]]
    assert f"row {row['id']}" in run("audit", "verify").out


def test_a_terminal_in_chinese_is_told_faults_in_chinese(
    nation: Reporting, run: Run, figures: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = figures("nothing,530000,2010-Q1,3\n")
    with override("en"):
        monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
        told = run("observations", "load", listed, "--plan", nation.plan.key)
    assert told.code == 2
    assert "第2行" in told.err.replace(" ", "") and "没有指标" in told.err
