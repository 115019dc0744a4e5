"""Checks what is handed in and the row it is about, the same way for every act of this part."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeVar

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import Invalid, NotThere, Problem, Stale
from concerted.foundation.agencies.models import Agency

LONGEST_TEXT = 20_000

Row = TypeVar("Row", bound=Model)


def day(at: datetime) -> date:
    """The calendar day of the moment, where the mechanism works."""
    return timezone.localtime(at).date()


def locked(thing: Row, *related: str) -> Row:
    """The row as it stands now, held until the act ends. Raises NotThere when it is gone or fenced off."""
    standing = (
        type(thing)
        ._default_manager.select_for_update(of=("self",))
        .select_related(*related)
        .filter(pk=thing.pk)
        .first()
    )
    if standing is None:
        raise NotThere(_("There is no such thing, or it is not open to your agency."))
    return standing


def unchanged(thing: Model, row_version: int | None) -> None:
    """Raises Stale when somebody changed the row since it was read as `row_version`; None skips the check."""
    if row_version is not None and row_version != thing.row_version:  # type: ignore[attr-defined]
        raise Stale(
            _("Somebody else changed this since you opened it."),
            remedy=_("Open it again, compare, and save your words once more."),
        )


def text_problem(text: str, field: str, asked: str) -> list[Problem]:
    """A problem when the text is empty or overlong; `asked` tells what to write."""
    if not text.strip():
        return [Problem(asked, field=field)]
    if len(text) > LONGEST_TEXT:
        return [Problem(_("At most 20,000 characters fit here."), field=field)]
    return []


def measure_problems(known: set[str], keys: list[str]) -> list[Problem]:
    """A problem for every key that is no measure of the plan."""
    return [
        Problem(
            _("The plan has no measure “%(key)s”.") % {"key": key},
            field="measures",
            remedy=_("Give the numbers of measures as the plan's page shows them."),
        )
        for key in keys
        if key not in known
    ]


def refuse(what: str, problems: list[Problem]) -> None:
    """Raises Invalid with the problems, if there are any."""
    if problems:
        raise Invalid(what, problems=problems)


def names(agency: Agency) -> tuple[str, str]:
    """The agency's English and Chinese name, the English one where there is no Chinese."""
    return agency.name_en, agency.name_zh or agency.name_en
