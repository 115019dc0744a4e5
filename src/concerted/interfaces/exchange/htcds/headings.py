"""Finds which field each column of a handed-in table holds, by name, alias or label, never by its order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from concerted.errors import Invalid, Problem

from .fields import STANDARD, aliases, fields, folded

RECORD = "record"
"""Our one column beside the standard's: rows with the same word belong to one case."""
_LOOKED_THROUGH = 6


@dataclass(frozen=True)
class Heading:
    """What one column holds: a field, or one choice of a field (`choice`), or nothing that is known (`field` '')."""

    column: int
    seen: str
    field: str = ""
    choice: str | None = None
    caution: str | Promise = ""


@dataclass(frozen=True)
class Headings:
    """The columns of a table and the first row below their headings."""

    columns: tuple[Heading, ...]
    first_row: int


def headings_of(rows: Sequence[tuple[str, ...]], filename: str) -> Headings:
    """Return what each column holds. A toolkit's sheet may have a row of names and a row of labels, in either order.

    Raises Invalid where no row near the top names a field, or two columns hold the same one.
    """
    counted = [sum(_is_named(cell) for cell in row) for row in rows[:_LOOKED_THROUGH]]
    labelled = [sum(_by_label(cell) is not None for cell in row) for row in rows[:_LOOKED_THROUGH]]
    if not any(counted) and not any(labelled):
        raise Invalid(
            format_lazy(_("No row near the top names a field of the {standard}."), standard=STANDARD),
            where=filename,
            remedy=_("Write the standard's names (prs_FirstName ...) or labels in the first row."),
        )
    names = _best(counted)
    labels = _best([0 if row == names else count for row, count in enumerate(labelled)])
    if labels is not None and names is not None and (abs(labels - names) != 1 or labelled[labels] < 3):
        labels = None
    columns = tuple(_columns(_row(rows, names), _row(rows, labels)))
    _refuse_twice(columns, filename)
    return Headings(columns, max(row for row in (names, labels) if row is not None) + 2)


def _best(counts: Sequence[int]) -> int | None:
    return counts.index(max(counts)) if counts and max(counts) else None


def _row(rows: Sequence[tuple[str, ...]], number: int | None) -> tuple[str, ...]:
    return () if number is None else rows[number]


def _columns(names: tuple[str, ...], labels: tuple[str, ...]) -> Iterator[Heading]:
    for column in range(max(len(names), len(labels))):
        name = names[column].strip() if column < len(names) else ""
        label = labels[column].strip() if column < len(labels) else ""
        if name or label:
            yield _heading(column, name, label)


def _heading(column: int, name: str, label: str) -> Heading:
    seen = name or label
    if folded(name) == RECORD:
        return Heading(column, seen, RECORD)
    chosen = _choice_column(name)
    if chosen is not None:
        return Heading(column, seen, *chosen)
    by_name, by_label = _by_name(name), _by_label(label or name)
    rightly = aliases().labels_over_wrong_names.get((folded(label), by_name or ""))
    if rightly:
        return Heading(column, seen, rightly)
    if by_name is None or by_label is None or by_name == by_label or not label:
        return Heading(column, seen, by_name or by_label or "")
    caution = format_lazy(
        _("The name says {name}, the label beside it says {label}; the name was followed."),
        name=by_name,
        label=label,
    )
    return Heading(column, seen, by_name, caution=caution)


def _is_named(cell: str) -> bool:
    return _by_name(cell) is not None or _choice_column(cell.strip()) is not None


def _choice_column(name: str) -> tuple[str, str] | None:
    """A column that stands for one choice: the field definitions' own names, or field/choice as survey tools write."""
    known = aliases()
    if name in known.booleans:
        return known.boolean_field, known.booleans[name] or ""
    before, slash, choice = name.rpartition("/")
    if not slash:
        return None
    field = _by_name(before)
    if field is None or not fields()[field].values:
        return None
    return field, choice


def _by_name(cell: str) -> str | None:
    last = cell.strip().rpartition("/")[2]
    if last in fields():
        return last
    return aliases().names.get(last)


def _by_label(cell: str) -> str | None:
    wanted = folded(cell)
    if not wanted:
        return None
    found = [one.name for one in fields().values() if folded(one.label) == wanted]
    return found[0] if len(found) == 1 else None


def _refuse_twice(columns: Sequence[Heading], filename: str) -> None:
    whole = [one.field for one in columns if one.field and one.choice is None]
    twice = sorted({field for field in whole if whole.count(field) > 1})
    if twice:
        problems = [
            Problem(_("Two columns hold it."), field=field, remedy=_("Take one of them out."))
            for field in twice
        ]
        raise Invalid(_("A field has two columns."), where=filename, problems=problems)
