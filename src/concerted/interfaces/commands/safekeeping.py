"""Commands that back the installation up, restore it, and finish erasures; they read nobody's data to anybody."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from concerted.config import database
from concerted.errors import Invalid
from concerted.interfaces.commands.output import JsonFlag, print_json, stages, stand_up

if TYPE_CHECKING:
    from concerted.config.backup.container import BackupKey


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("backup")(backup)
    app.command("restore")(restore)
    app.command("sweep")(sweep)


PassphraseFile = Annotated[
    Path | None, typer.Option(help="File whose first line is the passphrase; else it is asked for.")
]
KeyFile = Annotated[
    Path | None, typer.Option(help="File of at least 32 random bytes to use in a passphrase's place.")
]


def backup(
    destination: Annotated[Path, typer.Argument(help="File to write; none is overwritten.")],
    passphrase_file: PassphraseFile = None,
    key_file: KeyFile = None,
    as_json: JsonFlag = False,
) -> None:
    """Back everything up into one encrypted file while the site works; it is checked before it gets its name.

    Exit code 1 with the backup in place means that something was wrong already in what was backed up.
    """
    key = _backup_key(passphrase_file, key_file, twice=True)
    database.work_as_owner()
    stand_up()
    from concerted.config.backup.making import make_backup

    with stages("Backing up") as tell:
        manifest = make_backup(destination, key, tell=tell)
    told = manifest.summary()
    if as_json:
        print_json(told)
    else:
        typer.echo(
            f"{destination}: {told['rows']} rows in {told['tables']} tables, {told['files']} files,"
            f" {told['audit']['segments']} seals; {told['sample']} sealed values opened."
        )
        for fault in manifest.faults:
            typer.echo(f"  already wrong: {fault}")
    if manifest.faults:
        raise typer.Exit(1)


def restore(
    source: Annotated[Path, typer.Argument(help="File that `concerted backup` wrote.")],
    passphrase_file: PassphraseFile = None,
    key_file: KeyFile = None,
    check_only: Annotated[
        bool, typer.Option("--check-only", help="Check the backup from end to end and touch nothing.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Restore a backup onto an empty machine: whole and verified, or nothing. Exit code 1 or 2: nothing changed."""
    key = _backup_key(passphrase_file, key_file, twice=False)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concerted.config.settings")
    from concerted.config.backup.checking import check_backup
    from concerted.config.backup.restoring import prepare_target, restore_backup

    with stages("Restoring") as tell:
        tell("checking every byte")
        manifest = check_backup(source, key)
        if not check_only:
            name = prepare_target()
            stand_up()
            told = restore_backup(source, key, name=name, manifest=manifest, tell=tell)
        else:
            told = manifest.summary()
    if as_json:
        print_json(told)
    elif check_only:
        typer.echo(f"{source}: whole. {told['rows']} rows, {told['files']} files, made {told['created_at']}.")
    else:
        typer.echo(
            f"Restored {told['rows']} rows, {told['files']} files; record intact, {told['sample']} sealed values"
            f" opened, {told['erased_again']} erased again. Start the site with ./run"
        )


def sweep(
    deep: Annotated[
        bool, typer.Option("--deep", help="Also rewrite the table of keys, so that no destroyed one is left.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Remove stored files that no row knows any more, and finish erasures that a crash cut short."""
    database.work_as_owner()
    stand_up()
    from dataclasses import asdict

    from django.utils import timezone

    from concerted.config.upkeep import finish_erasures, forget_destroyed_keys
    from concerted.foundation.vault.files import remove_files_of_erased
    from concerted.foundation.vault.files import sweep as sweep_files

    told = {
        "erased": finish_erasures(),
        "files_of_erased": remove_files_of_erased(at=timezone.now()),
        **asdict(sweep_files()),
    }
    if deep:
        forget_destroyed_keys()
    if as_json:
        print_json(told)
    else:
        typer.echo(", ".join(f"{what} {count}" for what, count in told.items()))
    if told["missing"]:
        raise typer.Exit(1)


def _backup_key(passphrase_file: Path | None, key_file: Path | None, *, twice: bool) -> BackupKey:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concerted.config.settings")
    from concerted.config.backup.container import key_of_file, key_of_passphrase

    if key_file is not None:
        return key_of_file(key_file)
    if passphrase_file is not None:
        try:
            lines = passphrase_file.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise Invalid(
                f"The passphrase cannot be read: {error.strerror}",
                where=str(passphrase_file),
                remedy="Name the file that holds it.",
            ) from error
        return key_of_passphrase(lines[0] if lines else "")
    if not sys.stdin.isatty():
        raise Invalid(
            "A passphrase or a key is needed.",
            where="--passphrase-file, --key-file",
            remedy="Name a file; on a terminal the passphrase is asked for.",
        )
    return key_of_passphrase(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=twice, err=True))
