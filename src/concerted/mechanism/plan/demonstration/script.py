"""What the demonstration is made of: its size, its members, its days; it writes nothing."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date

import numpy as np

SEED = 20080101
"""The seed a demonstration grows of when none is given."""

PLAN = "demo-national-plan"
REAL_PLAN = "cn-npa-2008-2012"
OFFICE = "mps-cid"
TODAY = date(2011, 7, 25)
"""The Monday the demonstration lives on: the second quarter of 2011 was due on 14 July."""

BEGINNING = date(2008, 1, 2)
ADOPTED = date(2008, 1, 15)
REVISED = date(2011, 2, 21)
LAST_DAY = date(2012, 12, 31)
DUE_WORKING_DAYS = 10
CLOSES_AFTER = 25
"""Working days between the end of the grace and the closing of a period."""

INVENTED_SEAT = (
    "Invented for the demonstration: the full roll of members was not read / 演示（虚构），未读到完整成员名单"
)

MEMBERS = (
    "mps", "mfa", "moe", "mca", "moj", "mof", "mohrss", "moh", "npfpc", "saic", "mor", "mot", "caac", "ndrc",
    "mohurd", "mos", "nwccw-office", "publicity-dept", "comprehensive-governance-office", "npc-lac", "spc", "spp",
    "acwf", "acftu", "cyl", "cdpf",
)  # fmt: skip
"""Twenty-six agencies of the register that sit in the demonstration's joint meeting; a choice, not a finding."""

OBSERVERS = ("ilo", "save-the-children-uk")
LINES = tuple(key for key in MEMBERS if key not in ("mps", "mfa", "npc-lac", "caac", "nwccw-office"))
"""The lines of work that have a provincial department; what is missing shows as a gap in the provinces."""

WITHOUT_CLEARER = frozenset({"cdpf", "caac"})
"""Members with one officer only, so that clearance inside the agency is skipped and recorded."""
VACANT_SINCE = {"mohurd": date(2011, 5, 16), "npfpc": date(2011, 6, 20)}
"""Members whose focal point left and was not replaced."""
SLOW = {"ndrc": 4, "mos": 3, "saic": 4, "mor": 3, "moh": 2}
"""Members that report later than others, in working days."""
QUIET = {"mohurd": 0.35, "saic": 0.25, "npfpc": 0.2}
"""Members that often do not report at all: the share of reports that never come."""

PRESENT = date(2011, 6, 30)
"""The end of the period that stands open on TODAY."""
LAGGING = frozenset({"mca", "moj", "mot"})
"""Members that have not handed in for the present period yet, beside one in five of the others."""
LAG = 12
"""Working days by which the laggards are behind."""

WITHOUT_A_PLAN = frozenset({"tibet", "ningxia", "tianjin"})
"""Provinces that have not considered the plan yet."""
STILL_DRAFTING = frozenset({"qinghai", "hubei"})
"""Provinces whose plan is a draft still."""


@dataclass(frozen=True)
class Province:
    """A province of the demonstration by its code, the word in its office's key, and its names."""

    code: str
    slug: str
    name_en: str
    name_zh: str

    @property
    def office(self) -> str:
        """The key of the department that keeps the province's office of the joint meeting."""
        return f"ps-{self.slug}"


@dataclass(frozen=True)
class Size:
    """How much is filled: the provinces (None: all), the first day of reporting, whether counties report too."""

    name: str
    provinces: tuple[str, ...] | None
    first_day: date
    counties: bool = False


TINY = Size("tiny", ("yunnan",), date(2011, 1, 1))
SMALL = Size("small", ("yunnan", "hunan", "guangxi", "tibet", "hubei"), date(2010, 7, 1))
STANDARD = Size("standard", None, date(2010, 1, 1))
NATIONAL = Size("national", None, date(2008, 1, 1), counties=True)
SIZES = {size.name: size for size in (TINY, SMALL, STANDARD, NATIONAL)}


def dice(seed: int, *words: object) -> np.random.Generator:
    """A generator of its own for these words, so that one draw never shifts another."""
    return np.random.default_rng([seed, *(zlib.crc32(str(word).encode()) for word in words)])
