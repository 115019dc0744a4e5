"""Keeps a file of a case in the vault together with the document that names it; both stand or fall together."""

from __future__ import annotations

from datetime import datetime

from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.foundation.vault.files import store_file

from ..models import Case, CaseDocument
from .common import CASE_KIND, locked_open_case, my_agency
from .files import add_document


@act(Permission.CASE_EDIT, record=("section", "kind"))
def attach_file(
    *,
    officer: Officer,
    at: datetime,
    case: Case,
    section: str,
    kind: str,
    title: str,
    content: bytes,
    name: str = "",
    note: str = "",
) -> CaseDocument:
    """Put a file into a section of the case: judged by its bytes, scanned, encrypted under a key of its own.

    Raises Invalid for a file of a wrong kind or size, Unready where the scanner or the disk fails.
    """
    standing = locked_open_case(case)
    stored = store_file(
        at=at,
        subject=standing.subject,
        keeper=my_agency(officer).pk,
        holder_kind=CASE_KIND,
        holder_id=standing.pk,
        section=section,
        content=content,
        name=name,
    )
    return add_document(
        officer=officer,
        at=at,
        case=standing,
        section=section,
        kind=kind,
        title=title,
        file=stored.token,
        note=note,
    )
