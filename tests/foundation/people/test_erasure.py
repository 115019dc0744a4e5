"""Two officers erase a person after a dry run; a hold stops them, and what is erased stays erased."""

from __future__ import annotations

import re
import struct
import zlib
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from tests.builders import MONDAY, World, build_world

from concerted.errors import Conflict, Invalid, NotThere, Refused, Stale
from concerted.foundation.access.models import Interest
from concerted.foundation.agencies.models import Officer
from concerted.foundation.audit.reads import whole_record
from concerted.foundation.people import acts, reads
from concerted.foundation.people.births import born_on
from concerted.foundation.people.models import Attribute, ErasureRequest, Person, SearchMark
from concerted.foundation.people.schedule import rule_of, rules
from concerted.foundation.people.values import Description, Name, Statement
from concerted.foundation.vault import tombstones
from concerted.foundation.vault.files.keeping import kept_paths

pytestmark = pytest.mark.django_db


def picture() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0)
    points = zlib.compress(bytes(6))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", points) + chunk(b"IEND", b"")


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def asking(world: World) -> Officer:
    return world.officer_for(world.yunnan, "case_supervisor")


@pytest.fixture
def deciding(world: World) -> Officer:
    return world.new_officer(world.yunnan, "case_supervisor")


@pytest.fixture
def person(world: World) -> Person:
    worker = world.officer_for(world.yunnan, "case_worker")
    written = acts.record_person(
        officer=worker, at=MONDAY, statements=[Statement(Name("李小红")), Statement(born_on(2001, 5, 6))]
    )
    acts.add_photograph(officer=worker, at=MONDAY, person=written, content=picture(), caption="on arrival")
    return written


def _asked(officer: Officer, person: Person, **more: Any) -> ErasureRequest:
    return acts.request_erasure(
        officer=officer, at=MONDAY, person=person, **({"ground": "asked", "reference": "2010-17"} | more)
    )


def test_the_dry_run_lists_what_would_go_and_changes_nothing(asking: Officer, person: Person) -> None:
    preview = reads.erasure_preview(officer=asking, at=MONDAY, person=person)
    assert preview.is_free
    assert preview.listed["people.attribute"] == 3 and preview.listed["vault.storedfile"] == 1
    assert preview.listed["people.searchmark"] > 3
    assert "李" not in str(preview.listed)
    assert tombstones.standing() == []


def test_two_officers_erase_and_only_the_proof_is_left(
    world: World,
    asking: Officer,
    deciding: Officer,
    person: Person,
    django_capture_on_commit_callbacks: Any,
) -> None:
    request = _asked(asking, person)
    assert reads.open_erasures(officer=deciding, at=MONDAY) == [request]
    with django_capture_on_commit_callbacks(execute=True):
        done = acts.approve_erasure(officer=deciding, at=MONDAY, request=request)
    (stone,) = tombstones.standing()
    assert (done.state, done.proof, stone.subject) == ("done", stone.proof, person.subject)
    assert list(kept_paths()) == []
    worker = world.officer_for(world.yunnan, "case_worker")
    identity = reads.identity_of(officer=worker, at=MONDAY, person=person, why="test")
    assert identity.stated == () and identity.person.erased_at == MONDAY
    assert reads.possible_duplicates(officer=worker, at=MONDAY, values=[Name("李小红")]) == []
    with world.seen_by(worker):
        assert not SearchMark.objects.filter(person=person).exists()
        assert Attribute.objects.filter(person=person).count() == 3, "bytes that nothing opens"
    with pytest.raises(NotThere):
        acts.add_statement(officer=worker, at=MONDAY, person=person, statement=Statement(Name("again")))
    with pytest.raises(Conflict):
        acts.approve_erasure(officer=deciding, at=MONDAY, request=request)


def test_nobody_approves_his_own_request(asking: Officer, person: Person) -> None:
    request = _asked(asking, person)
    with pytest.raises(Refused):
        acts.approve_erasure(officer=asking, at=MONDAY, request=request)
    assert tombstones.standing() == []


def test_the_database_itself_refuses_one_officer_in_both_parts(
    world: World, asking: Officer, person: Person
) -> None:
    request = _asked(asking, person)
    with world.seen_by(asking), pytest.raises(Exception, match="two_officers_erase"):
        ErasureRequest.objects.filter(pk=request.pk).update(decided_by=asking)


def test_another_agency_neither_sees_nor_decides_it(world: World, asking: Officer, person: Person) -> None:
    request = _asked(asking, person)
    stranger = world.officer_for(world.hunan, "case_supervisor")
    assert reads.open_erasures(officer=stranger, at=MONDAY) == []
    with pytest.raises(NotThere):
        reads.erasure_by_id(officer=stranger, at=MONDAY, pk=request.pk)
    with pytest.raises(Refused):
        acts.approve_erasure(officer=stranger, at=MONDAY, request=request)


def test_a_case_worker_cannot_ask_for_it(world: World, person: Person) -> None:
    with pytest.raises(Refused):
        _asked(world.officer_for(world.yunnan, "case_worker"), person)


def test_a_hold_of_another_agency_stops_both_officers(
    world: World, asking: Officer, deciding: Officer, person: Person
) -> None:
    court = world.officer_for(world.ministry, "case_supervisor")
    with pytest.raises(NotThere):
        acts.set_hold(officer=court, at=MONDAY, person=person, ground="trial")
    with world.seen_by(asking):
        Interest.objects.create(
            subject_kind="people.person",
            subject_id=person.pk,
            agency_id=court.agency_id,
            granted_by_id=person.agency_id,
            basis="disclosure",
            sections=["identity"],
            since=MONDAY,
        )
    request = _asked(asking, person)
    hold = acts.set_hold(officer=court, at=MONDAY, person=person, ground="trial", reference="刑初 17")
    with pytest.raises(Conflict, match="hold"):
        acts.approve_erasure(officer=deciding, at=MONDAY, request=request)
    assert not reads.erasure_preview(officer=asking, at=MONDAY, person=person).is_free
    with pytest.raises(Refused):
        acts.lift_hold(officer=asking, at=MONDAY, hold=hold)
    acts.ask_to_lift_hold(officer=court, at=MONDAY, hold=hold, reason="The trial has ended.")
    second = world.new_officer(world.ministry, "case_supervisor")
    acts.lift_hold(officer=second, at=MONDAY, hold=hold)
    assert acts.approve_erasure(officer=deciding, at=MONDAY, request=request).state == "done"


def test_what_was_added_since_the_dry_run_is_not_erased_unseen(
    world: World, asking: Officer, deciding: Officer, person: Person
) -> None:
    request = _asked(asking, person)
    worker = world.officer_for(world.yunnan, "case_worker")
    acts.add_statement(officer=worker, at=MONDAY, person=person, statement=Statement(Description("scar")))
    with pytest.raises(Stale):
        acts.approve_erasure(officer=deciding, at=MONDAY, request=request)
    assert tombstones.standing() == []
    acts.refuse_erasure(officer=deciding, at=MONDAY, request=request)
    assert acts.approve_erasure(officer=deciding, at=MONDAY, request=_asked(asking, person)).state == "done"


def test_the_schedule_says_the_first_day_and_a_childs_age_counts(asking: Officer, person: Person) -> None:
    closed = date(2005, 4, 12)
    assert rule_of("closed_case_adult").first_day(closed) == date(2015, 4, 12)
    child = rule_of("closed_case_child")
    assert child.first_day(closed, latest_birth=date(2001, 5, 6)) == date(2029, 5, 6)
    assert rule_of("no_case").first_day(date(2008, 2, 29)) == date(2009, 3, 1)
    with pytest.raises(Conflict, match="2015-04-12"):
        _asked(asking, person, ground="schedule", rule="closed_case_adult", event_on=closed)
    early = MONDAY.date() - timedelta(days=370)
    assert _asked(asking, person, ground="schedule", rule="no_case", event_on=early).rule == "no_case"


def test_a_request_names_its_ground(asking: Officer, person: Person) -> None:
    for wrong in (
        {"ground": "whim"},
        {"reference": " "},
        {"ground": "schedule", "rule": "closed_case_child"},
    ):
        with pytest.raises(Invalid):
            _asked(asking, person, **wrong)
    with pytest.raises(NotThere):
        _asked(asking, person, ground="schedule", rule="no-such-rule")
    _asked(asking, person)
    with pytest.raises(Conflict):
        _asked(asking, person)


def test_every_rule_of_the_schedule_is_told_in_both_languages_with_its_source() -> None:
    assert len({rule.key for rule in rules()}) == len(rules()) > 3
    for rule in rules():
        assert rule.en and re.search(r"[\u3400-\u9fff]", rule.zh) and rule.source and rule.articles
        assert rule.years_from in ("proposed", "rule")


def test_the_record_of_an_erasure_keeps_no_name(
    world: World, asking: Officer, deciding: Officer, person: Person
) -> None:
    acts.approve_erasure(officer=deciding, at=MONDAY, request=_asked(asking, person))
    with whole_record(), connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(e::text, ' ') FROM audit_auditentry e")
        assert "李小红" not in cursor.fetchone()[0]
