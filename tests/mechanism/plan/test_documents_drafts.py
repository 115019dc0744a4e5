"""A plan's text is read, corrected row by row and taken over; what stays unresolved stays said."""

from __future__ import annotations

from typing import Any

import pytest
from tests.builders import World, build_world

from concerted.errors import Conflict, Invalid, Stale
from concerted.foundation.agencies.reads import local_bodies_by_line
from concerted.interfaces.exchange.notation import read_plan
from concerted.interfaces.exchange.plan_store import agency_rows, read_plan_text
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
    assert first.lead_note is None and first.support_note and "神奇局" in first.support_note
    assert found.completeness == "partial" and "神奇局" in found.not_read[0]
    assert first.extra["as_written"] == "公安部负责，神奇局配合"
    kept = str(found.extra) + "".join(str(one.description_zh) for one in found.all_measures())
    assert "一句没有着落的话" in kept


def test_a_draft_becomes_a_version_once(world: World, draft: PlanDraft) -> None:
    drafts.adopt_draft(officer=world.secretariat, at=world.at, draft=draft, key="taken-over")
    with pytest.raises(Conflict):
        drafts.adopt_draft(officer=world.secretariat, at=world.at, draft=draft, key="taken-over-again")


NESTED = """反对拐卖行动计划（2013—2020年）

一、指导思想
以人为本。
二、预防
1. 加强行业管理。
（1）加强市场监管。（公安部负责）
（2）加强场所管理。（民政部负责）
2. 加强宣传。
（1）综合宣传。（公安部负责）
（2）社区宣传。
——进社区。（民政部负责）
"""


def test_headings_within_a_strand_become_objectives_and_those_over_nothing_remarks(world: World) -> None:
    read = read_plan(NESTED.encode(), "plan.txt", agency_rows())
    draft = drafts.save_draft_reading(
        officer=world.secretariat,
        at=world.at,
        filename="plan.txt",
        source_lines=[line.text for line in read.source_lines],
        reading=read.as_json(),
    )
    version = drafts.adopt_draft(officer=world.secretariat, at=world.at, draft=draft, key="nested")
    found = reads.read_document(officer=world.secretariat, at=world.at, version=version)
    (strand,) = found.strands
    assert strand.title_zh == "预防"
    assert [(goal.id, goal.text_zh) for goal in strand.objectives] == [
        ("O2-1", "加强行业管理。"),
        ("O2-2", "加强宣传。"),
    ]
    assert [(one.description_zh, one.objective) for one in strand.measures] == [
        ("加强市场监管。", "O2-1"),
        ("加强场所管理。", "O2-1"),
        ("综合宣传。", "O2-2"),
        ("社区宣传。", "O2-2"),
    ]
    assert [one.description_zh for one in strand.measures[-1].sub_measures] == ["进社区。"]
    assert found.extra["unplaced"] == [{"line": 3, "text": "一 指导思想"}, {"line": 4, "text": "以人为本。"}]


@pytest.mark.parametrize(("title", "place"), [("云南省反拐意见", "000000"), ("反拐意见", "530000")])
def test_a_text_of_a_province_may_name_its_departments(world: World, title: str, place: str) -> None:
    text = f"{title}（2008—2012年）\n\n1. 巡查。（公安厅负责）\n2. 培训。（云南省公安厅负责）".encode()
    draft = read_plan_text(text, "plan.txt", on=world.at.date(), place=place)
    short, whole = draft.measures
    assert short.leads == () and draft.unknown_agencies[0].nearest_ids[0] == "ps-yunnan"
    assert whole.leads == ("ps-yunnan",)


def test_a_department_is_offered_by_its_line_where_the_register_calls_it_otherwise(world: World) -> None:
    assert local_bodies_by_line(code="530000", on=world.at.date())["mps"] == "ps-yunnan"
    text = "反拐意见（2008—2012年）\n\n1. 巡查。（公安局负责）".encode()
    draft = read_plan_text(text, "plan.txt", on=world.at.date(), place="530000")
    assert draft.measures[0].leads == () and draft.unknown_agencies[0].nearest_ids[0] == "ps-yunnan"


def test_a_place_that_is_none_is_refused(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        read_plan_text(TEXT.encode(), "plan.txt", on=world.at.date(), place="999999")
    assert "999999" in str(refused.value.what) and refused.value.remedy
