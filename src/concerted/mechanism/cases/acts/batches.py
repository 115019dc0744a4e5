"""Holds a list an officer handed in until it is imported, and keeps mappings for the agency; it reads no cell."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer

from ..incoming import IncomingCase
from ..models import AgencyMapping, ImportBatch
from .common import bump, checked, keep, keep_more, locked, my_agency, need_code, new_subject, not_there
from .imports import Imported, import_cases

FORMS = ("list", "htcds")
LARGEST = 4 * 1024 * 1024
MOST_HELD = 10
MOST_MAPPINGS = 100
HELD_FOR = timedelta(days=1)
TOLD_FOR = timedelta(days=30)
"""How long the officer finds which row became which case."""


@act(Permission.CASE_OPEN, record=("form",))
def hold_batch(
    *, officer: Officer, at: datetime, form: str, filename: str, content: bytes, place_code: str = ""
) -> ImportBatch:
    """Keep a list the officer handed in, sealed and seen by that officer alone, for a day at most.

    form: list or htcds. place_code: where its cases stand that have no place, '' for the agency's own.
    Raises Invalid for a list that is too large.
    """
    checked(
        need_code(form, "form", FORMS),
        None if content else Problem(_("The file is empty."), field="file"),
        None
        if len(content) <= LARGEST
        else Problem(
            _("The file has more than 4 MB."),
            field="file",
            remedy=_("Hand it over in parts, or ask the administrator to run: concerted cases import"),
        ),
    )
    own = ImportBatch.objects.filter(agency=my_agency(officer), officer=officer, state="held")
    own.filter(held_at__lt=at - HELD_FOR).delete()
    told = ImportBatch.objects.filter(agency=my_agency(officer), officer=officer, state="imported")
    told.filter(imported_at__lt=at - TOLD_FOR).delete()
    for old in own.order_by("-held_at")[MOST_HELD - 1 :]:
        old.delete()
    batch = ImportBatch(
        subject=new_subject(at), agency=my_agency(officer), officer=officer, form=form, held_at=at
    )
    words = {"filename": filename[:200], "content": base64.b64encode(content).decode()}
    return keep(batch, words | ({"place_code": place_code} if place_code else {}))


@act(Permission.CASE_OPEN)
def map_batch(
    *, officer: Officer, at: datetime, batch: ImportBatch, mapping: Mapping[str, Any], row_version: int
) -> ImportBatch:
    """Say where the columns of a held list go. mapping: as plain data. Raises Stale, Conflict once imported."""
    standing = _held(officer, batch, row_version)
    keep_more(standing, mapping=dict(mapping))
    bump(standing)
    standing.save()
    return standing


@act(Permission.CASE_OPEN)
def import_batch(
    *,
    officer: Officer,
    at: datetime,
    batch: ImportBatch,
    row_version: int,
    cases: Sequence[IncomingCase],
    filename: str,
) -> Imported:
    """Open every case of a held list, all or none, once; the list itself is let go of. Raises what import_cases does,
    Stale, and Conflict where it was imported before."""
    standing = _held(officer, batch, row_version)
    imported = import_cases(officer=officer, at=at, cases=cases, source_file=filename)
    standing.state, standing.imported_at = ImportBatch.State.IMPORTED, at
    standing.imported = len(imported.numbers)
    keep(standing, {"filename": filename, "numbers": {str(row): n for row, n in imported.numbers.items()}})
    return imported


@act(Permission.CASE_OPEN)
def discard_batch(*, officer: Officer, at: datetime, batch: ImportBatch) -> int:
    """Let go of a held list; returns whether there was one."""
    own = ImportBatch.objects.filter(pk=batch.pk, agency=my_agency(officer), officer=officer, state="held")
    return own.delete()[0]


def _held(officer: Officer, batch: ImportBatch, row_version: int) -> ImportBatch:
    standing = locked(ImportBatch, batch.pk, row_version=row_version)
    if standing.state != ImportBatch.State.HELD:
        raise Conflict(
            _("This list was imported before."), remedy=_("Look for its cases in the list of cases.")
        )
    return standing


@act(Permission.CASE_OPEN, record=("name",))
def keep_agency_mapping(
    *, officer: Officer, at: datetime, name: str, mapping: Mapping[str, Any]
) -> AgencyMapping:
    """Keep a mapping for every officer of the agency; the same name is written over. Raises Invalid."""
    wanted = name.strip()[:80]
    checked(None if wanted else Problem(_("Give it a name."), field="name"))
    own = AgencyMapping.objects.filter(agency=my_agency(officer))
    if own.exclude(name=wanted).count() >= MOST_MAPPINGS:
        raise Invalid(_("At most 100 mappings are kept."), remedy=_("Remove one nobody uses."))
    kept = own.select_for_update(of=("self",)).filter(name=wanted).first()
    if kept is None:
        kept = AgencyMapping(subject=new_subject(at), agency=my_agency(officer), name=wanted)
    else:
        bump(kept)
    kept.changed_at, kept.changed_by = at, officer
    return keep(kept, dict(mapping))


@act(Permission.CASE_OPEN)
def forget_agency_mapping(*, officer: Officer, at: datetime, pk: int) -> int:
    """Remove a mapping of the agency. Raises NotThere."""
    removed = AgencyMapping.objects.filter(pk=pk, agency=my_agency(officer)).delete()[0]
    if not removed:
        raise not_there()
    return removed


@dataclass(frozen=True)
class LetGo:
    """How many lists nobody imported were let go of."""

    lists: int

    def audit_detail(self) -> Mapping[str, Any]:
        return {"lists": self.lists}


@act(Permission.CASE_ESCALATE)
def let_go_of_imports(*, officer: Officer, at: datetime) -> LetGo:
    """Let go of every list that was held for more than a day; for the nightly machine, which reads none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_imports_to_let_go()")
        return LetGo(int(cursor.fetchone()[0]))
