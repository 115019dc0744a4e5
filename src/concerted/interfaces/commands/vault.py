"""Commands that look after the vault's keys; none shows a key or anything sealed under one."""

from __future__ import annotations

from typing import Annotated

import typer

from concerted.interfaces.commands.output import JsonFlag, print_json, stages, stand_up

app = typer.Typer(
    help="The vault: turn the master key, tell the state of keys and scanner.", no_args_is_help=True
)


@app.command("rotate")
def rotate(
    resume: Annotated[
        bool, typer.Option("--resume", help="Make no new key; only finish wrapping with the current one.")
    ] = False,
    retire: Annotated[
        bool, typer.Option("--retire", help="Destroy the old master keys once nothing is wrapped by them.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Make a new master key and wrap every subject's key with it, while the site works; safe to stop and resume.

    Backups made before keep the keys they were made with.
    """
    stand_up()
    from django.utils import timezone

    from concerted.foundation.access.acts import bootstrap_machine_officer
    from concerted.foundation.access.acts.vault import add_master_key, retire_master_keys, wrap_keys
    from concerted.foundation.vault.keys import key_ring

    at = timezone.now()
    machine = bootstrap_machine_officer(at=at)
    wrapped, retired = 0, tuple[int, ...]()
    with stages("Wrapping keys") as tell:
        if not resume:
            add_master_key(officer=machine, at=at, after=key_ring().current)
        tell("beginning")
        while (turned := wrap_keys(officer=machine, at=at)).wrapped:
            wrapped += turned.wrapped
            tell(str(wrapped))
        if retire:
            retired = retire_master_keys(officer=machine, at=at, keeping=turned.current).retired
    if as_json:
        print_json({"current": turned.current, "wrapped": wrapped, "retired": list(retired)})
    else:
        typer.echo(
            f"Master key {turned.current} wraps every key; {wrapped} wrapped anew,"
            f" {len(retired)} old master keys destroyed."
        )


@app.command("state")
def state(as_json: JsonFlag = False) -> None:
    """Tell which master keys there are, whether they may guard real people, and whether files are scanned."""
    stand_up()
    from concerted.foundation.vault import keys
    from concerted.foundation.vault.files import scanner_state

    ring, weak = keys.key_ring(), keys.weaknesses()
    told = {
        "current": ring.current,
        "versions": sorted(ring.masters),
        "weaknesses": weak,
        "scanner": scanner_state(),
    }
    if as_json:
        print_json(told)
    else:
        typer.echo(f"Master key {ring.current} wraps; held: {', '.join(map(str, sorted(ring.masters)))}.")
        typer.echo(
            "Files are NOT scanned for viruses; name a scanner in CONCERTED_VIRUS_SCANNER."
            if told["scanner"] == "none"
            else f"Files are scanned by {told['scanner']}; while it does not answer none is taken."
        )
        for one in weak:
            typer.echo(f"  {one}")
    if weak:
        raise typer.Exit(1)
