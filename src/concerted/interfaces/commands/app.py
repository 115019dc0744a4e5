"""The `concerted` command: gathers every part's commands and tells their errors; it does no work itself."""

import os
import sys

import click
import typer

from concerted.errors import ConcertedError
from concerted.interfaces.commands import installation
from concerted.interfaces.commands.output import tell_error

app = typer.Typer(
    help="Concerted: the national mechanism's plan, cases and figures, from the command line.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for part in (installation,):
    part.register(app)


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 failed, 2 bad input, 130 interrupted."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concerted.config.settings")
    try:
        code = app(standalone_mode=False)
    except ConcertedError as error:
        sys.exit(tell_error(error))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
