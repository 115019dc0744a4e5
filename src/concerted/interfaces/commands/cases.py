"""Commands of case work: lists in, HTCDS in and out, the service directory; each acts in a named officer's name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from concerted.errors import Invalid, NotThere
from concerted.interfaces.commands.output import JsonFlag, print_json, stand_up

if TYPE_CHECKING:
    from datetime import datetime

    from concerted.foundation.agencies.reads import Officer
    from concerted.interfaces.exchange.case_sheet import CaseMapping

app = typer.Typer(help="Cases: import, export, services.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="CSV or XLSX.", exists=True, dir_okay=False)]
As = Annotated[
    str, typer.Option("--as", help="Username of the case worker in whose name it is done and recorded.")
]
Check = Annotated[bool, typer.Option("--check", help="Say what the import would do, and do nothing.")]
Place = Annotated[
    str,
    typer.Option(
        help="Where cases stand that the file does not place (GB/T 2260); else the place of the officer's agency."
    ),
]
Report = Annotated[
    Path | None, typer.Option(help="Where to write what is to be corrected or looked at (CSV or XLSX).")
]


@app.command("import")
def import_list(
    file: Annotated[Path | None, typer.Argument(help="A case list, CSV or XLSX.")] = None,
    officer: As = "",
    mapping: Annotated[
        str | None,
        typer.Option(
            help="A mapping: a file (YAML), or the name of one you or your agency kept; else usual headings."
        ),
    ] = None,
    keep_as: Annotated[
        str | None, typer.Option(help="Keep the mapping that was used under this name, for you alone.")
    ] = None,
    keep_for_agency: Annotated[
        str | None, typer.Option(help="Keep the mapping under this name for every officer of the agency.")
    ] = None,
    save_mapping: Annotated[
        Path | None, typer.Option(help="Write the mapping that was used, to correct and use again.")
    ] = None,
    place: Place = "",
    check: Check = False,
    report: Report = None,
    targets: Annotated[bool, typer.Option("--targets", help="List the places a column may go to.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Import a case list by a mapping: all rows, or none; every fault is told with its row and cell."""
    stand_up()
    from django.utils import timezone

    from concerted.interfaces.exchange import case_sheet
    from concerted.interfaces.exchange.held_lists import place_of_cases

    if targets:
        _print_targets(as_json)
        return
    if file is None:
        raise Invalid("A case list is needed.", where="FILE", remedy="Or --targets, which lists the places.")
    acting, at = _acting(officer)
    chosen = _mapping(acting, at, mapping) if mapping else None
    home = place_of_cases(acting, place, at=at)
    on = timezone.localdate(at)
    sheet = case_sheet.read_case_sheet(_data(file), file.name, on=on, mapping=chosen, place_code=home)
    if save_mapping is not None:
        save_mapping.write_text(case_sheet.write_mapping(sheet.mapping), encoding="utf-8")
    if keep_as is not None:
        case_sheet.keep_mapping(officer=acting, at=at, mapping=replace(sheet.mapping, name=keep_as))
    if keep_for_agency is not None:
        kept = replace(sheet.mapping, name=keep_for_agency)
        case_sheet.keep_for_agency(officer=acting, at=at, mapping=kept)
    if sheet.faults and report is not None:
        _write_table(case_sheet.faults_table(sheet.faults), report)
    sheet.refuse_faults(file.name)
    done = _import(acting, at, sheet.cases, file.name, check=check)
    _tell({**done, "ignored_columns": list(sheet.ignored), "cautions": list(sheet.cautions)}, as_json)


@app.command("import-htcds")
def import_htcds(
    file: File,
    officer: As = "",
    place: Place = "",
    check: Check = False,
    report: Report = None,
    as_json: JsonFlag = False,
) -> None:
    """Import cases in HTCDS 2.0; what has no place is reported, kept beside the case, and leaves with an export."""
    stand_up()
    from concerted.interfaces.exchange import htcds
    from concerted.interfaces.exchange.held_lists import place_of_cases

    acting, at = _acting(officer)
    home = place_of_cases(acting, place, at=at)
    table = htcds.read_htcds(_data(file), file.name)
    placed = [htcds.as_incoming(record, on=at.date(), place_code=home) for record in table.records]
    unplaced = [*table.unmapped, *(one for _case, left in placed for one in left)]
    if report is not None:
        _write_table(htcds.unmapped_table(sorted(unplaced, key=lambda one: one.row)), report)
    lost = [
        {"row": one.row, "column": one.column, "value": one.value, "why": str(one.why)}
        for one in table.unmapped
        if not one.is_kept
    ]
    done = _import(acting, at, [case for case, _left in placed], file.name, check=check)
    told = {
        **done,
        "without_a_place": len(unplaced),
        "not_read": lost,
        "cautions": [str(c) for c in table.cautions],
    }
    _tell(told, as_json)


@app.command("export-htcds")
def export_htcds(
    to: Annotated[Path, typer.Argument(help="The file to write: .csv or .xlsx.")],
    officer: As = "",
    case: Annotated[
        list[str] | None,
        typer.Option(help="Number of a case; again for more. None: all open cases it leads."),
    ] = None,
    why: Annotated[str, typer.Option(help="What the export is for; it is recorded.")] = "",
    as_json: JsonFlag = False,
) -> None:
    """Export the agency's own words on its cases in HTCDS 2.0; sealed sections are never in it."""
    stand_up()
    from concerted.interfaces.exchange.case_store import export_htcds as export

    acting, at = _acting(officer)
    data, count = export(officer=acting, at=at, numbers=case or (), why=why, format=_format(to))
    _write_new(data, to)
    _tell({"cases": count, "file": str(to)}, as_json)


@app.command("load-services")
def load_services(
    file: Annotated[Path, typer.Argument(help="Services (YAML).", exists=True, dir_okay=False)],
    officer: As = "",
    as_json: JsonFlag = False,
) -> None:
    """Put an agency's services into the directory, or change their entries; the officer is its case supervisor."""
    stand_up()
    from django.db import transaction

    from concerted.interfaces.exchange.service_directory import read_services
    from concerted.mechanism.cases.acts.directory import offer_service

    acting, at = _acting(officer, function="case_supervisor")
    mine = acting.agency.key if acting.agency else ""
    offers = [one for one in read_services(file) if one.agency == mine]
    with transaction.atomic():
        for one in offers:
            offer_service(officer=acting, at=at, key=one.key, kind=one.kind, values=one.values)
    _tell({"agency": mine, "services": len(offers)}, as_json)


def _acting(username: str, *, function: str = "case_worker") -> tuple[Officer, datetime]:
    from concerted.foundation.access.reads import mechanism_now
    from concerted.foundation.agencies.reads import acting_as, officer_by_username

    at = mechanism_now()
    found = officer_by_username(username)
    if found is None:
        raise NotThere(
            f"There is no officer {username!r}.",
            where="--as",
            remedy="Name who acts: it is recorded as theirs.",
        )
    return acting_as(officer=found, on=at.date(), function=function), at


def _mapping(officer: Officer, at: datetime, wanted: str) -> CaseMapping:
    from concerted.interfaces.exchange.case_sheet import agency_mappings, kept_mappings, read_mapping

    shared = {each.name: each for each in agency_mappings(officer=officer, at=at).values()}
    kept = {**shared, **kept_mappings(officer=officer, at=at)}
    if wanted in kept:
        return kept[wanted]
    path = Path(wanted)
    if not path.exists():
        raise NotThere(
            f"There is neither a mapping {wanted!r} of yours or your agency's nor such a file.",
            where="--mapping",
            remedy=f"Kept: {', '.join(kept) or 'none'}.",
        )
    return read_mapping(_text(path), path.name)


def _import(officer: Officer, at: datetime, cases: Any, filename: str, *, check: bool) -> dict[str, Any]:
    from concerted.mechanism.cases.acts.imports import import_cases, try_import

    step = try_import if check else import_cases
    done = step(officer=officer, at=at, cases=cases, source_file=filename)
    numbers = {} if check else {str(row): number for row, number in done.numbers.items()}
    rows = list(done.may_be_known)
    return {**done.audit_detail(), "may_be_known": rows, "checked_only": check, "numbers": numbers}


def _print_targets(as_json: bool) -> None:
    from concerted.interfaces.exchange.case_sheet import targets

    listed = [
        {"key": one.key, "label": str(one.label), "codes": list(one.codes)} for one in targets().values()
    ]
    if as_json:
        print_json(listed)
        return
    for one in listed:
        typer.echo(f"{one['key']:<34} {one['label']}  {', '.join(one['codes'])}".rstrip())


def _tell(told: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(told)
        return
    for name, value in told.items():
        if isinstance(value, list):
            value = f"{len(value)}" + "".join(f"\n  {one}" for one in value)
        elif isinstance(value, dict):
            value = "".join(f"\n  {key}: {one}" for key, one in value.items())
        typer.echo(f"{name}: {value}")


def _data(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        raise Invalid(
            f"{file} cannot be read: {fault.strerror}.", where="FILE", remedy="Check the path."
        ) from fault


def _text(file: Path) -> str:
    try:
        return _data(file).decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Invalid(f"{file} is not UTF-8 text.", where="--mapping", remedy="Save it as UTF-8.") from fault


def _format(to: Path) -> Any:
    from concerted.interfaces.exchange.tables import Format

    try:
        return Format(to.suffix.lower().lstrip("."))
    except ValueError as fault:
        raise Invalid(f"{to.name} is neither .csv nor .xlsx.", where="TO", remedy="Name it so.") from fault


def _write_table(table: Any, to: Path) -> None:
    from concerted.interfaces.exchange.tables import write_table

    to.write_bytes(write_table(table, _format(to)))


def _write_new(data: bytes, to: Path) -> None:
    """Write what names persons so that only its owner reads it, and never over another file."""
    try:
        to.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise Invalid(
            f"{to} is there already; nothing was written.", where="TO", remedy="Name a new file."
        ) from None
    except OSError as fault:
        raise Invalid(
            f"{to} cannot be written: {fault.strerror}.", where="TO", remedy="Check the path."
        ) from fault
    to.write_bytes(data)
