"""Writes an agency's own file: sections, people, internal notes, documents, who works it; gives nothing away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem, Stale
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Appointment, Officer
from concerted.foundation.people.models import Person
from concerted.foundation.vault.reads import opened

from .. import models
from ..models import AgencyFile, Case, CaseDocument, FileNote, Move, PersonLink, Section
from ..reads.holding import is_emergency_only
from ..sections import BY_KEY, NOT_SAID, Field, SectionKind
from .common import (
    TEXT_LIMIT,
    bump,
    checked,
    keep,
    keep_more,
    locked,
    locked_open_case,
    my_agency,
    need_code,
    need_text,
    not_there,
    open_file,
)
from .suspicions import end_word_of_suspect, tell_suspicion_lifted

BULK_LIMIT = 100


class StaleSection(Stale):
    """A colleague changed the section meanwhile; carries what was written and what stands now."""

    def __init__(self, *, written: Mapping[str, Any], standing: Mapping[str, Any]) -> None:
        super().__init__(
            _("This section was changed by somebody else while you wrote."),
            remedy=_("Compare both versions and choose."),
        )
        self.written, self.standing = dict(written), dict(standing)


@act(Permission.CASE_EDIT, subject=None, record=("section",))
def write_section(
    *,
    officer: Officer,
    at: datetime,
    case: Case,
    section: str,
    values: Mapping[str, Any],
    row_version: int | None = None,
) -> Section:
    """Write the acting agency's own words in a section; what another agency wrote there stays beside them.

    values: {field: value}, see sections.SECTIONS; what is absent stays; declined, unknown and not_asked are
    values. row_version: the version of the agency's own row that was read, None where it has none. Raises
    StaleSection, Invalid, NotThere.
    """
    standing_case = locked_open_case(case)
    kind, cleaned = cleaned_section(section, values)
    assert kind.model is not None
    before = (
        kind.model._default_manager.select_for_update(of=("self",))
        .filter(case=standing_case, agency=my_agency(officer), replaced_at=None)
        .first()
    )
    if (before.row_version if before else None) != row_version:
        raise StaleSection(written=cleaned, standing=opened(before) if before else {})
    if before is None and not any(cleaned.values()):
        nothing = Problem(
            _("Nothing is written in it."),
            remedy=_("Write in one field at least; declined, unknown and not asked are answers too."),
        )
        raise Invalid(_("The section was not saved."), problems=[nothing])
    row = kind.model(
        subject=standing_case.subject,
        case=standing_case,
        agency=my_agency(officer),
        officer=officer,
        at=at,
        row_version=before.row_version + 1 if before else 1,
    )
    together = {**(opened(before) if before else {}), **cleaned}
    if before is None:
        refuse_nothing(together)
    else:
        kind.model._default_manager.filter(pk=before.pk).update(replaced_at=at)
    keep(row, together)
    _touch(officer, at, standing_case)
    return row


def cleaned_section(section: str, values: Mapping[str, Any]) -> tuple[SectionKind, dict[str, Any]]:
    """The kind of the section, and the values as they would be kept in it. Raises NotThere, Invalid."""
    kind = _kind(section)
    return kind, clean_values(kind, values)


def refuse_nothing(values: Mapping[str, Any]) -> None:
    """Raise Invalid where a section would begin with no word in it."""
    if not any(values.values()):
        raise Invalid(
            _("The section was not saved."),
            problems=[Problem(_("Nothing is written down. Fill what is known."))],
            remedy=_("Where nothing was learnt, say whether it was declined, unknown or not asked."),
        )


def clean_values(kind: SectionKind, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with their blanks cut; raises Invalid naming every field that is unknown or of another kind."""
    fields = {each.key: each for each in kind.fields}
    problems, cleaned = [], {}
    for key, value in values.items():
        field = fields.get(key)
        if field is None:
            problems.append(Problem(_("This section has no such field."), field=key))
            continue
        cleaned[key] = value.strip() if isinstance(value, str) else value
        if not _fits(field, cleaned[key]):
            problems.append(Problem(_("This value does not fit the field."), field=key))
    if problems:
        raise Invalid(_("The section was not saved."), problems=problems)
    return cleaned


def _fits(field: Field, value: Any) -> bool:
    said = {code for code, _label in NOT_SAID} | {""}
    if isinstance(value, str) and value in said:
        return True
    codes = {code for code, _label in field.values}
    match field.kind:
        case "choices":
            return isinstance(value, list | tuple) and set(value) <= codes
        case "choice":
            return value in codes
        case "yes_no":
            return value in ("yes", "no")
        case _:
            return isinstance(value, str) and len(value) <= TEXT_LIMIT


@act(Permission.CASE_EDIT, subject=None, record=("role",))
def link_person(*, officer: Officer, at: datetime, case: Case, person: Person, role: str) -> PersonLink:
    """Say which of the agency's own person records stands in which role on the case.

    Whoever consented as guardian and becomes a suspect: those consents end, with what was given on them. Raises
    Conflict, Invalid.
    """
    standing = locked_open_case(case)
    checked(need_code(role, "role", PersonLink.Role.values))
    if person.agency_id != officer.agency_id:
        raise not_there()
    if person.kind == Person.Kind.UNKNOWN_OFFENDER and role == PersonLink.Role.VICTIM:
        raise Invalid(
            _("The person was not put on the case."),
            problems=[
                Problem(
                    _("A record of an offender nobody knows yet is no victim's."),
                    field="role",
                    remedy=_("Choose another role, or write the person down as a person."),
                )
            ],
        )
    known = PersonLink.objects.filter(case=standing, person=person, role=role, ended_at=None)
    if known.exists():
        raise Conflict(_("This person stands in this role on the case already."))
    link = PersonLink.objects.create(
        case=standing, person=person, role=role, agency=my_agency(officer), officer=officer, at=at
    )
    if role == PersonLink.Role.SUSPECT:
        link.ended_consents = end_word_of_suspect(officer, at, standing, person)
    _touch(officer, at, standing)
    return link


@act(Permission.CASE_EDIT)
def unlink_person(*, officer: Officer, at: datetime, link: PersonLink, reason: str) -> PersonLink:
    """The person does not stand in this role, or not any more; link and sealed reason stay in the agency's history.

    Of a guardian who is no suspect any more, what had ended with the suspicion is told to who may take it up again
    (suspicions.take_up_consent). Raises Conflict, Invalid without a reason.
    """
    standing = locked(PersonLink, link.pk)
    checked(need_text(reason, "reason", _("Give the reason.")))
    if standing.agency_id != officer.agency_id or standing.ended_at is not None:
        raise Conflict(_("The link has ended, or another agency made it."))
    standing.ended_at = at
    standing.save(update_fields=["ended_at"])
    move = Move(
        subject=standing.case.subject,
        case_id=standing.case_id,
        thing="role",
        thing_id=standing.pk,
        act="end",
        source=standing.role,
        target="ended",
        agency=my_agency(officer),
        officer=officer,
        at=at,
    )
    keep(move, {"reason": reason.strip()})
    if standing.role == PersonLink.Role.SUSPECT:
        standing.cleared_consents = tell_suspicion_lifted(officer, at, standing)
    _touch(officer, at, standing.case)
    return standing


def check_note(text: str) -> None:
    """Raise Invalid where such a note would not be kept."""
    checked(need_text(text, "text", _("Write the note.")))


@act(Permission.CASE_EDIT, in_emergency=True)
def write_note(*, officer: Officer, at: datetime, case: Case, text: str) -> FileNote:
    """An internal note of the acting agency; nobody else ever sees it. Who knows the case by emergency access alone
    has a file with the first note."""
    check_note(text)
    if is_emergency_only(case, officer.agency_id, at):
        file = open_file(officer=officer, at=at, case_id=case.pk, because="emergency")
    else:
        file = _own_file(officer, case)
    note = FileNote(
        subject=case.subject, case_id=case.pk, file=file, agency=my_agency(officer), officer=officer, at=at
    )
    return keep(note, {"text": text.strip()})


@act(Permission.CASE_EDIT, record=("section", "kind"))
def add_document(
    *,
    officer: Officer,
    at: datetime,
    case: Case,
    section: str,
    kind: str,
    title: str,
    file: UUID | None = None,
    note: str = "",
) -> CaseDocument:
    """Put a document into a section of the case; it is seen with that section and like it.

    file: the token of a file stored through the vault's file door. Raises Invalid.
    """
    standing = locked_open_case(case)
    checked(
        need_code(section, "section", BY_KEY),
        need_text(title, "title", _("Give the document a title.")),
        need_text(kind, "kind", _("Say what kind of document it is.")),
    )
    document = CaseDocument(
        subject=standing.subject,
        case=standing,
        section=section,
        kind=kind[:24],
        agency=my_agency(officer),
        officer=officer,
        file=file,
        at=at,
    )
    keep(document, {"title": title.strip(), "note": note.strip()})
    _touch(officer, at, standing)
    return document


@act(Permission.CASE_EDIT)
def withdraw_document(*, officer: Officer, at: datetime, document: CaseDocument, reason: str) -> CaseDocument:
    """The document should not stand there; it is kept and not shown any more, with the reason and who said it.

    Raises Conflict, Invalid.
    """
    standing = locked(CaseDocument, document.pk)
    checked(need_text(reason, "reason", _("Give the reason.")))
    if standing.agency_id != officer.agency_id or standing.withdrawn_at is not None:
        raise Conflict(_("The document is withdrawn already, or another agency put it there."))
    keep_more(standing, withdrawn=reason.strip())
    standing.withdrawn_at, standing.withdrawn_by = at, officer
    standing.save()
    return standing


@act(Permission.CASE_EDIT, record=("state", "local_number"))
def change_file(
    *,
    officer: Officer,
    at: datetime,
    file: AgencyFile,
    row_version: int,
    state: str | None = None,
    local_number: str | None = None,
) -> AgencyFile:
    """Change the state or the local number of the agency's own file. Raises Stale, Invalid."""
    standing = locked(AgencyFile, file.pk, row_version=row_version)
    if state is not None:
        checked(need_code(state, "state", AgencyFile.State.values))
        standing.state = state
    if local_number is not None:
        standing.local_number = local_number.strip()[:40]
    standing.changed_at = at
    bump(standing)
    standing.save()
    return standing


@dataclass(frozen=True)
class Assigned:
    """What a bulk assignment did: the files that changed hands, and those left out with the reason."""

    changed: tuple[AgencyFile, ...]
    left_out: tuple[tuple[int, str], ...]

    def audit_detail(self) -> Mapping[str, Any]:
        return {"cases": [file.case_id for file in self.changed]}


@act(Permission.CASE_ASSIGN)
def assign_files(*, officer: Officer, at: datetime, files: Sequence[int], to: Officer | None) -> Assigned:
    """Give up to 100 of the agency's own files to one of its officers, or to nobody; all or none.

    files: their numbers. See reads.files.preview_assignment for what it would do. Raises Invalid, NotThere.
    """
    if len(files) > BULK_LIMIT:
        raise Invalid(_("At most 100 files are given at once."))
    check_colleague(officer, to, at)
    rows = list(AgencyFile.objects.select_for_update(of=("self",)).filter(pk__in=list(files)).order_by("id"))
    if len(rows) != len(set(files)):
        raise not_there()
    aside = set_aside_from(to)
    changed, left_out = [], []
    for row in rows:
        if row.case_id in aside:
            left_out.append((row.pk, "conflict_of_interest"))
            continue
        if row.assigned_to_id != (to.pk if to else None):
            row.assigned_to, row.changed_at = to, at
            row.state = AgencyFile.State.ACTIVE if row.state == AgencyFile.State.OPENED and to else row.state
            bump(row)
            row.save()
            changed.append(row)
    return Assigned(tuple(changed), tuple(left_out))


def check_colleague(officer: Officer, to: Officer | None, at: datetime) -> None:
    """Raise NotThere where `to` holds no live post of case work in the acting agency."""
    if to is None:
        return
    live = Appointment.objects.live(at.date()).filter(
        officer=to,
        post__agency=officer.agency_id,
        post__function__in=("case_worker", "case_supervisor", "duty_officer"),
    )
    if not live.exists():
        raise not_there()


def set_aside_from(officer: Officer | None) -> frozenset[int]:
    """The cases the officer is set aside from, as far as the acting agency declared it."""
    if officer is None:
        return frozenset()
    rows = models.ConflictOfInterest.objects.filter(officer=officer, until=None)
    return frozenset(rows.values_list("case_id", flat=True))


def _kind(section: str) -> SectionKind:
    kind = BY_KEY.get(section)
    if kind is None or kind.model is None:
        raise not_there()
    return kind


def _own_file(officer: Officer, case: Case) -> AgencyFile:
    file = AgencyFile.objects.filter(case_id=case.pk, agency=officer.agency_id).first()
    if file is None:
        raise not_there()
    return file


def _touch(officer: Officer, at: datetime, case: Case) -> None:
    """The agency's file moves up its list; an agency that writes on a case has a file on it."""
    file = open_file(officer=officer, at=at, case_id=case.pk, because="wrote")
    state = AgencyFile.State.ACTIVE if file.state == AgencyFile.State.OPENED else file.state
    AgencyFile.objects.filter(pk=file.pk).update(changed_at=at, state=state)
