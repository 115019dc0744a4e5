"""Papers of a meeting: which there are, how far they are, and their files for who may read them."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer

from ..models import Meeting, Paper


@look(Permission.MEETING_READ)
def papers_of(*, officer: Officer, at: datetime, meeting: Meeting) -> list[Paper]:
    """The meeting's papers without their files, newest first: for members the finished ones, for observers those
    made for them."""
    return list(meeting.papers.defer("content").select_related("asked_by"))


@look(Permission.MEETING_READ)
def paper_by_id(*, officer: Officer, at: datetime, pk: int) -> Paper:
    """One paper without its file. Raises NotThere."""
    found = Paper.objects.defer("content").select_related("meeting__series", "asked_by").filter(pk=pk).first()
    if found is None:
        raise NotThere(_("There is no such paper."), where=str(pk))
    return found


@look(Permission.MEETING_READ, recorded=True)
def paper_file(*, officer: Officer, at: datetime, pk: int) -> bytes:
    """The finished file; taking it is on record. Raises NotThere."""
    content = Paper.objects.filter(pk=pk, state=Paper.State.READY).values_list("content", flat=True).first()
    if content is None:
        raise NotThere(_("There is no such paper."), where=str(pk))
    return bytes(content)


@look(Permission.PAPER_MAKE, subject="meeting")
def papers_unfinished(*, officer: Officer, at: datetime, meeting: Meeting) -> list[Paper]:
    """Papers that were asked for and are not made yet, oldest first; what a crash left is among them."""
    return list(meeting.papers.filter(state__in=("asked", "preparing")).order_by("asked_at", "pk"))
