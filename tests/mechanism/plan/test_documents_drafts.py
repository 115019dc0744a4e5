"""A plan's text is read, corrected row by row and taken over; what stays unresolved stays said."""

from __future__ import annotations

from typing import Any

import pytest
from tests.builders import World, build_world

from concerted.errors import Conflict, Invalid, Stale
from concerted.interfaces.exchange.notation import read_plan
from concerted.interfaces.exchange.plan_store import agency_rows
from concerted.mechanism.plan.acts import drafts
from concerted.mechanism.plan.models import PlanDraft
from concerted.mechanism.plan.reads import documents as reads

pytestmark = pytest.mark.django_db

TEXT = """反对拐卖行动计划（2008—2012年）

一、预防
1. 加强宣传。（公安部负责，神奇局配合）
2. 救助返乡人员。（民政部负责）
一句没有着落的话
"""


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def draft(world: World) -> PlanDraft:
    read = read_plan(TEXT.encode(), "plan.txt", agency_rows())
    return drafts.save_draft_reading(
        officer=world.secretariat,
        at=world.at,
        filename="plan.txt",
        source_lines=[line.text for line in read.source_lines],
        reading=read.as_json(),
    )


def correct(world: World, draft: PlanDraft, **changes: Any) -> PlanDraft:
    return drafts.correct_draft(
        officer=world.secretariat, at=world.at, draft=draft, expected_row_version=draft.row_version, **changes
    )


def test_a_draft_is_private_to_its_agency(world: World, draft: PlanDraft) -> None:
    with world.seen_by(world.focal_point):
        assert reads.plan_drafts() == []
    with world.seen_by(world.secretariat):
        assert [one.pk for one in reads.plan_drafts()] == [draft.pk]


def test_an_unknown_agency_is_resolved_by_choice_and_the_choice_can_be_taken_back(
    world: World, draft: PlanDraft
) -> None:
    unknown = [entry["text"] for entry in draft.reading["unknown_agencies"]]
    place = unknown.index("神奇局")
    chosen = correct(world, draft, agencies={place: {"agency": "acwf", "role": "support"}})
    assert "acwf" in chosen.reading["measures"][0]["supports"]
    back = correct(world, chosen, agencies={place: {}})
    assert "acwf" not in back.reading["measures"][0]["supports"]


def test_an_agency_outside_the_register_cannot_be_chosen(world: World, draft: PlanDraft) -> None:
    with pytest.raises(Invalid):
        correct(world, draft, agencies={0: {"agency": "ministry-of-marvels", "role": "lead"}})


def test_a_stale_correction_is_refused(world: World, draft: PlanDraft) -> None:
    correct(world, draft, title="Otherwise")
    with pytest.raises(Stale):
        correct(world, draft, title="Otherwise again")


def test_every_faulty_correction_is_named_by_its_line(world: World, draft: PlanDraft) -> None:
    line = draft.reading["measures"][0]["line"]
    with pytest.raises(Invalid) as refusal:
        correct(world, draft, measures={line: {"strand": "nowhere"}, 999: {"text": "x"}})
    assert {problem.row for problem in refusal.value.problems} == {line, 999}


def test_what_stays_unresolved_or_unplaced_is_kept_in_words(world: World, draft: PlanDraft) -> None:
    version = drafts.adopt_draft(officer=world.secretariat, at=world.at, draft=draft, key="taken-over")
    found = reads.read_document(officer=world.secretariat, at=world.at, version=version)
    first = next(iter(found.all_measures()))
    assert first.lead_note and "神奇局" in first.lead_note
    assert first.extra["as_written"] == "公安部负责，神奇局配合"
    kept = str(found.extra) + "".join(str(one.description_zh) for one in found.all_measures())
    assert "一句没有着落的话" in kept


def test_a_draft_becomes_a_version_once(world: World, draft: PlanDraft) -> None:
    drafts.adopt_draft(officer=world.secretariat, at=world.at, draft=draft, key="taken-over")
    with pytest.raises(Conflict):
        drafts.adopt_draft(officer=world.secretariat, at=world.at, draft=draft, key="taken-over-again")
