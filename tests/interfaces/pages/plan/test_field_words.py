"""What two versions differ in is told in words: names of agencies and measures, never their keys."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from concerted.interfaces.pages.alignment.words import any_words
from concerted.interfaces.pages.plan.words import Names, field_shown
from concerted.mechanism.plan.canonical import plain
from concerted.mechanism.plan.document import Dependency, Responsibility

NAMES = Names(
    agencies={"mof": "财政部", "publicity-dept": "中央宣传部"},
    measures={"D-ORG-2": "设立办公室"},
    indicators={"shelters": "庇护所数量"},
)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("lead", (Responsibility("publicity-dept"), Responsibility("mof")), "中央宣传部; 财政部"),
        ("support", (Responsibility("mof", date(2010, 1, 1)),), "财政部 (2010年1月1日 – )"),
        ("deadline", "yearly", "每年"),
        ("deadline", date(2012, 12, 31), "2012年12月31日"),
        ("depends_on", (Dependency("D-ORG-2"),), "D-ORG-2 设立办公室"),
        ("depends_on", (Dependency("D-ORG-2", 30),), "D-ORG-2 设立办公室，再过30天"),
        ("indicators", ("shelters",), "庇护所数量"),
        ("lead", (), "—"),
    ],
)
def test_a_field_of_a_plan_is_told_in_words(field: str, value: Any, said: str) -> None:
    with translation.override("zh-hans"):
        assert field_shown(field, plain(value), NAMES) == said


def test_the_agencies_of_a_gap_are_told_by_name() -> None:
    with translation.override("zh-hans"):
        assert any_words(("mof", "publicity-dept"), NAMES.agencies) == "财政部、中央宣传部"
