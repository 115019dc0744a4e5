"""Commands that register officers, appoint them and end appointments, through the same door as the pages."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from concerted.errors import Conflict, NotThere
from concerted.interfaces.commands.output import JsonFlag, print_json, stand_up

if TYPE_CHECKING:
    from concerted.foundation.agencies.reads import Appointment, Officer

app = typer.Typer(help="Officers and their appointments.", no_args_is_help=True)

Username = Annotated[str, typer.Argument(help="The officer's username.")]
Function = Annotated[str, typer.Option(help="What the post is for: secretariat, focal_point, clearer ...")]
Day = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A day, YYYY-MM-DD; today when left out.")
]


@app.command("first-administrator")
def first_administrator(
    username: Username,
    name: Annotated[str, typer.Option(help="The officer's name.")],
    agency: Annotated[str, typer.Option(help="Key of the officer's agency.")] = "mps-cid",
) -> None:
    """Register and appoint the first human administrator and print a password for the first sign-in.

    Refused once there is one: from then on, administrators appoint each other.
    """
    stand_up()
    from concerted.foundation.agencies.reads import holders_of

    machine, at = _machine()
    if holders_of(function="administrator", on=at.date()):
        raise Conflict(
            "There is an administrator already.",
            remedy="Let that officer make the appointment on the officers' page.",
        )
    password = secrets.token_urlsafe(15)
    _register(machine, at, username, name, "", "", password)
    _appoint(machine, at, username, agency, "administrator", "Administrator", "管理员", at.date(), None)
    typer.echo(f"{username} is administrator. Password for the first sign-in: {password}")


@app.command("register")
def register(
    username: Username,
    name: Annotated[str, typer.Option(help="The officer's name.")],
    name_zh: Annotated[str, typer.Option(help="The name in Chinese.")] = "",
    email: Annotated[str, typer.Option(help="Where reminders go.")] = "",
    json: JsonFlag = False,
) -> None:
    """Enter an officer, without any right, and print a password for the first sign-in."""
    stand_up()
    machine, at = _machine()
    password = secrets.token_urlsafe(15)
    officer = _register(machine, at, username, name, name_zh, email, password)
    if json:
        print_json({"id": officer.pk, "username": username, "password": password})
    else:
        typer.echo(f"{username} is registered. Password for the first sign-in: {password}")


@app.command("appoint")
def appoint(
    username: Username,
    agency: Annotated[str, typer.Option(help="Key of the agency.")],
    function: Function,
    title: Annotated[str, typer.Option(help="Title of the desk.")] = "",
    title_zh: Annotated[str, typer.Option(help="Title in Chinese.")] = "",
    start: Day = None,
    end: Day = None,
) -> None:
    """Open a desk of that function in the agency and put the officer into it."""
    stand_up()
    machine, at = _machine()
    first = start.date() if start else at.date()
    made = _appoint(
        machine,
        at,
        username,
        agency,
        function,
        title or function.replace("_", " ").capitalize(),
        title_zh,
        first,
        end.date() if end else None,
    )
    typer.echo(f"Appointment {made.pk}: {username}, {function} in {agency} from {first}.")


@app.command("end")
def end(
    appointment: Annotated[
        int, typer.Argument(help="Number of the appointment; `concerted officer show` tells it.")
    ],
    reason: Annotated[str, typer.Option(help="Why it ends; kept with the appointment.")],
    day: Day = None,
) -> None:
    """Let an appointment give no right from a day on."""
    stand_up()
    from concerted.foundation.access.acts import end_appointment
    from concerted.foundation.agencies.reads import appointment_by_id

    machine, at = _machine()
    found = appointment_by_id(appointment)
    if found is None:
        raise NotThere(f"There is no appointment {appointment}.")
    on = day.date() if day else at.date()
    end_appointment(officer=machine, at=at, appointment=found, on=on, reason=reason)
    typer.echo(f"Appointment {appointment} ends on {on}.")


@app.command("password")
def password(username: Username) -> None:
    """Give an officer a fresh password, print it once, and end the officer's sessions."""
    stand_up()
    from concerted.foundation.access.acts import set_password

    machine, at = _machine()
    fresh = secrets.token_urlsafe(15)
    set_password(officer=machine, at=at, holder=_officer(username), password=fresh)
    typer.echo(f"New password of {username}: {fresh}")


@app.command("show")
def show(username: Username, json: JsonFlag = False) -> None:
    """Print an officer's appointments, past ones too."""
    stand_up()
    from concerted.foundation.agencies.reads import appointments_of

    rows = [
        {
            "appointment": one.pk,
            "agency": one.post.agency.key,
            "function": one.post.function,
            "from": one.valid_from,
            "to": one.valid_to,
            "ended_reason": one.ended_reason,
        }
        for one in appointments_of(officer=_officer(username))
    ]
    if json:
        print_json(rows)
        return
    for row in rows:
        typer.echo("  ".join(str(value if value is not None else "-") for value in row.values()))


def _machine() -> tuple[Officer, datetime]:
    from concerted.foundation.access.acts import bootstrap_machine_officer
    from concerted.foundation.access.reads import mechanism_now

    at = mechanism_now()
    return bootstrap_machine_officer(at=at), at


def _officer(username: str) -> Officer:
    from concerted.foundation.agencies.reads import officer_by_username

    found = officer_by_username(username)
    if found is None:
        raise NotThere(f"There is no officer {username}.", remedy="Use `concerted officer register` first.")
    return found


def _register(
    machine: Officer, at: datetime, username: str, name: str, name_zh: str, email: str, password: str
) -> Officer:
    from concerted.foundation.access.acts import register_officer

    return register_officer(
        officer=machine,
        at=at,
        username=username,
        name_en=name,
        name_zh=name_zh,
        email=email,
        password=password,
    )


def _appoint(
    machine: Officer,
    at: datetime,
    username: str,
    agency: str,
    function: str,
    title: str,
    title_zh: str,
    first: date,
    last: date | None,
) -> Appointment:
    from concerted.foundation.access.acts import appoint as make_appointment
    from concerted.foundation.access.acts import create_post
    from concerted.foundation.agencies.reads import agency_by_key

    found = agency_by_key(agency)
    if found is None:
        raise NotThere(
            f"There is no agency {agency}.", remedy="The page of agencies and places tells their keys."
        )
    post = create_post(
        officer=machine, at=at, agency=found, function=function, title_en=title, title_zh=title_zh
    )
    return make_appointment(
        officer=machine, at=at, appointee=_officer(username), post=post, valid_from=first, valid_to=last
    )
