"""A nation built once for all tests of a module, each of which takes back only what it did itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

T = TypeVar("T")


@contextmanager
def standing(build: Callable[[], T], *, blocker: DjangoDbBlocker, folder: Path) -> Iterator[T]:
    """What `build` makes stands in a transaction around every test inside, and is gone afterwards.

    folder: where its stored files lie; a test that reads them sets VAULT_FILES and VAULT_LEDGER as `kept_in` says.
    A test must not change what it is given in memory: hand it a deep copy.
    """
    outer = transaction.atomic()
    with blocker.unblock():
        outer.__enter__()
    try:
        with blocker.unblock(), override_settings(**kept_in(folder)):
            made = build()
        yield made
    finally:
        with blocker.unblock():
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


def kept_in(folder: Path) -> dict[str, object]:
    """The settings under which stored files lie in the folder, and pages link assets by name, collected or not."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    return {
        "VAULT_FILES": folder / "vault-files",
        "VAULT_LEDGER": folder / "erased.jsonl",
        "STORAGES": {**settings.STORAGES, "staticfiles": plain},
    }
