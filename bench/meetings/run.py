"""Times assembling a national agenda beside its bare SQL, at national size; prints, and keeps nothing.

.venv/bin/python bench/meetings/run.py
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "src")]
SEED = 20080101
MOST_SECONDS = 3.0
ROUNDS = 5


def _borrow(name: str, path: Path) -> Any:
    """A module of the plan's measurements under a name of its own."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


database = _borrow("database_of_plan", ROOT / "bench" / "plan" / "database.py")
figures = _borrow("nation_of_plan", ROOT / "bench" / "plan" / "nation.py")
database.NAME = "concerted_bench_meetings"


def main() -> None:
    """Fill a database of its own, measure, remove it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--level", default="county", help="which places report: province, prefecture, county")
    parser.add_argument("--keep", action="store_true", help="leave the database behind for a look")
    parser.add_argument("--again", action="store_true", help="measure a database that was left behind")
    given = parser.parse_args()
    database.choose()
    if not given.again:
        database.make_anew()
    import django

    django.setup()
    try:
        measure(given)
    finally:
        if not given.keep:
            from django.db import connections

            connections.close_all()
            database.drop()


def measure(given: argparse.Namespace) -> None:
    """Assemble for today, replay two past days, and say what each source took."""
    import nation
    import psutil

    at = figures.AT
    if given.again:
        officer, meeting = _found(at)
        print(f"{psutil.cpu_count()} cores; measured again")
    else:
        began = time.perf_counter()
        officer = figures.stand_up()
        filled = nation.fill(officer=officer, at=at, seed=SEED, level=given.level)
        meeting = filled.meeting
        _vacuum()
        print(
            f"seed {SEED}; {psutil.cpu_count()} cores; {filled.observations:,} observations,"
            f" {filled.obligations:,} obligations, {filled.overdue:,} of them overdue;"
            f" filled in {time.perf_counter() - began:.0f} s"
        )
    _assembled(officer, at, meeting)
    for day in (date(2012, 7, 16), date(2010, 10, 18)):
        _replayed(officer, at, meeting, day)
    _by_source(officer, at, meeting)


def _found(at: Any) -> tuple[Any, Any]:
    from concerted.foundation.access.acts import bootstrap_machine_officer
    from concerted.foundation.agencies.reads import acting_as
    from concerted.mechanism.meetings.models import Meeting

    machine = bootstrap_machine_officer(at=at)
    officer = acting_as(officer=machine, on=at.date(), function="secretariat")
    return officer, Meeting.objects.get(key=f"bench-{at.date().isoformat()}")


def _assembled(officer: Any, at: Any, meeting: Any) -> None:
    from concerted.mechanism.meetings.acts.agenda import assemble

    took, hashes = [], set()
    for _round in range(ROUNDS):
        began = time.perf_counter()
        proposal = assemble(officer=officer, at=at, meeting=meeting)
        took.append(time.perf_counter() - began)
        hashes.add(proposal.content_hash)
    middle = sorted(took)[len(took) // 2]
    over = "" if middle <= MOST_SECONDS else "  over"
    print(
        f"assemble today    {middle:6.2f} s (first {took[0]:.2f}, limit {MOST_SECONDS:g}){over};"
        f" {len(proposal.items)} items; {'the same every time' if len(hashes) == 1 else 'NOT the same every time'}"
    )
    bare, queries = _bare(officer, at, meeting)
    print(f"  its bare SQL    {bare:6.2f} s in {queries} queries; {middle / bare:.1f} times that in all")


def _bare(officer: Any, at: Any, meeting: Any) -> tuple[float, int]:
    """Seconds of the captured reads alone, by hand and without any Python between them."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from concerted.foundation.access.door import acting
    from concerted.mechanism.meetings.reads.assembly import replay

    with CaptureQueriesContext(connection) as captured:
        replay(officer=officer, at=at, meeting=meeting, on=at.date())
    reads = [
        one["sql"]
        for one in captured.captured_queries
        if one["sql"].lstrip().upper().startswith(("SELECT", "WITH")) and "set_config" not in one["sql"]
    ]
    took = []
    for _round in range(ROUNDS):
        with acting(officer, at), connection.cursor() as cursor:
            began = time.perf_counter()
            for statement in reads:
                cursor.execute(statement.replace("%", "%%"), [])
                cursor.fetchall()
            took.append(time.perf_counter() - began)
    return sorted(took)[len(took) // 2], len(reads)


def _replayed(officer: Any, at: Any, meeting: Any, day: date) -> None:
    from concerted.mechanism.meetings.reads.assembly import replay

    began = time.perf_counter()
    found = replay(officer=officer, at=at, meeting=meeting, on=day)
    print(f"replay {day}  {time.perf_counter() - began:6.2f} s; {len(found.items)} items as known then")


def _by_source(officer: Any, at: Any, meeting: Any) -> None:
    from concerted.foundation.access.door import acting
    from concerted.mechanism.meetings.reads.assembly import SOURCES, scope_of

    for on in (at.date(), at.date() - timedelta(days=189)):
        with acting(officer, at):
            scope = scope_of(meeting=meeting, officer=officer, at=at, on=on)
            for source in SOURCES:
                began = time.perf_counter()
                found = source.read(scope)
                print(
                    f"  {on} {source.code:<16}{(time.perf_counter() - began) * 1000:8.0f} ms {len(found):>5} found"
                )


def _vacuum() -> None:
    from concerted.config import database as chosen
    from concerted.config import postgres

    with chosen.embedded_server().connect(user=postgres.OWNER, database=database.NAME) as connection:
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    main()
