"""Makes a backup while the site works: one moment of the database, its files, keys and ledger; it changes nothing."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from concerted.config import postgres
from concerted.config.places import SECRETS
from concerted.errors import Invalid, Unready
from concerted.foundation.audit.verify import verify
from concerted.foundation.vault import tombstones
from concerted.foundation.vault.files.keeping import path_of
from concerted.foundation.vault.models import StoredFile

from .checking import check_backup, decrypt_sample, table_counts
from .container import BackupKey, BackupWriter, writing
from .manifest import NAME, Manifest

Tell = Callable[[str], None]
PART = 8 * 1024 * 1024
KEPT_SECRETS = ("vault_*", "secret_key")


def make_backup(target: Path, key: BackupKey, *, tell: Tell = lambda text: None) -> Manifest:
    """Write the backup beside its place, check it from end to end, and only then give it its name.

    Django works as the owner of the tables. Raises Invalid when the target is there already, Unready when
    the disk or the server fails; then no file of that name is left.
    """
    if target.exists():
        raise Invalid(
            "There is such a file already.",
            where=str(target),
            remedy="Name another one; none is overwritten.",
        )
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with writing(file, key) as writer:
                _fill(writer, tell)
            file.flush()
            os.fsync(file.fileno())
        tell("checking what was written")
        manifest = check_backup(unfinished, key)
        unfinished.rename(target)
        _sync(target.parent)
    except OSError as error:
        raise Unready(
            f"The backup could not be written: {error.strerror or error}",
            where=str(target),
            remedy="Make room or name another place; nothing of that name was left.",
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
    tell("done")
    return manifest


def _fill(writer: BackupWriter, tell: Tell) -> None:
    faults: list[str] = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        tell("keys and ledger")
        for path in _secrets():
            writer.add(f"secrets/{path.name}", path.read_bytes())
        tell("database")
        for number, part in enumerate(_dumped(snapshot)):
            writer.add(f"database/{number:08}", part)
            tell(f"database, {(number + 1) * PART // (1024 * 1024)} MB")
        tell("files")
        files = _add_files(writer, faults, tell)
        if tombstones.ledger().exists():
            writer.add("erased.jsonl", tombstones.ledger().read_bytes())
        tell("counting rows")

        def execute(query: str) -> list[Any]:
            cursor.execute(query)
            return cursor.fetchall()

        counts = table_counts(execute)
        tell("verifying the record")
        verdict = verify()
        faults += [f"record: {finding.fault} {finding.note}".rstrip() for finding in verdict.findings]
        tell("opening a sample")
        sample, unopened = decrypt_sample()
        manifest = Manifest(
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            migrations=[
                f"{app}.{name}"
                for app, name in execute("SELECT app, name FROM django_migrations ORDER BY app, name")
            ],
            tables=counts,
            audit={
                "segments": verdict.segments,
                "sealed": verdict.sealed,
                "unsealed": verdict.unsealed,
                "head": verdict.head,
            },
            files=files,
            erased=len(tombstones.standing()),
            keys="environment" if settings.VAULT_MASTER_KEY else "included",
            sample=sample,
            faults=faults + unopened,
            members=dict(writer.members),
        )
    writer.add(NAME, manifest.to_json())


def _secrets() -> list[Path]:
    return sorted(path for pattern in KEPT_SECRETS for path in SECRETS.glob(pattern) if path.is_file())


def _dumped(snapshot: str) -> Iterator[bytes]:
    """The dump of that snapshot in parts, as it comes."""
    facts = connection.settings_dict
    command = [
        str(postgres.program("pg_dump")),
        *("--format=custom", "--no-comments", "--no-owner", f"--snapshot={snapshot}"),
        *("--host", facts["HOST"], "--port", str(facts["PORT"] or postgres.PORT)),
        *("--username", facts["USER"], "--no-password", facts["NAME"]),
    ]
    environment = {**os.environ, "PGPASSWORD": facts["PASSWORD"], "LC_ALL": "C"}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as dump:
        assert dump.stdout is not None and dump.stderr is not None
        while part := dump.stdout.read(PART):
            yield part
        words = dump.stderr.read().decode(errors="replace").strip()
    if dump.returncode:
        raise Unready("The database could not be dumped.", where=facts["NAME"], remedy=words[-2000:])


def _add_files(writer: BackupWriter, faults: list[str], tell: Tell) -> int:
    kept = 0
    rows = StoredFile.objects.filter(removed_at=None).order_by("pk").only("token", "digest", "pk")
    for row in rows.iterator(chunk_size=500):
        try:
            content = path_of(row.token).read_bytes()
        except FileNotFoundError:
            faults.append(f"file {row.pk} is missing")
            continue
        if hashlib.sha256(content).digest() != bytes(row.digest):
            faults.append(f"file {row.pk} was changed")
        writer.add(f"files/{row.token.hex}", content)
        kept += 1
        if not kept % 100:
            tell(f"files, {kept}")
    return kept


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
