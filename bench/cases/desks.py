"""What waits on the desks of an invented nation: messages, news, and obligations, nearly all of them met."""

from __future__ import annotations

import numpy as np
from fill import Filler, later
from world import DAY, FIRST, Array, moments
from world import officer as officer_of


def desk(f: Filler) -> None:
    """Messages between the two sides of what was accepted, and news; what is old was seen."""
    w = f.world
    taken = np.flatnonzero(w.ref_accepted)
    for turn in (0, 1):
        case = w.ref_case[taken]
        sender, to = (w.lead[case], w.ref_to[taken]) if turn == 0 else (w.ref_to[taken], w.lead[case])
        at = later(f, w.ref_answered[taken], 10)
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
