"""A plan written as governments write it becomes a draft in which nothing is guessed and nothing is lost."""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from pathlib import Path

import docx
import pytest
import yaml
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from concerted.errors import Invalid
from concerted.interfaces.exchange import files
from concerted.interfaces.exchange.notation import DraftPlan, Register, read_plan

HERE = Path(__file__).parent
SAMPLES = HERE / "samples"
AGENCIES = yaml.safe_load((HERE.parents[2] / "reference/agencies/agencies.yaml").read_text(encoding="utf-8"))
REGISTER = [(each["id"], each["en"], each["zh"], ()) for each in AGENCIES["agencies"]]
KNOWN = {each[0] for each in REGISTER}


def read(text: str, name: str = "plan.txt") -> DraftPlan:
    return read_plan(text.encode(), name, REGISTER)


def roles(text: str, name: str = "plan.txt") -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [(measure.leads, measure.supports) for measure in read(text, name).measures]


def letters(text: str) -> Counter[str]:
    return Counter(letter for letter in text if letter.isalnum())


def assert_nothing_lost(draft: DraftPlan) -> None:
    spoken = [line for line in draft.source_lines if line.text.strip()]
    assert {line.line for line in spoken} == set(draft.placed_lines)
    out = [draft.title, *(each.text for each in draft.unplaced)]
    out += [f"{each.number} {each.title}" for each in draft.headings]
    out += [f"{each.number} {each.text}" for each in draft.objectives]
    out += [f"{m.number} {m.text} {m.note} {' '.join(m.details)}" for m in draft.measures]
    assert not letters(" ".join(line.text for line in spoken)) - letters(" ".join(out))


def test_the_english_sample_reads_as_a_person_reads_it() -> None:
    draft = read_plan(SAMPLES / "invented-plan.md", "", REGISTER)
    plan = draft.as_json()
    assert plan["title"] == "National Plan of Action of the Republic of Examplia (2011-2014)"
    assert plan["period"] == {"from": "2011-01-01", "to": "2014-12-31"}
    first, second, inspect, withdraw, shelters, advice = plan["measures"]
    assert first["text"].endswith("(posters, not leaflets) before each harvest season.")
    assert (first["number"], first["strand"], first["line"]) == ("1", "Prevention", 9)
    assert (first["leads"], first["supports"]) == (["mor", "mot"], ["moe", "acwf"])
    assert second["text"].endswith("(2011-2012).") and second["supports"] == ["mohrss"]
    assert (inspect["leads"], inspect["parent_line"]) == (["moh"], second["line"])
    assert withdraw["leads"] == []
    assert "day and night" in shelters["text"] and shelters["objective"].startswith("Every rescued person")
    assert advice["leads"] == ["moj"]
    assert [each["text"] for each in plan["unknown_agencies"]] == [
        "all members",
        "Ministry of Dreams",
        "MCA-office",
    ]
    assert plan["unplaced"][-1] == {"text": "A closing remark that belongs to no measure.", "line": 26}
    assert json.loads(json.dumps(plan)) == plan
    assert_nothing_lost(draft)


def test_the_chinese_sample_reads_as_a_person_reads_it() -> None:
    draft = read_plan(SAMPLES / "invented-plan-zh.txt", "", REGISTER)
    assert draft.title == "示例国反对拐卖人口行动计划（2011—2014年）"
    posters, market, dealers, children, ledger, shelter, budget = draft.measures
    assert (posters.leads, posters.supports) == (("mor", "mot"), ("moe", "acwf"))
    assert posters.text == "在火车站张贴提示（每年至少一次）。" and posters.strand == "健全预防机制"
    assert (market.leads, market.supports) == (("mohrss", "mps"), ("mca",))
    assert dealers.leads == ("mps", "moe") and dealers.parent_line == market.line
    assert (children.leads, children.supports) == (("mca",), ("moh",))
    assert ledger.leads == () and "（公安机关的专门机构）" in ledger.text
    assert (shelter.leads, shelter.supports) == (("mca",), ("mof",))
    assert budget.leads == ()
    assert [each.text for each in draft.unknown_agencies] == ["各成员单位", "等", "梦想部", "各级人民政府"]
    assert [each.text for each in draft.objectives] == ["完善协调机制，减少犯罪。", "车站、码头发案数下降。"]
    assert_nothing_lost(draft)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_same_plan_reads_the_same_in_every_encoding(encoding: str) -> None:
    text = (SAMPLES / "invented-plan-zh.txt").read_text(encoding="utf-8")
    assert read_plan(text.encode(encoding), "a.txt", REGISTER).as_json() == read(text).as_json()


@pytest.mark.parametrize(
    ("note", "leads", "supports"),
    [
        ("(Ministry of Education responsible; Ministry of Health supports)", ("moe",), ("moh",)),
        ("(led by the Ministry of Education and supported by the Ministry of Health)", ("moe",), ("moh",)),
        ("(Lead: Ministry of Education; Support: Ministry of Health, moj)", ("moe",), ("moh", "moj")),
        ("(Ministry of Education in charge, in cooperation with the Ministry of Health)", ("moe",), ("moh",)),
        ("(Ministries of Education, Health and Justice responsible)", ("moe", "moh", "moj"), ()),
        ("(Ministry of Human Resources and Social Security responsible)", ("mohrss",), ()),
        ("(Ministry of Education, with the support of Ministry of Health)", ("moe",), ("moh",)),
        ("(ＭＰＳ responsible; PRC Ministry of Justice cooperates)", ("mps",), ("moj",)),
        ("（教育部负责，卫生部配合）", ("moe",), ("moh",)),
        ("（ 教育部 牵头 ， 卫生部、司法部 参与 ）", ("moe",), ("moh", "moj")),
        ("(教育部、司法部负责,卫生部配合)", ("moe", "moj"), ("moh",)),
        ("（由教育部会同卫生部负责）", ("moe",), ("moh",)),
        ("（牵头单位：教育部；配合单位：卫生部、司法部）", ("moe",), ("moh", "moj")),
        ("（中华人民共和国教育部主责；卫生部协助；司法部参加）", ("moe",), ("moh", "moj")),
        ("(教育部 responsible; Ministry of Health support)", ("moe",), ("moh",)),
    ],
)
def test_each_way_of_writing_a_note_is_read(
    note: str, leads: tuple[str, ...], supports: tuple[str, ...]
) -> None:
    for text in (f"1. Do the work. {note}", f"1. Do the work {note}.", f"一、干工作{note}。"):
        draft = read(text)
        assert [(each.leads, each.supports) for each in draft.measures] == [(leads, supports)]
        assert draft.measures[0].text == "Do the work." or draft.measures[0].text.startswith("干工作")
        assert not draft.unknown_agencies


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("1. Train. Lead agency: Ministry of Education. Supporting agencies: Ministry of Health.", "Train."),
        ("1. Train.\n   Responsible: Ministry of Education; Support: Ministry of Health", "Train."),
        ("1. 培训。责任单位：教育部；配合单位：卫生部。", "培训。"),
        ("1. 培训。\n（教育部负责，\n卫生部配合）", "培训。"),
        ("1. 培训，由教育部负责，卫生部配合。", "培训，由教育部负责，卫生部配合。"),
    ],
)
def test_a_note_without_brackets_or_on_its_own_lines_is_read(text: str, left: str) -> None:
    (measure,) = read(text).measures
    assert (measure.text, measure.leads, measure.supports) == (left, ("moe",), ("moh",))


@pytest.mark.parametrize(
    "text",
    [
        "1. Train staff (2008-2012).",
        "1. 建立台账（打拐办）。",
        "1. Offer care (medical and psychosocial support).",
        "1. Offer care (health and education support).",
        "1. 照看儿童（由家长负责接送的儿童）。",
        "1. Punish (all those responsible for deceiving others, including their helpers).",
        "1. Help children (including those whose parents lead them).",
    ],
)
def test_a_bracket_that_names_no_responsibility_stays_in_the_text(text: str) -> None:
    (measure,) = read(text + "\n2. Other (Ministry of Justice responsible)").measures[:1]
    assert measure.text == text[3:] and measure.leads == () and measure.supports == ()


@pytest.mark.parametrize(
    "mark",
    [
        "一、",
        "（一）",
        "1.",
        "１．",
        "1、",
        "（1）",
        "①",
        "I. ",
        "1)",
        "1.1 ",
        "- ",
        "* ",
        "• ",
        "Article 3 ",
        "第三条 ",
        "(a) ",
    ],
)
def test_each_kind_of_number_and_bullet_opens_a_measure(mark: str) -> None:
    (measure,) = read(f"{mark}做工作（教育部负责）").measures
    assert measure.text == "做工作" and measure.leads == ("moe",)


@pytest.mark.parametrize(
    ("mark", "number"), [("⒈", "⒈"), ("⑴", "⑴"), ("⒜", "⒜"), ("㈠", "㈠"), ("A.1.2 ", "A.1.2")]
)
def test_numbers_that_are_one_sign_or_begin_with_a_letter_are_numbers(mark: str, number: str) -> None:
    (measure,) = read(f"{mark}做工作（教育部负责）").measures
    assert (measure.number, measure.text) == (number, "做工作")


GROUPED = """计划（2013—2020年）
一、预防
（一）健全机制。
{before}（2）加强行业管理。
——加强市场监管。（教育部负责）
——加强场所管理。（公安部负责）
"""


def test_beside_noted_measures_one_over_sub_measures_is_a_measure_and_their_parent() -> None:
    draft = read(GROUPED.format(before="（1）综合治理。（公安部负责）\n"))
    first, group, market, places = draft.measures
    assert (first.number, group.number, group.text, group.leads) == ("1", "2", "加强行业管理。", ())
    assert market.parent_line == places.parent_line == group.line
    assert_nothing_lost(draft)


def test_a_numbered_line_over_nothing_but_noted_measures_is_their_objective() -> None:
    draft = read(GROUPED.format(before=""))
    assert [(goal.number, goal.text, goal.strand) for goal in draft.objectives] == [
        ("2", "加强行业管理。", "预防")
    ]
    assert {measure.objective for measure in draft.measures} == {"加强行业管理。"}
    assert [(heading.title, heading.strand) for heading in draft.headings][:2] == [
        ("预防", ""),
        ("健全机制。", "预防"),
    ]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ("3.加强边境地区\n联合执法。（公安部负责）\n（4）别的。（教育部负责）", "加强边境地区\n联合执法。"),
        ("3. Measure three, text goes on\nPage 4 of 10\non the next page. (moe responsible)", None),
        ("3. Measure three, text goes on\n\n    4\n\non the next page. (moe responsible)", None),
        (
            "3. Measure three, text goes on\n- 4 -\non the next page. (moe responsible)\n4. X (moj responsible)",
            None,
        ),
    ],
)
def test_a_measure_goes_on_over_the_end_of_a_line_and_of_a_page(lines: str, text: str | None) -> None:
    draft = read(f"Plan 2008-2012\n\nI. PREVENTION\n{lines}")
    first = draft.measures[0]
    assert (first.number, first.text) == ("3", text or "Measure three, text goes on on the next page.")
    assert first.leads and draft.headings[-1].title == "PREVENTION"
    assert_nothing_lost(draft)


@pytest.mark.parametrize(
    "footer",
    [
        "— 3 —",
        "- 4 -",
        "–5–",
        "· 6 ·",
        "7",
        "8/14",
        "Page 2 of 14",
        "page 2",
        "第 5 页 共 12 页",
        "第5页",
        "共 12 页",
    ],
)
def test_the_number_of_a_page_is_no_measure_and_takes_no_note(footer: str) -> None:
    draft = read(
        f"计划（2008-2012年）\n一、预防\n1.培训。（教育部负责）\n      {footer}\n（公安部负责）\n2.宣传。（司法部负责）"
    )
    assert [measure.number for measure in draft.measures] == ["1", "2"]
    assert (footer, 4) in [(left.text, left.line) for left in draft.unplaced]
    assert_nothing_lost(draft)


@pytest.mark.parametrize(
    ("before", "glued", "after", "number"),
    [
        ("11", "Open shelters 12", "13", "12"),
        ("— 11 —", "在车站设站 — 12 —", "— 13 —", "— 12 —"),
        ("第11页", "在车站设站第12页", "第13页", "第12页"),
        ("11", "在车站设站12", "13", "12"),
    ],
)
def test_a_page_number_at_the_end_of_a_line_of_text_goes_where_its_neighbours_prove_it(
    before: str, glued: str, after: str, number: str
) -> None:
    draft = read(_pages(before, glued, after))
    assert draft.measures[1].text == glued.removesuffix(number).strip()
    assert {(before, 4), (number, 5), (after, 8)} <= {(left.text, left.line) for left in draft.unplaced}
    assert_nothing_lost(draft)


@pytest.mark.parametrize(
    ("before", "glued", "after"),
    [
        ("11", "Open shelters 12", "14"),  # two pages lack theirs
        ("10", "Open shelters 12", "13"),
        ("- 11 -", "Open shelters 12", "- 13 -"),  # another form
        ("11", "Open shelters by 2012", "13"),
        ("11", "Open shelters 1.12", "13"),
        ("11", "Open 12", "Serve 13"),  # no neighbour has a line of its own
    ],
)
def test_a_number_at_the_end_of_a_line_that_nothing_proves_to_be_a_page_stays(
    before: str, glued: str, after: str
) -> None:
    draft = read(_pages(before, glued, after))
    assert draft.measures[1].text == glued
    assert_nothing_lost(draft)


def test_of_two_lines_that_end_with_the_missing_page_number_neither_loses_it() -> None:
    draft = read(_pages("11", "Open shelters 12", "13").replace("judges. ", "judges in 12\n"))
    assert [measure.text for measure in draft.measures][1:] == ["Open shelters 12", "Train judges in 12"]


def _pages(before: str, glued: str, after: str) -> str:
    return (
        "Plan 2008-2012\nI. PREVENTION\n1. Watch stations. (Ministry of Education responsible)\n"
        f"{before}\n2. {glued}\n(Ministry of Health responsible)\n"
        f"3. Train judges. (Ministry of Justice responsible)\n{after}\n"
    )


def test_a_numbered_line_with_nothing_but_a_note_gives_it_to_no_other_measure() -> None:
    draft = read("1. Train. (Ministry of Education responsible)\n2. (Ministry of Health responsible)")
    (measure,) = draft.measures
    assert measure.leads == ("moe",) and [left.line for left in draft.unplaced] == [2]


def test_a_notice_that_forwards_a_plan_is_not_its_title() -> None:
    draft = read(
        "国务院办公厅关于印发示例国反拐行动计划的通知\n国办发〔2010〕6号\n各部委：\n现印发给你们。\n"
        "国务院办公厅\n示例国反拐行动计划\n（2010-2012年）\n一、预防\n1.培训。（教育部负责）"
    )
    assert (draft.title, draft.title_lines) == ("示例国反拐行动计划（2010-2012年）", (6, 7))
    assert draft.unplaced[0].line == 1 and "国办发〔2010〕6号" in [left.text for left in draft.unplaced]
    assert_nothing_lost(draft)


def test_the_front_matter_of_a_markdown_file_is_neither_title_nor_heading() -> None:
    draft = read(
        "---\ntitle: x\n---\n# Plan 2013–2020\n\n## Prevention\n\n1. Train (moe responsible)\n", "plan.md"
    )
    assert draft.title == "Plan 2013–2020" and draft.period is not None
    assert [measure.strand for measure in draft.measures] == ["Prevention"]
    assert [left.text for left in draft.unplaced] == ["---", "title: x", "---"]
    assert_nothing_lost(draft)


def test_a_period_may_be_written_in_words() -> None:
    period = read("ACTION PLAN\nfor the years 2008 through 2012\n\n1. Train (moe responsible)").period
    assert period is not None and (period[0].year, period[1].year) == (2008, 2012)


def test_names_offered_as_nearest_are_alike_as_wholes() -> None:
    (name,) = read("1. 工作（教育厅负责）").unknown_agencies
    assert name.nearest == ("教育部",)
    (name,) = read("1. Work (Ministry of Interior Affairs responsible)").unknown_agencies
    assert set(name.nearest_ids) <= {"mca", "mfa"}


@pytest.mark.parametrize(("title", "place"), [("云南省反拐实施意见", ""), ("反拐实施意见", "云南省")])
def test_a_department_named_without_its_province_is_offered_where_the_province_is_known(
    title: str, place: str
) -> None:
    register = [*REGISTER, ("ps-yunnan", "Yunnan Provincial Public Security Department", "云南省公安厅", ())]
    text = f"{title}（2008—2012年）\n\n1. 巡查。（公安厅负责）".encode()
    draft = read_plan(text, "p.txt", register, place=place)
    assert draft.measures[0].leads == () and draft.unknown_agencies[0].nearest_ids[0] == "ps-yunnan"


def test_the_body_in_the_line_of_a_ministry_is_offered_before_the_ministry() -> None:
    register = [*REGISTER, ("mca-yunnan", "Yunnan, line of civil affairs", "云南省民政部对口部门", ())]
    text = "云南省反拐意见（2008—2012年）\n\n1. 救助。（民政厅负责）".encode()
    draft = read_plan(text, "p.txt", register, counterparts={"mca": "mca-yunnan"})
    assert draft.measures[0].leads == () and draft.unknown_agencies[0].nearest_ids[:2] == (
        "mca-yunnan",
        "mca",
    )


def test_an_unknown_agency_is_named_with_its_line_and_those_nearest_never_taken() -> None:
    lines = (
        "1. Work (Ministry of Educaton responsible)",
        "2. 工作（交育部负责）",
        "3. 工作（gong an bu负责，教育部配合）",
    )
    draft = read("\n".join(lines))
    assert [measure.leads for measure in draft.measures] == [(), (), ()]
    assert [(each.line, each.nearest_ids[0]) for each in draft.unknown_agencies] == [
        (1, "moe"),
        (2, "moe"),
        (3, "mps"),
    ]


def test_a_name_two_agencies_share_is_not_decided() -> None:
    register = [
        ("a", "Ministry of Health", None, ["Health Body"]),
        ("b", "Health Office", None, ["Health Body"]),
    ]
    draft = read_plan(b"1. Work (Health Body responsible)", "p.txt", register)
    assert draft.measures[0].leads == () and set(draft.unknown_agencies[0].nearest_ids) == {"a", "b"}
    assert Register(register).find("the ministry of health") == "a"


def test_a_word_document_keeps_headings_automatic_numbers_and_tables() -> None:
    document = docx.Document()
    document.add_heading("Plan of Action of Examplia 2011-2014", 0)
    document.add_heading("Prevention", 1)
    document.add_paragraph("Post warnings (Ministry of Railways responsible)", style="List Number")
    document.add_paragraph("Visit schools (Ministry of Education responsible)", style="List Number")
    document.add_heading("Assistance", 1)
    table = document.add_table(rows=2, cols=4)
    for row, texts in zip(
        table.rows,
        [
            ("No.", "Measure", "Lead agency", "Supporting"),
            ("7", "Open shelters", "Ministry of Civil Affairs", "moh, Dream Office"),
        ],
        strict=True,
    ):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    inserted = document.add_paragraph("Kept ")
    run, text_node = OxmlElement("w:ins"), OxmlElement("w:t")
    text_node.text = "insertion"
    run.append(OxmlElement("w:r"))
    run[0].append(text_node)
    inserted._p.append(run)
    held = io.BytesIO()
    document.save(held)
    draft = read_plan(held.getvalue(), "plan.docx", REGISTER)
    assert (
        draft.title == "Plan of Action of Examplia 2011-2014"
        and draft.as_json()["period"]["to"] == "2014-12-31"
    )
    assert [(m.number, m.strand, m.text, m.leads, m.supports) for m in draft.measures] == [
        ("1", "Prevention", "Post warnings", ("mor",), ()),
        ("2", "Prevention", "Visit schools", ("moe",), ()),
        ("7", "Assistance", "Open shelters", ("mca",), ("moh",)),
    ]
    assert [each.text for each in draft.unknown_agencies] == ["Dream Office"]
    assert draft.unplaced[-1].text == "Kept insertion"
    assert_nothing_lost(draft)
    assert qn("w:ins") in {child.tag for child in inserted._p}


def zipped(**members: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return held.getvalue()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "a.txt"),
        (b"  \n", "a.txt"),
        (b"%PDF-1.7 ...", "a.pdf"),
        (b"\xd0\xcf\x11\xe0 old word", "a.doc"),
        (b"not a zip", "a.docx"),
        (b"PK\x03\x04 torn", "a.docx"),
        (zipped(other=b"x"), "a.docx"),
        (zipped(**{"word__document.xml": b"<no"}), "a.docx"),
        (b"\x00\x01\x02\x03", "a.txt"),
        (b"\xff\xff\xff\x80\x81", "a.txt"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_with_its_name_and_a_remedy(data: bytes, name: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_plan(data, name, REGISTER)
    assert caught.value.where == name and caught.value.what and caught.value.remedy


def test_an_archive_that_swells_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST_UNPACKED", 1_000_000)
    with pytest.raises(Invalid):
        read_plan(zipped(**{"word__document.xml": b" " * 2_000_000}), "a.docx", REGISTER)
    monkeypatch.setattr(files, "LARGEST_FILE", 10)
    with pytest.raises(Invalid):
        read_plan(b"1. More than ten bytes", "a.txt", REGISTER)


PIECES = st.sampled_from(
    [
        "一、",
        "（一）",
        "1. ",
        "(1)",
        "1.1 ",
        "- ",
        "# ",
        "## ",
        "|",
        "目标",
        "工作目标。",
        "Objective: ",
        "公安部",
        "Ministry of Education",
        "负责",
        "，",
        "配合",
        " responsible",
        "; ",
        "support",
        "led by ",
        "(",
        ")",
        "（",
        "）",
        "\n",
        "\n\n",
        "。",
        ". ",
        "---",
        "===",
        "2008-2012",
        "等",
        "会同",
        "all members",
        "（教育部负责）",
        "(moe responsible; moh support)",
        "　　",
        "责任单位：",
        "Lead: ",
        "x",
        "\t",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES | st.text(max_size=6), max_size=60).map("".join), st.sampled_from(["p.txt", "p.md"]))
def test_whatever_is_handed_in_every_line_is_accounted_for_and_no_agency_invented(
    text: str, name: str
) -> None:
    try:
        draft = read_plan(text.encode("utf-8", "replace"), name, REGISTER)
    except Invalid:
        return
    assert_nothing_lost(draft)
    assert {agency for measure in draft.measures for agency in measure.leads + measure.supports} <= KNOWN


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.txt", "a.md", "a.docx", ""]))
def test_no_bytes_bring_the_reader_down(data: bytes, name: str) -> None:
    try:
        read_plan(data, name, REGISTER)
    except Invalid as refused:
        assert refused.what


@pytest.mark.parametrize(
    "unit", ["(", "（负责", "a, ", "，", " and x", "=1;", "1. (moe responsible)\n", "和", "目标。", "- \n"]
)
def test_a_long_hostile_text_is_read_in_one_pass(unit: str) -> None:
    assert_nothing_lost(read("x" + unit * 20_000)) if unit != "1. (moe responsible)\n" else read(unit * 500)
