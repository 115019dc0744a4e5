"""The embedded PostgreSQL: made, started, mended after a crash, stopped; it knows nothing of what is in it."""

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from concerted.config.places import SECRETS, VAR
from concerted.config.secrets import kept_passwords, write_private
from concerted.errors import Unready

from .account import START_PATIENCE_SECONDS, Account, server_account
from .databases import ensure_roles
from .locks import file_lock
from .programs import ELSEWHERE, reachable_binaries
from .server import APP, OWNER, PORT, SUPERUSER, Server
from .told import DURABLE_SETTINGS, FORGETFUL_SETTINGS, SHARED_SETTINGS

LONGEST_SOCKET_FOLDER = 85
ORPHAN_PATIENCE_SECONDS = 5.0


def ensure_running(*, cluster: str = "postgres", durable: bool = True) -> Server:
    """Start the cluster of that name if it does not run, making or mending it first; returns how to reach it.

    Safe to call from several processes at once. Raises Unready with the server's own last words.
    """
    running = _running_server(cluster)
    if running:
        return running
    with _cluster_lock(cluster):
        running = _running_server(cluster)
        if running:
            return running
        account = server_account()
        place = _chosen_place(cluster, account)
        passwords = kept_passwords(cluster, users=(SUPERUSER, OWNER, APP))
        data = place / "data"
        binaries = reachable_binaries(account)
        _ensure_initialised(data, account, binaries, passwords[SUPERUSER])
        _clear_remains(data)
        socket = _socket_folder(cluster, place, account)
        _start(data, socket, account, binaries, DURABLE_SETTINGS if durable else FORGETFUL_SETTINGS)
        server = Server(data=data, socket=socket, passwords=passwords)
        ensure_roles(server)
        _record(cluster, data=str(data), socket=str(socket), checkout=str(VAR))
        return server


def stop(*, cluster: str = "postgres") -> bool:
    """Stop the cluster in good order; returns whether it ran."""
    with _cluster_lock(cluster):
        running = _running_server(cluster)
        if not running:
            return False
        account = server_account()
        command = reachable_binaries(account) / "pg_ctl"
        account.run(command, "-D", running.data, "-w", "-m", "fast", "stop")
        return True


def remove(*, cluster: str) -> None:
    """Stop the cluster and delete it with everything in it."""
    stop(cluster=cluster)
    with _cluster_lock(cluster):
        facts = _recorded(cluster)
        if "data" in facts:
            shutil.rmtree(Path(facts["data"]).parent, ignore_errors=True)
        _record_path(cluster).unlink(missing_ok=True)
        (SECRETS / f"{cluster}.json").unlink(missing_ok=True)
    (VAR / f"{cluster}.lock").unlink(missing_ok=True)


@contextmanager
def _cluster_lock(cluster: str) -> Iterator[None]:
    with file_lock(VAR / f"{cluster}.lock"):
        yield


def _record_path(cluster: str) -> Path:
    return VAR / f"{cluster}.json"


def _record(cluster: str, **facts: str) -> None:
    write_private(_record_path(cluster), json.dumps(_recorded(cluster) | facts, indent=2))


def _recorded(cluster: str) -> dict[str, str]:
    try:
        facts: dict[str, str] = json.loads(_record_path(cluster).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return facts if facts.get("checkout", str(VAR)) == str(VAR) else {}  # the record came along with a copy


def _running_server(cluster: str) -> Server | None:
    facts = _recorded(cluster)
    if "socket" not in facts:
        return None
    data, socket = Path(facts["data"]), Path(facts["socket"])
    if not (_is_ready(data) and (socket / f".s.PGSQL.{PORT}").exists()):
        return None
    return Server(data=data, socket=socket, passwords=kept_passwords(cluster, users=(SUPERUSER, OWNER, APP)))


def _is_ready(data: Path) -> bool:
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except (FileNotFoundError, PermissionError):
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready" and _serves(int(lines[0]), data)


def _serves(pid: int, data: Path) -> bool:
    """Whether that process serves this data, and is not another program that was given an old number."""
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == data
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return process.name().startswith("postgres")


def _chosen_place(cluster: str, account: Account) -> Path:
    """The folder of the cluster: below var/ where the server's account can reach it, else elsewhere."""
    recorded = _recorded(cluster).get("data")
    if recorded and Path(recorded).exists():
        return Path(recorded).parent
    VAR.mkdir(parents=True, exist_ok=True)
    inside = VAR / cluster
    place = inside if account.reaches(VAR) else ELSEWHERE / _hash_of(VAR) / cluster
    for folder in reversed([place, *place.parents]):
        if not folder.exists():
            folder.mkdir()
            folder.chmod(0o755)
    _record(cluster, data=str(place / "data"), checkout=str(VAR))
    return place


def _hash_of(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]


def _ensure_initialised(data: Path, account: Account, binaries: Path, password: str) -> None:
    if (data / "PG_VERSION").exists():
        if data.stat().st_uid != account.uid:
            raise Unready(
                "The database belongs to another operating system account.",
                where=str(data),
                remedy="Start Concerted as the account that made it, or give the folder to this one.",
            )
        return
    unfinished = data.with_name("data.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    account.own(unfinished)
    secret = data.with_name("first-password")
    write_private(secret, password)
    if account.other:
        os.chown(secret, account.uid, account.gid)
    try:
        made = account.run(
            *(binaries / "initdb", "-D", unfinished, "-U", SUPERUSER, "--pwfile", secret),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        )
    finally:
        secret.unlink()
    if made.returncode:
        raise Unready(
            "The embedded PostgreSQL could not be made.", where=str(data), remedy=made.stdout.strip()[-2000:]
        )
    with (unfinished / "postgresql.conf").open("a") as file:
        file.write("\ninclude_if_exists 'concerted.conf'\n")
    unfinished.rename(data)


def _clear_remains(data: Path) -> None:
    """End what a killed server left behind: orphaned workers that hold its memory, and its stale marks."""
    orphans = [process for process in psutil.process_iter(["name"]) if _is_orphan(process, data)]
    for process in orphans:
        process.terminate()
    for process in psutil.wait_procs(orphans, timeout=ORPHAN_PATIENCE_SECONDS)[1]:
        process.kill()
    psutil.wait_procs(orphans, timeout=ORPHAN_PATIENCE_SECONDS)
    (data / "postmaster.pid").unlink(missing_ok=True)


def _is_orphan(process: psutil.Process, data: Path) -> bool:
    return str(process.info["name"]).startswith("postgres") and _serves(process.pid, data)


def _socket_folder(cluster: str, place: Path, account: Account) -> Path:
    folder = place / "socket"
    if len(str(folder)) > LONGEST_SOCKET_FOLDER:
        recorded = Path(_recorded(cluster).get("socket", "/nowhere"))
        folder = recorded if recorded.is_dir() else Path(tempfile.mkdtemp(prefix="concerted-", dir="/tmp"))
    account.own(folder)
    for mark in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
        (folder / mark).unlink(missing_ok=True)
    return folder


def _start(data: Path, socket: Path, account: Account, binaries: Path, settings: dict[str, str]) -> None:
    chosen = SHARED_SETTINGS | settings | {"unix_socket_directories": f"'{socket}'", "port": str(PORT)}
    lines = "".join(f"{name} = {value}\n" for name, value in chosen.items())
    (data / "concerted.conf").write_text(
        f"# Written at every start; put your own below it in postgresql.conf.\n{lines}"
    )
    (data / "concerted.conf").chmod(0o644)
    log = data / "server.log"
    started = account.run(
        *(binaries / "pg_ctl", "-D", data, "-l", log, "-w", "-t", str(START_PATIENCE_SECONDS), "start"),
        timeout=START_PATIENCE_SECONDS + 10,
    )
    deadline = time.monotonic() + START_PATIENCE_SECONDS
    while started.returncode == 0 and not _is_ready(data) and time.monotonic() < deadline:
        time.sleep(0.05)
    if not _is_ready(data):
        words = log.read_text(errors="replace")[-2000:] if log.exists() else started.stdout
        raise Unready("The embedded PostgreSQL did not start.", where=str(log), remedy=words.strip())
