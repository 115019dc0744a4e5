"""What agencies of an invented nation share: interests, consents, referrals, disclosures, and every step taken."""

from __future__ import annotations

import numpy as np
from fill import Filler, participants
from world import DAY, FIRST, SECTIONS, WITH_IDENTITY, Array, moments, spoken
from world import officer as officer_of


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
        (number, "") if yes else (None, "state_organ_duty")
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
