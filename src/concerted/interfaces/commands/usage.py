"""Tells what was wrong with the words of a command, in the language of the shell; it runs no command."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache

from typer._click.exceptions import NoArgsIsHelpError
from typer.exceptions import TyperException

from concerted.interfaces.commands.language import Translate

SAID = (
    "No such option: {option} (Possible options: {options})",
    "No such option: {option}",
    "No such command {command}.",
    "Missing command.",
    "Missing argument {name}. Choose from: {choices}",
    "Missing argument {name}.",
    "Missing option {name}. Choose from: {choices}",
    "Missing option {name}.",
    "Invalid value for {name}: {why}",
    "Invalid value: {why}",
    "Got unexpected extra argument(s) ({words})",
    "Option {option} requires an argument.",
    "Option {option} requires {number} arguments.",
    "Option {option} does not take a value.",
    "Argument {name} takes {number} values.",
    "Could not open file {path}: {why}",
    "file {path} does not exist.",
    "dir {path} does not exist.",
    "path {path} does not exist.",
    "file {path} is a directory.",
    "dir {path} is a file.",
    "file {path} is not readable.",
    "path {path} is not readable.",
    "{value} does not match the formats {formats}.",
    "{value} is not one of {choices}.",
    "Input should be a valid integer, unable to parse string as an integer",
    "Input should be a valid number, unable to parse string as a number",
    "Input should be greater than or equal to {least}",
    "Input should be less than or equal to {most}",
)
"""What the library of commands and its checks say; a name in braces stands for what was typed or may be."""

_CHECKED = "Value error, "
"""Stands before what a check of the library says; it tells an officer nothing."""


def tell_usage_error(error: TyperException, say: Translate) -> int:
    """Write how the command is used and what was wrong on standard error; returns the exit code."""
    lines = [*_usage(error, say)]
    if isinstance(error, NoArgsIsHelpError):
        lines = [error.format_message()]
    else:
        lines.append(say("Error: {what}").format(what=in_words(error.format_message(), say)))
    sys.stderr.write("\n".join(lines) + "\n")
    return error.exit_code


def _usage(error: TyperException, say: Translate) -> Iterator[str]:
    context = getattr(error, "ctx", None)
    if context is None:
        return
    yield context.get_usage()
    if context.command.get_help_option(context) is not None:
        asked = f"{context.command_path} {context.help_option_names[0]}"
        yield say("Try '{command}' for help.").format(command=asked) + "\n"


def in_words(said: str, say: Translate) -> str:
    """What the library said, in the words of the catalogue; its own where it has none."""
    said = " ".join(said.split()).removeprefix(_CHECKED)
    for template in SAID:
        found = _pattern(template).fullmatch(said)
        if found is not None:
            typed = found.groupdict()
            if "why" in typed:
                typed["why"] = in_words(typed["why"], say)
            return say(template).format(**typed)
    return said


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """The template as an expression whose groups are the names in its braces."""
    parts = re.split(r"\{(\w+)\}", template)
    return re.compile(
        "".join(f"(?P<{part}>.+)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
    )
