"""The words for the states and acts of meetings; the tables of steps stand in states.py."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = Mapping[str, str | Promise]

MEETING_STATES: Words = {
    "planned": pgettext_lazy("meeting", "Planned"),
    "called": pgettext_lazy("meeting", "Called"),
    "in_session": pgettext_lazy("meeting", "In session"),
    "closed": pgettext_lazy("meeting", "Closed"),
    "cancelled": pgettext_lazy("meeting", "Cancelled"),
    "recorded": pgettext_lazy("meeting", "Known from a source"),
}
ITEM_STATES: Words = {
    "proposed": pgettext_lazy("agenda item", "Proposed"),
    "accepted": pgettext_lazy("agenda item", "On the agenda"),
    "merged": pgettext_lazy("agenda item", "Merged into another"),
    "dropped": pgettext_lazy("agenda item", "Left off"),
    "discussed": pgettext_lazy("agenda item", "Discussed"),
    "deferred": pgettext_lazy("agenda item", "Deferred"),
}
DECISION_STATES: Words = {
    "proposed": pgettext_lazy("decision", "Worded, not adopted yet"),
    "struck": pgettext_lazy("decision", "Struck"),
    "adopted": pgettext_lazy("decision", "Adopted"),
    "being_implemented": pgettext_lazy("decision", "Being implemented"),
    "implemented": pgettext_lazy("decision", "Implemented"),
    "partly_implemented": pgettext_lazy("decision", "Partly implemented"),
    "lapsed": pgettext_lazy("decision", "Lapsed"),
    "rescinded": pgettext_lazy("decision", "Rescinded"),
}
ACTION_STATES: Words = {
    "draft": pgettext_lazy("action item", "Draft"),
    "struck": pgettext_lazy("action item", "Struck"),
    "open": pgettext_lazy("action item", "Open"),
    "acknowledged": pgettext_lazy("action item", "Taken note of"),
    "in_progress": pgettext_lazy("action item", "In progress"),
    "done_claimed": pgettext_lazy("action item", "Done, to be verified"),
    "verified": pgettext_lazy("action item", "Verified"),
    "cancelled": pgettext_lazy("action item", "Cancelled"),
}
MINUTES_STATES: Words = {
    "draft": pgettext_lazy("minutes", "Draft"),
    "circulated": pgettext_lazy("minutes", "Circulated"),
    "adopted": pgettext_lazy("minutes", "Adopted"),
    "final": pgettext_lazy("minutes", "Final"),
}
AMENDMENT_STATES: Words = {
    "proposed": pgettext_lazy("amendment", "Waits for an answer"),
    "accepted": pgettext_lazy("amendment", "Accepted"),
    "refused": pgettext_lazy("amendment", "Refused"),
    "withdrawn": pgettext_lazy("amendment", "Withdrawn"),
}
ACTS: Words = {
    "call": _("call"),
    "cancel": _("cancel"),
    "open": pgettext_lazy("act", "open"),
    "close": pgettext_lazy("act", "close"),
    "accept": _("accept"),
    "merge": _("merge"),
    "drop": _("leave off"),
    "restore": _("take back"),
    "discuss": _("discuss"),
    "defer": _("defer"),
    "edit": _("edit"),
    "circulate": _("circulate"),
    "take_back": _("take back"),
    "amend": _("amend"),
    "adopt": _("adopt"),
    "finish": _("make final"),
    "revise": _("word anew"),
    "withdraw": _("withdraw"),
    "refuse": _("refuse"),
    "strike": _("strike"),
    "start": _("start"),
    "implement": _("say implemented"),
    "implement_partly": _("say partly implemented"),
    "lapse": _("let lapse"),
    "rescind": _("rescind"),
    "acknowledge": _("take note"),
    "report_progress": _("report progress"),
    "claim_done": _("claim as done"),
    "verify": _("verify"),
    "send_back": _("send back"),
    "review": _("look at again"),
}
