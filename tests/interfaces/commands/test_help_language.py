"""The help of every command speaks the language of the shell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer.core
from babel.messages.pofile import read_po
from rich.cells import cell_len
from typer.exceptions import TyperException
from typer.main import get_command

from concerted.interfaces.commands.app import PARTS, gathered
from concerted.interfaces.commands.language import CATALOGUE, in_the_shells_language, translated
from concerted.interfaces.commands.usage import SAID, tell_usage_error


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
        ({"LANG": "en_US.UTF-8", "CONCERTED_LANGUAGE": "zh-hans"}, "Chinese"),
    ],
)
def test_the_help_follows_the_shell_by_the_first_setting_that_speaks(
    whole: Any, monkeypatch: pytest.MonkeyPatch, shell: dict[str, str], spoken: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "CONCERTED_LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in shell.items():
        monkeypatch.setenv(name, value)
    said = in_the_shells_language(whole).help
    assert ("行动" in said or "计划" in said) is (spoken == "Chinese")


WRONG = {
    "plan adopt": "缺少参数 'key'。",
    "plan adopt npa": "缺少选项 '--on'。",
    "plan adopt npa --on 2010-13-45": "'--on' 的值无效：'2010-13-45' 不符合格式 '%Y-%m-%d'。",
    "plan export npa --format doc": "'--format' 的值无效：'doc' 不在可选值之内：'yaml', 'xlsx'。",
    "plan export npa --version two": "'--version' 的值无效：须为整数。",
    "plan export npa --nothing": "没有选项 --nothing",
    "plan export npa and more": "多余的参数：and more",
    "plan export npa --version": "选项 '--version' 之后须写明其值。",
    "plan list --json=3": "选项 '--json' 不带值。",
    "plan nothing": "没有命令 'nothing'。",
    "audit show --limit 0": "'--limit' 的值无效：不得小于 1。",
    "observations load nowhere.csv": "路径 'nowhere.csv' 不存在。",
}


@pytest.mark.parametrize("words", WRONG)
def test_what_was_wrong_with_a_command_is_said_in_the_language_of_the_shell(
    whole: Any, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    def say(text: str) -> str:
        return _chinese().get(text, text)

    translated(whole, say)
    with pytest.raises(TyperException) as refused:
        whole(words.split(), prog_name="concerted", standalone_mode=False)
    assert tell_usage_error(refused.value, say) == 2
    told = capsys.readouterr().err
    assert WRONG[words] in told
    assert not re.search("Usage|Try|Error|Invalid|Missing|should|Value", told)


def test_everything_the_library_says_of_a_command_has_its_chinese() -> None:
    assert [text for text in SAID if text not in _chinese()] == []
