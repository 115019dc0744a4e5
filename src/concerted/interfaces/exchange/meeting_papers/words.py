"""How figures and roles of a meeting are worded in its papers; it decides nothing."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = Mapping[str, str | Promise]

FIGURES: Words = {
    "age": _("Age in days"),
    "amendments": _("Amendments that wait"),
    "carried_over": _("Carried over, meetings"),
    "cells": _("Values in conflict"),
    "days_in_hand": _("Days in hand"),
    "days_late": _("Working days late"),
    "days_left": _("Days left"),
    "declined": _("Declined by provinces"),
    "departure": _("Away from the level to be kept"),
    "escalated": _("Taken up the ladder"),
    "events": _("What happened to it"),
    "further": pgettext_lazy("figure", "Not listed singly"),
    "gap": _("Behind the expected pace"),
    "indicators_behind": _("Indicators behind pace"),
    "missing": _("Provinces without it"),
    "offices": _("Offices"),
    "oldest": _("Oldest, days"),
    "overdue": _("Overdue obligations"),
    "places": _("Places"),
    "plans": _("Plans"),
    "reports": _("Reports"),
    "requests": _("Requests for help"),
    "steps": _("Steps of the ladder"),
    "undone": _("Action items not done"),
    "version": _("Version"),
    "weakened": _("Weakened by provinces"),
}
ATTENDANCE: Words = {
    "present": pgettext_lazy("in minutes", "Present"),
    "by_video": _("Present by video"),
    "substitute": _("Represented by a substitute"),
    "apologies": _("Apologies"),
    "absent": _("Absent"),
}
