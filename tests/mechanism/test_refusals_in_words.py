"""A step that a state does not allow is refused in the words of the pages, never in those of the code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.utils import translation

from concerted.errors import Conflict
from concerted.mechanism.cases import states as case_work
from concerted.mechanism.evaluation import states as evaluation
from concerted.mechanism.meetings import states as meetings
from concerted.mechanism.plan import report_states

Step = Callable[[str, str], Any]


def machines() -> Iterator[tuple[str, Step, set[tuple[str, str]]]]:
    """Yield each machine's name, its step, and the (state, act) pairs it knows."""
    yield "report", report_states.step, {(row.source, row.act) for row in report_states.TRANSITIONS}
    for name, machine in [*meetings.MACHINES.items(), *((one.name, one) for one in case_work.MACHINES)]:
        yield name, machine.step, {(row.source, row.act) for row in machine.rows}
    for rows in (evaluation.FINDING, evaluation.RECOMMENDATION, evaluation.SUPERVISION):
        yield rows[0].source, partial(evaluation.move, rows), {(row.source, row.act) for row in rows}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_refused_step_names_states_and_acts_in_words(language: str) -> None:
    for name, step, known in machines():
        states, acts = ({pair[place] for pair in known} for place in (0, 1))
        for state, act in ((state, act) for state in states for act in acts if (state, act) not in known):
            with translation.override(language), pytest.raises(Conflict) as refusal:
                step(state, act)
            told = f"{refusal.value} {refusal.value.remedy}"
            assert "_" not in told, (name, state, act)
            if language == "zh-hans":
                assert not re.search("[A-Za-z]{2}", told), (name, state, act, told)
