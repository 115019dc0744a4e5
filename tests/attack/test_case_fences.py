"""What an attacker with the application's role, a forgotten filter, or an agency without a part in a case gets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import DatabaseError
from tests.builders import CaseWorld, build_case_world
from tests.mechanism.cases.woman import ask_for, consent_to, link, open_case, referral_to

from concerted.config import postgres
from concerted.errors import ConcertedError
from concerted.foundation.access.models import Interest
from concerted.foundation.agencies.models import Officer
from concerted.foundation.obligations import reads as obligations
from concerted.mechanism.cases.acts import (
    assistance,
    batches,
    clocks,
    consents,
    directory,
    disclosures,
    entitlements,
    files,
    glass,
    messages,
    officers,
    placements,
    referrals,
    reports,
    rights,
    screenings,
    secondments,
    status,
    status_reviews,
    transfers,
    working,
)
from concerted.mechanism.cases.migrations import _fences as fences
from concerted.mechanism.cases.models import Case, Section
from concerted.mechanism.cases.reads import assistance as assistance_reads
from concerted.mechanism.cases.reads import cases as case_reads
from concerted.mechanism.cases.reads import holding, sharing, work
from concerted.mechanism.cases.reads import referrals as referral_reads
from concerted.mechanism.cases.reads import reports as report_reads
from concerted.mechanism.cases.reads import status as status_reads
from concerted.mechanism.cases.reads.page import case_page
from concerted.mechanism.cases.sections import WRITTEN

pytestmark = pytest.mark.django_db

#: What an agency describes of itself or of its duty, and no person stands in.
OPEN_TABLES = {"cases_intakedesk"}


def rich_case(world: CaseWorld, *, related: Officer | None = None, seconded: bool = True) -> Case:
    """A case with a row in every table: everything that may happen to a person has happened.

    related: the officer who is set aside from it; a new one of the police unless given. seconded: whether the
    officer of the hospital who is asked for is lent, which is an appointment and so common knowledge, and a mapping
    is kept for the whole agency.
    """
    police, station = world.worker(world.police), world.worker(world.station)
    supervisor, at = world.supervisor(world.police), world.at
    report = reports.take_report(
        officer=police,
        at=at,
        channel="police",
        narrative="canary narrative",
        facts={"trafficking_reported": "yes"},
    )
    case = open_case(world, report=report)
    person = link(world, case)
    for kind in WRITTEN:
        files.write_section(
            officer=police, at=at, case=case, section=kind.key, values={kind.fields[-1].key: "unknown"}
        )
    files.write_note(officer=police, at=at, case=case, text="canary note")
    files.add_document(officer=police, at=at, case=case, section="legal", kind="letter", title="canary")
    screenings.record_screening(
        officer=police,
        at=at,
        case=case,
        indicator_set="ilo",
        set_version="1",
        answers={"a": "yes"},
        result={},
        screener_role="police",
        source_of_identification="police_operation",
    )
    consent = consent_to(world, case, world.hospital, sections=["contact"])
    disclosures.disclose(
        officer=police,
        at=at,
        case=case,
        recipient=world.hospital,
        sections=["contact"],
        purpose="protection",
        until=world.later(days=30),
        consent=consent,
    )
    sent = referral_to(world, case, world.station)
    referrals.accept_referral(officer=station, at=at, referral=sent)
    outside = referrals.draft_referral(
        officer=police,
        at=at,
        case=case,
        service="return_journey",
        reason="home",
        sections=["contact"],
        purpose="protection",
        outside={"name": "somebody"},
    )
    assert outside.state == "draft"
    transfers.offer_lead(officer=police, at=at, case=case, to_agency=world.home, reason="home")
    assistance.assess(officer=police, at=at, case=case, kind="needs")
    plan = assistance.write_plan(officer=police, at=at, case=case, summary="s", goals={1: "g"})
    assistance.plan_service(officer=police, at=at, case=case, kind="legal_aid", plan=plan)
    shelter = directory.describe_shelter(
        officer=world.supervisor(world.station), at=at, key="house", name_en="A house", beds=2
    )
    directory.offer_service(
        officer=supervisor, at=at, key="aid", kind="legal_aid", values={"name_en": "Legal aid"}
    )
    bed = placements.request_bed(officer=police, at=at, case=case, shelter=shelter, reason="tonight")
    placements.offer_bed(officer=station, at=at, placement=bed)
    asked = entitlements.request_entitlement(officer=police, at=at, case=case, kind="relief")
    entitlements.grant_entitlement(officer=supervisor, at=at, entitlement=asked, since=at.date(), until=None)
    entitlements.issue_letter(officer=supervisor, at=at, entitlement=asked)
    messages.send_message(officer=police, at=at, case=case, to=[world.station], text="canary message")
    consents.record_objection(officer=police, at=at, case=case, against=world.home)
    glass.break_glass(
        officer=world.duty(world.federation),
        at=at,
        number=case.number,
        reason="an emergency",
        sections=["health"],
        second_factor_at=at,
    )
    officers.declare_conflict(
        officer=supervisor,
        at=at,
        case=case,
        related=related or world.new_officer(world.police, "case_worker"),
        reason="related",
    )
    asked = ask_for(world, world.worker(world.hospital), case, until=world.later(days=5))
    if seconded:
        secondments.agree_secondment(officer=world.supervisor(world.hospital), at=at, secondment=asked)
    decision = status.propose_status(
        officer=police,
        at=at,
        case=case,
        kind="recognition",
        finding="victim",
        basis="criminal_code_240",
        reasons="canary reasons",
    )
    status.decide_status(officer=supervisor, at=at, decision=decision, row_version=1)
    status_reviews.ask_status_review(
        officer=police, at=at, decision=decision, asked_by="person", grounds="canary grounds"
    )
    working.save_draft(officer=police, at=at, form="report", values={"narrative": "canary draft"})
    working.save_filter(officer=police, at=at, name="mine", query={"risk": "high"})
    rights.record_request(officer=police, at=at, case=case, kind="copy", words="I want to read it.")
    batches.hold_batch(officer=police, at=at, form="list", filename="list.csv", content="姓名\n王".encode())
    if seconded:
        batches.keep_agency_mapping(officer=police, at=at, name="list", mapping={"columns": {}})
    clocks.record_event(officer=police, at=at, case=case, event="child_placed")
    assert person.agency == world.police
    return case


@pytest.fixture
def world() -> CaseWorld:
    return build_case_world()


def _rows(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def _tables() -> list[str]:
    return sorted(model._meta.db_table for model in apps.get_app_config("cases").get_models())


def test_every_table_of_case_work_is_fenced_and_audited() -> None:
    fenced = {str(name) for (name,) in _rows("SELECT relname::text FROM pg_class WHERE relrowsecurity")}
    assert set(_tables()) <= fenced
    assert {*fences.TABLES, *fences.LATER} == set(_tables())


def test_every_section_has_its_own_fence() -> None:
    assert {model._meta.db_table for model in Section.__subclasses__()} <= set(fences.SECTION_TABLES)


def test_raw_sql_without_an_agency_returns_nothing(world: CaseWorld) -> None:
    rich_case(world)
    seen = {table: _rows(f"SELECT count(*) FROM {table}")[0][0] for table in _tables()}
    assert {table for table, count in seen.items() if count} <= OPEN_TABLES
    for secret in ("access_interest", "people_person", "people_attribute", "obligations_obligation"):
        assert _rows(f"SELECT count(*) FROM {secret}") == [(0,)], secret


def test_the_rich_case_fills_every_table(world: CaseWorld) -> None:
    """A table that stays empty here is a fence that no test of this file has leant on."""
    rich_case(world)
    found: set[str] = set()
    everybody = [
        maker(agency)
        for agency in (world.police, world.station, world.hospital, world.federation, world.home)
        for maker in (world.worker, world.supervisor)
    ]
    for officer in everybody:
        with world.at_case_work(officer):
            found |= {table for table in _tables() if _rows(f"SELECT 1 FROM {table} LIMIT 1")}
    assert set(_tables()) - found <= {"cases_intakedesk", "cases_outsidepackage"}


def test_an_agency_without_a_part_sees_no_row_of_any_table(world: CaseWorld) -> None:
    rich_case(world)
    for officer in (world.worker(world.outsider), world.supervisor(world.outsider)):
        with world.at_case_work(officer):
            seen = {table for table in _tables() if _rows(f"SELECT 1 FROM {table} LIMIT 1")}
            assert seen <= {"cases_shelter", "cases_serviceoffer"}, "the directory alone is common"
            assert not Interest.objects.filter(subject_kind__in=("cases.case", "people.person")).exists()


def test_an_agency_the_person_objects_to_sees_nothing_but_the_offer_it_got(world: CaseWorld) -> None:
    rich_case(world)
    with world.at_case_work(world.worker(world.home)):
        seen = {table for table in _tables() if _rows(f"SELECT 1 FROM {table} LIMIT 1")}
    assert seen <= {"cases_shelter", "cases_serviceoffer", "cases_transfer", "cases_notice"}


@pytest.mark.parametrize("function", ["secretariat", "administrator", "statistician", "evaluator"])
def test_posts_of_the_same_agency_that_steer_or_count_meet_no_act_of_case_work(
    world: CaseWorld, function: str
) -> None:
    case = rich_case(world)
    officer = world.officer_for(world.police, function)
    for read in (
        lambda: case_reads.my_cases(officer=officer, at=world.at),
        lambda: case_reads.case_view(officer=officer, at=world.at, case=case),
        lambda: case_page(officer=officer, at=world.at, case=case.pk),
        lambda: work.my_work(officer=officer, at=world.at),
    ):
        with pytest.raises(ConcertedError, match="Your post does not allow this"):
            read()


def test_updates_and_deletes_do_not_reach_over_the_fence(world: CaseWorld) -> None:
    case = rich_case(world)
    with world.at_case_work(world.worker(world.outsider)):
        for model in apps.get_app_config("cases").get_models():
            if model._meta.db_table not in ("cases_shelter", "cases_serviceoffer", "cases_intakedesk"):
                assert model._default_manager.all().delete()[0] == 0
        assert Case.objects.update(stage="closed") == 0
    with world.at_case_work(world.worker(world.police)):
        assert Case.objects.get(pk=case.pk).stage == "reported"


def test_nobody_lets_himself_in_by_granting_himself_an_interest_of_others(world: CaseWorld) -> None:
    case = rich_case(world)
    outsider = world.worker(world.outsider)
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
        world.at_case_work(outsider),
    ):
        Interest.objects.create(
            subject_kind="cases.case",
            subject_id=case.pk,
            agency=world.outsider,
            basis="forged",
            sections=["contact"],
            since=world.at,
            granted_by=world.police,
        )


def test_the_helping_functions_answer_an_outsider_nothing(world: CaseWorld) -> None:
    case = rich_case(world)
    with world.at_case_work(world.worker(world.outsider)):
        assert _rows(f"SELECT cases_leads({case.pk})") == [(False,)]
        assert _rows(f"SELECT cases_objected({case.pk}, {world.home.pk})") == [(False,)]
        assert _rows(f"SELECT * FROM cases_emergency_target('{case.number}')") == []
        assert _rows(f"SELECT * FROM cases_consents_to_end({case.pk}, NULL, NULL, false)") == []
        assert _rows("SELECT DISTINCT cases_guardian_suspected(generate_series(1, 3))") == [(False,)]
        assert _rows(f"SELECT * FROM cases_word_of_suspect_to_end({case.pk}, 1)") == []
        assert _rows("SELECT * FROM cases_objection_to_end(1)") == []
        assert _rows(f"SELECT * FROM cases_case_taken_back(1, {case.pk})") == []
        assert _rows("SELECT * FROM cases_late_agencies('2999-01-01')") == []


Answer = Callable[[Officer], Any]


def _answers(world: CaseWorld, case: int, referral: int) -> dict[str, Answer]:
    """Everything an outsider may ask that could tell of a case, as its reads answer it."""
    at, on = world.later(days=3), world.later(days=3).date()
    absent = Case(pk=case)
    return {
        "my_work": lambda o: work.my_work(officer=o, at=at),
        "my_cases": lambda o: case_reads.my_cases(officer=o, at=at),
        "count": lambda o: case_reads.count_my_cases(officer=o, at=at),
        "case": lambda o: case_reads.case_by_id(officer=o, at=at, pk=case),
        "view": lambda o: case_reads.case_view(officer=o, at=at, case=absent),
        "page": lambda o: case_page(officer=o, at=at, case=case),
        "timeline": lambda o: len(
            case_reads.timeline(
                officer=o, at=at, case=Case(pk=case, lead=world.police, opened_at=at, opened_by=o)
            )
        ),
        "holding": lambda o: holding.who_holds_what(officer=o, at=at, case=absent),
        "consents": lambda o: sharing.consents_of(officer=o, at=at, case=absent),
        "accesses": lambda o: sharing.emergency_accesses(officer=o, at=at),
        "queue": lambda o: referral_reads.queue(officer=o, at=at),
        "sent": lambda o: referral_reads.sent_referrals(officer=o, at=at),
        "referral": lambda o: referral_reads.referral_by_id(officer=o, at=at, pk=referral),
        "transfers": lambda o: referral_reads.transfers(officer=o, at=at),
        "reports": lambda o: report_reads.reports(officer=o, at=at),
        "messages": lambda o: work.messages_of(officer=o, at=at, case=absent),
        "owed": lambda o: work.owed_on_case(officer=o, at=at, case=absent),
        "status": lambda o: status_reads.status_of(officer=o, at=at, case=absent),
        "assistance": lambda o: assistance_reads.assistance_of(officer=o, at=at, case=absent),
        "placements": lambda o: assistance_reads.placements_here(officer=o, at=at),
        "shelters": lambda o: [view.free for view in assistance_reads.shelters(officer=o, at=at)],
        "tally": lambda o: dict(obligations.tally(obligations.obligations(on=on)).by_state),
        "vacancies": lambda o: list(obligations.vacancies(on=on)),
        "punctuality": lambda o: obligations.punctuality(obligations.obligations(on=on), on=on),
    }


def _said(world: CaseWorld, officer: Officer, answers: dict[str, Answer]) -> dict[str, str]:
    said = {}
    for name, ask in answers.items():
        try:
            with world.seen_by(officer):
                said[name] = repr(ask(officer))
        except ConcertedError as told:
            said[name] = f"{type(told).__name__}: {told}"
    return said


def test_paired_worlds_answer_an_outsider_alike(world: CaseWorld) -> None:
    """The same nation before and after a case that is not his: every answer is the same."""
    directory.describe_shelter(
        officer=world.supervisor(world.station), at=world.at, key="house", name_en="A house", beds=2
    )
    directory.offer_service(
        officer=world.supervisor(world.police),
        at=world.at,
        key="aid",
        kind="legal_aid",
        values={"name_en": "Legal aid"},
    )
    people = [world.worker(world.outsider), world.supervisor(world.outsider), world.duty(world.outsider)]
    people += [world.secretariat, world.focal_point, world.provincial, world.administrator]
    absent = _answers(world, 12345, 54321)
    before = [_said(world, officer, absent) for officer in people]
    case = rich_case(world)
    with world.at_case_work(world.worker(world.police)):
        referral = case.referrals.first()
    assert referral is not None
    after = [_said(world, officer, _answers(world, case.pk, referral.pk)) for officer in people]
    assert after == before


@pytest.mark.django_db(transaction=True)
def test_a_connection_used_again_carries_neither_agency_nor_officer_nor_scope_over(
    database_server: postgres.Server, database_name: str
) -> None:
    world = build_case_world()
    case = open_case(world)
    worker = world.worker(world.police)
    with database_server.connect(user=postgres.APP, database=database_name) as raw:
        raw.autocommit = False
        for name, value in (
            ("agency", world.police.pk),
            ("officer", worker.pk),
            ("scope", "cases"),
            ("at", world.at.isoformat()),
        ):
            raw.execute("SELECT set_config(%s, %s, true)", [f"concerted.{name}", str(value)])
        assert raw.execute("SELECT id FROM cases_case").fetchall() == [(case.pk,)]
        raw.commit()
        assert raw.execute("SELECT count(*) FROM cases_case").fetchone() == (0,)
        assert raw.execute("SELECT concerted_scope(), concerted_officer()").fetchone() == ("", None)
        raw.rollback()
