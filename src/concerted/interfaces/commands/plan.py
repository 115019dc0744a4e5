"""Commands that read, load, list, compare, adopt and export plans; the rules are in the acts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from concerted.errors import Invalid, NotThere
from concerted.interfaces.commands.output import JsonFlag, print_json, stand_up, with_progress

if TYPE_CHECKING:
    from concerted.foundation.agencies.reads import Officer
    from concerted.interfaces.exchange.notation import DraftPlan
    from concerted.mechanism.plan.document import PlanDocument

app = typer.Typer(help="Plans of action: read, load, list, compare, adopt, export.", no_args_is_help=True)

OfficeOption = Annotated[
    str,
    typer.Option("--as", help="Username of the officer to act as; without it, the system for the office."),
]


class Form(StrEnum):
    """The two forms of a plan file."""

    YAML = "yaml"
    XLSX = "xlsx"


@app.command("read")
def read(
    file: Annotated[Path, typer.Argument(help="A plan as text (.txt), Markdown (.md) or Word (.docx).")],
    output: Annotated[
        Path | None,
        typer.Option("--output", help="Write the draft as a plan file (.yaml, .xlsx) to correct and load."),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the file that --output names.")
    ] = False,
    key: Annotated[str, typer.Option(help="The plan's key in that file; without it, the file's name.")] = "",
    place: Annotated[
        str, typer.Option(help="The GB/T 2260 code of the province whose plan it is.")
    ] = "000000",
    json: JsonFlag = False,
) -> None:
    """Read a plan written in the official notation and tell what was and was not understood; nothing is stored."""
    stand_up()
    draft = _read_text(file, place)
    found = draft.as_json()
    if output is not None:
        _write_draft(found, file, output, key=key, place=place, overwrite=overwrite)
    if json:
        print_json(_documented(found))
        return
    _tell_reading(found)
    if output is not None:
        typer.echo(str(output), err=True)


def _tell_reading(found: dict[str, Any]) -> None:
    typer.echo(found["title"] or "(no title)")
    if period := found["period"]:
        typer.echo(f"{period['from']} - {period['to']}")
    goals = {goal["line"] for goal in found["objectives"]}
    headings = [one | {"kind": "heading"} for one in found["strands"] if one["line"] not in goals]
    rest = [
        *(one | {"kind": "objective"} for one in found["objectives"]),
        *(one | {"kind": "measure"} for one in found["measures"]),
    ]
    for one in sorted([*headings, *rest], key=lambda each: each["line"]):
        if one["kind"] == "heading":
            typer.echo(f"\n{'  ' if one['strand'] else ''}{one['number']} {one['title']}".rstrip())
        elif one["kind"] == "objective":
            typer.echo(f"  Objective: {' '.join(part for part in (one['number'], one['text']) if part)}")
        else:
            below = "  " if one["parent_line"] else ""
            leads, supports = (", ".join(one[part]) or "-" for part in ("leads", "supports"))
            typer.echo(f"  {below}{one['number'] or '-':<6} {one['text']}")
            typer.echo(f"  {below}       leads: {leads}; supports: {supports}")
            for detail in one["details"]:
                typer.echo(f"  {below}       {detail}")
    for unknown in found["unknown_agencies"]:
        nearest = ", ".join(unknown["nearest"])
        like = (
            f"nearest: {nearest}" if nearest else "a group" if unknown["collective"] else "no name is like it"
        )
        part = f", {unknown['role']}" if unknown["role"] else ""
        typer.echo(f"line {unknown['line']}: unknown agency {unknown['text']}{part} ({like})", err=True)
    for left in found["unplaced"]:
        typer.echo(f"line {left['line']}: not placed: {left['text']}", err=True)


_KEYS = {
    "measures": (
        "number",
        "strand",
        "objective",
        "text",
        "leads",
        "supports",
        "line",
        "parent_line",
        "note",
        "details",
    ),
    "unknown_agencies": ("text", "line", "nearest", "role"),
    "unplaced": ("text", "line"),
    "strands": ("number", "title", "strand", "line"),
    "objectives": ("number", "strand", "text", "line"),
}


def _documented(found: dict[str, Any]) -> dict[str, Any]:
    """The reading in the published form."""
    listed = {name: [{key: one[key] for key in keys} for one in found[name]] for name, keys in _KEYS.items()}
    return {"title": found["title"], "period": found["period"], **listed}


def _read_text(file: Path, place: str) -> DraftPlan:
    """The reading by the register's agencies; by those of the reference data where there is no database."""
    from django.db import DatabaseError

    from concerted.errors import Unready
    from concerted.foundation.access.reads import mechanism_now
    from concerted.interfaces.exchange.notation import read_plan
    from concerted.interfaces.exchange.plan_store import agency_rows, read_plan_text
    from concerted.interfaces.exchange.reference import read_agencies

    try:
        if agency_rows():
            return read_plan_text(file, file.name, on=mechanism_now().date(), place=place)
    except (DatabaseError, Unready):
        pass
    rows = [(a.key, a.name_en, a.name_zh, a.aliases) for a in read_agencies().agencies]
    return read_plan(file, file.name, rows)


def _write_draft(
    found: dict[str, Any], file: Path, output: Path, *, key: str, place: str, overwrite: bool
) -> None:
    from django.utils.text import slugify

    from concerted.interfaces.exchange.plan_store import is_plan_file, plan_file_of
    from concerted.mechanism.plan.acts.drafts import document_of_reading

    if not is_plan_file(output.name):
        raise Invalid(
            "A plan file is YAML or XLSX.", where=str(output), remedy="End its name in .yaml or .xlsx."
        )
    document = document_of_reading(
        found,
        filename=file.name,
        key=key or slugify(output.stem) or "draft",
        level="national" if place == "000000" else "province",
        place_code=place,
    )
    form = Form.XLSX if output.suffix.lower() == ".xlsx" else Form.YAML
    content = plan_file_of(document, name=output.stem, format=form.value).content
    try:
        with output.open("wb" if overwrite else "xb") as target:
            target.write(content)
    except FileExistsError as fault:
        raise Invalid(
            "There is a file of that name already.",
            where=str(output),
            remedy="Choose another name, or replace it with --overwrite.",
        ) from fault
    except OSError as fault:
        raise Invalid(
            "The file cannot be written.",
            where=f"{output}: {fault.strerror}",
            remedy="Choose another place with --output.",
        ) from fault


@app.command("load")
def load(
    files: Annotated[list[Path], typer.Argument(help="Plan files (.yaml, .xlsx).")],
    adopt: Annotated[bool, typer.Option("--adopt", help="Adopt each on the day its file gives.")] = False,
    officer: OfficeOption = "",
    json: JsonFlag = False,
) -> None:
    """Store plan files as draft versions, or adopt them at once; all of a file or nothing of it."""
    stand_up()
    from concerted.interfaces.exchange.plan_store import load_plan, read_plan_file

    with _office(officer) as (acting_officer, at):
        done = []
        for path in with_progress(files, title="Loading", total=len(files)):
            document = read_plan_file(path, path.name)
            on = _adoption_day(document, path) if adopt else None
            loaded = load_plan(officer=acting_officer, at=at, document=document, adopt_on=on)
            done.append(_told(loaded.version) | {"file": str(path), "new": loaded.is_new})
    if json:
        print_json(done)
        return
    for one in done:
        typer.echo(
            f"{one['plan']} version {one['version']}: {one['state']}{'' if one['new'] else ' (already there)'}"
        )


def _adoption_day(document: PlanDocument, path: Path) -> date:
    if isinstance(document.plan.adopted, date):
        return document.plan.adopted
    raise Invalid(
        "The file does not say when the plan was adopted.",
        where=str(path),
        remedy="Write plan.adopted, or load it without --adopt and use: concerted plan adopt KEY --on DAY",
    )


@app.command("list")
def list_plans(json: JsonFlag = False, officer: OfficeOption = "") -> None:
    """List every plan with what is in force and whether a draft is open."""
    stand_up()
    from concerted.mechanism.plan.reads.documents import plan_summaries

    with _office(officer):
        rows = [
            {
                "plan": one.plan.key,
                "title": one.plan.title_en,
                "title_zh": one.plan.title_zh,
                "in_force": one.in_force.number if one.in_force else None,
                "adopted_on": one.in_force.adopted_on if one.in_force else None,
                "draft": one.draft.number if one.draft else None,
                "measures": one.measures,
                "not_fully_read": one.unread,
            }
            for one in plan_summaries()
        ]
    if json:
        print_json(rows)
        return
    for row in rows:
        force = (
            f"version {row['in_force']}, adopted {row['adopted_on'] or '(day not read)'}"
            if row["in_force"]
            else "nothing in force"
        )
        draft = f", draft {row['draft']}" if row["draft"] else ""
        unread = f", {row['not_fully_read']} not fully read" if row["not_fully_read"] else ""
        typer.echo(f"{row['plan']:<24} {force}{draft}; {row['measures']} measures{unread}")


@app.command("adopt")
def adopt(
    key: Annotated[str, typer.Argument(help="The plan's key.")],
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day of adoption, YYYY-MM-DD.")],
    officer: OfficeOption = "",
    json: JsonFlag = False,
) -> None:
    """Adopt the plan's open draft: it is frozen and comes into force; the version before is superseded."""
    stand_up()
    from concerted.mechanism.plan.acts.documents import adopt_version
    from concerted.mechanism.plan.reads.documents import open_draft, plan_by_key

    with _office(officer) as (acting_officer, at):
        draft = open_draft(plan_by_key(key))
        if draft is None:
            raise NotThere("The plan has no open draft.", where=key, remedy="See: concerted plan list")
        _tell_ended(draft)
        version = adopt_version(officer=acting_officer, at=at, version=draft, adopted_on=on.date())
    if json:
        print_json(_told(version))
    else:
        typer.echo(f"{key} version {version.number} is in force; SHA-256 {version.content_hash}")


def _tell_ended(draft: Any) -> None:
    """On standard error, which measures end with the draft, and which new one is worded much like one of them."""
    from django.utils.translation import gettext as _

    from concerted.mechanism.plan.reads.naming import left_behind
    from concerted.mechanism.plan.reads.resembling import resemblances

    if ended := left_behind(draft):
        keys = ", ".join(measure.key for measure in ended)
        typer.echo(_("Ends with this version: %(keys)s.") % {"keys": keys}, err=True)
    for one in resemblances(draft):
        told = {"old": one.ended.key, "new": one.new.key, "alike": one.alike}
        typer.echo(_("%(new)s is worded much like %(old)s (%(alike)s of 100).") % told, err=True)


@app.command("export")
def export(
    key: Annotated[str, typer.Argument(help="The plan's key.")],
    form: Annotated[Form, typer.Option("--format", help="yaml or xlsx.")] = Form.YAML,
    version: Annotated[int | None, typer.Option(help="Its number; without it, the version in force.")] = None,
    to: Annotated[
        Path | None, typer.Option(help="The file to write; without it, YAML goes to standard output.")
    ] = None,
    officer: OfficeOption = "",
) -> None:
    """Write a version as a plan file, which reads back as exactly this version."""
    stand_up()
    from concerted.interfaces.exchange.plan_store import export_plan
    from concerted.mechanism.plan.reads.documents import plan_by_key, version_of

    with _office(officer) as (acting_officer, at):
        chosen = version_of(plan_by_key(key), version)
        made = export_plan(officer=acting_officer, at=at, version=chosen, format=form.value)
    if to is None and form is Form.YAML:
        typer.echo(made.content.decode(), nl=False)
        return
    target = to or Path(made.name)
    try:
        target.write_bytes(made.content)
    except OSError as fault:
        raise Invalid(
            "The file cannot be written.",
            where=f"{target}: {fault.strerror}",
            remedy="Choose another place with --to.",
        ) from fault
    typer.echo(str(target), err=True)


@app.command("diff")
def diff(
    before: Annotated[str, typer.Argument(help="KEY, KEY@VERSION or a plan file.")],
    after: Annotated[str, typer.Argument(help="KEY, KEY@VERSION or a plan file.")],
    officer: OfficeOption = "",
    json: JsonFlag = False,
) -> None:
    """Compare two versions or files field by field; exit code 0 whether or not they differ."""
    stand_up()
    from concerted.mechanism.plan.canonical import plain
    from concerted.mechanism.plan.reads.documents import differences

    with _office(officer) as (acting_officer, at):
        found = differences(_document(before, acting_officer, at), _document(after, acting_officer, at))
    if json:
        print_json(
            [
                {
                    "entry": d.entry,
                    "kind": d.kind,
                    "field": d.field,
                    "before": plain(d.before),
                    "after": plain(d.after),
                }
                for d in found
            ]
        )
        return
    for one in found:
        typer.echo(f"{one.kind} {one.entry} {one.field}".rstrip())
        typer.echo(f"  - {plain(one.before)}\n  + {plain(one.after)}")
    typer.echo(f"{len(found)} differences", err=True)


def _document(named: str, officer: Officer, at: datetime) -> PlanDocument:
    from concerted.interfaces.exchange.plan_store import is_plan_file, read_plan_file
    from concerted.mechanism.plan.reads.documents import plan_by_key, read_document, version_of

    if is_plan_file(named):
        return read_plan_file(Path(named), named)
    key, _, number = named.partition("@")
    if number and not number.isdecimal():
        raise Invalid("A version is a number.", where=named, remedy="Write KEY@2.")
    chosen = version_of(plan_by_key(key), int(number) if number else None)
    return read_document(officer=officer, at=at, version=chosen)


def _told(version: Any) -> dict[str, Any]:
    return {
        "plan": version.plan.key,
        "version": version.number,
        "state": str(version.state),
        "hash": version.content_hash,
    }


@contextmanager
def _office(username: str) -> Iterator[tuple[Officer, datetime]]:
    """The officer the command acts as, and the mechanism's time, with the officer's agency known to the database."""
    from concerted.foundation.access.acts import bootstrap_machine_officer
    from concerted.foundation.access.door import acting
    from concerted.foundation.access.reads import mechanism_now
    from concerted.foundation.agencies.reads import act_under, acting_as, officer_by_username

    at = mechanism_now()
    if username:
        named = officer_by_username(username)
        if named is None:
            raise NotThere("There is no such officer.", where=username, remedy="Check the username.")
        officer = act_under(officer=named, on=at.date())
    else:
        machine = bootstrap_machine_officer(at=at)
        officer = acting_as(officer=machine, on=at.date(), function="secretariat")
    with acting(officer, at):
        yield officer, at
