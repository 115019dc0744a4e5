"""How commands speak: data on standard output, progress and errors on standard error; it computes nothing."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated, TypeVar

import typer

from concerted.errors import ConcertedError, Invalid
from concerted.interfaces.commands.language import shell_is_chinese

FAILED, BAD_INPUT = 1, 2
Item = TypeVar("Item")
JsonFlag = Annotated[bool, typer.Option("--json", help="Print machine-readable JSON instead of text.")]


def stand_up() -> None:
    """Set Django up; called by a command before it imports acts and reads, so that --help stays fast.

    Faults are told in the language of the terminal (LC_ALL, LC_MESSAGES or LANG, in this order), where it is Chinese;
    else in CONCERTED_LANGUAGE.
    """
    import django

    django.setup()
    if shell_is_chinese():
        from django.utils.translation import activate

        activate("zh-hans")


def print_json(value: object) -> None:
    """One JSON document on standard output, Chinese characters as they are; dates in ISO 8601."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=_plain) + "\n")


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def tell_error(error: ConcertedError) -> int:
    """Write what was wrong, where and the remedy on standard error; returns the exit code."""
    lines = [f"concerted: {error.what}", *(f"  {part}" for part in (error.where, error.remedy) if str(part))]
    if isinstance(error, Invalid):
        for problem in error.problems:
            place = " ".join(
                part for part in (_row(problem.row) if problem.row else "", problem.field) if part
            )
            told = f"{place}: {problem.what}" if place else str(problem.what)
            remedy = "" if str(problem.remedy) == str(error.remedy) else problem.remedy  # told once above
            lines.append(f"  - {told} {remedy}".rstrip())
    sys.stderr.write("\n".join(lines) + "\n")
    return BAD_INPUT if isinstance(error, Invalid) else FAILED


def _row(number: int) -> str:
    from django.apps import apps
    from django.utils.translation import gettext

    return gettext("row %(row)s") % {"row": number} if apps.ready else f"row {number}"


def with_progress(items: Iterable[Item], *, title: str, total: int | None = None) -> Iterator[Item]:
    """The items, with a bar on standard error that shows how far they are; for work over two seconds."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield from bar.track(items, total=total, description=title)


@contextmanager
def stages(title: str) -> Iterator[Callable[[str], None]]:
    """`tell(stage)` shows on standard error what is being done, with a moving bar; without a terminal a line each."""
    if not sys.stderr.isatty():
        yield lambda stage: print(f"{title}: {stage}", file=sys.stderr, flush=True)  # noqa: T201
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda stage: bar.update(task, description=f"{title}: {stage}")
