"""Where the next page of a list begins, as text that came from outside; it reads no row."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from concerted.errors import Invalid, Problem

_MOST = 2**63 - 1


def cursor_at(moment: datetime, number: int) -> str:
    """The cursor of what follows the row of that moment and number."""
    return f"{moment.isoformat()}|{number}"


def place_of(cursor: str) -> tuple[datetime, int] | None:
    """The moment and number behind which the page begins; None for the first page. Raises Invalid for no cursor."""
    if not cursor:
        return None
    moment, _bar, number = cursor.partition("|")
    try:
        found = datetime.fromisoformat(moment)
        row = int(number) if number.isascii() and number.isdigit() and len(number) < 20 else -1
    except ValueError:
        row = -1
    if not 0 <= row <= _MOST or found.tzinfo is None:
        raise Invalid(
            _("This cursor leads nowhere."),
            problems=[Problem(_("not a cursor"), field="cursor", remedy=_("Begin with the first page."))],
        )
    return found, row
