"""A few obligations of the tests' nation, opened as the parts open them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from tests.builders import World

from concerted.foundation.agencies.models import Agency
from concerted.foundation.obligations import marks
from concerted.foundation.obligations.kinds import EscalationStep, Level, ObligationKind, register
from concerted.foundation.obligations.models import Obligation

DUE = date(2010, 4, 14)
KIND = register(
    ObligationKind(
        code="tests.owed",
        name_en="Test",
        name_zh="测试",
        grace_working_days=2,
        remind_on=(-7, -1, 1, 7),
        minimum_gap_days=3,
        ladder=(EscalationStep(5, Level.OWED_TO), EscalationStep(10, Level.SUPERIOR)),
    )
)


def owe(world: World, owner: Agency, *, count: int = 1, first: int = 1, due: date = DUE) -> list[Obligation]:
    """The owner owes the office so many things by the day."""
    one = marks.NewObligation(
        owner_id=owner.pk,
        owed_to_id=world.office.pk,
        subject_kind="tests.thing",
        subject_id=first,
        period_key="2010-Q1",
        label_en="Report on shelters",
        label_zh="救助站报告",
        opens=date(2010, 4, 1),
        due=due,
    )
    officer = world.secretariat
    with world.seen_by(officer):
        return marks.open_obligations(
            officer=officer,
            at=world.at,
            kind=KIND.code,
            items=[replace(one, subject_id=first + n) for n in range(count)],
        )


def again(obligations: Iterable[Obligation]) -> list[Obligation]:
    """The same obligations as the database has them."""
    return list(Obligation.objects.filter(pk__in=[o.pk for o in obligations]).order_by("id"))
