"""Members propose other words for circulated minutes, and the office accepts or refuses each with a reason."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.agencies.reads import agency_by_key

from ..models import ActionItem, Amendment, Decision, Minutes, Section
from ..states import AMENDMENT, MINUTES
from .keeping import TEXT_LIMIT, day_of, held, keep, needs, refuse_if

#: What of each part an amendment may word otherwise.
FIELDS: dict[str, tuple[str, ...]] = {
    "section": ("title_en", "title_zh", "text_en", "text_zh"),
    "decision": ("text_en", "text_zh", "legal"),
    "action_item": ("text_en", "text_zh", "owner", "due", "review_on"),
}
Part = Section | Decision | ActionItem


@act(Permission.AMENDMENT_PROPOSE, subject="minutes", record=("field",))
def propose_amendment(
    *,
    officer: Officer,
    at: datetime,
    minutes: Minutes,
    part: Part,
    field: str,
    after: str,
    reason: str,
    upon: Amendment | None = None,
) -> Amendment:
    """Propose that a part of circulated minutes read otherwise, until the day that was set.

    field: see FIELDS; an owner is an agency's key, a date stands in ISO form. upon: the amendment that this one
    presupposes. Raises Conflict, Invalid.
    """
    fresh = held_open(minutes, at)
    kind = _kind(part)
    _check_words(fresh, part, kind, field, after, reason)
    before = upon.after if upon is not None else current_text(part, field)
    _check_difference(before, after)
    _check_upon(fresh, part, field, upon, None)
    assert officer.agency is not None
    return Amendment.objects.create(
        minutes=fresh,
        section=part if isinstance(part, Section) else None,
        decision=part if isinstance(part, Decision) else None,
        action_item=part if isinstance(part, ActionItem) else None,
        field=field,
        before=before,
        after=after.strip(),
        reason=reason.strip(),
        upon=upon,
        agency=officer.agency,
        officer=officer,
        at=at,
    )


@act(Permission.AMENDMENT_PROPOSE, subject=lambda *, amendment, **_rest: _proposers(amendment))
def revise_amendment(
    *,
    officer: Officer,
    at: datetime,
    amendment: Amendment,
    expected_row_version: int,
    after: str,
    reason: str,
    upon: Amendment | None = None,
) -> Amendment:
    """Word one's own amendment anew while it waits. Raises Stale, Conflict - also where amendments would stand upon
    each other in a circle - and Invalid."""
    held_open(amendment.minutes, at)
    fresh = held(amendment, expected_row_version)
    AMENDMENT.step(fresh.state, "revise")
    part = part_of(fresh)
    _check_words(fresh.minutes, part, _kind(part), fresh.field, after, reason)
    _check_upon(fresh.minutes, part, fresh.field, upon, fresh)
    before = upon.after if upon is not None else current_text(part, fresh.field)
    _check_difference(before, after)
    fresh.before, fresh.after, fresh.reason, fresh.upon = before, after.strip(), reason.strip(), upon
    keep(fresh, "before", "after", "reason", "upon")
    return fresh


@act(Permission.AMENDMENT_PROPOSE, subject=lambda *, amendment, **_rest: _proposers(amendment))
def withdraw_amendment(*, officer: Officer, at: datetime, amendment: Amendment) -> Amendment:
    """Take one's own amendment back while it waits. Raises Conflict."""
    fresh = held(amendment)
    fresh.state = AMENDMENT.step(fresh.state, "withdraw").target
    fresh.answered_by, fresh.answered_at = officer, at
    keep(fresh, "state", "answered_by", "answered_at")
    return fresh


@act(Permission.AMENDMENT_ANSWER, subject="amendment")
def accept_amendment(
    *, officer: Officer, at: datetime, amendment: Amendment, expected_row_version: int, answer: str = ""
) -> Amendment:
    """Put the amendment's words into the minutes. Raises Stale; Conflict where the text has changed since it was
    proposed, where the amendment it presupposes was not accepted, or where it would only bring back what an accepted
    amendment replaced."""
    minutes = held(amendment.minutes)
    MINUTES.step(minutes.state, "amend")
    fresh = held(amendment, expected_row_version)
    target = AMENDMENT.step(fresh.state, "accept").target
    part = held(part_of(fresh))
    if fresh.upon is not None and fresh.upon.state != Amendment.State.ACCEPTED:
        raise Conflict(
            _("The amendment this one presupposes is not accepted."),
            where=_("amendment %(number)s") % {"number": fresh.upon_id},
            remedy=_("Answer that one first."),
        )
    now = current_text(part, fresh.field)
    _check_no_circle(fresh, part, now)
    if now != fresh.before:
        raise Conflict(
            _("The text has changed since this amendment was proposed."),
            where=now[:200],
            remedy=_("Refuse it with that reason, or ask the member to word it anew."),
        )
    _apply(officer, at, part, fresh.field, fresh.after)
    fresh.state, fresh.answer = target, answer.strip()
    fresh.answered_by, fresh.answered_at = officer, at
    keep(fresh, "state", "answer", "answered_by", "answered_at")
    return fresh


@act(Permission.AMENDMENT_ANSWER, subject="amendment", record=("answer",))
def refuse_amendment(
    *, officer: Officer, at: datetime, amendment: Amendment, expected_row_version: int, answer: str
) -> Amendment:
    """Refuse an amendment with the reason. Raises Stale, Conflict, Invalid."""
    refuse_if(
        [needs(answer, "answer", _("Give the reason of the refusal."))], _("The amendment was not refused.")
    )
    fresh = held(amendment, expected_row_version)
    fresh.state = AMENDMENT.step(fresh.state, "refuse").target
    fresh.answer, fresh.answered_by, fresh.answered_at = answer.strip(), officer, at
    keep(fresh, "state", "answer", "answered_by", "answered_at")
    return fresh


def held_open(minutes: Minutes, at: datetime) -> Minutes:
    """Circulated minutes on a day on which they may still be amended; raises Conflict."""
    fresh = Minutes.objects.select_related("meeting__series").get(pk=minutes.pk)
    MINUTES.step(fresh.state, "amend")
    if fresh.amend_until is not None and day_of(at) > fresh.amend_until:
        raise Conflict(
            _("Amendments could be proposed until %(day)s.") % {"day": fresh.amend_until.isoformat()},
            remedy=_("Speak to it when the minutes come up for adoption."),
        )
    return fresh


def part_of(amendment: Amendment) -> Part:
    """The section, decision or action item that an amendment is about."""
    part = amendment.section or amendment.decision or amendment.action_item
    assert part is not None
    return part


def current_text(part: Part, field: str) -> str:
    """What stands in that field of the minutes now, as text."""
    if field == "legal":
        assert isinstance(part, Decision)
        return part.legal_reference
    value = getattr(part, field)
    if isinstance(value, Agency):
        return value.key
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _proposers(amendment: Amendment) -> SubjectFacts:
    return SubjectFacts(owners=frozenset({amendment.agency_id}))


def _kind(part: Part) -> str:
    return (
        "section"
        if isinstance(part, Section)
        else "decision"
        if isinstance(part, Decision)
        else "action_item"
    )


def _belongs(minutes: Minutes, part: Part) -> bool:
    if isinstance(part, Section):
        return part.minutes_id == minutes.pk
    decision = part if isinstance(part, Decision) else part.decision
    return decision.meeting_id == minutes.meeting_id


def _check_words(minutes: Minutes, part: Part, kind: str, field: str, after: str, reason: str) -> None:
    problems = [
        needs(reason, "reason", _("Say why.")),
        None if _belongs(minutes, part) else Problem(_("This is no part of these minutes."), field="part"),
        None if field in FIELDS[kind] else Problem(_("This cannot be amended."), field="field"),
        Problem(_("This is longer than %(most)s characters.") % {"most": TEXT_LIMIT}, field="after")
        if len(after) > TEXT_LIMIT
        else None,
    ]
    if field in FIELDS[kind]:
        problems.append(_value_problem(field, after))
    refuse_if(problems, _("The amendment was not proposed."))


def _value_problem(field: str, after: str) -> Problem | None:
    if field == "owner" and agency_by_key(after.strip()) is None:
        return Problem(_("The register holds no agency %(key)s.") % {"key": after}, field="after")
    if field in ("due", "review_on") and after.strip():
        try:
            date.fromisoformat(after.strip())
        except ValueError:
            return Problem(_("Write the date as 2012-03-31."), field="after")
    return None


def _check_difference(before: str, after: str) -> None:
    refuse_if(
        [Problem(_("The text reads so already."), field="after") if before == after.strip() else None],
        _("The amendment was not proposed."),
    )


def _check_upon(
    minutes: Minutes, part: Part, field: str, upon: Amendment | None, own: Amendment | None
) -> None:
    seen: set[int] = set()
    step = upon
    while step is not None:
        if (own is not None and step.pk == own.pk) or step.pk in seen:
            raise Conflict(
                _("These amendments would stand upon each other in a circle."),
                where=", ".join(str(pk) for pk in sorted(seen | {step.pk})),
                remedy=_("Let one of them stand on the text as circulated."),
            )
        seen.add(step.pk)
        step = step.upon
    if upon is None:
        return
    if upon.minutes_id != minutes.pk or upon.field != field or part_of(upon) != part:
        raise Invalid(
            _("The amendment was not proposed."),
            problems=[Problem(_("It presupposes an amendment of another text."), field="upon")],
        )
    if upon.state not in (Amendment.State.PROPOSED, Amendment.State.ACCEPTED):
        raise Conflict(_("The amendment this one presupposes was not accepted."))


def _check_no_circle(amendment: Amendment, part: Part, now: str) -> None:
    undone = (
        Amendment.objects.filter(
            minutes=amendment.minutes_id,
            field=amendment.field,
            state=Amendment.State.ACCEPTED,
            before=amendment.after,
            **{_kind(part): part},
        )
        .exclude(pk=amendment.pk)
        .first()
    )
    if undone is not None:
        raise Conflict(
            _(
                "This would bring back the words that amendment %(number)s replaced: the amendments go in a circle."
            )
            % {"number": undone.pk},
            where=now[:200],
            remedy=_("Refuse one of the two, and let the members agree on a third wording."),
        )


def _apply(officer: Officer, at: datetime, part: Part, field: str, after: str) -> None:
    if field == "legal":
        assert isinstance(part, Decision)
        part.legal_reference = after
        keep(part, "legal_reference")
        return
    if field == "owner":
        setattr(part, field, agency_by_key(after))
    elif field in ("due", "review_on"):
        setattr(part, field, date.fromisoformat(after) if after else None)
    else:
        setattr(part, field, after)
    changed = [field]
    if isinstance(part, Section):
        part.changed_by, part.changed_at = officer, at
        changed += ["changed_by", "changed_at"]
    keep(part, *changed)
