"""An office opens its series of meetings and names who leads them; members come from the register, never from here."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Agency, Officer, is_within

from ..models import Chair, Series
from .keeping import held, keep, needs, needs_text, own_agency, refuse_if


@act(Permission.SERIES_KEEP, subject=own_agency, record=("key", "kind"))
def open_series(
    *,
    officer: Officer,
    at: datetime,
    key: str,
    kind: str,
    title_en: str,
    title_zh: str = "",
    above: Series | None = None,
    per_year: int | None = None,
    quorum: tuple[int, int] | None = None,
    quorum_rule: str = "",
    source: str = "",
    is_demonstration: bool = False,
) -> Series:
    """Open a series at the tier and place of the acting office. Raises Invalid, or Conflict for a key in use.

    per_year: how often a standing series meets; None: on call only. quorum: (part, of) with the rule that sets it.
    """
    office = officer.agency
    assert office is not None
    refuse_if(
        [
            None
            if key == slugify(key) and key
            else Problem(_("Use small letters, digits and hyphens."), field="key"),
            None
            if kind in Series.Kind.values
            else Problem(_("There is no such kind of series."), field="kind"),
            needs_text(title_en, title_zh, "title"),
            _above_problem(office, above),
            *_quorum_problems(quorum, quorum_rule),
        ],
        _("The series was not opened."),
    )
    part, of = quorum or (None, None)
    try:
        with transaction.atomic():
            return Series.objects.create(
                key=key,
                kind=kind,
                level=office.tier,
                place_code=office.place_code,
                title_en=title_en.strip(),
                title_zh=title_zh.strip(),
                office=office,
                above=above,
                per_year=per_year,
                quorum_part=part,
                quorum_of=of,
                quorum_rule=quorum_rule,
                source=source,
                is_demonstration=is_demonstration,
            )
    except IntegrityError:
        raise Conflict(_("There is a series with this key already."), where=key) from None


@act(Permission.SERIES_KEEP, subject="series")
def edit_series(
    *,
    officer: Officer,
    at: datetime,
    series: Series,
    expected_row_version: int,
    title_en: str,
    title_zh: str,
    per_year: int | None = None,
    quorum: tuple[int, int] | None = None,
    quorum_rule: str = "",
) -> Series:
    """Change how a series is called, how often it meets and its quorum. Raises Stale, Invalid."""
    refuse_if(
        [needs_text(title_en, title_zh, "title"), *_quorum_problems(quorum, quorum_rule)],
        _("The series was not changed."),
    )
    fresh = held(series, expected_row_version)
    fresh.title_en, fresh.title_zh, fresh.per_year = title_en.strip(), title_zh.strip(), per_year
    fresh.quorum_part, fresh.quorum_of = quorum or (None, None)
    fresh.quorum_rule = quorum_rule.strip()
    keep(fresh, "title_en", "title_zh", "per_year", "quorum_part", "quorum_of", "quorum_rule")
    return fresh


@act(Permission.SERIES_KEEP, subject="series")
def set_chair(
    *,
    officer: Officer,
    at: datetime,
    series: Series,
    role: str,
    agency: Agency,
    valid_from: date,
    holder: Officer | None = None,
    title_en: str = "",
    title_zh: str = "",
    valid_to: date | None = None,
    source: str = "",
) -> Chair:
    """Name a convenor, deputy or head of office of the series from a day on. Raises Invalid, Conflict.

    A series has one convenor and one head of office at a time; a new one ends the one before.
    """
    refuse_if(
        [
            None if role in Chair.Role.values else Problem(_("There is no such role."), field="role"),
            Problem(_("It ends before it begins."), field="valid_to")
            if valid_to is not None and valid_to <= valid_from
            else None,
        ],
        _("Nobody was named."),
    )
    if role != Chair.Role.DEPUTY:
        standing = series.chairs.filter(role=role, valid_to=None, valid_from__lt=valid_from)
        standing.update(valid_to=valid_from)
    try:
        with transaction.atomic():
            return Chair.objects.create(
                series=series,
                role=role,
                agency=agency,
                officer=holder,
                title_en=title_en,
                title_zh=title_zh,
                valid_from=valid_from,
                valid_to=valid_to,
                source=source,
            )
    except IntegrityError:
        raise Conflict(_("This agency leads the series in this role from that day already.")) from None


@act(Permission.SERIES_KEEP, subject="series")
def end_chair(*, officer: Officer, at: datetime, series: Series, chair: Chair, on: date) -> Chair:
    """End a convenor's, deputy's or head's time on a day. Raises Conflict where it ended already."""
    fresh = Chair.objects.select_for_update().get(pk=chair.pk, series=series)
    if fresh.valid_to is not None:
        raise Conflict(_("This ended on %(day)s already.") % {"day": fresh.valid_to.isoformat()})
    refuse_if(
        [Problem(_("It ends before it begins."), field="on") if on <= fresh.valid_from else None],
        _("Nothing was ended."),
    )
    fresh.valid_to = on
    fresh.save(update_fields=["valid_to"])
    return fresh


def _above_problem(office: Agency, above: Series | None) -> Problem | None:
    if above is None or is_within(office.place_code, above.place_code):
        return None
    return Problem(_("The series above is of another area."), field="above")


def _quorum_problems(quorum: tuple[int, int] | None, rule: str) -> list[Problem | None]:
    if quorum is None:
        return []
    part, of = quorum
    return [
        None
        if 1 <= part <= of
        else Problem(_("A quorum is a share of the members, such as 2 of 3."), field="quorum"),
        needs(rule, "quorum_rule", _("Name the rule that sets the quorum.")),
    ]
