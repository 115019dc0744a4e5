"""Every test of the joint meeting starts from the same plenary."""

import pytest
from tests.builders import build_world
from tests.mechanism.meetings.meeting_world import MeetingWorld, build_meeting_world


@pytest.fixture
def joint(db: None) -> MeetingWorld:
    """The nation's plenary with three members; nothing has met yet."""
    return build_meeting_world(build_world())
