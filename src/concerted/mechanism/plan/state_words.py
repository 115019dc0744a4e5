"""The words for the states and acts of reports; the table of steps stands in report_states.py."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = Mapping[str, str | Promise]

STATES: Words = {
    "not_started": _("Not started"),
    "draft": _("Drafted"),
    "submitted": _("Submitted"),
    "returned": pgettext_lazy("state", "Returned"),
    "cleared": pgettext_lazy("state", "Cleared"),
    "accepted": _("Accepted"),
    "published": _("Published"),
    "corrected": pgettext_lazy("state", "Replaced by its correction"),
}
ACTS: Words = {
    "save_draft": pgettext_lazy("act", "Save draft"),
    "submit": pgettext_lazy("act", "Submit"),
    "clear": pgettext_lazy("act", "Clear"),
    "return": pgettext_lazy("act", "Return"),
    "accept": pgettext_lazy("act", "Accept"),
    "publish": pgettext_lazy("act", "Publish"),
    "correct": pgettext_lazy("act", "Correct"),
    "replace": pgettext_lazy("act", "Replace by its correction"),
}
