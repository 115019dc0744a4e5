"""Reads stored resamples of a capture table, naming the one that does not fit; it draws none."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt

from concerted.errors import Invalid, Problem
from concerted.methods.prevalence import _read as table
from concerted.methods.prevalence._wording import Said

MAX_RESAMPLES = 1_000_000


def read_resamples(source: str | Path | bytes, read: table.ReadTable) -> npt.NDArray[np.int64]:
    """Stored resamples of a table, shape (resamples, 2**k), columns by history.

    source: a path, or JSON text or bytes: a matrix of counts, one row per resample, columns in the order of the
        table's rows. Raises Invalid naming the resample (from 1) that does not fit.
    """
    matrix = _matrix(source)
    width = len(read.rows)
    problems: list[Problem] = []
    counts = np.zeros((len(matrix), 1 << read.table.k), dtype=np.int64)
    for number, row in enumerate(matrix, start=1):
        problem = _resample_problem(row, width, number)
        if problem is not None:
            problems.append(problem)
            continue
        counts[number - 1, list(read.rows)] = np.array(row, dtype=np.int64)
    if problems:
        raise table._refusal(problems)
    return counts


def _matrix(source: str | Path | bytes) -> list[object]:
    remedy = Said(
        "Give a JSON matrix: one row of counts per resample, in the order of the table's rows.",
        "请给出 JSON 矩阵：每次重抽样一行，列的顺序与表的行相同。",
    )
    try:
        matrix = json.loads(table._text(source))
    except (ValueError, RecursionError) as error:
        raise Invalid(
            Said("The resamples are not JSON.", "重抽样文件不是 JSON。"), remedy=remedy, code="not_json"
        ) from error
    if not isinstance(matrix, list) or not matrix or len(matrix) > MAX_RESAMPLES:
        raise Invalid(
            Said("The resamples are not a matrix of at least one row.", "重抽样文件不是至少一行的矩阵。"),
            remedy=remedy,
            code="not_a_matrix",
        )
    return matrix


def _resample_problem(row: object, width: int, number: int) -> Problem | None:
    if not isinstance(row, list) or len(row) != width:
        found = len(row) if isinstance(row, list) else 0
        return Problem(
            Said(
                "The resample has {found} counts; the table has {width} rows.",
                "该次重抽样有 {found} 个数，而表有 {width} 行。",
            ).format(found=found, width=width),
            row=number,
            remedy=Said("Give one count for each row of the table.", "请为表的每一行给出一个数。"),
        )
    if not all(type(x) is int and 0 <= x <= table.MAX_PEOPLE for x in row) or not any(row):
        return Problem(
            Said(
                "The resample holds something else than whole numbers from 0, or nobody.",
                "该次重抽样含有非负整数以外的内容，或没有人数。",
            ),
            row=number,
            remedy=Said("Write whole numbers of people.", "请填写整数人数。"),
        )
    return None
