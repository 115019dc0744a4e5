"""Compares how long it takes to be told that a hidden case is not there, with how long for a number of nothing.

    .venv/bin/python bench/attack/times.py --rounds 400
    .venv/bin/python bench/attack/times.py --rounds 400 --asker "a case worker of the agency, set aside"

Asks in turn, in random order, for what exists behind the fence and for what does not exist, through Django's own
client with all middleware, and prints the medians and how often the hidden one took longer (0.5: no telling; the
statistic of Mann and Whitney, 1947). It judges nothing; whoever reads it does.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

if TYPE_CHECKING:
    from django.test import Client
    from tests.attack.pairs import Pair

ASKER = "a case worker of an agency without a part"


def main() -> None:
    """Build the two worlds, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--asker", default=ASKER, help="who asks, as tests/attack/pairs.py names them")
    asked = parser.parse_args()
    _set_up()
    from tests.attack.pairs import ASKERS, build_pair, working_in

    from concerted.config import database as chosen
    from concerted.config import postgres

    known = [asker for asker, post in ASKERS.items() if post is not None]
    if asked.asker not in known:
        parser.error(f"nobody is called {asked.asker!r}; known: {'; '.join(known)}")
    server, name = chosen.embedded_server(), f"bench_times_{os.getpid()}"
    with tempfile.TemporaryDirectory() as folder:
        pair = build_pair(server, name, Path(folder))
        try:
            with working_in(pair.with_, Path(folder)):
                for line in _compared(pair, asked.asker, asked.rounds, random.Random(asked.seed)):
                    sys.stdout.write(line + "\n")
        finally:
            with server.connect() as outside:
                for world in pair.worlds:
                    postgres.drop_database(outside, name=world)


def _set_up() -> None:
    from tests import database

    database.isolate()
    import django

    django.setup()
    logging.getLogger("django.request").setLevel(logging.ERROR)  # "not found", once for every request asked


def _compared(pair: Pair, asker: str, rounds: int, chance: random.Random) -> list[str]:
    from django.test import Client
    from scipy.stats import mannwhitneyu
    from tests.attack.walking import page_client

    from concerted.mechanism.cases.models.base import spoken_number

    work, number = pair.hidden.whole.case_work, pair.hidden.numbers[0]
    page = page_client(pair.askers[asker])
    api = Client(headers={"Authorization": f"Bearer {pair.keys[asker]}"}, raise_request_exception=False)
    nothing = spoken_number("C")
    kinds: dict[str, tuple[Client, Callable[[Any], str], Any]] = {
        "case page": (page, "/cases/{}/".format, work.case),
        "referral page": (page, "/cases/referral/{}/".format, work.referral),
        "report page": (page, "/cases/report/{}/".format, work.report),
        "obligation": (page, "/obligations/{}/".format, work.owed),
        "obligation, API": (api, "/api/v1/obligations/{}".format, work.owed),
        "search": (page, "/search/?q={}".format, number),
    }
    lines = [f"{'asked for':<18}{'hidden ms':>10}{'absent ms':>11}{'longer':>8}{'p':>8}"]
    for kind, (client, address, hidden) in kinds.items():
        absent = nothing if isinstance(hidden, str) else secrets.randbelow(2**52)
        taken = _timed(client, address(hidden), address(absent), rounds, chance)
        told = mannwhitneyu(taken[0], taken[1])
        middle = [sorted(times)[len(times) // 2] * 1000 for times in taken]
        longer = told.statistic / len(taken[0]) / len(taken[1])
        lines.append(f"{kind:<18}{middle[0]:>10.2f}{middle[1]:>11.2f}{longer:>8.3f}{told.pvalue:>8.3f}")
    return lines


def _timed(
    client: Client, hidden: str, absent: str, rounds: int, chance: random.Random
) -> tuple[list[float], list[float]]:
    """Seconds of each answer, hidden and absent, asked in random order after a few that do not count."""
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 5):
        for which in chance.sample((0, 1), 2):
            began = time.perf_counter()
            answer = client.get(absent if which else hidden)
            if number >= 5:
                taken[which].append(time.perf_counter() - began)
            assert answer.status_code in (200, 404)
    return taken


if __name__ == "__main__":
    main()
