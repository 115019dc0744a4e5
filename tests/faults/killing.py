"""A site of its own - durable database, web server, worker of the jobs - and writers that note what it acknowledges."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Condition, Event, Thread
from typing import Any
from urllib.parse import quote, urlencode

import psutil
import psycopg
from django.db import connection

from concerted.config import postgres
from concerted.config.places import ROOT
from concerted.config.serving import ADDRESS, server_command

PATIENCE_SECONDS = 60.0
FAULTS = (OSError, http.client.HTTPException)


@dataclass
class Book:
    """What the writers were told is kept; `written` waits until so many more are."""

    kept: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    changed: Condition = field(default_factory=Condition)

    def keep(self, text: str) -> None:
        with self.changed:
            self.kept.append(text)
            self.changed.notify_all()

    def written(self, more: int) -> None:
        """Wait until so many more were acknowledged; raises TimeoutError where the site does not come back."""
        with self.changed:
            aim = len(self.kept) + more
            if not self.changed.wait_for(lambda: len(self.kept) >= aim or self.unexpected, PATIENCE_SECONDS):
                raise TimeoutError(
                    f"{aim - len(self.kept)} writes were not acknowledged in {PATIENCE_SECONDS} s"
                )


@dataclass
class Site:
    """The processes of an installation, each of which may be killed."""

    cluster: str
    port: int
    environment: dict[str, str]
    server: postgres.Server
    chance: random.Random
    web: subprocess.Popen[bytes] | None = None
    jobs: subprocess.Popen[bytes] | None = None
    killed: dict[str, int] = field(default_factory=dict)

    def start(self) -> None:
        """Start the web server and whoever keeps the worker of the jobs, as `run` does."""
        command = [*server_command(self.port)]
        self.web = subprocess.Popen(command, cwd=ROOT, env=self.environment, stderr=subprocess.DEVNULL)
        worker = [sys.executable, "-m", "concerted.config.working"]
        self.jobs = subprocess.Popen(worker, cwd=ROOT, env=self.environment, stderr=subprocess.DEVNULL)

    def stop(self) -> None:
        """End every process of the site but the database; a second time it does nothing."""
        for process in (self.web, self.jobs):
            if process is not None:
                for one in [*psutil.Process(process.pid).children(recursive=True), process]:
                    with suppress(psutil.Error, ProcessLookupError):
                        one.kill()
                process.wait()
        self.web = self.jobs = None

    def kill(self, what: str) -> None:
        """SIGKILL to a web worker, the worker of the jobs, the database's first process or one of its others."""
        done = {"web": self._kill_web, "jobs": self._kill_jobs, "database": self._kill_database}[what]()
        self.killed[what] = self.killed.get(what, 0) + done

    def _kill_web(self) -> int:
        assert self.web is not None
        return _kill_one(self.chance, psutil.Process(self.web.pid).children(recursive=True))

    def _kill_jobs(self) -> int:
        return _kill_one(self.chance, self._workers_of_jobs())

    def _workers_of_jobs(self) -> list[psutil.Process]:
        assert self.jobs is not None
        return psutil.Process(self.jobs.pid).children(recursive=True)

    def has_worker(self, *, registered: bool) -> bool:
        """Whether the worker of the jobs has been started again, and, if asked, has told the database that it works."""
        with suppress(psutil.Error, psycopg.Error):
            started = [datetime.fromtimestamp(one.create_time(), UTC) for one in self._workers_of_jobs()]
            return bool(started) and (not registered or self._heard_since(min(started)))
        return False

    def _heard_since(self, moment: datetime) -> bool:
        with self.server.connect(database="site") as superuser:
            heard = superuser.execute("SELECT max(last_heartbeat) FROM procrastinate_workers").fetchone()
        return heard is not None and heard[0] is not None and heard[0] > moment

    def _kill_database(self) -> int:
        first = psutil.Process(int((self.server.data / "postmaster.pid").read_text().split()[0]))
        if self.chance.random() < 0.5:
            return _kill_one(self.chance, first.children())
        first.kill()
        first.wait(PATIENCE_SECONDS)
        postgres.ensure_running(cluster=self.cluster, durable=True)
        return 1


def _kill_one(chance: random.Random, processes: list[psutil.Process]) -> int:
    for process in chance.sample(processes, len(processes)):
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGKILL)
            return 1
    return 0


@contextmanager
def site_of_its_own(
    cluster: str, source: str, server: postgres.Server, chance: random.Random
) -> Iterator[Site]:
    """A durable server with a copy of the tests' database, and Django in this process working in it."""
    try:
        own = postgres.ensure_running(cluster=cluster, durable=True)
        postgres.ensure_database(own, name="site")
        _copy(server, source, own, "site")
        port = _free_port()
        address = f"postgresql://{postgres.APP}:{quote(own.passwords[postgres.APP])}@/site?" + urlencode(
            {"host": str(own.socket), "port": postgres.PORT}
        )
        environment = {k: v for k, v in os.environ.items() if k != "CONCERTED_DATABASE_CLUSTER"}
        site = Site(cluster, port, {**environment, "CONCERTED_DATABASE_URL": address}, own, chance)
        before = dict(connection.settings_dict)
        connection.close()
        connection.settings_dict |= {
            "NAME": "site",
            "HOST": str(own.socket),
            "PASSWORD": own.passwords[postgres.APP],
        }
        try:
            yield site
        finally:
            connection.close()
            connection.settings_dict |= before
            site.stop()
    finally:
        postgres.remove(cluster=cluster)


def _copy(server: postgres.Server, source: str, own: postgres.Server, name: str) -> None:
    common = ("--port", str(postgres.PORT), "--username", postgres.SUPERUSER, "--no-password")
    dump = subprocess.run(
        [
            postgres.program("pg_dump"),
            "--format=custom",
            "--compress=0",
            "--host",
            server.socket,
            *common,
            source,
        ],
        env={**os.environ, "PGPASSWORD": server.passwords[postgres.SUPERUSER]},
        check=True,
        capture_output=True,
    ).stdout
    subprocess.run(
        [postgres.program("pg_restore"), "--no-comments", "--host", own.socket, *common, "--dbname", name],
        env={**os.environ, "PGPASSWORD": own.passwords[postgres.SUPERUSER]},
        input=dump,
        check=True,
        capture_output=True,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        return int(probe.getsockname()[1])


Ask = Callable[[http.client.HTTPConnection, str], bool]


@dataclass
class Writer:
    """One who writes one text after the other, and takes nothing for kept but what was acknowledged.

    ask: sends the text; True when it was acknowledged. is_repeatable: whether the same text may be sent again
    until it is, because the call carries an Idempotency-Key.
    """

    name: str
    port: int
    book: Book
    ask: Ask
    is_repeatable: bool
    over: Event
    _thread: Thread | None = None

    def start(self) -> Writer:
        self._thread = Thread(target=self._work, name=self.name)
        self._thread.start()
        return self

    def end(self) -> None:
        assert self._thread is not None
        self._thread.join(PATIENCE_SECONDS)

    def _work(self) -> None:
        number = 0
        while not self.over.is_set():
            number += 1
            text = f"{self.name}-{number}"
            while not self._written(text) and self.is_repeatable and not self.over.is_set():
                self.over.wait(0.05)

    def _written(self, text: str) -> bool:
        caller = http.client.HTTPConnection(ADDRESS, self.port, timeout=PATIENCE_SECONDS)
        try:
            if self.ask(caller, text):
                self.book.keep(text)
                return True
        except FAULTS:
            self.over.wait(0.05)
        except AssertionError as told:
            self.book.unexpected.append(str(told))
            self.over.set()
        finally:
            caller.close()
        return False


def by_api(secret: str, subject: int) -> Ask:
    """A note of a ministry, by the API, with an Idempotency-Key of its text."""

    def ask(caller: http.client.HTTPConnection, text: str) -> bool:
        body = json.dumps({"subject_kind": "plan.measure", "subject_id": subject, "text": text})
        headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": f"kill-{text}"}
        caller.request("POST", "/api/v1/notes", body, {**headers, "Content-Type": "application/json"})
        return _acknowledged(caller, 201)

    return ask


def by_page(session: str, case: int) -> Ask:
    """An internal note on a case, by the page's form."""
    token = "a" * 32

    def ask(caller: http.client.HTTPConnection, text: str) -> bool:
        headers = {
            "Cookie": f"sessionid={session}; csrftoken={token}",
            "X-CSRFToken": token,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        caller.request("POST", f"/cases/{case}/note/", urlencode({"text": text}), headers)
        return _acknowledged(caller, 302)

    return ask


def _acknowledged(caller: http.client.HTTPConnection, expected: int) -> bool:
    answer = caller.getresponse()
    said = answer.read()
    assert answer.status == expected or answer.status >= 500, f"{answer.status} {said[:300]!r}"
    return answer.status == expected


def count(cursor: Any, statement: str) -> int:
    """The single number that the statement returns."""
    cursor.execute(statement)
    return int(cursor.fetchone()[0])


__all__ = ["PATIENCE_SECONDS", "Book", "Site", "Writer", "by_api", "by_page", "count", "site_of_its_own"]
