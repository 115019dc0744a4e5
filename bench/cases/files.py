"""What the files of an invented nation's agencies hold: sections, screenings, assessments, plans, entitlements."""

from __future__ import annotations

import numpy as np
from fill import Filler, later, participants
from world import DAY, FIRST, Array, World, moments
from world import officer as officer_of

#: section table -> (share of leads that wrote it, share of the others, kind of words)
WRITTEN = {
    "cases_contact": (0.9, 0.1, "contact"),
    "cases_health": (0.7, 0.4, "health"),
    "cases_psychosocial": (0.5, 0.4, "psychosocial"),
    "cases_legal": (0.5, 0.2, "legal"),
    "cases_account": (0.8, 0.1, "account"),
    "cases_travel": (0.3, 0.05, "travel"),
    "cases_shelteraddress": (0.2, 0.05, "note"),
    "cases_newidentity": (0.01, 0.0, "note"),
    "cases_witnessprotection": (0.02, 0.0, "note"),
    "cases_healthdetail": (0.1, 0.1, "note"),
}


def sections(f: Filler) -> None:
    """What each agency wrote, and for a fifth of it what stood there before."""
    case, agency, since = participants(f.world)
    by_lead = agency == f.world.lead[case]
    for table, (of_lead, of_other, kind) in WRITTEN.items():
        wrote = np.flatnonzero(f.draw.random(len(case)) < np.where(by_lead, of_lead, of_other))
        again = wrote[f.draw.random(len(wrote)) < 0.2]
        rows = np.concatenate([wrote, again])
        at = later(f, since[rows], 5)
        replaced = [None] * len(wrote) + moments(at[len(wrote) :] + 60)
        ids = f.numbered(len(rows))
        f.put(
            table,
            {
                "id": ids.tolist(),
                "case_id": f.world.case_id[case[rows]].tolist(),
                "agency_id": (FIRST + agency[rows]).tolist(),
                "officer_id": officer_of(agency[rows], 0).tolist(),
                "at": moments(at),
                "replaced_at": replaced,
                "row_version": 1,
            },
            sealed=f.sealed(table, ids, case[rows], kind),
        )
    lead = np.flatnonzero(by_lead & (f.draw.random(len(case)) < 0.8))
    ids = f.numbered(len(lead))
    f.put(
        "cases_screening",
        {
            "id": ids.tolist(),
            "case_id": f.world.case_id[case[lead]].tolist(),
            "agency_id": (FIRST + agency[lead]).tolist(),
            "officer_id": officer_of(agency[lead], 0).tolist(),
            "screener_role": "police",
            "source_of_identification": "police_operation",
            "indicator_set": "ilo-adult-labour",
            "set_version": "1",
            "at": moments(since[lead] + 7200),
        },
        sealed=f.sealed("cases_screening", ids, case[lead], "screening"),
    )


def assistance(f: Filler) -> None:
    """Assessments, plans with their goals, entitlements, documents."""
    w = f.world
    assessed = np.concatenate([np.arange(w.cases), np.flatnonzero(f.draw.random(w.cases) < 0.4)])
    at = later(f, w.opened[assessed], 60)
    ids = f.numbered(len(assessed))
    common = _by_lead(w, assessed)
    f.put(
        "cases_assessment",
        {
            "id": ids.tolist(),
            **common,
            "kind": "needs",
            "at": moments(at),
            "level": "medium",
            "next_due": [text[:10] for text in moments(at + 90 * DAY)],
        },
        sealed=f.sealed("cases_assessment", ids, assessed, "assessment"),
    )
    planned = np.flatnonzero(f.draw.random(w.cases) < 0.5)
    plans = f.numbered(len(planned))
    f.put(
        "cases_supportplan",
        {
            "id": plans.tolist(),
            **_by_lead(w, planned),
            "state": "agreed",
            "written_at": moments(later(f, w.opened[planned], 20)),
            "row_version": 1,
        },
        sealed=f.sealed("cases_supportplan", plans, planned, "plan"),
    )
    goals, twice = f.numbered(2 * len(planned)), np.repeat(planned, 2)
    of_goal = _by_lead(w, twice)
    del of_goal["officer_id"]
    f.put(
        "cases_goal",
        {
            "id": goals.tolist(),
            **of_goal,
            "plan_id": np.repeat(plans, 2).tolist(),
            "position": [1, 2] * len(planned),
            "state": "open",
        },
        sealed=f.sealed("cases_goal", goals, twice, "goal"),
    )
    entitled = np.flatnonzero(f.draw.random(w.cases) < 0.3)
    ids = f.numbered(len(entitled))
    f.put(
        "cases_entitlement",
        {
            "id": ids.tolist(),
            **_by_lead(w, entitled),
            "kind": "relief",
            "state": np.where(
                w.is_open[entitled] & (f.draw.random(len(entitled)) < 0.2), "requested", "granted"
            ).tolist(),
            "requested_at": moments(later(f, w.opened[entitled], 20)),
            "row_version": 1,
        },
        sealed=f.sealed("cases_entitlement", ids, entitled, "note"),
    )
    papers = np.flatnonzero(f.draw.random(w.cases) < 0.5)
    ids = f.numbered(len(papers))
    f.put(
        "cases_casedocument",
        {
            "id": ids.tolist(),
            **_by_lead(w, papers),
            "section": "legal",
            "kind": "paper",
            "at": moments(later(f, w.opened[papers], 20)),
        },
        sealed=f.sealed("cases_casedocument", ids, papers, "document"),
    )


def _by_lead(w: World, cases: Array) -> dict[str, list[object]]:
    return {
        "case_id": w.case_id[cases].tolist(),
        "agency_id": (FIRST + w.lead[cases]).tolist(),
        "officer_id": officer_of(w.lead[cases], 0).tolist(),
    }
