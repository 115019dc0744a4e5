"""Computes a panel in a process of its own, which can be stopped at any moment; it keeps nothing."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from typing import Any

from django.utils.translation import gettext as _

from concerted.errors import ConcertedError
from concerted.methods import prevalence
from concerted.methods.prevalence import CaptureTable, Said

#: Seconds between two looks at whether the run shall stop.
LOOK_EVERY = 0.5
#: done, total, what; returns whether to stop.
Tell = Callable[[int, int, str], bool]


class Stopped(Exception):
    """The run was cancelled, and its process ended."""


def computed(
    table: CaptureTable,
    options: Mapping[str, Any],
    *,
    strata: prevalence.StrataTables | None = None,
    tell: Tell,
) -> dict[str, Any]:
    """The agreement panel's result, JSON-ready. Raises Stopped, or ConcertedError with what went wrong."""
    context = multiprocessing.get_context("spawn")
    parted = strata.to_json() if strata else None
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(
        target=_compute, args=(theirs, table.lists, table.counts.tolist(), dict(options), parted), daemon=True
    )
    process.start()
    theirs.close()
    try:
        return _watched(ours, process, tell)
    finally:
        if process.is_alive():
            process.kill()
        process.join()
        ours.close()


def _watched(ours: Connection, process: Any, tell: Tell) -> dict[str, Any]:
    said: tuple[int, int, str] = (0, 0, "")
    while True:
        if ours.poll(LOOK_EVERY):
            try:
                kind, value = ours.recv()
            except EOFError:
                raise _died(process) from None
            if kind == "done":
                return dict(value)
            if kind == "failed":
                raise ConcertedError(
                    Said(*value["what"]), where=value["where"], remedy=Said(*value["remedy"])
                )
            said = value
            if ours.poll():
                continue
        if tell(*said):
            raise Stopped


def both(text: object) -> tuple[str, str]:
    """A text in English and in Chinese, the second empty where it has none."""
    return str(text), str(getattr(text, "zh", ""))


def _died(process: Any) -> ConcertedError:
    process.join(5)
    return ConcertedError(
        _("The computation ended without a result (exit code %(code)s).") % {"code": process.exitcode},
        remedy=_("Repeat the run; if it ends so again, give the machine more memory."),
    )


def _compute(
    theirs: Connection,
    lists: tuple[str, ...],
    counts: list[int],
    options: dict[str, Any],
    strata: Mapping[str, Any] | None,
) -> None:
    """What the other process does: the panel, its progress, or what was wrong."""
    import numpy as np

    def say(done: int, total: int, what: str) -> None:
        theirs.send(("progress", (done, total, what)))

    try:
        table = CaptureTable(tuple(lists), np.array(counts, dtype=np.int64))
        parted = prevalence.StrataTables.from_json(strata, lists) if strata else None
        panel = prevalence.agreement_panel(
            table, prevalence.PanelOptions.from_json(options), strata=parted, progress=say
        )
        theirs.send(("done", panel.to_json()))
    except ConcertedError as error:
        theirs.send(
            (
                "failed",
                {"what": both(error.what), "where": str(error.where), "remedy": both(error.remedy)},
            )
        )
    finally:
        theirs.close()
