"""The help of every command speaks the language of the shell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer.core
from babel.messages.pofile import read_po
from rich.cells import cell_len
from typer.main import get_command

from concerted.interfaces.commands.app import PARTS, gathered
from concerted.interfaces.commands.language import CATALOGUE, in_the_shells_language, translated


def _chinese() -> dict[str, str]:
    with CATALOGUE.with_suffix(".po").open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file) if each.id and each.string}


def _everything(command: Any, path: str = "concerted") -> Iterator[tuple[str, Any]]:
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from _everything(below, f"{path} {name}")


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The whole command line; what is translated in typer itself is put back."""
    monkeypatch.setattr(typer.core, "_", typer.core._)  # type: ignore[attr-defined]
    monkeypatch.setenv("COLUMNS", "80")
    return get_command(gathered(PARTS))


def test_every_help_text_of_every_command_option_and_argument_has_its_chinese(whole: Any) -> None:
    known = _chinese()
    lacking = []
    for path, command in _everything(whole):
        told = [(path, command.help)]
        told += [(f"{path} {each.name}", each.help) for each in command.params]
        lacking += [(where, text) for where, text in told if not text or text not in known]
    assert lacking == []
    assert {"Options", "Commands", "Arguments", "required", "Usage:", "Show this message and exit."} <= set(
        known
    )


def test_in_a_chinese_shell_the_help_is_chinese_within_the_width_of_the_terminal(
    whole: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    translated(whole, lambda text: _chinese().get(text, text))
    for asked in ([], ["token", "issue"], ["cases", "import"], ["estimate", "study"]):
        with pytest.raises(SystemExit):
            whole([*asked, "--help"], prog_name="concerted")
    shown = capsys.readouterr().out
    assert "用法： concerted token issue [选项]" in shown and "显示本帮助并退出。" in shown
    assert re.search(r"--label <str> +密钥的用途。 \[必填\]", shown)
    assert not re.search(r"Usage|Options|Arguments|Commands|\[required\]|Show this", shown)
    assert max(map(cell_len, shown.splitlines())) <= 80


@pytest.mark.parametrize(
    ("shell", "spoken"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "Chinese"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_TW.UTF-8"}, "Chinese"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "English"),
        ({}, "English"),
    ],
)
def test_the_help_follows_the_shell_by_the_first_setting_that_speaks(
    whole: Any, monkeypatch: pytest.MonkeyPatch, shell: dict[str, str], spoken: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in shell.items():
        monkeypatch.setenv(name, value)
    said = in_the_shells_language(whole).help
    assert ("行动" in said or "计划" in said) is (spoken == "Chinese")
