"""What `check` becomes inside .venv: all checks run even when one fails, and the exit code says so."""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from concerted.config import postgres, steps
from concerted.config.database import TEST_CLUSTER
from concerted.config.places import ROOT
from concerted.errors import ConcertedError, Unready

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FONT_PACKAGE = "fonts-noto-cjk"
WORKERS = 2


@dataclass(frozen=True)
class Check:
    """One tool and what it is asked."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """Whether a check passed, how many seconds it took, and what it said."""

    name: str
    passed: bool
    seconds: float
    said: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the checks chosen; returns 0 only when all of them passed."""
    chosen = _parser().parse_args(arguments)
    os.environ["CONCERTED_DATABASE_CLUSTER"] = TEST_CLUSTER
    outcomes: list[Outcome] = []
    try:
        steps.take(_needed_steps(), tell=_tell)
        if not chosen.fast:
            _ensure_browser()
    except ConcertedError as error:
        print(f"check: {error.what}\n       {error.where}\n       {error.remedy}", file=sys.stderr)
        outcomes.append(Outcome("set-up", False, 0.0))
    with ThreadPoolExecutor(1) as beside:
        readings = [beside.submit(_asked, check) for check in _readings()]
        for check in _runs(fast=chosen.fast, full=chosen.full):
            _tell(f"\n== {check.name}: {' '.join(check.command)}")
            outcomes.append(_asked(check, aloud=True))
    for outcome in (reading.result() for reading in readings):
        _tell(f"\n== {outcome.name}\n{outcome.said}".rstrip())
        outcomes.append(outcome)
    if os.environ.get("CI"):
        for cluster in (TEST_CLUSTER, *(f"{TEST_CLUSTER}-gw{n}" for n in range(WORKERS))):
            postgres.stop(cluster=cluster)
    _tell("")
    for outcome in outcomes:
        _tell(f"{'passed' if outcome.passed else 'FAILED'}  {outcome.name} ({outcome.seconds:.0f} s)")
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def _asked(check: Check, *, aloud: bool = False) -> Outcome:
    """Run one check, its words shown as they come or kept to be shown at once."""
    began = time.monotonic()
    kept: dict[str, Any] = {} if aloud else {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    done = subprocess.run(check.command, cwd=ROOT, check=False, stdin=subprocess.DEVNULL, text=True, **kept)
    return Outcome(check.name, done.returncode == 0, time.monotonic() - began, done.stdout or "")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./check", description="Lint, types, import contracts and all tests."
    )
    group = parser.add_mutually_exclusive_group()
    group.add_argument(
        "--fast",
        action="store_true",
        help="leave out browser, attacks, faults, drawn examples, the demonstration and most pages",
    )
    group.add_argument("--full", action="store_true", help="add the long fault, fuzz and mutation runs")
    return parser


def _readings() -> list[Check]:
    """What only reads the files, the longest first: one after the other while the tests wait for their servers."""
    bin_folder = Path(sys.executable).parent
    return [
        Check("types", (str(bin_folder / "mypy"),)),
        Check("import contracts", (str(bin_folder / "lint-imports"), "--no-cache")),
        Check("settings", (sys.executable, "-m", "django", "check", "--fail-level", "WARNING")),
        Check("lint", (str(bin_folder / "ruff"), "check", "--quiet", ".")),
        Check("format", (str(bin_folder / "ruff"), "format", "--check", "--quiet", ".")),
    ]


def _runs(*, fast: bool, full: bool) -> list[Check]:
    """What runs the code, one after the other with every processor."""
    marked = {(True, False): "not browser and not long and not thorough", (False, True): ""}.get(
        (fast, full), "not long"
    )
    spread = ("-n", str(WORKERS), "--dist", "worksteal")
    checks = [Check("tests", (sys.executable, "-m", "pytest", *spread, "-q", "-m", marked))]
    if full:
        checks.append(
            Check("mutation", (sys.executable, "bench/prevalence/mutation.py", "--workers", str(WORKERS)))
        )
    return checks


def _needed_steps() -> list[steps.Step]:
    return [step for step in steps.installation_steps() if not step.inside]


def _ensure_browser() -> None:
    """Install Debian's Chromium and a Chinese face where they are missing and may be installed."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    install = f"apt-get install -y chromium {FONT_PACKAGE}"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Unready(
            "The browser tests need Chromium.",
            where="chromium",
            remedy=f"Install it (Debian, as root: apt-get update && {install}) or use ./check --fast",
        )
    _tell("Installing Chromium ...")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in ("apt-get update -qq", f"{install} -qq"):
        done = subprocess.run(command.split(), env=environment, stdout=subprocess.DEVNULL, check=False)
        if done.returncode:
            raise Unready(
                "Chromium could not be installed.", where=command, remedy="Its own message stands above."
            )


def _tell(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
