"""Measures case work at the size of a nation: fills one, asks for its pages, verifies its record; prints tables.

run.py fill --persons 1000000    make the database anew and fill it (stays until `drop`)
run.py alone                     each page alone in this process, beside its bare SQL
run.py load --seconds 40         the open loop: 30 requests a second at granian, all posts signed in
run.py verify                    the record, as `concerted audit verify` does
run.py drop                      remove the database
run.py growth                    fill, alone, drop at 10,000 and 100,000 persons, and the exponents
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "plan"), str(HERE.parents[1] / "src")]

import database  # noqa: E402

SEED = 20261104
PORT = 8477
AT = datetime(2026, 11, 4, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def main() -> None:
    """Run one piece of the measurement."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("piece", choices=("fill", "alone", "load", "verify", "drop", "growth"))
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--agencies", type=int, default=60, help="how many agencies ask for pages")
    parser.add_argument("--targets", type=int, default=12, help="requests of each page that `alone` times")
    parser.add_argument("--rate", type=float, default=30, help="requests a second, all pages together")
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--name", default="concerted_bench_cases", help="of the measuring database")
    given = parser.parse_args()
    database.NAME = given.name
    database.choose()
    if given.piece == "drop":
        database.drop()
    elif given.piece == "fill":
        fill(given.persons)
    elif given.piece == "growth":
        grow(given)
    else:
        _set_up()
        {"alone": alone, "load": load, "verify": lambda _given: _verify()}[given.piece](given)


def _set_up() -> None:
    import django

    django.setup()


def _owner() -> Any:
    from concerted.config import database as chosen

    return chosen.embedded_server().connect(database=database.NAME)


def fill(persons: int) -> None:
    """Make the database anew, load the reference data, and put the invented nation beside it."""
    database.make_anew()
    _set_up()
    import world
    from fill import Filler
    from fill import fill as fill_tables

    import record
    from concerted.foundation.access.acts import bootstrap_machine_officer, set_demonstration_clock
    from concerted.interfaces.commands.reference import load_reference

    began = time.perf_counter()
    load_reference()
    machine = bootstrap_machine_officer(at=AT)
    set_demonstration_clock(officer=machine, at=AT, day=AT.date(), seed=SEED)
    nation = world.drawn(persons=persons, at=AT, seed=SEED)
    print(
        f"seed {SEED}: {persons:,} persons, {nation.cases:,} cases, {nation.agencies:,} agencies", flush=True
    )
    with _owner() as connection:
        rows = fill_tables(connection, nation)
        writer = Filler(connection, nation)
        record.write(writer)
        connection.execute(b"SET session_replication_role = origin")
        began_indexes = time.perf_counter()
        connection.execute(b"VACUUM ANALYZE")
        (size,) = connection.execute(b"SELECT pg_database_size(current_database())").fetchone()
    print(
        f"filled {sum(rows.values()) + sum(writer.rows.values()):,} rows in {time.perf_counter() - began:.0f} s"
        f" (vacuum {time.perf_counter() - began_indexes:.0f} s), {size / 2**30:.2f} GiB on disk"
    )
    record.seal()


def _verify() -> None:
    import record

    record.verify()


def alone(given: argparse.Namespace) -> dict[str, float]:
    """Print each page alone in this process, its bare SQL, and how many statements it is."""
    import asking
    import targets

    with _owner() as connection:
        wanted = targets.chosen(connection, agencies=given.agencies, seed=SEED)
    print(f"load average {os.getloadavg()[0]:.1f}, {given.targets} requests for each page")
    print(f"{'page':<22}{'alone ms':>10}{'CPU ms':>8}{'SQL ms':>8}{'x SQL':>7}{'statements':>12}")
    found = {}
    for page, many in wanted.items():
        one = asking.alone(many[:: max(1, len(many) // given.targets)][: given.targets], at=AT)
        found[page] = one.whole
        print(
            f"{page:<22}{one.whole * 1000:>10.1f}{one.cpu * 1000:>8.1f}{one.bare * 1000:>8.1f}"
            f"{one.whole / one.bare:>7.1f}{one.statements:>12}"
        )
    return found


def load(given: argparse.Namespace) -> None:
    """Print how long pages take when they are asked for at a steady rate that waits for nobody."""
    import asking
    import pages
    import psutil
    import targets
    from served import serving

    with _owner() as connection:
        wanted = targets.chosen(connection, agencies=given.agencies, seed=int(time.time()))
        (size,) = connection.execute(b"SELECT pg_database_size(current_database())").fetchone()
    sessions = asking.signed_in(targets.officers(wanted))
    needed = int(given.rate * given.seconds / len(wanted)) + 1
    for page, many in wanted.items():
        if len(many) < needed and page == "referral marked seen":
            print(f"only {len(many)} referrals to mark as seen; the rest are asked for again and refused")
    with serving(PORT) as workers:
        for page, many in wanted.items():
            for one in many[-6:] if page != "referral marked seen" else ():
                asking.send(PORT, one, sessions)
        before, began = workers.cpu_seconds(), time.perf_counter()
        timed = pages.ask(
            port=PORT,
            cookie="",
            pages=dict.fromkeys(wanted, ""),
            rate=given.rate,
            seconds=given.seconds,
            seed=SEED,
            send=lambda page, turn: asking.send(PORT, wanted[page][turn % len(wanted[page])], sessions),
        )
        cpu, wall = workers.cpu_seconds() - before, time.perf_counter() - began
        peak = workers.peak_bytes()
    many = sum(len(one.seconds) for one in timed)
    print(
        f"open loop, {given.rate:g} requests a second for {given.seconds:g} s, {len(sessions)} officers of"
        f" {given.agencies} agencies, {psutil.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}"
    )
    print(f"{'page':<22}{'requests':>9}{'p50 ms':>8}{'p95 ms':>8}{'p99 ms':>8}{'limit':>7}{'failed':>8}")
    for one in timed:
        limit = targets.LIMITS[one.name]
        late = "" if one.percentile(95) * 1000 <= limit else " over"
        print(
            f"{one.name:<22}{len(one.seconds):>9}{one.percentile(50) * 1000:>8.0f}{one.percentile(95) * 1000:>8.0f}"
            f"{one.percentile(99) * 1000:>8.0f}{limit:>7}{one.failed:>8}{late}"
        )
    print(
        f"workers used {cpu:.1f} s of CPU in {wall:.0f} s, {cpu / many * 1000:.0f} ms a request;"
        f" peak memory of a worker {peak / 2**20:.0f} MB; database {size / 2**30:.2f} GiB"
    )


def grow(given: argparse.Namespace) -> None:
    """Print the pages alone at several sizes, and the exponent of their growth with persons."""
    sizes = (10_000, 100_000) if given.persons == 1_000_000 else (10_000, given.persons)
    timings = {}
    for persons in sizes:
        import subprocess

        for piece in (["fill", "--persons", str(persons)], ["alone"]):
            done = subprocess.run(
                [sys.executable, __file__, *piece, "--name", given.name],
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            )
            print(done.stdout, flush=True)
        timings[persons] = _read(done.stdout)
    print_growth(timings)
    database.drop()


def _read(table: str) -> dict[str, float]:
    import targets

    lines = (line for line in table.splitlines() if line[:22].strip() in targets.LIMITS)
    return {line[:22].strip(): float(line[22:].split()[0]) for line in lines}


def print_growth(timings: dict[int, dict[str, float]]) -> None:
    """time ~ persons^exponent of each page, by least squares on the logarithms."""
    import numpy as np

    for page in next(iter(timings.values())):
        taken = [each[page] for each in timings.values()]
        slope = np.polyfit(np.log(list(timings)), np.log(taken), 1)[0]
        print(
            f"growth of {page:<22} time ~ persons^{slope:.2f}  ({', '.join(f'{one:.1f} ms' for one in taken)})"
        )


if __name__ == "__main__":
    main()
