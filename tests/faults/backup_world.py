"""A small installation with persons, a file and an erased subject, backed up and restored by the real commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from concerted.config import postgres
from concerted.config.places import ROOT

CONCERTED = Path(sys.executable).parent / "concerted"
KEY = bytes(range(32))


@dataclass
class Machine:
    """Where the commands work: the database's name, the files, the ledger; the tests' own server."""

    database: str
    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What a command is started with."""
        return {
            **os.environ,
            "CONCERTED_DATABASE_NAME": self.database,
            "CONCERTED_FILES": str(self.folder / "vault-files"),
            "CONCERTED_ERASED": str(self.folder / "erased.jsonl"),
            **self.variables,
        }

    def command(self, *arguments: str | Path) -> list[str]:
        """A command line of this machine, with the key in a file where one is needed."""
        words = [str(CONCERTED), *map(str, arguments)]
        if arguments[0] in ("backup", "restore"):
            secret = self.folder / "backup.key"
            secret.parent.mkdir(parents=True, exist_ok=True)
            secret.write_bytes(KEY)
            words += ["--key-file", str(secret), "--json"]
        return words

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run the command to its end."""
        return subprocess.run(
            self.command(*arguments),
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def told(self, *arguments: str | Path) -> dict[str, object]:
        """What the command prints as JSON; it must succeed."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        read: dict[str, object] = json.loads(done.stdout)
        return read

    def killed_at(self, stage: int, *arguments: str | Path) -> bool:
        """Kill the command with SIGKILL as soon as it tells its so manieth stage; whether it came that far."""
        with subprocess.Popen(
            self.command(*arguments),
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stderr is not None
            for number, line in enumerate(process.stderr):
                if number == stage and ": done" not in line:
                    process.kill()
                    process.wait()
                    return True
            return False


def exists(server: postgres.Server, name: str) -> bool:
    """Whether the server has that database."""
    with server.connect() as outside:
        return postgres.database_exists(outside, name=name)


def rows_of(server: postgres.Server, name: str) -> dict[str, int]:
    """Rows of every table of that database; empty when there is none."""
    if not exists(server, name):
        return {}
    with server.connect(database=name) as inside:
        tables = inside.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return {
            table: inside.execute(f'SELECT count(*) FROM "{table}"'.encode()).fetchone()[0]  # type: ignore[index]
            for (table,) in tables
        }


@contextmanager
def empty_machine(server: postgres.Server, folder: Path, name: str) -> Iterator[Machine]:
    """A machine whose database is not there yet; removed afterwards."""
    try:
        yield Machine(name, folder)
    finally:
        with server.connect() as outside:
            for one in (name, f"{name}_restoring"):
                postgres.drop_database(outside, name=one)
