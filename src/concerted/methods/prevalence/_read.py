"""Reads capture tables from text or files, naming the row at fault; never guesses a number."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from concerted.errors import Invalid, Problem
from concerted.methods.prevalence._table import MAX_LISTS, CaptureTable
from concerted.methods.prevalence._wording import Said

MAX_PEOPLE = 10**9
"""A table of more people than this is taken for a mistake."""

MAX_BYTES = 10_000_000
"""A capture table has at most 256 rows; a file larger than this is something else."""

_WHOLE = re.compile(r"[0-9]+(?:\.0+)?")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_SHOWN = 20


@dataclass(frozen=True)
class ReadTable:
    """A table with its rows as they stood in the file.

    rows: capture history (bitmask) of each row, in the file's order; the columns of stored resamples follow it.
    """

    table: CaptureTable
    rows: tuple[int, ...]


def read_table(source: str | Path | bytes) -> CaptureTable:
    """The capture table in a CSV file or text.

    source: a path, or the text or bytes of the CSV itself. The last column is `count`, all others are lists and
        hold 0 or 1. Histories that are not named count nobody.
    Raises Invalid, with one Problem for each row at fault (row 1 is the first below the header).
    """
    return read_rows(source).table


def read_rows(source: str | Path | bytes) -> ReadTable:
    """As read_table, keeping the order of the rows."""
    header, body = _split(_lines(_text(source)))
    lists = _names(header)
    problems: list[Problem] = []
    histories: dict[int, int] = {}
    first_seen: dict[int, int] = {}
    for row, cells in body:
        read = _row(cells, lists, row, problems)
        if read is None:
            continue
        history, count = read
        if history in first_seen:
            problems.append(_repeated(row, first_seen[history]))
            continue
        first_seen[history] = row
        histories[history] = count
    if problems:
        raise _refusal(problems)
    if not any(histories.values()):
        raise _nobody()
    if sum(histories.values()) > MAX_PEOPLE:
        raise _too_many(sum(histories.values()))
    return ReadTable(CaptureTable.from_histories(lists, histories), tuple(histories))


def to_csv(table: CaptureTable) -> str:
    """The table as CSV text: observed histories in ascending number of lists, then in list order."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*table.lists, "count"])
    for history in sorted((int(w) for w in table.observed), key=lambda w: (w.bit_count(), w)):
        writer.writerow([*(history >> i & 1 for i in range(table.k)), int(table.counts[history])])
    return out.getvalue()


def _text(source: str | Path | bytes) -> str:
    data = _bytes(source)
    if isinstance(data, str):
        return data.removeprefix("\ufeff")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _unprintable(text):
            return text
    raise Invalid(
        Said("This is not text that can be read.", "无法按文本读取该文件。"),
        problems=[
            Problem(
                Said(
                    "The file is neither UTF-8 nor GB18030 (GBK) text.",
                    "文件既不是 UTF-8，也不是 GB18030（GBK）文本。",
                ),
                row=_bad_line(data),
                remedy=Said("Save it as CSV UTF-8 and try again.", "请另存为“CSV UTF-8”后重试。"),
            )
        ],
        remedy=Said("Save it as CSV UTF-8 and try again.", "请另存为“CSV UTF-8”后重试。"),
        code="wrong_encoding",
    )


def _bytes(source: str | Path | bytes) -> bytes | str:
    """What a path holds; text and bytes as they are. A str without a line break is a path."""
    if isinstance(source, bytes):
        if len(source) > MAX_BYTES:
            raise _too_large("")
        return source
    if isinstance(source, str) and (
        not source or "\n" in source or "\r" in source or source.lstrip()[:1] in ("[", "{")
    ):
        return source
    path = Path(source)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _too_large(str(path))
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise Invalid(
            Said("The file cannot be read.", "无法读取该文件。"),
            where=str(path)[:200],
            remedy=Said("Check its name and whether you may read it.", "请检查文件名及读取权限。"),
            code="no_file",
        ) from error


def _too_large(where: str) -> Invalid:
    return Invalid(
        Said("The file is too large for a capture table.", "文件过大，不可能是捕获历史表。"),
        where=where,
        remedy=Said(
            "Give one row per capture history, not per person.", "请按捕获历史汇总成行，不要每人一行。"
        ),
        code="file_too_large",
    )


def _unprintable(text: str) -> bool:
    return any(ord(c) < 32 and c not in "\t\r\n\f" for c in text)


def _bad_line(data: bytes) -> int | None:
    """The row below the header where the bytes stop being UTF-8, if it is below the header."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n")
        return line or None
    return None


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """(line number from 0, cells) of each line that is not blank."""
    sample = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=sample.count) if sample else ","
    try:
        parsed = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Invalid(
            Said("This is not a CSV table.", "这不是 CSV 表格。"),
            problems=[
                Problem(Said("A quotation mark is not closed or out of place.", "引号未闭合或位置不对。"))
            ],
            remedy=Said(
                "Write one row per line, cells parted by commas.", "请每行写一条记录，单元格以逗号分隔。"
            ),
            code="not_csv",
        ) from error
    rows = [(number, [cell.strip() for cell in cells]) for number, cells in enumerate(parsed)]
    return [(number, cells) for number, cells in rows if any(cells)]


def _split(lines: list[tuple[int, list[str]]]) -> tuple[list[str], list[tuple[int, list[str]]]]:
    if not lines:
        raise Invalid(
            Said("The file is empty.", "文件是空的。"),
            problems=[
                Problem(
                    Said("There is no header.", "没有表头。"),
                    remedy=Said(
                        "Begin with the names of the lists and the word count, for example: A,B,C,count",
                        "首行请写各名单名称，最后一列写 count，例如：A,B,C,count",
                    ),
                )
            ],
            remedy=Said(
                "Begin with the names of the lists and the word count.",
                "首行请写各名单名称，最后一列写 count。",
            ),
            code="empty_file",
        )
    (start, header), *body = lines
    return header, [(number - start, cells) for number, cells in body]


def _names(header: list[str]) -> tuple[str, ...]:
    *names, last = header
    if last.lower() != "count":
        raise _header_fault(
            Said(
                "The last column is {last!r}; it must be count.",
                "最后一列是 {last!r}，应为 count。",
            ).format(last=last[:40]),
            Said(
                "Put the number of people in a last column named count.",
                "请把人数放在最后一列，列名写 count。",
            ),
            "no_count_column",
        )
    if len(names) < 2:
        raise _header_fault(
            Said("There is only one list or none.", "只有一个名单，或没有名单。"),
            Said("Overlap needs two lists at least; add another.", "估计重叠至少需要两个名单，请再加一个。"),
            "one_list",
        )
    if len(names) > MAX_LISTS:
        raise _header_fault(
            Said(
                "There are {k} lists; at most {most} can be used.", "共有 {k} 个名单，最多可用 {most} 个。"
            ).format(k=len(names), most=MAX_LISTS),
            Said(
                "Merge lists of like agencies or leave some out.",
                "请合并性质相近机构的名单，或去掉一些名单。",
            ),
            "too_many_lists",
        )
    if "" in names:
        raise _header_fault(
            Said("Column {number} has no name.", "第 {number} 列没有名称。").format(
                number=names.index("") + 1
            ),
            Said("Name every list in the first row.", "请在首行为每个名单命名。"),
            "unnamed_list",
        )
    folded = [name.casefold() for name in names]
    again = [name for i, name in enumerate(names) if folded[i] in folded[:i]]
    if again:
        raise _header_fault(
            Said("Two lists are named {name!r}.", "有两个名单都叫 {name!r}。").format(name=again[0]),
            Said("Give each list a name of its own.", "请为每个名单取不同的名称。"),
            "duplicate_list_name",
        )
    return tuple(names)


def _header_fault(what: Said, remedy: Said, code: str) -> Invalid:
    return Invalid(what, problems=[Problem(what, row=0, remedy=remedy)], remedy=remedy, code=code)


def _row(
    cells: Sequence[str], lists: Sequence[str], row: int, problems: list[Problem]
) -> tuple[int, int] | None:
    """(history, count), or None after noting what is wrong."""
    if len(cells) != len(lists) + 1:
        problems.append(
            Problem(
                Said(
                    "There are {found} cells; the header has {wanted}.",
                    "有 {found} 个单元格，而表头有 {wanted} 个。",
                ).format(found=len(cells), wanted=len(lists) + 1),
                row=row,
                remedy=Said(
                    "Give each list a 0 or 1, then the count.", "请为每个名单填 0 或 1，最后填人数。"
                ),
            )
        )
        return None
    before = len(problems)
    history = 0
    for i, (name, cell) in enumerate(zip(lists, cells, strict=False)):
        if cell not in ("0", "1"):
            problems.append(
                Problem(
                    Said("{cell!r} is neither 0 nor 1.", "{cell!r} 既不是 0 也不是 1。").format(
                        cell=cell[:40]
                    ),
                    field=name,
                    row=row,
                    remedy=Said(
                        "Write 1 for people on the list, 0 for people not on it. A column that parts people, such"
                        " as sex or year, must be named as one.",
                        "在该名单上的写 1，不在的写 0。性别、年份等分层列须注明为分层列。",
                    ),
                )
            )
        elif cell == "1":
            history |= 1 << i
    count = _count(cells[-1], row, problems)
    if len(problems) > before or count is None:
        return None
    if history == 0:
        problems.append(
            Problem(
                Said(
                    "These people are on no list; nobody can have counted them.",
                    "这些人不在任何名单上，不可能被计数。",
                ),
                row=row,
                remedy=Said(
                    "Delete this row; it is what is to be estimated.", "请删除此行；它正是要估计的数。"
                ),
            )
        )
        return None
    return history, count


def _count(cell: str, row: int, problems: list[Problem]) -> int | None:
    if _WHOLE.fullmatch(cell):
        value = int(cell.split(".")[0])
        if value <= MAX_PEOPLE:
            return value
        what = Said("{cell} people are more than the limit of {most}.", "{cell} 人超过上限 {most}。").format(
            cell=cell[:40], most=MAX_PEOPLE
        )
    elif not cell:
        what = Said("The count is missing.", "缺少人数。")
    elif not _NUMBER.fullmatch(cell):
        what = Said("The count {cell!r} is not a number.", "人数 {cell!r} 不是数字。").format(cell=cell[:40])
    elif cell.startswith("-"):
        what = Said("The count {cell} is negative.", "人数 {cell} 是负数。").format(cell=cell[:40])
    else:
        what = Said("The count {cell} is not written as a whole number.", "人数 {cell} 不是整数。").format(
            cell=cell[:40]
        )
    remedy = Said(
        "Write how many people have this history as a whole number.", "请用整数写出具有此历史的人数。"
    )
    problems.append(Problem(what, field="count", row=row, remedy=remedy))
    return None


def _repeated(row: int, first: int) -> Problem:
    return Problem(
        Said("The same history stands in row {first} already.", "第 {first} 行已有相同的捕获历史。").format(
            first=first
        ),
        row=row,
        remedy=Said(
            "Add the two counts into one row, or delete the one that is wrong.",
            "请把两行人数合并，或删除错误的一行。",
        ),
    )


def _refusal(problems: Sequence[Problem]) -> Invalid:
    first = problems[0]
    if len(problems) == 1:
        what = Said("Row {row}: {what}", "第 {row} 行：{what}").format(row=first.row, what=first.what)
    else:
        what = Said(
            "There are {n} faults, the first in row {row}: {what}",
            "共有 {n} 处错误，第一处在第 {row} 行：{what}",
        ).format(n=len(problems), row=first.row, what=first.what)
    return Invalid(what, problems=problems[:_SHOWN], remedy=first.remedy, code="bad_table")


def _nobody() -> Invalid:
    return Invalid(
        Said("The table counts nobody.", "表中没有任何人数。"),
        problems=[
            Problem(
                Said("All counts are 0 or there are no rows.", "所有人数为 0，或没有数据行。"),
                field="count",
                remedy=Said("Add the rows with people on them.", "请加入有人数的行。"),
            )
        ],
        remedy=Said("Add the rows with people on them.", "请加入有人数的行。"),
        code="empty_table",
    )


def _too_many(people: int) -> Invalid:
    what = Said(
        "The table counts {n} people, more than the limit of {most}.", "表中共 {n} 人，超过上限 {most}。"
    ).format(n=people, most=MAX_PEOPLE)
    remedy = Said(
        "Check the counts; some may be numbers of another kind.", "请核对人数，其中可能混入了其他数字。"
    )
    return Invalid(
        what, problems=[Problem(what, field="count", remedy=remedy)], remedy=remedy, code="huge_counts"
    )
