"""What every act of this part needs: a row held as it stands now, the day, the office; it writes nothing itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import Invalid, NotThere, Problem, Stale
from concerted.foundation.access.policy import SubjectFacts

Row = TypeVar("Row", bound=models.Model)
TEXT_LIMIT = 20_000


def day_of(at: datetime) -> date:
    """The day of the moment in the mechanism's time zone."""
    return timezone.localtime(at).date()


def held(row: Row, expected_row_version: int | None = None) -> Row:
    """The row as it stands now, held until the transaction ends.

    expected_row_version: what the officer saw. Raises Stale where somebody saved in between, NotThere where the row
    is gone or not this agency's to see.
    """
    manager: Any = type(row)._default_manager
    fresh: Any = manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if fresh is None:
        raise NotThere(_("There is no such thing, or your agency may not see it."))
    if expected_row_version is not None and fresh.row_version != expected_row_version:
        raise Stale(
            _("Somebody else saved this since you opened it."),
            where=str(fresh),
            remedy=_("Compare what they saved with yours, then save again."),
        )
    return fresh


def keep(row: models.Model, *fields: str) -> None:
    """Save these fields and count the edit."""
    numbered: Any = row
    numbered.row_version += 1
    row.save(update_fields=[*fields, "row_version"])


def state_now(row: models.Model) -> str:
    """The state of the row as the database has it, whatever the caller still holds."""
    manager: Any = type(row)._default_manager
    return str(manager.values_list("state", flat=True).get(pk=row.pk))


def own_agency(*, officer: Any, **_rest: Any) -> SubjectFacts:
    """Facts of something that does not exist yet: it will be the acting agency's."""
    return SubjectFacts(owners=frozenset({officer.agency_id} if officer.agency_id else ()))


def refuse_if(problems: Iterable[Problem | None], what: str) -> None:
    """Raise Invalid with every problem there is."""
    found = [problem for problem in problems if problem is not None]
    if found:
        raise Invalid(what, problems=found)


def needs_text(en: str, zh: str, field: str) -> Problem | None:
    """The problem that neither language holds a text."""
    if (en + zh).strip():
        return None
    return Problem(_("Write it in Chinese or in English."), field=field)


def needs(text: str, field: str, remedy: str) -> Problem | None:
    """The problem that this text is empty or overlong."""
    if not text.strip():
        return Problem(_("This is needed."), field=field, remedy=remedy)
    if len(text) > TEXT_LIMIT:
        return Problem(_("This is longer than %(most)s characters.") % {"most": TEXT_LIMIT}, field=field)
    return None
