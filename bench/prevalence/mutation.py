"""Changes the numeric core of prevalence in many small ways and counts how many changes the tests notice.

The compiled functions are run as plain Python: their decorator is taken off in a copy, because mutmut leaves decorated
functions alone and machine code cannot be changed line by line. Nothing in the source tree is touched.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "var" / "mutation" / "prevalence"


@dataclass(frozen=True)
class Group:
    """Modules that the same tests judge. slow: tests left out, for others say the same in less time.

    as_python: compiled functions are changed too, so they run as plain Python. Elsewhere they stay compiled.
    """

    name: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]
    slow: tuple[str, ...] = ()
    as_python: bool = False


GROUPS = (
    Group(
        "log-linear",
        (
            "_kernel_fit",
            "_kernel_stepwise",
            "_kernel_search",
            "_existence",
            "_bootstrap",
            "_normal",
            "_loglinear",
            "_stepwise",
            "_information",
            "_models",
            "_terms",
        ),
        (
            "test_kernel",
            "test_loglinear",
            "test_bootstrap",
            "test_stepwise",
            "test_information",
            "test_normal",
        ),
        as_python=True,
    ),
    Group(
        "chains",
        ("_kernel_latent",),
        ("test_kernel_latent",),
        as_python=True,
    ),
    Group(
        "latent-class",
        ("_latent_class", "_convergence"),
        ("test_latent_class", "test_convergence"),
        slow=("test_where_people_are_of_two_kinds", "test_where_chains_meet"),
    ),
    Group("checks", ("_checks", "_table"), ("test_checks", "test_table")),
    Group("bounds", ("_bounds", "_overlap"), ("test_bounds",)),
    Group(
        "graphs",
        ("_decomposable", "_graphs"),
        ("test_decomposable",),
        slow=("test_six_lists", "18154", "UKdat_5", "test_large_tables"),
    ),
    Group(
        "threshold",
        ("_bayes_threshold",),
        ("test_bayes_threshold",),
        slow=("Ned_5", "UKdat", "Western", "test_the_order_of_lists"),
    ),
    Group(
        "linkage",
        ("_linkage_error", "_linkage_draws", "_linkage_asked"),
        ("test_linkage_error", "test_parts"),
    ),
    Group("strata", ("_strata", "_parts", "_read_strata"), ("test_strata", "test_parts")),
    Group("suppression", ("_suppress", "_public"), ("test_suppression", "test_panel", "test_parts")),
    Group(
        "judgement",
        ("_verdict", "_sensitivity", "_panel"),
        ("test_verdict", "test_sensitivity", "test_panel", "test_parts"),
    ),
    Group("study", ("_study",), ("test_study",)),
)
WANTED = 85.0
WORDS = (r"Said\\(", r'^\\s*f?"[^"]*",?$', "remedy=", "where=", "code=", "raise ", "Citation", "Caution")
"""Lines that only word a refusal; their texts are looked at by other tests."""

SETTINGS = """
[tool.pytest.ini_options]
pythonpath = ["src", "."]
addopts = "--import-mode=importlib -q -p no:cacheprovider{slow}"

[tool.mutmut]
source_paths = ["src"]
only_mutate = [{only}]
also_copy = ["tests", "reference"]
pytest_add_cli_args_test_selection = [{tests}]
do_not_mutate_patterns = [{words}]
use_git_change_detection = false
track_dependencies = false
timeout_multiplier = 3.0
timeout_constant = 2.0
"""


def main() -> int:
    """Run and print the score of each module; returns 0 only when the whole reaches what is wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--groups", default=",".join(one.name for one in GROUPS), help="which, parted by commas"
    )
    parser.add_argument("--survivors", action="store_true", help="print the changes nobody noticed")
    parser.add_argument("--sample", type=int, default=0, help="try only so many changes, drawn at random")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    asked = given.groups.split(",")
    groups = [one for one in GROUPS if one.name in asked]
    if len(groups) < len(asked):
        parser.error(f"the groups are {', '.join(one.name for one in GROUPS)}")
    possible = {}
    for group in groups:
        prepare(group)
        possible[group.name] = written(group)
    drawn = draw(possible, given.sample, given.seed)
    for group in groups:
        if drawn[group.name]:
            mutmut(group, "run", "--max-children", str(given.workers), *drawn[group.name])
    return report(groups, drawn, survivors=given.survivors)


def mutmut(group: Group, *words: str) -> None:
    """Run mutmut in the group's folder; what it says goes to the folder's log."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1"}
    if group.as_python:
        environment["NUMBA_DISABLE_JIT"] = "1"
    command = [str(Path(sys.executable).with_name("mutmut")), *words]
    with (PLACE / group.name / "log.txt").open("w") as log:
        place = PLACE / group.name
        subprocess.run(command, cwd=place, env=environment, stdout=log, stderr=subprocess.STDOUT, check=False)


def written(group: Group) -> list[str]:
    """The names of all changes. mutmut writes all of them when it is asked for one, which need not be there."""
    mutmut(group, "run", "--max-children", "1", "nothing")
    return sorted(codes(group))


def codes(group: Group) -> dict[str, int | None]:
    """Every change and how its tests ended; None where they were not run."""
    return {
        key: code
        for meta in sorted((PLACE / group.name / "mutants").glob("src/**/*.meta"))
        for key, code in json.loads(meta.read_text())["exit_code_by_key"].items()
    }


def draw(possible: dict[str, list[str]], sample: int, seed: int) -> dict[str, list[str]]:
    """The changes of each group to try: all, or so many of all groups together."""
    everything = [(name, key) for name, keys in possible.items() for key in keys]
    chosen = everything
    if sample:
        chosen = random.Random(seed).sample(everything, min(sample, len(everything)))
    print(
        f"{len(everything):,} changes are possible; {len(chosen):,} are tried, drawn with seed {seed}\n",
        flush=True,
    )
    return {name: [key for group, key in chosen if group == name] for name in possible}


def prepare(group: Group) -> None:
    """Lay out a copy with only the package, the group's tests and the published tables."""
    place = PLACE / group.name
    shutil.rmtree(place, ignore_errors=True)
    source = place / "src" / "concerted"
    package = source / "methods" / "prevalence"
    package.mkdir(parents=True)
    for name in ("__init__.py", "errors.py", "methods/__init__.py"):
        shutil.copy(ROOT / "src" / "concerted" / name, source / name)
    for path in (ROOT / "src" / "concerted" / "methods" / "prevalence").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        if group.as_python:
            text = text.replace("@compiled\n", "")
        (package / path.name).write_text(text, encoding="utf-8")
    shutil.copytree(ROOT / "reference" / "prevalence", place / "reference" / "prevalence")
    tests = place / "tests" / "methods" / "prevalence"
    tests.mkdir(parents=True)
    for path in (ROOT / "tests" / "methods" / "prevalence").glob("*.py"):
        if path.stem in group.tests or not path.stem.startswith("test_"):
            shutil.copy(path, tests / path.name)
    only = ", ".join(f'"src/concerted/methods/prevalence/{name}.py"' for name in group.modules)
    selected = ", ".join(f'"tests/methods/prevalence/{name}.py"' for name in group.tests)
    words = ", ".join(f"'{word}'" if '"' in word else f'"{word}"' for word in WORDS)
    slow = f" -k 'not ({' or '.join(group.slow)})'" if group.slow else ""
    (place / "pyproject.toml").write_text(
        SETTINGS.format(only=only, tests=selected, words=words, slow=slow), encoding="utf-8"
    )


def report(groups: list[Group], drawn: dict[str, list[str]], *, survivors: bool) -> int:
    """Print per module how many changes were made and noticed."""
    noticed: Counter[str] = Counter()
    made: Counter[str] = Counter()
    alive: list[tuple[Group, str]] = []
    untold = []
    for group in groups:
        ended = codes(group)
        for key in drawn[group.name]:
            module = key.split(".")[-2]
            if ended[key] is None:
                untold.append(key)
                continue
            made[module] += 1
            if ended[key] in (0, 33):
                alive.append((group, key))
            else:
                noticed[module] += 1
    print("| module | noticed | of | % |\n|---|---|---|---|")
    for module in sorted(made):
        print(
            f"| {module} | {noticed[module]} | {made[module]} | {100 * noticed[module] / made[module]:.0f} |"
        )
    total, all_made = noticed.total(), made.total()
    score = 100 * total / all_made if all_made else 0.0
    print(f"| **all** (wanted {WANTED:.0f} %) | {total} | {all_made} | {score:.1f} |")
    if untold:
        print(f"\nNot tried: {len(untold)}, for the tests of their group did not run; see var/mutation.")
    for group, key in alive if survivors else ():
        show = [str(Path(sys.executable).with_name("mutmut")), "show", key]
        subprocess.run(show, cwd=PLACE / group.name, check=False)
    return 0 if score >= WANTED and not untold else 1


if __name__ == "__main__":
    sys.exit(main())
