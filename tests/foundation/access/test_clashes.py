"""Two writers whom the database parts: the one that was undone is told so and may do it again."""

from __future__ import annotations

from threading import Event, Thread

import pytest
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from tests.builders import World, build_world
from tests.mechanism.plan.reporting_world import build_reporting

from concerted.errors import Conflict, Invalid
from concerted.foundation.access.clashes import clash_of
from concerted.foundation.access.door import acting
from concerted.interfaces.api.api import api
from concerted.interfaces.pages.middleware import ActingMiddleware
from concerted.mechanism.plan.acts import documents, editing
from concerted.mechanism.plan.models import Dependency

MINE, THEIRS = 7_101, 7_102
LOCK = "SELECT pg_advisory_xact_lock(%s)"
WAITS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted"


def deadlock() -> None:
    """Wait in a ring with another transaction; the database undoes this one, which began to wait first."""
    holds = Event()

    def other() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(LOCK, [THEIRS])
                holds.set()
                waiting = 0
                while not waiting:
                    cursor.execute(WAITS, [THEIRS])
                    (waiting,) = cursor.fetchone()
                cursor.execute(LOCK, [MINE])
        finally:
            connection.close()

    with connection.cursor() as cursor:
        cursor.execute(LOCK, [MINE])
        thread = Thread(target=other)
        thread.start()
        try:
            holds.wait(60)
            cursor.execute(LOCK, [THEIRS])
        finally:
            if not connection.in_atomic_block:
                connection.close()


@pytest.fixture
def world(transactional_db: None) -> World:
    return build_world()


def test_a_page_tells_a_clash_and_what_to_do_even_where_the_transaction_takes_nothing_more(
    world: World,
) -> None:
    def clashing(request: HttpRequest) -> HttpResponse:
        deadlock()
        return HttpResponse()

    request = Client().get("/").wsgi_request
    answer = ActingMiddleware(clashing)(request)
    assert answer.status_code == 409
    assert "at the same moment" in answer.content.decode() and "Do it again." in answer.content.decode()


def test_the_api_tells_a_clash_as_a_conflict_that_may_be_repeated(world: World) -> None:
    with pytest.raises(OperationalError) as told, transaction.atomic():
        deadlock()
    assert isinstance(clash_of(told.value), Conflict)
    answer = api.on_exception(HttpRequest(), told.value)
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    assert clash_of(OperationalError("the server closed the connection")) is None


def test_of_two_measures_made_to_wait_for_each_other_at_once_one_waits_and_the_other_is_told_of_the_ring(
    transactional_db: None,
) -> None:
    nation = build_reporting()
    officer, at = nation.world.secretariat, nation.world.at
    version = nation.measure("m1").version
    draft = documents.start_revision(officer=officer, at=at, plan=version.plan)
    with acting(officer, at):
        one, two = draft.measures.select_related("version__plan").order_by("pk")[:2]
    told: list[Invalid] = []

    def wait_for(measure: object, needs: object) -> None:
        try:
            editing.add_dependency(officer=officer, at=at, measure=measure, needs=needs)  # type: ignore[arg-type]
        except Invalid as error:
            told.append(error)
        finally:
            connection.close()

    for _round in range(5):
        threads = [Thread(target=wait_for, args=pair) for pair in ((one, two), (two, one))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        with acting(officer, at):
            made = Dependency.objects.select_related("measure__version__plan").get(
                measure__in=[one, two], needs__in=[one, two]
            )
        assert len(told) == 1
        editing.remove_dependency(officer=officer, at=at, measure=made.measure, dependency=made)
        told.clear()
