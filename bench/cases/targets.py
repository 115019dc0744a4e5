"""Chooses who asks for which page: officers of busy and quiet agencies, each with cases and referrals of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from world import FIRST, ROLES

WORKER, SUPERVISOR, DUTY = range(len(ROLES))


@dataclass(frozen=True)
class Target:
    """One request: the officer's number, the address, and whether it is a form that is posted."""

    officer: int
    address: str
    posts: bool = False


#: page -> wanted p95 in ms
LIMITS = {
    "my work": 150,
    "case list": 150,
    "case page": 200,
    "referral": 150,
    "referral marked seen": 150,
    "who saw this file": 1000,
}


def chosen(connection: Any, *, agencies: int, seed: int) -> dict[str, list[Target]]:
    """For each page its requests, by officers of so many agencies; an agency is drawn as often as it holds files,
    for busy agencies ask more. No referral that is to be marked seen comes twice."""
    rows = connection.execute(
        b"SELECT agency_id FROM cases_agencyfile TABLESAMPLE BERNOULLI (100) REPEATABLE (1)"
        b" ORDER BY md5(id::text || %s) LIMIT %s",
        [str(seed), agencies * 4],
    ).fetchall()
    drawn: list[int] = list(dict.fromkeys(row[0] for row in rows))[:agencies]
    found: dict[str, list[Target]] = {page: [] for page in LIMITS}
    sent: dict[int, list[int]] = {}
    for number in drawn:
        found["my work"].append(Target(_of(number, SUPERVISOR), "/cases/"))
        found["case list"].append(Target(_of(number, WORKER), "/cases/list/"))
        for case in _ids(connection, _OPEN_CASES, number):
            found["case page"].append(Target(_of(number, WORKER), f"/cases/{case}/"))
        for referral in _ids(connection, _ASKED, number):
            found["referral"].append(Target(_of(number, DUTY), f"/cases/referral/{referral}/"))
        sent[number] = _ids(connection, _SENT, number)
        for case in _ids(connection, _LED, number):
            found["who saw this file"].append(Target(_of(number, SUPERVISOR), f"/cases/{case}/trail/"))
    found["referral marked seen"] = [
        Target(_of(number, DUTY), f"/cases/referral/{referral}/see/", posts=True)
        for number, referral in _in_turn(sent)
    ]
    return found


def _in_turn(sent: dict[int, list[int]]) -> list[tuple[int, int]]:
    """One of each agency, then the next of each."""
    most = max(map(len, sent.values()), default=0)
    return [(number, ids[turn]) for turn in range(most) for number, ids in sent.items() if turn < len(ids)]


def _of(agency: int, role: int) -> int:
    return FIRST + (agency - FIRST) * len(ROLES) + role


def _ids(connection: Any, query: str, agency: int) -> list[int]:
    return [row[0] for row in connection.execute(query.encode(), [agency]).fetchall()]


_OPEN_CASES = (
    "SELECT f.case_id FROM cases_agencyfile f JOIN cases_case c ON c.id = f.case_id"
    " WHERE f.agency_id = %s AND c.stage <> 'closed' ORDER BY f.changed_at DESC LIMIT 8"
)
_ASKED = "SELECT id FROM cases_referral WHERE to_agency_id = %s AND state IN ('seen', 'accepted') LIMIT 8"
_SENT = "SELECT id FROM cases_referral WHERE to_agency_id = %s AND state = 'sent' LIMIT 40"
_LED = "SELECT id FROM cases_case WHERE lead_id = %s AND stage <> 'closed' LIMIT 4"


def officers(targets: dict[str, list[Target]]) -> Sequence[int]:
    """Everybody who asks for something."""
    return sorted({one.officer for each in targets.values() for one in each})
