"""A database of its own on the durable server for these measurements; the site has another one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

NAME = "concerted_bench_plan"
ROOT = Path(__file__).resolve().parents[2]


def choose() -> None:
    """Point this process and its children at the measuring database; call it before Django is set up."""
    os.environ["CONCERTED_DATABASE_NAME"] = NAME
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concerted.config.settings")
    for variable in ("CONCERTED_DATABASE_CLUSTER", "CONCERTED_DATABASE_URL"):
        os.environ.pop(variable, None)


def make_anew() -> None:
    """Empty it: drop, create and migrate."""
    from concerted.config import database, postgres

    server = database.embedded_server()
    drop()
    postgres.ensure_database(server, name=NAME)
    subprocess.run(
        [sys.executable, "-m", "concerted.config.migrating"],
        env={**os.environ, "CONCERTED_DATABASE_ROLE": "owner"},
        cwd=ROOT,
        check=True,
    )


def drop() -> None:
    """Remove it."""
    from concerted.config import database, postgres

    with database.embedded_server().connect() as connection:
        postgres.drop_database(connection, name=NAME)
