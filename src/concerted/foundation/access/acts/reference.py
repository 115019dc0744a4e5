"""Loads places, agencies, memberships and code lists; what a file no longer holds is ended, never deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from concerted.errors import Invalid, Problem
from concerted.foundation.agencies.models import Agency, Membership, MembershipCount, Officer, Place
from concerted.foundation.vocabulary.models import Code, CodeList

from ..door import act
from ..permissions import Permission
from .as_read import AgencyAsRead, CodeListAsRead, CountAsRead, NewAgency, NewMembership, PlaceAsRead

_BATCH = 2000
_Model = TypeVar("_Model", bound=models.Model)


@dataclass(frozen=True)
class Loaded:
    """How many rows a load added, changed and found already right."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: Loaded) -> Loaded:
        return Loaded(
            self.added + other.added, self.changed + other.changed, self.unchanged + other.unchanged
        )

    def audit_detail(self) -> Mapping[str, Any]:
        """What the record keeps of the load."""
        return {"added": self.added, "changed": self.changed, "unchanged": self.unchanged}


@act(Permission.REFERENCE_LOAD)
def load_places(*, officer: Officer, at: datetime, records: Iterable[PlaceAsRead]) -> Loaded:
    """Store division codes with their dates; a code that the records no longer hold stays readable."""
    rows = [
        Place(
            code=record.code,
            level=str(record.level),
            name_en=record.name_en,
            name_zh=record.name_zh,
            name_en_generated=record.name_en_generated,
            parent_code=record.parent_code,
            valid_from=record.valid_from,
            valid_to=record.valid_to,
            date_precision=record.date_precision,
            source=record.source,
        )
        for record in records
    ]
    return _store(Place, rows, key=("code", "valid_from"))


@act(Permission.REFERENCE_LOAD)
def load_agencies(*, officer: Officer, at: datetime, records: Iterable[NewAgency | AgencyAsRead]) -> Loaded:
    """Store agencies by key, parents and lines among the records or already known.

    Raises Invalid that names every unknown parent or line, an unknown kind, a key given twice, and an invented name
    for a real body, which real plans name.
    """
    news = [record if isinstance(record, NewAgency) else NewAgency.as_read(record) for record in records]
    _refuse_faulty_agencies(news)
    loaded = _store(
        Agency, [_agency_without_ties(new) for new in news], key=("key",), leave=("parent", "line")
    )
    _tie_agencies(news)
    return loaded


@act(Permission.REFERENCE_LOAD)
def load_memberships(
    *, officer: Officer, at: datetime, records: Iterable[NewMembership], counts: Iterable[CountAsRead] = ()
) -> Loaded:
    """Store dated seats, and the counts of members side by side as each source gives them.

    Raises Invalid that names every seat of an unknown agency.
    """
    seats = list(records)
    ids = _agency_ids(seat.agency for seat in seats)
    _refuse_unknown(ids, ((number, "agency", seat.agency) for number, seat in enumerate(seats, start=1)))
    rows = [
        Membership(
            body=seat.body,
            place_code=seat.place_code,
            agency_id=ids[seat.agency],
            role=seat.role,
            valid_from=seat.valid_from,
            valid_to=seat.valid_to,
            source=seat.source,
            is_demonstration=seat.is_demonstration,
        )
        for seat in seats
    ]
    counted = [MembershipCount(as_of=c.as_of, count=c.count, what=c.what, source=c.source) for c in counts]
    return _store(Membership, rows, key=("body", "place_code", "agency_id", "valid_from")) + _store(
        MembershipCount, counted, key=("body", "as_of", "source")
    )


@act(Permission.REFERENCE_LOAD)
def load_code_lists(*, officer: Officer, at: datetime, records: Iterable[CodeListAsRead]) -> Loaded:
    """Store versions of code lists; a code that its list no longer holds ends on this day, still readable."""
    lists = list(records)
    rows = [
        CodeList(
            key=one.key,
            version=one.version,
            title_en=one.title_en,
            title_zh=one.title_zh,
            valid_from=one.valid_from,
            source=one.source,
        )
        for one in lists
    ]
    loaded = _store(CodeList, rows, key=("key", "version"))
    ids = {(one.key, one.version): one.pk for one in CodeList.objects.all()}
    codes = [
        Code(
            code_list_id=ids[one.key, one.version],
            code=code.code,
            name_en=code.name_en,
            name_zh=code.name_zh,
            note=code.note,
            position=position,
            valid_from=code.valid_from,
            valid_to=code.valid_to,
        )
        for one in lists
        for position, code in enumerate(one.codes)
    ]
    loaded += _store(Code, codes, key=("code_list_id", "code"))
    given = {(code.code_list_id, code.code) for code in codes}
    gone = [
        code.pk
        for code in Code.objects.filter(
            code_list_id__in=[ids[one.key, one.version] for one in lists], valid_to=None
        )
        if (code.code_list_id, code.code) not in given
    ]
    if gone:
        Code.objects.filter(pk__in=gone).update(valid_to=at.date())
    return loaded + Loaded(changed=len(gone))


def _store(
    model: type[_Model], rows: Sequence[_Model], *, key: tuple[str, ...], leave: tuple[str, ...] = ()
) -> Loaded:
    """Add the rows whose key is new and change those that differ; ids of known rows stay."""
    skipped = {"id", *leave}
    fields = [f.attname for f in model._meta.concrete_fields if f.name not in skipped]
    alike = model._default_manager.filter(**{f"{key[0]}__in": {getattr(row, key[0]) for row in rows}})
    known = {tuple(getattr(row, k) for k in key): row for row in alike}
    added, changed, unchanged = [], [], 0
    for row in rows:
        standing = known.get(tuple(getattr(row, k) for k in key))
        if standing is None:
            added.append(row)
        elif any(getattr(row, f) != getattr(standing, f) for f in fields):
            row.pk = standing.pk
            changed.append(row)
        else:
            unchanged += 1
    model._default_manager.bulk_create(added, batch_size=_BATCH)
    if changed:
        names = [f.name for f in model._meta.concrete_fields if f.name not in skipped]
        model._default_manager.bulk_update(changed, names, batch_size=_BATCH)
    return Loaded(len(added), len(changed), unchanged)


def _agency_without_ties(new: NewAgency) -> Agency:
    return Agency(
        key=new.key,
        kind=new.kind,
        name_en=new.name_en,
        name_zh=new.name_zh,
        aliases=list(new.aliases),
        place_code=new.place_code,
        tier=str(new.tier),
        valid_from=new.valid_from,
        valid_to=new.valid_to,
        role=new.role,
        note=new.note,
        seen_in=list(new.seen_in),
        years_observed=list(new.years_observed),
        is_demonstration=new.is_demonstration,
    )


def _tie_agencies(news: Sequence[NewAgency]) -> None:
    agencies = {agency.key: agency for agency in Agency.objects.filter(key__in=[new.key for new in news])}
    ids = _agency_ids(key for new in news for key in (new.parent, new.line))
    tied = []
    for new in news:
        agency = agencies[new.key]
        ties = (ids.get(new.parent), ids.get(new.line))
        if ties != (agency.parent_id, agency.line_id):
            agency.parent_id, agency.line_id = ties
            tied.append(agency)
    if tied:
        Agency.objects.bulk_update(tied, ["parent", "line"], batch_size=_BATCH)


def _refuse_faulty_agencies(news: Sequence[NewAgency]) -> None:
    known: dict[str, int] = _agency_ids(key for new in news for key in (new.parent, new.line))
    real = _real_names(new.key for new in news if new.is_demonstration)
    given: set[str] = set()
    problems = []
    for number, new in enumerate(news, start=1):
        if new.is_demonstration and new.name_en != real.get(new.key, new.name_en):
            problems.append(
                Problem(
                    _("%(key)s is a real body; nothing invented takes its place.") % {"key": new.key},
                    "key",
                    number,
                    remedy=_("Give what is invented a key of its own."),
                )
            )
        if new.key in given:
            problems.append(Problem(_("The key %(key)s is given twice.") % {"key": new.key}, "key", number))
        if new.kind not in Agency.Kind.values:
            problems.append(
                Problem(_("There is no kind of agency %(kind)s.") % {"kind": new.kind}, "kind", number)
            )
        given.add(new.key)
    known |= dict.fromkeys(given, 0)
    if problems:
        raise Invalid(_("The agencies were not loaded."), problems=problems)
    _refuse_unknown(
        known,
        (
            (number, field, key)
            for number, new in enumerate(news, start=1)
            for field, key in (("parent", new.parent), ("line", new.line))
            if key
        ),
    )


def _real_names(keys: Iterable[str]) -> dict[str, str]:
    real = Agency.objects.filter(key__in=set(keys), is_demonstration=False)
    return dict(real.values_list("key", "name_en"))


def _refuse_unknown(known: Mapping[str, int], asked: Iterable[tuple[int, str, str]]) -> None:
    problems = [
        Problem(
            _("There is no agency %(key)s.") % {"key": key},
            field,
            number,
            remedy=_("Load that agency first, or correct its key."),
        )
        for number, field, key in asked
        if key not in known
    ]
    if problems:
        raise Invalid(_("The agencies were not loaded."), problems=problems)


def _agency_ids(keys: Iterable[str]) -> dict[str, int]:
    return dict(Agency.objects.filter(key__in={key for key in keys if key}).values_list("key", "pk"))
