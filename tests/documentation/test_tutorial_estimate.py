"""The tutorial on estimates does what it says: every command and every line of Python is run and compared."""

from __future__ import annotations

import doctest
import re
import shlex
import sys
from pathlib import Path

import pytest

from concerted.interfaces.commands import app as command_line

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "tutorial" / "estimate.md").read_text(encoding="utf-8")
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL
CONSOLE = re.findall(r"```console\n\$ ([^\n]+)\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_every_line_of_python_gives_what_the_page_shows() -> None:
    code = "".join(re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL))
    examples = doctest.DocTestParser().get_doctest(code, {}, "estimate.md", "estimate.md", 0)
    said: list[str] = []
    result = doctest.DocTestRunner(optionflags=FLAGS).run(examples, out=said.append)
    assert result.attempted > 10
    assert result.failed == 0, "".join(said)


@pytest.mark.parametrize(("command", "shown"), CONSOLE, ids=[command for command, _shown in CONSOLE])
def test_every_command_prints_what_the_page_shows(
    command: str, shown: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = shlex.split(command)
    if words[0] == "head":
        lines = (ROOT / words[2]).read_text(encoding="utf-8").splitlines()[: int(words[1][1:])]
        assert lines == shown.splitlines()
        return
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as left:
        command_line.main()
    assert not left.value.code
    said = capsys.readouterr().out
    assert doctest.OutputChecker().check_output(shown, said, FLAGS), said
