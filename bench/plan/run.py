"""Measures a nation's plan at full size: loading, pages under load, growth, memory; prints one table, keeps nothing."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[2] / "src")]

import database  # noqa: E402

SEED = 20080101
PORT = 8479
LIMITS = {"home:monday": 200, "alignment:coverage": 150}
OTHER_LIMIT = 100


def main() -> None:
    """Run every measurement, or some of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--levels", default="province,prefecture,county", help="which areas report, in growing order"
    )
    parser.add_argument("--seconds", type=float, default=30, help="how long the pages are asked for")
    parser.add_argument("--rate", type=float, default=20, help="requests a second, all pages together")
    parser.add_argument(
        "--rows", action="store_true", help="load rows as of a file, each checked (slower than arrays)"
    )
    parser.add_argument("--keep", action="store_true", help="leave the database behind for a look")
    parser.add_argument(
        "--kept", action="store_true", help="load nothing: ask for the pages of what --keep left"
    )
    given = parser.parse_args()
    database.choose()
    if not given.kept:
        database.make_anew()
    import django

    django.setup()
    try:
        measure(given)
    finally:
        if not (given.keep or given.kept):
            from django.db import connections

            connections.close_all()
            database.drop()


def measure(given: argparse.Namespace) -> None:
    """Load, then ask for pages, then print."""
    import nation
    import numpy as np
    import psutil

    if given.kept:
        officer, plans = nation.left(given.levels.split(","))
        _ask_for_pages(given, officer, plans, np)
        return
    officer = nation.stand_up()
    print(f"seed {SEED}; {psutil.cpu_count()} cores; {nation.MEASURES} measures, 20 quarters")
    loads = []
    for level in given.levels.split(","):
        done = nation.filled(officer=officer, level=level, seed=SEED, from_rows=given.rows)
        loads.append(done)
        print(
            f"load  {level:<11} {done.areas:>5} areas {done.observations:>9,} observations {done.rollups:>8,} roll-ups"
            f" {done.seconds:7.1f} s wall {done.cpu_seconds:7.1f} s CPU here"
        )
    _print_exponent("load", [one.areas for one in loads], [one.seconds for one in loads])
    _vacuum()
    _ask_for_pages(given, officer, {one.areas: one.plan for one in loads}, np)


def _ask_for_pages(given: argparse.Namespace, officer: Any, plans: dict[int, Any], np: Any) -> None:
    """Each page alone for every size, then all pages of the largest under load. plans: by number of areas."""
    in_process = {areas: _in_process(officer, plan) for areas, plan in plans.items()}
    largest = max(plans)
    for name in in_process[largest]:
        known = [areas for areas in plans if name in in_process[areas]]
        _print_exponent(name, known, [in_process[areas][name][0] for areas in known])
    _under_load(given, officer, plans[largest], in_process[largest], np)


def _vacuum() -> None:
    """As autovacuum would by the next morning."""
    from concerted.config import database as chosen
    from concerted.config import postgres

    with chosen.embedded_server().connect(user=postgres.OWNER, database=database.NAME) as connection:
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")


def addresses(plan: Any) -> dict[str, str]:
    """The pages measured, by name; those not there are left out."""
    from django.urls import NoReverseMatch, reverse

    from concerted.mechanism.plan.models import Plan

    indicator = plan.indicators.order_by("key").first()
    period = plan.periods.order_by("-starts").first()
    real = Plan.objects.filter(level="nation", is_demonstration=False).order_by("key").first() or plan
    wanted: dict[str, tuple[list[Any], str]] = {
        "home:monday": ([], ""),
        "home:obligations": ([], ""),
        "alignment:coverage": ([real.key], ""),
        "plan:plan": ([real.key], ""),
        "reporting:board": ([plan.key, period.key], ""),
        "indicators:list": ([], f"?plan={plan.key}&period={period.key}"),
        "indicators:indicator": ([indicator.pk], f"?period={period.key}"),
        "indicators:missing": ([indicator.pk], f"?period={period.key}"),
        "indicators:conflicts": ([plan.key], f"?period={period.key}"),
        "indicators:cell": ([indicator.pk, "530000", period.pk], ""),
        "agencies:list": ([], ""),
    }
    found = {}
    for name, (parts, query) in wanted.items():
        try:
            found[name] = reverse(name, args=parts) + query
        except NoReverseMatch:
            print(f"page  {name} is not there")
    return found


def _in_process(officer: Any, plan: Any) -> dict[str, tuple[float, float, int]]:
    import nation
    import pages

    found = {}
    for name, address in addresses(plan).items():
        try:
            found[name] = pages.bare_sql(officer=officer, at=nation.AT, address=address)
        except Exception as failure:  # a page that breaks is told, the others are still measured
            print(f"page  {name} failed: {failure!r}"[:200])
    return found


def _under_load(
    given: argparse.Namespace,
    officer: Any,
    plan: Any,
    in_process: dict[str, tuple[float, float, int]],
    np: Any,
) -> None:
    import pages
    import psutil

    from concerted.config.serving import server_command

    server = subprocess.Popen(
        server_command(PORT),
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(database.ROOT / "src"), os.environ.get("PYTHONPATH", "")]),
        },
        cwd=database.ROOT,
    )
    try:
        cookie = pages.signed_in(officer)
        asked = {name: address for name, address in addresses(plan).items() if name in in_process}
        _wait(pages, asked, cookie)
        workers = psutil.Process(server.pid).children(recursive=True)
        before = sum(sum(one.cpu_times()[:2]) for one in workers)
        timed = pages.ask(
            port=PORT, cookie=cookie, pages=asked, rate=given.rate, seconds=given.seconds, seed=SEED
        )
        cpu = sum(sum(one.cpu_times()[:2]) for one in workers) - before
        peak = max(_peak(one.pid) for one in workers)
    finally:
        server.terminate()
        server.wait(20)
    print(f"\nopen loop, {given.rate:g} requests a second for {given.seconds:g} s over {len(asked)} pages")
    print(
        f"{'page':<24}{'p50 ms':>8}{'p95 ms':>8}{'limit':>7}"
        f"  {'alone ms':>9}{'SQL ms':>8}{'x SQL':>7}{'queries':>9}{'failed':>8}"
    )
    for one in timed:
        whole, bare, queries = in_process[one.name]
        limit = LIMITS.get(one.name, OTHER_LIMIT)
        late = "" if one.percentile(95) * 1000 <= limit else " over"
        print(
            f"{one.name:<24}{one.percentile(50) * 1000:8.0f}{one.percentile(95) * 1000:8.0f}{limit:7d}  "
            f"{whole * 1000:9.1f}{bare * 1000:8.1f}{whole / bare if bare else 0:7.1f}{queries:9d}{one.failed:8d}{late}"
        )
    print(f"peak memory of a worker {peak / 2**20:.0f} MB (limit 400); workers used {cpu:.1f} s of CPU")


def _peak(pid: int) -> int:
    """Bytes of the largest resident set a process ever had."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    return 0


def _wait(pages: Any, asked: dict[str, str], cookie: str) -> None:
    until = time.monotonic() + 30
    while not pages.get(PORT, next(iter(asked.values())), cookie) and time.monotonic() < until:
        time.sleep(0.3)
    for _round in range(4):
        for address in asked.values():
            pages.get(PORT, address, cookie)


def _print_exponent(what: str, areas: list[int], seconds: list[float]) -> None:
    import numpy as np

    if len(areas) < 2 or len(areas) != len(seconds):
        return
    slope = np.polyfit(np.log(areas), np.log(seconds), 1)[0]
    print(
        f"growth of {what:<24} time ~ areas^{slope:.2f}  ({', '.join(f'{one * 1000:.0f} ms' for one in seconds)})"
    )


if __name__ == "__main__":
    main()
