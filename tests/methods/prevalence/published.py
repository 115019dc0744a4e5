"""The published tables, what other packages said of them, and tables drawn from a known truth."""

import csv
import json
from functools import cache
from pathlib import Path

import numpy as np

from concerted.methods.prevalence import CaptureTable

FOLDER = Path(__file__).parents[3] / "reference" / "prevalence"
FILES = {
    "UKdat": "uk",
    "UKdat_5": "uk5",
    "Ned": "netherlands",
    "Ned_5": "netherlands5",
    "NewOrl": "new_orleans",
    "NewOrl_5": "new_orleans5",
    "Western": "western_us",
}


@cache
def published(name: str) -> CaptureTable:
    with (FOLDER / f"{FILES[name]}.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    histories = {sum(int(on) << i for i, on in enumerate(row[:-1])): int(row[-1]) for row in rows}
    return CaptureTable.from_histories(header[:-1], histories)


@cache
def recorded() -> dict:
    return json.loads((FOLDER / "reference.json").read_text())["datasets"]


def reordered(table: CaptureTable, order) -> CaptureTable:
    """The same people with the lists in another order."""
    moved = np.zeros_like(table.counts)
    for history, count in enumerate(table.counts):
        moved[sum((history >> old & 1) << new for new, old in enumerate(order))] = count
    return CaptureTable(tuple(table.lists[old] for old in order), moved)


def drawn(rng, people: int, rates, lists="ABCDEFGH") -> CaptureTable:
    """Independent lists: each of so many people is on list i with probability rates[i]."""
    on = rng.random((people, len(rates))) < np.asarray(rates)
    counts = np.bincount(on @ (1 << np.arange(len(rates))), minlength=1 << len(rates))
    counts[0] = 0
    return CaptureTable(tuple(lists[: len(rates)]), counts)


def two_kinds_of_people(rng, kinds) -> CaptureTable:
    """Lists independent within each kind: kinds holds (people, rates)."""
    tables = [drawn(rng, people, rates) for people, rates in kinds]
    return CaptureTable(tables[0].lists, sum(table.counts for table in tables))


def without_overlap() -> CaptureTable:
    return CaptureTable.from_histories("ABC", {1: 20, 2: 30, 4: 10})
