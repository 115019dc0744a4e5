"""Asks for a paper and lays its job down in the same transaction; it makes nothing itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from concerted.foundation.agencies.reads import Officer
from concerted.mechanism.meetings.acts.papers import ask_paper

from .jobs import make_paper


def ask(
    *,
    officer: Officer,
    at: datetime,
    meeting: Any,
    kind: str,
    language: str,
    form: str,
    for_observers: bool = False,
    options: Mapping[str, Any] | None = None,
) -> Any:
    """Ask for a paper; a worker makes it. Both are kept or neither. Raises Invalid, Refused."""
    with transaction.atomic():
        paper = ask_paper(
            officer=officer,
            at=at,
            meeting=meeting,
            kind=kind,
            language=language,
            form=form,
            for_observers=for_observers,
            options=options,
        )
        begin_again(officer=officer, paper=paper)
    return paper


def begin_again(*, officer: Officer, paper: Any) -> int:
    """Lay the job of an asked, broken-off or failed paper down (anew); returns the number of the job."""
    assert officer.acting is not None
    return make_paper.defer(paper=paper.pk, officer=officer.pk, appointment=officer.acting.pk)
