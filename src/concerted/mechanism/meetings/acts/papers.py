"""Papers of a meeting are asked for, made in a job that tells how far it is, and kept; nothing is laid out here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from concerted.errors import Conflict, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer

from ..models import Meeting, Paper
from .keeping import refuse_if

S = Paper.State
LANGUAGES = ("en", "zh-hans")
FORMS = ("pdf", "docx")


@act(Permission.PAPER_MAKE, subject="meeting", record=("kind", "language", "form"))
def ask_paper(
    *,
    officer: Officer,
    at: datetime,
    meeting: Meeting,
    kind: str,
    language: str,
    form: str,
    for_observers: bool = False,
    options: Mapping[str, Any] | None = None,
) -> Paper:
    """Ask for a paper to be made; the asking is kept until it is made or has failed. Raises Invalid.

    for_observers: made of what observers may see, and theirs to read.
    """
    refuse_if(
        [
            None if kind in Paper.Kind.values else Problem(_("There is no such paper."), field="kind"),
            None
            if language in LANGUAGES
            else Problem(_("Papers are made in Chinese or English."), field="language"),
            None if form in FORMS else Problem(_("Papers are made as PDF or DOCX."), field="form"),
        ],
        _("The paper was not asked for."),
    )
    return Paper.objects.create(
        meeting=meeting,
        kind=kind,
        language=language,
        form=form,
        for_observers=for_observers,
        options=dict(options or {}),
        asked_by=officer,
        asked_at=at,
    )


@act(Permission.PAPER_MAKE, subject="paper")
def begin_paper(*, officer: Officer, at: datetime, paper: Paper, of: int) -> Paper:
    """The making begins, of so many pages or steps; what a crash left half made begins anew. Raises Conflict when it
    is made already."""
    fresh = Paper.objects.select_for_update().get(pk=paper.pk)
    if fresh.state == S.READY:
        raise Conflict(_("This paper is made already."), remedy=_("Ask for a new one."))
    fresh.state, fresh.done, fresh.of, fresh.fault = S.PREPARING, 0, of, ""
    fresh.save(update_fields=["state", "done", "of", "fault"])
    return fresh


@act(Permission.PAPER_MAKE, subject="paper")
def note_pages(*, officer: Officer, at: datetime, paper: Paper, done: int) -> Paper:
    """So many pages or steps are made."""
    Paper.objects.filter(pk=paper.pk, state=S.PREPARING).update(done=done)
    paper.done = done
    return paper


@act(Permission.PAPER_MAKE, subject="paper")
def keep_paper(*, officer: Officer, at: datetime, paper: Paper, content: bytes) -> Paper:
    """Keep the finished file with its hash. Raises Conflict when it is made already."""
    fresh = Paper.objects.select_for_update().get(pk=paper.pk)
    if fresh.state == S.READY:
        raise Conflict(_("This paper is made already."), remedy=_("Ask for a new one."))
    fresh.content, fresh.sha256 = content, hashlib.sha256(content).hexdigest()
    fresh.state, fresh.ready_at, fresh.done = S.READY, at, fresh.of
    fresh.save(update_fields=["content", "sha256", "state", "ready_at", "done"])
    return fresh


@act(Permission.PAPER_MAKE, subject="paper")
def give_up_paper(*, officer: Officer, at: datetime, paper: Paper, fault: str) -> Paper:
    """The making failed, with the fault; asking anew starts over."""
    fresh = Paper.objects.select_for_update().get(pk=paper.pk)
    fresh.state, fresh.fault = S.FAILED, fault[:2_000]
    fresh.save(update_fields=["state", "fault"])
    return fresh
