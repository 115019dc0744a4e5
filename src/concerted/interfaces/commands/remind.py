"""`concerted remind`: shows who would be reminded, sends it, and takes the steps that are due; decides no rule."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from concerted.errors import Invalid
from concerted.interfaces.commands.output import JsonFlag, print_json, stand_up

if TYPE_CHECKING:
    from concerted.foundation.agencies.reads import Officer
    from concerted.foundation.obligations.reads import DigestPreview

app = typer.Typer(help="Remind of what is due and take overdue matters a step up.", no_args_is_help=True)
OnOption = Annotated[str, typer.Option("--on", help="The day to act on, as 2010-03-15; by default today.")]

BECAUSE = {
    "": "answers for the agency",
    "no_focal_point": "the agency has no focal point",
    "agency_above": "nobody is in post at the agency; this is the agency above",
    "office_itself": "nobody is in post there or above; this is the office that is owed",
}


@app.command()
def preview(on: OnOption = "", json: JsonFlag = False) -> None:
    """Say who would get what; nothing is sent."""
    officer, at = _office(on)
    from concerted.foundation.obligations.reads import preview_reminders

    found = preview_reminders(officer=officer, at=at)
    if json:
        print_json(
            {
                "on": found.for_day,
                "digests": [_digest(each) for each in found.digests],
                "held_back": found.held_back,
                "unreachable": [_line(line) for line in found.unreachable],
            }
        )
        return
    for each in found.digests:
        address = each.recipient.email or "no address: in the application only"
        typer.echo(f"{each.recipient.username} <{address}>, {each.agency.name_en}: {BECAUSE[each.because]}")
        for line in each.lines:
            typer.echo(f"  {line.rule:>4} days  due {line.obligation.due}  {line.obligation.label_en}")
    for line in found.unreachable:
        typer.echo(f"nobody to tell: {line.obligation.label_en}")
    typer.echo(
        f"{found.line_count} lines to {len(found.digests)} recipients on {found.for_day};"
        f" {found.held_back} held back by the minimum gap"
    )


@app.command()
def send(on: OnOption = "", json: JsonFlag = False) -> None:
    """Send what the preview shows, once; a second run sends nothing twice."""
    officer, at = _office(on)
    from concerted.foundation.obligations.acts import send_reminders

    batch = send_reminders(officer=officer, at=at)
    if json:
        print_json({"on": batch.for_day, "recipients": batch.recipients, "lines": batch.lines})
        return
    typer.echo(f"{batch.lines} lines to {batch.recipients} recipients on {batch.for_day}")


@app.command()
def escalate(on: OnOption = "", json: JsonFlag = False) -> None:
    """Take every step of every ladder that is due, each once."""
    officer, at = _office(on)
    from concerted.foundation.obligations.acts import escalate_due

    taken = escalate_due(officer=officer, at=at)
    if json:
        print_json({"on": at.date(), "steps": taken.steps})
        return
    typer.echo(f"{taken.steps} steps taken on {at.date()}")


def _office(on: str) -> tuple[Officer, datetime]:
    """The system's officer for the office, and the moment: this hour of the day asked for."""
    stand_up()
    import concerted.mechanism.plan.kinds  # noqa: F401
    from concerted.foundation.access.reads import mechanism_now
    from concerted.foundation.obligations.acts import office_machine

    at = mechanism_now()
    if on:
        try:
            day = date.fromisoformat(on)
        except ValueError:
            raise Invalid(f"{on!r} is not a day", where="--on", remedy="Write it as 2010-03-15.") from None
        at = at.replace(year=day.year, month=day.month, day=day.day)
    return office_machine(at=at), at


def _digest(each: DigestPreview) -> dict[str, Any]:
    return {
        "recipient": each.recipient.username,
        "agency": each.agency.key,
        "because": str(each.because),
        "lines": [_line(line) for line in each.lines],
    }


def _line(line: Any) -> dict[str, Any]:
    return {
        "obligation": line.obligation.pk,
        "label": line.obligation.label_en,
        "due": line.obligation.due,
        "rule": line.rule,
    }
