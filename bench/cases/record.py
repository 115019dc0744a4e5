"""Fills the record of acts and looks of an invented nation, ten rows to a person; seals and verifies it."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from fill import Filler, participants
from world import DAY, FIRST, Array, moments
from world import officer as officer_of

#: The rows belong to an earlier cluster, as after a move to a new server: its transactions are all finished, so
#: that they can be sealed without burning as many transactions here.
EARLIER = 1
FIRST_TRANSACTION = 10**10
ROWS_IN_A_TRANSACTION = 3

_ON_CASES = (
    ("look", "cases.case_view", '{"permission": "cases:case:read", "sections": "", "why": "case page"}'),
    ("look", "cases.messages_of", '{"permission": "cases:case:read", "case": 1}'),
    ("look", "cases.who_holds_what", '{"permission": "cases:case:read", "case": 1}'),
    ("look", "cases.timeline", '{"permission": "cases:case:read", "case": 1}'),
    ("act", "cases.write_section", '{"permission": "cases:case:edit", "section": "contact"}'),
    ("act", "cases.see_referral", '{"permission": "cases:referral:answer"}'),
)
_ON_PERSONS = (
    "look",
    "people.identity_of",
    '{"permission": "people:person:read", "sections": ["identity"], "why": "case page"}',
)
_OTHER = ("act", "plan.save_draft", '{"permission": "plan:report:write", "period": 7}')


def write(f: Filler) -> None:
    """Seven rows of ten about cases, two about persons, one about something else; in the order of time."""
    w = f.world
    many = 10 * w.persons
    what = f.draw.choice(3, many, p=[0.7, 0.2, 0.1])
    case, agency, since = participants(w)
    file = f.draw.integers(0, len(case), many)
    person = f.draw.integers(0, w.persons, many)
    by = np.where(what == 1, w.person_agency[person], agency[file])
    about = np.where(what == 1, w.person_id[person], w.case_id[case[file]])
    begun = np.where(what == 1, w.opened[w.person_case[person]] + 3600, since[file])
    at = np.minimum(w.at - 60, begun + (f.draw.exponential(100, many) * DAY).astype(np.int64))
    act = np.where(what == 0, f.draw.integers(0, len(_ON_CASES), many), np.where(what == 1, 6, 7))
    order = np.argsort(at, kind="stable")
    _copy(f, order, at, act, by, officer_of(by, 0) + f.draw.integers(0, 3, many), about, what)


def _copy(
    f: Filler, order: Array, at: Array, act: Array, agency: Array, officer: Array, about: Array, what: Array
) -> None:
    said = (*_ON_CASES, _ON_PERSONS, _OTHER)
    acts = act[order].tolist()
    when = moments(at[order])
    officers = officer[order].tolist()
    kinds = ("cases.case", "people.person", "plan.report")
    f.put(
        "audit_auditentry",
        {
            "transaction": (FIRST_TRANSACTION + np.arange(len(order)) // ROWS_IN_A_TRANSACTION).tolist(),
            "epoch": EARLIER,
            "at": when,
            "recorded_at": when,
            "kind": [said[n][0] for n in acts],
            "act": [said[n][1] for n in acts],
            "officer_id": officers,
            "appointment_id": officers,
            "agency_id": (FIRST + agency[order]).tolist(),
            "subject_kind": [kinds[n] for n in what[order].tolist()],
            "subject_id": about[order].tolist(),
            "detail": [said[n][2] for n in acts],
        },
    )
    f.finish()
    f.connection.execute(
        b"INSERT INTO audit_auditepoch (id, system_identifier) VALUES (1, 'an earlier cluster')"
        b" ON CONFLICT (id) DO UPDATE SET system_identifier = excluded.system_identifier"
    )


def seal() -> None:
    """Seal every row, as the job of the hour does; prints how long that took."""
    from django.utils import timezone

    from concerted.foundation.audit import acts

    began = time.monotonic()
    made = acts.seal(at=timezone.now())
    rows = sum(each.entries for each in made)
    seconds = time.monotonic() - began
    print(f"sealed {rows:,} rows in {len(made)} segments, {seconds:.1f} s, {rows / seconds:,.0f} rows/s")


def verify() -> None:
    """Recompute the record as `concerted audit verify` does; prints the verdict and how long that took."""
    import resource

    from concerted.foundation.audit.verify import verify as verified

    began = time.monotonic()
    verdict: Any = verified()
    seconds = time.monotonic() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = verdict.sealed + verdict.unsealed
    print(
        f"verified {rows:,} rows in {seconds:.1f} s, {rows / seconds:,.0f} rows/s; intact: {verdict.intact},"
        f" unsealed: {verdict.unsealed}, peak {peak:.0f} MB"
    )
