"""What is kept so that a retry gets its first answer again is let go of when no retry comes any more."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.builders import build_world

from concerted.foundation.access.jobs import KEPT, forget_old_answers
from concerted.foundation.access.keys import first_call, keep_answer

pytestmark = pytest.mark.django_db


def test_a_retry_gets_its_answer_for_two_weeks_and_then_its_key_is_free() -> None:
    officer, now = build_world().focal_point, timezone.now()
    ages = {"old": KEPT + timedelta(hours=1), "young": KEPT - timedelta(hours=1)}
    for key, age in ages.items():
        assert first_call(officer=officer, key=key, fingerprint="a call", real=now - age) is None
        keep_answer(officer=officer, key=key, status=201, body="{}", headers={})
    assert forget_old_answers(timestamp=0) == 1
    kept = {key: first_call(officer=officer, key=key, fingerprint="a call", real=now) for key in ages}
    assert kept["old"] is None
    assert kept["young"] is not None and kept["young"].status == 201
