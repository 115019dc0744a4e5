"""Whatever is done in whatever order, minutes and action items walk their tables and nothing else."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from tests.builders import build_world
from tests.mechanism.meetings.meeting_world import (
    FIRST,
    SECOND,
    MeetingWorld,
    build_meeting_world,
    minutes_of,
    noon,
)

from concerted.errors import Conflict, Refused
from concerted.foundation.agencies.models import Officer
from concerted.foundation.obligations.models import Obligation
from concerted.mechanism.meetings.acts import followup, minutes
from concerted.mechanism.meetings.models import ActionItem, Minutes
from concerted.mechanism.meetings.states import ACTION, MINUTES

pytestmark = pytest.mark.django_db
ACTS = ("acknowledge", "report_progress", "claim_done", "verify", "send_back")
WORK = {"acknowledge", "report_progress", "claim_done"}


class ActionItems(RuleBasedStateMachine):
    """One action item in the hands of its owner and of the office."""

    joint: MeetingWorld
    item: ActionItem

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.state = "open"
        self.hours = 1
        self.claimed_at: object = None

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @rule(act=st.sampled_from(ACTS), by_owner=st.booleans())
    def do(self, act: str, by_owner: bool) -> None:
        """Somebody tries an act; it happens exactly where the table has a row and the policy a grant."""
        officer = self.joint.world.focal_point if by_owner else self.joint.clerk
        allowed = by_owner == (act in WORK)
        row = next((r for r in ACTION.acts_from(self.state) if r.act == act), None)
        self.hours += 1
        at = noon(SECOND) + timedelta(hours=self.hours)
        try:
            self._act(act, officer, at)
        except Refused:
            assert not allowed
        except Conflict:
            assert allowed
            assert row is None
        else:
            assert allowed
            assert row is not None
            self.state = row.target
            if act == "claim_done" and self.claimed_at is None:
                self.claimed_at = at

    def _act(self, act: str, officer: Officer, at: object) -> None:
        said: dict[str, object] = {"officer": officer, "at": at, "action_item": self.item}
        said |= {"send_back": {"reason": "Not yet."}, "claim_done": {"text": "Done.", "evidence": ["A"]}}.get(
            act, {} if act in ("acknowledge", "verify") else {"text": "Half."}
        )
        getattr(followup, act)(**said)

    @invariant()
    def the_first_claim_is_the_day_it_was_met(self) -> None:
        with self.joint.world.seen_by(self.joint.clerk):
            assert ActionItem.objects.get(pk=self.item.pk).state == self.state
        owed = Obligation.objects.get(subject_id=self.item.pk, kind="meetings.action")
        assert owed.met_at == self.claimed_at
        assert (owed.accepted_at is not None) == (self.state == "verified")


class MinutesOfAMeeting(RuleBasedStateMachine):
    """One set of minutes in the hands of its office."""

    joint: MeetingWorld
    minutes: Minutes

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.state = "draft"

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @rule(act=st.sampled_from(("draft", "circulate", "take_back", "adopt", "finish")))
    def do(self, act: str) -> None:
        """The office tries an act; it happens exactly where the table has a row."""
        row = next(
            (r for r in MINUTES.acts_from(self.state) if r.act == ("edit" if act == "draft" else act)), None
        )
        said = {"officer": self.joint.clerk, "at": noon(SECOND), "minutes": self.minutes}
        more: dict[str, dict[str, object]] = {
            "circulate": {"amend_until": SECOND},
            "take_back": {"reason": "A slip."},
            "adopt": {"in_meeting": self.later},
            "finish": {"number": "1"},
        }
        name = {"draft": "draft_minutes", "adopt": "adopt_minutes", "finish": "finish_minutes"}.get(act, act)
        try:
            getattr(minutes, name)(**said, **more.get(act, {}))
        except Conflict:
            assert row is None
        else:
            assert row is not None
            self.state = row.target

    @property
    def later(self) -> object:
        with self.joint.world.seen_by(self.joint.clerk):
            return self.joint.series.meetings.get(held_on=SECOND)

    @invariant()
    def it_stands_where_the_table_says(self) -> None:
        with self.joint.world.seen_by(self.joint.clerk):
            kept = Minutes.objects.get(pk=self.minutes.pk)
        assert kept.state == self.state
        assert bool(kept.content_hash) == (self.state == "final")


SMALL = settings(max_examples=12, stateful_step_count=9, deadline=None)


def test_an_action_item_walks_its_table(db: None) -> None:
    joint = build_meeting_world(build_world())
    first = joint.sitting(FIRST)
    action = joint.assign(joint.decide(first))
    joint.adopted(joint.circulated(first))
    with joint.world.seen_by(joint.clerk):
        ActionItems.item = ActionItem.objects.get(pk=action.pk)
    ActionItems.joint = joint
    joint.world.focal_point  # noqa: B018 - made outside the examples, which are undone
    run_state_machine_as_test(ActionItems, settings=SMALL)


def test_minutes_walk_their_table(db: None) -> None:
    from concerted.mechanism.meetings.acts import session

    joint = build_meeting_world(build_world())
    first = joint.sitting(FIRST)
    joint.assign(joint.decide(first))
    session.close_meeting(officer=joint.clerk, at=noon(FIRST), meeting=first)
    kept = minutes_of(joint.world, first)
    minutes.draft_minutes(officer=joint.clerk, at=noon(FIRST), minutes=kept)
    joint.sitting(SECOND)
    MinutesOfAMeeting.joint, MinutesOfAMeeting.minutes = joint, kept
    run_state_machine_as_test(MinutesOfAMeeting, settings=SMALL)
