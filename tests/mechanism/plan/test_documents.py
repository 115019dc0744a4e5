"""A plan document becomes a version and comes back word for word; adoption freezes it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders import World, build_world

from concerted.errors import Conflict, Invalid, Refused, Stale
from concerted.interfaces.exchange.plan_file import dump_xlsx, dump_yaml, load_xlsx, load_yaml
from concerted.mechanism.plan import document as said
from concerted.mechanism.plan.acts import documents as acts
from concerted.mechanism.plan.acts import editing
from concerted.mechanism.plan.models import Measure, PlanVersion
from concerted.mechanism.plan.reads import documents as reads
from concerted.mechanism.plan.reads.naming import left_behind
from concerted.mechanism.plan.reads.resembling import resemblances

pytestmark = pytest.mark.django_db
REAL_PLANS = sorted((Path(__file__).parents[3] / "reference" / "plans").glob("*.yaml"))
ADOPTED_ON = date(2007, 12, 13)


@pytest.fixture
def world() -> World:
    return build_world()


def measure(key: str, **fields: Any) -> said.Measure:
    return said.Measure(key, **{"title": f"Measure {key}", "lead": (said.Responsibility("mca"),)} | fields)


def document(*measures: said.Measure, key: str = "a-plan", **fields: Any) -> said.PlanDocument:
    strand = said.Strand("prevention", "Prevention", measures=measures or (measure("P-1"),))
    facts = said.PlanFacts(key, title_en="A plan", period=said.Period(date(2008, 1, 1), date(2012, 12, 31)))
    return said.PlanDocument(facts, completeness="complete", strands=(strand,), **fields)


def stored(world: World, found: said.PlanDocument) -> PlanVersion:
    return acts.store_version(officer=world.secretariat, at=world.at, document=found)


def read_back(world: World, version: PlanVersion) -> said.PlanDocument:
    with world.seen_by(world.secretariat):
        fresh = reads.version_by_id(version.pk)
    return reads.read_document(officer=world.secretariat, at=world.at, version=fresh)


def adopted(world: World, found: said.PlanDocument) -> PlanVersion:
    return acts.adopt_version(
        officer=world.secretariat, at=world.at, version=stored(world, found), adopted_on=ADOPTED_ON
    )


@pytest.mark.parametrize("path", REAL_PLANS, ids=lambda path: path.stem)
def test_a_real_plan_comes_out_of_the_database_as_it_went_in(world: World, path: Path) -> None:
    found = load_yaml(path)
    back = read_back(world, stored(world, replace(found, plan=replace(found.plan, id=f"{path.stem}-copy"))))
    assert dump_yaml(replace(back, plan=found.plan)) == dump_yaml(found)


def test_what_was_not_read_is_not_the_same_as_nothing(world: World) -> None:
    unread = measure("P-1", lead=said.NOT_READ, support=(), description=said.NOT_READ, deadline=said.NOT_READ)
    (back,) = read_back(world, stored(world, document(unread))).all_measures()
    assert back == unread
    assert back.lead is said.NOT_READ and back.support == ()


def test_several_leads_keep_their_order_and_their_dates(world: World) -> None:
    leads = (
        said.Responsibility("mps", date(2008, 1, 1), date(2010, 1, 1)),
        said.Responsibility("acwf"),
        said.Responsibility("mps", date(2011, 1, 1)),
    )
    (back,) = read_back(world, stored(world, document(measure("P-1", lead=leads)))).all_measures()
    assert back.lead == leads


def test_sub_measures_milestones_dependencies_and_indicators_come_back(world: World) -> None:
    indicator = said.Indicator(
        "hotline-calls",
        "Calls answered",
        "persons",
        "rise",
        baselines=(said.Baseline(2007, Decimal("12.5"), source="a register"),),
        targets=(said.IndicatorTarget(date(2012, 12, 31), Decimal("100")),),
    )
    whole = document(
        measure(
            "P-1",
            indicators=("hotline-calls",),
            milestones=(said.Milestone("m1", "Rules issued", due=date(2009, 6, 30)),),
            sub_measures=(measure("P-1-a", lead=said.NOT_READ),),
        ),
        measure("P-2", depends_on=(said.Dependency("P-1", 30),)),
        indicators=(indicator,),
    )
    assert read_back(world, stored(world, whole)) == whole


WORDS = st.text(
    st.characters(
        min_codepoint=32, max_codepoint=0x9FFF, exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Cn")
    ),
    min_size=1,
    max_size=30,
)
UNREAD = st.just(said.NOT_READ)
DAYS = st.dates(date(2000, 1, 1), date(2040, 1, 1))
PARTS = st.lists(st.sampled_from(["mps", "mca", "acwf"]), unique=True, max_size=3).map(
    lambda keys: tuple(said.Responsibility(key) for key in keys)
)
EXTRA = st.dictionaries(
    WORDS, st.one_of(WORDS, st.integers(-9, 9), st.booleans(), st.lists(WORDS, max_size=2)), max_size=2
)
MEASURES = st.builds(
    said.Measure,
    id=st.just("M"),
    number=st.none() | WORDS,
    title=st.none() | WORDS | UNREAD,
    title_zh=st.none() | WORDS,
    description=st.none() | WORDS | UNREAD,
    lead=PARTS | UNREAD,
    lead_note=st.none() | WORDS,
    support=PARTS | UNREAD,
    level=st.sampled_from([None, "national", "county", said.NOT_READ]),
    starts=st.none() | DAYS | UNREAD,
    deadline=st.none() | DAYS | UNREAD | WORDS,
    target=st.none()
    | UNREAD
    | st.builds(said.MeasureTarget, WORDS, value=st.none() | st.integers(0, 9) | WORDS, by=st.none() | DAYS),
    read=st.none() | UNREAD | st.lists(WORDS, min_size=1, max_size=2).map(tuple),
    note=st.none() | WORDS,
    extra=EXTRA,
)


@given(entries=st.lists(MEASURES, min_size=1, max_size=4), below=MEASURES, extra=EXTRA)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_document_comes_back_equal(
    world: World, entries: list[said.Measure], below: said.Measure, extra: dict[str, Any]
) -> None:
    numbered = [replace(entry, id=f"M{n}") for n, entry in enumerate(entries)]
    numbered[0] = replace(numbered[0], sub_measures=(replace(below, id="M0-a"),))
    whole = document(*numbered, extra=extra)
    assert world.secretariat  # made before the savepoint that is rolled back
    with transaction.atomic():
        assert read_back(world, stored(world, whole)) == whole
        transaction.set_rollback(True)


def test_an_unknown_agency_is_named_with_its_measure_and_nothing_is_stored(world: World) -> None:
    with pytest.raises(Invalid) as refusal:
        stored(world, document(measure("P-1", lead=(said.Responsibility("ministry-of-marvels"),))))
    assert [problem.field for problem in refusal.value.problems] == ["P-1.lead"]
    assert "ministry-of-marvels" in str(refusal.value.problems[0].what)
    assert not [row for row in reads.plan_summaries() if row.plan.key == "a-plan"]


def test_a_ring_of_dependencies_is_refused_with_its_whole_path(world: World) -> None:
    ring = [
        measure("A", depends_on=(said.Dependency("B"),)),
        measure("B", depends_on=(said.Dependency("A"),)),
    ]
    with pytest.raises(Invalid) as refusal:
        stored(world, document(*ring))
    assert "A → B → A" in str(refusal.value.problems[0].what) or "B → A → B" in str(
        refusal.value.problems[0].what
    )


def test_a_plan_has_one_open_draft(world: World) -> None:
    stored(world, document())
    with pytest.raises(Conflict):
        stored(world, document())


def test_a_ministry_may_not_draft_the_nations_plan(world: World) -> None:
    with pytest.raises(Refused):
        acts.store_version(officer=world.focal_point, at=world.at, document=document())


def test_a_province_may_not_keep_a_national_plan(world: World) -> None:
    with pytest.raises(Refused):
        acts.store_version(officer=world.provincial, at=world.at, document=document())


def test_adoption_hashes_the_canonical_plan_file(world: World) -> None:
    version = adopted(world, document())
    text = dump_yaml(read_back(world, version))
    assert version.content_hash == hashlib.sha256(text.encode()).hexdigest()
    assert version.state == PlanVersion.State.ADOPTED


def test_adoption_is_refused_for_a_measure_without_a_lead(world: World) -> None:
    version = stored(world, document(measure("P-1", lead=()), measure("P-2")))
    with pytest.raises(Invalid) as refusal:
        acts.adopt_version(officer=world.secretariat, at=world.at, version=version, adopted_on=ADOPTED_ON)
    assert [problem.field for problem in refusal.value.problems] == ["P-1.lead"]


def test_adoption_freezes_nothing_that_a_reader_could_never_make_sense_of(world: World) -> None:
    day, lead = date(2050, 1, 1), said.Responsibility("mca")
    found = document(
        measure("P-1", number="1.1"),
        measure("P-2", number="1.1"),
        measure("P-3", title=None),
        measure("P-4", deadline=day),
        measure("P-5", deadline=day, note="The text itself says 2050."),
        measure("P-6", support=(lead,)),
        measure("P-7", starts=date(2011, 1, 1), deadline=date(2010, 1, 1)),
        measure("P-8", number="1"),
    )
    other = said.Strand("rescue", "Rescue", measures=(measure("R-1", number="1"),))
    version = stored(world, replace(found, strands=(*found.strands, other)))
    with world.seen_by(world.secretariat):
        version.measures.filter(key="P-8").update(deadline_kind="text", deadline_text=" ")
    with pytest.raises(Invalid) as refusal:
        acts.adopt_version(officer=world.secretariat, at=world.at, version=version, adopted_on=ADOPTED_ON)
    told = {problem.field: problem for problem in refusal.value.problems}
    fields = [
        "P-2.number",
        "P-3.title_en",
        "P-4.deadline",
        "P-7.deadline",
        "P-8.deadline_text",
        "P-6.support",
    ]
    assert list(told) == fields
    assert "2050-01-01" in str(told["P-4.deadline"].what) and all(one.remedy for one in told.values())


def test_a_version_is_in_force_in_its_own_years_only(world: World) -> None:
    version = adopted(world, document())
    days = {
        date(2007, 12, 20): "adopted_not_begun",
        date(2010, 1, 1): "in_force",
        date(2013, 1, 1): "years_over",
    }
    assert {day: reads.stands_on(version, day) for day in days} == days
    draft = acts.start_revision(officer=world.secretariat, at=world.at, plan=version.plan)
    assert reads.stands_on(draft, date(2010, 1, 1)) == "drafting"


def test_a_version_is_not_adopted_before_the_one_it_follows(world: World) -> None:
    first = adopted(world, document())
    second = acts.start_revision(officer=world.secretariat, at=world.at, plan=first.plan)
    early = ADOPTED_ON - timedelta(days=1)
    with pytest.raises(Invalid) as refusal:
        acts.adopt_version(officer=world.secretariat, at=world.at, version=second, adopted_on=early)
    assert [problem.field for problem in refusal.value.problems] == ["adopted_on"]


@pytest.mark.parametrize("spared", [{"lead": said.NOT_READ}, {"lead": (), "lead_note": "local governments"}])
def test_a_lead_that_was_not_read_or_is_said_in_words_does_not_stop_adoption(
    world: World, spared: dict[str, Any]
) -> None:
    assert adopted(world, document(measure("P-1", **spared))).state == "adopted"


def test_a_revision_carries_every_measure_over_and_supersedes_on_adoption(world: World) -> None:
    first = adopted(world, document(measure("P-1"), measure("P-2")))
    second = acts.start_revision(officer=world.secretariat, at=world.at, plan=first.plan)
    with world.seen_by(world.secretariat):
        carried = {m.key: m.carried_from and m.carried_from.version_id for m in reads.measures_of(second)}
    assert carried == {"P-1": first.pk, "P-2": first.pk}
    assert first.adopted_on == ADOPTED_ON and second.adopted_on is None
    assert (
        read_back(world, first).plan.adopted == ADOPTED_ON and read_back(world, second).plan.adopted is None
    )
    acts.adopt_version(officer=world.secretariat, at=world.at, version=second, adopted_on=date(2009, 1, 1))
    with world.seen_by(world.secretariat):
        assert {v.number: v.state for v in reads.versions_of(first.plan)} == {1: "superseded", 2: "adopted"}


def test_a_file_that_repeats_the_day_of_the_version_in_force_is_adopted_on_no_day_yet(world: World) -> None:
    first = adopted(world, document())
    again = read_back(world, first)
    assert again.plan.adopted == ADOPTED_ON
    draft = stored(world, again)
    assert draft.adopted_on is None and read_back(world, draft) == replace(
        again, plan=replace(again.plan, adopted=None)
    )


def carried(world: World, version: PlanVersion) -> dict[str, str]:
    """Each measure's key with that of the measure of its plan it carries on."""
    with world.seen_by(world.secretariat):
        return {m.key: m.carried_from.key for m in reads.measures_of(version) if m.carried_from}


def test_a_measure_that_a_file_gives_a_new_key_carries_on_the_old_one_for_good(world: World) -> None:
    adopted(world, document(measure("P-1"), measure("P-2")))
    second = adopted(world, document(measure("P-9", carried_from="P-1"), measure("P-2")))
    assert carried(world, second) == {"P-9": "P-1", "P-2": "P-2"}
    third = acts.start_revision(officer=world.secretariat, at=world.at, plan=second.plan)
    assert carried(world, third) == {"P-9": "P-9", "P-2": "P-2"}
    told = read_back(world, third)
    assert [one.carried_from for one in told.all_measures()] == ["P-1", None]
    assert load_xlsx(dump_xlsx(told)) == load_yaml(dump_yaml(told).encode()) == told
    changed = reads.differences(read_back(world, second), replace(told, strands=(_other_key(told),)))
    assert [(one.entry, one.field) for one in changed if one.kind == "measure"] == [
        ("P-10", "id"), ("P-10", "carried_from"),
    ]  # fmt: skip


def _other_key(told: said.PlanDocument) -> said.Strand:
    first, *rest = told.strands[0].measures
    return replace(told.strands[0], measures=(replace(first, id="P-10", carried_from="P-9"), *rest))


@pytest.mark.parametrize(
    ("measures", "field"),
    [
        ([measure("P-9", carried_from="P-7"), measure("P-2")], "P-9.carried_from"),
        ([measure("P-1"), measure("P-9", carried_from="P-1")], "P-1.carried_from"),
        ([measure("P-1", carried_from="P-2"), measure("P-2", carried_from="P-1")], "P-2.carried_from"),
    ],
)
def test_a_key_names_one_measure_for_ever_in_its_plan(
    world: World, measures: list[said.Measure], field: str
) -> None:
    adopted(world, document(measure("P-1"), measure("P-2")))
    with pytest.raises(Invalid) as refusal:
        stored(world, document(*measures))
    assert [problem.field for problem in refusal.value.problems] == [field]


def test_a_draft_gives_a_measure_a_new_key_and_says_what_it_was_called(world: World) -> None:
    first = adopted(world, document(measure("P-1"), measure("P-2"), measure("P-3")))
    draft = acts.start_revision(officer=world.secretariat, at=world.at, plan=first.plan)
    who = {"officer": world.secretariat, "at": world.at}
    with world.seen_by(world.secretariat):
        one, two, three = reads.measures_of(draft)
    editing.edit_measure(**who, measure=one, changes={"key": "P-9"})
    editing.remove_measure(**who, measure=two)
    added = editing.add_measure(
        **who, strand=three.strand, key="P-8", title_en="Measure P-2", carried_from="P-2"
    )
    assert carried(world, draft) == {"P-9": "P-1", "P-8": "P-2", "P-3": "P-3"}
    assert {m.id: m.carried_from for m in read_back(world, draft).all_measures()} == {
        "P-9": "P-1", "P-8": "P-2", "P-3": None,
    }  # fmt: skip
    editing.edit_measure(**who, measure=added, changes={"carried_from": ""})
    with world.seen_by(world.secretariat):
        draft = reads.version_by_id(draft.pk)
        assert [each.key for each in left_behind(draft)] == ["P-2"]
        assert [(each.ended.key, each.new.key) for each in resemblances(draft)] == [("P-2", "P-8")]
    for changes in ({"key": "P-3"}, {"key": "P-1", "carried_from": "P-3"}, {"carried_from": "P-7"}):
        with pytest.raises(Invalid):
            editing.edit_measure(**who, measure=added, changes=changes)


def test_a_successor_plan_carries_the_chosen_measures_over(world: World) -> None:
    first = adopted(world, document(measure("P-1"), measure("P-2")))
    after = acts.start_successor(
        officer=world.secretariat,
        at=world.at,
        plan=first.plan,
        key="a-later-plan",
        title_en="A later plan",
        period_from=date(2013, 1, 1),
        period_to=date(2020, 12, 31),
        measures={"P-2"},
    )
    with world.seen_by(world.secretariat):
        (only,) = reads.measures_of(after)
    assert only.key == "P-2" and only.carried_from is not None and only.carried_from.version_id == first.pk
    assert after.plan.predecessor == first.plan
    who = {"officer": world.secretariat, "at": world.at}
    again = acts.start_revision(
        **who,
        plan=acts.adopt_version(**who, version=after, adopted_on=date(2013, 1, 1)).plan,
    )
    assert carried(world, again) == {"P-2": "P-2"}
    with world.seen_by(world.secretariat):
        (only,) = reads.measures_of(again)
        assert only.carried_from is not None and only.carried_from.version_id == after.pk
        assert reads.carried_into(again) == {"a-plan": [(only.pk, "P-2")]}


FROZEN = {
    "a measure's text": lambda v: v.measures.update(title_en="otherwise"),
    "a strand's title": lambda v: v.strands.update(title_en="otherwise"),
    "a measure": lambda v: v.measures.first().delete(),
    "a responsibility": lambda v: v.measures.first().responsibilities.all().delete(),
    "a new measure": lambda v: Measure.objects.create(
        version=v, strand=v.strands.first(), key="X", position=9
    ),
    "a new milestone": lambda v: v.measures.first().milestones.create(key="x", title_en="x", due=ADOPTED_ON),
    "the version's dates": lambda v: PlanVersion.objects.filter(pk=v.pk).update(period_to=ADOPTED_ON),
    "the version's state": lambda v: PlanVersion.objects.filter(pk=v.pk).update(state="draft"),
    "the version itself": lambda v: v.delete(),
}


@pytest.mark.parametrize("what", FROZEN)
def test_the_database_refuses_every_change_to_an_adopted_version(world: World, what: str) -> None:
    version = adopted(world, document())
    with (
        world.seen_by(world.secretariat),
        pytest.raises(DatabaseError, match=r"frozen|violates"),
        transaction.atomic(),
    ):
        FROZEN[what](reads.version_by_id(version.pk))


EDITS = {
    "edit_measure": lambda w, m: editing.edit_measure(
        officer=w.secretariat, at=w.at, measure=m, changes={"note": "x"}
    ),
    "remove_measure": lambda w, m: editing.remove_measure(officer=w.secretariat, at=w.at, measure=m),
    "add_responsibility": lambda w, m: editing.add_responsibility(
        officer=w.secretariat, at=w.at, measure=m, agency=w.ministry, role="support"
    ),
    "add_milestone": lambda w, m: editing.add_milestone(
        officer=w.secretariat, at=w.at, measure=m, key="k", title_en="t", due=date(2009, 1, 1)
    ),
    "edit_strand": lambda w, m: editing.edit_strand(
        officer=w.secretariat, at=w.at, strand=m.strand, changes={"note": "x"}
    ),
}


@pytest.mark.parametrize("edit", EDITS)
def test_every_edit_of_an_adopted_version_is_refused_with_the_way_on(world: World, edit: str) -> None:
    version = adopted(world, document())
    with world.seen_by(world.secretariat):
        (one,) = reads.measures_of(version)
        one.version = version
        with pytest.raises(Conflict, match="frozen"):
            EDITS[edit](world, one)


def test_a_draft_version_does_not_exist_for_another_agency(world: World) -> None:
    version = stored(world, document())
    with world.seen_by(world.focal_point):
        assert not PlanVersion.objects.filter(pk=version.pk).exists()
        assert not Measure.objects.filter(version_id=version.pk).exists()
    with world.seen_by(None):
        assert not PlanVersion.objects.filter(pk=version.pk).exists()
    with world.seen_by(world.secretariat):
        assert Measure.objects.filter(version_id=version.pk).count() == 1


def test_an_adopted_version_is_read_by_every_agency(world: World) -> None:
    version = adopted(world, document())
    found = reads.read_document(officer=world.provincial, at=world.at, version=version)
    assert [one.id for one in found.all_measures()] == ["P-1"]


def test_a_stale_edit_is_refused_with_both_wordings(world: World) -> None:
    version = stored(world, document())
    with world.seen_by(world.secretariat):
        (one,) = reads.measures_of(version)
    edit = {
        "officer": world.secretariat,
        "at": world.at,
        "measure": one,
        "expected_row_version": one.row_version,
    }
    editing.edit_measure(**edit, changes={"title_en": "First"})
    with pytest.raises(editing.StaleEntry) as stale:
        editing.edit_measure(**edit, changes={"title_en": "Second"})
    assert isinstance(stale.value, Stale)
    assert (stale.value.current.title_en, stale.value.proposed) == ("First", {"title_en": "Second"})


def test_an_edit_of_an_unread_title_is_what_comes_back(world: World) -> None:
    version = stored(world, document(measure("P-1", title=said.NOT_READ)))
    with world.seen_by(world.secretariat):
        (one,) = reads.measures_of(version)
    editing.edit_measure(
        officer=world.secretariat, at=world.at, measure=one, changes={"title_en": "Now read"}
    )
    (back,) = read_back(world, version).all_measures()
    assert back.title == "Now read"


def test_two_versions_are_compared_field_by_field(world: World) -> None:
    before = document(measure("P-1"), measure("P-2"))
    after = document(measure("P-1", title="Otherwise"), measure("P-3"))
    found = {(d.entry, d.field, d.before, d.after) for d in reads.differences(before, after)}
    assert found == {
        ("P-1", "title", "Measure P-1", "Otherwise"),
        ("P-3", "", None, "Measure P-3"),
        ("P-2", "", "Measure P-2", None),
    }


def test_the_ratio_an_objective_names_becomes_an_indicator_without_a_number(world: World) -> None:
    goal = said.Objective("O1", "More is solved", deadline=date(2012, 12, 31), indicator="solved / reported",
                          baseline_year=2007, direction="up")  # fmt: skip
    whole = document()
    whole = replace(whole, strands=(replace(whole.strands[0], objectives=(goal,)),))
    version = stored(world, whole)
    with world.seen_by(world.secretariat):
        (indicator,) = version.plan.indicators.all()
        assert (indicator.kind, indicator.direction, indicator.rollup_areas) == (
            "ratio",
            "rise",
            "ratio_of_sums",
        )
        assert [target.value for target in indicator.targets.all()] == [None]
        assert [(base.year, base.value) for base in indicator.baselines.all()] == [(2007, None)]
    assert read_back(world, version) == whole
