"""The sections of a case as data: their tables, their fields, which are sealed; code reads it and forms show it."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import models


@dataclass(frozen=True)
class Field:
    """One field of a section. kind: text, long_text, choice, choices, date, yes_no.

    Every field takes declined, unknown and not_asked beside its values; none is compulsory.
    """

    key: str
    label: str | Promise
    kind: str = "long_text"
    help: str | Promise = ""
    values: tuple[tuple[str, str | Promise], ...] = ()


@dataclass(frozen=True)
class SectionKind:
    """One section: its key (as interests and consents name it), its table where it has one, its fields.

    is_sealed: never in search, export, print or notification, never in an emergency access unless asked by name.
    """

    key: str
    label: str | Promise
    model: type[models.Section] | None = None
    is_sealed: bool = False
    fields: tuple[Field, ...] = field(default=())


#: What a field holds when nothing was learnt; three different things.
NOT_SAID: tuple[tuple[str, str | Promise], ...] = (
    ("declined", _("Declined to answer")),
    ("unknown", _("Unknown")),
    ("not_asked", _("Not asked")),
)
_CHANNELS = (
    ("phone", _("Telephone")),
    ("message", _("Text message")),
    ("person", _("In person only")),
    ("through", _("Through a person of trust")),
    ("never", _("Must not be contacted")),
)
_MEANS = (
    ("force", _("Force")),
    ("threat", _("Threat")),
    ("abduction", _("Abduction")),
    ("deception", _("Deception or fraud")),
    ("drugging", _("Drugging")),
    ("abuse_of_power", _("Abuse of power or of a vulnerable position")),
    ("payment", _("Payment to a person in control")),
    ("debt", _("Debt")),
    ("papers_taken", _("Papers taken away")),
)
_ACTS = (
    ("recruitment", _("Recruitment")),
    ("transport", _("Transport")),
    ("transfer", _("Transfer")),
    ("harbouring", _("Harbouring")),
    ("receipt", _("Receipt")),
    ("sale", _("Sale")),
    ("purchase", _("Purchase")),
)
_PURPOSES = (
    ("sexual_exploitation", _("Sexual exploitation")),
    ("forced_labour", _("Forced labour")),
    ("forced_marriage", _("Forced marriage")),
    ("illegal_adoption", _("Illegal adoption")),
    ("begging", _("Forced begging")),
    ("forced_criminality", _("Forced criminality")),
    ("organ_removal", _("Removal of organs")),
    ("sale", _("Sale")),
    ("other", _("Other")),
)

SECTIONS: tuple[SectionKind, ...] = (
    SectionKind("identity", _("Identity")),
    SectionKind("screening", _("Screening")),
    SectionKind(
        "contact",
        _("Safe contact"),
        models.Contact,
        fields=(
            Field("ways", _("Safe ways to make contact"), "choices", values=_CHANNELS),
            Field("number", _("Telephone number"), "text"),
            Field("hours", _("Safe hours"), "text"),
            Field("code_word", _("Word that tells it is safe to talk"), "text"),
            Field("never", _("What must never be done")),
            Field("trusted", _("Person of trust")),
            Field("language", _("Language, dialect or sign language"), "text"),
        ),
    ),
    SectionKind(
        "health",
        _("Health in outline"),
        models.Health,
        fields=(
            Field("urgent", _("Urgent needs")),
            Field("condition", _("General condition")),
            Field("pregnancy", _("Pregnancy or infant"), "yes_no"),
            Field("disability", _("Disability and what it needs")),
            Field("medication", _("Medication")),
        ),
    ),
    SectionKind(
        "psychosocial",
        _("Well-being"),
        models.Psychosocial,
        fields=(
            Field("state", _("How the person is")),
            Field("risk_to_self", _("Risk to self"), "yes_no"),
            Field("support", _("Support at hand")),
            Field("children", _("Children and who cares for them")),
            Field("wishes", _("Wishes")),
        ),
    ),
    SectionKind(
        "legal",
        _("Legal matters"),
        models.Legal,
        fields=(
            Field("standing", _("Legal standing")),
            Field("proceedings", _("Proceedings")),
            Field("counsel", _("Counsel or legal aid")),
            Field("registration", _("Household registration")),
            Field("wishes", _("Wishes as to proceedings")),
        ),
    ),
    SectionKind(
        "account",
        _("Account of exploitation"),
        models.Account,
        fields=(
            Field("words", _("As told, in the person's words")),
            Field("acts", _("What was done"), "choices", values=_ACTS),
            Field("means", _("By which means"), "choices", values=_MEANS),
            Field("purposes", _("For which purpose"), "choices", values=_PURPOSES),
            Field("since", _("From when"), "text"),
            Field("until", _("Until when"), "text"),
            Field("places", _("Places")),
            Field("others", _("Others who may be in danger")),
        ),
    ),
    SectionKind(
        "travel",
        _("Travel"),
        models.Travel,
        fields=(
            Field("papers", _("Travel papers")),
            Field("route", _("Route by which the person came")),
            Field("planned", _("Planned journey")),
            Field("escort", _("Escort and needs on the way")),
        ),
    ),
    SectionKind("assessment", _("Assessments")),
    SectionKind("plan", _("Support plan and services")),
    SectionKind("entitlement", _("Entitlements")),
    SectionKind(
        "shelter_address",
        _("Shelter address"),
        models.ShelterAddress,
        is_sealed=True,
        fields=(
            Field("address", _("Address")),
            Field("reach", _("How to reach it safely")),
            Field("known_to", _("Who knows it")),
        ),
    ),
    SectionKind(
        "new_identity",
        _("New identity"),
        models.NewIdentity,
        is_sealed=True,
        fields=(
            Field("name", _("New name"), "text"),
            Field("papers", _("New papers")),
            Field("note", _("Note")),
        ),
    ),
    SectionKind(
        "witness_protection",
        _("Witness protection"),
        models.WitnessProtection,
        is_sealed=True,
        fields=(
            Field("threat", _("Threat")),
            Field("measures", _("Measures")),
            Field("officer", _("Protecting officer")),
        ),
    ),
    SectionKind(
        "health_detail",
        _("Health in detail"),
        models.HealthDetail,
        is_sealed=True,
        fields=(
            Field("examination", _("Examination")),
            Field("diagnosis", _("Diagnosis")),
            Field("tests", _("Test results")),
            Field("treatment", _("Treatment")),
        ),
    ),
)
BY_KEY: dict[str, SectionKind] = {each.key: each for each in SECTIONS}
KEYS: tuple[str, ...] = tuple(BY_KEY)
SEALED: frozenset[str] = frozenset(each.key for each in SECTIONS if each.is_sealed)
WRITTEN: tuple[SectionKind, ...] = tuple(each for each in SECTIONS if each.model is not None)
#: What every participating agency's interest names: the spine alone.
SPINE = "spine"
