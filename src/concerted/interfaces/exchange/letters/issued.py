"""A letter of entitlement from what the act issued; it decides nothing and keeps no code."""

from __future__ import annotations

from django.utils import timezone, translation

from concerted.mechanism.cases import codes
from concerted.mechanism.cases.acts.entitlements import Issued

from .letter import EntitlementLetter


def letter_of(issued: Issued, *, holder: str, verify_at: str) -> EntitlementLetter:
    """Return the letter that was issued, in its own language. holder: the name or sign the person goes by."""
    letter = issued.letter
    entitlement, agency = letter.entitlement, letter.agency
    issued_on = timezone.localdate(letter.issued_at)
    with translation.override(letter.language):
        kind = str(codes.ENTITLEMENTS[entitlement.kind])
    chinese = letter.language.startswith("zh")
    return EntitlementLetter(
        kind=kind,
        number=letter.number,
        code=issued.code,
        agency=(agency.name_zh or agency.name_en) if chinese else agency.name_en,
        holder=holder,
        issued_on=issued_on,
        since=entitlement.since or issued_on,
        until=letter.valid_until,
        language=letter.language,
        verify_at=verify_at,
        is_demonstration=agency.is_demonstration,
    )
