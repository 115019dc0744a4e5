"""Brings plan files into the database and out of it; the formats are in plan_file, the rules in the acts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from django.db import transaction
from django.utils.translation import gettext as _

from concerted.errors import Invalid
from concerted.foundation.agencies.reads import (
    Officer,
    agencies_in,
    agencies_of_the_nation,
    local_bodies_by_line,
    place_on,
    places,
)
from concerted.interfaces.exchange.notation import AgencyRow, DraftPlan, read_plan
from concerted.interfaces.exchange.plan_file import dump_xlsx, dump_yaml, load_xlsx, load_yaml
from concerted.interfaces.exchange.tables import Format, content_type, file_name
from concerted.mechanism.plan.acts.documents import adopt_version, store_version
from concerted.mechanism.plan.canonical import content_hash
from concerted.mechanism.plan.document import PlanDocument
from concerted.mechanism.plan.reads.documents import read_document, version_in_force_of

if TYPE_CHECKING:
    from concerted.mechanism.plan.models import PlanVersion

PlanFormat = Literal["yaml", "xlsx"]
NATION = "000000"
_SORT_OF_PROVINCE = re.compile(r"(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)$")
PLAN_FILES = frozenset({".yaml", ".yml", ".xlsx"})


@dataclass(frozen=True)
class PlanFile:
    """A plan file as it leaves: its name, media type and bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class LoadedPlan:
    """What loading a plan file came to: the version, and whether anything was written."""

    version: PlanVersion
    is_new: bool


def agency_rows(agencies: Iterable[Any] = ()) -> list[AgencyRow]:
    """The agencies (the nation's, when none are given) as the reader of plans wants them."""
    named = list(agencies) or agencies_of_the_nation()
    return [(one.key, one.name_en, one.name_zh, one.aliases) for one in named]


def read_plan_text(
    content: Path | bytes, filename: str, *, on: date, place: str = NATION, agencies: Iterable[Any] = ()
) -> DraftPlan:
    """The draft of a plan's text; agencies: those it may name, the nation's when none are given.

    place: the code of the province whose plan it is. Where it is told, or the title names one province, the text may
    name that province's agencies too, and those it calls without the province's name are offered as nearest.
    Raises Invalid for a code that is none, and what read_plan raises.
    """
    if place != NATION and place_on(code=place, on=on) is None:
        raise Invalid(
            _("“%(text)s” is not the code of a place.") % {"text": place[:60]},
            where="place",
            remedy=_("Use the six-digit code of GB/T 2260 as it stood in that period."),
        )
    rows = agency_rows(agencies)
    draft = read_plan(content, filename, rows)
    code = place if place != NATION else _province_named(draft.title, on)
    own = agencies_in(code=code, on=on) if code else []
    if not own:
        return draft
    there = place_on(code=code, on=on)
    known = {row[0] for row in rows}
    more = [row for row in agency_rows(own) if row[0] not in known]
    return read_plan(
        content,
        filename,
        [*rows, *more],
        place=f"{there.name_zh} {there.name_en}" if there else "",
        counterparts=local_bodies_by_line(code=code, on=on),
    )


def _province_named(title: str, on: date) -> str:
    """The code of the one province the title names; empty where it names none or several."""
    found = [
        province.code
        for province in places(on=on, level="province")
        if _SORT_OF_PROVINCE.sub("", province.name_zh) in title
        or re.search(rf"\b{re.escape(province.name_en)}\b", title, re.IGNORECASE)
    ]
    return found[0] if len(found) == 1 else ""


def is_plan_file(filename: str) -> bool:
    """Whether the name says that it is a plan file and not a plan's text."""
    return Path(filename).suffix.lower() in PLAN_FILES


def read_plan_file(content: Path | bytes, filename: str) -> PlanDocument:
    """The document in a YAML or XLSX plan file. Raises Invalid with the row, field and remedy of every fault."""
    match Path(filename).suffix.lower():
        case ".yaml" | ".yml":
            return load_yaml(content, filename)
        case ".xlsx":
            return load_xlsx(content, filename)
        case ending:
            raise Invalid(
                _("%(ending)s is no kind of plan file.") % {"ending": ending or filename},
                where=filename,
                remedy=_("Hand over a .yaml or .xlsx plan file."),
            )


def load_plan(
    *,
    officer: Officer,
    at: datetime,
    document: PlanDocument,
    adopt_on: date | None = None,
    in_force: bool = False,
) -> LoadedPlan:
    """Store the document and, with a day given, adopt it; nothing is written where it already stands as it is.

    in_force: adopt it even where its day of adoption was not read; the version then has no such day.
    """
    adopts = in_force or adopt_on is not None
    with transaction.atomic():
        standing = version_in_force_of(officer=officer, at=at, key=document.plan.id)
        if standing is not None and adopts and standing.content_hash == content_hash(document):
            return LoadedPlan(standing, is_new=False)
        version = store_version(officer=officer, at=at, document=document)
        if adopts:
            version = adopt_version(officer=officer, at=at, version=version, adopted_on=adopt_on)
        return LoadedPlan(version, is_new=True)


def export_plan(*, officer: Officer, at: datetime, version: PlanVersion, format: PlanFormat) -> PlanFile:
    """The version as a plan file, which reads back as exactly this version."""
    document = read_document(officer=officer, at=at, version=version)
    return plan_file_of(document, name=f"{version.plan.key}-v{version.number}", format=format)


def plan_file_of(document: PlanDocument, *, name: str, format: PlanFormat) -> PlanFile:
    """The document as a plan file of that name."""
    if format == "yaml":
        return PlanFile(f"{name}.yaml", "application/yaml; charset=utf-8", dump_yaml(document).encode())
    return PlanFile(file_name(name, Format.XLSX), content_type(Format.XLSX), dump_xlsx(document))
