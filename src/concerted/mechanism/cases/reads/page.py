"""Everything the page of one case shows, asked for together and recorded as one look; it decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models import Q
from django.utils import timezone

from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.obligations.models import Obligation
from concerted.foundation.people.reads import Identity, identities_of
from concerted.foundation.vault.models import SealedRow
from concerted.foundation.vault.reads import opened_all

from ..models import (
    AgencyFile,
    Assessment,
    BreakGlass,
    Case,
    CaseDocument,
    Consent,
    Disclosure,
    Entitlement,
    FileNote,
    Goal,
    Letter,
    Message,
    Move,
    PersonLink,
    Placement,
    Referral,
    Report,
    Screening,
    Section,
    Service,
    SupportPlan,
)
from ..sections import BY_KEY, SEALED, WRITTEN
from .ages import band_with
from .assistance import AssistanceView
from .cases import CaseView, Happening, SectionView, case_of, happenings, words_of
from .holding import Holding, held, live_interests, only_by_emergency, participants, sections_named
from .names import with_names
from .obligations import confidential
from .sharing import ConsentView, state_of
from .work import MessageView

Said = Mapping[str, Any]
Row = TypeVar("Row", bound=SealedRow)


@dataclass(frozen=True)
class CasePage:
    """One case as one officer sees it on its page: each part as the read of its own would give it.

    people: each person on the case with the identity that is open, else None. age_band: the one that rules go by, where
    an open record of the victim tells another age than the case. reports: those the agency itself took, from which the
    case was opened or which were merged into one of them.
    """

    view: CaseView
    reports: tuple[Report, ...]
    people: tuple[tuple[PersonLink, Identity | None], ...]
    owed: tuple[Obligation, ...]
    holdings: tuple[Holding, ...]
    referrals: tuple[Referral, ...]
    consents: tuple[ConsentView, ...]
    documents: tuple[tuple[CaseDocument, str], ...]
    screenings: tuple[tuple[Screening, Said | None], ...]
    messages: tuple[MessageView, ...]
    participants: tuple[Agency, ...]
    notes: tuple[tuple[FileNote, str], ...]
    happenings: tuple[Happening, ...]
    help: AssistanceView
    age_band: str

    def audit_subject(self) -> tuple[str, int]:
        return self.view.case.audit_subject()


@look(Permission.CASE_READ, recorded=True, record=("why",))
def case_page(*, officer: Officer, at: datetime, case: int, why: str = "case page") -> CasePage:
    """The case of this number of a row with everything on it that is open to the agency; sealed sections stay shut.

    One look stands in the record for all of it, and one for each person whose identity was read. Raises NotThere.
    """
    standing = case_of(pk=case)
    rows = _Rows(standing, officer)
    known = identities_of(
        officer=officer, at=at, ids=sorted({link.person_id for link in rows.links}), why=why
    )
    rows.links = [link for link in rows.links if link.person_id in known]
    owed = owed_here(standing, rows.referrals, rows.reports, at)
    agencies = with_names(standing, *rows.everything(), *owed, also=standing.lead_ids)
    said = _Said(rows.sealed())
    documents = [row for row in rows.documents if row.withdrawn_at is None]
    ids = participants(
        standing, officer.agency_id, at, rows.disclosures, rows.referrals, rows.placements, rows.messages
    )
    spans = [
        known[link.person_id].age_on(timezone.localdate(at)) for link in rows.links if link.role == "victim"
    ]
    return CasePage(
        age_band=band_with(standing, spans),
        view=_view(standing, officer, at, rows, said, agencies),
        reports=tuple(rows.reports),
        people=tuple((link, known.get(link.person_id)) for link in rows.links),
        owed=tuple(owed),
        holdings=tuple(held(rows.disclosures, said.of_all(rows.disclosures), rows.broken, at, rows.consents)),
        referrals=tuple(rows.referrals),
        consents=tuple(ConsentView(row, said.of(row), state_of(row, at)) for row in rows.consents),
        documents=tuple((row, str(said.of(row).get("title", ""))) for row in documents),
        screenings=tuple((row, said.of_all([row])[0]) for row in rows.screenings),
        messages=tuple(
            MessageView(
                row,
                str(said.of(row).get("text", "")),
                tuple(copy.agency for copy in row.copies.all()),
                row.agency_id == officer.agency_id,
                any(
                    copy.agency_id == officer.agency_id and copy.seen_at is None for copy in row.copies.all()
                ),
            )
            for row in rows.messages
        ),
        participants=tuple(
            sorted((agencies[pk] for pk in ids if pk in agencies), key=lambda each: each.name_en)
        ),
        notes=tuple((row, str(said.of(row).get("text", ""))) for row in rows.notes),
        happenings=tuple(happenings(standing, said.each(rows.moves), rows.written(), rows.documents)),
        help=AssistanceView(
            assessments=said.each(rows.assessments),
            plans=said.each(rows.plans),
            goals=said.each(rows.goals),
            services=said.each(rows.services),
            placements=said.each(rows.placements),
            entitlements=said.each(rows.entitlements),
            letters=tuple(rows.letters),
        ),
    )


class _Rows:
    """The rows on the case that are open, one question for each table, sections together; without names."""

    def __init__(self, case: Case, officer: Officer) -> None:
        of = {"case": case}
        self.file = list(AgencyFile.objects.filter(**of, agency=officer.agency_id))
        self.reports = list(Report.objects.filter(**of).defer("sealed").order_by("received_at", "id"))
        self.sections = section_rows(case)
        self.links = list(PersonLink.objects.filter(**of, ended_at=None).order_by("role", "at"))
        self.referrals = list(Referral.objects.filter(**of).defer("sealed").order_by("-written_at", "id"))
        self.disclosures = list(Disclosure.objects.filter(**of).order_by("-given_at", "id"))
        self.broken = list(BreakGlass.objects.filter(**of).defer("sealed"))
        self.consents = list(Consent.objects.filter(**of))
        self.documents = list(CaseDocument.objects.filter(**of))
        self.screenings = list(Screening.objects.filter(**of))
        self.messages = list(Message.objects.filter(**of).prefetch_related("copies").order_by("at", "id"))
        self.notes = list(FileNote.objects.filter(**of))
        self.moves = list(Move.objects.filter(**of).order_by("-at"))
        self.assessments = list(Assessment.objects.filter(**of))
        self.plans = list(SupportPlan.objects.filter(**of))
        self.goals = list(Goal.objects.filter(**of))
        self.services = list(Service.objects.filter(**of))
        self.placements = list(Placement.objects.filter(**of).select_related("shelter"))
        self.entitlements = list(Entitlement.objects.filter(**of))
        self.letters = list(Letter.objects.filter(**of))

    def written(self) -> list[tuple[str, Section]]:
        """Every row of a section with the section's key."""
        return [(key, row) for key, listed in self.sections.items() for row in listed]

    def sealed(self) -> list[SealedRow]:
        """Every row whose words the page shows; what belongs to a sealed section is not among them."""
        written = (row for _key, row in self.written() if row.sealed is not None)
        titled = (row for row in self.documents if row.section not in SEALED and row.withdrawn_at is None)
        return [
            *written,
            *titled,
            *self.disclosures,
            *self.consents,
            *self.screenings,
            *self.messages,
            *self.notes,
            *self.moves,
            *self.assessments,
            *self.plans,
            *self.goals,
            *self.services,
            *self.placements,
            *self.entitlements,
        ]

    def everything(self) -> list[models.Model]:
        """Every row that names agencies and officers."""
        sections = [row for _key, row in self.written()]
        copies = [copy for row in self.messages for copy in row.copies.all()]
        rest = (self.file, self.links, self.referrals, self.disclosures, self.broken, self.consents)
        more = (self.documents, self.screenings, self.messages, self.notes, self.moves, self.letters)
        help_given = (self.assessments, self.plans, self.goals, self.services, self.placements)
        lists: tuple[Sequence[models.Model], ...] = (*rest, *more, *help_given, self.entitlements)
        return [*sections, *copies, *(row for listed in lists for row in listed)]


class _Said:
    """The words of the rows, opened together: their keys are asked for once."""

    def __init__(self, rows: Sequence[SealedRow]) -> None:
        self._words = {(type(row), row.pk): words for row, words in zip(rows, opened_all(rows), strict=True)}

    def of(self, row: SealedRow) -> Said:
        """The words of the row; nothing where they were erased or are not open."""
        return self._words.get((type(row), row.pk)) or {}

    def each(self, rows: Sequence[Row]) -> tuple[tuple[Row, Said], ...]:
        """Each row with its words."""
        return tuple((row, self.of(row)) for row in rows)

    def of_all(self, rows: Sequence[SealedRow]) -> list[dict[str, Any] | None]:
        """The words of each row in order, None where they were erased."""
        return [self._words.get((type(row), row.pk)) for row in rows]


def _view(
    case: Case, officer: Officer, at: datetime, rows: _Rows, said: _Said, agencies: Mapping[int, Agency]
) -> CaseView:
    interests = live_interests(case, officer.agency_id, at)
    open_to = sections_named(interests)
    views = []
    for kind in WRITTEN:
        standing = [row for row in rows.sections.get(kind.key, []) if row.replaced_at is None]
        words = words_of(officer, standing, said.of_all(standing)) if not kind.is_sealed else []
        views.append(SectionView(kind, tuple(words), kind.key in open_to, not kind.is_sealed, len(standing)))
    return CaseView(
        case=case,
        file=rows.file[0] if rows.file else None,
        sections=tuple(views),
        people=tuple(rows.links),
        leads=tuple(agencies[pk] for pk in sorted(case.lead_ids) if pk in agencies),
        is_lead=officer.agency_id in case.lead_ids,
        is_emergency=only_by_emergency(interests),
    )


def _section_question() -> str:
    """One question to all tables of sections; of a sealed section and of what was replaced no word is fetched."""
    return " UNION ALL ".join(
        f"SELECT '{kind.key}', id, subject, agency_id, officer_id, at, replaced_at, row_version,"
        f" {'NULL::bytea' if kind.is_sealed else 'CASE WHEN replaced_at IS NULL THEN sealed END'}"
        f" FROM {kind.model._meta.db_table} WHERE case_id = %(case)s"
        for kind in WRITTEN
        if kind.model is not None
    )


_COLUMNS = ("id", "subject", "agency_id", "officer_id", "at", "replaced_at", "row_version", "sealed")


def section_rows(case: Case) -> dict[str, list[Section]]:
    """What was ever written in each section as far as it is open, newest first; without the words of sealed sections
    and of what was replaced."""
    found: dict[str, list[Section]] = {}
    with connection.cursor() as cursor:
        cursor.execute(f"{_section_question()} ORDER BY 6 DESC", {"case": case.pk})
        for key, *values in cursor.fetchall():
            model = BY_KEY[key].model
            assert model is not None
            row = model(case_id=case.pk, **dict(zip(_COLUMNS, values, strict=True)))
            row.case = case
            found.setdefault(key, []).append(row)
    return found


def owed_here(
    case: Case, referrals: Sequence[Referral], reports: Sequence[Report], at: datetime
) -> list[Obligation]:
    """What is owed on the case itself, on these referrals and on these reports, the earliest first."""
    of = {"cases.case": [case], "cases.referral": referrals, "cases.report": reports}
    wanted = Q()
    for kind, rows in of.items():
        wanted |= Q(subject_kind=kind, subject_id__in=[each.pk for each in rows])
    return list(confidential(at=at).select_related(None).filter(wanted).order_by("due", "id"))
