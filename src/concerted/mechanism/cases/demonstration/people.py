"""The invented persons of the demonstration, named after solar terms so that nobody takes them for real."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from concerted.foundation.people.births import born_by_age, born_on
from concerted.foundation.people.values import (
    Birth,
    Name,
    NameKind,
    Origin,
    Script,
    Sex,
    SexStated,
    Statement,
)

TERMS = (
    ("立春", "Lichun"), ("雨水", "Yushui"), ("惊蛰", "Jingzhe"), ("春分", "Chunfen"), ("清明", "Qingming"),
    ("谷雨", "Guyu"), ("立夏", "Lixia"), ("小满", "Xiaoman"), ("芒种", "Mangzhong"), ("夏至", "Xiazhi"),
    ("小暑", "Xiaoshu"), ("大暑", "Dashu"), ("立秋", "Liqiu"), ("处暑", "Chushu"), ("白露", "Bailu"),
    ("秋分", "Qiufen"), ("寒露", "Hanlu"), ("霜降", "Shuangjiang"), ("立冬", "Lidong"), ("小雪", "Xiaoxue"),
    ("大雪", "Daxue"), ("冬至", "Dongzhi"), ("小寒", "Xiaohan"), ("大寒", "Dahan"),
)  # fmt: skip
"""The twenty-four solar terms, Chinese and pinyin."""


def person(
    number: int, *, sex: str, born: Birth | None, language: str = "", alias: str = ""
) -> Sequence[Statement]:
    """What is said of the invented person of that number."""
    sign, sound = TERMS[number % len(TERMS)]
    round_of = "" if number < len(TERMS) else str(number // len(TERMS) + 1)
    names = [
        Statement(Name(f"Demo {sound}{round_of}", Script.LATIN, NameKind.TRANSCRIBED), confidence="probable")
    ]
    if alias:
        names.append(Statement(Name(alias, Script.HAN, NameKind.GIVEN_BY_TRAFFICKER), confidence="possible"))
    names.append(Statement(Name(f"演示人·{sign}{round_of}"), confidence="probable"))
    said = [*names, Statement(SexStated(sex))]
    if born is not None:
        said.append(Statement(born, confidence="probable"))
    if language:
        said.append(Statement(Origin(country="CN", language=language), confidence="possible"))
    return said


def lunar(year: int, month: int, day: int) -> Birth:
    """A birth told by the lunar calendar."""
    return born_on(year, month, day, calendar="chinese_lunar")


def about(age: int, most: int, *, on: date) -> Birth:
    """A birth told by an age that is only estimated."""
    return born_by_age(age, on=on, age_to=most)


FEMALE, MALE = Sex.FEMALE, Sex.MALE
