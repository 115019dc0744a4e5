"""A plan file reads back as exactly what was written, and what was not read stays marked as not read."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from concerted.errors import Invalid
from concerted.interfaces.exchange.plan_file import (
    NOT_READ,
    Baseline,
    Dependency,
    Indicator,
    IndicatorTarget,
    LocalInstrument,
    Measure,
    MeasureTarget,
    Milestone,
    Objective,
    OverallGoal,
    Period,
    PlanDocument,
    PlanFacts,
    Responsibility,
    Source,
    Strand,
    dump_xlsx,
    dump_yaml,
    load_xlsx,
    load_yaml,
)

PLANS = sorted((Path(__file__).parents[3] / "reference/plans").glob("npa-*.yaml"))

safe = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufeff\ufffe\uffff"
)
words = st.text(safe | st.sampled_from("\n\t'\"=#[]{}:-"), max_size=20).filter(
    lambda text: text != "not_read"
)
tricky = st.sampled_from(
    ["", "[]", "true", "no", "2008-01-01", "2021", "1.5", "null", "~", '"', " x ", "_x0041_", "=1", "{}"]
)
texts = words | tricky
some = st.none() | texts
unread = st.just(NOT_READ)
days = st.dates(date(1900, 1, 1), date(2200, 1, 1))
maybe_day = st.none() | days
numbers = st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=3)
levels = st.none() | unread | st.lists(texts, max_size=3).map(tuple)
plain_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | words | st.floats(-1e6, 1e6, width=32),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(words, inner, max_size=2),
    max_leaves=4,
)
extras = st.dictionaries(words, plain_values, max_size=2)
held = st.lists(
    st.builds(
        Responsibility, texts, st.none() | st.just(date(2008, 1, 1)), st.none() | st.just(date(2009, 1, 1))
    ),
    max_size=3,
)
parties = unread | held.map(tuple)
targets = (
    st.none()
    | unread
    | st.builds(
        MeasureTarget, texts, st.none() | st.integers(0, 99) | numbers | texts, maybe_day | texts, some
    )
)


@st.composite
def documents(draw: st.DrawFn) -> PlanDocument:
    def measure(key: str, subs: tuple[Measure, ...] = ()) -> Measure:
        return Measure(
            key,
            title=draw(some | unread),
            description=draw(some | unread),
            lead=draw(parties),
            support=draw(parties),
            deadline=draw(maybe_day | unread | texts),
            target=draw(targets),
            read=draw(levels),
            note=draw(some),
            level=draw(some | unread),
            extra=draw(extras),
            sub_measures=subs,
            milestones=tuple(
                Milestone(f"k{n}", draw(texts), draw(some), draw(maybe_day))
                for n in range(draw(st.integers(0, 2)))
            ),
        )

    subs = tuple(measure(f"S{n}") for n in range(draw(st.integers(0, 2))))
    waiting = replace(
        measure("M2"), depends_on=(Dependency("M1", draw(st.integers(-9, 99))),), indicators=("i",)
    )
    strand = Strand(
        "s",
        draw(some),
        draw(some),
        draw(some | unread),
        draw(levels),
        draw(st.none() | st.booleans()),
        note=draw(some),
        objectives=(
            Objective(
                "O",
                draw(some | unread),
                deadline=draw(maybe_day | unread | texts),
                read=draw(levels),
                extra=draw(extras),
            ),
        ),
        measures=(measure("M1", subs), waiting),
        extra=draw(extras),
    )
    indicator = Indicator(
        "i",
        draw(texts),
        draw(texts),
        "rise",
        dimensions=tuple(draw(st.lists(texts, max_size=2))),
        cumulative=draw(st.booleans()),
        baselines=(
            Baseline(2007, draw(st.none() | unread | numbers), draw(st.none() | numbers), place=draw(some)),
        ),
        targets=(IndicatorTarget(draw(days), draw(st.none() | unread | numbers), comment=draw(some)),),
        tolerance=draw(st.none() | numbers),
    )
    return PlanDocument(
        PlanFacts(
            "p",
            title_zh=draw(some),
            adopted=draw(maybe_day | unread),
            period=Period(date(2008, 1, 1), date(2012, 12, 31)),
            version=draw(st.none() | st.integers(1, 9)),
            extra=draw(extras),
        ),
        reading_levels=draw(st.dictionaries(words, texts, max_size=2)),
        sources=(Source("a", draw(some), draw(some)),),
        guiding_principle=draw(some | unread),
        overall_goal=draw(st.none() | unread | st.builds(OverallGoal, texts | unread, some, levels)),
        legal_basis_read=tuple(draw(st.lists(texts, max_size=3))),
        strands=(strand, Strand("t")),
        indicators=(indicator,),
        local_instruments_read=(LocalInstrument("x", date=draw(maybe_day | texts)),),
        not_read=tuple(draw(st.lists(texts, max_size=2))),
        extra=draw(extras),
    )


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_each_real_plan_goes_through_both_kinds_of_file_unchanged(path: Path) -> None:
    plan = load_yaml(path)
    text = dump_yaml(plan)
    assert load_yaml(text.encode()) == plan and dump_yaml(load_yaml(text.encode())) == text
    assert load_xlsx(dump_xlsx(plan)) == plan


def test_what_was_not_read_of_the_real_plan_stays_not_read() -> None:
    plan = load_xlsx(dump_xlsx(load_yaml(PLANS[0])))
    unread_leads = [measure.id for measure in plan.all_measures() if measure.lead is NOT_READ]
    assert unread_leads == ["CRK-07", "AST-00"]
    assert all(measure.lead != () for measure in plan.all_measures())
    assert [each.agency for each in next(plan.all_measures()).lead] == ["mps"]  # type: ignore[union-attr]


@settings(max_examples=60, deadline=None)
@given(documents())
def test_any_document_reads_back_from_yaml_as_itself(document: PlanDocument) -> None:
    text = dump_yaml(document)
    assert load_yaml(text.encode()) == document and dump_yaml(load_yaml(text.encode())) == text


@settings(max_examples=40, deadline=None)
@given(documents())
def test_any_document_reads_back_from_a_workbook_as_itself(document: PlanDocument) -> None:
    assert load_xlsx(dump_xlsx(document)) == document


FAULTY = """schema: concerted/plan/1
plan:
  id: p
  period: {from: 2012-01-01, to: 2008-01-01}
  colour: red
  document_no: 5
strands:
- id: s
  measures:
  - {id: M1, lead: [mps], sources: [nowhere], deadline: 5}
  - {id: M1, depends_on: [{on: M9}], starts: soon}
indicators:
- {key: i, name_en: n, unit: u, direction: up}
"""


def test_every_fault_is_told_at_once_with_line_field_and_remedy() -> None:
    with pytest.raises(Invalid) as caught:
        load_yaml(FAULTY.encode(), "plan.yaml")
    found = {(problem.row, problem.field) for problem in caught.value.problems}
    assert {
        (5, "plan.colour"),
        (6, "plan.document_no"),
        (11, "strands.1.measures.2.starts"),
        (13, "indicators.1.direction"),
    } <= found
    assert all(problem.what and problem.remedy for problem in caught.value.problems)


def test_a_day_that_is_in_no_calendar_is_told_beside_all_other_faults_in_the_officers_language() -> None:
    text = FAULTY.replace("deadline: 5}", "deadline: 2008-13-45}").replace(
        "starts: soon}", "starts: !x 1, id: M7}"
    )
    with translation.override("zh-hans"), pytest.raises(Invalid) as caught:
        load_yaml(text.encode(), "plan.yaml")
    with translation.override("zh-hans"):
        told = {problem.field: (problem.row, str(problem.what)) for problem in caught.value.problems}
    assert told["strands.1.measures.1.deadline"] == (10, "“2008-13-45”不是日历上的日期。")
    assert told["strands.1.measures.2.starts"] == (11, "计划文件中不使用标签 !x。")
    assert told["strands.1.measures.2.id"][0] == 11
    assert {"plan.colour", "plan.document_no", "indicators.1.direction"} <= set(told)
    assert all(problem.remedy for problem in caught.value.problems)


def test_a_fault_of_the_files_letters_does_not_hide_one_of_its_sense() -> None:
    text = FAULTY.replace("  colour: red\n  document_no: 5\n", "").replace("up}", "rise}")
    text = text.replace("starts: soon", "starts: 2008-02-30").replace(", deadline: 5", "")
    with pytest.raises(Invalid) as caught:
        load_yaml(text.encode())
    fields = [problem.field for problem in caught.value.problems]
    assert fields[0] == "strands.1.measures.2.starts"
    assert {"plan.period", "strands.1.measures.1.sources", "strands.1.measures.2.depends_on"} <= set(fields)


def test_references_that_lead_nowhere_and_keys_that_repeat_are_faults() -> None:
    text = FAULTY.replace("  colour: red\n  document_no: 5\n", "").replace("up}", "rise}")
    text = text.replace(", starts: soon", "").replace(", deadline: 5", "")
    with pytest.raises(Invalid) as caught:
        load_yaml(text.encode())
    fields = [problem.field for problem in caught.value.problems]
    assert fields == [
        "strands.1.measures.2.id",
        "plan.period",
        "strands.1.measures.1.sources",
        "strands.1.measures.2.depends_on",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a: [",
        "- 1",
        "schema: other/1\nplan: {id: p}",
        "schema: concerted/plan/1\nplan: &a {id: p}\nextra: {b: *a}",
        "schema: concerted/plan/1\nplan: {id: p, id: q}",
        "schema: concerted/plan/1\nplan: {id: p}\nextra: {a: !!python/object:os.system x}",
        "schema: concerted/plan/1\nplan: {id: p}\nextra: {a: 1:30}",
        "schema: concerted/plan/1\nplan: {id: p}\nstrands:\n",
        "schema: concerted/plan/1\nplan: {id: p}\nextra: " + "[" * 5000,
        "schema: concerted/plan/1\nplan: {id: p}\nextra: {a: " + "[" * 60 + "]" * 60 + "}",
    ],
)
def test_a_file_that_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        load_yaml(text.encode())


def test_extra_fields_must_be_declared_as_extra_and_then_survive() -> None:
    text = "schema: concerted/plan/1\nplan: {id: p}\nextra: {colour: red, weights: [1, 0.5]}\n"
    plan = load_yaml(text.encode())
    assert plan.extra == {"colour": "red", "weights": [1, 0.5]} and load_xlsx(dump_xlsx(plan)) == plan


def edited(plan: PlanDocument, sheet: str, cell: str, value: object) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(dump_xlsx(plan)))
    book[sheet][cell] = value
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_a_workbook_edited_by_hand_is_read_and_its_faults_are_told_by_sheet_and_row() -> None:
    plan = PlanDocument(
        PlanFacts("p"),
        strands=(Strand("s", measures=(Measure("M", lead=(Responsibility("mps"),)),)),),
        indicators=(Indicator("i", "n", "u", "rise", tolerance=Decimal("1")),),
    )
    assert load_xlsx(edited(plan, "responsibilities", "D2", date(2008, 1, 1))) == replace(
        plan,
        strands=(Strand("s", measures=(Measure("M", lead=(Responsibility("mps", date(2008, 1, 1)),)),)),),
    )
    for sheet, cell, value, field in (
        ("responsibilities", "A2", "M7", "responsibilities.measure"),
        ("responsibilities", "B2", "boss", "responsibilities.role"),
        ("measures", "C2", "=1+1", "measures.id"),
        ("measures", "AZ1", "stray", "measures.stray"),
    ):
        with pytest.raises(Invalid) as caught:
            load_xlsx(edited(plan, sheet, cell, value))
        assert (caught.value.problems[0].field, caught.value.problems[0].row) == (
            field,
            int(cell.lstrip("ABCDEZ")),
        )


def test_a_text_no_cell_can_hold_is_refused_for_a_workbook_but_not_for_yaml() -> None:
    plan = PlanDocument(PlanFacts("p"), guiding_principle="长" * 40_000)
    assert load_yaml(dump_yaml(plan).encode()) == plan
    with pytest.raises(Invalid):
        dump_xlsx(plan)
