"""Commands that ready, look after and serve the installation; nothing here touches an officer's data."""

import sys
from typing import Annotated

import typer

from concerted.config import assets, environment, messages, postgres, serving, steps
from concerted.errors import Unready
from concerted.interfaces.commands.output import JsonFlag, print_json, stand_up

database_app = typer.Typer(help="The embedded database server.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("serve")(serve)
    app.command("migrate")(migrate)
    app.command("prepare")(prepare)
    app.command("check-setup")(check_setup)
    app.command("compile-messages")(compile_messages)
    database_app.command("start")(start_database)
    database_app.command("stop")(stop_database)
    app.add_typer(database_app, name="database")


def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")] = 8000,
    production: Annotated[
        bool, typer.Option("--production", help="Refuse to start with anything that is for trying out only.")
    ] = False,
) -> None:
    """Serve the prepared site on 127.0.0.1; a web server in front of it speaks HTTPS."""
    if production:
        stand_up()
        from concerted.config.guard import refuse_unready_production

        refuse_unready_production()
    if not environment.claim_run_lock():
        raise Unready(
            "Concerted is already being started or served from this folder.",
            where=environment.holder(),
            remedy="Open the page it serves, or stop that one first.",
        )
    serving.end_orphans()
    serving.ensure_port_is_free(port)
    serving.become_server(port=port, production=production)


def migrate() -> None:
    """Bring the database's schema up to date, as the owner of the tables."""
    steps.migrate()


def prepare(
    demonstration: Annotated[
        bool, typer.Option(help="Whether to fill an invented nation to try Concerted on.")
    ] = True,
) -> None:
    """Take every step of the set-up that is still to take; finished ones are kept."""
    steps.take(
        steps.installation_steps(demonstration=demonstration), tell=lambda text: typer.echo(text, err=True)
    )


def check_setup(as_json: JsonFlag = False) -> None:
    """Tell which steps of the set-up are done; exit code 1 when one is not."""
    found = {step.name: steps.is_done(step) for step in steps.installation_steps()}
    reserved = list(assets.reserved_things())
    if as_json:
        print_json({"steps": found, "reserved_assets": reserved})
    else:
        for name, done in found.items():
            typer.echo(f"{name:<16} {'done' if done else 'to do: ./run --prepare'}")
        for sentence in reserved:
            typer.echo(f"assets           {sentence}")
    if reserved or not all(found.values()):
        sys.exit(1)


def compile_messages() -> None:
    """Compile the translations that changed."""
    typer.echo(f"{messages.compile_messages()} compiled")


def start_database(
    cluster: Annotated[str, typer.Option(help="postgres, or test-postgres for the tests' own.")] = "postgres",
) -> None:
    """Start the embedded server, making or mending it first."""
    server = postgres.ensure_running(cluster=_known(cluster), durable=cluster == "postgres")
    typer.echo(f"running; socket in {server.socket}")


def stop_database(
    cluster: Annotated[str, typer.Option(help="postgres, or test-postgres for the tests' own.")] = "postgres",
) -> None:
    """Stop the embedded server in good order."""
    typer.echo("stopped" if postgres.stop(cluster=_known(cluster)) else "was not running")


def _known(cluster: str) -> str:
    if cluster not in {"postgres", "test-postgres"}:
        raise typer.BadParameter(
            f"{cluster!r} is no cluster; use postgres or test-postgres", param_hint="--cluster"
        )
    return cluster
