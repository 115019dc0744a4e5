"""The `concerted` command: gathers every part's commands and tells their errors; it does no work itself."""

import os
import sys

import typer

from concerted.errors import ConcertedError
from concerted.interfaces.commands import (
    audit,
    cases,
    demo,
    installation,
    observations,
    officer,
    open_package,
    plan,
    reference,
    remind,
    safekeeping,
    screen,
    token,
    vault,
)
from concerted.interfaces.commands.output import tell_error

app = typer.Typer(
    help="Concerted: the national mechanism's plan, cases and figures, from the command line.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
installation.register(app)
safekeeping.register(app)
screen.register(app)
open_package.register(app)
for name, part in {
    "audit": audit,
    "cases": cases,
    "demo": demo,
    "observations": observations,
    "officer": officer,
    "plan": plan,
    "reference": reference,
    "remind": remind,
    "token": token,
    "vault": vault,
}.items():
    app.add_typer(part.app, name=name)


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 failed, 2 bad input, 130 interrupted."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concerted.config.settings")
    try:
        app(prog_name="concerted")
    except ConcertedError as error:
        sys.exit(tell_error(error))


if __name__ == "__main__":
    main()
