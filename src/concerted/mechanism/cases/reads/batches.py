"""Lists an officer handed in and has not imported, and the agency's mappings; nobody else meets a held list."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.foundation.vault.reads import opened, opened_all

from ..models import AgencyMapping, ImportBatch


@dataclass(frozen=True)
class BatchView:
    """One list with its content (empty once imported), its mapping where one was chosen, and the cases it became.

    place_code: where its cases stand that have no place, '' for the agency's own.
    """

    batch: ImportBatch
    filename: str
    content: bytes
    mapping: Mapping[str, Any] | None
    numbers: Mapping[str, str]
    place_code: str = ""


@look(Permission.CASE_OPEN)
def batch_by_id(*, officer: Officer, at: datetime, pk: int) -> BatchView:
    """A list of the officer's own. Raises NotThere."""
    found = ImportBatch.objects.filter(pk=pk, agency=officer.agency_id, officer=officer).first()
    if found is None:
        raise NotThere(_("There is no such list, or it is no longer held."))
    words = opened(found)
    return BatchView(
        found,
        str(words.get("filename", "")),
        base64.b64decode(words.get("content", "")),
        words.get("mapping"),
        words.get("numbers", {}),
        str(words.get("place_code", "")),
    )


@look(Permission.CASE_OPEN)
def own_batches(*, officer: Officer, at: datetime) -> list[tuple[ImportBatch, str]]:
    """The officer's own lists with their filenames, the newest first, 20 at most."""
    rows = list(ImportBatch.objects.filter(agency=officer.agency_id, officer=officer)[:20])
    words = opened_all(rows)
    return [(row, str((said or {}).get("filename", ""))) for row, said in zip(rows, words, strict=True)]


@look(Permission.CASE_OPEN)
def agency_mappings(*, officer: Officer, at: datetime) -> list[tuple[AgencyMapping, Mapping[str, Any]]]:
    """The mappings every officer of the agency may use, by name, as plain data."""
    rows = list(AgencyMapping.objects.filter(agency=officer.agency_id).select_related("changed_by"))
    return [(row, words or {}) for row, words in zip(rows, opened_all(rows), strict=True)]
