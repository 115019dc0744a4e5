"""A plan file that is no sound YAML is told by line, column and remedy, in both languages of the house."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override

from concerted.errors import Invalid
from concerted.interfaces.exchange.plan_file import load_yaml

FAULTS = {
    "a tab": ("plan:\n\tid: a\n", 2, "tab"),
    "a field without its colon": ("plan:\n  id a\n  title_en: b\n", 2, "colon is missing after “id a”"),
    "a last field without its colon": ("plan:\n  id: a\n  title_en\n  level: x\n", 3, "“title_en”"),
    "a full-width colon": ("plan：\n  id: a\n", 1, "full-width"),
    "a second colon": ("plan:\n  title_en: Plan: of action\n", 2, "second colon"),
    "an open double quote": ('plan:\n  id: "a\n  title_en: b\n', 2, "not closed"),
    "an open single quote": ("plan:\n  id: 'a\n  title_en: b\n", 2, "not closed"),
    "words behind a quote": ('plan:\n  id: "b" c\n', 2, "Text follows"),
    "too little indent": ("plan:\n    id: a\n  title_en: b\n", 3, "indentation"),
    "too much indent": ("plan:\n  id: a\n    title_en: b\n", 3, "indented further"),
    "a list askew": ("strands:\n  - id: a\n   title: b\n", 3, "indentation"),
    "an entry among fields": ("plan:\n  id: a\n  - b\n", 3, "entry of a list"),
    "an open bracket": ("plan:\n  x: [a, b\n  y: c\n", 2, "bracket"),
    "a sign in front": ("plan:\n  x: %abc\n", 2, "may not begin with %"),
    "a backslash": ('plan:\n  id: "\\q"\n', 2, "backslash"),
    "two documents": ("plan: 1\n---\nplan: 2\n", 2, "second document"),
    "a control character": ("plan:\n  id: \x07\n", 2, "control characters"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_with_a_file_is_said_in_the_words_of_the_house(fault: str) -> None:
    text, row, words = FAULTS[fault]
    with pytest.raises(Invalid) as refused:
        load_yaml(text.encode(), "plan.yaml")
    (problem,) = refused.value.problems
    assert (problem.row, words in str(problem.what)) == (row, True), str(problem.what)
    assert re.search(r"\(column \d+\)$", str(problem.what)) and str(problem.remedy)
    with override("zh-hans"):
        told = f"{problem.what} {problem.remedy}"
    assert "列）" in told and not re.search(r"[a-z]{4,}", told.replace("title_en", ""))


def test_a_fault_without_words_of_its_own_keeps_those_of_the_parser_in_brackets() -> None:
    with pytest.raises(Invalid) as refused:
        load_yaml(b"plan:\n  x: >y\n    z\n", "plan.yaml")
    (problem,) = refused.value.problems
    assert problem.row == 2 and "not sound YAML (expected chomping" in str(problem.what)
