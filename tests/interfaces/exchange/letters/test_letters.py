"""A letter of entitlement tells what is granted and how to check it, and nothing by which its holder is found."""

from __future__ import annotations

import io
from dataclasses import fields
from datetime import date

import pytest
from docx import Document

from concerted.errors import Unready
from concerted.interfaces.exchange.letters import EntitlementLetter, letter_as_docx, letter_as_pdf
from concerted.interfaces.exchange.letters.letter import said_by

ENGLISH = EntitlementLetter(
    kind="Reflection period",
    number="L-2011-0004",
    code="7K3F-9Q2M-XD4P",
    agency="Invented County Bureau",
    holder="the bearer",
    issued_on=date(2011, 7, 25),
    since=date(2011, 7, 25),
    until=date(2011, 8, 24),
    language="en",
    verify_at="concerted.example/verify",
)
CHINESE = EntitlementLetter(
    **{one.name: getattr(ENGLISH, one.name) for one in fields(ENGLISH)}
    | {"language": "zh-hans", "kind": "考虑期", "agency": "虚构县民政局", "holder": "持证人"}
)


@pytest.mark.parametrize("letter", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_the_word_document_says_everything_the_letter_says(letter):
    document = Document(io.BytesIO(letter_as_docx(letter)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    written = "\n".join([*(one.text for one in document.paragraphs), *cells])
    said = said_by(letter)
    for text in (
        said.head,
        said.number,
        said.title,
        *said.body,
        said.check_note,
        letter.code,
        letter.verify_at,
    ):
        assert text in written


@pytest.mark.parametrize("letter", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_the_same_letter_gives_the_same_pdf(letter):
    written = letter_as_pdf(letter)
    assert written.startswith(b"%PDF")
    assert letter_as_pdf(letter) == written


def test_a_chinese_letter_writes_its_days_and_words_in_chinese():
    said = said_by(CHINESE)
    assert "2011年7月25日" in said.body[0]
    assert said.title == "权益证明：考虑期"


def test_an_open_end_is_not_invented():
    letter = EntitlementLetter(
        **{one.name: getattr(ENGLISH, one.name) for one in fields(ENGLISH)} | {"until": None}
    )
    assert "until" not in said_by(letter).body[0]


def test_no_field_of_a_letter_can_hold_where_a_person_lives():
    assert not {one.name for one in fields(EntitlementLetter)} & {
        "address",
        "shelter",
        "place",
        "phone",
        "contact",
    }


def test_without_chinese_typefaces_it_says_what_to_do(tmp_path, settings):
    settings.FONT_FOLDERS = [tmp_path]
    with pytest.raises(Unready, match="--prepare"):
        letter_as_pdf(CHINESE)
