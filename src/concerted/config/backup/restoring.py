"""Restores a checked backup onto an empty machine: whole and verified, or nothing; it never overwrites data."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from concerted.config import database, postgres, steps
from concerted.config.places import SECRETS
from concerted.config.secrets import write_private
from concerted.errors import Conflict, Invalid, Unready

from .checking import check_backup, decrypt_sample, refuse_other_counts, table_counts
from .container import BackupKey, members
from .manifest import Manifest

Tell = Callable[[str], None]
_SCRATCH = "_restoring"


def prepare_target() -> str:
    """Choose where Django will work, before it is set up: as owner, in a database beside the real one.

    Returns the real database's name. On a named server the empty database itself is filled, in one
    transaction.
    """
    name = os.environ.get("CONCERTED_DATABASE_NAME", database.DATABASE)
    os.environ["CONCERTED_DATABASE_ROLE"] = "owner"
    if database.is_embedded():
        os.environ["CONCERTED_DATABASE_NAME"] = f"{name}{_SCRATCH}"
    return name


def restore_backup(
    source: Path,
    key: BackupKey,
    *,
    name: str,
    manifest: Manifest | None = None,
    tell: Tell = lambda text: None,
) -> dict[str, Any]:
    """Check the whole backup, refuse a machine that holds data, restore, verify, and only then put it into use.

    name: what prepare_target returned; Django is set up. Returns what was found. Raises Invalid for a damaged
    backup, Conflict for a machine that is not empty, Unready for a version that does not fit.
    """
    manifest = manifest or check_backup(source, key)
    tell("looking whether the machine is empty")
    embedded = database.is_embedded()
    server = database.embedded_server() if embedded else None
    _refuse_unfit(manifest)
    _refuse_data(server, name)
    small = _small_members(source, key)
    _refuse_other_keys(small)
    scratch = f"{name}{_SCRATCH}"
    try:
        if server is not None:
            _drop(server, scratch)
            postgres.ensure_database(server, name=scratch)
        tell("database and files")
        _load(source, key, tell)
        found = _verified(manifest, small, tell)
        if server is not None:
            _take_into_use(server, scratch, name)
    finally:
        if server is not None:
            _drop(server, scratch)
    tell("done")
    return found


def _refuse_unfit(manifest: Manifest) -> None:
    newer = sorted(set(manifest.migrations) - _own_migrations())
    if newer:
        raise Unready(
            "The backup was made by a newer version; nothing was touched.",
            where=", ".join(newer[:3]),
            remedy="Restore it with the version that made it, or a later one.",
        )


def _refuse_data(server: postgres.Server | None, name: str) -> None:
    if server is not None:
        with server.connect() as outside:
            if not postgres.database_exists(outside, name=name):
                return
        with server.connect(user=postgres.OWNER, database=name) as inside:
            tables = inside.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    else:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
            tables = cursor.fetchone()
    if tables != (0,):
        raise Conflict(
            "This installation holds data; nothing was touched.",
            where=f"database {name}",
            remedy="Restore onto an empty machine, or name an empty folder in CONCERTED_VAR.",
            code="not_empty",
        )


def _small_members(source: Path, key: BackupKey) -> dict[str, bytes]:
    """Keys and ledger, which stand beside database and files."""
    return {
        name: content
        for name, content in members(source, key)
        if name.startswith("secrets/") or name == "erased.jsonl"
    }


def _refuse_other_keys(small: dict[str, bytes]) -> None:
    for name, content in small.items():
        path = SECRETS / name.removeprefix("secrets/")
        if path.name.startswith("vault_") and path.exists() and path.read_bytes() != content:
            raise Conflict(
                "This installation has keys of its own; nothing was touched.",
                where=str(path),
                remedy="Restore onto an empty machine, or name an empty folder in CONCERTED_VAR.",
                code="not_empty",
            )


def _load(source: Path, key: BackupKey, tell: Tell) -> None:
    """One pass: the dump flows into pg_restore, each file to its place; what lies there without a row is harmless."""
    from concerted.foundation.vault.files import keeping

    restoring: _Restore | None = _Restore()
    files = 0
    try:
        for name, content in members(source, key):
            part, _slash, rest = name.partition("/")
            if part == "database" and restoring is not None:
                restoring.feed(content)
                tell("database")
                continue
            if part == "files":
                if restoring is not None:
                    restoring.finish()
                    restoring = None
                keeping.put(UUID(hex=rest), lambda file, content=content: file.write(content))  # type: ignore[misc]
                files += 1
                if files % 100 == 1:
                    tell(f"files, {files}")
        if restoring is not None:
            restoring.finish()
            restoring = None
    finally:
        if restoring is not None:
            restoring.abandon()


class _Restore:
    """pg_restore at work in one transaction: whatever goes wrong, nothing of it stays."""

    def __init__(self) -> None:
        from django.db import connection

        facts = connection.settings_dict
        command = [
            str(postgres.program("pg_restore")),
            *("--single-transaction", "--exit-on-error", "--no-owner", "--no-comments"),
            *("--host", facts["HOST"], "--port", str(facts["PORT"] or postgres.PORT)),
            *("--username", facts["USER"], "--no-password", "--dbname", facts["NAME"]),
        ]
        self._process = subprocess.Popen(
            command,
            env={**os.environ, "PGPASSWORD": facts["PASSWORD"], "LC_ALL": "C"},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        self._words = b""
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def feed(self, part: bytes) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(part)
        except BrokenPipeError:
            self.finish()

    def finish(self) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        code = self._process.wait()
        self._listener.join()
        if code:
            raise Unready(
                "The database could not be restored; nothing was put into use.",
                where="pg_restore",
                remedy=self._words.decode(errors="replace").strip()[-2000:],
            )

    def abandon(self) -> None:
        self._process.kill()
        self._process.wait()

    def _listen(self) -> None:
        assert self._process.stderr is not None
        self._words = self._process.stderr.read()


def _verified(manifest: Manifest, small: dict[str, bytes], tell: Tell) -> dict[str, Any]:
    from django.db import connection

    from concerted.foundation.audit.acts import ensure_epoch
    from concerted.foundation.audit.verify import verify
    from concerted.foundation.vault import acts, keys, tombstones

    def execute(query: str) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    tell("counting rows")
    refuse_other_counts(manifest, table_counts(execute))
    ensure_epoch()
    _write_keys(small)
    keys.forget()
    known = {f"{app}.{name}" for app, name in execute("SELECT app, name FROM django_migrations")}
    if known != _own_migrations():
        tell("bringing the schema up to date")
        connection.close()
        steps.migrate()
    tell("applying erasures again")
    erased = acts.reapply(_ledger(small))
    tombstones.standing()
    tell("verifying the record")
    verdict = verify()
    tell("opening a sample")
    sample, faults = decrypt_sample()
    lost = _lost_files()
    if (not verdict.intact or faults or lost) and not manifest.faults:
        raise Invalid(
            "What was restored does not verify; it was not put into use.",
            where="; ".join([*(str(one.fault) for one in verdict.findings), *faults, *lost][:5]),
            remedy="Try again, or use another copy.",
        )
    if manifest.audit["head"] != verdict.head:
        raise Invalid("The record's last seal is another one.", where="audit", remedy="Use another copy.")
    connection.close()
    return manifest.summary() | {"erased_again": len(erased), "sample": sample, "intact": verdict.intact}


def _own_migrations() -> set[str]:
    from django.db.migrations.loader import MigrationLoader

    disk = MigrationLoader(None).disk_migrations or {}
    return {f"{app}.{name}" for app, name in disk}


def _write_keys(small: dict[str, bytes]) -> None:
    for name, content in small.items():
        if name.startswith("secrets/"):
            write_private(SECRETS / name.removeprefix("secrets/"), content.decode())


def _ledger(small: dict[str, bytes]) -> list[Any]:
    """Every tombstone: the backup's, and those of this machine's own ledger, which may be newer."""
    from concerted.foundation.vault import tombstones

    if "erased.jsonl" in small:
        copy = tombstones.ledger().with_name("erased-in-backup.jsonl")
        write_private(copy, small["erased.jsonl"].decode())
        tombstones.merge(tombstones.standing(copy))
        copy.unlink()
    return tombstones.standing()


def _lost_files() -> list[str]:
    import hashlib

    from concerted.foundation.vault.files.keeping import path_of
    from concerted.foundation.vault.models import StoredFile

    lost = []
    for row in StoredFile.objects.filter(removed_at=None).only("token", "digest").iterator():
        path = path_of(row.token)
        if not path.exists() or hashlib.sha256(path.read_bytes()).digest() != bytes(row.digest):
            lost.append(f"file {row.pk}")
    return lost


def _take_into_use(server: postgres.Server, scratch: str, name: str) -> None:
    from django.db import connections
    from psycopg import sql

    connections.close_all()
    with server.connect() as outside:
        postgres.drop_database(outside, name=name)
        outside.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(scratch), sql.Identifier(name))
        )


def _drop(server: postgres.Server, scratch: str) -> None:
    from django.db import connections

    connections.close_all()
    with server.connect() as outside:
        postgres.drop_database(outside, name=scratch)
