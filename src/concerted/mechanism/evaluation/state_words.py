"""The words for the states and acts of findings, recommendations and areas; their steps stand in states.py."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = Mapping[str, str | Promise]

FINDING_STATES: Words = {
    "draft": _("Draft"),
    "response_due": _("Response due"),
    "accepted": _("Accepted"),
    "partly": _("Partly accepted"),
    "rejected": _("Rejected"),
    "done_claimed": _("Done, to be verified"),
    "closed": pgettext_lazy("state", "Closed"),
}
RECOMMENDATION_STATES: Words = {
    "received": _("Received"),
    "prepared": _("Response prepared"),
    "answered": _("Response sent"),
    "implementing": _("Being carried out"),
    "reported": _("Reported to the body"),
    "closed": pgettext_lazy("state", "Closed"),
}
AREA_STATES: Words = {
    "listed": _("On the list"),
    "warned": _("Warned"),
    "removed": _("Taken off the list"),
    "not_listed": _("Not on the list"),
}
CHANGES: Words = {
    "warn": _("Give a warning"),
    "lift": _("Lift the warning"),
    "keep": _("Keep on the list, with the next review"),
    "remove": _("Take off the list"),
}
ACTS: Words = {
    "send": pgettext_lazy("finding", "Send"),
    "accepted": pgettext_lazy("finding", "Accept"),
    "partly": pgettext_lazy("finding", "Accept in part"),
    "rejected": pgettext_lazy("finding", "Reject"),
    "claim": pgettext_lazy("finding", "Say that it is done"),
    "verify": pgettext_lazy("finding", "Verify"),
    "send_back": pgettext_lazy("finding", "Send back"),
    "close": pgettext_lazy("finding", "Close"),
    "prepare": pgettext_lazy("recommendation", "Prepare the response"),
    "answer": pgettext_lazy("recommendation", "Answer"),
    "carry_out": pgettext_lazy("recommendation", "Carry out by measures"),
    "report": pgettext_lazy("recommendation", "Report to the body"),
    "list": pgettext_lazy("area", "Put on the list"),
    **CHANGES,
}
STATES: Words = {**FINDING_STATES, **RECOMMENDATION_STATES, **AREA_STATES}
