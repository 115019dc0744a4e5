"""The command line says what was wrong and how to put it right, and its exit code tells scripts the same."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = str(Path(sys.executable).with_name("concerted"))


def concerted(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
    )


def test_every_command_can_be_asked_for_help() -> None:
    assert concerted("--help").returncode == 0
    for command in ("serve", "migrate", "prepare", "check-setup", "compile-messages", "database", "audit"):
        assert concerted(command, "--help").returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [("nonsense",), ("serve", "--port", "99999"), ("database", "stop", "--cluster", "theirs")],
)
def test_bad_input_ends_with_two_and_no_traceback(arguments: tuple[str, ...]) -> None:
    done = concerted(*arguments)
    assert done.returncode == 2
    assert done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("named", ["zh", "zh_CN", "zh-Hans"])
def test_chinese_is_understood_by_any_of_its_names(
    django_db_setup: None, database_name: str, tmp_path: Path, named: str
) -> None:
    (tmp_path / "plan.yaml").write_text("id: x\n\ttitle: y\n", encoding="utf-8")
    shell = {"CONCERTED_LANGUAGE": named, "CONCERTED_DATABASE_NAME": database_name}
    done = concerted("plan", "load", str(tmp_path / "plan.yaml"), **shell)
    assert done.returncode == 2
    assert "第 2 行" in done.stderr and "制表符" in done.stderr


def test_the_state_of_the_set_up_can_be_read_by_a_machine() -> None:
    told = json.loads(concerted("check-setup", "--json").stdout)
    assert {"modules", "schema", "reference", "plans"} <= set(told["steps"])


def test_production_is_refused_with_every_reason_at_once(django_db_setup: None, database_name: str) -> None:
    unready = {
        "CONCERTED_DEBUG": "1",
        "CONCERTED_SECRET_KEY": "short",
        "CONCERTED_DATABASE_NAME": database_name,
    }
    done = concerted("serve", "--production", **unready)
    assert done.returncode == 2
    for reason in ("secret key is a default", "Debug is on", "the tests' own"):
        assert reason in done.stderr
