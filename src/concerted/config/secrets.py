"""Secrets that an installation makes for itself, readable by its owner alone; none has a default value."""

import json
import os
import secrets
from pathlib import Path

from concerted.config.places import SECRETS


def write_private(path: Path, text: str) -> None:
    """Write the file with mode 600, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def kept_secret(name: str, *, length: int = 50) -> str:
    """The installation's own secret of that name, made on first use from `length` random bytes."""
    path = SECRETS / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        candidate = path.with_name(f".{name}.{secrets.token_hex(8)}")
        write_private(candidate, secrets.token_urlsafe(length))
        try:
            os.link(candidate, path)  # the first of several starters wins; the others read its secret
        except FileExistsError:
            pass
        finally:
            candidate.unlink()
    return path.read_text(encoding="utf-8").strip()


def kept_passwords(name: str, *, users: tuple[str, ...]) -> dict[str, str]:
    """One generated password per user, kept together under that name."""
    path = SECRETS / f"{name}.json"
    known: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    missing = [user for user in users if user not in known]
    if missing:
        known.update({user: secrets.token_urlsafe(32) for user in missing})
        write_private(path, json.dumps(known, indent=2))
    return known
