"""Excusing, escalating and reminding: each only by whom and as often as the rules say."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta

import pytest
from django.core import mail
from tests.builders import World, build_world
from tests.foundation.obligations.world import DUE, again, owe

from concerted.errors import Conflict, Invalid, Refused
from concerted.foundation.access import acts as access
from concerted.foundation.agencies.models import Post
from concerted.foundation.obligations import acts, marks, reads
from concerted.foundation.obligations.models import (
    Digest,
    ObligationEvent,
    Reminder,
    ReminderBatch,
    State,
)

pytestmark = pytest.mark.django_db
Committed = Callable[..., AbstractContextManager[list[Callable[[], object]]]]
# Due on Wednesday 14 April 2010, grace until Friday 16 April.
AFTER_FIVE = datetime(2010, 4, 23, 9, 0)
AFTER_TEN = datetime(2010, 4, 30, 9, 0)


@pytest.fixture
def world(settings: object) -> World:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    return build_world()


def on(world: World, moment: datetime) -> datetime:
    return moment.replace(tzinfo=world.at.tzinfo)


def test_only_who_is_owed_excuses_and_only_with_a_reason(world: World) -> None:
    [owed] = owe(world, world.ministry)
    with pytest.raises(Refused):
        acts.excuse(officer=world.focal_point, at=world.at, obligation=owed, reason="we are busy")
    with pytest.raises(Invalid):
        acts.excuse(officer=world.secretariat, at=world.at, obligation=owed, reason="  ")
    excused = acts.excuse(officer=world.secretariat, at=world.at, obligation=owed, reason="merged")
    assert excused.state_on(date(2012, 1, 1)) == State.EXCUSED
    assert excused.events.get(what="excused").reason == "merged"


def test_what_is_answered_can_no_longer_be_excused(world: World) -> None:
    owed = owe(world, world.ministry)
    with world.seen_by(world.focal_point):
        marks.mark_met(officer=world.focal_point, at=world.at, obligations=owed)
    with pytest.raises(Conflict):
        acts.excuse(officer=world.secretariat, at=world.at, obligation=owed[0], reason="merged")


def test_each_step_of_the_ladder_is_taken_once_and_dated(world: World) -> None:
    [owed] = owe(world, world.ministry)
    fifth = on(world, AFTER_FIVE)
    assert acts.escalate_due(officer=world.secretariat, at=fifth - timedelta(days=1)).steps == 0
    assert acts.escalate_due(officer=world.secretariat, at=fifth).steps == 1
    assert acts.escalate_due(officer=world.secretariat, at=fifth).steps == 0
    step = owed.events.get(what="escalated")
    assert (step.step, step.at, step.to_agency) == (1, fifth, world.office)
    for side in (world.ministry, world.office):
        assert step in reads.escalations_concerning(side, on=fifth.date())


def test_steps_missed_while_no_job_ran_are_made_up_in_their_order(world: World) -> None:
    [owed] = owe(world, world.ministry)
    assert acts.escalate_due(officer=world.secretariat, at=on(world, AFTER_TEN)).steps == 2
    assert list(owed.events.filter(what="escalated").values_list("step", flat=True)) == [1, 2]


def test_a_step_to_an_agency_that_does_not_exist_goes_to_the_office_and_says_so(world: World) -> None:
    [owed] = owe(world, world.ministry)
    acts.escalate_due(officer=world.secretariat, at=on(world, AFTER_TEN))
    second = owed.events.get(what="escalated", step=2)
    assert second.to_agency == world.office
    assert "no agency above" in second.reason


def test_an_answer_stops_the_ladder(world: World) -> None:
    owed = owe(world, world.ministry)
    acts.escalate_due(officer=world.secretariat, at=on(world, AFTER_FIVE))
    with world.seen_by(world.focal_point):
        marks.mark_met(officer=world.focal_point, at=on(world, AFTER_FIVE), obligations=owed)
    assert acts.escalate_due(officer=world.secretariat, at=on(world, AFTER_TEN)).steps == 0


def test_the_preview_is_what_is_sent_one_digest_for_each_recipient(
    world: World, django_capture_on_commit_callbacks: Committed
) -> None:
    owe(world, world.ministry, count=3)
    focal_point = with_address(world, world.focal_point)
    seen = reads.preview_reminders(officer=world.secretariat, at=world.at)
    assert [(d.recipient, d.because, len(d.lines)) for d in seen.digests] == [(focal_point, "", 3)]
    with django_capture_on_commit_callbacks(execute=True):
        acts.send_reminders(officer=world.secretariat, at=world.at, preview=seen)
    assert [m.to for m in mail.outbox] == [["focal@example.org"]]
    assert str(mail.outbox[0].body).count("Report on shelters") == 3
    assert reads.unseen_notices(focal_point) == 3


def test_running_again_sends_nothing_twice(
    world: World, django_capture_on_commit_callbacks: Committed
) -> None:
    owe(world, world.ministry)
    with_address(world, world.focal_point)
    for _run in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            acts.send_reminders(officer=world.secretariat, at=world.at)
    assert len(mail.outbox) == 1
    assert Reminder.objects.count() == 1


def test_a_sender_killed_after_claiming_leaves_the_mail_in_doubt_and_nobody_sends_it_again(
    world: World, django_capture_on_commit_callbacks: Committed, monkeypatch: pytest.MonkeyPatch
) -> None:
    owe(world, world.ministry)
    with_address(world, world.focal_point)

    class Killed(BaseException):
        pass

    def die(_digest: Digest) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(acts, "_mail", die)
        with pytest.raises(Killed), django_capture_on_commit_callbacks(execute=True):
            acts.send_reminders(officer=world.secretariat, at=world.at)
    assert acts.send_queued() == 0
    assert reads.digests_in_doubt().count() == 1
    assert mail.outbox == []


def test_a_digest_that_waited_is_not_mailed_to_whoever_lost_the_post_meanwhile(world: World) -> None:
    owe(world, world.ministry)
    officer = with_address(world, world.focal_point)
    acts.send_reminders(officer=world.secretariat, at=world.at)  # its mail still waits
    assert officer.acting is not None
    access.end_appointment(
        officer=world.machine, at=world.at, appointment=officer.acting, on=world.at.date(), reason="moved"
    )
    assert (acts.send_queued(), acts.send_queued(), mail.outbox) == (0, 0, [])
    assert [(one.fault, one.address) for one in Digest.objects.all()] == [("post_ended", "")]


def test_what_was_laid_down_but_not_claimed_is_sent_by_the_next_run(world: World) -> None:
    owe(world, world.ministry)
    with_address(world, world.focal_point)
    acts.send_reminders(officer=world.secretariat, at=world.at)  # dies before its transaction's callbacks
    assert mail.outbox == []
    assert acts.send_queued() == 1
    assert acts.send_queued() == 0
    assert len(mail.outbox) == 1


def test_within_the_minimum_gap_nothing_is_repeated(world: World) -> None:
    owe(world, world.ministry)
    secretariat, tuesday = world.secretariat, world.at + timedelta(days=1)
    _ = world.focal_point
    acts.send_reminders(officer=secretariat, at=world.at)
    soon = reads.preview_reminders(officer=secretariat, at=tuesday)
    assert (soon.digests, soon.held_back) == ((), 1)
    later = reads.preview_reminders(officer=secretariat, at=world.at + timedelta(days=3))
    assert [line.rule for digest in later.digests for line in digest.lines] == ["+1"]


def test_without_a_focal_point_another_post_is_told_then_the_agency_above_then_the_office(
    world: World,
) -> None:
    secretariat = world.secretariat
    bureau = access.register_agency(
        officer=world.administrator,
        at=world.at,
        key="bureau",
        kind="ministry",
        name_en="Bureau",
        name_zh="局",
        parent=world.ministry,
    )
    owe(world, bureau)
    assert told(world) == [(secretariat, "office_itself")]
    above = world.focal_point
    assert told(world) == [(above, "agency_above")]
    clerk = world.officer_for(bureau, Post.Function.STATISTICIAN)
    assert told(world) == [(clerk, "no_focal_point")]
    answering = world.officer_for(bureau, Post.Function.FOCAL_POINT)
    assert told(world) == [(answering, "")]


def test_a_draft_sends_nothing_and_stands_once_a_day(world: World) -> None:
    owe(world, world.ministry, count=2)
    _ = world.focal_point
    for _run in range(2):
        draft = acts.draft_reminders(officer=world.secretariat, at=world.at)
    assert (draft.recipients, draft.lines) == (1, 2)
    assert ReminderBatch.objects.count() == 1
    assert not Reminder.objects.exists()


def test_vacancies_and_lone_hands_are_named(world: World) -> None:
    owe(world, world.ministry)
    day = world.at.date()
    assert list(reads.vacancies(on=day)) == [world.ministry]
    _ = world.focal_point
    assert list(reads.vacancies(on=day)) == []
    assert list(reads.single_handed(on=day)) == [world.ministry]
    _ = world.clearer
    assert list(reads.single_handed(on=day)) == []


def test_the_on_time_rate_has_what_fell_due_below_the_line_and_the_excused_outside(world: World) -> None:
    owed = owe(world, world.ministry, count=4)
    with world.seen_by(world.secretariat):
        marks.mark_met(officer=world.focal_point, at=world.at, obligations=owed[:1])
        marks.mark_met(officer=world.focal_point, at=on(world, AFTER_FIVE), obligations=owed[1:2])
        marks.mark_excused(officer=world.secretariat, at=world.at, obligations=owed[2:3], reason="merged")
    from concerted.foundation.obligations.models import Obligation

    rate = reads.punctuality(Obligation.objects.filter(pk__in=[o.pk for o in owed]), on=AFTER_TEN.date())
    assert (rate.on_time, rate.late, rate.silent, rate.due, rate.excused) == (1, 1, 1, 3, 1)


def test_the_oldest_at_each_stage_names_who_holds_the_paper(world: World) -> None:
    not_begun, begun, met = owe(world, world.ministry, count=3)
    with world.seen_by(world.secretariat):
        marks.mark_begun(officer=world.focal_point, at=world.at, obligations=[begun])
        marks.mark_met(officer=world.focal_point, at=world.at, obligations=[met])
    found = reads.stuck(on=date(2010, 5, 3), owed_to=world.office, accepted_kinds=["tests.owed"])
    assert [(s.stage, s.obligation, s.holder, s.since) for s in found] == [
        ("begun", begun, world.ministry, world.at.date()),
        ("not_begun", not_begun, world.ministry, DUE),
        ("waits_for_acceptance", met, world.office, world.at.date()),
    ]


def test_a_list_is_read_in_slices_without_gap_or_repetition(world: World) -> None:
    owed = owe(world, world.ministry, count=7)
    listed, cursor = [], ""
    for _slice in range(3):
        page = reads.page_of(reads.obligations(on=world.at.date()), cursor=cursor, size=3)
        listed += page.rows
        cursor = page.next
    assert (listed, cursor, page.total) == (again(owed), "", 7)


def test_an_answer_marks_the_event_with_who_gave_it(world: World) -> None:
    [owed] = owe(world, world.ministry)
    with world.seen_by(world.focal_point):
        marks.mark_met(officer=world.focal_point, at=world.at, obligations=[owed])
    met = ObligationEvent.objects.get(obligation=owed, what="met")
    assert met.officer == world.focal_point


def told(world: World) -> list[tuple[object, str]]:
    preview = reads.preview_reminders(officer=world.secretariat, at=world.at)
    return [(digest.recipient, digest.because) for digest in preview.digests]


def with_address(world: World, officer: object) -> object:
    return access.change_officer(
        officer=world.administrator, at=world.at, changed=officer, email="focal@example.org"
    )
