"""The queue of an agency, what it sent, and one referral; before it is accepted only its preview is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.foundation.obligations.models import Obligation
from concerted.foundation.vault.reads import opened, opened_all

from ..models import Case, Consent, Disclosure, Move, OutsidePackage, Referral, Transfer
from ..states import OUTSIDE, REFERRAL, TRANSFER, Machine, Transition
from .holding import Holding, held
from .obligations import Lateness, confidential, lateness_of
from .sharing import was_taken_back

WAITING = (Referral.State.SENT, Referral.State.SEEN)
UNDER_WAY = (Referral.State.ACCEPTED, Referral.State.IN_SERVICE)
ENDED = (Referral.State.COMPLETED, Referral.State.NOT_COMPLETED, Referral.State.DECLINED)
LIMIT = 500


@look(Permission.REFERRAL_READ)
def queue(*, officer: Officer, at: datetime, state: str = "waiting") -> list[Referral]:
    """Referrals to the agency, the soonest to be answered first. state: waiting, under_way, or one of the states."""
    chosen = {"waiting": WAITING, "under_way": UNDER_WAY}.get(state, (state,))
    return list(
        Referral.objects.filter(to_agency=officer.agency_id, state__in=chosen)
        .select_related("agency", "to_agency", "answered_by")
        .defer("sealed")
        .order_by(F("answer_by").asc(nulls_last=True), "id")[:LIMIT]
    )


@look(Permission.REFERRAL_READ)
def sent_referrals(*, officer: Officer, at: datetime, state: str = "") -> list[Referral]:
    """Referrals the agency wrote, newest first. state: ended (feedback to be read), waiting, under_way, or one."""
    chosen = {"waiting": WAITING, "under_way": UNDER_WAY, "ended": ENDED}.get(state, (state,))
    found = Referral.objects.filter(agency=officer.agency_id).select_related("agency", "to_agency")
    if state:
        found = found.filter(state__in=chosen)
    return list(found.defer("sealed").order_by("-written_at", "id")[:LIMIT])


@look(Permission.REFERRAL_READ)
def late_answers(*, officer: Officer, at: datetime, referrals: Sequence[Referral]) -> dict[int, Lateness]:
    """How late the answer to each of these referrals is, by its number; those in time are left out."""
    waiting = [each.pk for each in referrals if each.state in WAITING]
    owed = confidential(at=at).select_related(None).still_owed(timezone.localdate(at))
    found = owed.filter(
        subject_kind="cases.referral", subject_id__in=waiting, kind__startswith="cases.answer_"
    )
    late = {each.subject_id: lateness_of(each, at) for each in found} if waiting else {}
    return {pk: lateness for pk, lateness in late.items() if lateness is not None}


@look(Permission.CASE_READ)
def referrals_of_case(*, officer: Officer, at: datetime, case: Case) -> list[Referral]:
    """The referrals of one case as far as the agency may know them, newest first."""
    return list(
        Referral.objects.filter(case=case)
        .select_related("agency", "to_agency")
        .defer("sealed")
        .order_by("-written_at", "id")
    )


@look(Permission.REFERRAL_READ)
def referral_by_id(*, officer: Officer, at: datetime, pk: int) -> Referral:
    """One referral the agency sent or was asked. Raises NotThere."""
    return _one(Referral.objects.all(), pk)


def _standing(pk: int) -> Referral:
    beside = ("agency", "to_agency", "officer", "answered_by", "consent")
    return _one(Referral.objects.select_related(*beside), pk)


def _one(among: QuerySet[Referral], pk: int) -> Referral:
    try:
        return among.get(pk=pk)
    except Referral.DoesNotExist:
        raise NotThere(_("There is no such referral.")) from None


@dataclass(frozen=True)
class ReferralView:
    """One referral with its words, its clocks, its log, and the acts the table allows now.

    A receiver that has not accepted gets `reason` and the preview, no section and no case number. withdrawn_at: when
    the person took back the consent under it. open_now: what else of the case is open to the receiver, and on what.
    """

    referral: Referral
    words: Mapping[str, Any]
    clocks: tuple[Obligation, ...]
    log: tuple[tuple[Move, Mapping[str, Any]], ...]
    possible: tuple[Transition, ...]
    is_sender: bool
    packages: tuple[OutsidePackage, ...]
    withdrawn_at: datetime | None = None
    open_now: tuple[Holding, ...] = ()


@look(Permission.REFERRAL_READ, subject="referral", recorded=True)
def referral_view(*, officer: Officer, at: datetime, referral: Referral) -> ReferralView:
    """One referral as the officer's side sees it; the look is recorded. Raises NotThere."""
    standing = _standing(referral.pk)
    moves = list(
        Move.objects.filter(thing=_machine(standing).name, thing_id=standing.pk)
        .select_related("agency", "officer")
        .order_by("at", "id")
    )
    is_sender = standing.agency_id == officer.agency_id
    consent = standing.consent  # none where the fence keeps it from the acting side
    words, *said = opened_all([standing, *moves])
    return ReferralView(
        referral=standing,
        words=_own_words(opened(standing) if words is None else words, is_sender),
        clocks=tuple(confidential(at=at).filter(subject_kind="cases.referral", subject_id=standing.pk)),
        log=tuple((move, heard or {}) for move, heard in zip(moves, said, strict=True)),
        possible=possible_steps(officer, standing),
        is_sender=is_sender,
        packages=tuple(OutsidePackage.objects.filter(referral=standing).defer("sealed")),
        withdrawn_at=consent.withdrawn_at if consent and was_taken_back(consent) else None,
        open_now=_open_now(standing, at),
    )


def _open_now(standing: Referral, at: datetime) -> tuple[Holding, ...]:
    """What of the case is open to the receiver now, as far as the acting side gave or got it."""
    if standing.to_agency_id is None or standing.answered_at is None:
        return ()
    given = list(
        Disclosure.objects.filter(
            case=standing.case_id, recipient=standing.to_agency_id, ended_at=None, until__gt=at
        ).select_related("recipient", "agency")
    )
    consents = list(Consent.objects.filter(case=standing.case_id, recipient=standing.to_agency_id))
    return tuple(held(given, opened_all(given), (), at, consents))


def possible_steps(officer: Officer, standing: Referral) -> tuple[Transition, ...]:
    """The acts that the table allows the officer's side on a referral as it stands."""
    side = Permission.REFERRAL_SEND if standing.agency_id == officer.agency_id else Permission.REFERRAL_ANSWER
    return tuple(row for row in _machine(standing).from_state(standing.state) if row.permission == side)


def _machine(standing: Referral) -> Machine:
    return OUTSIDE if standing.to_agency_id is None else REFERRAL


def _own_words(words: Mapping[str, Any], is_sender: bool) -> dict[str, Any]:
    """The sender's note to itself is not the receiver's."""
    return dict(words) if is_sender else {key: said for key, said in words.items() if key != "note"}


@look(Permission.REFERRAL_READ)
def transfers(*, officer: Officer, at: datetime, state: str = "offered") -> list[Transfer]:
    """Offers of the lead that the agency made or got, newest first."""
    return list(
        Transfer.objects.filter(state=state)
        .select_related("agency", "to_agency", "officer")
        .defer("sealed")
        .order_by("-offered_at", "id")
    )


@dataclass(frozen=True)
class TransferView:
    """One offer of the lead with its words, its clocks and what may be done now.

    words: reason, urgency, answer, and `goods`: the sections that open with the lead, what for and until when; `given`:
    whether they opened. A receiver that has not accepted gets no case number.
    """

    transfer: Transfer
    words: Mapping[str, Any]
    possible: tuple[Transition, ...]
    is_asked: bool
    clocks: tuple[Obligation, ...]

    @property
    def goods(self) -> tuple[str, ...]:
        """The sections that go with the lead."""
        return tuple((self.words.get("goods") or {}).get("sections", ()))

    @property
    def until(self) -> datetime | None:
        """Until when they are given."""
        return parse_datetime(str((self.words.get("goods") or {}).get("until", "")))

    def audit_subject(self) -> tuple[str, int]:
        return self.transfer.audit_subject()


@look(Permission.REFERRAL_READ, recorded=True)
def transfer_view(*, officer: Officer, at: datetime, transfer: int) -> TransferView:
    """One offer of the lead. Raises NotThere."""
    found = Transfer.objects.select_related("agency", "to_agency", "officer").filter(pk=transfer).first()
    if found is None:
        raise NotThere(_("There is no such offer."))
    return TransferView(
        found,
        opened(found),
        TRANSFER.from_state(found.state),
        found.to_agency_id == officer.agency_id,
        tuple(confidential(at=at).filter(subject_kind="cases.transfer", subject_id=found.pk)),
    )
