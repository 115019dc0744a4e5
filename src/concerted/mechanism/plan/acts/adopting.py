"""What a draft may not say for ever: numbers twice, empty words, impossible days, an agency twice; writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from concerted.errors import Problem

from ..models import Alignment, Measure, PlanVersion, Responsibility
from ..reads.naming import Names


def wording_problems(version: PlanVersion) -> list[Problem]:
    """Everything in the draft's wording that freezing would make wrong for ever, with measure, field and remedy."""
    measures = list(version.measures.order_by("position"))
    explained = _answering(version)
    found = list(_numbered_alike(measures))
    for measure in measures:
        found += _saying_nothing(measure)
        found += _deadline_problems(measure, version, is_explained=measure.key in explained)
    return found + list(_twice_in_one(version))


def day_problems(version: PlanVersion, *, on: date) -> list[Problem]:
    """What is wrong with the day of adoption: it lies before that of the version the draft follows."""
    earlier = version.plan.versions.exclude(adopted_on=None).exclude(state=PlanVersion.State.DRAFT)
    last = earlier.order_by("-adopted_on").first()
    if last is None or last.adopted_on is None or last.adopted_on <= on:
        return []
    said = {"number": last.number, "day": last.adopted_on.isoformat()}
    return [
        Problem(
            _("Version %(number)s was adopted on %(day)s, after this day.") % said,
            field="adopted_on",
            remedy=_("Give the day on which this version was decided, %(day)s or later.") % said,
        )
    ]


def name_of(measure: Measure) -> str:
    """What a problem calls the measure by: its number and its key."""
    return f"{measure.number} ({measure.key})" if measure.number else measure.key


def _numbered_alike(measures: list[Measure]) -> Iterator[Problem]:
    """Numbers given twice. A plain 1, 2, 3 may begin anew in each chapter and under each measure."""
    alike: dict[object, list[Measure]] = defaultdict(list)
    for measure in measures:
        number = measure.number.strip()
        if number:
            whole = any(not sign.isalnum() for sign in number.strip(".()（）、"))
            alike[number if whole else (measure.strand_id, measure.parent_id, number)].append(measure)
    for same in alike.values():
        if len(same) > 1:
            keys = ", ".join(measure.key for measure in same)
            yield Problem(
                _("The number %(number)s is given to several measures: %(measures)s.")
                % {"number": same[0].number, "measures": keys},
                field=f"{same[-1].key}.number",
                remedy=_("Give each measure a number of its own, as the text has it."),
            )


def _saying_nothing(measure: Measure) -> Iterator[Problem]:
    words = (measure.title_en, measure.title_zh, measure.text_en, measure.text_zh)
    if measure.text_read and not any(one.strip() for one in words):
        yield Problem(
            _("The measure %(measure)s has neither a title nor a text.") % {"measure": name_of(measure)},
            field=f"{measure.key}.title_en",
            remedy=_("Write its title or its text in one of the languages, or mark its text as not read."),
        )


def _deadline_problems(measure: Measure, version: PlanVersion, *, is_explained: bool) -> Iterator[Problem]:
    kind, kinds = measure.deadline_kind, Measure.DeadlineKind
    said = {"measure": name_of(measure)}
    if kind == kinds.TEXT and not measure.deadline_text.strip():
        yield Problem(
            _("The deadline of %(measure)s is said to be in words, and there are none.") % said,
            field=f"{measure.key}.deadline_text",
            remedy=_("Write the words of the plan, or choose another kind of deadline."),
        )
    if kind == kinds.DATE and measure.deadline is None:
        yield Problem(
            _("The deadline of %(measure)s is said to be a day, and there is none.") % said,
            field=f"{measure.key}.deadline",
            remedy=_("Give the day, or choose another kind of deadline."),
        )
    if kind != kinds.DATE or measure.deadline is None:
        return
    day = measure.deadline
    if measure.starts is not None and measure.starts > day:
        yield Problem(
            _("The measure %(measure)s ends before it starts.") % said,
            field=f"{measure.key}.deadline",
            remedy=_("It starts on %(day)s: correct one of the two days.")
            % {"day": measure.starts.isoformat()},
        )
    if _within(day, version) or is_explained or str(day.year) in measure.note:
        return
    yield Problem(
        _("The deadline of %(measure)s, %(day)s, lies outside the plan's period.")
        % {**said, "day": day.isoformat()},
        field=f"{measure.key}.deadline",
        remedy=_(
            "Correct it. If the source itself gives this day, confirm it: name the year and the reason in the"
            " measure's note."
        ),
    )


def _answering(version: PlanVersion) -> set[str]:
    """The keys of measures that answer a national one: they repeat its deadline, or gave the reason why not."""
    answers = Alignment.objects.filter(replaced_at=None, local__version__plan_id=version.plan_id)
    names = Names([version.plan_id])
    answering = answers.values_list("local__key", flat=True)
    return {key for one in answering for key in names.all_of(version.plan_id, one)}


def _within(day: date, version: PlanVersion) -> bool:
    start, end = version.period_from, version.period_to
    return (start is None or start <= day) and (end is None or day <= end)


def _twice_in_one(version: PlanVersion) -> Iterator[Problem]:
    """Agencies that lead and support one measure in the same days."""
    parts = Responsibility.objects.filter(measure__version=version).select_related("agency", "measure")
    held: dict[tuple[int, int], list[Responsibility]] = defaultdict(list)
    for part in parts.order_by("measure__position", "pk"):
        held[part.measure_id, part.agency_id].append(part)
    for same in held.values():
        leads = [one for one in same if one.role == Responsibility.Role.LEAD]
        supports = [one for one in same if one.role == Responsibility.Role.SUPPORT]
        if any(_overlap(a, b) for a in leads for b in supports):
            measure = same[0].measure
            yield Problem(
                _("%(agency)s both leads and supports %(measure)s.")
                % {"agency": same[0].agency.key, "measure": name_of(measure)},
                field=f"{measure.key}.support",
                remedy=_("Leave it as a lead or as a supporting agency, or part the days."),
            )


def _overlap(one: Responsibility, other: Responsibility) -> bool:
    """Whether both stand on some day; an end is the first day on which a part no longer stands."""
    return _before(one.valid_from, other.valid_to) and _before(other.valid_from, one.valid_to)


def _before(start: date | None, end: date | None) -> bool:
    return start is None or end is None or start < end
