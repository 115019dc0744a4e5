"""Commands that seal, verify, export and show the record of acts and looks; none can change it."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from concerted.errors import Invalid
from concerted.interfaces.commands.output import JsonFlag, print_json, stand_up

app = typer.Typer(help="The record of acts and looks: seal it, verify it, show it.", no_args_is_help=True)

_BROKEN = 1
_SHOWN_FINDINGS = 50


@app.command("verify")
def verify_record(
    witness: Annotated[
        Path | None,
        typer.Option(
            help="Seals exported earlier and kept elsewhere; shows whether later ones were cut off."
        ),
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Recompute every seal from the rows' values and say: intact, or exactly where broken (exit code 1)."""
    stand_up()
    from concerted.foundation.audit.reads import seal_state
    from concerted.foundation.audit.verify import Witness, verify

    given = None
    if witness is not None:
        try:
            given = Witness.read(witness.read_text(encoding="utf-8").splitlines())
        except (OSError, ValueError) as error:
            raise Invalid(
                f"The witness cannot be read: {error}",
                where=str(witness),
                remedy="Give the file that `concerted audit export-seals` wrote.",
            ) from error
    with ExitStack() as stack:
        bar = stack.enter_context(
            Progress(
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
            )
        )
        state = seal_state()
        task = bar.add_task("rows", total=state.sealed + state.unsealed)
        verdict = verify(witness=given, progress=lambda rows: bar.update(task, completed=rows))
    if json:
        print_json(verdict.as_dict())
    else:
        _tell(verdict.intact, verdict.sealed, verdict.segments, verdict.unsealed)
        for finding in verdict.findings[:_SHOWN_FINDINGS]:
            places = [f"segment {finding.segment}"] if finding.segment is not None else []
            places += [f"row {finding.entry}"] if finding.entry is not None else []
            typer.echo(f"  {', '.join(places)}: {finding.fault} {finding.note}".rstrip())
        if len(verdict.findings) > _SHOWN_FINDINGS:
            typer.echo(f"  ... and {len(verdict.findings) - _SHOWN_FINDINGS} more; --json gives all")
    if not verdict.intact:
        raise typer.Exit(_BROKEN)


@app.command("seal")
def seal_record(json: JsonFlag = False) -> None:
    """Seal the rows of all finished transactions that no seal covers yet."""
    stand_up()
    from django.utils import timezone

    from concerted.foundation.audit.acts import seal

    made = seal(at=timezone.now())
    rows = sum(segment.entries for segment in made)
    if json:
        print_json({"segments": len(made), "rows": rows})
    else:
        typer.echo(f"{rows} rows sealed in {len(made)} segments.")


@app.command("export-seals")
def export_seals(
    file: Annotated[Path, typer.Argument(help="Where to write; keep it in other hands.")],
) -> None:
    """Write every seal's hash to a file, so that a later cut of the record shows against it."""
    stand_up()
    from concerted.foundation.audit.reads import segments
    from concerted.foundation.audit.verify import Witness

    witness = Witness.of(segments())
    try:
        file.write_text("".join(f"{line}\n" for line in witness.lines()), encoding="utf-8")
    except OSError as error:
        raise Invalid(
            f"The file cannot be written: {error.strerror}",
            where=str(file),
            remedy="Name a folder that is there.",
        ) from error
    typer.echo(f"{len(witness.seals)} seals written to {file}.")


@app.command("show")
def show_record(
    officer: Annotated[int | None, typer.Option(help="Only this officer's rows, by id.")] = None,
    act: Annotated[str, typer.Option(help="Only this act, such as plan.submit.")] = "",
    kind: Annotated[str, typer.Option(help="act, look, sign_in or outside.")] = "",
    subject: Annotated[str, typer.Option(help="Only this subject, such as plan.report:17.")] = "",
    before: Annotated[int | None, typer.Option(help="Only rows with a smaller id: the next page.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many rows at most.")] = 50,
    json: JsonFlag = False,
) -> None:
    """Print rows of the record, newest first."""
    stand_up()
    from concerted.foundation.audit.reads import EntryFilter, entries, whole_record

    subject_kind, _, number = subject.partition(":")
    if number and not number.isdecimal():
        raise Invalid(
            f"{subject} is no subject.", where="--subject", remedy="Write kind:number, as in plan.report:17."
        )
    wanted = EntryFilter(
        officer_id=officer,
        act=act,
        kind=kind,
        subject_kind=subject_kind,
        subject_id=int(number) if number else None,
    )
    with whole_record():
        rows = entries(wanted=wanted, before=before, limit=limit)
    if json:
        print_json(
            [
                {
                    "id": row.pk,
                    "at": row.at,
                    "recorded_at": row.recorded_at,
                    "kind": row.kind,
                    "act": row.act,
                    "officer": row.officer_id,
                    "appointment": row.appointment_id,
                    "agency": row.agency_id,
                    "subject_kind": row.subject_kind,
                    "subject": row.subject_id,
                    "detail": row.detail,
                }
                for row in rows
            ]
        )
        return
    for row in rows:
        subject_text = f"{row.subject_kind}:{row.subject_id}" if row.subject_kind else "-"
        typer.echo(
            f"{row.pk:>10}  {row.at:%Y-%m-%d %H:%M:%S}  {row.kind:<8}{row.act:<34}"
            f"officer {row.officer_id or '-':<8}{subject_text}"
        )


def _tell(intact: bool, sealed: int, segments: int, unsealed: int) -> None:
    verdict = "intact" if intact else "BROKEN"
    typer.echo(f"{verdict}: {sealed} rows under {segments} seals; {unsealed} newer rows are not sealed yet.")
