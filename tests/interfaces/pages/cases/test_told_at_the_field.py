"""What is refused is told where it was typed, in words, and nothing typed beside it is lost."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override
from tests.builders import CaseWorld
from tests.interfaces.pages.cases.desk import sent, shown, worker_of
from tests.mechanism.cases.woman import open_case

from concerted.errors import Conflict, Invalid
from concerted.foundation.vault.files import MOST_BYTES
from concerted.foundation.vault.files.kinds import judged
from concerted.foundation.vault.numbers import as_spoken
from concerted.interfaces.exchange.sheets_in import read_tables
from concerted.mechanism.cases.states import REFERRAL

pytestmark = pytest.mark.django_db


def test_a_mistyped_number_in_an_emergency_keeps_the_reason_and_the_sections_and_tells_nothing(
    world: CaseWorld,
) -> None:
    case, closed = open_case(world), "C-2222-2222-2222"
    hospital = worker_of(world, world.hospital)
    page = shown(hospital, "break_glass")
    assert "your account has none yet" in page and "Give the second factor" not in page
    session = hospital.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
    session["account_authentication_methods_user"] = str(world.worker(world.hospital).pk)
    session.save()
    asked: dict[str, Any] = {"number": closed, "reason": "She bleeds.", "sections": ["health"]}
    answer = hospital.post(reverse("cases:break_glass"), asked)
    text = answer.content.decode()
    assert answer.status_code == 200 and "Check the number" in text
    assert "She bleeds." in text and 'value="health" checked' in text
    sent(hospital, "break_glass", **{**asked, "number": case.number.replace("-", "").lower()})
    assert "emergency access only" in shown(hospital, "case", case.pk)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("c7k3f9q2mxd4p", "C-7K3F-9Q2M-XD4P"),
        (" C 7K3F 9Q2M XD4P ", "C-7K3F-9Q2M-XD4P"),
        ("Ｃ－７Ｋ３Ｆ－９Ｑ２Ｍ－ＸＤ４Ｐ", "C-7K3F-9Q2M-XD4P"),
        ("p2k3f9q2mxd4", "P-2K3F-9Q2M-XD4"),
        ("c-7k3f", "C-7K3F"),
    ],
)
def test_a_spoken_number_is_known_however_it_is_typed(typed: str, kept: str) -> None:
    assert as_spoken(typed) == kept


def test_a_file_that_is_too_large_is_told_at_its_field_and_the_limit_stands_beside_it(
    world: CaseWorld,
) -> None:
    case = open_case(world)
    police = worker_of(world, world.police)
    page = shown(police, "add_document", case.pk)
    assert "25 MB at most" in page and "no virus scanner" in page
    big = SimpleUploadedFile("big.pdf", b"%PDF-1.4\n" + b"0" * MOST_BYTES)
    refused = police.post(
        reverse("cases:add_document", args=[case.pk]),
        {
            "section": "legal",
            "title": "The verdict",
            "kind": "verdict",
            "note": "From the court.",
            "content": big,
        },
    )
    text = refused.content.decode()
    assert "The file is larger than 25 MB." in text and "From the court." in text


@pytest.mark.parametrize("content", [b"From: a neighbour\n\nShe calls.\n", b'{"when": "Monday"}\n'])
def test_text_is_taken_as_text_however_it_begins(content: bytes) -> None:
    assert judged(content).content_type == "text/plain"


def test_a_step_that_is_not_possible_is_told_in_words() -> None:
    with override("zh-hans"), pytest.raises(Conflict) as refused:
        REFERRAL.step("accepted", "decline")
    said = f"{refused.value.what} {refused.value.remedy}"
    assert "已接收" in said and "开始服务" in said
    assert not any(code in said for code in ("accepted", "decline", "begin", "finish"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'name,age\n"Mei,17\n', "a quotation mark is opened and never closed"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "old Excel file"),
    ],
)
def test_a_list_that_cannot_be_read_says_why_in_words_and_names_no_word_file(
    content: bytes, said: str
) -> None:
    with pytest.raises(Invalid) as refused:
        read_tables(content, "list.csv")
    told = f"{refused.value.what} {refused.value.remedy}"
    assert said in told and "Word" not in told
