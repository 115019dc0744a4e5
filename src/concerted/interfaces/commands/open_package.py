"""The command that opens a sealed package, for a recipient without another program; it needs no database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from concerted.errors import Invalid
from concerted.interfaces.commands.output import JsonFlag, print_json

_LARGEST = 100 * 1024 * 1024


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("open-package")(open_sealed)


def open_sealed(
    file: Annotated[Path, typer.Argument(help="The sealed package (.zip).")],
    to: Annotated[
        Path | None, typer.Option(help="A new folder for what is in it; without it, only names.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Open a sealed package with the code that came another way; the code is asked for, never an argument."""
    from concerted.interfaces.exchange.package import open_package

    data = _read(file)
    code = typer.prompt("Code", hide_input=True, err=True)
    found = open_package(data, code)
    if to is not None:
        _write(found, to)
    if as_json:
        print_json({"files": {name: len(content) for name, content in found.items()}, "to": str(to or "")})
        return
    for name, content in found.items():
        typer.echo(f"{name}  {len(content)} bytes")


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            data = opened.read(_LARGEST + 1)
    except OSError as fault:
        raise Invalid(
            f"{file} cannot be read: {fault.strerror}.", where="FILE", remedy="Check the path."
        ) from fault
    if len(data) > _LARGEST:
        raise Invalid("The file is larger than a package can be.", where="FILE")
    return data


def _write(found: dict[str, bytes], to: Path) -> None:
    try:
        to.mkdir(parents=True, mode=0o700)
    except FileExistsError:
        raise Invalid(
            f"{to} is there already; nothing was written.", where="--to", remedy="Name a new folder."
        ) from None
    for name, content in found.items():
        path = to / Path(name).name
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(content)
