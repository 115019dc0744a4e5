"""A book becomes a PDF and a Word document in the layout of official documents, in both languages."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from xml.dom import minidom

import docx as word
import pytest
from django.conf import settings
from docx.oxml.ns import qn
from docx.shared import Mm
from pypdf import PdfReader

from concerted.config import assets
from concerted.errors import Unready
from concerted.interfaces.exchange import papers
from concerted.interfaces.exchange.papers import Bar, Book, Chart, Figure, Form, Item, charts, words

MM = 72 / 25.4


@pytest.fixture(scope="module", autouse=True)
def _typefaces() -> None:
    """As set-up prepares them."""
    if not assets.FONTS_FOLDER.exists():
        assets.prepare_typefaces()


CHART = Chart("Overdue by office", [Bar("Civil Affairs", 7, 31), Bar("Health", None), Bar("Justice", 0, 4)])
CHINESE = Book(
    language="zh-hans",
    title="关于部际联席会议第十次全体会议的材料",
    issued=date(2012, 6, 1),
    signature="联席会议办公室",
    red_head="联席会议办公室文件",
    document_no="反拐办〔2012〕3号",
    addressed_to="各成员单位",
    opening=["现将材料印发给你们。"],
    facts=[Figure("时间", "2012年6月15日")],
    items=[
        Item("", "救助站登记", reason="七项义务逾期。", figures=[Figure("逾期", "7")], charts=[CHART]),
        Item("", "边境培训", lines=["措施一逾期", "措施二逾期"], asks="请会议决定完成时限。"),
    ],
    copied_to="各省联席会议办公室",
    printed_by="联席会议办公室",
)
ENGLISH = replace(
    CHINESE,
    language="en",
    title="Papers for the tenth plenary",
    signature="Office of the joint meeting",
    red_head="Office of the Joint Meeting",
    document_no="Office [2012] No. 3",
    addressed_to="All members",
    opening=["The papers follow."],
    facts=[Figure("When", "15 June 2012")],
    items=[
        Item("", "Lists of shelters", reason="Seven are overdue.", charts=[CHART]),
        Item(
            "", "Training at the border", lines=[f"Measure {n} is overdue" for n in range(200)], asks="When?"
        ),
    ],
    copied_to="Offices of the provinces",
    printed_by="Office of the joint meeting",
)
BOOKS = pytest.mark.parametrize("book", [CHINESE, ENGLISH], ids=["Chinese", "English"])


def pages_of(book: Book) -> list[str]:
    return [page.extract_text().replace("\n", "") for page in PdfReader(io.BytesIO(papers.pdf(book))).pages]


def document_of(book: Book) -> word.document.Document:
    return word.Document(io.BytesIO(papers.docx(book)))


@BOOKS
def test_the_cover_carries_head_number_title_addressee_and_signature_and_every_item_has_its_page(
    book: Book,
) -> None:
    cover, *items = pages_of(book)
    for said in (book.red_head, book.document_no, book.title, book.addressed_to, book.signature):
        assert said.replace(" ", "") in cover.replace(" ", "")
    assert len(items) == len(book.items)
    for item, page in zip(book.items, items, strict=True):
        assert item.title in page


def test_the_day_is_written_as_official_documents_write_it() -> None:
    assert words.day_of(date(2012, 6, 1), is_chinese=True) == "2012年6月1日"
    assert words.day_of(date(2012, 6, 1), is_chinese=False) == "1 June 2012"


def test_items_are_counted_in_chinese() -> None:
    assert [words.ordinal(n) for n in (1, 10, 12, 20, 35)] == ["一", "十", "十二", "二十", "三十五"]


def test_the_page_is_a4() -> None:
    box = PdfReader(io.BytesIO(papers.pdf(CHINESE))).pages[0].mediabox
    assert (round(float(box.width) / MM), round(float(box.height) / MM)) == (210, 297)


def test_twenty_two_lines_of_twenty_eight_characters_fill_a_page() -> None:
    one = "字" * 28
    long = replace(
        CHINESE,
        red_head="",
        document_no="",
        facts=(),
        copied_to="",
        printed_by="",
        page_per_item=False,
        items=[],
        opening=[one * 22 * 4],
    )
    full = PdfReader(io.BytesIO(papers.pdf(long))).pages[1].extract_text().splitlines()
    lines = [line for line in full if line.startswith("字")]
    assert len(lines) == 22
    assert {len(line.strip()) for line in lines} == {28}


def test_pages_are_numbered_between_dashes() -> None:
    assert [f"— {n} —" in page for n, page in enumerate(pages_of(ENGLISH), start=1)] == [True] * 3


def test_what_does_not_fit_an_items_page_is_counted_and_what_is_to_be_decided_stays_on_it() -> None:
    page = pages_of(ENGLISH)[2]
    shown = page.count("is overdue")
    assert 0 < shown < 200
    assert f"and {200 - shown} more, in the system" in page
    assert "When?" in page


def test_the_same_book_makes_the_same_pdf() -> None:
    assert papers.pdf(CHINESE) == papers.pdf(CHINESE)


def test_nothing_a_text_says_is_taken_for_layout() -> None:
    sly = "#set page(width: 1pt) $x^2$ *bold* <label> @ref \\ [ ] { } //"
    assert (
        "#set page(width: 1pt)"
        in pages_of(replace(ENGLISH, title=sly, items=[Item("", sly, lines=[sly])]))[0]
    )


def test_only_the_typefaces_of_set_up_are_used() -> None:
    fonts = set()
    for page in PdfReader(io.BytesIO(papers.pdf(CHINESE))).pages:
        fonts |= {str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()}
    assert fonts
    assert all("NotoSerifSC" in name or "NotoSansSC" in name for name in fonts)


def test_without_typefaces_the_remedy_is_told(tmp_path: object) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(settings, "FONT_FOLDERS", [tmp_path])
        with pytest.raises(Unready) as told:
            papers.pdf(CHINESE)
    assert "--prepare" in str(told.value.remedy)


def test_a_missing_value_is_drawn_as_missing_and_zero_as_zero() -> None:
    drawn = minidom.parseString(charts.svg(CHART, missing="not reported"))
    said = [node.firstChild.nodeValue for node in drawn.getElementsByTagName("text")]
    assert said == ["Civil Affairs", "7/31", "Health", "not reported", "Justice", "0/4"]


@BOOKS
def test_the_word_document_has_the_same_margins_text_and_pictures(book: Book) -> None:
    document = document_of(book)
    section = document.sections[0]
    assert [round(side / Mm(1)) for side in (section.top_margin, section.left_margin)] == [37, 28]
    text = "\n".join(p.text for p in document.paragraphs)
    for said in (book.red_head, book.document_no, book.title, *(item.title for item in book.items)):
        assert said in text
    assert len(document.inline_shapes) == 1
    breaks = [b for p in document.paragraphs for b in p._p.iter(qn("w:br")) if b.get(qn("w:type")) == "page"]
    assert len(breaks) == len(book.items)


def test_the_word_document_names_the_faces_of_the_standard_and_numbers_its_pages() -> None:
    document = document_of(CHINESE)
    faces = {fonts.get(qn("w:eastAsia")) for p in document.paragraphs for fonts in p._p.iter(qn("w:rFonts"))}
    assert {"仿宋", "黑体", "宋体"} <= faces
    footer = document.sections[0].footer._element.xml
    assert footer.index("begin") < footer.index("PAGE") < footer.index('"end"')


def test_minutes_follow_one_another_and_name_who_was_there() -> None:
    minutes = replace(
        CHINESE,
        red_head="联席会议纪要",
        page_per_item=False,
        items=[Item("", "登记", text=["会议决定六月底前完成。"])],
        attendance=[Figure("出席", "民政部、教育部")],
        fingerprint="ab" * 32,
    )
    [page] = pages_of(minutes)
    assert page.index("一、登记") < page.index("出席") < page.index(CHINESE.signature, page.index("出席"))
    assert "ab" * 32 in page
    assert "出席：民政部、教育部" in "\n".join(p.text for p in document_of(minutes).paragraphs)


@pytest.mark.parametrize("form", list(Form))
def test_every_form_is_made_by_one_call(form: Form) -> None:
    made = papers.rendered(ENGLISH, form)
    assert made.startswith(b"%PDF" if form is Form.PDF else b"PK")
    assert papers.content_type(form)
