"""What minutes consist of, part by part, with the hash of each; a seal is computed and compared here, never stored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..models import ActionItem, Decision, Minutes, Seat

SCHEMA = "concerted/minutes/1"


@dataclass(frozen=True)
class Seal:
    """The head of the minutes and the SHA-256 of each part, by the part's name."""

    head: Mapping[str, Any]
    parts: Mapping[str, str]

    def as_data(self) -> dict[str, Any]:
        """Plain data, as it is kept with the minutes."""
        return {"schema": SCHEMA, "head": dict(self.head), "parts": dict(self.parts)}

    @property
    def content_hash(self) -> str:
        """The SHA-256 of the canonical seal."""
        return digest(self.as_data())


@dataclass(frozen=True)
class Verified:
    """How the minutes compare with their seal: parts that differ, and parts this reader may not see."""

    changed: tuple[str, ...]
    unseen: tuple[str, ...]
    hash_stands: bool

    @property
    def is_intact(self) -> bool:
        """Whether everything this reader may see is as it was sealed."""
        return self.hash_stands and not self.changed


def digest(data: object) -> str:
    """The SHA-256 of plain data in its canonical JSON, in hexadecimal."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def seal_of(minutes: Minutes, *, number: str) -> Seal:
    """The seal of the minutes as they stand, under a number."""
    return Seal(_head(minutes, number), {name: digest(part) for name, part in parts_of(minutes)})


def verify(minutes: Minutes) -> Verified:
    """Compare final minutes with their seal, part by part, as far as the acting agency may see them.

    A part that is not visible keeps the hash of the seal; a part that was added, taken away or changed is named.
    """
    kept: Mapping[str, str] = minutes.seal.get("parts", {})
    found = {name: digest(part) for name, part in parts_of(minutes)}
    changed = [name for name, value in found.items() if kept.get(name) != value]
    if minutes.seal.get("head") != _head(minutes, minutes.number):
        changed.append("head")
    return Verified(
        tuple(sorted(changed)),
        tuple(sorted(set(kept) - set(found))),
        digest(minutes.seal) == minutes.content_hash,
    )


def _head(minutes: Minutes, number: str) -> dict[str, Any]:
    meeting, adopted = minutes.meeting, minutes.adopted_in
    return {
        "number": number,
        "meeting": meeting.key,
        "held_on": meeting.held_on.isoformat(),
        "title_en": meeting.title_en,
        "title_zh": meeting.title_zh,
        "adopted_in": adopted.key if adopted else "",
        "adopted_at": minutes.adopted_at.isoformat(timespec="seconds") if minutes.adopted_at else "",
    }


def parts_of(minutes: Minutes) -> Iterator[tuple[str, Any]]:
    """Every part of the minutes that the acting agency may see, with its name; wording only, nothing that moves on."""
    yield from ((f"seat/{seat.agency.key}", _seat(seat)) for seat in _seats(minutes))
    for section in minutes.sections.order_by("position"):
        yield (
            f"section/{section.pk}",
            [section.position, section.title_en, section.title_zh, section.text_en, section.text_zh],
        )
    decisions = minutes.meeting.decisions.exclude(state__in=("proposed", "struck"))
    for decision in decisions.select_related("rescinds").prefetch_related("touches__measure"):
        yield f"decision/{decision.pk}", _decision(decision)
        for item in decision.action_items.exclude(state__in=("draft", "struck")).select_related(
            "owner", "verifier"
        ):
            yield f"action/{item.pk}", _action(item)
    for amendment in minutes.amendments.select_related("agency"):
        yield (
            f"amendment/{amendment.pk}",
            [
                amendment.agency.key,
                amendment.field,
                amendment.before,
                amendment.after,
                amendment.state,
                amendment.answer,
            ],
        )


def _seats(minutes: Minutes) -> list[Seat]:
    return list(minutes.meeting.seats.select_related("agency").order_by("agency__key"))


def _seat(seat: Seat) -> list[Any]:
    return [
        seat.role,
        seat.attendance,
        seat.officer.name_en if seat.officer else "",
        seat.person,
        seat.person_title,
        seat.substitute,
        seat.substitute_title,
        seat.left_register,
    ]


def _decision(decision: Decision) -> list[Any]:
    held = decision.dissents.filter(withdrawn_at=None).select_related("agency").order_by("agency__key")
    return [
        decision.number,
        decision.kind,
        decision.text_en,
        decision.text_zh,
        decision.legal_reference,
        decision.rescinds.number if decision.rescinds else "",
        sorted(touch.measure.key for touch in decision.touches.all()),
        [[one.agency.key, one.kind, one.text] for one in held],
    ]


def _action(item: ActionItem) -> list[Any]:
    return [
        item.text_en,
        item.text_zh,
        item.owner.key if item.owner else "",
        item.verifier.key if item.verifier else "",
        _iso(item.due),
        _iso(item.opened_on),
    ]


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
