"""Measures estimation beside what other packages took on the same tables, start-up and compiling included.

Every figure but those called wall is processor seconds of one core. Agreement is measured on the
recorded resamples in the same run.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[threads] = "1"

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "src"))
PUBLISHED = ROOT / "reference" / "prevalence"

import numpy as np  # noqa: E402

FILES = {
    "UKdat_5": "uk5",
    "UKdat": "uk",
    "Ned_5": "netherlands5",
    "Ned": "netherlands",
    "NewOrl_5": "new_orleans5",
    "NewOrl": "new_orleans",
    "Western": "western_us",
}
START = """
import sys, time
sys.path.insert(0, {src!r})
began, spent = time.perf_counter(), time.process_time()
if {anew}:
    from concerted.methods.prevalence import _compiled
    _compiled.FOLDER = None
from concerted.methods.prevalence._read import read_table
from concerted.methods.prevalence._stepwise import stepwise
loaded, loaded_cpu = time.perf_counter() - began, time.process_time() - spent
began, spent = time.perf_counter(), time.process_time()
stepwise(read_table({table!r}))
print(loaded, loaded_cpu, time.perf_counter() - began, time.process_time() - spent)
"""


def main() -> None:
    """Print every table."""
    from concerted.methods.prevalence import _warm

    _warm.compile_all()
    cores = os.cpu_count()
    print(f"{machine()}, {cores} cores, load {os.getloadavg()[0]:.1f}; Python {platform.python_version()}\n")
    start_up()
    by_stepwise()
    by_criterion()
    against_batched_numpy()
    agreement()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nMost memory of this process: {memory:.0f} MB (limit 500)")


def machine() -> str:
    """The processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def start_up() -> None:
    """A fresh process: loading, and the first 1,000-resample answer, with and without kept machine code."""
    table = str(PUBLISHED / "uk5.csv")
    print(
        "| UK five lists, fresh process | loading, wall (CPU) s | first 1,000-resample answer, wall (CPU) s |"
    )
    print("|---|---|---|")
    for name, anew in (("machine code kept from set-up", False), ("compiled anew, nothing kept", True)):
        code = START.format(src=str(ROOT / "src"), anew=anew, table=table)
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        a, b, c, d = map(float, done.stdout.split())
        print(f"| {name} | {a:.2f} ({b:.2f}) | {c:.2f} ({d:.2f}) |")
    command = [
        str(Path(sys.executable).with_name("concerted")),
        "estimate",
        table,
        "--method",
        "stepwise",
        "--json",
    ]
    runs = [from_shell(command) for _ in range(5)]
    told = ", ".join(f"{wall:.2f} ({spent:.2f})" for wall, spent in runs)
    bytecode = Path(np.__file__).with_name("__pycache__").is_dir()
    print(
        f"\n`concerted estimate uk5.csv --method stepwise --json` from the shell, five times, wall (CPU) s: {told}"
        f" (limit 2); libraries {'compiled to' if bytecode else 'WITHOUT'} bytecode\n"
    )


def from_shell(command: list[str]) -> tuple[float, float]:
    """Wall and processor seconds of one run of a command."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, capture_output=True, check=True, cwd=ROOT)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def by_stepwise() -> None:
    """1,000 resamples of the stepwise choice, beside the peers' recorded seconds."""
    from concerted.methods.prevalence._stepwise import stepwise

    print(
        "| table | ours, 1,000 resamples | SparseMSE (its resamples) | MultipleSystemsEstimation, 1,000 | times less |"
    )
    print("|---|---|---|---|---|")
    for name in FILES:
        seconds, _ = timed(lambda: stepwise(table_of(name), bootstrap=1000), times=5)  # noqa: B023
        peers = recorded()[name]
        sparse, mse = peers["sparse_boot"], peers.get("mse_step_boot", {})
        times = len(sparse["bootreps"])
        scaled = sparse["cpu_s"] * 1000 / times
        mse_told = f"{mse['cpu_s']:.1f}" if "cpu_s" in mse else ""
        print(
            f"| {name} | {seconds:.3f} | {sparse['cpu_s']:.1f} ({times:,}) | {mse_told} | {scaled / seconds:,.0f} |"
        )
    print()


def by_criterion() -> None:
    """The search among all models, on the table and in every resample."""
    from concerted.methods.prevalence._information import _Choice, aic, bic

    print("| what | ours | peer |")
    print("|---|---|---|")
    peers = recorded()
    rows: list[tuple[str, Callable[[], Any], str]] = [
        ("UK5, BIC of all 6,893 models, table only", lambda: _Choice(table_of("UKdat_5"), "bic", None), ""),
        (
            "UK5, BIC of 6,212 models (order 3), table only",
            lambda: _Choice(table_of("UKdat_5"), "bic", 3),
            f"MSEst {peers['UKdat_5']['mse_bic_point']['cpu_s']:.1f}",
        ),
        ("UK 6 lists, BIC of 32,768 pair models", lambda: _Choice(table_of("UKdat"), "bic", 2), ""),
        (
            "UK5, BIC, 1,000 resamples, order 2, none cut off",
            lambda: bic(table_of("UKdat_5"), max_order=2),
            "",
        ),
        (
            "UK5, BIC, 1,000 resamples, all 6,893 models, none cut off",
            lambda: bic(table_of("UKdat_5")),
            f"MSEst {peers['UKdat_5']['mse_bic_boot']['cpu_s']:.1f} (order 3, best 100 only)",
        ),
        ("UK5, AIC, 1,000 resamples, all models", lambda: aic(table_of("UKdat_5")), ""),
        ("Western, BIC, 1,000 resamples, all models", lambda: bic(table_of("Western")), ""),
        ("UK 6 lists, BIC, 1,000 resamples, 32,768 models", lambda: bic(table_of("UKdat")), ""),
    ]
    for name, run, peer in rows:
        seconds, _ = timed(run, times=1)
        print(f"| {name} | {seconds:.3f} | {peer} |")
    print()


def against_batched_numpy() -> None:
    """Microseconds a fit: compiled one by one, and numpy on 1,000 resamples of one model at once."""
    from concerted.methods.prevalence import _kernel_search as kernel
    from concerted.methods.prevalence._bootstrap import resample

    table = table_of("UKdat_5")
    tables = resample(table, 1000, 1).astype(float)
    pairs = np.array([3, 5, 9, 17, 6, 10, 18, 12, 20, 24], dtype=np.int64)
    print("| UK5, 1,000 resamples of one model | compiled, us a fit | numpy in one batch, us a fit |")
    print("|---|---|---|")
    for chosen in (0, 0b1111110000):
        models = np.array([chosen], dtype=np.uint64)
        terms = [0, 1, 2, 4, 8, 16, *(int(t) for m, t in enumerate(pairs) if chosen >> m & 1)]

        def compiled(models: Any = models) -> None:
            out = np.empty((1000, 1))
            asked, verdicts = np.empty(1000, dtype=np.int64), np.full(1, -1, dtype=np.int8)
            kernel.running_best(
                tables, 5, models, pairs, 0.0, verdicts, out, asked, np.zeros(1, dtype=np.int64)
            )

        ours, _ = timed(compiled, times=5)
        batched, _ = timed(lambda: batch_fit(tables, terms), times=3)  # noqa: B023
        print(f"| {len(terms)} parameters | {1000 * ours:.1f} | {1000 * batched:.1f} |")
    print()


def batch_fit(tables: np.ndarray, terms: list[int]) -> np.ndarray:
    """Newton's method on all tables at once."""
    design = np.array([[float(w & t == t) for t in terms] for w in range(1, tables.shape[1])])
    products = (design[:, :, None] * design[:, None, :]).reshape(len(design), -1)
    y = tables[:, 1:]
    mu = y + 0.1
    eta = np.log(mu)
    for _ in range(9):
        gram = (mu @ products).reshape(len(y), len(terms), len(terms))
        coefficients = np.linalg.solve(gram, ((mu * eta + y - mu) @ design)[:, :, None])[:, :, 0]
        eta = coefficients @ design.T
        mu = np.exp(eta)
    return coefficients


def agreement() -> None:
    """The largest relative difference from every number recorded."""
    from concerted.methods.prevalence._information import intervals_by_n_top, rank_models
    from concerted.methods.prevalence._stepwise import estimate_many, stepwise

    print(
        "| table | estimates at every threshold | stored resamples | BCa limits | BIC: 100 models | BIC: BCa by n_top |"
    )
    print("|---|---|---|---|---|---|")
    for name in FILES:
        table, peers = table_of(name), recorded()[name]
        points = [
            off(
                stepwise(table, threshold=float(threshold), bootstrap=0).estimate,
                want["estimate"]["point est."],
            )
            for threshold, want in peers["sparse_point"]["by_pthresh"].items()
        ]
        boot = peers["sparse_boot"]
        drawn = stored(name)
        replicates = estimate_many(drawn, table.k).estimates
        resampled = float(np.max(np.abs(replicates / np.array(boot["bootreps"], dtype=float) - 1)))
        answer = stepwise(table, resamples=drawn, levels=(0.95, 0.8))
        limits = [
            off(answer.interval[level][side], boot["bca"][key])
            for level, keys in ((0.95, ("0.025", "0.975")), (0.8, ("0.1", "0.9")))
            for side, key in enumerate(keys)
        ]
        ranked = by_n_top = ""
        if "mse_bic_point" in peers:
            pairs = zip(rank_models(table, max_order=3), peers["mse_bic_point"]["top"], strict=False)
            ranked = f"{max(off(here.estimate, there['abundance']) for here, there in pairs):.0e}"
        if "mse_bic_boot" in peers:
            rows = peers["mse_bic_boot"]["bca_all_rows"]
            times = 1000 if "nboot=1000" in peers["mse_bic_boot"]["call"] else 100
            found = intervals_by_n_top(table, max_order=3, resamples=drawn[:times], levels=(0.95, 0.8))
            worst = max(
                off(got, want)
                for row, (low, inner_low, inner_high, high) in zip(found, rows, strict=True)
                for got, want in zip(
                    (*row.interval[0.95], *row.interval[0.8]), (low, high, inner_low, inner_high), strict=True
                )
            )
            by_n_top = f"{worst:.0e}"
        print(f"| {name} | {max(points):.0e} | {resampled:.0e} | {max(limits):.0e} | {ranked} | {by_n_top} |")


def off(here: float, there: float) -> float:
    """The relative difference."""
    return abs(here / there - 1)


def timed(run: Callable[[], Any], *, times: int) -> tuple[float, Any]:
    """(least processor seconds of one call, what it returned)."""
    best, result = float("inf"), None
    for _ in range(times):
        began = time.process_time()
        result = run()
        best = min(best, time.process_time() - began)
    return best, result


def table_of(name: str) -> Any:
    """A published table."""
    from concerted.methods.prevalence._read import read_table

    return read_table(PUBLISHED / f"{FILES[name]}.csv")


def stored(name: str) -> Any:
    """The resamples recorded with a table."""
    from concerted.methods.prevalence._read import read_rows
    from concerted.methods.prevalence._read_resamples import read_resamples

    by_row = recorded()[name]["sparse_boot"]["resample_counts_by_row_of_table"]
    matrix = json.dumps(np.array(by_row).T.tolist()).encode()
    return read_resamples(matrix, read_rows(PUBLISHED / f"{FILES[name]}.csv"))


def recorded() -> dict[str, Any]:
    """What other packages answered and how long they took."""
    if not _RECORDED:
        _RECORDED.update(json.loads((PUBLISHED / "reference.json").read_text())["datasets"])
    return _RECORDED


_RECORDED: dict[str, Any] = {}


if __name__ == "__main__":
    main()
