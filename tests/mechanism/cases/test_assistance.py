"""Needs, plans, services, beds and letters: what is done for a person is planned, done and told."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from tests.builders import CaseWorld
from tests.mechanism.cases.woman import consent_to, open_case, referral_to

from concerted.errors import Conflict, Invalid, NotThere, Stale
from concerted.foundation.agencies.models import Officer
from concerted.foundation.vault.reads import opened
from concerted.mechanism.cases.acts import (
    assistance,
    directory,
    disclosures,
    entitlements,
    files,
    placements,
    referrals,
)
from concerted.mechanism.cases.models import (
    Case,
    CaseDocument,
    Entitlement,
    Goal,
    Placement,
    Shelter,
    SupportPlan,
)
from concerted.mechanism.cases.reads.assistance import (
    OfferFilter,
    assistance_of,
    letter_is_valid,
    placement_view,
    placements_here,
    service_directory,
    shelters,
)
from concerted.mechanism.cases.reads.cases import documents_of, my_cases
from concerted.mechanism.cases.reads.work import my_work


@pytest.fixture
def case(world: CaseWorld) -> Case:
    return open_case(world)


@pytest.fixture
def shelter(world: CaseWorld) -> Shelter:
    return directory.describe_shelter(
        officer=world.supervisor(world.station), at=world.at, key="green-house", name_en="A shelter", beds=1
    )


def _bed(world: CaseWorld, case: Case, shelter: Shelter) -> Placement:
    return placements.request_bed(
        officer=world.worker(world.police), at=world.at, case=case, shelter=shelter, reason="tonight"
    )


def test_a_need_may_be_declined_and_an_assessment_comes_due(world: CaseWorld, case: Case) -> None:
    worker = world.worker(world.police)
    assistance.assess(
        officer=worker,
        at=world.at,
        case=case,
        kind="needs",
        level="medium",
        needs={"health": "declined", "shelter": "pressing"},
        next_due=world.later(days=5).date(),
    )
    assert [item.kind for item in my_work(officer=worker, at=world.at).todo] == ["assessment"]
    assistance.assess(officer=worker, at=world.later(days=4), case=case, kind="needs")
    assert my_work(officer=worker, at=world.later(days=4)).todo == ()
    with pytest.raises(Invalid):
        assistance.assess(officer=worker, at=world.at, case=case, kind="needs", needs={"health": "very"})


def test_a_plan_is_agreed_and_then_not_rewritten(world: CaseWorld, case: Case) -> None:
    worker = world.worker(world.police)
    plan = assistance.write_plan(
        officer=worker, at=world.at, case=case, summary="get well", goals={1: "sleep", 2: "a paper"}
    )
    plan = assistance.write_plan(
        officer=worker,
        at=world.at,
        case=case,
        summary="get well",
        goals={2: "papers"},
        plan=plan,
        row_version=1,
    )
    with pytest.raises(Stale):
        assistance.agree_plan(officer=worker, at=world.at, plan=plan, agreed_how="said yes", row_version=1)
    assistance.agree_plan(officer=worker, at=world.at, plan=plan, agreed_how="said yes", row_version=2)
    with pytest.raises(Conflict):
        assistance.write_plan(
            officer=worker, at=world.at, case=case, summary="other", plan=plan, row_version=3
        )
    goals = assistance_of(officer=worker, at=world.at, case=case).goals
    assert [words["text"] for _goal, words in goals] == ["sleep", "papers"]


def test_a_service_has_provider_days_and_outcome(world: CaseWorld, case: Case) -> None:
    worker = world.worker(world.police)
    service = assistance.plan_service(
        officer=worker, at=world.at, case=case, kind="legal_aid", planned_from=world.at.date()
    )
    with pytest.raises(Conflict, match="Another agency"):
        assistance.plan_service(
            officer=worker, at=world.at, case=case, kind="schooling", provider=world.hospital
        )
    done = assistance.record_service(
        officer=worker,
        at=world.at,
        service=service,
        row_version=1,
        state="done",
        on=world.at.date(),
        outcome="achieved",
    )
    assert (done.state, done.outcome) == ("done", "achieved")


def test_an_accepted_referral_is_a_service_of_the_receiver(world: CaseWorld, case: Case) -> None:
    sent = referral_to(world, case, world.station, service="schooling")
    nurse = world.worker(world.station)
    referrals.accept_referral(officer=nurse, at=world.at, referral=sent)
    referrals.begin_service(officer=nurse, at=world.at, referral=sent)
    [(service, _words)] = assistance_of(officer=nurse, at=world.at, case=case).services
    assert (service.provider, service.kind, service.state) == (world.station, "schooling", "under_way")


def test_a_shelter_never_holds_more_people_than_beds(world: CaseWorld, case: Case, shelter: Shelter) -> None:
    host = world.worker(world.station)
    first, second = _bed(world, case, shelter), _bed(world, open_case(world), shelter)
    placements.offer_bed(officer=host, at=world.at, placement=first)
    with pytest.raises(Conflict, match="Every bed"):
        placements.offer_bed(officer=host, at=world.at, placement=second)
    with pytest.raises(IntegrityError), transaction.atomic(), world.at_case_work(host):
        Placement.objects.filter(pk=second.pk).update(state="in", bed=1)
    with pytest.raises(IntegrityError), transaction.atomic(), world.at_case_work(host):
        Placement.objects.filter(pk=second.pk).update(state="in", bed=2)
    placements.record_arrival(officer=host, at=world.at, placement=first)
    placements.record_departure(officer=host, at=world.at, placement=first, left_as="planned")
    assert placements.offer_bed(officer=host, at=world.at, placement=second).bed == 1


def test_nobody_is_in_two_beds_and_every_lead_is_told_of_an_arrival(world: CaseWorld, case: Case) -> None:
    owner, host = world.supervisor(world.station), world.worker(world.station)
    houses = [
        directory.describe_shelter(officer=owner, at=world.at, key=key, name_en=key, beds=2)
        for key in ("a", "b")
    ]
    here, there = (_bed(world, case, house) for house in houses)
    with pytest.raises(Conflict, match="already"):
        _bed(world, case, houses[0])
    for bed in (here, there):
        placements.offer_bed(officer=host, at=world.at, placement=bed)
    placements.record_arrival(officer=host, at=world.at, placement=here)
    with pytest.raises(Conflict, match="in a bed of your agency already"):
        placements.record_arrival(officer=host, at=world.at, placement=there)
    view = placement_view(officer=host, at=world.at, placement=there.pk)
    assert view.case == case and [one.pk for one in view.others] == [here.pk]
    assert {one.case_known for one in placements_here(officer=host, at=world.at)} == {case}  # type: ignore[attr-defined]
    placements.record_departure(officer=host, at=world.at, placement=here, left_as="planned")
    assert placements.record_arrival(officer=host, at=world.at, placement=there).state == "in"


def test_nobody_is_in_the_shelters_of_two_agencies_and_neither_learns_of_the_other(
    world: CaseWorld, case: Case, shelter: Shelter
) -> None:
    host, other = world.worker(world.station), world.worker(world.home)
    elsewhere = directory.describe_shelter(
        officer=world.supervisor(world.home), at=world.at, key="far-house", name_en="A far house", beds=2
    )
    first, second = _bed(world, case, shelter), _bed(world, case, elsewhere)
    placements.offer_bed(officer=host, at=world.at, placement=first)
    placements.record_arrival(officer=host, at=world.at, placement=first)

    with pytest.raises(Conflict, match="recorded as sheltered elsewhere") as told:
        placements.offer_bed(officer=other, at=world.at, placement=second)
    assert "lead agency" in str(told.value.remedy) and shelter.name_en not in str(told.value)
    assert str(world.station) not in str(told.value)
    placements.offer_bed(officer=other, at=world.at, placement=second, planned_move=True)
    with pytest.raises(Conflict, match="recorded as sheltered elsewhere"):
        placements.record_arrival(officer=other, at=world.at, placement=second)
    with pytest.raises(IntegrityError), transaction.atomic(), world.at_case_work(other):
        Placement.objects.filter(pk=second.pk).update(state="in")
    assert placement_view(officer=other, at=world.at, placement=second.pk).others == ()

    def asked(officer: Officer, act: str) -> bool:
        with world.at_case_work(officer), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('concerted.act', %s, true)", [act])
            cursor.execute("SELECT cases_sheltered_elsewhere(%s)", [second.pk])
            return bool(cursor.fetchone()[0])

    assert asked(other, "cases.record_arrival")
    assert not asked(other, "cases.placement_view")
    assert not asked(world.worker(world.outsider), "cases.record_arrival")
    assert not asked(world.worker(world.police), "cases.record_arrival")
    placements.record_departure(officer=host, at=world.at, placement=first, left_as="planned")
    assert placements.record_arrival(officer=other, at=world.at, placement=second).state == "in"


def test_the_lead_that_did_not_ask_for_the_bed_is_told_where_she_stays(
    world: CaseWorld, case: Case, shelter: Shelter
) -> None:
    asker, host = world.worker(world.hospital), world.worker(world.station)
    referrals.accept_referral(
        officer=asker, at=world.at, referral=referral_to(world, case, world.hospital, service="medical_care")
    )
    bed = placements.request_bed(officer=asker, at=world.at, case=case, shelter=shelter, reason="tonight")
    placements.offer_bed(officer=host, at=world.at, placement=bed)
    placements.record_arrival(officer=host, at=world.at, placement=bed)
    news = [one.kind for one in my_work(officer=world.worker(world.police), at=world.at).news]
    assert "placement_in" in news


def test_the_shelter_meets_the_case_when_the_person_arrives(
    world: CaseWorld, case: Case, shelter: Shelter
) -> None:
    host = world.worker(world.station)
    placement = _bed(world, case, shelter)
    placements.offer_bed(officer=host, at=world.at, placement=placement)
    assert my_cases(officer=host, at=world.at).files == []
    placements.record_arrival(officer=host, at=world.at, placement=placement)
    assert [file.case for file in my_cases(officer=host, at=world.at).files] == [case]


def test_free_beds_are_told_to_the_shelters_own_agency_only(
    world: CaseWorld, case: Case, shelter: Shelter
) -> None:
    def free(officer: object) -> list[int | None]:
        return [view.free for view in shelters(officer=officer, at=world.at)]  # type: ignore[arg-type]

    host, other = world.worker(world.station), world.worker(world.outsider)
    before = free(other)
    placement = _bed(world, case, shelter)
    placements.offer_bed(officer=host, at=world.at, placement=placement)
    assert (before, free(other), free(host)) == ([None], [None], [0])


def test_a_letter_answers_only_valid_or_not(world: CaseWorld, case: Case) -> None:
    supervisor = world.supervisor(world.police)
    asked = entitlements.request_entitlement(
        officer=world.worker(world.police), at=world.at, case=case, kind="reflection_period"
    )
    with pytest.raises(Conflict):
        entitlements.issue_letter(officer=supervisor, at=world.at, entitlement=asked)
    entitlements.grant_entitlement(
        officer=supervisor,
        at=world.at,
        entitlement=asked,
        since=world.at.date(),
        until=world.later(days=30).date(),
    )
    issued = entitlements.issue_letter(officer=supervisor, at=world.at, entitlement=asked)
    number = issued.letter.number
    assert letter_is_valid(number=number, code=issued.code, at=world.at)
    assert not letter_is_valid(number=number, code="K-2222-2222-2222", at=world.at)
    assert not letter_is_valid(number=number, code=issued.code, at=world.later(days=31))
    entitlements.revoke_entitlement(officer=supervisor, at=world.at, entitlement=asked, reason="error")
    assert not letter_is_valid(number=number, code=issued.code, at=world.at)


def test_who_asks_for_an_entitlement_does_not_grant_it(world: CaseWorld, case: Case) -> None:
    supervisor = world.supervisor(world.police)
    asked = entitlements.request_entitlement(
        officer=supervisor, at=world.at, case=case, kind="living_allowance"
    )
    with pytest.raises(Conflict):
        entitlements.grant_entitlement(
            officer=supervisor, at=world.at, entitlement=asked, since=world.at.date(), until=None
        )
    second = world.new_officer(world.police, "case_supervisor")
    assert [item.kind for item in my_work(officer=second, at=world.at).todo] == ["entitlement"]


def test_the_directory_is_searched_by_place_person_and_language(world: CaseWorld) -> None:
    for key, values in (
        ("aid", {"name_en": "Legal aid", "place_code": "530000", "languages": ["zh", "my"]}),
        ("girls", {"name_en": "For girls", "place_code": "530000", "age_bands": ["14_to_17"]}),
        ("nation", {"name_en": "Everywhere", "place_code": "110000", "serves_within": "000000"}),
        ("hunan", {"name_en": "In Hunan", "place_code": "430000"}),
    ):
        directory.offer_service(
            officer=world.supervisor(world.federation), at=world.at, key=key, kind="legal_aid", values=values
        )

    def found(**wanted: str) -> list[str]:
        rows = service_directory(officer=world.duty(world.station), at=world.at, wanted=OfferFilter(**wanted))
        return [row.key for row in rows]

    assert found(place_code="530102", age_band="adult") == ["aid", "nation"]
    assert found(place_code="530102", age_band="14_to_17", language="my") == ["aid", "girls", "nation"]
    with pytest.raises(NotThere):
        directory.offer_service(
            officer=world.supervisor(world.hospital),
            at=world.at,
            key="aid",
            kind="legal_aid",
            values={"name_en": "mine now"},
        )


def test_the_plan_is_seen_where_it_was_given(world: CaseWorld, case: Case) -> None:
    police = world.worker(world.police)
    assistance.write_plan(officer=police, at=world.at, case=case, summary="get well")
    for section, seen in ((["contact"], 0), (["plan"], 1)):
        disclosures.disclose(
            officer=police,
            at=world.at,
            case=case,
            recipient=world.hospital,
            sections=section,
            purpose="protection",
            until=world.later(days=9),
            consent=consent_to(world, case, world.hospital, sections=section),
        )
        view = assistance_of(officer=world.worker(world.hospital), at=world.at, case=case)
        assert len(view.plans) == seen


def _agreed(world: CaseWorld, case: Case) -> SupportPlan:
    police = world.worker(world.police)
    plan = assistance.write_plan(
        officer=police, at=world.at, case=case, summary="get well", goals={1: "sleep", 2: "work"}
    )
    return assistance.agree_plan(
        officer=police, at=world.at, plan=plan, agreed_how="in Chinese", row_version=plan.row_version
    )


def _goals(world: CaseWorld, case: Case) -> list[tuple[str, str, str]]:
    view = assistance_of(officer=world.worker(world.police), at=world.at, case=case)
    return [(words["text"], goal.state, words.get("decision", "")) for goal, words in view.goals]


def test_a_goal_is_decided_on_once_by_a_named_officer_and_a_changed_one_lives_on_in_another(
    world: CaseWorld, case: Case
) -> None:
    police = world.worker(world.police)
    plan = _agreed(world, case)
    sleep, work = _rows_of(world, plan)
    decided = assistance.decide_goal(
        officer=police, at=world.at, goal=sleep, state="not_reached", note="It is too loud."
    )
    assert decided.decided_by == police
    with pytest.raises(Conflict, match="decided"):
        assistance.decide_goal(officer=police, at=world.at, goal=sleep, state="reached")
    changed = assistance.change_goal(
        officer=police, at=world.at, goal=work, text="learn a trade", reason="She wishes it."
    )
    assert changed.replaces == work
    assert _goals(world, case) == [
        ("sleep", "not_reached", "It is too loud."),
        ("work", "changed", "She wishes it."),
        ("learn a trade", "open", ""),
    ]
    with pytest.raises(NotThere):
        assistance.decide_goal(
            officer=world.worker(world.station), at=world.at, goal=changed, state="reached"
        )


def _rows_of(world: CaseWorld, plan: SupportPlan) -> list[Goal]:
    with world.at_case_work(world.worker(world.police)):
        return list(Goal.objects.filter(plan=plan).order_by("position"))


def test_a_revision_holds_when_the_person_agrees_and_the_old_plan_until_then(
    world: CaseWorld, case: Case
) -> None:
    police = world.worker(world.police)
    plan = _agreed(world, case)
    assistance.decide_goal(officer=police, at=world.at, goal=_rows_of(world, plan)[0], state="reached")
    revision = assistance.revise_plan(officer=police, at=world.at, plan=plan, row_version=plan.row_version)
    with pytest.raises(Conflict, match="under way"):
        assistance.revise_plan(officer=police, at=world.at, plan=plan, row_version=plan.row_version)
    assistance.write_plan(
        officer=police, at=world.at, case=case, plan=revision, summary="get well, work",
        goals={1: "work", 2: "save"}, row_version=revision.row_version,
    )  # fmt: skip
    view = assistance_of(officer=police, at=world.at, case=case)
    assert {words["summary"]: one.state for one, words in view.plans} == {
        "get well": "agreed",
        "get well, work": "draft",
    }
    assistance.agree_plan(
        officer=police, at=world.at, plan=revision, agreed_how="again", row_version=revision.row_version + 1
    )
    view = assistance_of(officer=police, at=world.at, case=case)
    assert {words["summary"]: one.state for one, words in view.plans} == {
        "get well": "ended",
        "get well, work": "agreed",
    }


def test_a_line_taken_out_of_a_draft_is_no_goal_any_more(world: CaseWorld, case: Case) -> None:
    police = world.worker(world.police)
    plan = assistance.write_plan(
        officer=police, at=world.at, case=case, summary="s", goals={1: "sleep", 2: "work"}
    )
    assistance.write_plan(
        officer=police, at=world.at, case=case, plan=plan, summary="s", goals={1: "work"}, row_version=1
    )
    assert _goals(world, case) == [("work", "open", ""), ("work", "dropped", "")]


def _granted(world: CaseWorld, case: Case) -> Entitlement:
    asked = entitlements.request_entitlement(
        officer=world.worker(world.police), at=world.at, case=case, kind="relief"
    )
    return entitlements.grant_entitlement(
        officer=world.supervisor(world.police), at=world.at, entitlement=asked, since=world.at.date(),
        until=world.later(days=30).date(),
    )  # fmt: skip


def test_a_letter_issued_anew_makes_the_old_number_not_valid(world: CaseWorld, case: Case) -> None:
    supervisor = world.supervisor(world.police)
    granted = _granted(world, case)
    old = entitlements.issue_letter(officer=supervisor, at=world.at, entitlement=granted)
    entitlements.renew_entitlement(
        officer=supervisor, at=world.at, entitlement=granted, until=world.later(days=60).date()
    )
    new = entitlements.replace_letter(officer=supervisor, at=world.at, letter=old.letter)
    assert new.letter.replaces == old.letter

    def valid(issued: Any, days: int) -> bool:
        return letter_is_valid(number=issued.letter.number, code=issued.code, at=world.later(days=days))

    assert [valid(old, 1), valid(new, 1), valid(new, 50)] == [False, True, True]
    with pytest.raises(Conflict, match="revoked"):
        entitlements.replace_letter(officer=supervisor, at=world.at, letter=old.letter)
    entitlements.revoke_entitlement(officer=supervisor, at=world.at, entitlement=granted, reason="An error.")
    assert not valid(new, 1)


def test_a_withdrawn_paper_is_kept_and_shown_to_nobody(world: CaseWorld, case: Case) -> None:
    police = world.worker(world.police)
    paper = files.add_document(
        officer=police, at=world.at, case=case, section="legal", kind="letter", title="A letter"
    )
    with pytest.raises(Invalid):
        files.withdraw_document(officer=police, at=world.at, document=paper, reason=" ")
    with pytest.raises(NotThere):
        files.withdraw_document(
            officer=world.worker(world.station), at=world.at, document=paper, reason="Not ours."
        )
    files.withdraw_document(officer=police, at=world.at, document=paper, reason="Another person's.")
    assert documents_of(officer=police, at=world.at, case=case) == []
    with world.at_case_work(police):
        kept = CaseDocument.objects.get(pk=paper.pk)
        assert kept.withdrawn_by == police
        assert opened(kept)["withdrawn"] == "Another person's."
