"""Puts an invented nation of case work into the measuring database by COPY, past doors and fences; never the site's.

Foreign keys and triggers are off while it writes (session_replication_role), for the rows fit each other by the way
they are drawn; indexes are laid again when a table is full.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from itertools import repeat
from typing import Any

import numpy as np
import words
from psycopg import sql
from world import DAY, FIRST, OPEN_STAGES, ROLES, Array, World, moments, numbers, spoken
from world import officer as officer_of

Connection = Any
_ONE = (str, int, type(None), bool)


class Filler:
    """Writes the tables of one nation over one connection, telling how many rows each got."""

    def __init__(self, connection: Connection, world: World) -> None:
        self.connection, self.world = connection, world
        self.draw = np.random.default_rng(world.seed + 1)
        self.rows: dict[str, int] = {}
        self.numbers: list[str] = []
        self.indexes: list[str] = []

    def put(self, table: str, columns: Mapping[str, Any], *, sealed: Iterator[Any] | None = None) -> None:
        """Copy rows into a table: each column one value for all, or a list; sealed: (subject, ciphertext) pairs."""
        given = [repeat(each) if isinstance(each, _ONE) else each for each in columns.values()]
        names = [*columns, *(("subject", "sealed") if sealed else ())]
        lists = zip(*given, *((sealed,) if sealed else ()), strict=False)
        copy_in = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
        )
        began, many = time.perf_counter(), 0
        self._without_indexes(table)
        with self.connection.cursor() as cursor, cursor.copy(copy_in) as copy:
            for row in lists:
                many += 1
                copy.write_row((*row[:-1], *row[-1]) if sealed else row)
        self.rows[table] = self.rows.get(table, 0) + many
        print(f"  {table:<34}{many:>12,} rows {time.perf_counter() - began:7.1f} s", flush=True)

    def sealed(self, table: str, ids: Array, cases: Array, kind: str) -> Iterator[Any]:
        return words.sealed(table, ids, cases, self.world.subjects, kind)

    def numbered(self, many: int) -> Array:
        return numbers(self.draw, many)

    def finish(self) -> None:
        """Lay every index again that was taken away."""
        for said in self.indexes:
            self.connection.execute(said.encode())
        self.indexes.clear()

    def _without_indexes(self, table: str) -> None:
        """Take a table's indexes away before its first row, but for those of its constraints."""
        if table in self.rows:
            return
        found = self.connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT IN"
            " (SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass)",
            [table, table],
        ).fetchall()
        for name, said in found:
            self.connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
            self.indexes.append(said)


def fill(connection: Connection, world: World) -> dict[str, int]:
    """Write everything but the record of acts and looks; returns how many rows each table got."""
    import desks
    import files
    import sharing

    connection.execute("SET session_replication_role = replica")
    connection.execute("SET synchronous_commit = off")
    filler = Filler(connection, world)
    for step in (_offices, _keys, _persons, _cases):
        step(filler)
    for step in (
        files.sections,
        sharing.interests,
        sharing.referrals,
        sharing.moves,
        files.assistance,
        desks.desk,
        desks.obligations,
    ):
        step(filler)
    filler.finish()
    return filler.rows


def _offices(f: Filler) -> None:
    w = f.world
    agency = np.arange(w.agencies)
    province = [row[0] for row in f.connection.execute(_PROVINCES).fetchall()]
    place = [province[n % len(province)] for n in agency.tolist()]
    f.put(
        "agencies_agency",
        {
            "id": (FIRST + agency).tolist(),
            "key": [f"invented-{n:05}" for n in agency.tolist()],
            "kind": "local_department",
            "name_en": [f"Invented office {n}" for n in agency.tolist()],
            "name_zh": [f"虚构机构{n}" for n in agency.tolist()],
            "aliases": "[]",
            "place_code": place,
            "tier": "county",
            "role": "",
            "note": "",
            "seen_in": "[]",
            "years_observed": "[]",
            "is_demonstration": True,
        },
    )
    desk = np.repeat(agency, len(ROLES))
    role = np.tile(np.arange(len(ROLES)), w.agencies)
    ids = (FIRST + desk * len(ROLES) + role).tolist()
    functions = [ROLES[n] for n in role.tolist()]
    f.put(
        "agencies_post",
        {
            "id": ids,
            "agency_id": (FIRST + desk).tolist(),
            "function": functions,
            "title_en": [name.replace("_", " ") for name in functions],
            "title_zh": "虚构岗位",
            "is_demonstration": True,
        },
    )
    f.put(
        "agencies_officer",
        {
            "id": ids,
            "password": "!",
            "username": [f"invented-{n}" for n in ids],
            "name_en": "Invented officer",
            "name_zh": "虚构人员",
            "email": "",
            "language": "en",
            "is_active": True,
            "is_demonstration": True,
            "is_machine": False,
        },
    )
    f.put(
        "agencies_appointment",
        {
            "id": ids,
            "officer_id": ids,
            "post_id": ids,
            "valid_from": "1990-01-01",
            "reason": "",
            "ended_reason": "",
        },
    )


_PROVINCES = (
    "SELECT code FROM agencies_place WHERE level = 'county' AND valid_to IS NULL ORDER BY md5(code) LIMIT 500"
)


def _keys(f: Filler) -> None:
    for whose in (f.world.subjects, f.world.person_subjects, f.world.report_subjects):
        keys = list(words.wrapped(whose))
        f.put(
            "vault_subjectkey",
            {
                "created_at": "2006-01-01T00:00:00Z",
                "subject": [row[0] for row in keys],
                "wrapped": [row[1] for row in keys],
                "master_version": [row[2] for row in keys],
            },
        )


def _persons(f: Filler) -> None:
    w = f.world
    taken = moments(w.opened[w.person_case] + 3600)
    agency = (FIRST + w.person_agency).tolist()
    by = officer_of(w.person_agency, 0).tolist()
    f.put(
        "people_person",
        {
            "id": w.person_id.tolist(),
            "subject": w.person_subjects.uuids,
            "kind": "person",
            "agency_id": agency,
            "created_at": taken,
            "created_by_id": by,
            "row_version": 1,
        },
    )
    for what in ("name", "birth", "sex"):
        ids = f.numbered(w.persons)
        f.put(
            "people_attribute",
            {
                "id": ids.tolist(),
                "person_id": w.person_id.tolist(),
                "what": what,
                "owner_id": agency,
                "agency_id": agency,
                "source_agency_id": agency,
                "stated_on": [text[:10] for text in taken],
                "confidence": "probable",
                "recorded_at": taken,
                "position": 0,
                "recorded_by_id": by,
            },
            sealed=words.sealed("people_attribute", ids, np.arange(w.persons), w.person_subjects, what),
        )
        if what == "name":
            names = words.pool("name")
            f.put(
                "people_searchmark",
                {
                    "attribute_id": ids.tolist(),
                    "person_id": w.person_id.tolist(),
                    "agency_id": agency,
                    "form": "name",
                    "mark": words.marks(agency, [names[n % len(names)] for n in ids.tolist()]),
                },
            )


def _cases(f: Filler) -> None:
    w = f.world
    many = w.cases
    lead, opened, closed = (FIRST + w.lead).tolist(), moments(w.opened), moments(w.closed)
    stages = f.draw.integers(0, len(OPEN_STAGES), many).tolist()
    proposed = w.is_open & (f.draw.random(many) < 0.02)
    f.put(
        "cases_case",
        {
            "id": w.case_id.tolist(),
            "number": spoken(f.draw, "C", many),
            "subject": w.subjects.uuids,
            "stage": [
                OPEN_STAGES[n] if still else "closed"
                for n, still in zip(stages, w.is_open.tolist(), strict=True)
            ],
            "lead_id": lead,
            "joint_leads": "[]",
            "province_code": [f"{11 + n % 50:02}0000" for n in w.lead.tolist()],
            "urgency": f.draw.choice(["routine", "urgent", "emergency"], many, p=[0.7, 0.25, 0.05]).tolist(),
            "risk": f.draw.choice(["unknown", "low", "medium", "high", "critical"], many).tolist(),
            "age_band": f.draw.choice(["unknown", "under_14", "14_to_17", "adult"], many).tolist(),
            "handling": "[]",
            "opened_at": opened,
            "opened_by_id": officer_of(w.lead, 0).tolist(),
            "closing_as": ["recovered" if each else "" for each in proposed.tolist()],
            "closing_by_id": [
                number if each else None
                for number, each in zip(officer_of(w.lead, 0).tolist(), proposed.tolist(), strict=True)
            ],
            "closed_as": ["" if still else "recovered" for still in w.is_open.tolist()],
            "closed_at": [
                None if still else text for text, still in zip(closed, w.is_open.tolist(), strict=True)
            ],
            "changed_at": closed,
            "row_version": 5,
            "is_demonstration": True,
        },
    )
    f.put(
        "cases_caselead",
        {
            "id": f.numbered(many).tolist(),
            "case_id": w.case_id.tolist(),
            "agency_id": lead,
            "is_joint": False,
            "since": opened,
        },
    )
    f.put(
        "cases_personlink",
        {
            "id": f.numbered(w.persons).tolist(),
            "case_id": w.case_id[w.person_case].tolist(),
            "person_id": w.person_id.tolist(),
            "role": w.person_role.tolist(),
            "agency_id": (FIRST + w.person_agency).tolist(),
            "officer_id": officer_of(w.person_agency, 0).tolist(),
            "at": moments(w.opened[w.person_case] + 3600),
        },
    )
    case, agency, since = participants(w)
    changed = np.minimum(w.at - 600, since + (f.draw.exponential(120, len(case)) * DAY).astype(np.int64))
    given = f.draw.random(len(case)) < 0.7
    ids = f.numbered(len(case))
    f.put(
        "cases_agencyfile",
        {
            "id": ids.tolist(),
            "case_id": w.case_id[case].tolist(),
            "agency_id": (FIRST + agency).tolist(),
            "local_number": "",
            "because": np.where(agency == w.lead[case], "opened", "referral").tolist(),
            "state": np.where(w.is_open[case], "active", "closed").tolist(),
            "assigned_to_id": [
                number if each else None
                for number, each in zip(officer_of(agency, 0).tolist(), given.tolist(), strict=True)
            ],
            "opened_at": moments(since),
            "changed_at": moments(changed),
            "row_version": 1,
        },
    )
    noted = np.flatnonzero(f.draw.random(len(case)) < 0.6)
    notes = f.numbered(len(noted))
    f.put(
        "cases_filenote",
        {
            "id": notes.tolist(),
            "case_id": w.case_id[case[noted]].tolist(),
            "file_id": ids[noted].tolist(),
            "agency_id": (FIRST + agency[noted]).tolist(),
            "officer_id": officer_of(agency[noted], 0).tolist(),
            "at": moments(since[noted] + 7200),
        },
        sealed=f.sealed("cases_filenote", notes, case[noted], "note"),
    )
    _reports(f)


def _reports(f: Filler) -> None:
    w = f.world
    many = len(w.report_id)
    opened = np.arange(many) < w.cases
    fresh = ~opened & (w.at - w.report_at < 3 * DAY)
    f.put(
        "cases_report",
        {
            "id": w.report_id.tolist(),
            "number": spoken(f.draw, "R", many),
            "channel": f.draw.choice(
                ["hotline", "police", "family", "hospital", "public_form"], many
            ).tolist(),
            "agency_id": (FIRST + np.where(opened, np.resize(w.lead, many), w.report_agency)).tolist(),
            "received_at": moments(np.where(opened, np.resize(w.opened, many) - 3600, w.report_at)),
            "urgency": "routine",
            "place_code": "110000",
            "is_anonymous": False,
            "facts": "{}",
            "triggers": "[]",
            "state": np.select([opened, fresh], ["opened", "received"], "no_concern").tolist(),
            "case_id": [*w.case_id.tolist(), *([None] * (many - w.cases))],
            "row_version": 1,
        },
        sealed=words.sealed("cases_report", w.report_id, np.arange(many), w.report_subjects, "report"),
    )


def participants(w: World) -> tuple[Array, Array, Array]:
    """(case, agency, since when) of every file: the lead's, and those of who accepted a referral."""
    accepted = np.flatnonzero(w.ref_accepted)
    return (
        np.concatenate([np.arange(w.cases), w.ref_case[accepted]]),
        np.concatenate([w.lead, w.ref_to[accepted]]),
        np.concatenate([w.opened, w.ref_answered[accepted]]),
    )


def later(f: Filler, since: Array, days: float) -> Array:
    """Moments after `since`, most within so many days and none after the nation's present."""
    after = (f.draw.exponential(days, len(since)) * DAY).astype(np.int64)
    return np.minimum(f.world.at - 600, since + after)
