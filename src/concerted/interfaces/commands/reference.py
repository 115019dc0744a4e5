"""Loads what stands below reference/ into the database, safe to do again; it invents no record."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import typer

from concerted.interfaces.commands.output import JsonFlag, print_json, stand_up, with_progress

app = typer.Typer(
    help="Reference data: places, agencies, code lists, published figures, the real plans.",
    no_args_is_help=True,
)


@app.callback()
def reference() -> None:
    """Reference data: places, agencies, code lists, published figures, the real plans."""


@app.command("load")
def load(as_json: JsonFlag = False) -> None:
    """Load everything below reference/; what already stands as it is stays untouched."""
    stand_up()
    done = load_reference() | load_plans()
    if as_json:
        print_json(done)
        return
    for what, counts in done.items():
        typer.echo(f"{what:<24} " + ", ".join(f"{name} {count}" for name, count in counts.items()))


def load_reference() -> dict[str, dict[str, int]]:
    """Load places, agencies, code lists, figures and law; how many of each were written. Django must be set up."""
    from django.utils import timezone

    from concerted.foundation.access.acts import (
        NewAgency,
        bootstrap_machine_officer,
        load_agencies,
        load_code_lists,
        load_memberships,
        load_places,
    )
    from concerted.foundation.obligations.acts import NewLadder, load_ladders
    from concerted.foundation.obligations.kinds import EscalationStep, Level
    from concerted.interfaces.exchange import reference
    from concerted.mechanism.evaluation.acts.instruments import load_instruments, load_rules
    from concerted.mechanism.meetings.acts.recorded import (
        RecordedMeeting,
        RecordedSeries,
        load_recorded_meetings,
    )
    from concerted.mechanism.plan.acts.statistics import load_published_statistics

    def ladder(one: reference.LadderRecord) -> NewLadder:
        steps = {
            tier: [EscalationStep(rung.after_working_days, Level(rung.to)) for rung in rungs]
            for tier, rungs in one.steps.items()
        }
        return NewLadder(**{**vars(one), "steps": steps})

    def series(one: reference.RecordedSeriesRecord) -> RecordedSeries:
        meetings = tuple(RecordedMeeting(**vars(each)) for each in one.meetings)
        return RecordedSeries(**{**vars(one), "meetings": meetings})

    at = timezone.now()
    machine = bootstrap_machine_officer(at=at)
    seed = reference.read_agencies()
    steps: dict[str, Callable[[], object]] = {
        "places": lambda: load_places(officer=machine, at=at, records=reference.read_places()),
        "agencies": lambda: load_agencies(officer=machine, at=at, records=seed.agencies),
        "local agencies": lambda: load_agencies(
            officer=machine,
            at=at,
            records=[NewAgency(**vars(one)) for one in reference.read_local_agencies()],
        ),
        "membership counts": lambda: load_memberships(
            officer=machine, at=at, records=(), counts=seed.membership_counts_read
        ),
        "code lists": lambda: load_code_lists(officer=machine, at=at, records=reference.read_code_lists()),
        "published figures": lambda: load_published_statistics(
            officer=machine, at=at, records=reference.read_published_statistics()
        ),
        "instruments": lambda: load_instruments(officer=machine, at=at, records=reference.read_instruments()),
        "ladders": lambda: load_ladders(
            officer=machine, at=at, records=[ladder(one) for one in reference.read_ladders()]
        ),
        "recorded meetings": lambda: load_recorded_meetings(
            officer=machine, at=at, records=[series(one) for one in reference.read_recorded_meetings()]
        ),
        "evaluation rules": lambda: load_rules(
            officer=machine, at=at, records=reference.read_evaluation_rules()
        ),
    }
    return {
        what: _counts(step())
        for what, step in with_progress(steps.items(), title="Reference data", total=len(steps))
    }


def _counts(result: object) -> dict[str, int]:
    """By what was done with the records; a load that tells a bare number tells how many it added."""
    if dataclasses.is_dataclass(result) and not isinstance(result, type):
        return dataclasses.asdict(result)
    if not isinstance(result, int):
        raise TypeError(f"a load tells how many records it wrote, not {result!r}")
    return {"added": result}


def load_plans() -> dict[str, dict[str, int]]:
    """Store and adopt the real plans below reference/plans, a nation's before its provinces'; Django must be set up.

    The texts are told to be in force; a day of adoption that was not read stays unknown.
    """
    from datetime import date

    from django.utils import timezone

    from concerted.foundation.access.acts import bootstrap_machine_officer
    from concerted.foundation.agencies.reads import acting_as
    from concerted.interfaces.commands.local_offices import office_of_plan
    from concerted.interfaces.exchange.plan_store import load_plan, read_plan_file
    from concerted.interfaces.exchange.reference import REFERENCE_FOLDER

    at = timezone.now()
    machine = bootstrap_machine_officer(at=at)
    national = acting_as(officer=machine, on=at.date(), function="secretariat")
    done: dict[str, dict[str, int]] = {}
    files = sorted((REFERENCE_FOLDER / "plans").glob("*.yaml"))
    documents = [read_plan_file(path, path.name) for path in files]
    documents.sort(key=lambda document: document.plan.parent is not None)
    for document in with_progress(documents, title="The real plans", total=len(documents)):
        office = office_of_plan(document, at=at) if document.plan.office else national
        adopted = document.plan.adopted
        on = adopted if isinstance(adopted, date) else None
        loaded = load_plan(officer=office, at=at, document=document, adopt_on=on, in_force=True)
        done[document.plan.id] = {"version": loaded.version.number, "added": int(loaded.is_new)}
    return done
