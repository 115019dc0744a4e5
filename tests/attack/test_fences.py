"""What an attacker with the application's database role, or a forgotten filter, gets to see: nothing."""

import contextlib

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError
from tests.builders import World, build_world
from tests.record import the_record

from concerted.config import postgres
from concerted.foundation.access.door import acting
from concerted.foundation.agencies.models import Officer
from concerted.foundation.audit.acts import record
from concerted.foundation.audit.reads import whole_record
from concerted.mechanism.plan.models import InternalNote, PlanDraft

pytestmark = pytest.mark.django_db

CANARY = "canary-7f3a-金丝雀"


@pytest.fixture
def world() -> World:
    """Each ministry keeps a note and a draft of its own; both hold the canary."""
    world = build_world()
    for officer in (world.focal_point, world.officer_for(world.other_ministry, "focal_point")):
        _plant(world, officer)
    return world


def _plant(world: World, officer: Officer) -> None:
    assert officer.agency is not None
    with world.seen_by(officer):
        InternalNote.objects.create(
            agency=officer.agency,
            officer=officer,
            subject_kind="plan.measure",
            subject_id=1,
            text=f"{CANARY} {officer.agency.key}",
            at=world.at,
        )
        PlanDraft.objects.create(
            agency=officer.agency,
            officer=officer,
            filename=f"{CANARY}.txt",
            source_lines=[CANARY],
            created_at=world.at,
            changed_at=world.at,
        )


def _rows(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def _fenced_tables() -> list[str]:
    found = _rows("SELECT relname::text FROM pg_class WHERE relrowsecurity AND relkind = 'r' ORDER BY 1")
    return [str(name) for (name,) in found]


def test_drafts_notes_reports_and_their_histories_are_fenced() -> None:
    assert {
        "plan_internalnote",
        "plan_plandraft",
        "plan_planversion",
        "plan_planversionhistory",
        "plan_report",
        "plan_reporthistory",
        "plan_reportmove",
        "plan_supportrequest",
        "plan_measure",
        "figures_estimationrun",
        "figures_estimationrunhistory",
    } <= set(_fenced_tables())


def test_without_an_acting_agency_a_forgotten_filter_shows_nothing(world: World) -> None:
    assert InternalNote.objects.count() == 0
    assert PlanDraft.objects.count() == 0
    assert _rows("SELECT * FROM plan_internalnote") == []


def test_an_agency_sees_its_own_notes_and_no_others(world: World) -> None:
    with world.seen_by(world.focal_point):
        assert [note.text for note in InternalNote.objects.all()] == [f"{CANARY} mca"]


@pytest.mark.parametrize("function", ["secretariat", "administrator", "evaluator", "provincial_office"])
def test_no_office_sees_the_notes_and_drafts_of_a_ministry(world: World, function: str) -> None:
    with world.seen_by(world.officer_for(world.office, function)):
        assert InternalNote.objects.count() == 0
        assert PlanDraft.objects.count() == 0


def test_a_note_cannot_be_written_in_the_name_of_another_agency(world: World) -> None:
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
        world.seen_by(world.focal_point),
    ):
        InternalNote.objects.create(
            agency=world.other_ministry,
            officer=world.focal_point,
            subject_kind="plan.measure",
            subject_id=1,
            text="forged",
            at=world.at,
        )


def test_updates_and_deletes_do_not_reach_over_the_fence(world: World) -> None:
    with world.seen_by(world.secretariat):
        assert InternalNote.objects.update(text="wiped") == 0
        assert InternalNote.objects.all().delete()[0] == 0
    with world.seen_by(world.focal_point):
        assert InternalNote.objects.get().text == f"{CANARY} mca"


def test_probing_for_another_agencys_id_is_no_oracle(world: World) -> None:
    """Taking an id that exists behind the fence and one that does not must not differ in what is shown."""
    with world.seen_by(world.focal_point):
        hidden = InternalNote.objects.get().pk
    with world.seen_by(world.secretariat):
        assert not InternalNote.objects.filter(pk=hidden).exists()
        assert not InternalNote.objects.filter(pk=hidden + 10_000).exists()
        with pytest.raises(IntegrityError) as collision, transaction.atomic():
            InternalNote.objects.create(
                pk=hidden,
                agency=world.office,
                officer=world.secretariat,
                subject_kind="plan.measure",
                subject_id=1,
                text="probe",
                at=world.at,
            )
    assert CANARY not in str(collision.value)


def test_a_statement_kept_planned_is_fenced_for_each_who_asks(world: World) -> None:
    ministries = [world.focal_point, world.officer_for(world.other_ministry, "focal_point")]
    for _round in range(8):
        assert not InternalNote.objects.filter(subject_kind="plan.measure").exists()
        for officer in ministries:
            assert officer.agency is not None
            with world.seen_by(officer):
                notes = InternalNote.objects.filter(subject_kind="plan.measure", subject_id=1)
                assert [note.text for note in notes] == [f"{CANARY} {officer.agency.key}"]
    planned = "SELECT sum(generic_plans) FROM pg_prepared_statements WHERE statement LIKE %s"
    with connection.cursor() as cursor:
        cursor.execute(planned, ['%FROM "plan_internalnote"%"subject_id" = $1%'])
        assert cursor.fetchone()[0] > 0, "asked by one plan for everybody"


def test_the_agency_ends_with_its_transaction(world: World) -> None:
    with world.seen_by(world.focal_point):
        assert InternalNote.objects.count() == 1
    assert InternalNote.objects.count() == 0
    assert _rows("SELECT current_setting('concerted.agency', true)") == [("",)]


def test_an_inner_act_gives_the_outer_agency_back(world: World) -> None:
    with world.seen_by(world.focal_point):
        with world.seen_by(world.secretariat):
            assert InternalNote.objects.count() == 0
        assert InternalNote.objects.count() == 1


def test_a_failed_inner_act_gives_the_outer_agency_back(world: World) -> None:
    with world.seen_by(world.focal_point):
        with pytest.raises(DatabaseError), world.seen_by(world.secretariat):
            connection.cursor().execute("SELECT 1/0")
        assert InternalNote.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_connection_used_again_does_not_carry_the_agency_over(
    database_server: postgres.Server, database_name: str
) -> None:
    world = build_world()
    _plant(world, world.focal_point)
    with database_server.connect(user=postgres.APP, database=database_name) as raw:
        raw.autocommit = False
        raw.execute("SELECT set_config('concerted.agency', %s, true)", [str(world.ministry.pk)])
        assert raw.execute("SELECT count(*) FROM plan_internalnote").fetchone() == (1,)
        raw.commit()
        assert raw.execute("SELECT count(*) FROM plan_internalnote").fetchone() == (0,)
        raw.rollback()


def test_the_applications_role_owns_nothing_and_cannot_step_over_the_fence() -> None:
    assert _rows("SELECT current_user::text") == [("concerted_app",)]
    assert _rows("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole") == [(0,)]
    facts = "rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication"
    assert _rows(f"SELECT {facts} FROM pg_roles WHERE rolname = current_user") == [(False,) * 5]
    assert _rows(
        "SELECT count(*) FROM pg_auth_members"
        " WHERE member = current_user::regrole AND (set_option OR inherit_option)"
    ) == [(0,)]


@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE concerted_owner",
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION postgres",
        "SET session_replication_role = 'replica'",
        "ALTER TABLE plan_internalnote DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE plan_internalnote DISABLE TRIGGER ALL",
        "DROP POLICY need_to_know_see ON plan_internalnote",
        "CREATE POLICY all_of_it ON plan_internalnote USING (true)",
        "CREATE OR REPLACE FUNCTION concerted_agency() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TABLE mine (n int)",
        "TRUNCATE plan_internalnote",
        "COPY plan_internalnote TO PROGRAM 'cat'",
    ],
)
def test_the_fence_cannot_be_taken_down(world: World, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(statement)


def test_with_row_security_off_the_database_refuses_instead_of_showing(world: World) -> None:
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        cursor = connection.cursor()
        cursor.execute("SET LOCAL row_security = off")
        cursor.execute("SELECT * FROM plan_internalnote")


def _about() -> set[str]:
    return {str(act).partition(".")[0] for (act,) in _rows("SELECT DISTINCT act FROM audit_auditentry")}


def test_the_record_is_shown_to_no_one_who_has_no_reason_to_read_it(world: World) -> None:
    assert the_record().exists()
    assert _about() == set()
    with world.seen_by(world.administrator):
        assert _about() == set()


def test_an_auditor_meets_nothing_of_persons_and_cases_whatever_he_asks(world: World) -> None:
    with transaction.atomic():
        for act in ("cases.accept_referral", "people.identity_of", "vault.open", "plan.write_note"):
            record(at=world.at, kind="act", act=act, officer_id=1, appointment_id=1, agency_id=1)
    with acting(world.administrator, world.at, act="access.record_page"):
        assert "plan" in _about() and not _about() & {"cases", "people", "vault"}
    with acting(None, world.at, act="access.record_page"):
        assert _about() == set()


def test_a_record_opened_whole_is_shut_with_the_block_that_opened_it(world: World) -> None:
    with whole_record():
        with whole_record():
            pass
        assert _about()
    assert _about() == set()
    with contextlib.suppress(ZeroDivisionError), whole_record():
        raise ZeroDivisionError
    assert _about() == set()
