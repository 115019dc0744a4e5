"""Every act leaves one row in its own transaction, and every write outside an act is told as such."""

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from tests.builders import World, build_world
from tests.record import the_record

from concerted.errors import Refused
from concerted.foundation.access import acts
from concerted.foundation.agencies.models import Agency, Appointment, Post
from concerted.foundation.audit.acts import record

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world()


def _outside() -> list[tuple[str, str, int]]:
    rows = the_record(kind="outside").order_by("id")
    return [(row.act, row.subject_kind, row.detail["rows"]) for row in rows]


def test_an_act_leaves_one_row_that_says_who_under_which_appointment(world: World) -> None:
    made = acts.register_agency(
        officer=world.administrator, at=world.at, key="new", kind="ngo", name_en="A new body"
    )
    row = the_record().get(act="access.register_agency")
    appointment = world.administrator.acting
    assert appointment is not None
    assert (row.kind, row.officer_id, row.appointment_id) == ("act", world.administrator.pk, appointment.pk)
    assert (row.agency_id, row.subject_kind, row.subject_id) == (world.office.pk, "agencies.agency", made.pk)
    assert row.at == world.at
    assert _outside() == []


def test_the_row_rolls_back_with_its_act(world: World) -> None:
    administrator = world.administrator
    before = the_record().count()
    with transaction.atomic():
        acts.register_agency(officer=administrator, at=world.at, key="never", kind="ngo", name_en="Never")
        transaction.set_rollback(True)
    assert the_record().count() == before
    assert not Agency.objects.filter(key="never").exists()


def test_an_act_that_fails_leaves_neither_its_write_nor_its_row(world: World) -> None:
    acts.register_agency(officer=world.administrator, at=world.at, key="once", kind="ngo", name_en="Once")
    before = the_record().count()
    with pytest.raises(DatabaseError):
        acts.register_agency(
            officer=world.administrator, at=world.at, key="x" * 300, kind="ngo", name_en="Too long a key"
        )
    assert the_record().count() == before


def test_a_refused_act_writes_nothing(world: World) -> None:
    officer = world.focal_point
    before = the_record().count()
    with pytest.raises(Refused):
        acts.register_agency(officer=officer, at=world.at, key="mine", kind="ngo", name_en="Mine")
    assert the_record().count() == before


def test_bulk_updates_outside_an_act_leave_a_row_that_counts_them(world: World) -> None:
    Post.objects.filter(agency=world.office).update(title_en="Another desk")
    desks = Post.objects.filter(agency=world.office).count()
    assert _outside() == [("update", "agencies_post", desks)]


def test_bulk_creation_and_model_saves_outside_an_act_leave_rows(world: World) -> None:
    agency = world.ministry
    Post.objects.bulk_create([Post(agency=agency, function="observer", title_en=str(n)) for n in range(3)])
    Post.objects.create(agency=agency, function="observer", title_en="single")
    assert _outside() == [("insert", "agencies_post", 3), ("insert", "agencies_post", 1)]


def test_raw_statements_leave_a_row_with_the_database_role(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE agencies_appointment SET valid_to = NULL, reason = 'shell' WHERE officer_id <> 0"
        )
    row = the_record().get(kind="outside")
    assert row.subject_kind == "agencies_appointment"
    assert row.detail == {"rows": Appointment.objects.count(), "database_role": "concerted_app"}


@pytest.mark.django_db(transaction=True)
def test_a_record_outside_a_transaction_is_refused(world: World) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        record(at=world.at, kind="act", act="x", officer_id=None, appointment_id=None, agency_id=None)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditentry SET act = 'another'",
        "DELETE FROM audit_auditentry",
        "TRUNCATE audit_auditentry",
        "UPDATE audit_auditsegment SET entries = 0",
        "DELETE FROM audit_auditsegment",
        "DELETE FROM audit_auditepoch",
        "ALTER TABLE audit_auditentry DISABLE TRIGGER ALL",
        "INSERT INTO audit_auditentry (transaction, at, kind, act, subject_kind)"
        " VALUES (1, now(), 'act', 'x', '')",
        "INSERT INTO audit_auditentry (recorded_at, at, kind, act, subject_kind)"
        " VALUES (now() - interval '1 year', now(), 'act', 'x', '')",
    ],
)
def test_the_application_can_only_add_to_the_record(world: World, statement: str) -> None:
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
        connection.cursor().execute(statement)
