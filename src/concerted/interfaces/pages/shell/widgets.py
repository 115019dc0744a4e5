"""Form widgets of the shell: a date in three boxes; they accept no ambiguous date."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from .words import speaks_chinese


class DayMonthYear(forms.Widget):
    """A date typed in three boxes, ordered by the active language, handed to ``DateField`` as an ISO date.

    Show it with ``{% field %}``. A date that does not exist is handed on as typed: refused, but not lost.
    """

    template_name = "shell/ui/date_parts.html"

    def order(self) -> tuple[str, ...]:
        """Return the boxes in the order of the active language."""
        return ("year", "month", "day") if speaks_chinese() else ("day", "month", "year")

    def first_part(self) -> str:
        """Return the box an error message should lead to."""
        return self.order()[0]

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """Point the label at the first box."""
        return f"{id_}-{self.first_part()}" if id_ else id_

    def parts(self, name: str, value: Any, auto_id: str) -> list[dict[str, Any]]:
        """Return the boxes with their names, ids, labels and values."""
        typed = _split(value)
        labels = {"day": _("Day"), "month": _("Month"), "year": _("Year")}
        return [
            {
                "name": f"{name}-{part}",
                "id": f"{auto_id}-{part}",
                "label": labels[part],
                "value": typed[part],
                "width": 4 if part == "year" else 2,
            }
            for part in self.order()
        ]

    def get_context(self, name: str, value: Any, attrs: Mapping[str, Any] | None) -> dict[str, Any]:
        """Add the boxes to the widget's template context."""
        context = super().get_context(name, value, dict(attrs or {}))
        context["parts"] = self.parts(name, value, str((attrs or {}).get("id") or name))
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str | None:
        """Put the three boxes together; also takes a whole ISO date under the field's own name."""
        year, month, day = (str(data.get(f"{name}-{part}", "")).strip() for part in ("year", "month", "day"))
        if not (year or month or day):
            return data.get(name) or None
        return f"{year}-{month.zfill(2)}-{day.zfill(2)}"

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Say whether neither a box nor a whole date was sent."""
        return not any(key == name or key.startswith(f"{name}-") for key in data)


def _split(value: Any) -> dict[str, str]:
    if isinstance(value, date):
        return {"year": str(value.year), "month": str(value.month), "day": str(value.day)}
    pieces = [*str(value or "").split("-"), "", "", ""][:3]
    return {"year": pieces[0], "month": pieces[1].lstrip("0"), "day": pieces[2].lstrip("0")}
