"""A run is kept with its table, seed and version, gives the same numbers again, and is its agency's until shared."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import psutil
import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.builders import World, build_world
from tests.mechanism.figures.world import CSV, PARTED, QUICK, ask, table
from tests.record import the_record

from concerted.errors import ConcertedError, Conflict, Invalid, NotThere, Refused
from concerted.foundation.access import acts as access
from concerted.foundation.agencies.models import Officer, Post
from concerted.mechanism.figures import acts, jobs, reads
from concerted.mechanism.figures.hashing import data_hash, result_hash
from concerted.mechanism.figures.models import EstimationRun, RunProgress
from concerted.mechanism.figures.process import Stopped, computed
from concerted.methods.prevalence import LinkageDoubt, PanelOptions, agreement_panel, read_strata, read_table

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def statistician(world: World) -> Officer:
    return world.officer_for(world.ministry, Post.Function.STATISTICIAN)


def _seen(world: World, officer: Officer, run: EstimationRun) -> EstimationRun:
    return reads.run_by_id(officer=officer, at=world.at, pk=run.pk)


def _done(world: World, officer: Officer) -> EstimationRun:
    """A run with its result, computed here."""
    run = ask(world, officer)
    acts.begin(run_id=run.pk, at=world.at, real=world.at)
    acts.finish(run_id=run.pk, at=world.at, result=agreement_panel(table(), QUICK).to_json())
    return _seen(world, officer, run)


def test_asking_keeps_the_table_and_queues_one_job(world: World, statistician: Officer) -> None:
    run = ask(world, statistician)
    assert (run.state, run.agency, run.seed) == ("queued", world.ministry, 7)
    assert run.table == table()
    assert run.data_hash == data_hash(table())
    job = ProcrastinateJob.objects.get(task_name="figures.estimate")
    assert (job.queue_name, job.args) == ("figures", {"run_id": run.pk})


def test_the_worker_computes_the_run_in_a_process_of_its_own(world: World, statistician: Officer) -> None:
    run = ask(world, statistician)
    assert jobs.estimate(run_id=run.pk) == "done"
    done = _seen(world, statistician, run)
    assert done.state == "done"
    assert done.result["table"]["n"] == 303
    assert [one["method"] for one in done.result["methods"]] == list(QUICK.methods)
    assert done.result_hash == result_hash(agreement_panel(table(), QUICK).to_json())
    assert done.progress.is_over and done.progress.done == done.progress.total


def test_a_second_job_for_the_same_run_does_nothing(world: World, statistician: Officer) -> None:
    run = _done(world, statistician)
    assert jobs.estimate(run_id=run.pk) == "nothing to do"


def test_a_repeated_run_gives_the_same_numbers_and_says_so(world: World, statistician: Officer) -> None:
    first = _done(world, statistician)
    again = acts.repeat_run(officer=statistician, at=world.at, run=first)
    acts.begin(run_id=again.pk, at=world.at, real=world.at)
    acts.finish(run_id=again.pk, at=world.at, result=agreement_panel(again.table, QUICK).to_json())
    told = reads.repetition_of(_seen(world, statistician, again))
    assert told is not None
    assert (told.first, told.same_numbers, told.same_version) == (first, True, True)
    assert (again.seed, again.options) == (first.seed, first.options)


def test_a_run_under_way_cannot_be_repeated(world: World, statistician: Officer) -> None:
    run = ask(world, statistician)
    with pytest.raises(Conflict, match="has not ended"):
        acts.repeat_run(officer=statistician, at=world.at, run=run)


def test_a_cancelled_run_keeps_no_result_and_stops_its_worker(world: World, statistician: Officer) -> None:
    run = ask(world, statistician)
    acts.begin(run_id=run.pk, at=world.at, real=world.at)
    acts.cancel_run(officer=statistician, at=world.at, run=run)
    assert acts.say_progress(run_id=run.pk, real=world.at, done=1, total=2, what="bic")
    assert acts.finish(run_id=run.pk, at=world.at, result={}) is None
    ended = _seen(world, statistician, run)
    assert (ended.state, ended.result, ended.cancelled_by) == ("cancelled", None, statistician)
    with pytest.raises(Conflict):
        acts.cancel_run(officer=statistician, at=world.at, run=run)


def test_a_run_cancelled_while_it_waits_is_never_computed(world: World, statistician: Officer) -> None:
    run = ask(world, statistician)
    acts.cancel_run(officer=statistician, at=world.at, run=run)
    assert jobs.estimate(run_id=run.pk) == "nothing to do"


def test_the_process_ends_as_soon_as_the_run_shall_stop() -> None:
    started: list[psutil.Process] = []

    def look_and_stop(_done: int, _total: int, _what: str) -> bool:
        started.extend(
            process for process in psutil.Process().children() if "spawn_main" in " ".join(process.cmdline())
        )
        return True

    with pytest.raises(Stopped):
        computed(table(), PanelOptions().to_json(), tell=look_and_stop)
    assert started
    assert not any(process.is_running() for process in started)


def test_a_worker_that_died_leaves_a_run_that_says_so(world: World, statistician: Officer) -> None:
    run = ask(world, statistician)
    acts.begin(run_id=run.pk, at=world.at, real=world.at)
    fault = ConcertedError("The worker ended before the run did.", remedy="Repeat the run.")
    soon, later = world.at + timedelta(minutes=2), world.at + timedelta(minutes=4)
    assert acts.give_up_the_silent(at=world.at, real=soon, error=fault) == 0
    assert acts.give_up_the_silent(at=world.at, real=later, error=fault) == 1
    failed = _seen(world, statistician, run)
    assert (failed.state, failed.fault["remedy"]) == ("failed", "Repeat the run.")


def test_a_run_of_whoever_lost_the_post_is_not_begun_and_its_result_not_kept(
    world: World, statistician: Officer
) -> None:
    waits, under_way = ask(world, statistician), ask(world, statistician)
    acts.begin(run_id=under_way.pk, at=world.at, real=world.at)
    assert statistician.acting is not None
    access.end_appointment(
        officer=world.machine,
        at=world.at,
        appointment=statistician.acting,
        on=world.at.date(),
        reason="moved",
    )
    assert jobs.estimate(run_id=waits.pk) == "nothing to do"
    result = agreement_panel(table(), QUICK).to_json()
    assert acts.finish(run_id=under_way.pk, at=world.at, result=result) is None
    with world.seen_by(world.officer_for(world.ministry, Post.Function.FOCAL_POINT)):
        for run in EstimationRun.objects.all():
            assert (run.state, run.result) == ("failed", None) and "post" in run.fault["what"]


def test_no_other_agency_sees_a_run_until_it_is_shared(world: World, statistician: Officer) -> None:
    run = _done(world, statistician)
    outsider = world.officer_for(world.other_ministry, Post.Function.FOCAL_POINT)
    with pytest.raises(NotThere):
        _seen(world, outsider, run)
    acts.share_run(officer=statistician, at=world.at, run=run)
    assert _seen(world, outsider, run).result is not None
    acts.stop_sharing(officer=statistician, at=world.at, run=run)
    with pytest.raises(NotThere):
        _seen(world, outsider, run)


def test_only_the_agency_that_asked_may_cancel_share_or_repeat(world: World, statistician: Officer) -> None:
    run = _done(world, statistician)
    acts.share_run(officer=statistician, at=world.at, run=run)
    outsider = world.officer_for(world.other_ministry, Post.Function.FOCAL_POINT)
    for act in (acts.cancel_run, acts.stop_sharing, acts.repeat_run):
        with pytest.raises(Refused):
            act(officer=outsider, at=world.at, run=run)


def test_an_observer_reads_but_cannot_ask(world: World) -> None:
    with pytest.raises(Refused):
        ask(world, world.officer_for(world.ministry, Post.Function.OBSERVER))


def test_others_see_no_count_below_five_nor_can_work_it_out(world: World, statistician: Officer) -> None:
    run = _done(world, statistician)
    rows = reads.result_of(run, whole=False)["table"]["rows"]
    assert [row["history"] for row in rows if row["count"] is None] == [6, 7]
    assert all(row["count"] for row in reads.result_of(run, whole=True)["table"]["rows"])


def test_what_was_asked_and_what_came_out_are_never_rewritten(world: World, statistician: Officer) -> None:
    run = _done(world, statistician)
    for column in ("counts = '[]'", "seed = 2", "result = '{}'", "state = 'failed', result = NULL"):
        statement = f"UPDATE figures_estimationrun SET {column} WHERE id = %s"
        refused = pytest.raises(DatabaseError, match="never rewritten")
        with world.seen_by(statistician), refused, transaction.atomic():
            connection.cursor().execute(statement, [run.pk])


def test_every_step_of_a_run_is_on_record(world: World, statistician: Officer) -> None:
    run = _done(world, statistician)
    acts.share_run(officer=statistician, at=world.at, run=run)
    said = the_record(subject_kind="figures.estimationrun", subject_id=run.pk).order_by("id")
    assert list(said.values_list("act", flat=True)) == [
        "figures.ask_for_run",
        "figures.begin",
        "figures.finish",
        "figures.share_run",
    ]
    assert not the_record(kind="outside", subject_kind="figures_estimationrun").exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [({"title": " "}, "title"), ({"year": 12}, "year"), ({"place_code": "999999"}, "place")],
)
def test_a_run_without_a_name_or_with_an_impossible_year_is_not_made(
    world: World, statistician: Officer, change: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        ask(world, statistician, **change)
    assert [problem.field for problem in refused.value.problems] == [field]
    assert EstimationRun.objects.count() == 0


def test_an_agency_cannot_fill_the_queue(world: World, statistician: Officer) -> None:
    for _ in range(10):
        ask(world, statistician)
    with pytest.raises(Conflict, match="not ended"):
        ask(world, statistician)
    ask(world, world.officer_for(world.other_ministry, Post.Function.STATISTICIAN))


def test_the_same_table_has_the_same_hash_whatever_the_order_of_its_rows(world: World) -> None:
    head, *rows = CSV.split()
    assert data_hash(read_table("\n".join([head, *reversed(rows)]) + "\n")) == data_hash(table())


def test_progress_tells_nothing_of_the_table() -> None:
    named = {field.name for field in RunProgress._meta.get_fields()}
    assert named == {
        "id",
        "run",
        "appointment",
        "done",
        "total",
        "what",
        "beat_at",
        "cancel_asked",
        "is_over",
    }


def test_a_run_by_strata_keeps_them_computes_them_and_repeats_them(
    world: World, statistician: Officer
) -> None:
    strata = read_strata(PARTED, ["sex"])
    options = replace(
        QUICK, methods=("chapman",), within="chapman", linkage=LinkageDoubt(missed=0.1, draws=5)
    )
    run = ask(world, statistician, table=strata.whole, strata=strata, options=options)
    assert run.data_hash != data_hash(strata.whole)
    assert jobs.estimate(run_id=run.pk) == "done"
    run = _seen(world, statistician, run)
    assert run.strata_tables == strata
    _alone, pooled = run.result["strata"]["poolings"]
    assert [part["stratum"] for part in pooled["strata"]] == ["f", "m", "x"]
    assert run.result["linkage"]["asked"]["missed"] == 0.1
    again = acts.repeat_run(officer=statistician, at=world.at, run=run)
    assert jobs.estimate(run_id=again.pk) == "done"
    again = _seen(world, statistician, again)
    assert (again.data_hash, again.result_hash) == (run.data_hash, run.result_hash)
    with (
        world.seen_by(statistician),
        pytest.raises(DatabaseError, match="never rewritten"),
        transaction.atomic(),
    ):
        connection.cursor().execute("UPDATE figures_estimationrun SET strata = '[]' WHERE id = %s", [run.pk])


def test_strata_of_other_people_make_no_run(world: World, statistician: Officer) -> None:
    with pytest.raises(Invalid) as refused:
        ask(world, statistician, strata=read_strata(PARTED, ["sex"]))
    assert [problem.field for problem in refused.value.problems] == ["strata"]
    with pytest.raises(Invalid, match="no list"):
        ask(
            world,
            statistician,
            options=replace(QUICK, linkage=LinkageDoubt(missed={("police", "hospitals"): 0.1})),
        )
    assert EstimationRun.objects.count() == 0
