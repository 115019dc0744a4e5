"""What happened on a case, each line of its course in words of its own; it decides nothing."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from concerted.mechanism.cases import codes
from concerted.mechanism.cases.reads.cases import Happening
from concerted.mechanism.cases.state_words import STEPS

from .words import ROLES, SECTION_NAMES

_ANSWERED: Mapping[str, str | Promise] = {
    "send": pgettext_lazy("course", "Referral sent"),
    "see": pgettext_lazy("course", "Referral seen"),
    "accept": pgettext_lazy("course", "Referral accepted"),
    "decline": pgettext_lazy("course", "Referral declined"),
    "return": pgettext_lazy("course", "Referral returned for information"),
    "complete": pgettext_lazy("course", "Information given on the referral"),
    "withdraw": pgettext_lazy("course", "Referral withdrawn"),
    "begin": pgettext_lazy("course", "Service of the referral begun"),
    "finish": pgettext_lazy("course", "Service of the referral completed"),
    "fail": pgettext_lazy("course", "Service of the referral not completed"),
    "see_feedback": pgettext_lazy("course", "Answer to the referral read"),
    "close": pgettext_lazy("course", "Referral closed"),
    "acknowledge": pgettext_lazy("course", "Sealed package received by the recipient outside"),
}
#: By what moved and the act: what happened, as one says it.
COURSE: Mapping[str, Mapping[str, str | Promise]] = {
    "case": {
        **STEPS,
        "open": pgettext_lazy("course", "Case opened"),
        "propose_closing": pgettext_lazy("course", "Closing proposed"),
        "withdraw_closing": pgettext_lazy("course", "Proposal to close taken back"),
        "refuse_closing": pgettext_lazy("course", "Closing refused"),
        "close": pgettext_lazy("course", "Case closed"),
        "reopen": pgettext_lazy("course", "Case reopened"),
        "set_hold": pgettext_lazy("course", "Legal hold set"),
        "lift_hold": pgettext_lazy("course", "Legal hold taken off"),
    },
    "referral": _ANSWERED,
    "outside_referral": {**_ANSWERED, "send": pgettext_lazy("course", "Referral outside the system sent")},
    "transfer": {
        "accept": pgettext_lazy("course", "Offer of the lead accepted"),
        "decline": pgettext_lazy("course", "Offer of the lead declined"),
        "withdraw": pgettext_lazy("course", "Offer of the lead withdrawn"),
    },
    "placement": {
        "offer": pgettext_lazy("course", "Bed kept"),
        "decline": pgettext_lazy("course", "Request for a bed declined"),
        "arrive": pgettext_lazy("course", "Arrived in the shelter"),
        "leave": pgettext_lazy("course", "Left the shelter"),
        "withdraw": pgettext_lazy("course", "Request for a bed withdrawn"),
    },
    "entitlement": {
        "grant": pgettext_lazy("course", "Entitlement granted"),
        "refuse": pgettext_lazy("course", "Entitlement refused"),
        "renew": pgettext_lazy("course", "Entitlement renewed"),
        "revoke": pgettext_lazy("course", "Entitlement revoked"),
    },
    "status": {
        "decide": pgettext_lazy("course", "Victim status decided"),
        "send_back": pgettext_lazy("course", "Decision on victim status sent back"),
        "withdraw": pgettext_lazy("course", "Proposed decision on victim status withdrawn"),
        "replace": pgettext_lazy("course", "Decision on victim status replaced"),
    },
    "status_review": {
        "uphold": pgettext_lazy("course", "Decision on victim status upheld"),
        "change": pgettext_lazy("course", "Decision on victim status turned"),
        "withdraw": pgettext_lazy("course", "Review of victim status withdrawn"),
    },
    "role": {"end": pgettext_lazy("course", "Role on the case ended")},
    "section": {"write": pgettext_lazy("course", "Section written")},
    "document": {"add": pgettext_lazy("course", "Document added")},
    "consent": {"withdraw_consent": pgettext_lazy("course", "Consent taken back by the person")},
}


def moved(thing: str, act: str) -> str:
    """What happened when this thing moved by this act, in words."""
    return str(COURSE.get(thing, {}).get(act) or f"{thing} {act}")


def happened(line: Happening) -> str:
    """One line of the course of a case in words."""
    said = moved(line.thing, line.act)
    about = ""
    if line.thing in ("section", "document"):
        about = str(SECTION_NAMES.get(line.target, line.target))
    elif line.thing == "role":
        about = str(ROLES.get(line.source, line.source))
    elif line.words.get("closing"):
        about = str(codes.CLOSURES.get(str(line.words["closing"]), line.words["closing"]))
    return _("%(happened)s: %(about)s") % {"happened": said, "about": about} if about else said
