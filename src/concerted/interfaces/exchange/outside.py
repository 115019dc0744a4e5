"""Makes the sealed package of a referral to somebody outside, from the agency's own words; the code is told once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from concerted.errors import Invalid, NotThere, Problem
from concerted.foundation.agencies.reads import Officer
from concerted.foundation.people.births import said_of
from concerted.foundation.people.reads import identities_of
from concerted.foundation.people.values import Birth, Name, SexStated
from concerted.interfaces.exchange.package import PackageContents, Part, contents_as_files, seal
from concerted.mechanism.cases import codes, law
from concerted.mechanism.cases.acts.packages import record_package
from concerted.mechanism.cases.reads import assistance, status
from concerted.mechanism.cases.reads import cases as reads
from concerted.mechanism.cases.reads import referrals as referral_reads
from concerted.mechanism.cases.reads.documents import document_file
from concerted.mechanism.cases.sections import BY_KEY, NOT_SAID, SEALED, Field
from concerted.mechanism.cases.tickets import new_code

Lines = list[tuple[str, str]]
_URGENCIES = {
    "routine": pgettext_lazy("urgency", "Routine"),
    "urgent": pgettext_lazy("urgency", "Urgent"),
    "emergency": pgettext_lazy("urgency", "Emergency"),
}
_SEXES = {"female": gettext_lazy("Female"), "male": gettext_lazy("Male"), **dict(NOT_SAID)}
ATTACHED_AT_MOST = 50 * 1024 * 1024


@dataclass(frozen=True)
class MadePackage:
    """The sealed file, its name, and the code that opens it; the code goes by another channel and is kept nowhere."""

    data: bytes
    name: str
    code: str
    acknowledgement: str


def make_package(
    *,
    officer: Officer,
    at: datetime,
    referral: Any,
    channel: str,
    language: str,
    acknowledge_at: str,
    note: str = "",
    documents: Sequence[int] = (),
) -> MadePackage:
    """Return the package of a sent referral to somebody outside, and enter it into the book of packages.

    Only the acting agency's own words go in, only in the sections of the referral, and never a sealed section.
    documents: the numbers of the agency's own papers in these sections that go with it.
    Raises Conflict for a referral that is not sent to somebody outside, NotThere, Invalid.
    """
    view = referral_reads.referral_view(officer=officer, at=at, referral=referral)
    acknowledgement = new_code()
    with translation.override(language):
        contents = _contents(officer, at, view, language, acknowledge_at, acknowledgement, documents)
    sealed = seal(contents_as_files(contents))
    record_package(
        officer=officer,
        at=at,
        referral=referral,
        digest=sealed.digest,
        channel=channel,
        acknowledgement=acknowledgement,
        note=note,
    )
    return MadePackage(sealed.data, f"{view.referral.number}.zip", sealed.code, acknowledgement)


def _contents(
    officer: Officer,
    at: datetime,
    view: referral_reads.ReferralView,
    language: str,
    acknowledge_at: str,
    acknowledgement: str,
    documents: Sequence[int],
) -> PackageContents:
    referral = view.referral
    case = reads.case_by_id(officer=officer, at=at, pk=referral.case_id)
    outside: Mapping[str, Any] = view.words.get("outside", {})
    until = referral.until or at
    return PackageContents(
        number=referral.number,
        sender=_name_of(referral.agency, language),
        recipient=str(outside.get("body") or outside.get("name") or ""),
        service=str(codes.SERVICES[referral.service]),
        urgency=str(_URGENCIES.get(referral.urgency, referral.urgency)),
        urgency_code=referral.urgency,
        purpose=str(codes.PURPOSES[referral.purpose]),
        basis=_("The person's consent"),
        until=timezone.localdate(until),
        made_on=timezone.localdate(at),
        language=language,
        acknowledge_at=acknowledge_at,
        acknowledgement=acknowledgement,
        parts=[
            Part("reason", _("What is asked for"), [(_("Reason"), str(view.words.get("reason", "")))]),
            *_parts(officer, at, case, referral.sections, referral.persons),
        ],
        handling=[str(codes.HANDLING[flag]) for flag in case.handling],
        attachments=_attachments(officer, at, case, referral.sections, documents),
        is_demonstration=case.is_demonstration,
    )


def papers_to_attach(
    *, officer: Officer, at: datetime, case: Any, sections: Iterable[str]
) -> list[tuple[int, str]]:
    """The agency's own papers that may go into a package with these sections: number and title; no sealed one."""
    allowed = set(sections) - SEALED
    return [
        (one.pk, title)
        for one, title in reads.documents_of(officer=officer, at=at, case=case)
        if one.file and one.agency_id == officer.agency_id and one.section in allowed
    ]


def _attachments(
    officer: Officer, at: datetime, case: Any, sections: Iterable[str], wanted: Sequence[int]
) -> dict[str, bytes]:
    """The files by a number and their kind's ending; their own names stay behind, for an archive shows names."""
    may = {pk for pk, _title in papers_to_attach(officer=officer, at=at, case=case, sections=sections)}
    if not set(wanted) <= may:
        raise NotThere(_("There is no such file."))
    found: dict[str, bytes] = {}
    size = 0
    for number, pk in enumerate(wanted, start=1):
        opened = document_file(officer=officer, at=at, case=case, document=pk)
        size += opened.size
        if size > ATTACHED_AT_MOST:
            raise Invalid(
                _("The papers are too large for one package."),
                problems=[Problem(_("Choose fewer papers."), field="documents")],
            )
        found[f"{number}{PurePath(opened.name).suffix}"] = b"".join(opened.pieces)
    return found


def _name_of(agency: Any, language: str) -> str:
    return str(agency.name_zh or agency.name_en) if language.startswith("zh") else str(agency.name_en)


def _parts(
    officer: Officer, at: datetime, case: Any, sections: Iterable[str], persons: Sequence[int] | None
) -> Iterator[Part]:
    wanted = [key for key in sections if key not in SEALED]
    view = reads.case_to_take_away(officer=officer, at=at, case=case, form="package")
    written = {section.kind.key: section for section in view.sections}
    told: dict[str, Callable[[], Lines]] = {
        "identity": lambda: _identity(officer, at, view, persons),
        "screening": lambda: _screening(officer, at, case),
        "status": lambda: _status(officer, at, case),
        "assessment": lambda: _assessments(officer, at, case),
        "plan": lambda: _plans(officer, at, case),
        "entitlement": lambda: _entitlements(officer, at, case),
    }
    for key in wanted:
        lines = told[key]() if key in told else _section(written[key])
        yield Part(key, str(BY_KEY[key].label), lines or [("", _("Nothing is written here."))])


def _section(section: reads.SectionView) -> Lines:
    own = next((words.values for words in section.words if words.is_own and words.values), {})
    fields = {one.key: one for one in section.kind.fields}
    return [
        (str(fields[key].label), _shown(fields[key], value)) for key, value in own.items() if key in fields
    ]


def _shown(field: Field, value: Any) -> str:
    labels = dict((*field.values, *NOT_SAID)) | {"yes": _("Yes"), "no": _("No")}
    if isinstance(value, list):
        return ", ".join(str(labels.get(each, each)) for each in value)
    return str(labels.get(value, value)) if field.kind != "text" or value in dict(NOT_SAID) else str(value)


def _identity(officer: Officer, at: datetime, view: reads.CaseView, persons: Sequence[int] | None) -> Lines:
    """What the agency wrote of the persons the referral names; of the victims, where it names nobody."""
    own = [
        one.person_id
        for one in view.people
        if one.agency_id == officer.agency_id
        and (one.role == "victim" if persons is None else one.person_id in persons)
    ]
    lines: Lines = []
    for identity in identities_of(officer=officer, at=at, ids=own, why="package").values():
        for stated in identity.stated:
            lines += _said(stated.value)
    return lines


def _said(value: object) -> Lines:
    if isinstance(value, Name):
        return [(_("Name"), value.full)]
    if isinstance(value, SexStated):
        return [(_("Sex"), " ".join(filter(None, (str(_SEXES.get(value.code, value.code)), value.gender))))]
    if isinstance(value, Birth) and value.earliest and value.latest:
        days = (value.earliest.isoformat(), value.latest.isoformat())
        span = days[0] if value.is_exact else " - ".join(days)
        words = said_of(value)
        return [(_("Born"), f"{span} ({words})" if words and words != span else span)]
    return []


def _screening(officer: Officer, at: datetime, case: Any) -> Lines:
    found = reads.screenings_of(officer=officer, at=at, case=case)
    lines: Lines = []
    for one, words in found:
        if one.agency_id == officer.agency_id and words:
            result: Mapping[str, Any] = words.get("result", {})
            key = "zh" if (translation.get_language() or "").startswith("zh") else "en"
            lines.append((one.at.date().isoformat(), str(result.get("result", {}).get(key, ""))))
            lines.append(("", str(result.get("not_a_finding", {}).get(key, ""))))
    return lines


def _status(officer: Officer, at: datetime, case: Any) -> Lines:
    chinese = (translation.get_language() or "").startswith("zh")
    kinds = law.status_kinds()
    lines: Lines = []
    for view in status.status_of(officer=officer, at=at, case=case).decisions:
        one = view.decision
        if view.is_own and one.state == "decided" and one.decided_at is not None:
            kind = kinds[one.kind].zh if chinese else kinds[one.kind].en
            basis = [] if view.basis is None else [view.basis.zh if chinese else view.basis.en]
            said = "; ".join([str(codes.FINDINGS[one.finding]), *basis])
            lines.append((f"{timezone.localdate(one.decided_at).isoformat()} {kind}", said))
    return lines


def _assessments(officer: Officer, at: datetime, case: Any) -> Lines:
    found = assistance.assistance_of(officer=officer, at=at, case=case).assessments
    return [
        (
            f"{one.at.date().isoformat()} {codes.ASSESSMENTS.get(one.kind, one.kind)}",
            str(words.get("findings", "")),
        )
        for one, words in found
        if one.agency_id == officer.agency_id
    ]


def _plans(officer: Officer, at: datetime, case: Any) -> Lines:
    view = assistance.assistance_of(officer=officer, at=at, case=case)
    lines = [
        (_("Plan"), str(words.get("summary", "")))
        for one, words in view.plans
        if one.agency_id == officer.agency_id
    ]
    return lines + [
        (_("Goal"), str(words.get("text", "")))
        for one, words in view.goals
        if one.agency_id == officer.agency_id
    ]


def _entitlements(officer: Officer, at: datetime, case: Any) -> Lines:
    found = assistance.assistance_of(officer=officer, at=at, case=case).entitlements
    return [
        (str(codes.ENTITLEMENTS.get(one.kind, one.kind)), f"{one.since or ''} - {one.until or ''}")
        for one, _words in found
        if one.agency_id == officer.agency_id and one.state == "granted"
    ]
