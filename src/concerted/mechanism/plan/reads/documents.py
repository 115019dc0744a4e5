"""Reads plans, versions and drafts, and puts a version back together as a document; never writes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer

from .. import document as said
from ..keeping import thaw
from ..models import Measure, Milestone, MilestoneMark, Plan, PlanDraft, PlanVersion, Responsibility, Strand
from .rebuild import document_of


def plans() -> QuerySet[Plan]:
    """Every plan with its office, issuer and neighbours in time, national ones first."""
    return Plan.objects.select_related("office", "issuer", "predecessor", "parent", "successor").order_by(
        "place_code", "key"
    )


def plan_by_key(key: str) -> Plan:
    """The plan with this key; raises NotThere."""
    plan = plans().filter(key=key).first()
    if plan is None:
        raise NotThere(_("There is no such plan."), where=key, remedy=_("Choose one from the list of plans."))
    return plan


def versions_of(plan: Plan) -> list[PlanVersion]:
    """The plan's versions that the acting agency may see, newest first."""
    return list(plan.versions.select_related("plan", "adopted_by", "based_on").order_by("-number"))


def stands_on(version: PlanVersion, on: date) -> str:
    """How a version stands on a day: drafting, superseded; an adopted one in_force, adopted_not_begun, years_over."""
    if version.state == PlanVersion.State.DRAFT:
        return "drafting"
    if version.state == PlanVersion.State.SUPERSEDED:
        return "superseded"
    if any(day is not None and day > on for day in (version.adopted_on, version.period_from)):
        return "adopted_not_begun"
    return "years_over" if version.period_to is not None and version.period_to < on else "in_force"


def day_stated(version: PlanVersion) -> date | None:
    """The day of adoption that the version's own text gives, whether or not it is adopted yet."""
    day = thaw(version.extra["plan"]).adopted
    return day if isinstance(day, date) else None


def version_in_force(plan: Plan) -> PlanVersion | None:
    """The adopted version that no other has superseded, or None."""
    return plan.versions.select_related("plan").filter(state=PlanVersion.State.ADOPTED).first()


@look(Permission.PLAN_READ)
def version_in_force_of(*, officer: Officer, at: datetime, key: str) -> PlanVersion | None:
    """The version in force of the plan with this key, or None where there is no such plan or none is in force."""
    plan = Plan.objects.filter(key=key).first()
    return version_in_force(plan) if plan else None


def open_draft(plan: Plan) -> PlanVersion | None:
    """The plan's draft version, if there is one that the acting agency may see."""
    return plan.versions.select_related("plan").filter(state=PlanVersion.State.DRAFT).first()


def version_of(plan: Plan, number: int | None = None) -> PlanVersion:
    """The version with that number; without one the version in force, else the newest. Raises NotThere."""
    return chosen_version(plan, versions_of(plan), number)


def chosen_version(plan: Plan, versions: Sequence[PlanVersion], number: int | None = None) -> PlanVersion:
    """Of the plan's versions, newest first, the one `version_of` gives."""
    if number is None:
        in_force = [version for version in versions if version.state == PlanVersion.State.ADOPTED]
        chosen = next(iter(in_force or versions), None)
    else:
        chosen = next((version for version in versions if version.number == number), None)
    if chosen is None:
        raise NotThere(
            _("There is no such version of this plan."),
            where=plan.key,
            remedy=_("Open the plan without a version."),
        )
    return chosen


@dataclass(frozen=True)
class PlanSummary:
    """One plan in the list: what is in force, whether a draft is open, how much it holds and how much of it was read.

    has_unread_list: whether some strand has measures that were not read and so are not counted.
    """

    plan: Plan
    in_force: PlanVersion | None
    draft: PlanVersion | None
    versions: int
    measures: int
    unread: int
    has_unread_list: bool


def plan_summaries() -> list[PlanSummary]:
    """Every plan that has a version the acting agency may see, in three queries."""
    found = list(plans())
    by_plan: dict[int, list[PlanVersion]] = defaultdict(list)
    counted = PlanVersion.objects.annotate(
        measure_count=Count("measures"),
        unread_count=Count("measures", filter=Q(measures__text_read=False) | Q(measures__leads_read=False)),
        has_unread_list=Exists(Strand.objects.filter(version=OuterRef("pk"), measure_list_read=False)),
    )
    for version in counted.order_by("number"):
        by_plan[version.plan_id].append(version)
    return [_summary(plan, by_plan[plan.pk]) for plan in found if by_plan[plan.pk]]


def _summary(plan: Plan, versions: list[PlanVersion]) -> PlanSummary:
    in_force = next((v for v in versions if v.state == PlanVersion.State.ADOPTED), None)
    draft = next((v for v in versions if v.state == PlanVersion.State.DRAFT), None)
    shown: Any = in_force or versions[-1]
    return PlanSummary(
        plan, in_force, draft, len(versions), shown.measure_count, shown.unread_count, shown.has_unread_list
    )


def measures_of(version: PlanVersion) -> list[Measure]:
    """The version's measures in order, with strand, objective and dated responsibilities, in two queries."""
    return list(
        version.measures.select_related(
            "strand", "objective", "parent", "carried_from__version__plan"
        ).prefetch_related(Prefetch("responsibilities", Responsibility.objects.select_related("agency")))
    )


def measures_with_parts(version: PlanVersion) -> list[Measure]:
    """The version's measures in order with their dated responsibilities alone, in two queries."""
    parts = Responsibility.objects.select_related("agency")
    return list(version.measures.prefetch_related(Prefetch("responsibilities", parts)))


def carried_into(version: PlanVersion) -> dict[str, list[tuple[int, str]]]:
    """Measures carried over from other plans, as (id, key) in order, by the key of the plan they come from, also
    through earlier versions of this one; three queries."""
    before = dict(
        Measure.objects.filter(version__plan=version.plan_id).order_by().values_list("pk", "carried_from_id")
    )
    plans = dict(
        Measure.objects.filter(pk__in={pk for pk in before.values() if pk is not None and pk not in before})
        .order_by()
        .values_list("pk", "version__plan__key")
    )
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    top = version.measures.filter(parent=None).order_by("strand__position", "position")
    for pk, key in top.values_list("pk", "key"):
        step = before.get(pk)
        while step in before:
            step = before[step]
        if step in plans:
            found[plans[step]].append((pk, key))
    return dict(found)


def strands_of(version: PlanVersion) -> list[Strand]:
    """The version's strands in order, with their objectives, in two queries."""
    return list(version.strands.prefetch_related("objectives"))


@dataclass(frozen=True)
class WordingLacking:
    """How many measures and strand titles of a version have no wording in a language although they were read."""

    measures: int
    measures_of: int
    strands: int
    strands_of: int

    def __bool__(self) -> bool:
        return bool(self.measures or self.strands)


def wording_lacking(version: PlanVersion, *, language: str) -> WordingLacking:
    """What was read in the other language only. language: `en` or `zh`. Two queries."""
    other = "en" if language == "zh" else "zh"
    told = {f"title_{language}": "", f"text_{language}": ""}
    elsewhere = ~Q(**{f"title_{other}": ""}) | ~Q(**{f"text_{other}": ""})
    measures = version.measures.aggregate(of=Count("pk"), n=Count("pk", filter=Q(elsewhere, **told)))
    title, its_other = {f"title_{language}": ""}, Q(**{f"title_{other}": ""})
    strands = version.strands.aggregate(of=Count("pk"), n=Count("pk", filter=Q(~its_other, **title)))
    return WordingLacking(measures["n"], measures["of"], strands["n"], strands["of"])


def strands_in_use(version: PlanVersion) -> list[Strand]:
    """The strands that hold a measure, in the order of their first one, in one query."""
    used = version.strands.annotate(first=Min("measures__position")).filter(first__isnull=False)
    return list(used.order_by("first"))


def target_in_words(measure: Measure) -> dict[str, Any] | None:
    """The measure's target as its text says it: indicator, value, by, per; None where there is none."""
    target = thaw(measure.target_note)
    if target is None or target is said.NOT_READ:
        return None
    return {name: value for name, value in vars(target).items() if value is not None}


def measure_by_id(pk: int) -> Measure:
    """One measure with its version and plan; raises NotThere for an unknown or a fenced one."""
    found = (
        Measure.objects.select_related(
            "version__plan__office", "strand", "objective", "parent", "carried_from__version__plan"
        )
        .prefetch_related(
            Prefetch("responsibilities", Responsibility.objects.select_related("agency")),
            "sub_measures",
            "carried_to__version__plan",
        )
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotThere(
            _("There is no such measure, or it is not open to your agency."),
            remedy=_("Find it in the plan's tree."),
        )
    return found


def version_by_id(pk: int) -> PlanVersion:
    """One version; raises NotThere for an unknown or a fenced one."""
    found = PlanVersion.objects.select_related("plan__office", "based_on", "adopted_by").filter(pk=pk).first()
    if found is None:
        raise NotThere(_("There is no such version, or it is not open to your agency."))
    return found


def sources_of(version: PlanVersion) -> dict[str, dict[str, str]]:
    """The version's sources by key, as what and where."""
    return {source.key: {"what": source.what, "where": source.where} for source in version.sources.all()}


def leads_of(measure: Measure) -> list[Responsibility]:
    """The measure's leads, in the order of the text."""
    return [part for part in measure.responsibilities.all() if part.role == Responsibility.Role.LEAD]


def supports_of(measure: Measure) -> list[Responsibility]:
    """The measure's supporting agencies, in the order of the text."""
    return [part for part in measure.responsibilities.all() if part.role == Responsibility.Role.SUPPORT]


def milestones_of(measures: Iterable[Measure]) -> dict[int, list[tuple[Milestone, MilestoneMark | None]]]:
    """Milestones of the measures by measure id, each with its standing mark, in two queries."""
    marks = MilestoneMark.objects.filter(withdrawn_at=None).select_related("officer").order_by("at")
    steps = Milestone.objects.filter(measure__in=[m.pk for m in measures]).prefetch_related(
        Prefetch("marks", marks, to_attr="standing")
    )
    found: dict[int, list[tuple[Milestone, MilestoneMark | None]]] = defaultdict(list)
    for step in steps:
        standing: list[MilestoneMark] = getattr(step, "standing", [])
        found[step.measure_id].append((step, standing[-1] if standing else None))
    return found


@look(Permission.PLAN_READ)
def read_document(*, officer: Officer, at: datetime, version: PlanVersion) -> said.PlanDocument:
    """The version as a document, equal to the one it was stored from."""
    return document_of(version)


# Drafts as handed in


def plan_drafts() -> list[PlanDraft]:
    """The texts the acting agency handed in, newest first."""
    return list(PlanDraft.objects.select_related("officer", "became__plan").order_by("-created_at"))


def plan_draft_by_id(pk: int) -> PlanDraft:
    """One draft of the acting agency; raises NotThere."""
    found = PlanDraft.objects.select_related("officer", "agency", "became__plan").filter(pk=pk).first()
    if found is None:
        raise NotThere(
            _("There is no such draft, or it is not your agency's."), remedy=_("See your agency's drafts.")
        )
    return found


# Two versions side by side


@dataclass(frozen=True)
class Difference:
    """One field of one entry in two versions; `before` or `after` None: the entry stands in one of them only."""

    entry: str
    kind: str
    title: str
    field: str
    before: Any
    after: Any


def differences(before: said.PlanDocument, after: said.PlanDocument) -> list[Difference]:
    """What changed from one document to the other, field by field, in the order of the later one.

    That a draft is adopted and published on no day yet is no change of what the plan says.
    """
    facts = [_flat(document.plan) for document in (before, after)]
    undated = [name for name in ("adopted", "published") if facts[1][name] is None]
    old, new = ({name: said for name, said in one.items() if name not in undated} for one in facts)
    return [
        *_changed(after.plan.id, "plan", after.plan.title_en or "", old, new),
        *_changed(after.plan.id, "plan", after.plan.title_en or "", _flat(before), _flat(after)),
        *_between("strand", {s.id: s for s in before.strands}, {s.id: s for s in after.strands}),
        *_between("objective", _objectives_by_key(before), _objectives_by_key(after)),
        *_between("measure", *_measures_side_by_side(before, after)),
        *_between("indicator", {i.key: i for i in before.indicators}, {i.key: i for i in after.indicators}),
    ]


def _measures_side_by_side(
    before: said.PlanDocument, after: said.PlanDocument
) -> tuple[dict[str, said.Measure], dict[str, said.Measure]]:
    """The measures of both by the key each has in the later one, so that one with a new key is compared with itself."""
    old, new = ({m.id: m for m in document.all_measures()} for document in (before, after))
    renamed = {}
    for key, measure in new.items():
        plan, _slash, former = (measure.carried_from or "").rpartition("/")
        if key not in old and former in old and former not in new and plan in ("", after.plan.id):
            renamed[former] = key
    return {renamed.get(key, key): measure for key, measure in old.items()}, new


def _objectives_by_key(document: said.PlanDocument) -> dict[str, said.Objective]:
    return {f"{strand.id}/{goal.id}": goal for strand in document.strands for goal in strand.objectives}


def _between(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[Difference]:
    for key in [*after, *(key for key in before if key not in after)]:
        old, new = before.get(key), after.get(key)
        title = _title(new if new is not None else old)
        if old is None or new is None:
            yield Difference(
                key, kind, title, "", None if old is None else title, None if new is None else title
            )
        else:
            yield from _changed(key, kind, title, _flat(old), _flat(new))


def _title(entry: Any) -> str:
    return str(
        getattr(entry, "title", "") or getattr(entry, "name_en", "") or getattr(entry, "text", "") or ""
    )


_BELOW = {
    said.PlanDocument: {"plan", "strands", "indicators"},
    said.Strand: {"objectives", "measures"},
    said.Measure: {"sub_measures"},
}


def _flat(entry: Any) -> dict[str, Any]:
    below = _BELOW.get(type(entry), set())
    return {one.name: getattr(entry, one.name) for one in fields(entry) if one.name not in below}


def _changed(
    key: str, kind: str, title: str, before: dict[str, Any], after: dict[str, Any]
) -> Iterable[Difference]:
    for name, new in after.items():
        if before[name] != new:
            yield Difference(key, kind, title, name, before[name], new)
