"""Opens one case in an emergency, with a reason, a fresh second factor, a record and a notice, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Problem, Refused
from concerted.foundation.access.door import act
from concerted.foundation.access.models import Interest
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Officer
from concerted.foundation.vault.numbers import as_spoken
from concerted.foundation.vault.reads import is_erased

from ..clocks import clocks_for
from ..models import BreakGlass, Case, PersonLink
from ..sections import KEYS, SPINE
from .common import (
    PERSON_KIND,
    checked,
    grant_interest,
    keep,
    keep_more,
    locked,
    meet,
    my_agency,
    need_code,
    need_text,
    new_subject,
    not_there,
    start_clock,
    tell,
)

LASTS = timedelta(hours=3)
FRESH = timedelta(minutes=5)
#: So many uses of one officer may wait for review; then no more until they are reviewed.
UNREVIEWED = 3
BASIS = "break_glass"


def standing_glass(*, glass: BreakGlass, **_rest: object) -> SubjectFacts:
    """Whose case it was and who opened it, as it stands now."""
    standing = BreakGlass.objects.filter(pk=glass.pk).first()
    return standing.access_facts() if standing else SubjectFacts()


@act(Permission.GLASS_BREAK, subject=None, in_emergency=True)
def break_glass(
    *,
    officer: Officer,
    at: datetime,
    number: str,
    reason: str,
    sections: Sequence[str],
    second_factor_at: datetime | None,
) -> BreakGlass:
    """Open one case to the acting officer for three hours, known by its whole number, in an emergency.

    No colleague reads on it: who needs it too gives a reason and a second factor of their own. The
    record, the notice to the owner and the duty to review stand or fall with the access. It gives no right to export,
    to share onward, to extend. second_factor_at: when this officer last gave the second factor. A case that is
    absent, closed, shut by the person's objection or by its handling gives the same answer. Raises Refused without a
    fresh second factor, NotThere, Invalid, Conflict.
    """
    if second_factor_at is None or not timedelta(0) <= at - second_factor_at <= FRESH:
        raise Refused(_("Give your second factor again."), code="second_factor")
    checked(
        need_text(reason, "reason", _("Say what the emergency is.")),
        None if sections else Problem(_("Name the sections you need."), field="sections"),
        *(need_code(section, "sections", KEYS) for section in sections),
    )
    _refuse_without_review(officer)
    case_id, owner_id = _target(number)
    if owner_id == officer.agency_id:
        raise Conflict(_("Your agency leads this case; it is open to you."))
    mine = my_agency(officer)
    until = at + LASTS
    named = [SPINE, *dict.fromkeys(sections)]
    interest = grant_interest(
        at=at,
        granter=mine,
        agency_id=mine.pk,
        subject_id=case_id,
        basis=BASIS,
        sections=named,
        until=until,
        officer=officer,
    )
    case = Case.objects.get(pk=case_id)
    if "identity" in sections:
        _open_persons(at, case, officer, until)
    glass = BreakGlass(
        subject=case.subject,
        case=case,
        agency=mine,
        officer=officer,
        owner_id=owner_id,
        sections=named,
        interest=interest,
        opened_at=at,
        until=until,
    )
    keep(glass, {"reason": reason.strip()})
    for lead in case.lead_ids:
        tell(officer=officer, at=at, case=case, to=lead, kind="glass_broken", thing=glass)
    for clock in clocks_for("glass_broken"):
        start_clock(
            officer=officer,
            at=at,
            clock=clock,
            owner_id=owner_id,
            owed_to_id=mine.pk,
            subject=glass,
            case_number=case.number,
        )
    return glass


@act(Permission.GLASS_REVIEW, subject=standing_glass, record=("verdict",), in_emergency=True)
def review_glass(
    *, officer: Officer, at: datetime, glass: BreakGlass, verdict: str, review: str
) -> BreakGlass:
    """The owner of the case says whether the emergency access was justified; its user can never do so."""
    standing = locked(BreakGlass, glass.pk)
    if standing.reviewed_at is not None:
        raise Conflict(_("It is reviewed already."))
    checked(
        need_code(verdict, "verdict", BreakGlass.Verdict.values),
        need_text(review, "review", _("Say what the review found.")),
    )
    standing.reviewed_at, standing.reviewed_by, standing.verdict = at, officer, verdict
    if is_erased(standing.subject):  # its reason went with the case: the review stands under a key of its own
        standing.subject = new_subject(at)
        keep(standing, {"review": review.strip()})
    else:
        keep_more(standing, review=review.strip())
        standing.save()
    Interest.objects.filter(pk=standing.interest_id, until__gt=at).update(until=at)
    meet(officer, at, standing, "cases.review_emergency_access")
    tell(
        officer=officer,
        at=at,
        case=standing.case_id,
        to=standing.agency_id,
        kind="glass_reviewed",
        thing=standing,
    )
    return standing


def _target(number: str) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT case_id, lead_id FROM cases_emergency_target(%s)", [as_spoken(number)])
        row = cursor.fetchone()
    if row is None:
        raise not_there()
    return row[0], row[1]


def _refuse_without_review(officer: Officer) -> None:
    waiting = BreakGlass.objects.filter(officer=officer, reviewed_at=None).count()
    if waiting >= UNREVIEWED:
        raise Conflict(
            _("Your last emergency accesses are not reviewed yet."),
            remedy=_("Call the lead agency or the police."),
        )


def _open_persons(at: datetime, case: Case, officer: Officer, until: datetime) -> None:
    mine = my_agency(officer)
    for person_id in sorted(set(PersonLink.objects.filter(case=case).values_list("person_id", flat=True))):
        grant_interest(
            at=at,
            granter=mine,
            agency_id=mine.pk,
            subject_id=person_id,
            basis=BASIS,
            sections=("identity",),
            until=until,
            kind=PERSON_KIND,
            officer=officer,
        )
