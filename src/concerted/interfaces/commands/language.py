"""Tells the help of every command in the language of the shell; it changes what is read, never what is done."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from functools import partial
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

import typer
import typer.core
from rich.cells import cell_len

CATALOGUE = Path(__file__).parent / "locale" / "zh_Hans" / "LC_MESSAGES" / "help.mo"
_MOST_COLUMNS = 30
#: A word of letters without a break, or one Chinese sign, each with the marks that begin no line.
_UNBROKEN = re.compile(r"\s+|(?:[^\s\u2e80-\uffef]+|[\u2e80-\uffef])[，。、；：！？）》”’…]*")

Translate = Callable[[str], str]


def shell_is_chinese() -> bool:
    """Whether the terminal is Chinese: LC_ALL, LC_MESSAGES or LANG, the first of them that is set."""
    said = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return said.lower().startswith("zh")


def speaks_chinese() -> bool:
    """Whether commands speak Chinese: where the terminal does, and where CONCERTED_LANGUAGE says so."""
    return shell_is_chinese() or os.environ.get("CONCERTED_LANGUAGE", "").lower().startswith("zh")


def shells_words() -> Translate:
    """Gives a text of the command line in the language of the shell; as it is where there is no other for it."""
    if not speaks_chinese() or not CATALOGUE.exists():
        return _as_it_is
    with CATALOGUE.open("rb") as file:
        return GNUTranslations(file).gettext


def _as_it_is(text: str) -> str:
    return text


def in_the_shells_language(command: Any) -> Any:
    """The command with all below it, whose help speaks Chinese where the shell does and the texts are compiled."""
    say = shells_words()
    if say is not _as_it_is:
        translated(command, say)
    return command


def translated(command: Any, say: Translate) -> None:
    """Translate the help of the command, of its options and arguments and of every command below it."""
    setattr(typer.core, "_", say)  # noqa: B010  its headings and marks, such as Options, [required]
    command.help, command.epilog = _said(command.help, say), _said(command.epilog, say)
    command.short_help = _said(command.short_help, say) or _first_sentence(command.help or "")
    command.options_metavar = say("[OPTIONS]")
    if hasattr(command, "subcommand_metavar"):
        command.subcommand_metavar = say("COMMAND [ARGS]...")
    command.context_class = type("Context", (_Context,), {"say": staticmethod(say)})
    command.get_help_option = partial(_help_option, command.get_help_option, say)
    for parameter in command.params:
        parameter.help = _said(parameter.help, say)
    for below in getattr(command, "commands", {}).values():
        translated(below, say)


def _said(text: str | None, say: Translate) -> str | None:
    return say(text) if text else text


def _help_option(found: Callable[[Any], Any], say: Translate, context: Any) -> Any:
    option = found(context)
    if option is not None:
        option.help = say(option.help)
    return option


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=。)|\n", text, maxsplit=1)[0].rstrip("。")


class _Formatter(typer.Context.formatter_class):  # type: ignore[valid-type,misc]
    """Lays help out by columns: a Chinese sign takes two, and a line may break after each."""

    say: Translate

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or f"{type(self).say('Usage:')} ")

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{heading}：\n")

    def write_text(self, text: str) -> None:
        for line in _filled(text, self.width - self.current_indent):
            self.write(f"{'':>{self.current_indent if line else 0}}{line}\n")

    def write_dl(
        self, rows: Sequence[tuple[str, str]], col_max: int = _MOST_COLUMNS, col_spacing: int = 2
    ) -> None:
        named = [(first, second) for first, second in rows]
        column = min(max(cell_len(first) for first, _second in named), col_max) + col_spacing
        margin = " " * self.current_indent
        for first, second in named:
            lines = _filled(second, max(self.width - column - 2, 10)) if second else [""]
            if cell_len(first) > column - col_spacing:
                self.write(f"{margin}{first}\n")
                first = ""
            self.write(f"{margin}{first}{' ' * (column - cell_len(first))}{lines[0]}".rstrip() + "\n")
            for line in lines[1:]:
                self.write(f"{margin}{' ' * column}{line}".rstrip() + "\n")


class _Context(typer.Context):
    def make_formatter(self) -> Any:
        say = type(self).say  # type: ignore[attr-defined]
        kind = type("Formatter", (_Formatter,), {"say": staticmethod(say)})
        return kind(width=self.terminal_width, max_width=self.max_content_width)


def _filled(text: str, width: int) -> list[str]:
    """The text in lines of so many columns at most; paragraphs stay apart."""
    lines: list[str] = []
    for at, paragraph in enumerate(re.split(r"\n\s*\n", text.strip())):
        lines += [""] if at else []
        line = ""
        for part in _UNBROKEN.findall(" ".join(paragraph.split())):
            if line and cell_len(line + part.rstrip()) > width:
                lines.append(line.rstrip())
                line = ""
            line += part if line or part.strip() else ""
        lines.append(line.rstrip())
    return lines
