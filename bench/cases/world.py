"""Draws an invented nation of case work as arrays: who leads, who takes part, what was asked; touches no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np

YEARS = 20
DAY = 86_400
#: Numbers of agencies, posts and officers begin here, far from those of the reference data.
FIRST = 1_000_000
ROLES = ("case_worker", "case_supervisor", "duty_officer")
OPEN_STAGES = ("screened", "presumed_victim", "in_protection", "recovery", "returned", "follow_up")
_LETTERS = np.array(list("23456789ABCDEFGHJKLMNPQRSTUVWXYZ"))
_HIGHEST = 2**52 - 1

Array = Any


@dataclass(frozen=True)
class Subjects:
    """Whose words are sealed: uuids and 32-byte data keys, index by index."""

    uuids: Sequence[UUID]
    keys: Sequence[bytes]


@dataclass(frozen=True)
class World:
    """One nation. Every array of cases is as long as `case_id`, of referrals as `ref_id`, and so on; agencies are
    indices from 0 (their number is FIRST + index), moments are seconds since 1970."""

    seed: int
    at: int
    agencies: int
    case_id: Array
    subjects: Subjects
    lead: Array
    opened: Array
    is_open: Array
    closed: Array
    ref_id: Array
    ref_case: Array
    ref_to: Array
    ref_state: Array
    ref_sent: Array
    ref_answered: Array
    ref_ended: Array
    ref_accepted: Array
    ref_declined: Array
    ref_sections: Array
    person_id: Array
    person_subjects: Subjects
    person_case: Array
    person_agency: Array
    person_role: Array
    report_id: Array
    report_subjects: Subjects
    report_agency: Array
    report_at: Array

    @property
    def cases(self) -> int:
        return len(self.case_id)

    @property
    def persons(self) -> int:
        return len(self.person_id)

    @property
    def referrals(self) -> int:
        return len(self.ref_id)


SECTIONS = (
    ("contact",),
    ("contact", "health", "psychosocial"),
    ("identity", "contact", "account"),
)
WITH_IDENTITY = 2


def drawn(*, persons: int, at: datetime, seed: int) -> World:
    """A nation of so many person records: three cases to ten persons, three agencies to a thousand (30 at least).

    The work of an agency is the same at every size, for more people mean more agencies; some are far busier than
    others. Twenty years of cases, of which those of the last year are mostly open.
    """
    draw = np.random.default_rng(seed)
    cases, agencies = persons * 3 // 10, max(30, persons * 3 // 1000)
    busy = draw.lognormal(0, 0.7, agencies)
    share = busy / busy.sum()
    now = int(at.timestamp())

    age = np.sort(draw.uniform(0.02, YEARS * 365, cases))[::-1]
    opened = now - (age * DAY).astype(np.int64)
    is_open = ((age < 365) & (draw.random(cases) < 0.8)) | (draw.random(cases) < 0.03)
    lead = draw.choice(agencies, cases, p=share)
    closed = np.minimum(now - 3600, opened + (draw.exponential(200, cases) * DAY).astype(np.int64))
    asked = _referrals(draw, agencies, share, lead, opened, is_open, closed, now)
    people = _people(draw, persons, cases, lead, asked)
    reports = cases * 13 // 10
    report_at = np.sort(now - (draw.uniform(0.01, YEARS * 365, reports) * DAY).astype(np.int64))
    return World(
        seed=seed,
        at=now,
        agencies=agencies,
        case_id=numbers(draw, cases),
        subjects=subjects(draw, cases),
        lead=lead,
        opened=opened,
        is_open=is_open,
        closed=closed,
        report_id=numbers(draw, reports),
        report_subjects=subjects(draw, reports),
        report_agency=draw.choice(agencies, reports, p=share),
        report_at=report_at,
        **asked,
        **people,
    )


def _referrals(
    draw: Any,
    agencies: int,
    share: Array,
    lead: Array,
    opened: Array,
    is_open: Array,
    closed: Array,
    now: int,
) -> dict[str, Array]:
    """Up to four agencies asked on each case, none twice and never the lead; every answer there can be."""
    many = draw.choice(5, len(lead), p=[0.15, 0.35, 0.3, 0.15, 0.05])
    case = np.repeat(np.arange(len(lead)), many)
    to = draw.choice(agencies, len(case), p=share)
    to = np.where(to == lead[case], (to + 1) % agencies, to)
    _pairs, first = np.unique(case * agencies + to, return_index=True)
    case, to = case[first], to[first]
    luck = draw.random(len(case))
    state = np.select(
        [~is_open[case], luck < 0.25, luck < 0.4, luck < 0.5, luck < 0.85, luck < 0.95],
        ["closed", "sent", "seen", "accepted", "in_service", "completed"],
        "declined",
    )
    declined = (state == "declined") | ((state == "closed") & (luck < 0.12))
    accepted = np.isin(state, ("accepted", "in_service", "completed")) | ((state == "closed") & ~declined)
    pending = np.isin(state, ("sent", "seen"))
    sent = np.minimum(now - 3600, opened[case] + (draw.exponential(10, len(case)) * DAY).astype(np.int64))
    lately = now - (draw.uniform(0.02, 14, len(case)) * DAY).astype(np.int64)
    sent = np.where(pending, np.maximum(lately, opened[case] + 600), sent)
    answered = np.minimum(now - 1800, sent + (draw.exponential(2, len(case)) * DAY).astype(np.int64))
    ended = np.minimum(now - 900, answered + (draw.exponential(60, len(case)) * DAY).astype(np.int64))
    return {
        "ref_id": numbers(draw, len(case)),
        "ref_case": case,
        "ref_to": to,
        "ref_state": state,
        "ref_sent": sent,
        "ref_answered": answered,
        "ref_ended": ended,
        "ref_accepted": accepted,
        "ref_declined": declined,
        "ref_sections": draw.integers(0, len(SECTIONS), len(case)),
    }


def _people(draw: Any, persons: int, cases: int, lead: Array, asked: dict[str, Array]) -> dict[str, Any]:
    """The victim as the lead wrote her down, the same as a second agency did, a suspect, and some guardians."""
    rank, case = np.divmod(np.arange(persons), cases)
    taker = np.full(cases, -1)
    rows = np.flatnonzero(asked["ref_accepted"])[::-1]
    taker[asked["ref_case"][rows]] = asked["ref_to"][rows]
    second = (rank == 1) & (taker[case] >= 0)
    return {
        "person_id": numbers(draw, persons),
        "person_subjects": subjects(draw, persons),
        "person_case": case,
        "person_agency": np.where(second, taker[case], lead[case]),
        "person_role": np.select([rank == 0, second, rank == 2], ["victim", "victim", "suspect"], "guardian"),
    }


def numbers(draw: Any, many: int) -> Array:
    """Random row numbers as the tables of case work draw them, none twice."""
    found = np.unique(draw.integers(1, _HIGHEST, many + many // 1000 + 8))
    return draw.permutation(found)[:many]


def spoken(draw: Any, letter: str, many: int) -> list[str]:
    """Numbers to say over the telephone, as the tables draw them."""
    drawn_letters = _LETTERS[draw.integers(0, len(_LETTERS), (many, 12))]
    return [f"{letter}-{word[:4]}-{word[4:8]}-{word[8:]}" for word in map("".join, drawn_letters.tolist())]


def subjects(draw: Any, many: int) -> Subjects:
    """So many subjects with their data keys, both random."""
    uuids = draw.bytes(16 * many)
    keys = draw.bytes(32 * many)
    return Subjects(
        [UUID(bytes=uuids[at : at + 16], version=4) for at in range(0, 16 * many, 16)],
        [keys[at : at + 32] for at in range(0, 32 * many, 32)],
    )


def moments(seconds: Array) -> list[str]:
    """Moments as PostgreSQL reads them."""
    return [f"{text}Z" for text in np.datetime_as_string(seconds.astype("datetime64[s]")).tolist()]


def officer(agency: Array, role: int) -> Array:
    """The number of the officer (and post, and appointment) of that role in each agency."""
    return FIRST + agency * len(ROLES) + role
