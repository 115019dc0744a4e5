"""Checks a backup from its first byte to its last, and what stands in a database against a manifest."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from concerted.errors import Invalid

from .container import BackupKey, damaged, members
from .manifest import NAME, Manifest

Progress = Callable[[int], None]
SAMPLE = 50


def check_backup(path: Path, key: BackupKey, *, progress: Progress = lambda read: None) -> Manifest:
    """Read everything and compare it with the manifest; nothing but the file is touched. Raises Invalid."""
    found: dict[str, tuple[int, str]] = {}
    manifest = b""
    for name, content in members(path, key, progress=progress):
        if name in found or manifest:
            raise damaged(path, f"{name} comes twice or after the end")
        if name == NAME:
            manifest = content
        else:
            found[name] = (len(content), hashlib.sha256(content).hexdigest())
    try:
        said = Manifest.from_json(manifest)
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(path, f"its manifest cannot be read: {error}") from error
    if said.members != found:
        differing = sorted(set(said.members.items()) ^ set(found.items()))
        raise damaged(path, f"{differing[0][0]} is not as the manifest says")
    return said


def table_counts(execute: Callable[[str], Any]) -> dict[str, int]:
    """Rows of every table. execute: runs one query and returns its rows."""
    names = [
        name for (name,) in execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    ]
    return {name: int(execute(f'SELECT count(*) FROM public."{name}"')[0][0]) for name in names}


def refuse_other_counts(said: Manifest, found: dict[str, int]) -> None:
    """Raise Invalid unless every table holds as many rows as the manifest says."""
    differing = [
        f"{name}: {found.get(name, 'missing')} instead of {count}"
        for name, count in said.tables.items()
        if found.get(name) != count
    ]
    if differing:
        raise Invalid(
            "What was restored is not what was backed up.",
            where="; ".join(differing[:5]),
            remedy="The database was not taken into use. Try again, or use another copy.",
        )


def decrypt_sample(*, most: int = SAMPLE) -> tuple[int, list[str]]:
    """Open rows of every table that holds sealed ones, chosen by chance; returns how many opened, and faults.

    Rows of erased subjects are passed over. Call it as the owner of the tables.
    """
    from django.apps import apps

    from concerted.errors import ConcertedError
    from concerted.foundation.vault import reads
    from concerted.foundation.vault.models import SealedRow

    models = [model for model in apps.get_models() if issubclass(model, SealedRow)]
    opened, faults = 0, []
    for model in models:
        newest = model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
        begin = random.randint(0, newest)
        rows = [
            *islice(model._default_manager.filter(pk__gte=begin).order_by("pk").iterator(), most),
            *islice(model._default_manager.filter(pk__lt=begin).order_by("-pk").iterator(), most),
        ]
        for row in rows:
            if not bytes(row.sealed):
                continue
            try:
                opened += reads.opened_all([row]) != [None]
            except ConcertedError as error:
                faults.append(f"{model._meta.db_table} {row.pk}: {error.what}")
    return opened, faults
