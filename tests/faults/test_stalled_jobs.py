"""What a dead worker left is given back, also where its like was queued meanwhile."""

import pytest
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from concerted.config import postgres
from concerted.config.stalled import give_back
from concerted.foundation.audit.jobs import seal_the_record

LOCK = "tests.seal"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def left_by_a_dead_worker(database_server: postgres.Server, database_name: str) -> int:
    """The number of a job that a worker took up before it died, two minutes ago; no two of its lock may wait."""
    number = seal_the_record.configure(queueing_lock=LOCK).defer(timestamp=0)
    with database_server.connect(database=database_name) as superuser:
        (worker,) = superuser.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '2 minutes') RETURNING id"
        ).fetchone() or (None,)
        superuser.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s", [worker, number]
        )
    return number


def _give_back() -> None:
    give_back.defer(timestamp=0)
    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        working.run_worker(queues=["stalled"], wait=False)


def _state(number: int) -> str:
    return str(ProcrastinateJob.objects.get(pk=number).status)


def test_a_job_of_a_dead_worker_waits_again(left_by_a_dead_worker: int) -> None:
    _give_back()
    assert _state(left_by_a_dead_worker) == "todo"


def test_where_its_like_waits_already_the_dead_ones_job_ends_and_the_other_is_done(
    left_by_a_dead_worker: int,
) -> None:
    following = seal_the_record.configure(queueing_lock=LOCK).defer(timestamp=0)
    _give_back()
    assert (_state(left_by_a_dead_worker), _state(following)) == ("aborted", "todo")
