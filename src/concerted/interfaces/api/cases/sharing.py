"""Consent, legal bases, disclosures and objections over the API; nothing is given without a live basis."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.mechanism.cases import choices, law
from concerted.mechanism.cases.acts import consents as consent_acts
from concerted.mechanism.cases.acts import disclosures as acts
from concerted.mechanism.cases.acts import suspicions
from concerted.mechanism.cases.reads import holding
from concerted.mechanism.cases.reads import sharing as reads
from concerted.mechanism.cases.reads.machines import person_for_machine
from concerted.mechanism.cases.sections import shared_onward

from ..answers import In, Page, Paging, of, reply, slice_of
from ..call import Call, Id, InPath, Key, KeyInPath, Router, Text, answers, change, changes, makes, operation
from .common import (
    MaybeReason,
    Moment,
    OneOf,
    Outside,
    Purpose,
    Sections,
    Short,
    With,
    Word,
    agency_of,
    in_order,
    on_case,
    one_of,
    who,
)

router = Router(tags=["consent and disclosure"])

BasisKey = Annotated[str, Field(pattern=r"^[A-Za-z0-9_\-]{0,40}$", description="a key of /legal-bases")]


class Consent(Schema):
    """A consent as it was taken: whose it is, and who gave it, stands in the person records."""

    id: int = of("pk")
    agency: str = of("agency.key")
    person: int | None = of("person_id")
    giver: str
    giver_person: int | None = of("giver_person_id")
    recipient: str | None = of("recipient.key", None)
    sections: list[str]
    purpose: str
    given_at: datetime
    since: datetime
    until: datetime
    language: str
    is_written: bool
    withdrawn_at: datetime | None
    takes_up: int | None = of("takes_up_id", None)


class WholeConsent(Consent):
    """A consent with its words and how it stands: live, not_yet, expired, withdrawn, suspected (its guardian), or
    cleared: it ended on a suspicion that was lifted. may_take_up: whether the caller may take that up as a new one."""

    state: str
    may_take_up: bool
    witness: str
    note: str
    outside: dict[str, Any]


@router.get("/cases/{pk}/consents", response=answers(Page[WholeConsent]))
@operation(Permission.CASE_READ)
def list_consents(request: Call, pk: InPath, paging: Query[Paging]) -> Any:
    """The consents the caller's agency took or that name it, or all for a lead; the look is recorded."""
    rows = [
        With(
            view.consent,
            state=view.state,
            may_take_up=view.may_take_up,
            witness=str(view.words.get("witness", "")),
            note=str(view.words.get("note", "")),
            outside=view.words.get("outside") or {},
        )
        for view in reads.consents_of(**on_case(request, pk))
    ]
    return slice_of(in_order(rows), paging, key=lambda row: row.pk, kind=int)


class NewConsent(In):
    """Who consents that which sections go to whom, what for and until when; one recipient, inside or outside."""

    giver: Annotated[str, OneOf(choices.GIVERS)]
    sections: Sections
    purpose: Purpose
    until: Moment
    since: Moment | None = None
    language: Word
    recipient: Key | None = None
    outside: Outside | None = None
    person: Id | None = None
    giver_person: Id | None = None
    is_written: bool = False
    witness: Short = ""
    note: Text = ""


@router.post("/cases/{pk}/consents", response=makes(Consent))
@change(Permission.CONSENT_TAKE)
def take_consent(request: Call, pk: InPath, new: NewConsent) -> HttpResponse:
    """Write down a consent of one person on the case, who may be left out where one victim stands there. A guardian is
    named by a person record, and no suspect consents."""
    person, guardian = (
        person_for_machine(**who(request), pk=pk) if pk is not None else None
        for pk in (new.person, new.giver_person)
    )
    made = consent_acts.take_consent(
        **on_case(request, pk),
        **new.dict(exclude={"recipient", "outside", "person", "giver_person"}),
        recipient=agency_of(new.recipient) if new.recipient else None,
        outside=new.outside.dict() if new.outside else None,
        person=person,
        giver_person=guardian,
    )
    return reply(Consent, made, status=201, location=f"/api/v1/cases/{pk}/consents")


class ConsentWithdrawal(In):
    """One of three: whom it was given for; these consents; or everything she ever agreed to, also with other agencies.

    keep_shelter: of everything, what the shelter she lives in was given stays. received_by, presence, said_at: who
    heard her words, in whose presence, when.
    """

    recipient: Key | None = None
    consents: Annotated[list[Id], Field(max_length=100)] = []
    everything: bool = False
    keep_shelter: bool = False
    received_by: Short
    presence: Short
    said_at: Moment | None = None


class Holder(Schema):
    """Who gave on the consent, and who holds what was given; null is somebody outside."""

    gave: str
    holds: str | None


class Withdrawn(Schema):
    """What ended and who already holds what was given on it, as far as the caller may know; more may have ended."""

    consents: list[int]
    holders: list[Holder]


@router.post("/cases/{pk}/consents/withdrawal", response=changes(Withdrawn))
@change(Permission.CONSENT_TAKE)
def withdraw_consent(request: Call, pk: InPath, new: ConsentWithdrawal) -> HttpResponse:
    """The person withdraws: what stood on it ends at once and is marked, and givers and holders are told."""
    at = on_case(request, pk)
    given = [view.consent for view in reads.consents_of(**at)] if new.consents else []
    done = consent_acts.withdraw_consents(
        **at,
        **new.dict(exclude={"recipient", "consents"}),
        recipient=agency_of(new.recipient) if new.recipient else None,
        consents=[one_of(given, consent) for consent in new.consents],
    )
    named = holding.agencies_by_ids(sorted({pk for pair in done.holders for pk in pair if pk is not None}))
    holders = [
        {"gave": named[gave].key, "holds": named[holds].key if holds is not None else None}
        for gave, holds in done.holders
    ]
    return reply(Withdrawn, {"consents": list(done.consents), "holders": holders})


class TakenUp(In):
    """Who heard the guardian agree anew, in whose presence; until where it is not the end the old one had."""

    received_by: Short
    presence: Short
    until: Moment | None = None


@router.post("/cases/{pk}/consents/{part}/renewal", response=makes(Consent))
@change(Permission.CONSENT_TAKE)
def take_up_consent(request: Call, pk: InPath, part: InPath, new: TakenUp) -> HttpResponse:
    """Take up a consent that ended on a suspicion since lifted, as a new one from now on, by a lead or by who took it;
    what was given on the old one stays ended."""
    made = suspicions.take_up_consent(**who(request), consent=consent_of(request, pk, part), **new.dict())
    return reply(Consent, made, status=201, location=f"/api/v1/cases/{pk}/consents")


class Basis(Schema):
    """A named legal basis of a disclosure: its articles, who may give whom which sections what for."""

    key: str
    en: str
    zh: str
    articles: list[str]
    source: str
    givers: list[str]
    recipients: list[str]
    purposes: list[str]
    sections: list[str]
    needs_reason: bool
    only_age_bands: list[str]

    @staticmethod
    def resolve_sections(thing: Any) -> list[str]:
        """In the order of the sections."""
        return [key for key in choices.SECTION_KEYS if key in thing.sections]


@router.get("/legal-bases", response=answers(list[Basis]))
@operation(Permission.CASE_READ)
def list_bases(request: Call) -> Any:
    """Every legal basis there is, as the law was read."""
    return list(law.bases())


@router.get("/cases/{pk}/legal-bases/{key}", response=answers(list[Basis]))
@operation(Permission.DISCLOSURE_GIVE)
def bases_for(request: Call, pk: InPath, key: KeyInPath) -> Any:
    """The legal bases on which the caller's agency could give this case to the agency of that key."""
    return [basis for basis, _keys in reads.bases_for(**on_case(request, pk), recipient=agency_of(key))]


class Disclosure(Schema):
    """Sections given to a recipient (null: somebody outside) for a purpose until a day, and how it stands.

    shared_onward: the sections the recipient may share onward; a sealed one is never among them."""

    id: int = of("pk")
    agency: str = of("agency.key")
    recipient: str | None = of("recipient.key", None)
    sections: list[str]
    purpose: str
    consent: int | None = of("consent_id")
    persons: list[int] | None
    legal_basis: str
    referral: int | None = of("referral_id")
    given_at: datetime
    until: datetime
    may_share_onward: bool
    shared_onward: list[str]
    ended_at: datetime | None
    ended_as: str
    marked_at: datetime | None


@router.get("/cases/{pk}/disclosures", response=answers(Page[Disclosure]))
@operation(Permission.CASE_READ)
def list_disclosures(request: Call, pk: InPath, paging: Query[Paging]) -> Any:
    """What the caller's agency gave or got of the case, or all for a lead."""
    rows = [_told(row) for row in in_order(reads.disclosures_of(**on_case(request, pk)))]
    return slice_of(rows, paging, key=lambda row: row.pk, kind=int)


def _told(disclosure: Any) -> With:
    return With(disclosure, shared_onward=shared_onward(disclosure))


class NewDisclosure(In):
    """What is given to whom, what for, until when, on a consent or on a legal basis. relies_on: the law with its
    article, and the power or order, where a rule of law is the basis."""

    recipient: Key
    sections: Sections
    purpose: Purpose
    until: Moment
    consent: Id | None = None
    legal_basis: BasisKey = ""
    relies_on: Short = ""
    persons: Annotated[list[Id], Field(max_length=20)] = []
    reason: Text = ""
    may_share_onward: bool = Field(False, description="holds for all of the sections but the sealed ones")


def consent_of(request: Call, pk: int, consent: int | None) -> Any:
    """The consent on the case, None for none. Raises NotThere."""
    if consent is None:
        return None
    return one_of((view.consent for view in reads.consents_of(**on_case(request, pk))), consent)


@router.post("/cases/{pk}/disclosures", response=makes(Disclosure))
@change(Permission.DISCLOSURE_GIVE)
def disclose(request: Call, pk: InPath, new: NewDisclosure) -> HttpResponse:
    """Give sections; the recipient reads them at once. 422 tells what the basis lacks, and nothing is given."""
    made = acts.disclose(
        **on_case(request, pk),
        **new.dict(exclude={"recipient", "consent", "persons"}),
        recipient=agency_of(new.recipient),
        persons=[person_for_machine(**who(request), pk=person) for person in new.persons],
        consent=consent_of(request, pk, new.consent),
    )
    return reply(Disclosure, _told(made), status=201, location=f"/api/v1/cases/{pk}/disclosures")


@router.post("/cases/{pk}/disclosures/{part}/recall", response=changes(Disclosure))
@change(Permission.DISCLOSURE_GIVE)
def recall(request: Call, pk: InPath, part: InPath, new: MaybeReason) -> HttpResponse:
    """Take back what the caller's agency gave; that it was held stays written."""
    found = one_of(reads.disclosures_of(**on_case(request, pk)), part)
    ended = acts.recall_disclosure(**who(request), disclosure=found, reason=new.reason)
    return reply(Disclosure, _told(ended))


class Holding(Schema):
    """What one holder has of the case. state: live, expired, recalled, withdrawn or emergency. is_marked: the consent
    under it was withdrawn, or its guardian is suspected. basis: consent, break_glass, or a rule of law; by_law: it
    stays open by law though the person took her consent back."""

    holder: str | None
    outside: str
    giver: str
    sections: list[str]
    basis: str
    purpose: str
    since: datetime
    until: datetime | None
    state: str
    is_marked: bool
    relies_on: str
    by_law: bool


@router.get("/cases/{pk}/holders", response=answers(list[Holding]))
@operation(Permission.CASE_READ)
def list_holders(request: Call, pk: InPath) -> Any:
    """Who holds what of the case: all of it for a lead, else what the caller gave or got; recorded."""
    return [
        With(row, holder=row.holder.key if row.holder else None, giver=row.giver.key)
        for row in holding.who_holds_what(**on_case(request, pk))
    ]


class Objection(Schema):
    """An agency the person does not want to know of the case."""

    id: int = of("pk")
    against: str = of("against.key")
    agency: str = of("agency.key")
    at: datetime
    ended_at: datetime | None


@router.get("/cases/{pk}/objections", response=answers(Page[Objection]))
@operation(Permission.CASE_READ)
def list_objections(request: Call, pk: InPath, paging: Query[Paging]) -> Any:
    """The standing objections that the caller's agency recorded, or all for a lead; recorded."""
    rows = in_order(reads.objections_of(**on_case(request, pk)))
    return slice_of(rows, paging, key=lambda row: row.pk, kind=int)


class NewObjection(In):
    """Which agency must not know."""

    against: Key
    reason: Text = ""


@router.post("/cases/{pk}/objections", response=makes(Objection))
@change(Permission.CONSENT_TAKE)
def object_to(request: Call, pk: InPath, new: NewObjection) -> HttpResponse:
    """Nothing reaches that agency any more, emergencies included; what it was given ends."""
    made = consent_acts.record_objection(
        **on_case(request, pk), against=agency_of(new.against), reason=new.reason
    )
    return reply(Objection, made, status=201, location=f"/api/v1/cases/{pk}/objections")


@router.post("/cases/{pk}/objections/{part}/end", response=changes(Objection))
@change(Permission.CONSENT_TAKE)
def end_objection(request: Call, pk: InPath, part: InPath) -> HttpResponse:
    """The person does not object any longer; nothing is given back by itself."""
    found = one_of(reads.objections_of(**on_case(request, pk)), part)
    return reply(Objection, consent_acts.end_objection(**who(request), objection=found))
