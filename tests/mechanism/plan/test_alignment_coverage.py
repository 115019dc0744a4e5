"""The coverage says of every place and measure exactly what the rows say, in the same few queries at any size."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.builders import build_world
from tests.mechanism.plan.nation_and_places import CAMPAIGN, PATROL, SHELTER, Nation, build_nation, changed

from concerted.mechanism.plan import document as said
from concerted.mechanism.plan.acts import alignment
from concerted.mechanism.plan.acts.documents import create_plan
from concerted.mechanism.plan.models import Alignment
from concerted.mechanism.plan.reads import alignment as reads
from concerted.mechanism.plan.reads.wording import TargetSaid

pytestmark = pytest.mark.django_db

ON = date(2010, 4, 12)


@pytest.fixture
def nation() -> Nation:
    return build_nation(build_world())


def answered_differently(nation: Nation) -> None:
    """Yunnan adopts one, adapts one and leaves one; Hunan declines one."""
    nation.open_plan(nation.yunnan)
    at = nation.world.at
    alignment.adopt_measure(officer=nation.yunnan, at=at, national=nation.measure("AST-01"))
    alignment.adapt_measure(
        officer=nation.yunnan,
        at=at,
        national=nation.measure("PRE-01"),
        fields={
            "deadline": date(2013, 6, 30),
            "target:stations-watched": TargetSaid(Decimal(70), date(2012, 12, 31)),
        },
        differs={"deadline": "roads are long", "target:stations-watched": "few officers"},
    )
    alignment.decline_measure(
        officer=nation.hunan, at=at, national=nation.measure("PUB-01"), reason="no money"
    )


def test_every_cell_equals_what_the_rows_say_one_by_one(nation: Nation) -> None:
    answered_differently(nation)
    with nation.world.seen_by(nation.yunnan):
        matrix = reads.coverage(nation.version, on=ON)
        top = nation.version.measures.filter(parent=None)
        assert [row.measure.pk for row in matrix.rows] == [m.pk for m in top.order_by("position")]
        for row in matrix.rows:
            for cell in row.cells:
                rows = Alignment.objects.filter(
                    national=row.measure, place_code=cell.place_code, replaced_at=None
                )
                assert cell.kind == (rows.get().kind if rows else "not_considered")
        counts = matrix.counts()
        assert counts["total"] == len(matrix.places) * top.count()
        for kind in ("adopted", "adapted", "declined"):
            assert counts[kind] == Alignment.objects.filter(kind=kind, replaced_at=None).count()
        assert sum(row.uncovered for row in matrix.rows) == counts["not_considered"]


def test_gaps_carry_their_figures(nation: Nation) -> None:
    answered_differently(nation)
    with nation.world.seen_by(nation.yunnan):
        matrix = reads.coverage(nation.version, on=ON)
        gaps = {gap.kind: gap for gap in matrix.cell(nation.measure("PRE-01").pk, "530000").short}
    assert gaps["weaker_target"].difference == 20
    assert gaps["later_date"].difference == (date(2013, 6, 30) - date(2012, 12, 31)).days
    assert "no_baseline" in gaps


def test_what_lies_in_another_s_draft_is_unknown_and_not_missing(nation: Nation) -> None:
    answered_differently(nation)
    with nation.world.seen_by(nation.world.secretariat):
        cell = reads.coverage(nation.version, on=ON).cell(nation.measure("PRE-01").pk, "530000")
    assert cell.kind == "adapted"
    assert cell.gaps is None


def test_the_matrix_takes_as_many_queries_for_three_answers_as_for_none(nation: Nation) -> None:
    def queries() -> int:
        with (
            nation.world.seen_by(nation.yunnan),
            CaptureQueriesContext(
                connection,
            ) as seen,
        ):
            reads.coverage(nation.version, on=ON)
        return len(seen)

    nation.open_plan(nation.yunnan)
    alignment.adopt_measure(officer=nation.yunnan, at=nation.world.at, national=nation.measure("PRE-01"))
    one = queries()
    alignment.adopt_measures(
        officer=nation.yunnan,
        at=nation.world.at,
        nationals=[nation.measure("AST-01"), nation.measure("PUB-01")],
    )
    alignment.decline_measure(
        officer=nation.hunan, at=nation.world.at, national=nation.measure("PUB-01"), reason="no money"
    )
    assert queries() == one


def test_a_sub_measure_counts_with_the_one_above_until_it_is_answered_itself(nation: Nation) -> None:
    nation.open_plan(nation.yunnan)
    alignment.adopt_measure(officer=nation.yunnan, at=nation.world.at, national=nation.measure("AST-01"))
    with nation.world.seen_by(nation.yunnan):
        assert len(reads.coverage(nation.version, on=ON).rows) == 3
    alignment.decline_measure(
        officer=nation.yunnan,
        at=nation.world.at,
        national=nation.measure("AST-01-a"),
        reason="no children came",
    )
    with nation.world.seen_by(nation.yunnan):
        matrix = reads.coverage(nation.version, on=ON)
        assert len(matrix.rows) == 4
        assert matrix.cell(nation.measure("AST-01-a").pk, "530000").kind == "declined"
        assert matrix.cell(nation.measure("AST-01").pk, "530000").kind == "adopted"


def test_an_unchanged_measure_of_a_new_version_needs_no_review(nation: Nation) -> None:
    answered_differently(nation)
    nation.revise(PATROL, changed(SHELTER, description="Every county opens a shelter."), CAMPAIGN)
    with nation.world.seen_by(nation.yunnan):
        due = reads.rebases_due("530000", on=ON)
        matrix = reads.coverage(nation.version, on=ON)
    assert [(each.national_now.key, each.changed) for each in due] == [("AST-01", ("text",))]
    assert matrix.counts()["rebase_due"] == 1
    assert matrix.cell(nation.measure("PRE-01").pk, "530000").kind == "adapted"


def test_a_measure_of_the_place_alone_is_told_apart(nation: Nation) -> None:
    draft = nation.open_plan(nation.yunnan)
    given = alignment.adopt_measure(
        officer=nation.yunnan, at=nation.world.at, national=nation.measure("PRE-01")
    )
    with nation.world.seen_by(nation.yunnan):
        assert reads.local_only_measures(draft.plan) == ()
    alignment.consider_again(officer=nation.yunnan, at=nation.world.at, alignment=given, reason="again")
    with nation.world.seen_by(nation.yunnan):
        assert [m.key for m in reads.local_only_measures(draft.plan)] == ["PRE-01"]


def test_uptake_counts_the_provinces_that_took_the_measure_up(nation: Nation) -> None:
    answered_differently(nation)
    with nation.world.seen_by(nation.world.secretariat):
        taken = reads.uptake(nation.measure("PRE-01"), on=ON)
        assert (taken.taken_up, taken.of) == (1, len(reads.places_of("province", on=ON)))


def test_local_targets_are_held_against_a_national_sum(nation: Nation) -> None:
    counted = said.Indicator(
        key="officers-trained",
        name_en="Officers trained",
        unit="persons",
        direction="rise",
        targets=(
            said.IndicatorTarget(date(2012, 12, 31), Decimal(100)),
            said.IndicatorTarget(date(2012, 12, 31), Decimal(60), place="530000"),
        ),
    )
    training = said.Measure(
        id="TRN-01", title="Train", lead=(said.Responsibility("mps"),), indicators=("officers-trained",)
    )
    nation.revise(training, indicators=(counted,))
    nation.open_plan(nation.yunnan)
    alignment.adopt_measure(officer=nation.yunnan, at=nation.world.at, national=nation.measure("TRN-01"))
    with nation.world.seen_by(nation.yunnan):
        found = reads.target_sums(nation.version, on=ON)["officers-trained"]
    assert (found.national, found.total, found.stated) == (100, 60, 1)
    assert found.verdict == "cannot_tell"


def test_a_prefecture_s_plan_appears_when_places_below_are_asked_for(nation: Nation) -> None:
    with nation.world.seen_by(nation.world.secretariat):
        assert reads.coverage(nation.version, on=ON, level="prefecture").places == ()
    create_plan(
        officer=nation.yunnan,
        at=nation.world.at,
        key="kunming",
        title_en="Plan of Kunming",
        level="prefecture",
        place_code="530100",
        parent=nation.version.plan,
    )
    with nation.world.seen_by(nation.world.secretariat):
        places = reads.coverage(nation.version, on=ON, level="prefecture").places
    assert [entry.place.code for entry in places] == ["530100"]
