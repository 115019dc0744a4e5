"""A national revision is offered and never written over a province's words, whatever it changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders import build_world
from tests.mechanism.plan.nation_and_places import (
    CAMPAIGN,
    PATROL,
    SHELTER,
    WATCHED,
    Nation,
    build_nation,
    changed,
)

from concerted.errors import Conflict, Invalid
from concerted.mechanism.plan import document as said
from concerted.mechanism.plan.acts import alignment, editing
from concerted.mechanism.plan.acts.documents import start_revision
from concerted.mechanism.plan.models import Alignment, Measure
from concerted.mechanism.plan.reads.alignment import (
    coverage,
    history_of_answers,
    local_now,
    local_only_measures,
    rebases_due,
    standing_answer,
    three_way_of,
)

pytestmark = pytest.mark.django_db

ON = date(2010, 4, 12)
FIRST = date(2012, 12, 31)


@pytest.fixture
def nation() -> Nation:
    return build_nation(build_world())


def adapted(nation: Nation) -> Alignment:
    """Yunnan adapts the deadline of the patrols."""
    nation.open_plan(nation.yunnan)
    return alignment.adapt_measure(
        officer=nation.yunnan,
        at=nation.world.at,
        national=nation.measure("PRE-01"),
        fields={"deadline": date(2013, 6, 30)},
        differs={"deadline": "roads are long"},
    )


def local_words(nation: Nation, answer: Alignment) -> tuple[Any, ...]:
    """What the province's own measure says now."""
    with nation.world.seen_by(nation.yunnan):
        local = local_now(answer, draft_first=True)
        assert local is not None
        return local.title_en, local.text_en, local.deadline, local.starts


def test_a_revision_leaves_the_local_words_and_the_pin_alone(nation: Nation) -> None:
    answer = adapted(nation)
    before = local_words(nation, answer)
    nation.revise(
        changed(PATROL, title="Watch ferries", description="Ferries too.", deadline=date(2011, 1, 1))
    )
    standing = nation.standing(nation.yunnan, "PRE-01")
    assert standing.pk == answer.pk and standing.national_id == answer.national_id
    assert local_words(nation, standing) == before


def test_the_three_wordings_tell_offers_from_conflicts(nation: Nation) -> None:
    answer = adapted(nation)
    nation.revise(changed(PATROL, description="Ferries too.", deadline=date(2011, 1, 1)), SHELTER, CAMPAIGN)
    with nation.world.seen_by(nation.yunnan):
        found = {each.field: each.change for each in three_way_of(answer).fields.fields}
    assert found["text"] == "theirs_only"
    assert found["deadline"] == "conflict"
    assert found["title"] == "unchanged"


def test_a_measure_that_the_nation_calls_otherwise_keeps_its_answers_and_offers_its_changes(
    nation: Nation,
) -> None:
    answer = adapted(nation)
    renamed = changed(PATROL, id="PRE-77", carried_from="PRE-01", description="Ferries too.")
    nation.revise(renamed, SHELTER, CAMPAIGN)
    with nation.world.seen_by(nation.yunnan):
        assert standing_answer(nation.measure("PRE-77"), "530000") == answer
        assert [(due.answer, due.changed) for due in rebases_due("530000", on=ON)] == [(answer, ("text",))]
    done = alignment.rebase(
        officer=nation.yunnan, at=nation.world.at, alignment=answer, choices={"text": "national"}
    )
    assert done.national_id == nation.measure("PRE-77").pk


def test_an_answer_follows_the_local_measure_to_its_new_key(nation: Nation) -> None:
    answer = adapted(nation)
    assert answer.local is not None
    local = nation.put_in_force(nation.yunnan, answer.local.version)
    draft = start_revision(officer=nation.yunnan, at=nation.world.at, plan=local.plan)
    with nation.world.seen_by(nation.yunnan):
        mine = draft.measures.get(key=answer.local.key)
    editing.edit_measure(officer=nation.yunnan, at=nation.world.at, measure=mine, changes={"key": "YN-1"})
    nation.put_in_force(nation.yunnan, draft)
    with nation.world.seen_by(nation.yunnan):
        cell = coverage(nation.version, on=ON).cell(nation.measure("PRE-01").pk, "530000")
        assert cell.local_id == mine.pk
        now = local_now(nation.standing(nation.yunnan, "PRE-01"))
        assert now is not None and now.key == "YN-1"
        assert local_only_measures(local.plan) == ()


def test_each_changed_field_needs_a_choice_and_nothing_is_half_taken_over(nation: Nation) -> None:
    answer = adapted(nation)
    nation.revise(changed(PATROL, description="Ferries too.", deadline=date(2011, 1, 1)), SHELTER, CAMPAIGN)
    before = local_words(nation, answer)
    with pytest.raises(Invalid) as refusal:
        alignment.rebase(
            officer=nation.yunnan, at=nation.world.at, alignment=answer, choices={"text": "national"}
        )
    assert [problem.field for problem in refusal.value.problems] == ["deadline"]
    assert local_words(nation, answer) == before


def test_taking_over_one_field_and_keeping_another_pins_the_new_wording(nation: Nation) -> None:
    answer = adapted(nation)
    nation.revise(changed(PATROL, description="Ferries too.", deadline=date(2011, 1, 1)), SHELTER, CAMPAIGN)
    done = alignment.rebase(
        officer=nation.yunnan,
        at=nation.world.at,
        alignment=answer,
        choices={"text": "national", "deadline": "local"},
    )
    assert done.national_id == nation.measure("PRE-01").pk
    assert done.kind == "adapted"
    assert done.differs["deadline"]["why"] == "roads are long"
    title, text, deadline, _starts = local_words(nation, done)
    assert (title, text, deadline) == ("Watch stations", "Ferries too.", date(2013, 6, 30))
    with nation.world.seen_by(nation.yunnan):
        assert rebases_due("530000", on=ON) == []
    history = history_of_answers(nation.measure("PRE-01"), "530000")
    assert [each.replaced_at is None for each in history] == [True, False]


def test_an_adopted_measure_that_keeps_its_words_becomes_adapted_with_a_reason(nation: Nation) -> None:
    nation.open_plan(nation.yunnan)
    answer = alignment.adopt_measure(
        officer=nation.yunnan, at=nation.world.at, national=nation.measure("PRE-01")
    )
    nation.revise(changed(PATROL, deadline=date(2011, 1, 1)), SHELTER, CAMPAIGN)
    with pytest.raises(Invalid):
        alignment.rebase(
            officer=nation.yunnan, at=nation.world.at, alignment=answer, choices={"deadline": "local"}
        )
    done = alignment.rebase(
        officer=nation.yunnan,
        at=nation.world.at,
        alignment=answer,
        choices={"deadline": "local"},
        reasons={"deadline": "too soon for us"},
    )
    assert (done.kind, done.reason) == ("adapted", "too soon for us")


def test_a_kept_divergence_is_not_asked_again_until_the_nation_changes_again(nation: Nation) -> None:
    answer = adapted(nation)
    nation.revise(changed(PATROL, deadline=date(2011, 1, 1)), SHELTER, CAMPAIGN)
    with pytest.raises(Invalid):
        alignment.keep_divergence(officer=nation.yunnan, at=nation.world.at, alignment=answer, reason=" ")
    kept = alignment.keep_divergence(
        officer=nation.yunnan, at=nation.world.at, alignment=answer, reason="the roads are still long"
    )
    with nation.world.seen_by(nation.yunnan):
        assert rebases_due("530000", on=ON) == []
        assert local_words(nation, kept)[2] == date(2013, 6, 30)
    nation.revise(changed(PATROL, deadline=date(2011, 7, 1)), SHELTER, CAMPAIGN)
    with nation.world.seen_by(nation.yunnan):
        assert [each.changed for each in rebases_due("530000", on=ON)] == [("deadline",)]


def test_without_a_change_there_is_nothing_to_rebase(nation: Nation) -> None:
    answer = adapted(nation)
    with pytest.raises(Conflict):
        alignment.rebase(officer=nation.yunnan, at=nation.world.at, alignment=answer, choices={})
    with pytest.raises(Conflict):
        alignment.keep_divergence(
            officer=nation.yunnan, at=nation.world.at, alignment=answer, reason="as it is"
        )


def test_a_new_answer_to_the_new_wording_replaces_the_one_to_the_old(nation: Nation) -> None:
    answer = adapted(nation)
    nation.revise(changed(PATROL, deadline=date(2011, 1, 1)), SHELTER, CAMPAIGN)
    alignment.decline_measure(
        officer=nation.yunnan,
        at=nation.world.at,
        national=nation.measure("PRE-01"),
        reason="no railway any more",
        expected_row_version=answer.row_version,
    )
    assert Alignment.objects.filter(place_code="530000", replaced_at=None).count() == 1
    found = standing_answer(nation.measure("PRE-01"), "530000")
    assert found is not None and found.kind == "declined"


class _Undo(Exception):
    """Takes one example back."""


NATIONAL_EDITS = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["Watch stations", "Watch ferries"]),
        "description": st.sampled_from(["Officers watch the stations.", "Ferries too."]),
        "deadline": st.sampled_from([FIRST, date(2011, 1, 1)]),
        "starts": st.sampled_from([date(2010, 1, 1)]),
    },
)
LOCAL_EDITS = st.fixed_dictionaries(
    {"deadline": st.sampled_from([FIRST + timedelta(days=90)])},
    optional={
        "text": st.sampled_from([("Watch the passes.", "")]),
        "starts": st.sampled_from([date(2010, 6, 1)]),
    },
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ours=LOCAL_EDITS, scripts=st.lists(NATIONAL_EDITS, min_size=1, max_size=2), take=st.booleans())
def test_no_edit_script_of_the_nation_loses_a_local_word(
    nation: Nation, ours: dict[str, Any], scripts: list[dict[str, Any]], take: bool
) -> None:
    """Beside a naive overwrite, which would lose every local edit, ours loses none that was not given away."""
    nation_version, _officers = nation.version, (nation.yunnan, nation.world.secretariat)
    try:
        with transaction.atomic():
            nation.open_plan(nation.yunnan)
            answer = alignment.adapt_measure(
                officer=nation.yunnan,
                at=nation.world.at,
                national=nation.measure("PRE-01"),
                fields=ours,
                differs=dict.fromkeys(ours, "our own roads"),
            )
            before = local_words(nation, answer)
            for edits in scripts:
                nation.revise(changed(PATROL, **edits), SHELTER, CAMPAIGN)
            assert local_words(nation, answer) == before
            naive = _overwritten(scripts[-1])
            assert naive[2] != before[2]
            _review(nation, answer, ours, take, naive, before)
            raise _Undo
    except _Undo:
        nation.version = nation_version


def _overwritten(edits: dict[str, Any]) -> tuple[Any, ...]:
    """What a system that copies the nation's text over the province's would leave."""
    national = changed(PATROL, **edits)
    return national.title, national.description, national.deadline, national.starts


def _review(
    nation: Nation,
    answer: Alignment,
    ours: dict[str, Any],
    take: bool,
    naive: tuple[Any, ...],
    before: tuple[Any, ...],
) -> None:
    with nation.world.seen_by(nation.yunnan):
        comparison = three_way_of(answer)
    asked = [e.field for e in comparison.fields.fields if e.change in ("theirs_only", "conflict")]
    if not comparison.is_due:
        return
    done = alignment.rebase(
        officer=nation.yunnan,
        at=nation.world.at,
        alignment=answer,
        choices=dict.fromkeys(asked, "national" if take else "local"),
        reasons=dict.fromkeys(asked, "our own roads"),
    )
    after = local_words(nation, done)
    for place, name in enumerate(("title", "text", "deadline", "starts")):
        assert after[place] == (naive[place] if take and name in asked else before[place])
    assert set(done.differs) >= ({*ours} - {*asked} if take else {*ours} & {*asked})


def test_a_target_the_nation_raises_is_offered_as_a_figure(nation: Nation) -> None:
    nation.open_plan(nation.yunnan)
    answer = alignment.adopt_measure(
        officer=nation.yunnan, at=nation.world.at, national=nation.measure("PRE-01")
    )
    raised = changed_target(Decimal(95))
    nation.revise(PATROL, SHELTER, CAMPAIGN, indicators=(raised,))
    done = alignment.rebase(
        officer=nation.yunnan,
        at=nation.world.at,
        alignment=answer,
        choices={"target:stations-watched": "national"},
    )
    with nation.world.seen_by(nation.yunnan):
        local = local_now(done, draft_first=True)
        assert local is not None
        target = local.version.targets.get(indicator__key="stations-watched")
    assert (done.kind, target.value, target.place_code) == ("adopted", Decimal(95), "530000")


def changed_target(value: Decimal) -> said.Indicator:
    """The nation's indicator with another target."""
    return replace(WATCHED, targets=(said.IndicatorTarget(FIRST, value),))


def test_a_measure_the_nation_ended_leaves_the_local_one_standing(nation: Nation) -> None:
    answer = adapted(nation)
    nation.revise(SHELTER, CAMPAIGN)
    with nation.world.seen_by(nation.yunnan):
        assert Measure.objects.filter(pk=answer.local_id).exists()
        assert rebases_due("530000", on=ON) == []


def test_a_national_lead_without_a_counterpart_is_shown_and_not_held_against_the_place(
    nation: Nation,
) -> None:
    told = changed(CAMPAIGN, lead=(said.Responsibility("acwf"),))
    nation.revise(PATROL, SHELTER, told)
    nation.open_plan(nation.yunnan)
    answer = alignment.adopt_measure(
        officer=nation.yunnan, at=nation.world.at, national=nation.measure("PUB-01")
    )
    nation.revise(PATROL, SHELTER, changed(told, description="Tell the towns."))
    with nation.world.seen_by(nation.yunnan):
        comparison = three_way_of(answer)
    lead = next(each for each in comparison.fields.fields if each.field == "lead")
    assert (lead.base, lead.theirs, lead.ours, str(lead.change)) == (("acwf",), ("acwf",), (), "unchanged")
    assert comparison.unanswerable("lead") == ("acwf",)


def test_a_new_national_lead_without_a_counterpart_is_a_change_to_review(nation: Nation) -> None:
    nation.open_plan(nation.yunnan)
    answer = alignment.adopt_measure(
        officer=nation.yunnan, at=nation.world.at, national=nation.measure("PRE-01")
    )
    both = (said.Responsibility("acwf"), said.Responsibility("mps"))
    nation.revise(changed(PATROL, lead=both), SHELTER, CAMPAIGN)
    with nation.world.seen_by(nation.yunnan):
        assert [due.changed for due in rebases_due("530000", on=ON)] == [("lead",)]
        comparison = three_way_of(answer)
        assert [(e.field, e.theirs, e.ours) for e in comparison.fields.offered] == [
            ("lead", ("acwf", "mps"), ("mps",))
        ]
    done = alignment.rebase(
        officer=nation.yunnan, at=nation.world.at, alignment=answer, choices={"lead": "national"}
    )
    assert (done.kind, done.differs) == ("adopted", {})
    with nation.world.seen_by(nation.yunnan):
        assert rebases_due("530000", on=ON) == []
