"""Recognises the numbering and bullets governments put before headings and measures; it reads no content."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HAN = "〇零一二三四五六七八九十百廿卅两"


@dataclass(frozen=True)
class Mark:
    """The number or bullet before a text: its kind, its rank (small is higher up), and the number as
    written."""

    kind: str
    rank: int
    number: str
    width: int


@dataclass(frozen=True)
class _Form:
    kind: str
    rank: int
    pattern: re.Pattern[str]


def _form(kind: str, rank: int, pattern: str) -> _Form:
    return _Form(kind, rank, re.compile(pattern, re.IGNORECASE))


_WORD_NUMBER = (
    r"(?:(?:\d{1,3}|[a-h])(?:\.\d{1,2}){0,3}|[ivxlc]{1,6}|one|two|three|four|five|six|seven|eight|nine|ten)"
)
_FORMS = (
    _form("part", 10, rf"(第[{_HAN}\d]{{1,5}}(?:章|部分|编|篇))[\s:：、.．]*"),
    _form(
        "part",
        10,
        rf"((?:chapter|part|strand|pillar|priority(?: area)?)\s{{1,3}}{_WORD_NUMBER})(?![\w])[\s:：.、–—-]*",
    ),
    _form("section", 12, rf"(第[{_HAN}\d]{{1,5}}节)[\s:：、.．]*"),
    _form("section", 12, rf"(section\s{{1,3}}{_WORD_NUMBER})(?![\w])[\s:：.、–—-]*"),
    _form("han", 20, rf"([{_HAN}]{{1,5}})\s?[、.．]\s*"),
    _form("goal", 27, rf"((?:objective|goal|outcome|output)\s{{1,3}}{_WORD_NUMBER})(?![\w])[\s:：.、–—-]*"),
    _form("goal", 27, rf"(目标\s?[{_HAN}\d]{{1,4}})[:：、.．]\s*"),
    _form("(han)", 30, rf"[(（]\s?([{_HAN}]{{1,5}})\s?[)）][、.．]?\s*"),
    _form("article", 47, rf"(第[{_HAN}\d]{{1,5}}[条款项])[\s:：、.．]*"),
    _form(
        "article",
        47,
        rf"((?:article|measure|action|activity|art\.)\s{{1,3}}{_WORD_NUMBER})(?![\w])[\s:：.、–—-]*",
    ),
    _form("decimal", 44, r"([A-Z](?:[.．]\d{1,3}){1,3})[.．]?(?=\s)\s*"),
    _form("decimal", 44, r"(\d{1,3}(?:[.．]\d{1,3}){1,4})[.．]?(?=[\s\u3000\u3400-\u9fff])\s*"),
    _form("number", 40, r"(\d{1,3})\s?[.．、](?![\d.．])\s*"),
    _form("number", 40, r"([\u2488-\u249b])\s*"),
    _form("(han)", 30, r"([\u3220-\u3229])\s*"),
    _form("(number)", 50, r"([\u2474-\u2487])\s*"),
    _form("(letter)", 55, r"([\u249c-\u24b5])\s*"),
    _form("(number)", 50, r"[(（]\s?(\d{1,3})\s?[)）][、.．]?\s*"),
    _form("number)", 52, r"(\d{1,3})[)）]\s*"),
    _form("roman", 20, r"([IVXL]{1,6})[.．、](?=\s)\s*"),
    _form("(roman)", 57, r"[(（]([ivxl]{2,6})[)）]\s*"),
    _form("(letter)", 55, r"[(（]([a-z])[)）]\s*"),
    _form("letter)", 56, r"([a-z])[)）]\s+"),
    _form("circle", 60, r"([\u2460-\u2473\u2776-\u277f\u3251-\u325f])\s*"),
)
_CAPITAL = re.compile(r"([A-Z])[.．](?=\s)\s*")
_SMALL = re.compile(r"([a-z])[.．](?=\s)\s*")
_ROMAN = re.compile(r"[IVXL]{1,6}\Z")
_BULLET = re.compile(r"([-*+•·●○■□◆◇▪‣▶➢✓–])(?=[\s\u3400-\u9fff])\s*|(——?|――?)\s?(?=\S)")


def mark_of(text: str, indent: int = 0) -> Mark | None:
    """Return the mark text opens with, or None; indent (columns) ranks bullets among themselves."""
    if letter := _CAPITAL.match(text):
        if _ROMAN.match(letter[1]) and letter[1] in "IVX":
            return Mark("roman", 20, letter[1], letter.end())
        return Mark("capital", 30, letter[1], letter.end())
    if letter := _SMALL.match(text):
        return Mark("letter", 55, letter[1], letter.end())
    for form in _FORMS:
        found = form.pattern.match(text)
        if found and (form.kind != "roman" or text[:1].isupper()):
            return _ranked(form, found)
    if bullet := _BULLET.match(text):
        return Mark(f"bullet{bullet[1] or '—'}{indent // 2}", 70 + min(indent, 40), "", bullet.end())
    return None


def _ranked(form: _Form, found: re.Match[str]) -> Mark:
    deeper = found[1].count(".") + found[1].count("．") if form.kind == "decimal" else 0
    return Mark(
        form.kind + str(deeper or ""),
        form.rank + min(deeper, 3) - (deeper > 0),
        found[1].strip(),
        found.end(),
    )
