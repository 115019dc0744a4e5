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
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "var" / "mutation" / "prevalence"
CORE = (
    "_kernel_fit",
    "_kernel_stepwise",
    "_kernel_search",
    "_existence",
    "_bootstrap",
    "_loglinear",
    "_stepwise",
    "_information",
    "_models",
    "_terms",
)
TESTS = ("test_kernel", "test_loglinear", "test_bootstrap", "test_stepwise", "test_information")
WANTED = 85.0
WORDS = (r"Said\\(", r'^\\s*f?"[^"]*",?$', "remedy=", "where=", "code=", "raise ", "Citation", "Caution")
"""Lines that only word a refusal; their texts are looked at by other tests."""

SETTINGS = """
[tool.pytest.ini_options]
pythonpath = ["src", "."]
addopts = "--import-mode=importlib -q -p no:cacheprovider"

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
    parser.add_argument("--modules", default=",".join(CORE), help="which modules, by name, parted by commas")
    parser.add_argument("--survivors", action="store_true", help="print the changes nobody noticed")
    parser.add_argument("--sample", type=int, default=0, help="try only so many changes, drawn at random")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    prepare(given.modules.split(","))
    environment = {
        **os.environ,
        "NUMBA_DISABLE_JIT": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    mutmut = str(Path(sys.executable).with_name("mutmut"))
    command = [mutmut, "run", "--max-children", str(given.workers)]
    command += drawn(given.sample, given.seed, command, environment)
    with (PLACE / "log.txt").open("w") as log:
        subprocess.run(command, cwd=PLACE, env=environment, stdout=log, stderr=subprocess.STDOUT, check=False)
    return report(given.survivors, environment)


def drawn(sample: int, seed: int, make: list[str], environment: dict[str, str]) -> list[str]:
    """The names of the changes to try; none stands for all. mutmut writes all of them when it is asked for one."""
    if not sample:
        return []
    with (PLACE / "log.txt").open("w") as log:
        one = [*make, "concerted.methods.prevalence._terms.x_members__mutmut_1"]
        subprocess.run(one, cwd=PLACE, env=environment, stdout=log, stderr=subprocess.STDOUT, check=False)
    names = sorted(
        key
        for meta in (PLACE / "mutants").glob("src/**/*.meta")
        for key in json.loads(meta.read_text())["exit_code_by_key"]
    )
    print(
        f"{len(names)} changes are possible; {min(sample, len(names))} are tried, drawn with seed {seed}",
        flush=True,
    )
    return random.Random(seed).sample(names, min(sample, len(names)))


def prepare(modules: list[str]) -> None:
    """Lay out a copy with only the core, its tests and the published tables."""
    shutil.rmtree(PLACE, ignore_errors=True)
    source = PLACE / "src" / "concerted"
    package = source / "methods" / "prevalence"
    package.mkdir(parents=True)
    for name in ("__init__.py", "errors.py", "methods/__init__.py"):
        shutil.copy(ROOT / "src" / "concerted" / name, source / name)
    for path in (ROOT / "src" / "concerted" / "methods" / "prevalence").glob("*.py"):
        text = path.read_text(encoding="utf-8").replace("@compiled\n", "")
        (package / path.name).write_text(text, encoding="utf-8")
    shutil.copytree(ROOT / "reference" / "prevalence", PLACE / "reference" / "prevalence")
    tests = PLACE / "tests" / "methods" / "prevalence"
    tests.mkdir(parents=True)
    for path in (ROOT / "tests" / "methods" / "prevalence").glob("*.py"):
        if path.stem in TESTS or not path.stem.startswith("test_"):
            shutil.copy(path, tests / path.name)
    only = ", ".join(f'"src/concerted/methods/prevalence/{name}.py"' for name in modules)
    selected = ", ".join(f'"tests/methods/prevalence/{name}.py"' for name in TESTS)
    words = ", ".join(f"'{word}'" if '"' in word else f'"{word}"' for word in WORDS)
    (PLACE / "pyproject.toml").write_text(
        SETTINGS.format(only=only, tests=selected, words=words), encoding="utf-8"
    )


def report(survivors: bool, environment: dict[str, str]) -> int:
    """Print per module how many changes were made and noticed."""
    noticed: Counter[str] = Counter()
    made: Counter[str] = Counter()
    alive: list[str] = []
    for meta in sorted((PLACE / "mutants").glob("src/**/*.meta")):
        codes = json.loads(meta.read_text())["exit_code_by_key"]
        module = meta.name.removesuffix(".py.meta")
        for key, code in codes.items():
            if code is None:
                continue
            made[module] += 1
            if code in (0, 33):
                alive.append(key)
            else:
                noticed[module] += 1
    for module in made:
        print(
            f"{module:20s} {noticed[module]:5d} of {made[module]:5d}  {100 * noticed[module] / made[module]:5.1f} %"
        )
    total, all_made = sum(noticed.values()), sum(made.values())
    score = 100 * total / all_made if all_made else 0.0
    print(f"{'all':20s} {total:5d} of {all_made:5d}  {score:5.1f} %  (wanted {WANTED:.0f} %)")
    if survivors:
        for key in alive:
            show = [str(Path(sys.executable).with_name("mutmut")), "show", key]
            subprocess.run(show, cwd=PLACE, env=environment, check=False)
    if not all_made:
        print((PLACE / "log.txt").read_text()[-3000:], file=sys.stderr)
    return 0 if score >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
