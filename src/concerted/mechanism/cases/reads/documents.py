"""Opens a file of a case for whoever may see its section; the look is recorded on the case."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from concerted.errors import NotThere, Refused
from concerted.foundation.access.door import look, taking_away
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.foundation.vault.files import OpenedFile, open_file
from concerted.foundation.vault.models import StoredFile

from ..models import Case, CaseDocument
from ..sections import SEALED
from .holding import is_emergency_only, need_reason


@look(Permission.CASE_EXPORT, subject=None, recorded=True, record=("document", "why"))
def document_file(*, officer: Officer, at: datetime, case: Case, document: int, why: str = "") -> OpenedFile:
    """The file of a document, ready to be sent.

    why: the reason, without which a document of a sealed section does not open. Raises NotThere, Invalid, and Refused
    for one open by emergency access only.
    """
    wanted = CaseDocument.objects.filter(pk=document, case=case, withdrawn_at=None)
    with taking_away():
        found = wanted.first()
    if is_emergency_only(case, officer.agency_id, at) or (found is None and wanted.exists()):
        raise Refused(_("What was opened in an emergency is not taken away."))
    row = StoredFile.objects.filter(token=found.file).first() if found and found.file else None
    if row is None:
        raise NotThere(_("There is no such file."))
    if found is not None and found.section in SEALED:
        need_reason(why)
    return open_file(row)
