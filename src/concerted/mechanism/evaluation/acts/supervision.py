"""Puts key areas on the supervised list, warns them, keeps and removes them; it counts no crime."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Officer
from concerted.foundation.agencies.reads import place_on

from ..models import SupervisedArea, SupervisionStep
from ..states import NOT_LISTED, SUPERVISION, move
from .checking import day, locked, refuse, text_problem

#: Days after which a stay on the list is looked at again where the office names no day.
REVIEW_AFTER_DAYS = 365


def _where(*, place_code: str, **_rest: Any) -> SubjectFacts:
    return SubjectFacts(place_code=place_code)


@act(Permission.SUPERVISION_LIST, subject=_where, record=("place_code",))
def list_area(
    *,
    officer: Officer,
    at: datetime,
    place_code: str,
    reason: str,
    basis: str,
    review_on: date | None = None,
    is_demonstration: bool = False,
) -> SupervisedArea:
    """Put a place on the office's list with the reason and the rule. Raises Invalid, Conflict when listed."""
    on = day(at)
    review = review_on or on + timedelta(days=REVIEW_AFTER_DAYS)
    problems = _step_problems(reason, basis)
    if place_code == "000000" or place_on(code=place_code, on=on) is None:
        problems.append(Problem(_("There is no such place below the nation."), field="place_code"))
    if review <= on:
        problems.append(Problem(_("The review lies after the day of listing."), field="review_on"))
    refuse(_("The area was not listed."), problems)
    row = move(SUPERVISION, NOT_LISTED, "list")
    assert officer.agency is not None
    try:
        with transaction.atomic():
            area = SupervisedArea.objects.create(
                place_code=place_code,
                listed_by=officer.agency,
                state=row.target,
                since=on,
                review_on=review,
                is_demonstration=is_demonstration,
            )
    except IntegrityError:
        raise Conflict(
            _("This area is on your list already."), remedy=_("Warn, keep or remove it.")
        ) from None
    _note(officer, at, area, "list", reason, basis)
    return area


@act(Permission.SUPERVISION_CHANGE, subject="area", record=("step",))
def change_area(
    *,
    officer: Officer,
    at: datetime,
    area: SupervisedArea,
    step: str,
    reason: str,
    basis: str,
    review_on: date | None = None,
) -> SupervisedArea:
    """Warn a listed area, lift the warning, keep it at a review, or take it off, with the reason.

    step: warn, lift, keep or remove; keep names the next review. Raises Invalid, Conflict.
    """
    standing = locked(area)
    row = move(SUPERVISION, standing.state, step)
    problems = _step_problems(reason, basis)
    if review_on is not None and review_on <= day(at):
        problems.append(Problem(_("The next review lies ahead."), field="review_on"))
    refuse(_("The list was not changed."), problems)
    standing.state = row.target
    if step == "keep":
        standing.review_on = review_on or day(at) + timedelta(days=REVIEW_AFTER_DAYS)
    if step == "remove":
        standing.until = day(at)
    standing.save()
    _note(officer, at, standing, step, reason, basis)
    return standing


def _step_problems(reason: str, basis: str) -> list[Problem]:
    return [
        *text_problem(reason, "reason", _("Say why, with the figures it rests on.")),
        *text_problem(basis[:300], "basis", _("Name the rule: plan, article, document number.")),
    ]


def _note(officer: Officer, at: datetime, area: SupervisedArea, step: str, reason: str, basis: str) -> None:
    SupervisionStep.objects.create(
        area=area,
        step=step,
        on=day(at),
        reason=reason.strip(),
        basis=basis.strip()[:300],
        officer=officer,
        at=at,
    )
