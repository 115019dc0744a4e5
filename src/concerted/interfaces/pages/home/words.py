"""Says in words what the reads tell in codes, and where each thing is answered; it reads nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from concerted.foundation.obligations.calendar import WorkingDays
from concerted.foundation.obligations.kinds import kind_of
from concerted.foundation.obligations.reads import STILL_OWED, Tally
from concerted.mechanism.evaluation import kinds as evaluation
from concerted.mechanism.plan.kinds import REPORT, RESUBMIT, RETURN, SUPPORT

from ..shell.templatetags._words import in_language
from ..shell.words import day_words

#: The states of an obligation in the order of its life, with their words.
STATES: Mapping[str, str | Promise] = {
    STILL_OWED: _("Still owed"),
    "open": _("Open"),
    "due_soon": _("Due soon"),
    "overdue": _("Overdue"),
    "met_on_time": _("Met on time"),
    "met_late": _("Met late"),
    "excused": _("Excused"),
    "not_reported": _("Not reported"),
    "not_open": _("Not yet open"),
}
#: The columns of a board of obligations.
BOARD: tuple[str, ...] = ("overdue", "due_soon", "open", "met_on_time", "met_late", "excused", "not_reported")

#: What stands behind them where anything is owed that cannot be answered yet.
NOT_OPEN = "not_open"

#: How a province can stand on a national measure.
ANSWERS: tuple[str, ...] = ("adopted", "adapted", "declined", "not_considered")

STAGES: Mapping[str, str | Promise] = {
    "not_begun": _("Past the due day, nothing begun"),
    "begun": _("Past the due day, a draft lies at the office"),
    "waits_for_acceptance": _("Answered, waits for acceptance"),
}
NUDGES: Mapping[str, str | Promise] = {
    "no_baseline": _("No baseline"),
    "no_evidence": _("No evidence named"),
    "milestone_past_due": _("Milestone past due, not marked reached"),
}
HAPPENINGS: Mapping[str, str | Promise] = {
    "opened": _("Opened"),
    "began": _("Work on the answer began"),
    "met": _("Answered"),
    "returned": _("Sent back"),
    "accepted": _("Accepted by the office"),
    "excused": _("Excused"),
    "closed": _("Closed without an answer"),
    "escalated": _("Taken a step up"),
    "reminded": _("Reminder sent"),
    "extended": _("Due day moved"),
}

#: Makes the address of the list of obligations with the filters given by name.
Opener = Callable[..., str]

#: The kinds that are answered on the page of their finding.
_OF_FINDINGS = frozenset({evaluation.RESPONSE.code, evaluation.ACTION.code})


def listed(**filters: str) -> str:
    """The address of the list of obligations with these filters; empty ones are left out."""
    return reverse("home:obligations") + "?" + urlencode({k: v for k, v in filters.items() if v})


def kind_words(code: str) -> str:
    """The name of a kind of obligation in the officer's language."""
    return in_language(kind_of(code), "name")


def state_key(state: str) -> str:
    """The shell's key for a state of an obligation."""
    return "not_yet_open" if state == "not_open" else state


def worst(tally: Tally) -> str:
    """The state that colours a tile: the most pressing one there is; `none` where nothing is owed."""
    order = ("overdue", "not_reported", "due_soon", "open", "met_late", "met_on_time", "excused", NOT_OPEN)
    return next((state_key(state) for state in order if tally[state]), "none")


#: How the ladder writes down why it took a step: working days, the day the grace ended, the level that is missing.
_STEP = re.compile(
    r"(\d+) working days past (\d{4}-\d\d-\d\d)(?:; there is no agency above of the level (\w+))?"
)


def step_words(reason: str) -> str:
    """Why a step was taken, in the reader's language; a reason that somebody wrote stands as it was written."""
    found = _STEP.fullmatch(reason)
    if found is None:
        return reason
    days = int(found[1])
    said = ngettext("%(n)s working day past %(day)s", "%(n)s working days past %(day)s", days) % {
        "n": days,
        "day": day_words(date.fromisoformat(found[2])),
    }
    return said if found[3] is None else f"{said} · {gettext('there is no agency of that level above')}"


def met(tally: Tally) -> int:
    """How many were met, on time or late."""
    return tally["met_on_time"] + tally["met_late"]


def where(obligation: Any, forms: Mapping[int, tuple[int, int]]) -> str:
    """The page on which an obligation is answered; its own page where there is none."""
    if obligation.kind == REPORT.code and obligation.pk in forms:
        return reverse("reporting:form", args=forms[obligation.pk])
    if obligation.kind == RETURN.code:
        return reverse("reporting:figures", args=[obligation.pk])
    if obligation.kind == RESUBMIT.code:
        return reverse("reporting:report", args=[obligation.subject_id])
    if obligation.kind == SUPPORT.code:
        return reverse("reporting:support", args=[obligation.subject_id])
    if obligation.subject_kind == "meetings.actionitem":
        return reverse("meetings:action", args=[obligation.subject_id])
    if obligation.kind in _OF_FINDINGS:
        return reverse("evaluation:finding", args=[obligation.subject_id])
    if obligation.kind == evaluation.TREATY.code:
        return reverse("evaluation:calendar")
    return reverse("home:obligation", args=[obligation.pk])


def lines(
    obligations: Iterable[Any], *, on: date, forms: Mapping[int, tuple[int, int]]
) -> list[dict[str, Any]]:
    """What a short list shows of each: kind, state, working days past the due day, where it is answered."""
    working = WorkingDays(settings.COUNTRY)
    return [
        {
            "obligation": each,
            "label": in_language(each, "label"),
            "kind": kind_words(each.kind),
            "state": state_key(each.state),
            "days": working.between(each.due, on),
            "href": where(each, forms),
        }
        for each in obligations
    ]


def board_lines(
    tallies: Mapping[Any, Tally],
    things: Mapping[Any, Any],
    filters: Mapping[Any, Mapping[str, str]],
    opens: Opener,
) -> list[dict[str, Any]]:
    """Rows of a board: a name, one number per state with the list behind it, and the number of all."""
    states = board_states(tallies.values())
    rows = [
        {
            "label": in_language(things[key], "name"),
            "cells": [(state, tally[state], opens(**filters[key], state=state)) for state in states],
            "overdue": tally["overdue"],
            "total": tally.of,
            "href": opens(**filters[key]),
        }
        for key, tally in tallies.items()
        if key in things
    ]
    return sorted(rows, key=lambda row: (-row["overdue"], row["label"]))


def board_states(tallies: Iterable[Tally]) -> tuple[str, ...]:
    """The columns of a board, so that they add up to all: what is not yet open has one where there is any."""
    return (*BOARD, NOT_OPEN) if any(tally[NOT_OPEN] for tally in tallies) else BOARD


def board_columns(tallies: Iterable[Tally]) -> Sequence[tuple[str, str | Promise]]:
    """The states of a board with their words."""
    return [(state, STATES[state]) for state in board_states(tallies)]
