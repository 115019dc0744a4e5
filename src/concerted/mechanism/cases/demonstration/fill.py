"""Fills the demonstration's cases, all or nothing; filling again changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from concerted.foundation.agencies.reads import Post, acting_as, agency_by_key
from concerted.mechanism.plan.demonstration.script import TODAY
from concerted.mechanism.plan.demonstration.stage import moment, the_machine

from ..acts import clocks, directory
from . import crowd, stage, stories
from .telling import Scored, Telling


@dataclass(frozen=True)
class Offer:
    """One invented entry of the service directory: whose, its key and kind, and its values."""

    agency: str
    key: str
    kind: str
    values: Mapping[str, Any]


def is_filled() -> bool:
    """Whether the demonstration's case work is there."""
    return agency_by_key(stage.AGENCIES[0].key) is not None


def fill(*, size: str, seed: int, scored: Scored, offers: Iterable[Offer], at: datetime) -> bool:
    """Fill the cases in one transaction; False where they are there already.

    scored: a screening with its result. offers: the service directory. at: the real time; what happens carries the
    times of its story.
    """
    if is_filled():
        return False
    with transaction.atomic():
        machine, _office = the_machine(at)
        told = stage.set_the_stage(machine=machine, at=moment(TODAY) - timedelta(days=200))
        opening = moment(TODAY) - timedelta(days=190)
        _describe(told, opening, offers)
        shelter = directory.describe_shelter(
            officer=told.supervisor("relief-station"),
            at=opening,
            key="demo-shelter",
            name_en="Invented shelter (demonstration)",
            name_zh="虚构庇护处（演示）",
            beds=12,
            takes={"sexes": ["female"], "age_bands": ["14_to_17", "adult"]},
            is_demonstration=True,
        )
        telling = Telling(told, moment(TODAY, 8.5), scored, shelter)
        stories.tell_all(telling)
        crowd.gather(telling, size=size, seed=seed)
        clocks.escalate_case_clocks(
            officer=acting_as(officer=machine, on=TODAY, function=Post.Function.ADMINISTRATOR),
            at=moment(TODAY, 8.75),
        )
    return True


def remember_passwords(*, at: datetime) -> list[dict[str, str]]:
    """Give the demonstration's officers of case work fresh passwords: role, username and password of each."""
    machine, _office = the_machine(at)
    with transaction.atomic():
        return stage.remember_passwords(machine=machine, at=at)


def _describe(told: stage.CaseStage, at: datetime, offers: Iterable[Offer]) -> None:
    for offer in offers:
        directory.offer_service(
            officer=told.officers[offer.agency, Post.Function.CASE_SUPERVISOR],
            at=at,
            key=offer.key,
            kind=offer.kind,
            values={**offer.values, "is_demonstration": True},
        )
