"""The `concerted` command: gathers every part's commands and tells their errors; it does no work itself."""

import os
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Any

import typer
from typer.exceptions import TyperException
from typer.main import get_command

from concerted.errors import ConcertedError
from concerted.interfaces.commands.language import in_the_shells_language, shells_words
from concerted.interfaces.commands.output import FAILED, tell_error
from concerted.interfaces.commands.usage import tell_usage_error

PARTS = (
    "audit",
    "cases",
    "demo",
    "estimate",
    "observations",
    "officer",
    "plan",
    "reference",
    "remind",
    "token",
    "vault",
)
SINGLE = ("installation", "safekeeping", "screen", "open_package")
"""Modules that register commands of their own names."""


def gathered(parts: Iterable[str], *, single: Iterable[str] = SINGLE) -> typer.Typer:
    """The command line with these parts and single commands; what is not named is not loaded."""
    whole = typer.Typer(
        help="Concerted: the national mechanism's plan, cases and figures, from the command line.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    for name in single:
        import_module(f"concerted.interfaces.commands.{name}").register(whole)
    for name in parts:
        whole.add_typer(import_module(f"concerted.interfaces.commands.{name}").app, name=name)
    return whole


def __getattr__(name: str) -> Any:
    """`app`: the whole command line, gathered when it is asked for."""
    if name != "app":
        raise AttributeError(name)
    return gathered(PARTS)


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 failed, 2 bad input, 130 interrupted.

    Only the part that is called is loaded, so that a quick question gets a quick answer.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concerted.config.settings")
    called = sys.argv[1:2]
    app = gathered(called, single=()) if called and called[0] in PARTS else gathered(PARTS)
    try:
        code = in_the_shells_language(get_command(app))(prog_name="concerted", standalone_mode=False)
    except ConcertedError as error:
        sys.exit(tell_error(error))
    except TyperException as error:
        sys.exit(tell_usage_error(error, shells_words()))
    except typer.Abort:
        sys.stderr.write(shells_words()("Aborted!") + "\n")
        sys.exit(FAILED)
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
