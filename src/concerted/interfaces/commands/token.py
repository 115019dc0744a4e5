"""Commands that issue, list and revoke an officer's API keys; a key is shown once and never kept."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from concerted.errors import NotThere
from concerted.interfaces.commands.output import JsonFlag, print_json, stand_up

if TYPE_CHECKING:
    from datetime import datetime

    from concerted.foundation.agencies.reads import Officer

app = typer.Typer(help="API keys of officers: issue, list, revoke.", no_args_is_help=True)

Username = Annotated[str, typer.Argument(help="The officer's username.")]


@app.command("issue")
def issue(
    username: Username,
    label: Annotated[str, typer.Option(help="What the key is for.")],
    scope: Annotated[
        list[str] | None,
        typer.Option(
            help="read, write, cases:read, cases:write or a permission; may be given several times."
        ),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="For how many days.")] = 90,
    appointment: Annotated[
        int | None, typer.Option(help="Number of the appointment it acts under; the first live one without.")
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Issue a key under an officer's appointment and print its secret, this once."""
    stand_up()
    from django.utils import timezone

    from concerted.foundation.access.acts import issue_token

    officer, at = _acting(username, appointment)
    now = timezone.now()
    token, secret = issue_token(
        officer=officer,
        at=at,
        label=label,
        scopes=scope or ["read"],
        issued_at=now,
        expires_at=now + timedelta(days=days),
    )
    if json:
        print_json({"id": token.pk, "key": secret, "scopes": token.scopes, "expires_at": token.expires_at})
        return
    typer.echo(f"Key {token.pk} of {username}, until {token.expires_at:%Y-%m-%d}. It is shown only now:")
    typer.echo(secret)


@app.command("list")
def list_keys(username: Username, json: JsonFlag = False) -> None:
    """Print every key ever issued to an officer, newest first; never the secrets."""
    stand_up()
    from concerted.foundation.access.reads import tokens_of

    officer, _at = _acting(username, None)
    rows = [
        {
            "id": token.pk,
            "label": token.label,
            "scopes": token.scopes,
            "agency": token.appointment.post.agency.key,
            "expires_at": token.expires_at,
            "revoked_at": token.revoked_at,
        }
        for token in tokens_of(officer=officer)
    ]
    if json:
        print_json(rows)
        return
    for row in rows:
        state = f"revoked {row['revoked_at']}" if row["revoked_at"] else f"until {row['expires_at']}"
        typer.echo(f"{row['id']}  {row['label']}  {','.join(row['scopes'])}  {row['agency']}  {state}")


@app.command("revoke")
def revoke(username: Username, number: Annotated[int, typer.Argument(help="Number of the key.")]) -> None:
    """End a key at once."""
    stand_up()
    from django.utils import timezone

    from concerted.foundation.access.acts import revoke_token
    from concerted.foundation.access.reads import token_by_id

    officer, at = _acting(username, None)
    token = token_by_id(officer=officer, number=number)
    if token is None:
        raise NotThere(f"{username} has no key {number}.", remedy="See: concerted token list USERNAME")
    revoke_token(officer=officer, at=at, token=token, revoked_at=timezone.now())
    typer.echo(f"Key {number} is revoked.")


def _acting(username: str, appointment: int | None) -> tuple[Officer, datetime]:
    from concerted.foundation.access.reads import mechanism_now
    from concerted.foundation.agencies.reads import act_under, officer_by_username

    at = mechanism_now()
    found = officer_by_username(username)
    if found is None:
        raise NotThere(f"There is no officer {username}.", remedy="Use `concerted officer register` first.")
    officer = act_under(officer=found, on=at.date(), appointment_id=appointment)
    if appointment is not None and (officer.acting is None or officer.acting.pk != appointment):
        raise NotThere(
            f"{username} has no live appointment {appointment}.",
            remedy="See: concerted officer show USERNAME",
        )
    return officer, at
