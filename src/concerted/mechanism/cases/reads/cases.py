"""Lists of an agency's cases and the page of one; every look at what is written of a person is recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from concerted.errors import NotThere, Refused
from concerted.foundation.access.door import look, taking_away
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Agency, Officer, significant_digits
from concerted.foundation.people.cursors import cursor_at, place_of
from concerted.foundation.vault.numbers import as_spoken
from concerted.foundation.vault.reads import opened_all

from ..models import AgencyFile, Case, CaseDocument, FileNote, Move, PersonLink, Screening, Section
from ..sections import BY_KEY, SEALED, WRITTEN, SectionKind
from .holding import is_emergency_only, is_restricted, need_reason, sections_open_to
from .names import with_names

PAGE = 50


@dataclass(frozen=True)
class CaseFilter:
    """Which of the agency's cases a list shows; empty fields do not narrow it."""

    stage: str = ""
    urgency: str = ""
    risk: str = ""
    age_band: str = ""
    province: str = ""
    file_state: str = ""
    assigned_to: int | None = None
    unassigned: bool = False
    leads_only: bool = False
    open_only: bool = True
    number: str = ""


@dataclass(frozen=True)
class CasePage:
    """A slice of a list, the most lately changed first; `next` is the cursor of what follows, or empty."""

    files: Sequence[AgencyFile]
    next: str


@look(Permission.CASE_READ)
def my_cases(
    *, officer: Officer, at: datetime, wanted: CaseFilter = CaseFilter(), cursor: str = "", size: int = PAGE
) -> CasePage:
    """The agency's files with their cases' spines; by key and not by offset. No name is in a list."""
    found = _narrowed(officer, wanted)
    behind = place_of(cursor)
    if behind is not None:
        found = found.filter(Q(changed_at__lt=behind[0]) | Q(changed_at=behind[0], pk__gt=behind[1]))
    rows = list(found.order_by("-changed_at", "id")[: size + 1])
    with_names(*rows, *(row.case for row in rows))
    last = rows[size - 1] if len(rows) > size else None
    following = cursor_at(last.changed_at, last.pk) if last else ""
    return CasePage(rows[:size], following)


@look(Permission.CASE_READ)
def count_my_cases(*, officer: Officer, at: datetime, wanted: CaseFilter = CaseFilter()) -> int:
    """How many files of the agency the filter finds."""
    return _narrowed(officer, wanted).count()


def _narrowed(officer: Officer, wanted: CaseFilter) -> QuerySet[AgencyFile]:
    found = AgencyFile.objects.filter(agency=officer.agency_id).select_related("case")
    equal: dict[str, Any] = {
        "case__stage": wanted.stage,
        "case__urgency": wanted.urgency,
        "case__risk": wanted.risk,
        "case__age_band": wanted.age_band,
        "state": wanted.file_state,
        "assigned_to": wanted.assigned_to,
        "case__number": as_spoken(wanted.number),
    }
    found = found.filter(**{name: value for name, value in equal.items() if value})
    if wanted.unassigned:
        found = found.filter(assigned_to=None)
    if wanted.province:
        found = found.filter(case__province_code__startswith=significant_digits(wanted.province))
    if wanted.leads_only:
        joint = Q(case__joint_leads__contains=[officer.agency_id])
        found = found.filter(Q(case__lead=officer.agency_id) | joint)
    if wanted.open_only and not wanted.stage:
        found = found.exclude(case__stage="closed")
    return found


@look(Permission.CASE_READ)
def case_by_id(*, officer: Officer, at: datetime, pk: int) -> Case:
    """The spine of a case. Raises NotThere, whether there is none or the officer may not know."""
    return case_of(pk=pk)


@look(Permission.CASE_READ)
def case_by_number(*, officer: Officer, at: datetime, number: str) -> Case:
    """The spine of the case of this number. Raises NotThere."""
    return case_of(number=as_spoken(number))


def case_of(**which: Any) -> Case:
    """The one case that is so and open to the acting agency; for reads that are guarded. Raises NotThere."""
    found = Case.objects.select_related("lead", "opened_by").filter(**which).first()
    if found is None:
        raise NotThere(_("There is no such case."))
    return found


@dataclass(frozen=True)
class Words:
    """What one agency wrote in one section; values None where they were erased."""

    agency: Agency
    officer: Officer
    at: datetime
    row_version: int
    values: Mapping[str, Any] | None
    is_own: bool

    @property
    def says_anything(self) -> bool:
        """Whether any field holds something; none does where all were emptied, or where the words were erased."""
        return any((self.values or {}).values())


@dataclass(frozen=True)
class SectionView:
    """One section as the officer sees it: every agency's words side by side; sealed ones only when asked for.

    is_open: whether the agency may see others' words in it now. is_shown: whether its words were opened here.
    """

    kind: SectionKind
    words: tuple[Words, ...]
    is_open: bool
    is_shown: bool
    others: int


@dataclass(frozen=True)
class CaseView:
    """One case as one officer sees it."""

    case: Case
    file: AgencyFile | None
    sections: tuple[SectionView, ...]
    people: tuple[PersonLink, ...]
    leads: tuple[Agency, ...]
    is_lead: bool
    is_emergency: bool


@look(Permission.CASE_READ, subject=None, recorded=True, record=("sections", "why"))
def case_view(
    *, officer: Officer, at: datetime, case: Case, sections: str = "", why: str = "case page"
) -> CaseView:
    """The case with every section that is open to the agency. Sealed sections stay shut but for those asked for.

    sections: keys of sealed sections to open, with commas, as recorded. Names are read through the people room,
    which records its own look. Raises NotThere, and Invalid for a sealed section without a reason.
    """
    standing = case_of(pk=case.pk)
    asked = frozenset(filter(None, sections.split(",")))
    if asked & SEALED:
        need_reason(why)
    open_to = sections_open_to(standing, officer.agency_id, at)
    leads = Agency.objects.in_bulk(sorted(standing.lead_ids))
    return CaseView(
        case=standing,
        file=AgencyFile.objects.filter(case=standing, agency=officer.agency_id)
        .select_related("assigned_to")
        .first(),
        sections=tuple(_section(officer, standing, kind, open_to, asked) for kind in WRITTEN),
        people=tuple(
            PersonLink.objects.filter(case=standing, ended_at=None)
            .select_related("person", "agency")
            .order_by("role", "at")
        ),
        leads=tuple(leads[pk] for pk in sorted(standing.lead_ids) if pk in leads),
        is_lead=officer.agency_id in standing.lead_ids,
        is_emergency=is_emergency_only(standing, officer.agency_id, at),
    )


def _section(
    officer: Officer, case: Case, kind: SectionKind, open_to: frozenset[str], asked: frozenset[str]
) -> SectionView:
    assert kind.model is not None
    rows = list(
        kind.model._default_manager.filter(case=case, replaced_at=None)
        .select_related("agency", "officer")
        .order_by("-at")
    )
    shown = not kind.is_sealed or kind.key in asked
    words = tuple(words_of(officer, rows, opened_all(rows))) if shown else ()
    return SectionView(kind, words, kind.key in open_to, shown, len(rows))


def words_of(
    officer: Officer, rows: Sequence[Section], opened: Sequence[Mapping[str, Any] | None]
) -> list[Words]:
    """Who wrote each row, and the words that were opened of it."""
    return [
        Words(row.agency, row.officer, row.at, row.row_version, values, row.agency_id == officer.agency_id)
        for row, values in zip(rows, opened, strict=True)
    ]


@look(Permission.CASE_READ, recorded=True, record=("section", "why"))
def section_history(
    *, officer: Officer, at: datetime, case: Case, section: str, why: str = ""
) -> list[Words]:
    """Everything the acting agency ever wrote in one section, newest first.

    why: the reason, without which a sealed section does not open. Raises Invalid, NotThere.
    """
    kind = BY_KEY.get(section)
    if kind is None or kind.model is None:
        raise NotThere(_("There is no such section."))
    if kind.is_sealed:
        need_reason(why)
    rows = list(
        kind.model._default_manager.filter(case=case, agency=officer.agency_id)
        .select_related("agency", "officer")
        .order_by("-at", "-row_version")
    )
    return words_of(officer, rows, opened_all(rows))


@look(Permission.CASE_EXPORT, recorded=True, record=("form",))
def case_to_take_away(*, officer: Officer, at: datetime, case: Case, form: str) -> CaseView:
    """The case for a file or a print: what the page shows, never a sealed section. What is open by emergency
    access alone is not in it. Raises NotThere, and Refused for a case known by emergency access only, or whose use the
    person has restricted."""
    standing = case_of(pk=case.pk)
    if is_emergency_only(standing, officer.agency_id, at):
        raise Refused(_("What was opened in an emergency is not taken away."))
    if is_restricted(standing):
        raise Refused(_("The person has restricted the use of what is kept: it is not taken away."))
    with taking_away():
        view: CaseView = case_view(officer=officer, at=at, case=standing, why=form)
    kept = tuple(section for section in view.sections if section.kind.key not in SEALED)
    return CaseView(view.case, view.file, kept, view.people, view.leads, view.is_lead, view.is_emergency)


@look(Permission.CASE_READ, recorded=True)
def notes_of(*, officer: Officer, at: datetime, case: Case) -> list[tuple[FileNote, str]]:
    """The acting agency's internal notes on the case, newest first."""
    rows = list(FileNote.objects.filter(case=case).select_related("officer"))
    return [
        (row, str((values or {}).get("text", ""))) for row, values in zip(rows, opened_all(rows), strict=True)
    ]


@look(Permission.CASE_READ, recorded=True)
def documents_of(*, officer: Officer, at: datetime, case: Case) -> list[tuple[CaseDocument, str]]:
    """The documents of the sections open to the agency, with their titles; those of sealed sections without."""
    rows = list(CaseDocument.objects.filter(case=case, withdrawn_at=None).select_related("agency", "officer"))
    titles = opened_all(rows)
    return [
        (row, "" if row.section in SEALED else str((values or {}).get("title", "")))
        for row, values in zip(rows, titles, strict=True)
    ]


@look(Permission.CASE_READ, recorded=True)
def screenings_of(
    *, officer: Officer, at: datetime, case: Case
) -> list[tuple[Screening, Mapping[str, Any] | None]]:
    """The screenings open to the agency with answers and result, newest first."""
    rows = list(Screening.objects.filter(case=case).select_related("agency", "officer"))
    return list(zip(rows, opened_all(rows), strict=True))


@dataclass(frozen=True)
class Happening:
    """One line of the timeline: when, which agency and officer, what, and words where they are open."""

    at: datetime
    agency: Agency
    officer: Officer | None
    thing: str
    act: str
    source: str
    target: str
    words: Mapping[str, Any]


@look(Permission.CASE_READ, recorded=True)
def timeline(*, officer: Officer, at: datetime, case: Case) -> list[Happening]:
    """What happened on the case as far as the agency may know: moves, what was written, disclosures; newest first."""
    moves = list(Move.objects.filter(case=case).select_related("agency", "officer").order_by("-at"))
    written = [
        (kind.key, row)
        for kind in WRITTEN
        if kind.model is not None
        for row in kind.model._default_manager.filter(case=case)
        .select_related("agency", "officer")
        .defer("sealed")
    ]
    documents = CaseDocument.objects.filter(case=case).select_related("agency", "officer").defer("sealed")
    words = [said or {} for said in opened_all(moves)]
    return happenings(case, list(zip(moves, words, strict=True)), written, list(documents))


def happenings(
    case: Case,
    moves: Sequence[tuple[Move, Mapping[str, Any]]],
    written: Sequence[tuple[str, Section]],
    documents: Sequence[CaseDocument],
) -> list[Happening]:
    """The timeline these moves with their words, section rows under their keys, and documents make; newest first."""
    found = [
        Happening(move.at, move.agency, move.officer, move.thing, move.act, move.source, move.target, words)
        for move, words in moves
    ]
    found += [
        Happening(row.at, row.agency, row.officer, "section", "write", "", key, {}) for key, row in written
    ]
    found += [
        Happening(each.at, each.agency, each.officer, "document", "add", "", each.section, {})
        for each in documents
    ]
    found.append(Happening(case.opened_at, case.lead, case.opened_by, "case", "open", "", "reported", {}))
    return sorted(found, key=lambda line: line.at, reverse=True)


@look(Permission.CASE_READ)
def cases_of_persons(
    *, officer: Officer, at: datetime, persons: Sequence[int]
) -> dict[int, list[tuple[Case, str]]]:
    """For each of these records the cases open to the agency on which it stands, with the role; newest case first."""
    found: dict[int, list[tuple[Case, str]]] = {pk: [] for pk in persons}
    links = PersonLink.objects.filter(person__in=persons, ended_at=None)
    for link in links.select_related("case").order_by("-case__opened_at", "id"):
        found[link.person_id].append((link.case, link.role))
    return found


@look(Permission.CASE_READ)
def cases_of_person(*, officer: Officer, at: datetime, person: int) -> list[Case]:
    """The cases open to the agency on which the person's record stands; for the warning at entry."""
    links = PersonLink.objects.filter(person=person, ended_at=None).values("case")
    return list(Case.objects.filter(pk__in=links).select_related("lead").order_by(F("opened_at").desc()))
