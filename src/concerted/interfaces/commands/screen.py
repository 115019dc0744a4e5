"""The command that screens one form without a database; it holds no rule, and its answer is no legal finding."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from concerted.errors import Invalid
from concerted.interfaces.commands.output import JsonFlag, print_json

if TYPE_CHECKING:
    from concerted.interfaces.exchange.screening.text import Language

_LANGUAGES = ("en", "zh")


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("screen")(screen)


def screen(
    file: Annotated[
        Path | None, typer.Argument(help="A filled form (JSON), or - to read it from standard input.")
    ] = None,
    blank: Annotated[
        str | None, typer.Option(metavar="LIST", help="Print an empty form: adult_labour, child_labour ...")
    ] = None,
    lang: Annotated[str, typer.Option(help="Language of the text: en or zh.")] = "en",
    indicators: Annotated[
        Path | None, typer.Option(help="Another indicator set (YAML), as one with the lists still missing.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Score a screening by the operational indicators, with every step; never a legal finding."""
    if lang not in _LANGUAGES:
        raise _wrong("--lang", f"There is no language {lang}.", "Write en or zh.")
    if (file is None) == (blank is None):
        raise _wrong(
            "FILE", "A form or --blank is needed, one of the two.", "`concerted screen --help` shows both."
        )

    from concerted.interfaces.exchange import screening

    kept = screening.load_indicator_set(indicators or screening.INDICATORS_FILE)
    if file is None:
        print_json(screening.blank_form(cast(str, blank), kept))
        return

    from concerted.methods.law import screen as score

    data, name = _read(file, screening.LARGEST_FORM)
    form = screening.read_form(data, name)
    result = score(form, kept)
    if as_json:
        print_json(screening.result_as_data(form, result, kept))
    else:
        typer.echo(screening.result_as_text(form, result, kept, cast("Language", lang)), nl=False)


def _read(file: Path, most: int) -> tuple[bytes, str]:
    if str(file) == "-":
        return sys.stdin.buffer.read(most + 1), "standard input"
    try:
        with file.open("rb") as opened:
            return opened.read(most + 1), file.name
    except OSError as fault:
        raise _wrong("FILE", f"{file} cannot be read: {fault.strerror}.", "Check the path.") from fault


def _wrong(field: str, what: str, remedy: str) -> Invalid:
    return Invalid(what, where=field, remedy=remedy)
