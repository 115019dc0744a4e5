"""`concerted estimate`: how many no list holds, from one table and without a database; it computes nothing itself."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from concerted.errors import Invalid
from concerted.interfaces.commands.estimate_parts import Parts
from concerted.interfaces.commands.output import FAILED, JsonFlag, print_json
from concerted.methods.prevalence import Estimate, NotEstimable

if TYPE_CHECKING:
    from concerted.methods.prevalence import MethodOptions, PanelOptions

DEFAULT = "table"
EVERY = "all"
TAKES_RESAMPLES = ("main-effects", "stepwise", "bic", "aic")


class TableFirst(TyperGroup):
    """A group whose first word may be a table instead of a command."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] != "--help":
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=TableFirst,
    help="How many people no list holds: from a table of capture histories to a verdict in words.\n\n"
    "concerted estimate TABLE.csv asks every method; see: concerted estimate table --help.",
    no_args_is_help=True,
)

TableFile = Annotated[
    str,
    typer.Argument(metavar="TABLE.csv", help="One column of 0 and 1 per list, then `count`; - reads input."),
]
Threshold = Annotated[
    float, typer.Option(min=0.0, max=1.0, help="A pair enters stepwise below this p-value.")
]
Seed = Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Of everything drawn at random.")]


@app.command(DEFAULT)
def estimate(
    table: TableFile,
    method: Annotated[str, typer.Option(help="A method's name, or `all` for the agreement panel.")] = EVERY,
    threshold: Threshold = 0.02,
    bootstrap: Annotated[
        int | None, typer.Option(min=0, max=1_000_000, help="Resamples; 0 for the interval given the model.")
    ] = None,
    seed: Seed = 1,
    resamples: Annotated[
        Path | None, typer.Option(help="Stored resamples (JSON matrix, columns in the table's order).")
    ] = None,
    max_order: Annotated[
        int | None, typer.Option(min=1, max=8, help="Most lists in one term of the models searched.")
    ] = None,
    json: JsonFlag = False,
    html: Annotated[bool, typer.Option("--html", help="Write a report as one HTML file.")] = False,
    png: Annotated[bool, typer.Option("--png", help="Write the report's picture as PNG.")] = False,
    strata: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN[,COLUMN]",
            help="Columns that part people (sex, year); each part is estimated too.",
        ),
    ] = None,
    pooling: Annotated[
        str, typer.Option(help="Whether strata draw on each other: none, partial or both beside each other.")
    ] = "both",
    linkage: Annotated[
        Path | None,
        typer.Option(help="Errors in joining records: a JSON file of rates or link probabilities."),
    ] = None,
    missed: Annotated[
        float | None,
        typer.Option(help="Share of comparisons of one person's two records that fail, from 0 to 1."),
    ] = None,
    false: Annotated[
        float | None, typer.Option(help="Share of links that join different people, from 0 to 1.")
    ] = None,
    linkages: Annotated[
        int | None, typer.Option(min=2, max=1000, help="Linkages drawn under these errors; 50 if not said.")
    ] = None,
    suppress_below: Annotated[
        int | None,
        typer.Option(
            min=2, max=1000, help="For others' eyes: hide counts below this, more with them, and round."
        ),
    ] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Write the report as PDF.")] = False,
    output: Annotated[
        Path | None,
        typer.Option(help="Where --html, --pdf, --png or --json is written, in place of the output."),
    ] = None,
    language: Annotated[str, typer.Option(help="Of the report and text: en or zh.")] = "en",
) -> None:
    """Ask every method, or one, how many people there are in all, and say whether the answer can be trusted.

    Exit codes: 0 an answer was given, 1 the table carries no number (with the reasons), 2 bad input.
    """
    _ensure_one([("--json", json), ("--html", html), ("--pdf", pdf), ("--png", png)])
    _ensure_named(language, "--language", ("en", "zh"))
    _ensure_named(pooling, "--pooling", ("none", "partial", "both"))
    parts = Parts.read(
        _source(table), strata, pooling=pooling, linkage=linkage, missed=missed, false=false, draws=linkages
    )
    if method != EVERY:
        _ensure_method(method)
    stored = _stored(resamples, method, parts)
    if method != EVERY and not (html or pdf or png):
        _one(
            parts,
            method,
            _options(threshold, bootstrap, seed, max_order, stored),
            json=json,
            output=output,
            language=language,
            suppress_below=suppress_below,
        )
        return
    options = _panel_options(method, threshold, bootstrap, seed, max_order, parts)
    with _bar() as tell:
        from concerted.methods.prevalence import agreement_panel, for_public

        panel = agreement_panel(parts.table, options, strata=parts.strata, progress=tell).to_json()
    if suppress_below is not None:
        panel = for_public(panel, small=suppress_below)
    _give(panel, json=json, html=html, pdf=pdf, png=png, output=output, language=language, name=table)
    if all(one["estimate"] is None for one in panel["methods"]):
        raise typer.Exit(FAILED)


@app.command("study")
def run_study(
    table: TableFile,
    method: Annotated[list[str] | None, typer.Option(help="May be given several times.")] = None,
    tables: Annotated[int, typer.Option(min=1, max=100_000, help="Tables simulated from each truth.")] = 500,
    bootstrap: Annotated[int, typer.Option(min=0, max=100_000, help="Resamples of each table.")] = 1000,
    threshold: Threshold = 0.02,
    seed: Seed = 1,
    processes: Annotated[int, typer.Option(min=1, max=64, help="How many work side by side.")] = 1,
    json: JsonFlag = False,
) -> None:
    """Simulate tables like yours from known truths and say how often each method's interval holds them."""
    asked = Parts.read(_source(table), None)
    chosen = method or ["stepwise"]
    for name in chosen:
        _ensure_method(name)
    from concerted.methods.prevalence import study

    with _bar() as tell:
        rows = study(
            asked.table,
            methods=chosen,
            tables=tables,
            bootstrap=bootstrap,
            threshold=threshold,
            seed=seed,
            processes=processes,
            progress=tell,
        )
    if json:
        print_json([row.to_json() for row in rows])
        return
    typer.echo(
        _columns(
            ("truth", "people", "method", "median", "bias", "rmse log", "95 %", "80 %", "refused", "seconds"),
            [
                (
                    row.truth,
                    f"{row.people:,.0f}",
                    row.method,
                    _number(row.median),
                    "-" if row.bias is None else f"{row.bias:+.1%}",
                    "-" if row.rmse_log is None else f"{row.rmse_log:.3f}",
                    _share(row.coverage[0.95]),
                    _share(row.coverage[0.8]),
                    f"{row.refused}/{row.tables}",
                    f"{row.seconds:.1f}",
                )
                for row in rows
            ],
        )
    )


def _one(
    parts: Parts,
    method: str,
    options: MethodOptions,
    *,
    json: bool,
    output: Path | None,
    language: str,
    suppress_below: int | None,
) -> None:
    """Ask one method; refused is exit code 1 with the reason, as JSON too."""
    from concerted.methods.prevalence import METHODS, estimate_for_public, refusal_json

    table, began = parts.table, time.perf_counter()
    refused: NotEstimable | None = None
    with _bar() as tell:
        asked = replace(options, progress=lambda share: tell(int(share * 1000), 1000, method))
        try:
            given = _plain(METHODS[method].run(table, asked))
        except NotEstimable as refusal:
            refused = refusal
            given = {
                "method": method,
                "n_seen": table.n,
                "estimate": None,
                "hidden": None,
                "interval": {},
                "model": "",
                "diagnostics": {},
                "warnings": [],
                "refused": refusal_json(refusal),
                "seed": options.seed,
                "seconds": time.perf_counter() - began,
            }
        given |= parts.asked(method, replace(asked, resamples=None))
    if suppress_below is not None:
        given = estimate_for_public(given, table, small=suppress_below)
    if json:
        _write_json(given, output)
    else:
        typer.echo(_told(given, language), nl=bool(given["estimate"] or parts.any_asked))
    if refused is not None and not json:
        raise refused
    if refused is not None:
        raise typer.Exit(FAILED)


def _plain(answer: Estimate) -> dict[str, Any]:
    from concerted.methods.prevalence import plain

    given: dict[str, Any] = plain(answer.to_json())
    return given | {"seed": answer.seed}


def _told(given: dict[str, Any], language: str) -> str:
    from concerted.interfaces.exchange.prevalence.words import method_text

    return method_text(given, language=language)


def _give(
    panel: dict[str, Any],
    *,
    json: bool,
    html: bool,
    pdf: bool,
    png: bool,
    output: Path | None,
    language: str,
    name: str,
) -> None:
    if json:
        _write_json(panel, output)
    elif html:
        from concerted.interfaces.exchange.prevalence.html import report_html

        _write((report_html(panel, language=language, title=_title(name))).encode(), output)
    elif pdf or png:
        if output is None and sys.stdout.isatty():
            raise Invalid(
                "A file of this kind is not shown in a terminal.",
                where="--pdf" if pdf else "--png",
                remedy="Add --output FILE.",
            )
        from concerted.interfaces.exchange.prevalence.picture import report_pdf, report_png

        written = report_pdf if pdf else report_png
        _write(written(panel, language=language, title=_title(name), fonts=_fonts()), output)
    else:
        from concerted.interfaces.exchange.prevalence.words import panel_text

        typer.echo(panel_text(panel, language=language))


def _title(name: str) -> str:
    return Path(name).stem if name != "-" else "capture table"


def _fonts() -> Sequence[Path]:
    """The installation's typefaces; none where nothing is installed, and the machine's own are used."""
    from concerted.errors import ConcertedError

    try:
        from concerted.interfaces.exchange.fonts import font_folders

        return font_folders()
    except (ImportError, OSError, ConcertedError):
        return ()


def _source(name: str) -> bytes | Path:
    return sys.stdin.buffer.read() if name == "-" else Path(name)


def _stored(path: Path | None, method: str, parts: Parts) -> Any:
    if path is None:
        return None
    if method not in TAKES_RESAMPLES:
        raise Invalid(
            "Stored resamples belong to a method that resamples.",
            where="--resamples",
            remedy=f"Add --method with one of: {', '.join(TAKES_RESAMPLES)}.",
        )
    if parts.read_rows is None:
        raise Invalid(
            "Stored resamples are of a table without strata.",
            where="--resamples",
            remedy="Leave out --strata, or --resamples.",
        )
    from concerted.methods.prevalence import read_resamples

    return read_resamples(path, parts.read_rows)


def _options(
    threshold: float, bootstrap: int | None, seed: int, max_order: int | None, stored: Any
) -> MethodOptions:
    from concerted.methods.prevalence import MethodOptions

    chosen = MethodOptions(threshold=threshold, seed=seed, max_order=max_order, resamples=stored)
    return chosen if bootstrap is None else replace(chosen, bootstrap=bootstrap)


def _panel_options(
    method: str, threshold: float, bootstrap: int | None, seed: int, max_order: int | None, parts: Parts
) -> PanelOptions:
    from concerted.methods.prevalence import PanelOptions

    chosen = PanelOptions(
        threshold=threshold, seed=seed, max_order=max_order, pooling=parts.pooling, linkage=parts.doubt
    )
    if method != EVERY:
        chosen = replace(chosen, methods=(method,), within=method)
    return chosen if bootstrap is None else replace(chosen, bootstrap=bootstrap, search_bootstrap=bootstrap)


def _ensure_method(name: str) -> None:
    from concerted.methods.prevalence import METHODS

    _ensure_named(name, "--method", (EVERY, *METHODS))


def _ensure_named(given: str, option: str, known: Sequence[str]) -> None:
    if given not in known:
        raise Invalid(f"There is no {given!r}.", where=option, remedy=f"Choose from: {', '.join(known)}.")


def _ensure_one(forms: Sequence[tuple[str, bool]]) -> None:
    asked = [name for name, given in forms if given]
    if len(asked) > 1:
        raise Invalid(f"{' and '.join(asked)} exclude each other.", remedy="Ask for one of them at a time.")


def _write_json(value: Any, output: Path | None) -> None:
    if output is None:
        print_json(value)
        return
    import json

    _write((json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode(), output)


def _write(data: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        raise Invalid(
            f"The file cannot be written: {error.strerror}",
            where=str(output),
            remedy="Name a folder that is there.",
        ) from error
    typer.echo(f"{len(data):,} bytes written to {output}", err=True)


@contextmanager
def _bar() -> Iterator[Any]:
    """A function told (done, total, what); it draws on a terminal's standard error and nowhere else."""
    if not sys.stderr.isatty():
        yield lambda done, total, what: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total, what: bar.update(task, completed=done, total=total, description=what)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(str(row[i])) for row in (head, *rows)) for i in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, *rows)
    )


__all__ = ["app"]
