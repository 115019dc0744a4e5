"""Measures audited acts per second from concurrent writers, beside the same acts with one chained head row.

.venv/bin/python bench/audit/rate.py --writers 8 --seconds 10
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import time
from collections.abc import Callable
from multiprocessing import get_context

import database

HEAD = "CREATE TABLE bench_head (id int PRIMARY KEY, hash bytea NOT NULL)"


def main() -> None:
    """Run both ways and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writers", type=int, default=8, help="processes that act at once")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each way is measured")
    chosen = parser.parse_args()
    database.choose()
    database.make_anew()
    _prepare(chosen.writers)
    try:
        sealed = _measure(chosen.writers, chosen.seconds, chained=False)
        chained = _measure(chosen.writers, chosen.seconds, chained=True)
    finally:
        database.drop()
    print(f"{chosen.writers} writers, {chosen.seconds:g} s each, fsync on\n")
    print(f"{'way':<28}{'acts':>9}{'acts/s':>10}{'CPU s':>9}{'CPU ms/act':>12}")
    for name, (acts, seconds, cpu) in {"sealed in segments": sealed, "one chained head row": chained}.items():
        print(f"{name:<28}{acts:>9}{acts / seconds:>10.0f}{cpu:>9.1f}{1000 * cpu / max(acts, 1):>12.2f}")
    print(f"\nratio {sealed[0] / sealed[1] / (chained[0] / chained[1]):.1f}")


def _prepare(writers: int) -> None:
    import django

    django.setup()
    from django.db import connection, connections
    from django.utils import timezone

    from concerted.config import database as chosen
    from concerted.config import postgres
    from concerted.foundation.access import acts

    at = timezone.now()
    machine = acts.bootstrap_machine_officer(at=at)
    for number in range(writers):
        acts.register_officer(officer=machine, at=at, username=f"writer-{number}", name_en="A writer")
    connection.close()
    connections.close_all()
    with chosen.embedded_server().connect(user=postgres.OWNER, database=database.NAME) as owner:
        owner.execute(HEAD.encode())
        owner.execute(b"INSERT INTO bench_head VALUES (1, '')")


def _measure(writers: int, seconds: float, *, chained: bool) -> tuple[int, float, float]:
    """Acts done, seconds taken and CPU seconds used by writers and server together."""
    context = get_context("spawn")
    ready, start = context.Semaphore(0), context.Event()
    answers = context.Queue()
    processes = [
        context.Process(target=_write, args=(number, seconds, chained, ready, start, answers))
        for number in range(writers)
    ]
    for process in processes:
        process.start()
    for _ in processes:
        ready.acquire()
    server_before, began = database.server_cpu_seconds(), time.monotonic()
    start.set()
    results = [answers.get() for _ in processes]
    took = time.monotonic() - began
    server = database.server_cpu_seconds() - server_before
    for process in processes:
        process.join()
    return sum(acts for acts, _ in results), took, server + sum(cpu for _, cpu in results)


def _write(number: int, seconds: float, chained: bool, ready: object, start: object, answers: object) -> None:
    database.choose()
    import django

    django.setup()
    from django.db import transaction
    from django.utils import timezone

    from concerted.foundation.access import acts
    from concerted.foundation.agencies.models import Officer

    at = timezone.now()
    machine = acts.bootstrap_machine_officer(at=at)
    officer = Officer.objects.get(username=f"writer-{number}")

    def one_act() -> None:
        acts.change_officer(officer=machine, at=at, changed=officer, language="en")

    def one_chained_act() -> None:
        with transaction.atomic():
            one_act()
            _lengthen_chain()

    way: Callable[[], None] = one_chained_act if chained else one_act
    way()
    ready.release()
    start.wait()
    before, until, done = _own_cpu(), time.monotonic() + seconds, 0
    while time.monotonic() < until:
        way()
        done += 1
    answers.put((done, _own_cpu() - before))


def _lengthen_chain() -> None:
    """What a log with a hash per row does: nobody else may write until this transaction has ended."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT hash FROM bench_head WHERE id = 1 FOR UPDATE")
        before = bytes(cursor.fetchone()[0])
        cursor.execute("UPDATE bench_head SET hash = %s WHERE id = 1", [hashlib.sha256(before).digest()])


def _own_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
