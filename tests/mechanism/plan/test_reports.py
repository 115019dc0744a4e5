"""A report moves only along its table, under four eyes, and its dates tell what happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import translation
from tests.mechanism.plan.reporting_world import COMPLETE, MONDAY, Reporting, build_reporting

from concerted.errors import Conflict, Invalid, NotThere, Refused, Stale
from concerted.foundation.access.door import acting
from concerted.foundation.agencies.models import Post
from concerted.foundation.obligations.models import Obligation
from concerted.mechanism.plan.acts import periods, reports
from concerted.mechanism.plan.models import Observation, Report, RollUp
from concerted.mechanism.plan.reads import reporting as reads
from concerted.mechanism.plan.reads import results
from concerted.mechanism.plan.reads.naming import newest_of_each
from concerted.mechanism.plan.report_states import STATES, TRANSITIONS, acts_from

pytestmark = pytest.mark.django_db

LATER = MONDAY + timedelta(days=2)


@pytest.fixture
def nation(db: None) -> Reporting:
    found = build_reporting()
    found.open()
    return found


def _acts(nation: Reporting) -> dict[str, Callable[[Report], Report]]:
    world = nation.world
    return {
        "save_draft": lambda r: reports.save_draft(
            officer=world.focal_point,
            at=LATER,
            measure=r.measure,
            period=r.period,
            fields={"narrative": "Once more."},
            expected_row_version=r.row_version,
        ),
        "submit": lambda r: reports.submit(officer=world.focal_point, at=LATER, report=r),
        "clear": lambda r: reports.clear(officer=world.clearer, at=LATER, report=r),
        "return": lambda r: reports.return_report(
            officer=world.secretariat, at=LATER, report=r, field="narrative", reason="Say how many."
        ),
        "accept": lambda r: reports.accept(officer=world.secretariat, at=LATER, report=r),
        "publish": lambda r: reports.publish(officer=world.secretariat, at=LATER, report=r),
        "correct": lambda r: reports.correct(
            officer=world.focal_point, at=LATER, report=r, reason="A number was wrong."
        ),
    }


ROWS = {(row.source, row.act) for row in TRANSITIONS}


@pytest.mark.parametrize("state", [state for state in STATES if state != "not_started"])
def test_every_act_that_is_not_in_the_table_is_refused(nation: Reporting, state: str) -> None:
    report = nation.in_state(state)
    before = nation.seen(report.pk)
    refused = {act: take for act, take in _acts(nation).items() if (state, act) not in ROWS}
    assert refused
    for take in refused.values():
        with pytest.raises((Conflict, NotThere) if state == "draft" else Conflict):
            take(report)
    after = nation.seen(report.pk)
    assert (after.state, after.row_version) == (before.state, before.row_version)


@pytest.mark.parametrize(
    "row",
    [r for r in TRANSITIONS if r.source != "not_started" and r.act != "replace"],
    ids=lambda r: f"{r.source}-{r.act}",
)
def test_every_row_of_the_table_can_be_walked(nation: Reporting, row: object) -> None:
    source, act, target = row.source, row.act, row.target  # type: ignore[attr-defined]
    report = nation.in_state(source)
    if (source, act) == ("submitted", "accept"):
        with pytest.raises(Conflict, match="clearance"):
            _acts(nation)[act](report)
        return
    _acts(nation)[act](report)
    assert nation.seen(report.pk, at=LATER).state == target


def test_the_table_leads_from_nothing_to_published_and_ends_only_in_corrected() -> None:
    reached = {"not_started"}
    while more := {r.target for s in reached for r in acts_from(s)} - reached:
        reached |= more
    assert reached == set(STATES)
    assert [state for state in STATES if not acts_from(state)] == ["corrected"]


def test_a_draft_stops_no_clock_and_is_the_agencys_own(nation: Reporting) -> None:
    report = nation.draft()
    owed = nation.owed()
    assert owed.began_at == MONDAY
    assert owed.met_at is None
    assert nation.seen_or_none(report.pk, by=nation.world.secretariat) is None


def test_after_submission_the_office_sees_the_report(nation: Reporting) -> None:
    report = nation.submitted()
    assert nation.seen(report.pk, by=nation.world.secretariat, at=LATER).narrative == COMPLETE["narrative"]


def test_what_is_rewritten_after_a_return_is_the_agencys_own_until_it_is_sent_again(
    nation: Reporting,
) -> None:
    report = nation.in_state("returned")
    office = nation.world.secretariat
    assert nation.seen_or_none(report.pk, by=office, at=LATER) is not None
    again = _acts(nation)["save_draft"](report)
    assert nation.seen_or_none(report.pk, by=office, at=LATER) is None
    reports.submit(officer=nation.world.focal_point, at=LATER, report=again)
    assert nation.seen(report.pk, by=office, at=LATER).narrative == "Once more."


def test_the_first_submission_is_the_day_it_was_met_and_acceptance_is_another(nation: Reporting) -> None:
    report = nation.in_state("returned")
    _acts(nation)["submit"](report)
    reports.clear(officer=nation.world.clearer, at=LATER, report=report)
    reports.accept(officer=nation.world.secretariat, at=LATER + timedelta(days=1), report=report)
    owed = nation.owed()
    assert owed.met_at == MONDAY
    assert owed.accepted_at == LATER + timedelta(days=1)
    assert nation.seen(report.pk).submitted_at == LATER


def test_a_return_opens_a_clock_of_its_own_that_the_second_submission_stops(nation: Reporting) -> None:
    report = nation.in_state("returned")
    clock = Obligation.objects.get(kind="plan.resubmit", subject_id=report.pk)
    assert (clock.owner, clock.owed_to) == (nation.world.ministry, nation.world.office)
    assert clock.due == date(2010, 4, 26)
    _acts(nation)["submit"](report)
    clock.refresh_from_db()
    assert clock.met_at == LATER


def test_each_return_opens_its_own_clock(nation: Reporting) -> None:
    report = nation.in_state("returned")
    again = _acts(nation)["submit"](report)
    _acts(nation)["return"](again)
    assert Obligation.objects.filter(kind="plan.resubmit", subject_id=report.pk, met_at=None).count() == 1
    assert Obligation.objects.filter(kind="plan.resubmit", subject_id=report.pk).count() == 2


def test_a_return_names_its_field_and_its_reason(nation: Reporting) -> None:
    report = nation.submitted()
    with pytest.raises(Invalid) as told:
        reports.return_report(officer=nation.world.secretariat, at=LATER, report=report, field="", reason=" ")
    assert {p.field for p in told.value.problems} == {"field", "reason"}


def test_nobody_clears_what_he_submitted_or_wrote_in(nation: Reporting) -> None:
    world = nation.world
    report = nation.submitted()
    clearing_post = world.new_officer(world.ministry, Post.Function.CLEARER).acting
    assert clearing_post is not None
    author = world.focal_point
    from concerted.foundation.access import acts as access

    access.appoint(
        officer=world.machine,
        at=MONDAY,
        appointee=author,
        post=clearing_post.post,
        valid_from=date(2010, 1, 1),
    )
    from concerted.foundation.agencies.reads import acting_as

    with pytest.raises(Refused):
        reports.clear(
            officer=acting_as(officer=author, on=LATER.date(), function="clearer"), at=LATER, report=report
        )


def test_a_clearer_of_another_agency_cannot_clear(nation: Reporting) -> None:
    report = nation.submitted()
    stranger = nation.world.officer_for(nation.world.other_ministry, Post.Function.CLEARER)
    with pytest.raises(Refused):
        reports.clear(officer=stranger, at=LATER, report=report)


def test_clearance_is_skipped_only_where_nobody_else_can_clear_and_the_record_says_so(
    nation: Reporting,
) -> None:
    report = nation.submitted()
    accepted = reports.accept(officer=nation.world.secretariat, at=LATER, report=report)
    with acting(nation.world.focal_point, LATER):
        assert [m.field for m in reads.moves_of(accepted)][-1] == "clearance"
    assert accepted.cleared_by is None


def test_where_a_clearer_is_in_post_the_office_waits_for_him(nation: Reporting) -> None:
    _ = nation.world.clearer
    report = nation.submitted()
    with pytest.raises(Conflict, match="clearance"):
        reports.accept(officer=nation.world.secretariat, at=LATER, report=report)


def test_only_a_lead_writes_and_a_supporting_agency_is_told_what_to_do(nation: Reporting) -> None:
    supporter = nation.world.officer_for(nation.world.other_ministry, Post.Function.FOCAL_POINT)
    with pytest.raises(Refused):
        nation.draft(officer=supporter)


def test_a_report_that_lacks_something_is_told_field_by_field_and_nothing_is_sent(nation: Reporting) -> None:
    report = nation.draft(
        claimed_status="done",
        narrative=" ",
        evidence=[],
        values={"trained": {"numerator": "1", "denominator": "0"}},
    )
    with pytest.raises(Invalid) as told:
        reports.submit(officer=nation.world.focal_point, at=MONDAY, report=report)
    fields = {p.field for p in told.value.problems}
    assert fields == {"narrative", "evidence", "values.rescued", "values.trained"}
    assert nation.owed().met_at is None
    assert nation.seen(report.pk).state == "draft"


def test_zero_is_a_value_and_a_reason_stands_for_none(nation: Reporting) -> None:
    report = nation.submitted(values={"rescued": {"value": "0"}, "trained": {"no_value": "not counted yet"}})
    assert report.state == "submitted"
    [kept] = Observation.objects.filter(period=nation.quarter)
    assert (kept.indicator.key, kept.value, kept.source_agency) == ("rescued", 0, nation.world.ministry)


def test_a_value_and_a_reason_for_none_contradict_each_other(nation: Reporting) -> None:
    report = nation.draft(values={**COMPLETE["values"], "rescued": {"value": "3", "no_value": "lost"}})
    with pytest.raises(Invalid, match="not complete"):
        reports.submit(officer=nation.world.focal_point, at=MONDAY, report=report)


def test_values_become_observations_and_a_second_submission_corrects_them(nation: Reporting) -> None:
    report = nation.in_state("returned")
    again = reports.save_draft(
        officer=nation.world.focal_point,
        at=LATER,
        measure=report.measure,
        period=report.period,
        fields={"values": {**COMPLETE["values"], "rescued": {"value": "9"}}},
        expected_row_version=report.row_version,
    )
    reports.submit(officer=nation.world.focal_point, at=LATER, report=again)
    values = Observation.objects.filter(indicator__key="rescued", period=nation.quarter).order_by("id")
    assert [(o.value, o.withdrawn_at is None) for o in values] == [(Decimal(7), False), (Decimal(9), True)]
    [share] = Observation.objects.filter(indicator__key="trained")
    assert share.value == Decimal("0.75")


def test_problems_are_told_in_the_officers_language(nation: Reporting) -> None:
    report = nation.draft(narrative="")
    with translation.override("zh-hans"), pytest.raises(Invalid) as told:
        reports.submit(officer=nation.world.focal_point, at=MONDAY, report=report)
    assert str(told.value.problems[0].what) == "请说明本期所做的工作。"


def test_a_stale_edit_is_refused_with_both_versions(nation: Reporting) -> None:
    report = nation.draft()
    _acts(nation)["save_draft"](report)
    with pytest.raises(Stale) as told:
        reports.save_draft(
            officer=nation.world.focal_point,
            at=LATER,
            measure=report.measure,
            period=report.period,
            fields={"narrative": "Mine."},
            expected_row_version=1,
        )
    assert isinstance(told.value, reports.StaleReport)
    assert told.value.written["narrative"] == "Mine."
    assert told.value.standing.narrative == "Once more."


def test_a_draft_begun_by_two_is_stale_for_the_second(nation: Reporting) -> None:
    nation.draft()
    with pytest.raises(Stale):
        nation.draft(narrative="Mine.")


def test_saving_the_same_text_again_makes_no_new_version(nation: Reporting) -> None:
    report = nation.draft()
    again = reports.save_draft(
        officer=nation.world.focal_point,
        at=LATER,
        measure=report.measure,
        period=report.period,
        fields=COMPLETE,
        expected_row_version=1,
    )
    assert again.row_version == 1


def test_a_correction_is_a_new_version_and_the_old_one_stays_readable(nation: Reporting) -> None:
    second = nation.corrected_once()
    assert second.number == 2
    assert second.state == "published"
    first = nation.seen(second.corrects_id, by=nation.world.provincial, at=LATER)
    assert (first.state, first.narrative) == ("corrected", COMPLETE["narrative"])


def test_until_the_correction_is_published_the_old_version_stands(nation: Reporting) -> None:
    first = nation.in_state("published")
    draft = _acts(nation)["correct"](first)
    assert (draft.state, draft.number) == ("draft", 2)
    assert nation.seen(first.pk, by=nation.world.provincial, at=LATER).state == "published"
    with pytest.raises(Conflict, match="already begun"):
        _acts(nation)["correct"](first)


def test_who_may_act_is_offered_only_what_the_policy_gives(nation: Reporting) -> None:
    _ = nation.world.clearer
    report = nation.submitted()

    def offered(officer: object) -> set[str]:
        with acting(officer, LATER):  # type: ignore[arg-type]
            return {r.act for r in reads.possible_acts(officer=officer, at=LATER, report=report)}  # type: ignore[arg-type]

    assert offered(nation.world.focal_point) == set()
    assert offered(nation.world.clearer) == {"clear", "return"}
    assert offered(nation.world.secretariat) == {"return"}
    reports.clear(officer=nation.world.clearer, at=LATER, report=report)
    report = nation.seen(report.pk, at=LATER)
    assert offered(nation.world.secretariat) == {"accept", "return"}


def test_the_queue_holds_what_waits_for_the_officer_and_nothing_he_wrote(nation: Reporting) -> None:
    clearer = nation.world.clearer
    report = nation.submitted()
    with acting(clearer, LATER):
        queue = reads.review_queue(officer=clearer, at=LATER)
        assert [w.report.pk for w in queue.to_clear] == [report.pk]
    with acting(nation.world.secretariat, LATER):
        assert not reads.review_queue(officer=nation.world.secretariat, at=LATER).to_accept
    reports.clear(officer=clearer, at=LATER, report=report)
    with acting(nation.world.secretariat, LATER):
        queue = reads.review_queue(officer=nation.world.secretariat, at=LATER)
        assert [w.report.pk for w in queue.to_accept] == [report.pk]


def test_a_closed_period_takes_a_report_only_under_an_exception_and_stays_missed(
    nation: Reporting,
) -> None:
    closed = nation.quarter.grace_until + timedelta(days=1)
    at = MONDAY + (closed - MONDAY.date())
    report = nation.draft()
    periods.close_period(officer=nation.world.secretariat, at=at, period=nation.quarter)
    with pytest.raises(Conflict, match="closed"):
        reports.submit(officer=nation.world.focal_point, at=at, report=report)
    periods.grant_lock_exception(
        officer=nation.world.secretariat,
        at=at,
        period=nation.quarter,
        agency=nation.world.ministry,
        until=closed,
        reason="The server room was flooded.",
    )
    reports.submit(officer=nation.world.focal_point, at=at, report=report)
    assert nation.owed().state_on(closed) == "not_reported"
    with pytest.raises(Conflict, match="closed"):
        nation.draft(measure="m3", at=at + timedelta(days=1))


def test_a_return_by_the_office_after_closing_can_be_answered(nation: Reporting) -> None:
    report = nation.submitted()
    at = MONDAY + (nation.quarter.grace_until + timedelta(days=1) - MONDAY.date())
    periods.close_period(officer=nation.world.secretariat, at=at, period=nation.quarter)
    reports.return_report(
        officer=nation.world.secretariat, at=at, report=report, field="values", reason="Count again."
    )
    again = reports.submit(officer=nation.world.focal_point, at=at + timedelta(days=1), report=report)
    assert again.state == "submitted"


@pytest.mark.parametrize("key", ["m1", "m1-renamed"])
def test_a_measure_has_one_report_of_an_agency_whatever_a_version_calls_it(
    nation: Reporting, key: str
) -> None:
    first = nation.in_state("published")
    nation.revise(m1=key)
    assert nation.measure(key).pk != first.measure_id
    with pytest.raises(Conflict, match="does not take"):
        nation.draft(measure=key, narrative="Once more.")
    with acting(nation.world.focal_point, LATER):
        found = reads.working_report(
            measure=nation.measure(key), period=nation.quarter, agency_id=nation.world.ministry.pk
        )
        assert found == first
        assert [one.pk for one in reads.reports_open(measure_id=nation.measure(key).pk)] == [first.pk]


def test_the_newest_report_on_a_measure_is_found_across_its_keys(nation: Reporting) -> None:
    first = nation.in_state("published")
    nation.revise(m1="m1-renamed")
    second = reports.save_draft(
        officer=nation.world.focal_point,
        at=MONDAY,
        measure=nation.measure("m1-renamed"),
        period=nation.open("2010-Q2"),
        fields={"narrative": "Three shelters now."},
        expected_row_version=None,
    )
    assert second.measure.key != first.measure.key
    with acting(nation.world.focal_point, LATER):
        assert list(newest_of_each(Report.objects.all())) == [second.pk]


@pytest.mark.parametrize("key", ["m1", "m1-renamed"])
def test_a_report_begun_after_a_revision_answers_what_was_owed_before_it(nation: Reporting, key: str) -> None:
    owed = nation.owed()
    raised = Obligation.objects.filter(kind="plan.report").count()
    nation.revise(m1=key)
    nation.open()
    assert Obligation.objects.filter(kind="plan.report").count() == raised
    report = nation.submitted(measure=key)
    assert report.measure_id == owed.subject_id
    owed.refresh_from_db()
    assert owed.met_at == MONDAY
    with acting(nation.world.secretariat, MONDAY):
        [claim] = [
            c
            for c in reads.standing_by_claim(period=nation.quarter, on=MONDAY.date())
            if (c.measure.key, c.agency) == ("m1", nation.world.ministry)
        ]
    assert (claim.report, claim.state) == (report, "submitted")


def test_a_figure_handed_in_displaces_an_accepted_one_only_once_it_is_accepted(nation: Reporting) -> None:
    first = nation.in_state("published")
    fields = {"values": {**COMPLETE["values"], "rescued": {"value": "9"}}}
    draft = _acts(nation)["correct"](first)
    draft = reports.save_draft(
        officer=nation.world.focal_point,
        at=LATER,
        measure=draft.measure,
        period=draft.period,
        fields=fields,
        expected_row_version=draft.row_version,
    )
    report = reports.submit(officer=nation.world.focal_point, at=LATER, report=draft)
    standing = Observation.objects.filter(indicator__key="rescued", withdrawn_at=None)
    assert [o.value for o in standing] == [7]
    report = reports.clear(officer=nation.world.clearer, at=LATER, report=report)
    reports.accept(officer=nation.world.secretariat, at=LATER, report=report)
    assert [(o.value, o.source_agency) for o in standing.all()] == [(9, nation.world.ministry)]


def test_persons_are_counted_in_whole_numbers(nation: Reporting) -> None:
    report = nation.draft(values={**COMPLETE["values"], "rescued": {"value": "289.5"}})
    with pytest.raises(Invalid) as told:
        reports.submit(officer=nation.world.focal_point, at=MONDAY, report=report)
    [problem] = told.value.problems
    assert problem.field == "values.rescued" and "289.5 is no whole number" in str(problem.what)
    report = reports.save_draft(
        officer=nation.world.focal_point,
        at=MONDAY,
        measure=report.measure,
        period=report.period,
        fields={"values": {**COMPLETE["values"], "rescued": {"value": "289.0"}}},
        expected_row_version=report.row_version,
    )
    reports.submit(officer=nation.world.focal_point, at=MONDAY, report=report)
    assert Observation.objects.get(indicator__key="rescued").value == 289


def test_a_page_of_results_counts_the_figure_the_nation_gave_and_shows_what_the_places_say(
    nation: Reporting,
) -> None:
    report = nation.in_state("accepted")
    version, indicators = report.measure.version, reads.indicators_of(report.measure)[:1]
    RollUp.objects.filter(indicator__in=indicators).delete()
    RollUp.objects.create(
        indicator=indicators[0],
        period=nation.quarter,
        place_code="000000",
        value=227,
        reported=2,
        expected=31,
    )

    def shown(*, published: bool) -> list[tuple[object, object, bool]]:
        [series] = results.series_of(version, indicators, published=published)
        return [(one.value, one.below, one.differs) for one in series.points]

    assert shown(published=False) == [(7, 227, True)]
    assert shown(published=True) == [(227, None, False)]
    reports.publish(officer=nation.world.secretariat, at=LATER, report=report)
    assert shown(published=True) == [(7, 227, True)]
