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
from .holding import is_emergency_only


@look(Permission.CASE_EXPORT, subject=None, recorded=True, record=("document",))
def document_file(*, officer: Officer, at: datetime, case: Case, document: int) -> OpenedFile:
    """The file of a document, ready to be sent. Raises NotThere, and Refused for one open by emergency access only."""
    wanted = CaseDocument.objects.filter(pk=document, case=case, withdrawn_at=None)
    with taking_away():
        found = wanted.first()
    if is_emergency_only(case, officer.agency_id, at) or (found is None and wanted.exists()):
        raise Refused(_("What was opened in an emergency is not taken away."))
    row = StoredFile.objects.filter(token=found.file).first() if found and found.file else None
    if row is None:
        raise NotThere(_("There is no such file."))
    return open_file(row)
