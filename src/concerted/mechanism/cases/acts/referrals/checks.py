"""What is asked of a referral before it is sent, sent anew or accepted; it moves nothing."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from concerted.errors import Invalid
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Officer
from concerted.foundation.vault.reads import opened

from ...models import Case, Consent, Referral
from ..bases import check_basis, check_may_give, giver_problems, refuse_restricted
from ..common import locked, not_there

#: What a preview may tell before the referral is accepted; anything else is refused.
PREVIEW_KEYS = frozenset({"age_band", "sex", "languages", "province_code", "needs", "accompanied_by"})


def standing_referral(*, referral: Referral, **_rest: object) -> SubjectFacts:
    """Who sent the referral and who is asked, as it stands now."""
    standing = Referral.objects.filter(pk=referral.pk).first()
    return standing.access_facts() if standing else SubjectFacts()


def locked_referral(referral: Referral) -> Referral:
    """The referral as it stands now, held until the act ends. Raises NotThere."""
    return locked(Referral, referral.pk)


def own_referral(officer: Officer, referral: Referral) -> Referral:
    """The sender's acts are the sender's, whoever leads the case."""
    if referral.agency_id != officer.agency_id:
        raise not_there()
    return referral


def check_referral_basis(officer: Officer, at: datetime, case: Case, referral: Referral) -> None:
    """Raise Invalid or Conflict where what accepting will disclose has no live basis, or the sender may not give it."""
    assert referral.until is not None
    check_basis(
        officer=officer,
        at=at,
        case=case,
        recipient=referral.to_agency,
        sections=referral.sections or ["contact"],
        purpose=referral.purpose,
        until=referral.until,
        consent=referral.consent,
        legal_basis=referral.legal_basis,
        relies_on=str(opened(referral).get("relies_on", "")),
    )
    check_may_give(
        officer=officer,
        at=at,
        case=case,
        recipient=referral.to_agency,
        sections=referral.sections,
        until=referral.until,
    )


def check_still_covered(at: datetime, referral: Referral) -> None:
    """While the referral waited, consent may have been withdrawn, the use of what is kept restricted, or the guardian
    who consented may have come under suspicion."""
    if referral.consent_id is None:
        return
    refuse_restricted(referral.case, giver=referral.agency_id)
    standing = Consent.objects.filter(pk=referral.consent_id).first()
    if standing is None or standing.withdrawn_at is not None or not standing.since <= at < standing.until:
        raise Invalid(
            _("The person's consent has ended; the referral cannot be accepted."),
            remedy=_("Return it for information; the sender asks the person again."),
        )
    problems = giver_problems(at, referral.case, standing)
    if problems:
        raise Invalid(
            _("The consent under the referral does not stand any more; the referral cannot be accepted."),
            problems=problems,
            remedy=_("Return it for information; the sender asks the person again."),
        )
