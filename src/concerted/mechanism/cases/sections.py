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
    SectionKind("status", _("Victim status")),
    SectionKind(
        "contact",
        _("Safe contact"),
        models.Contact,
        fields=(
            Field(
                "ways",
                _("Safe ways to make contact"),
                "choices",
                values=_CHANNELS,
                help=_(
                    "Calling in a wrong way can cost a life; tick only what the person herself called safe."
                ),
            ),
            Field(
                "how",
                _("Safe way to make contact"),
                help=_("When and on which number, and what to say if somebody else answers."),
            ),
            Field(
                "number",
                _("Telephone number"),
                "text",
                help=_("The number the person gave, not one found elsewhere; say whose telephone it is."),
            ),
            Field(
                "hours",
                _("Safe hours"),
                "text",
                help=_("When nobody else listens, in the person's own words."),
            ),
            Field(
                "code_word",
                _("Word that tells it is safe to talk"),
                "text",
                help=_("If it is not said, end the call as a wrong number."),
            ),
            Field(
                "never",
                _("What must never be done"),
                help=_("For example: never call the house, never write from a police number."),
            ),
            Field(
                "trusted",
                _("Person of trust"),
                help=_("Who may be spoken to instead, how to reach them, and what they know."),
            ),
            Field(
                "language",
                _("Language, dialect or sign language"),
                "text",
                help=_("So that an interpreter is there from the first call; name the dialect."),
            ),
            Field(
                "source",
                _("Where this comes from"),
                help=_("Who said it; where it was carried over from reports, their numbers stand here."),
            ),
        ),
    ),
    SectionKind(
        "health",
        _("Health in outline"),
        models.Health,
        fields=(
            Field(
                "urgent",
                _("Urgent needs"),
                help=_("What cannot wait until tomorrow, such as bleeding, fever or withdrawal."),
            ),
            Field(
                "condition",
                _("General condition"),
                help=_("What whoever houses or accompanies the person must know, and no diagnosis."),
            ),
            Field(
                "pregnancy",
                _("Pregnancy or infant"),
                "yes_no",
                help=_("It changes where a bed and care are looked for."),
            ),
            Field(
                "disability",
                _("Disability and what it needs"),
                help=_("What the person needs to move, to hear, to understand."),
            ),
            Field("medication", _("Medication"), help=_("Name, dose and when the supply ends.")),
        ),
    ),
    SectionKind(
        "psychosocial",
        _("Well-being"),
        models.Psychosocial,
        fields=(
            Field(
                "state",
                _("How the person is"),
                help=_("How the person sleeps, eats and speaks with others, as you see it."),
            ),
            Field(
                "risk_to_self",
                _("Risk to self"),
                "yes_no",
                help=_(
                    "Ask it plainly; asking does not put the thought there. With a yes, do not leave the "
                    "person alone."
                ),
            ),
            Field(
                "support",
                _("Support at hand"),
                help=_("Who is on the person's side and can be asked for help."),
            ),
            Field(
                "children",
                _("Children and who cares for them"),
                help=_(
                    "Where the children are now and whether they are safe; they may need a case of their own."
                ),
            ),
            Field(
                "wishes",
                _("Wishes"),
                help=_("In the person's own words, because help against her wishes fails."),
            ),
        ),
    ),
    SectionKind(
        "legal",
        _("Legal matters"),
        models.Legal,
        fields=(
            Field(
                "standing",
                _("Legal standing"),
                help=_("Papers, permission to stay, and whether the person is accused of something."),
            ),
            Field(
                "proceedings",
                _("Proceedings"),
                help=_("Which authority leads them, their number and the next date."),
            ),
            Field(
                "counsel",
                _("Counsel or legal aid"),
                help=_("Name and office of the lawyer, or that one was offered."),
            ),
            Field(
                "registration",
                _("Household registration"),
                help=_("Where the person is registered, and what stands in the way if nowhere."),
            ),
            Field(
                "wishes",
                _("Wishes as to proceedings"),
                help=_("Whether the person wants to testify, claim damages, or neither."),
            ),
        ),
    ),
    SectionKind(
        "account",
        _("Account of exploitation"),
        models.Account,
        fields=(
            Field(
                "words",
                _("As told, in the person's words"),
                help=_(
                    "Write down what was told without asking again for what was told elsewhere; repeating "
                    "it does harm."
                ),
            ),
            Field(
                "acts",
                _("What was done"),
                "choices",
                values=_ACTS,
                help=_(
                    "Tick what was done to the person; the law is worked out from it and not ticked here."
                ),
            ),
            Field(
                "means",
                _("By which means"),
                "choices",
                values=_MEANS,
                help=_("Tick all that were told; for a child no means is needed."),
            ),
            Field(
                "purposes",
                _("For which purpose"),
                "choices",
                values=_PURPOSES,
                help=_("What the person was to be used for, even if it did not come to it."),
            ),
            Field(
                "since",
                _("From when"),
                "text",
                help=_("A day, a month or a season; what is roughly known is better than nothing."),
            ),
            Field(
                "until",
                _("Until when"),
                "text",
                help=_("The day the person got out, or that it still goes on."),
            ),
            Field(
                "places",
                _("Places"),
                help=_("Towns, roads, houses as the person described them; others may still be there."),
            ),
            Field(
                "others",
                _("Others who may be in danger"),
                help=_("How many, how old and where, as far as it is known; this can start a rescue."),
            ),
        ),
    ),
    SectionKind(
        "travel",
        _("Travel"),
        models.Travel,
        fields=(
            Field(
                "papers",
                _("Travel papers"),
                help=_("Which papers there are, who holds them and until when they are valid."),
            ),
            Field(
                "route",
                _("Route by which the person came"),
                help=_("Places and means of travel in their order; it shows where others can be met."),
            ),
            Field(
                "planned",
                _("Planned journey"),
                help=_("Day, means and who pays; no address at the end of the journey."),
            ),
            Field(
                "escort",
                _("Escort and needs on the way"),
                help=_("Who goes with the person, and what is needed on the way."),
            ),
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
            Field(
                "address",
                _("Address"),
                help=_("Whoever knows it can find the person; give this section to as few as can be."),
            ),
            Field(
                "reach",
                _("How to reach it safely"),
                help=_("How to come without being followed, and whom to ask for at the door."),
            ),
            Field(
                "known_to",
                _("Who knows it"),
                help=_("Every person who knows it, so that it is known whom to ask after a leak."),
            ),
        ),
    ),
    SectionKind(
        "new_identity",
        _("New identity"),
        models.NewIdentity,
        is_sealed=True,
        fields=(
            Field(
                "name",
                _("New name"),
                "text",
                help=_("The protected name; the old one is never written beside it."),
            ),
            Field(
                "papers", _("New papers"), help=_("Which papers were issued in the new name, and by whom.")
            ),
            Field("note", _("Note"), help=_("What whoever protects the person must heed.")),
        ),
    ),
    SectionKind(
        "witness_protection",
        _("Witness protection"),
        models.WitnessProtection,
        is_sealed=True,
        fields=(
            Field("threat", _("Threat"), help=_("From whom, since when, and how it became known.")),
            Field("measures", _("Measures"), help=_("What was ordered, by whom, and until when.")),
            Field("officer", _("Protecting officer"), help=_("Whom to call at any hour.")),
        ),
    ),
    SectionKind(
        "health_detail",
        _("Health in detail"),
        models.HealthDetail,
        is_sealed=True,
        fields=(
            Field(
                "examination",
                _("Examination"),
                help=_("Day, place and findings; only whoever treats the person needs them."),
            ),
            Field("diagnosis", _("Diagnosis"), help=_("As the doctor wrote it, with the doctor's name.")),
            Field(
                "tests",
                _("Test results"),
                help=_("Which tests, their day and result; some results need a consent of their own."),
            ),
            Field("treatment", _("Treatment"), help=_("What is given, by whom, and until when.")),
        ),
    ),
)
BY_KEY: dict[str, SectionKind] = {each.key: each for each in SECTIONS}
KEYS: tuple[str, ...] = tuple(BY_KEY)
SEALED: frozenset[str] = frozenset(each.key for each in SECTIONS if each.is_sealed)
WRITTEN: tuple[SectionKind, ...] = tuple(each for each in SECTIONS if each.model is not None)
#: What every participating agency's interest names: the spine alone.
SPINE = "spine"


def shared_onward(disclosure: models.Disclosure) -> tuple[str, ...]:
    """The sections of a disclosure its recipient may share onward: with leave, all but the sealed ones, which the
    database keeps out as well."""
    if not disclosure.may_share_onward:
        return ()
    return tuple(key for key in disclosure.sections if key not in SEALED)
