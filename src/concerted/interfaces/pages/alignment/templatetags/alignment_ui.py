"""Draws the cells of one row of the coverage matrix; it decides nothing and fetches nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from concerted.interfaces.pages.shell.states import look_of

register = template.Library()


@register.simple_tag
def coverage_cells(cells: Iterable[tuple[str, Any]], measure: Any) -> SafeString:
    """The row's cells, each a link to its history: symbol, number of gaps, and the same in words.

    Written as text in one go, for a national matrix has more than 1,500 of them.
    """
    address = reverse("alignment:history", args=[measure.pk, "000000"]).removesuffix("000000/")
    faces = {state: _face(state) for state in {cell.state for _name, cell in cells if cell}}
    parts = [_drawn(name, cell, address, *faces[cell.state]) if cell else "<td></td>" for name, cell in cells]
    return mark_safe("".join(parts))


def _face(state: str) -> tuple[str, str, str]:
    look = look_of(state)
    return look.tone, look.symbol, escape(str(look.label))


def _drawn(name: str, cell: Any, address: str, tone: str, symbol: str, label: str) -> str:
    gaps = len(cell.short)
    words = label
    if cell.diverged:
        words += f", {escape(_('difference kept'))}"
    if gaps:
        words += f", {escape(ngettext('%(n)s gap', '%(n)s gaps', gaps) % {'n': gaps})}"
    mark = f"{symbol}<sub>{gaps}</sub>" if gaps else symbol
    return (
        f'<td><a class="c-cell c-tone-{tone}" href="{address}{cell.place_code}/"'
        f' title="{escape(name)}: {words}" aria-label="{words}">{mark}</a></td>'
    )
