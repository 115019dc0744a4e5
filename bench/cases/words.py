"""Pools of invented words and the sealing of them; every row gets a ciphertext of its own that opens in its place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from world import Array, Subjects

_NAMES = tuple("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜")
_GIVEN = tuple("安宁静和平春秋明月星云山海川竹兰梅松柏青")
_SENTENCE = "Invented words for a measurement, written by nobody about no one; their length is that of a usual entry. "


def pool(kind: str, size: int = 64) -> list[bytes]:
    """JSON bytes as a page would seal them for a table of that kind, in some variety."""
    return [
        json.dumps(_values(kind, n), ensure_ascii=False, separators=(",", ":")).encode() for n in range(size)
    ]


def _values(kind: str, n: int) -> Mapping[str, Any]:
    text = _SENTENCE * (1 + n % 4)
    family, given = _NAMES[n % len(_NAMES)], _GIVEN[n * 7 % len(_GIVEN)]
    known: dict[str, Mapping[str, Any]] = {
        "name": {
            "full": family + given,
            "script": "hani",
            "kind": "legal",
            "family": family,
            "given": given,
            "note": "",
        },
        "birth": {
            "earliest": f"{1970 + n % 35}-0{1 + n % 9}-11",
            "latest": f"{1970 + n % 35}-0{1 + n % 9}-11",
            "calendar": "gregorian",
            "estimation": "stated",
            "stated": {},
            "note": "",
        },
        "sex": {"code": "female" if n % 4 else "male", "gender": "", "note": ""},
        "move": {"note": "" if n % 3 else "Invented note."},
        "message": {"text": text},
        "note": {"text": text},
        "consent": {"witness": "Invented", "outside": {}, "note": ""},
        "disclosure": {"reason": "", "outside": {}},
        "referral": {"reason": text, "note": "", "outside": {}, "answer": ""},
        "contact": {"ways": ["phone"], "number": f"000-{n:04}", "hours": "9-11", "never": "unknown"},
        "account": {"words": text, "acts": ["recruitment"], "means": ["debt"], "purposes": ["forced_labour"]},
        "health": {"urgent": "not_asked", "condition": text, "pregnancy": "unknown"},
        "psychosocial": {"state": text, "risk_to_self": "no", "wishes": "Invented."},
        "legal": {"standing": text, "registration": "unknown"},
        "travel": {"papers": "not_asked", "planned": text},
        "screening": {
            "answers": {},
            "result": {"result": {"en": "Some indicators", "zh": "有部分指标"}},
            "note": "",
        },
        "assessment": {"needs": {"safety": "some"}, "findings": text, "wishes": ""},
        "plan": {"summary": text, "agreed_how": ""},
        "service": {"need": "Invented.", "note": ""},
        "document": {"title": "Invented paper", "note": ""},
        "report": {"narrative": text, "reporter": {}, "safe_contact": {}, "reason": ""},
    }
    return known.get(kind, {"text": text})


def sealed(table: str, ids: Array, owners: Array, whose: Subjects, kind: str) -> Iterator[tuple[Any, bytes]]:
    """For each row its subject's uuid and its ciphertext, sealed under that subject's key for that very place."""
    from concerted.foundation.vault.sealing import Place, seal

    words = pool(kind)
    for number, owner in zip(ids.tolist(), owners.tolist(), strict=True):
        subject = whose.uuids[owner]
        place = Place(table, str(number), "sealed", subject)
        yield subject, seal(whose.keys[owner], place, words[number % len(words)])


def wrapped(whose: Subjects) -> Iterator[tuple[Any, bytes, int]]:
    """For each subject its uuid, its key wrapped by the installation's master key, and that key's version."""
    from concerted.foundation.vault.keys import key_ring
    from concerted.foundation.vault.reads import wrapping_place
    from concerted.foundation.vault.sealing import seal

    ring = key_ring()
    master = ring.master(ring.current)
    for subject, key in zip(whose.uuids, whose.keys, strict=True):
        yield subject, seal(master, wrapping_place(subject, ring.current), key), ring.current


def marks(agencies: Sequence[int], names: Sequence[bytes]) -> Iterator[bytes]:
    """A search mark for each name in its agency, as the people room makes them."""
    import hmac
    from hashlib import sha256

    from concerted.foundation.vault.hashes import MARK_BYTES
    from concerted.foundation.vault.keys import key_ring

    ring, keys = key_ring(), {}
    for agency, name in zip(agencies, names, strict=True):
        if agency not in keys:
            keys[agency] = ring.derived(f"search/people.name/{agency}")
        yield hmac.new(keys[agency], name, sha256).digest()[:MARK_BYTES]
