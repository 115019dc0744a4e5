"""Commands for figures: load a file of them; every rule is the act's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from concerted.errors import NotThere
from concerted.interfaces.commands.output import JsonFlag, print_json, stand_up, with_progress

app = typer.Typer(help="Figures of the plan's indicators.", no_args_is_help=True)


@app.command()
def load(
    file: Annotated[
        Path, typer.Argument(help="CSV or XLSX: indicator, place, period, value ...", exists=True)
    ],
    plan: Annotated[str, typer.Option(help="The plan's key.")],
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Rows that differ correct what their source said; the old stays."),
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Say what the load would do, and do nothing.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Load a file of figures as the office of the joint meeting: all rows, or none."""
    stand_up()
    from concerted.foundation.access.acts import bootstrap_machine_officer
    from concerted.foundation.access.reads import mechanism_now
    from concerted.foundation.agencies.reads import acting_as
    from concerted.interfaces.exchange.figures import FIRST_ROW, read_figures
    from concerted.mechanism.plan.acts import observations as acts
    from concerted.mechanism.plan.reads import indicators as reads

    at = mechanism_now()
    found = reads.plan_by_key(plan)
    if found is None:
        raise NotThere(f"There is no plan {plan}.", remedy="`concerted plan list` names the plans.")
    machine = acting_as(officer=bootstrap_machine_officer(at=at), on=at.date(), function="secretariat")
    rows: Iterable[Mapping[str, object]] = read_figures(file.read_bytes(), file.name)
    step = acts.try_load if check else acts.load_observations
    loaded = step(
        officer=machine,
        at=at,
        plan=found,
        rows=with_progress(rows, title=f"reading {file.name}"),
        replace=replace,
        first_row=FIRST_ROW,
        source_file=file.name,
    )
    counts = dict(loaded.audit_detail())
    if as_json:
        print_json({"plan": plan, "file": file.name, "checked_only": check, **counts})
    else:
        typer.echo(", ".join(f"{name} {count}" for name, count in counts.items()))
