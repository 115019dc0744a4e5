"""The rest of an invented nation of case work: sections, sharing, moves, assistance, desks and duties."""

from __future__ import annotations

import numpy as np
from fill import Filler, participants
from world import DAY, FIRST, SECTIONS, WITH_IDENTITY, Array, World, moments, spoken
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


def _times(f: Filler, since: Array, days: float) -> Array:
    later = (f.draw.exponential(days, len(since)) * DAY).astype(np.int64)
    return np.minimum(f.world.at - 600, since + later)


def sections(f: Filler) -> None:
    """What each agency wrote, and for a fifth of it what stood there before."""
    case, agency, since = participants(f.world)
    by_lead = agency == f.world.lead[case]
    for table, (of_lead, of_other, kind) in WRITTEN.items():
        wrote = np.flatnonzero(f.draw.random(len(case)) < np.where(by_lead, of_lead, of_other))
        again = wrote[f.draw.random(len(wrote)) < 0.2]
        rows = np.concatenate([wrote, again])
        at = _times(f, since[rows], 5)
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


def interests(f: Filler) -> None:
    """As the acts lay them: for lead and file without end; for what a referral opened until half a year later."""
    w = f.world
    rows: dict[str, list[object]] = {key: [] for key in _INTEREST}

    def lay(
        kind: str,
        subject: Array,
        agency: Array,
        basis: object,
        named: object,
        since: object,
        until: object,
        by: Array,
    ) -> None:
        many = len(subject)
        for key, value in zip(
            _INTEREST, (kind, subject, agency, basis, named, since, until, by), strict=True
        ):
            listed = value.tolist() if isinstance(value, np.ndarray) else value
            rows[key] += listed if isinstance(listed, list) else [listed] * many

    case, agency, since = participants(w)
    lead = FIRST + w.lead
    lay("cases.case", w.case_id, lead, "lead", '["spine"]', moments(w.opened), None, lead)
    lay(
        "cases.case",
        w.case_id[case],
        FIRST + agency,
        "file",
        '["spine"]',
        moments(since),
        None,
        FIRST + agency,
    )
    tags = [f"ref-{number}" for number in w.ref_id.tolist()]
    begun = np.where(w.ref_accepted, w.ref_answered, w.ref_sent)
    until = np.where(w.ref_accepted, begun + 180 * DAY, begun)
    named = [_named(("spine", *SECTIONS[n])) for n in w.ref_sections.tolist()]
    to = FIRST + w.ref_to
    lay(
        "cases.case", w.case_id[w.ref_case], to, tags, named, moments(begun), moments(until), lead[w.ref_case]
    )
    told = np.flatnonzero(w.ref_sections == WITH_IDENTITY)
    for rank in (0, 2):
        here = told[w.ref_case[told] + rank * w.cases < w.persons]
        lay(
            "people.person",
            w.person_id[w.ref_case[here] + rank * w.cases],
            to[here],
            [tags[n] for n in here.tolist()],
            '["identity"]',
            moments(begun[here]),
            moments(until[here]),
            lead[w.ref_case[here]],
        )
    f.put("access_interest", rows)


_INTEREST = (
    "subject_kind",
    "subject_id",
    "agency_id",
    "basis",
    "sections",
    "since",
    "until",
    "granted_by_id",
)


def _named(sections_named: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{each}"' for each in sections_named) + "]"


def referrals(f: Filler) -> None:
    """Consents, referrals on them, and what each accepted one disclosed."""
    w = f.world
    many = w.referrals
    case, lead = w.case_id[w.ref_case].tolist(), (FIRST + w.lead[w.ref_case]).tolist()
    by = officer_of(w.lead[w.ref_case], 0).tolist()
    to, named = (FIRST + w.ref_to).tolist(), [_named(SECTIONS[n]) for n in w.ref_sections.tolist()]
    sent, end = moments(w.ref_sent), moments(w.ref_sent + 200 * DAY)
    consents, given = f.numbered(many), f.draw.random(many) < 0.7
    rows = np.flatnonzero(given)
    f.put(
        "cases_consent",
        {
            "id": consents[rows].tolist(),
            "case_id": _of(case, rows),
            "agency_id": _of(lead, rows),
            "officer_id": _of(by, rows),
            "giver": "self",
            "recipient_id": _of(to, rows),
            "sections": _of(named, rows),
            "purpose": "relief",
            "given_at": _of(sent, rows),
            "since": _of(sent, rows),
            "until": _of(end, rows),
            "language": "zh",
            "is_written": True,
        },
        sealed=f.sealed("cases_consent", consents[rows], w.ref_case[rows], "consent"),
    )
    basis = [
        (number, "") if yes else (None, "personal-information-law-13-3")
        for number, yes in zip(consents.tolist(), given.tolist(), strict=True)
    ]
    f.numbers = spoken(f.draw, "F", many)
    answered = [
        None if state in ("sent", "seen") else text
        for text, state in zip(moments(w.ref_answered), w.ref_state.tolist(), strict=True)
    ]
    over = np.isin(w.ref_state, ("closed", "completed"))
    f.put(
        "cases_referral",
        {
            "id": w.ref_id.tolist(),
            "number": f.numbers,
            "case_id": case,
            "agency_id": lead,
            "officer_id": by,
            "to_agency_id": to,
            "service": "shelter",
            "urgency": "routine",
            "preview": '{"age_band": "adult", "province_code": "110000", "sex": "female"}',
            "sections": named,
            "purpose": "relief",
            "consent_id": [one[0] for one in basis],
            "legal_basis": [one[1] for one in basis],
            "until": end,
            "state": w.ref_state.tolist(),
            "written_at": sent,
            "sent_at": sent,
            "seen_at": [
                None if state == "sent" else text
                for text, state in zip(moments(w.ref_sent + 900), w.ref_state.tolist(), strict=True)
            ],
            "answered_at": answered,
            "answered_by_id": [
                number if text else None
                for number, text in zip(officer_of(w.ref_to, 2).tolist(), answered, strict=True)
            ],
            "decline_code": ["no_capacity" if no else "" for no in w.ref_declined.tolist()],
            "ended_at": [
                text if yes else None for text, yes in zip(moments(w.ref_ended), over.tolist(), strict=True)
            ],
            "outcome": ["achieved" if yes else "" for yes in (over & w.ref_accepted).tolist()],
            "answer_by": moments(w.ref_sent + 3 * DAY),
            "row_version": 3,
        },
        sealed=f.sealed("cases_referral", w.ref_id, w.ref_case, "referral"),
    )
    taken = np.flatnonzero(w.ref_accepted)
    ids = f.numbered(len(taken))
    f.put(
        "cases_disclosure",
        {
            "id": ids.tolist(),
            "case_id": _of(case, taken),
            "agency_id": _of(lead, taken),
            "officer_id": _of(by, taken),
            "recipient_id": _of(to, taken),
            "sections": _of(named, taken),
            "purpose": "relief",
            "consent_id": [basis[n][0] for n in taken.tolist()],
            "legal_basis": [basis[n][1] for n in taken.tolist()],
            "impact_assessment": "",
            "given_at": moments(w.ref_answered[taken]),
            "until": moments(w.ref_answered[taken] + 180 * DAY),
            "may_share_onward": False,
            "ended_as": "",
            "tag": [f"ref-{number}" for number in w.ref_id[taken].tolist()],
            "referral_id": w.ref_id[taken].tolist(),
        },
        sealed=f.sealed("cases_disclosure", ids, w.ref_case[taken], "disclosure"),
    )
    services = f.numbered(len(taken))
    f.put(
        "cases_service",
        {
            "id": services.tolist(),
            "case_id": _of(case, taken),
            "referral_id": w.ref_id[taken].tolist(),
            "kind": "shelter",
            "agency_id": _of(to, taken),
            "provider_id": _of(to, taken),
            "officer_id": officer_of(w.ref_to[taken], 0).tolist(),
            "state": np.where(over[taken], "done", "under_way").tolist(),
            "written_at": moments(w.ref_answered[taken]),
            "outcome": "",
            "row_version": 1,
        },
        sealed=f.sealed("cases_service", services, w.ref_case[taken], "service"),
    )


def _of(values: list[object], rows: Array) -> list[object]:
    return [values[n] for n in rows.tolist()]


def moves(f: Filler) -> None:
    """The steps of every case, which its agencies share, and of every referral, which its two sides do."""
    w = f.world
    everybody, closed = np.arange(w.cases), np.flatnonzero(~w.is_open)
    steps = (
        (everybody, "screen", "reported", "screened", 1),
        (everybody, "presume", "screened", "presumed_victim", 3),
        (closed, "protect", "presumed_victim", "in_protection", 9),
        (closed, "close", "recovery", "closed", 200),
    )
    for cases, act, source, target, days in steps:
        _moved(
            f,
            cases,
            "case",
            w.case_id[cases],
            act,
            source,
            target,
            w.lead[cases],
            None,
            w.opened[cases] + days * 3600,
            shared=True,
        )
    past = w.ref_state != "sent"
    done = w.ref_state == "closed"
    of_referral = (
        (np.ones(w.referrals, bool), "send", "draft", "sent", False, w.ref_sent),
        (past, "see", "sent", "seen", True, w.ref_sent + 900),
        (w.ref_accepted, "accept", "seen", "accepted", True, w.ref_answered),
        (done & w.ref_accepted, "finish", "accepted", "completed", True, w.ref_ended),
        (w.ref_declined, "decline", "seen", "declined", True, w.ref_answered),
        (done, "see_feedback", "completed", "feedback_seen", False, w.ref_ended + 60),
    )
    for chosen, act, source, target, by_receiver, at in of_referral:
        rows = np.flatnonzero(chosen)
        case = w.ref_case[rows]
        mine, other = (w.ref_to[rows], w.lead[case]) if by_receiver else (w.lead[case], w.ref_to[rows])
        _moved(f, case, "referral", w.ref_id[rows], act, source, target, mine, other, at[rows])


def _moved(
    f: Filler,
    cases: Array,
    thing: str,
    things: Array,
    act: str,
    source: str,
    target: str,
    agency: Array,
    other: Array | None,
    at: Array,
    *,
    shared: bool = False,
) -> None:
    ids = f.numbered(len(cases))
    f.put(
        "cases_move",
        {
            "id": ids.tolist(),
            "case_id": f.world.case_id[cases].tolist(),
            "thing": thing,
            "thing_id": things.tolist(),
            "act": act,
            "source": source,
            "target": target,
            "agency_id": (FIRST + agency).tolist(),
            "other_id": None if other is None else (FIRST + other).tolist(),
            "officer_id": officer_of(agency, 0).tolist(),
            "at": moments(at),
            "is_shared": shared,
        },
        sealed=f.sealed("cases_move", ids, cases, "move"),
    )


def assistance(f: Filler) -> None:
    """Assessments, plans with their goals, entitlements, documents."""
    w = f.world
    assessed = np.concatenate([np.arange(w.cases), np.flatnonzero(f.draw.random(w.cases) < 0.4)])
    at = _times(f, w.opened[assessed], 60)
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
            "written_at": moments(_times(f, w.opened[planned], 20)),
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
            "requested_at": moments(_times(f, w.opened[entitled], 20)),
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
            "at": moments(_times(f, w.opened[papers], 20)),
        },
        sealed=f.sealed("cases_casedocument", ids, papers, "document"),
    )


def _by_lead(w: World, cases: Array) -> dict[str, list[object]]:
    return {
        "case_id": w.case_id[cases].tolist(),
        "agency_id": (FIRST + w.lead[cases]).tolist(),
        "officer_id": officer_of(w.lead[cases], 0).tolist(),
    }


def desk(f: Filler) -> None:
    """Messages between the two sides of what was accepted, and news; what is old was seen."""
    w = f.world
    taken = np.flatnonzero(w.ref_accepted)
    for turn in (0, 1):
        case = w.ref_case[taken]
        sender, to = (w.lead[case], w.ref_to[taken]) if turn == 0 else (w.ref_to[taken], w.lead[case])
        at = _times(f, w.ref_answered[taken], 10)
        unseen = (w.at - at < 90 * DAY) & (f.draw.random(len(taken)) < 0.2)
        ids = f.numbered(len(taken))
        common = {"case_id": w.case_id[case].tolist()}
        f.put(
            "cases_message",
            {
                "id": ids.tolist(),
                **common,
                "agency_id": (FIRST + sender).tolist(),
                "officer_id": officer_of(sender, 0).tolist(),
                "at": moments(at),
            },
            sealed=f.sealed("cases_message", ids, case, "message"),
        )
        f.put(
            "cases_messagecopy",
            {
                "id": f.numbered(len(taken)).tolist(),
                **common,
                "message_id": ids.tolist(),
                "agency_id": (FIRST + to).tolist(),
                "sender_id": (FIRST + sender).tolist(),
                "seen_at": [
                    None if new else text
                    for text, new in zip(moments(at + 900), unseen.tolist(), strict=True)
                ],
            },
        )
    news = (
        ("referral_sent", np.arange(w.referrals), True, w.ref_sent),
        ("referral_seen", np.flatnonzero(w.ref_state != "sent"), False, w.ref_sent + 900),
        ("referral_accepted", taken, False, w.ref_answered),
        (
            "referral_completed",
            np.flatnonzero((w.ref_state == "closed") & w.ref_accepted),
            False,
            w.ref_ended,
        ),
    )
    for kind, rows, to_receiver, at in news:
        case = w.ref_case[rows]
        lead, other = FIRST + w.lead[case], FIRST + w.ref_to[rows]
        unseen = (w.at - at[rows] < 60 * DAY) & (f.draw.random(len(rows)) < 0.25)
        f.put(
            "cases_notice",
            {
                "id": f.numbered(len(rows)).tolist(),
                "case_id": w.case_id[case].tolist(),
                "agency_id": (other if to_receiver else lead).tolist(),
                "sender_id": (lead if to_receiver else other).tolist(),
                "kind": kind,
                "thing": "referral",
                "thing_id": w.ref_id[rows].tolist(),
                "at": moments(at[rows]),
                "seen_at": [
                    None if new else text
                    for text, new in zip(moments(at[rows] + 900), unseen.tolist(), strict=True)
                ],
            },
        )


def obligations(f: Filler) -> None:
    """The clock to answer and the clock to act of every referral, two of relief work of every case; nearly all met."""
    w = f.world
    lead = w.lead[w.ref_case]
    pending = np.isin(w.ref_state, ("sent", "seen"))
    first = _owed(
        f,
        FIRST,
        "cases.answer_routine",
        "Answer a referral",
        "答复转介",
        "cases.referral",
        w.ref_id,
        f.numbers,
        w.ref_to,
        lead,
        w.ref_sent,
        3,
        w.ref_answered,
        pending,
    )
    rows = np.flatnonzero(w.ref_accepted)
    waits = w.ref_state[rows] == "accepted"
    first = _owed(
        f,
        first,
        "cases.act_routine",
        "Begin the service of a referral",
        "开始提供转介的服务",
        "cases.referral",
        w.ref_id[rows],
        [f.numbers[n] for n in rows.tolist()],
        w.ref_to[rows],
        lead[rows],
        w.ref_answered[rows],
        14,
        w.ref_answered[rows] + 5 * DAY,
        waits,
    )
    second = (w.lead + 7) % w.agencies
    for kind, label, days in (
        ("tracing_notice", "Send a tracing notice", 1),
        ("dna_comparison", "Ask for a comparison of DNA", 30),
    ):
        waits = w.is_open & (f.draw.random(w.cases) < 0.1)
        first = _owed(
            f,
            first,
            f"relief.{kind}",
            label,
            "救助时限",
            "cases.case",
            w.case_id,
            [""] * w.cases,
            w.lead,
            second,
            w.opened,
            days,
            w.opened + DAY,
            waits,
        )
    for table in ("obligations_obligation", "obligations_obligationevent"):
        f.connection.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))".encode()
        )


def _owed(
    f: Filler,
    first: int,
    kind: str,
    label_en: str,
    label_zh: str,
    about: str,
    things: Array,
    numbers: list[str],
    owner: Array,
    owed_to: Array,
    since: Array,
    days: int,
    met: Array,
    waits: Array,
) -> int:
    many = len(things)
    ids = np.arange(first, first + many)
    opens, due = [text[:10] for text in moments(since)], [text[:10] for text in moments(since + days * DAY)]
    met_at = [None if wait else text for text, wait in zip(moments(met), waits.tolist(), strict=True)]
    f.put(
        "obligations_obligation",
        {
            "id": ids.tolist(),
            "kind": kind,
            "owner_id": (FIRST + owner).tolist(),
            "owed_to_id": (FIRST + owed_to).tolist(),
            "subject_kind": about,
            "subject_id": things.tolist(),
            "period_key": "1",
            "label_en": [f"{label_en} {number}".strip() for number in numbers],
            "label_zh": [f"{label_zh} {number}".strip() for number in numbers],
            "opens": opens,
            "due": due,
            "grace_until": due,
            "due_at": moments(since + days * DAY),
            "met_at": met_at,
            "confidential": True,
        },
    )
    done = np.flatnonzero(~waits)
    late = np.flatnonzero(waits & (since + (days + 2) * DAY < f.world.at))
    climbed = (FIRST + owner[late] // 10 * 10).tolist()
    for what, rows, at, step, to in (
        ("opened", np.arange(many), since, None, None),
        ("met", done, met, None, None),
        ("escalated", late, since + (days + 2) * DAY, 1, climbed),
    ):
        f.put(
            "obligations_obligationevent",
            {
                "obligation_id": ids[rows].tolist(),
                "what": what,
                "at": moments(at[rows]),
                "reason": "",
                "step": step,
                "level": "",
                "to_agency_id": to,
                "confidential": True,
            },
        )
    f.put(
        "access_interest",
        {
            "subject_kind": "obligations.obligation",
            "subject_id": ids[late].tolist(),
            "agency_id": climbed,
            "basis": "escalated",
            "sections": "[]",
            "since": moments(since[late] + (days + 2) * DAY),
            "granted_by_id": (FIRST + owner[late]).tolist(),
        },
    )
    return first + many
