"""What the tests of case work share: the world with its agencies."""

import pytest
from tests.builders import CaseWorld, build_case_world


@pytest.fixture
def world(db: None) -> CaseWorld:
    """The small nation with the agencies that meet a person."""
    return build_case_world()
