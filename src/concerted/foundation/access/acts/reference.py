"""Loads places, agencies, memberships and code lists; what a file no longer holds is ended, never deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from concerted.errors import Invalid, Problem
from concerted.foundation.agencies.models import Agency, Membership, MembershipCount, Officer, Place
from concerted.foundation.vocabulary.models import Code, CodeList

from ..door import act
from ..permissions import Permission

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


class AgencyAsRead(Protocol):
    """An agency as the plan texts name it."""

    @property
    def key(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def name_zh(self) -> str: ...
    @property
    def parent(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def seen_in(self) -> Sequence[str]: ...
    @property
    def years_observed(self) -> Sequence[int]: ...
    @property
    def aliases(self) -> Sequence[str]: ...


@dataclass(frozen=True)
class NewAgency:
    """An agency to be in the register; `parent` and `line` are keys of agencies, '' for none."""

    key: str
    kind: str
    name_en: str
    name_zh: str = ""
    parent: str = ""
    line: str = ""
    place_code: str = "000000"
    tier: str = Place.Level.NATION
    aliases: Sequence[str] = ()
    role: str = ""
    note: str = ""
    seen_in: Sequence[str] = ()
    years_observed: Sequence[int] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    is_demonstration: bool = False

    @classmethod
    def as_read(cls, read: AgencyAsRead) -> NewAgency:
        """The national agency that a reference file names."""
        return cls(
            key=read.key,
            kind=read.kind,
            name_en=read.name_en,
            name_zh=read.name_zh,
            parent=read.parent,
            aliases=tuple(read.aliases),
            role=read.role,
            note=read.note,
            seen_in=tuple(read.seen_in),
            years_observed=tuple(read.years_observed),
        )


@dataclass(frozen=True)
class NewMembership:
    """An agency's dated seat in a body of the joint meeting, with where it was read."""

    agency: str
    valid_from: date
    source: str
    role: str = Membership.Role.MEMBER
    valid_to: date | None = None
    body: str = "joint-meeting"
    place_code: str = "000000"
    is_demonstration: bool = False


class CountAsRead(Protocol):
    """How many members one source gives the joint meeting."""

    @property
    def as_of(self) -> str: ...
    @property
    def count(self) -> int: ...
    @property
    def what(self) -> str: ...
    @property
    def source(self) -> str: ...


class PlaceAsRead(Protocol):
    """One name of one division code for one span of time."""

    @property
    def code(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def name_zh(self) -> str: ...
    @property
    def name_en_generated(self) -> bool: ...
    @property
    def parent_code(self) -> str: ...
    @property
    def valid_from(self) -> date | None: ...
    @property
    def valid_to(self) -> date | None: ...
    @property
    def date_precision(self) -> str: ...
    @property
    def source(self) -> str: ...


class CodeAsRead(Protocol):
    """One code with its labels."""

    @property
    def code(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def name_zh(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def valid_from(self) -> date | None: ...
    @property
    def valid_to(self) -> date | None: ...


class CodeListAsRead(Protocol):
    """One version of one code list."""

    @property
    def key(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def title_en(self) -> str: ...
    @property
    def title_zh(self) -> str: ...
    @property
    def valid_from(self) -> date | None: ...
    @property
    def source(self) -> str: ...
    @property
    def codes(self) -> Sequence[CodeAsRead]: ...


@act(Permission.AGENCY_EDIT)
def register_agency(
    *,
    officer: Officer,
    at: datetime,
    key: str,
    kind: str,
    name_en: str,
    name_zh: str = "",
    parent: Agency | None = None,
    line: Agency | None = None,
    place_code: str = "000000",
    tier: str = Place.Level.NATION,
    aliases: Sequence[str] = (),
    role: str = "",
    valid_from: date | None = None,
    is_demonstration: bool = False,
) -> Agency:
    """Enter one agency. Raises Invalid for a taken key or an unknown kind or tier."""
    problems = []
    if Agency.objects.filter(key=key).exists():
        problems.append(Problem(_("This key is taken."), field="key"))
    if kind not in Agency.Kind.values:
        problems.append(Problem(_("There is no such kind of agency."), field="kind"))
    if tier not in Place.Level.values:
        problems.append(Problem(_("There is no such tier."), field="tier"))
    if problems:
        raise Invalid(_("The agency was not registered."), problems=problems)
    return Agency.objects.create(
        key=key,
        kind=kind,
        name_en=name_en,
        name_zh=name_zh,
        parent=parent,
        line=line,
        place_code=place_code,
        tier=tier,
        aliases=list(aliases),
        role=role,
        valid_from=valid_from,
        is_demonstration=is_demonstration,
    )


@act(Permission.AGENCY_EDIT)
def change_agency(
    *,
    officer: Officer,
    at: datetime,
    agency: Agency,
    name_en: str | None = None,
    name_zh: str | None = None,
    role: str | None = None,
    note: str | None = None,
    valid_to: date | None = None,
) -> Agency:
    """Correct an agency's names, role or note, or end it from a day on; what is None stays."""
    given = {"name_en": name_en, "name_zh": name_zh, "role": role, "note": note, "valid_to": valid_to}
    fields = {field: value for field, value in given.items() if value is not None}
    for field, value in fields.items():
        setattr(agency, field, value)
    agency.save(update_fields=list(fields))
    return agency


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

    Raises Invalid that names every unknown parent or line, an unknown kind, and a key given twice.
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
    given: set[str] = set()
    problems = []
    for number, new in enumerate(news, start=1):
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
