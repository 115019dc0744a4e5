"""A place answers national measures: each answer has its reasons, and none is ever overwritten."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.builders import World, build_world
from tests.mechanism.plan.nation_and_places import CAMPAIGN, PATROL, SHELTER, Nation, build_nation

from concerted.errors import Conflict, Invalid, Refused, Stale
from concerted.foundation.agencies.models import Post
from concerted.mechanism.plan.acts import alignment
from concerted.mechanism.plan.models import Alignment, Measure, PlanVersion, Target
from concerted.mechanism.plan.reads.alignment import history_of_answers, local_now, standing_answer
from concerted.mechanism.plan.reads.documents import open_draft, version_in_force
from concerted.mechanism.plan.reads.search import search
from concerted.mechanism.plan.reads.wording import TargetSaid

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def nation(world: World) -> Nation:
    return build_nation(world)


def test_adopting_writes_a_copy_into_the_province_s_own_draft(nation: Nation) -> None:
    draft = nation.open_plan(nation.yunnan)
    given = alignment.adopt_measure(
        officer=nation.yunnan, at=nation.world.at, national=nation.measure("PRE-01")
    )
    with nation.world.seen_by(nation.yunnan):
        copy = Measure.objects.get(version=draft, key="PRE-01")
        assert given.kind == "adopted"
        assert given.local_id == copy.pk
        assert copy.text_en == "Officers watch the stations."
        assert copy.deadline == date(2012, 12, 31)
        leads = copy.responsibilities.filter(role="lead").values_list("agency__key", flat=True)
        assert list(leads) == ["ps-yunnan"]
        assert Target.objects.get(version=draft).value == Decimal(90)


def test_search_finds_all_words_in_any_order_the_national_measure_first_and_plans_by_their_place(
    nation: Nation,
) -> None:
    draft = nation.open_plan(nation.yunnan)
    national = nation.measure("PRE-01")
    alignment.adopt_measure(officer=nation.yunnan, at=nation.world.at, national=national)
    with nation.world.seen_by(nation.yunnan):
        copy = Measure.objects.get(version=draft, key="PRE-01")

        def found(text: str, **asked: Any) -> dict[str, list[Any]]:
            return {group.kind: [row.pk for row in group.rows] for group in search(text, **asked)}

        for words in ("stations officers", "巡查 车站", "station 巡查", "Watch stations"):
            assert found(words)["measure"] == [national.pk, copy.pk]
        assert "measure" not in found("stations moonshine")
        assert found("云南 巡查")["measure"] == [copy.pk]
        for place in ("云南", "yunnan", "530000"):
            assert draft.plan_id in found(place)["plan"] and "measure" not in found(place)
        (first,) = search("stations", kind="measure", limit=1)
        assert [row.pk for row in first.rows] == [national.pk] and first.more
        (second,) = search("stations", kind="measure", page=2, limit=1)
        assert [row.pk for row in second.rows] == [copy.pk] and not second.more
        assert search("stations", kind="measure", page=3, limit=1) == []


def test_a_copy_without_a_local_counterpart_says_that_no_lead_is_named(nation: Nation) -> None:
    nation.open_plan(nation.hunan)
    alignment.adopt_measure(officer=nation.hunan, at=nation.world.at, national=nation.measure("AST-01"))
    with nation.world.seen_by(nation.hunan):
        copy = Measure.objects.get(version__plan__place_code="430000", key="AST-01")
        assert not copy.responsibilities.exists()
        assert copy.lead_note
        assert copy.sub_measures.count() == 1


def test_without_a_local_plan_nothing_can_be_adopted_but_a_measure_can_be_declined(nation: Nation) -> None:
    with pytest.raises(Conflict):
        alignment.adopt_measure(officer=nation.yunnan, at=nation.world.at, national=nation.measure("PRE-01"))
    given = alignment.decline_measure(
        officer=nation.yunnan, at=nation.world.at, national=nation.measure("PRE-01"), reason="no railway here"
    )
    assert given.kind == "declined"


def test_a_plan_in_force_stays_frozen_and_the_answer_stands_at_once(nation: Nation) -> None:
    first = nation.open_plan(nation.yunnan)
    alignment.adopt_measure(officer=nation.yunnan, at=nation.world.at, national=nation.measure("PRE-01"))
    standing = nation.put_in_force(nation.yunnan, first)
    before = standing.content_hash
    given = alignment.adopt_measure(
        officer=nation.yunnan, at=nation.world.at, national=nation.measure("PUB-01")
    )
    with nation.world.seen_by(nation.yunnan):
        in_force = version_in_force(standing.plan)
        draft = open_draft(standing.plan)
        assert in_force is not None and draft is not None
        assert in_force.content_hash == before
        assert not in_force.measures.filter(key="PUB-01").exists()
        assert given.local is not None and given.local.version_id == draft.pk
        found = standing_answer(nation.measure("PUB-01"), "530000")
        assert found is not None and found.kind == "adopted"


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_declining_needs_a_reason(nation: Nation, reason: str) -> None:
    with pytest.raises(Invalid):
        alignment.decline_measure(
            officer=nation.yunnan, at=nation.world.at, national=nation.measure("PRE-01"), reason=reason
        )
    assert not Alignment.objects.exists()


def test_every_field_that_differs_needs_its_own_reason(nation: Nation) -> None:
    nation.open_plan(nation.yunnan)
    fields = {
        "deadline": date(2013, 6, 30),
        "target:stations-watched": TargetSaid(Decimal(70), date(2012, 12, 31)),
    }
    with pytest.raises(Invalid) as refusal:
        alignment.adapt_measure(
            officer=nation.yunnan,
            at=nation.world.at,
            national=nation.measure("PRE-01"),
            fields=fields,
            differs={"deadline": "roads are long"},
        )
    assert [problem.field for problem in refusal.value.problems] == ["target:stations-watched"]
    with nation.world.seen_by(nation.yunnan):
        assert not Measure.objects.filter(version__plan__place_code="530000").exists()
    given = alignment.adapt_measure(
        officer=nation.yunnan,
        at=nation.world.at,
        national=nation.measure("PRE-01"),
        fields=fields,
        differs={"deadline": "roads are long", "target:stations-watched": "few officers"},
    )
    assert set(given.differs) == set(fields)
    assert given.reason


def test_a_reason_for_a_field_that_does_not_differ_is_refused(nation: Nation) -> None:
    nation.open_plan(nation.yunnan)
    with pytest.raises(Invalid) as refusal:
        alignment.adapt_measure(
            officer=nation.yunnan,
            at=nation.world.at,
            national=nation.measure("PRE-01"),
            fields={"deadline": date(2013, 6, 30)},
            differs={"deadline": "roads are long", "text": "other words"},
        )
    assert [problem.field for problem in refusal.value.problems] == ["text"]


def test_adapting_again_keeps_the_old_answer_readable(nation: Nation) -> None:
    nation.open_plan(nation.yunnan)
    national = nation.measure("PRE-01")
    first = alignment.adopt_measure(officer=nation.yunnan, at=nation.world.at, national=national)
    second = alignment.adapt_measure(
        officer=nation.yunnan,
        at=nation.world.at,
        national=national,
        fields={"deadline": date(2013, 6, 30)},
        differs={"deadline": "roads are long"},
        expected_row_version=first.row_version,
    )
    history = history_of_answers(national, "530000")
    assert [answer.kind for answer in history] == ["adapted", "adopted"]
    assert history[1].replaced_at == nation.world.at
    assert second.local_id == first.local_id
    third = alignment.adopt_measure(
        officer=nation.yunnan, at=nation.world.at, national=national, expected_row_version=second.row_version
    )
    with nation.world.seen_by(nation.yunnan):
        local = local_now(third, draft_first=True)
        assert local is not None and local.deadline == date(2012, 12, 31)


def test_considering_again_leaves_the_local_measure_and_the_old_answer(nation: Nation) -> None:
    draft = nation.open_plan(nation.yunnan)
    national = nation.measure("PRE-01")
    given = alignment.adopt_measure(officer=nation.yunnan, at=nation.world.at, national=national)
    alignment.consider_again(
        officer=nation.yunnan, at=nation.world.at, alignment=given, reason="asked by the governor"
    )
    assert standing_answer(national, "530000") is None
    assert [answer.kind for answer in history_of_answers(national, "530000")] == ["adopted"]
    with nation.world.seen_by(nation.yunnan):
        assert draft.measures.filter(key="PRE-01").exists()


def test_an_answer_changed_meanwhile_is_told_as_stale(nation: Nation) -> None:
    national = nation.measure("PRE-01")
    nation.open_plan(nation.yunnan)
    first = alignment.decline_measure(
        officer=nation.yunnan, at=nation.world.at, national=national, reason="no railway"
    )
    alignment.adopt_measure(
        officer=nation.yunnan, at=nation.world.at, national=national, expected_row_version=first.row_version
    )
    with pytest.raises(Stale):
        alignment.decline_measure(
            officer=nation.yunnan,
            at=nation.world.at,
            national=national,
            reason="still none",
            expected_row_version=first.row_version,
        )
    with pytest.raises(Stale):
        alignment.consider_again(officer=nation.yunnan, at=nation.world.at, alignment=first, reason="late")


def test_a_measure_answered_already_is_not_answered_twice_unseen(nation: Nation) -> None:
    national = nation.measure("PRE-01")
    alignment.decline_measure(
        officer=nation.yunnan, at=nation.world.at, national=national, reason="no railway"
    )
    with pytest.raises(Conflict):
        alignment.decline_measure(
            officer=nation.yunnan, at=nation.world.at, national=national, reason="twice"
        )


def test_another_province_s_office_and_the_secretariat_are_refused(nation: Nation) -> None:
    draft = nation.open_plan(nation.yunnan)
    national = nation.measure("PRE-01")
    given = alignment.adopt_measure(officer=nation.yunnan, at=nation.world.at, national=national)
    for stranger in (nation.hunan, nation.world.secretariat):
        with pytest.raises(Refused):
            alignment.consider_again(officer=stranger, at=nation.world.at, alignment=given, reason="mine now")
        with pytest.raises(Refused):
            alignment.adopt_measure(
                officer=stranger, at=nation.world.at, national=nation.measure("PUB-01"), plan=draft.plan
            )
    clearer = nation.world.officer_for(nation.world.yunnan, Post.Function.PROVINCIAL_CLEARER)
    with pytest.raises(Refused):
        alignment.decline_measure(
            officer=clearer, at=nation.world.at, national=nation.measure("PUB-01"), reason="x"
        )


def test_the_wording_of_a_draft_is_hidden_from_others_but_the_answer_is_not(nation: Nation) -> None:
    nation.open_plan(nation.yunnan)
    given = alignment.adopt_measure(
        officer=nation.yunnan, at=nation.world.at, national=nation.measure("PRE-01")
    )
    with nation.world.seen_by(nation.hunan):
        assert Alignment.objects.filter(pk=given.pk).exists()
        assert given.local_id is not None and not Measure.objects.filter(pk=given.local_id).exists()


def test_only_measures_in_force_can_be_answered(nation: Nation) -> None:
    old = nation.measure("PRE-01")
    nation.revise(PATROL, SHELTER, CAMPAIGN)
    with pytest.raises(Conflict):
        alignment.decline_measure(officer=nation.yunnan, at=nation.world.at, national=old, reason="old text")


def test_a_local_measure_of_other_dates_cannot_be_said_to_be_adopted(nation: Nation) -> None:
    draft = nation.open_plan(nation.yunnan)
    first = alignment.adapt_measure(
        officer=nation.yunnan,
        at=nation.world.at,
        national=nation.measure("PRE-01"),
        fields={"deadline": date(2013, 6, 30)},
        differs={"deadline": "roads are long"},
    )
    alignment.consider_again(officer=nation.yunnan, at=nation.world.at, alignment=first, reason="again")
    with nation.world.seen_by(nation.yunnan):
        local = Measure.objects.select_related("version__plan").get(version=draft, key="PRE-01")
    with pytest.raises(Invalid) as refusal:
        alignment.adopt_measure(
            officer=nation.yunnan, at=nation.world.at, national=nation.measure("PRE-01"), local=local
        )
    assert [problem.field for problem in refusal.value.problems] == ["deadline"]
    linked = alignment.adapt_measure(
        officer=nation.yunnan,
        at=nation.world.at,
        national=nation.measure("PRE-01"),
        fields={},
        differs={"deadline": "roads are long"},
        local=local,
    )
    assert linked.local_id == local.pk


def test_many_measures_are_adopted_at_once_or_not_at_all(nation: Nation) -> None:
    nation.open_plan(nation.yunnan)
    chosen = [nation.measure("PRE-01"), nation.measure("AST-01")]
    given = alignment.adopt_measures(officer=nation.yunnan, at=nation.world.at, nationals=chosen)
    assert {answer.kind for answer in given} == {"adopted"}
    with pytest.raises(Conflict):
        alignment.adopt_measures(
            officer=nation.yunnan, at=nation.world.at, nationals=[nation.measure("PUB-01"), chosen[0]]
        )
    assert Alignment.objects.filter(replaced_at=None).count() == 2


def test_the_local_plan_goes_into_force_with_what_was_adopted_and_adapted(nation: Nation) -> None:
    draft = nation.open_plan(nation.yunnan)
    alignment.adopt_measures(
        officer=nation.yunnan,
        at=nation.world.at,
        nationals=[nation.measure("PRE-01"), nation.measure("AST-01")],
    )
    alignment.adapt_measure(
        officer=nation.yunnan,
        at=nation.world.at,
        national=nation.measure("PUB-01"),
        fields={"text": ("Tell the villages in their own languages.", ""), "funding": "provincial budget"},
        differs={"text": "many languages", "funding": "no central money"},
    )
    in_force = nation.put_in_force(nation.yunnan, draft)
    assert in_force.state == PlanVersion.State.ADOPTED
    again = alignment.adapt_measure(
        officer=nation.yunnan,
        at=nation.world.at,
        national=nation.measure("PRE-01"),
        fields={"starts": date(2010, 6, 1)},
        differs={"starts": "after the harvest"},
        expected_row_version=1,
    )
    with nation.world.seen_by(nation.yunnan):
        revision = open_draft(in_force.plan)
        assert revision is not None
        local = local_now(again, draft_first=True)
        assert local is not None and local.version_id == revision.pk and local.starts == date(2010, 6, 1)
        assert set(revision.measures.values_list("key", flat=True)) == {
            "PRE-01",
            "AST-01",
            "AST-01-a",
            "PUB-01",
        }
