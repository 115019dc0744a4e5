"""The clocks of relief work are data with a source; late ones climb, and only those concerned know of them."""

from datetime import datetime, timedelta

import pytest
from tests.builders import CaseWorld
from tests.mechanism.cases.woman import open_case, referral_to

from concerted.errors import Conflict, Refused
from concerted.foundation.agencies.models import Officer
from concerted.foundation.obligations import reads as obligations
from concerted.foundation.obligations.kinds import kind_of
from concerted.foundation.obligations.models import Obligation, ObligationEvent
from concerted.mechanism.cases import clocks
from concerted.mechanism.cases.acts import cases, consents, directory, files, packages, placements, referrals
from concerted.mechanism.cases.acts import clocks as acts
from concerted.mechanism.cases.acts.referrals import accept_referral
from concerted.mechanism.cases.models import Case
from concerted.mechanism.cases.reads.cases import timeline
from concerted.mechanism.cases.reads.work import my_work, owed_on_case


@pytest.fixture
def case(world: CaseWorld) -> Case:
    return open_case(world, officer=world.worker(world.station))


def test_every_clock_names_its_source_and_is_confidential() -> None:
    assert len(clocks.clocks()) >= 20
    for clock in clocks.clocks():
        assert clock.source
        assert kind_of(clock.kind).confidential


def test_no_handing_over_waits_without_a_clock_of_its_urgency(world: CaseWorld) -> None:
    sender, duty = world.worker(world.police), world.duty(world.station)
    case = open_case(world, urgency="emergency")

    def owed(officer: Officer) -> dict[str, datetime | None]:
        work = my_work(officer=officer, at=world.at)
        return {one.obligation.kind: one.due_at for one in work.todo if one.obligation}

    sent = referral_to(world, case, world.station, urgency="emergency")
    returned = referrals.return_referral(officer=duty, at=world.at, referral=sent, question="Does she walk?")
    assert owed(sender) == {"cases.complete_information_emergency": world.later(hours=2)}
    referrals.complete_information(officer=sender, at=world.at, referral=returned, information="Yes.")
    declined = referrals.decline_referral(officer=duty, at=world.at, referral=sent, code="no_capacity")
    assert owed(sender) == {"cases.read_answer_emergency": world.later(hours=2)}
    assert [one.kind for one in my_work(officer=sender, at=world.at).todo] == ["obligation"], (
        "one line, not two"
    )
    referrals.see_feedback(officer=sender, at=world.at, referral=declined)
    assert owed(sender) == {}
    over = open_case(world)
    unread = referral_to(world, over, world.station)
    referrals.decline_referral(officer=duty, at=world.at, referral=unread, code="no_capacity")
    cases.propose_closing(officer=sender, at=world.at, case=over, closing="lost_contact")
    cases.close_case(officer=world.supervisor(world.police), at=world.at, case=over)
    assert owed(sender) == {}, "nothing climbs on a closed case"

    bed = directory.describe_shelter(
        officer=world.supervisor(world.station), at=world.at, key="green-house", name_en="A shelter", beds=1
    )
    placements.request_bed(officer=sender, at=world.at, case=case, shelter=bed, reason="tonight")
    assert owed(duty) == {"cases.answer_bed_emergency": world.later(hours=2)}

    outside = {"name": "A lawyer", "body": "A law firm", "contact": "by telephone"}
    consent = consents.take_consent(
        officer=sender, at=world.at, case=case, recipient=None, outside=outside, giver="self",
        sections=["account"], purpose="legal_aid", until=world.later(days=90), language="zh", witness="",
    )  # fmt: skip
    files.write_section(officer=sender, at=world.at, case=case, section="account", values={"words": "Told."})
    letter = referrals.draft_referral(
        officer=sender, at=world.at, case=case, outside=outside, service="legal_aid", reason="A lawyer",
        sections=["account"], purpose="legal_aid", urgency="emergency", consent=consent,
    )  # fmt: skip
    letter = referrals.send_referral(officer=sender, at=world.at, referral=letter)
    assert owed(sender) == {"cases.package_received_emergency": world.later(hours=2)}
    made = packages.record_package(
        officer=sender, at=world.at, referral=letter, digest="0" * 64, channel="telephone"
    )
    packages.acknowledge_package(at=world.at, code=made.acknowledgement)
    assert owed(sender) == {}
    line = next(one for one in timeline(officer=sender, at=world.at, case=case) if one.act == "acknowledge")
    assert (line.officer, line.words["by"]) == (None, "A lawyer")


@pytest.mark.parametrize(
    ("key", "day"),
    [("tracing_notice", 13), ("child_to_welfare", 19), ("open_criminal_case", 12)],
)
def test_hours_and_days_count_from_the_event(world: CaseWorld, key: str, day: int) -> None:
    assert clocks.clock(key).due_from(world.at).date() == world.at.date().replace(day=day)


def test_months_are_calendar_months_and_never_overrun_a_short_one(world: CaseWorld) -> None:
    clock = clocks.clock("dna_comparison")
    assert clock.due_from(world.at.replace(month=1, day=31)).date().isoformat() == "2010-02-28"
    assert clocks.clock("child_certificate_not_found").due_from(world.at).date().isoformat() == "2011-04-12"


def test_a_rule_of_beijing_binds_nobody_in_yunnan(world: CaseWorld, case: Case) -> None:
    station = world.worker(world.station)
    assert acts.record_event(officer=station, at=world.at, case=case, event="relief_entry_unidentified") == []
    [owed] = acts.record_event(
        officer=station,
        at=world.at,
        case=case,
        event="relief_entry_unidentified",
        place_code="110105",
    )
    assert owed.kind == "relief.tracing_notice"


def test_a_duty_of_police_falls_to_the_police_of_the_place(world: CaseWorld, case: Case) -> None:
    station = world.worker(world.station)
    raised = acts.record_event(officer=station, at=world.at, case=case, event="child_placed")
    assert {each.owner_id for each in raised} == {world.police.pk}
    [first, *_rest] = my_work(officer=world.worker(world.police), at=world.at).todo
    assert first.obligation is not None
    with pytest.raises(Conflict, match="Another agency"):
        acts.record_done(officer=station, at=world.at, obligation=first.obligation)
    acts.record_done(officer=world.worker(world.police), at=world.at, obligation=first.obligation)
    owed = owed_on_case(officer=station, at=world.at, case=case)
    assert {each.kind: each.state for each in owed}[first.obligation.kind] == "met_on_time"  # type: ignore[attr-defined]


def test_what_an_act_meets_is_not_ticked_off(world: CaseWorld, case: Case) -> None:
    referral_to(world, case, world.hospital, officer=world.worker(world.station))
    [item] = my_work(officer=world.worker(world.hospital), at=world.at).todo
    assert item.obligation is not None
    with pytest.raises(Conflict, match="by doing it"):
        acts.record_done(officer=world.worker(world.hospital), at=world.at, obligation=item.obligation)


def test_a_late_answer_climbs_to_the_sender_and_then_to_the_superior(world: CaseWorld, case: Case) -> None:
    sent = referral_to(world, case, world.police, officer=world.worker(world.station))
    at = world.later(days=9)
    with pytest.raises(Refused):
        acts.escalate_case_clocks(officer=world.supervisor(world.police), at=at)
    first = acts.escalate_case_clocks(officer=world.machine, at=at)
    assert first.steps >= 2
    assert acts.escalate_case_clocks(officer=world.machine, at=at).steps == 0
    work = my_work(officer=world.worker(world.station), at=at)
    assert "referral_overdue" in [each.kind for each in work.news]
    [late] = [item for item in my_work(officer=world.worker(world.police), at=at).todo if item.days_late]
    assert (late.subject_id, late.state) == (sent.pk, "overdue")
    with world.at_case_work(world.worker(world.station), at):
        assert ObligationEvent.objects.filter(what="escalated").count() >= 2


def test_an_answer_within_two_hours_is_late_after_two_hours_and_climbs_by_the_hour(
    world: CaseWorld, case: Case
) -> None:
    sent = referral_to(world, case, world.hospital, officer=world.worker(world.station), urgency="emergency")
    nurse, station = world.duty(world.hospital), world.worker(world.station)

    def state(**after: int) -> tuple[str, float | None]:
        [item] = my_work(officer=nurse, at=world.later(**after)).todo
        return item.state, item.late.hours if item.late else None

    assert state(hours=2) == ("due_soon", None)
    assert state(hours=2, minutes=30) == ("overdue", 0.5)
    assert acts.escalate_case_clocks(officer=world.machine, at=world.later(hours=1)).steps == 0
    assert acts.escalate_case_clocks(officer=world.machine, at=world.later(hours=2, minutes=1)).steps == 1
    [news] = [
        each for each in my_work(officer=station, at=world.later(hours=3)).news if "overdue" in each.kind
    ]
    assert news.thing_id == sent.pk
    assert acts.escalate_case_clocks(officer=world.machine, at=world.later(hours=3)).steps == 0
    assert acts.escalate_case_clocks(officer=world.machine, at=world.later(hours=4, minutes=1)).steps == 1
    accept_referral(officer=nurse, at=world.later(hours=5), referral=sent)
    [answer] = owed_on_case(officer=station, at=world.later(hours=6), case=case)[:1]
    assert answer.state == "met_late"  # type: ignore[attr-defined]


def test_a_clock_by_days_runs_to_the_end_of_its_last_day(world: CaseWorld, case: Case) -> None:
    referral_to(world, case, world.hospital, officer=world.worker(world.station), urgency="routine")
    nurse = world.duty(world.hospital)
    [item] = my_work(officer=nurse, at=world.at).todo
    assert item.due_at is None
    assert item.due is not None
    last = world.at.replace(month=item.due.month, day=item.due.day, hour=23, minute=30)
    [item] = my_work(officer=nurse, at=last).todo
    assert item.state == "due_soon"
    [item] = my_work(officer=nurse, at=last + timedelta(hours=1)).todo
    assert item.state == "overdue"


def test_lists_and_counts_of_the_mechanism_do_not_know_of_them(world: CaseWorld, case: Case) -> None:
    """Even in the agency that owes: what is owed about a person is shown in case work only."""
    referral_to(world, case, world.police, officer=world.worker(world.station))
    on = world.later(days=9).date()
    for officer in (world.provincial, world.secretariat, world.worker(world.police)):
        with world.seen_by(officer):
            assert obligations.obligations(on=on).count() == 0
            assert obligations.tally(obligations.obligations(on=on)).of == 0
            assert not Obligation.objects.exists()
            assert not ObligationEvent.objects.exists()


def test_numbers_of_secret_obligations_leave_no_gap(world: CaseWorld, case: Case) -> None:
    referral_to(world, case, world.police, officer=world.worker(world.station))
    with world.at_case_work(world.worker(world.station)):
        assert all(pk > 2**52 for pk in Obligation.objects.values_list("pk", flat=True))
        assert all(pk > 2**52 for pk in ObligationEvent.objects.values_list("pk", flat=True))


def test_an_hour_clock_shows_its_hour(world: CaseWorld, case: Case) -> None:
    referral_to(world, case, world.hospital, officer=world.worker(world.station), urgency="emergency")
    [item] = my_work(officer=world.worker(world.hospital), at=world.at).todo
    assert item.due_at == world.at + timedelta(hours=2)
