"""Plans and their versions: made, stored, revised, succeeded and adopted; editing a draft's entries is in editing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem, Refused
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer, Place, is_within
from concerted.methods.results import find_cycle

from .. import document as said
from ..canonical import content_hash
from ..keeping import freeze
from ..models import Dependency, Measure, Plan, PlanVersion, Responsibility
from ..reads.documents import day_stated, open_draft, version_in_force
from ..reads.rebuild import document_of
from .adopting import day_problems, name_of, wording_problems
from .storing import (
    cycle_problem,
    lay_down,
    naming_problems,
    problems_of,
    refuse_overlong,
    version_fields,
)

NATIONAL = frozenset({"", "national", "nation"})


def _facts_by_key(*, officer: Officer, document: said.PlanDocument, **_rest: Any) -> SubjectFacts:
    """Whose plan the document is: its office's, or for a new plan the acting officer's agency's."""
    plan = Plan.objects.filter(key=document.plan.id).select_related("office").first()
    if plan is not None:
        return plan.access_facts()
    return SubjectFacts(owners=frozenset({officer.agency_id} if officer.agency_id else ()))


def _facts_of_new(*, officer: Officer, **_rest: Any) -> SubjectFacts:
    return SubjectFacts(owners=frozenset({officer.agency_id} if officer.agency_id else ()))


def _facts_of_version(*, version: PlanVersion, **_rest: Any) -> SubjectFacts:
    return version.plan.access_facts()


@act(Permission.PLAN_DRAFT, subject=_facts_of_new, record=("key", "title_en"))
def create_plan(
    *,
    officer: Officer,
    at: datetime,
    key: str,
    title_en: str,
    title_zh: str = "",
    level: str = Place.Level.NATION,
    place_code: str = "000000",
    parent: Plan | None = None,
    predecessor: Plan | None = None,
    is_demonstration: bool = False,
) -> Plan:
    """Make an empty plan whose reports the acting officer's agency will receive.

    Raises Invalid for a key that is taken or no plain word, Refused outside the agency's own place.
    """
    return _new_plan(
        officer,
        Plan(
            key=key,
            title_en=title_en,
            title_zh=title_zh,
            level=level,
            place_code=place_code,
            parent=parent,
            predecessor=predecessor,
            is_demonstration=is_demonstration,
        ),
    )


def _new_plan(officer: Officer, plan: Plan) -> Plan:
    office = officer.agency
    assert office is not None
    plan.office = office
    if not is_within(plan.place_code, office.place_code):
        raise Refused(
            _("Your agency does not keep plans of this place."),
            where=plan.place_code,
            remedy=_("A plan is kept by the office of the place it is for."),
        )
    if not plan.key or not all(c.isascii() and (c.isalnum() or c in "-_") for c in plan.key):
        raise Invalid(
            _("The plan's key is no plain word."),
            where=plan.key,
            problems=[Problem(_("Use letters, digits and hyphens."), field="plan.id")],
            remedy=_("Write it like cn-npa-2008-2012."),
        )
    if Plan.objects.filter(key=plan.key).exists():
        raise Invalid(_("The key is taken."), where=plan.key, remedy=_("Choose another key."))
    refuse_overlong([plan])
    plan.save(force_insert=True)
    return plan


@act(Permission.PLAN_DRAFT, subject=_facts_by_key)
def store_version(
    *, officer: Officer, at: datetime, document: said.PlanDocument, is_demonstration: bool = False
) -> PlanVersion:
    """Store the document as a new draft version of its plan, making the plan where it is new.

    All or nothing; what is read back equals the document, but for a day of adoption that is the one of the version in
    force: a draft has none of its own yet. Raises Invalid with every fault (unknown agencies, keys twice, loose
    references, a cycle), Conflict where the plan already has an open draft.
    """
    problems = problems_of(document)
    if problems:
        raise Invalid(_("The plan was not stored."), problems=problems, where=document.plan.id)
    plan = Plan.objects.filter(key=document.plan.id).first()
    if plan is None:
        plan = _new_plan(officer, _plan_from(document.plan, is_demonstration))
    _tie_to_neighbours(plan, document.plan)
    standing = version_in_force(plan)
    if standing is not None and document.plan.adopted == day_stated(standing):
        document = replace(document, plan=replace(document.plan, adopted=None))
    return _stored(plan, document, based_on=standing)


def _plan_from(facts: said.PlanFacts, is_demonstration: bool) -> Plan:
    level = (facts.level or "").lower()
    return Plan(
        key=facts.id,
        level=Place.Level.NATION if level in NATIONAL else level[:12],
        place_code=facts.place or "000000",
        title_en=facts.title_en or facts.title_zh or facts.id,
        title_zh=facts.title_zh or "",
        issuer=Agency.objects.filter(key=facts.issuer).first() if facts.issuer else None,
        victim_scope=facts.victim_scope or "",
        is_demonstration=is_demonstration,
    )


def _tie_to_neighbours(plan: Plan, facts: said.PlanFacts) -> None:
    """Link the plan to the predecessor and the plan above it that the document names, where they are known."""
    named = {
        p.key: p for p in Plan.objects.filter(key__in=[k for k in (facts.predecessor, facts.parent) if k])
    }
    before, above = named.get(facts.predecessor or ""), named.get(facts.parent or "")
    if (
        before is not None
        and plan.predecessor_id is None
        and not Plan.objects.filter(predecessor=before).exists()
    ):
        plan.predecessor = before
    if above is not None and plan.parent_id is None:
        plan.parent = above
    plan.save(update_fields=["predecessor", "parent"])


def _stored(plan: Plan, document: said.PlanDocument, *, based_on: PlanVersion | None) -> PlanVersion:
    if open_draft(plan) is not None:
        raise Conflict(
            _("This plan already has an open draft."),
            where=plan.key,
            remedy=_("Adopt or discard that draft first."),
        )
    last = plan.versions.order_by("-number").first()
    version = PlanVersion(plan=plan, number=last.number + 1 if last else 1, based_on=based_on)
    for name, value in version_fields(document).items():
        setattr(version, name, value)
    if version.period_from and version.period_to and version.period_from > version.period_to:
        raise Invalid(_("The plan ends before it begins."), where=plan.key, remedy=_("Correct its period."))
    try:
        with transaction.atomic():
            version.save(force_insert=True)
            lay_down(version, document)
            problems = naming_problems(version)
    except DatabaseError as fault:
        raise Invalid(
            _("The plan holds a value that cannot be stored."),
            where=str(fault).splitlines()[0][:300],
            remedy=_(
                "Correct it; numbers have at most 14 digits before the point, dates stand once per target."
            ),
        ) from fault
    if problems:
        raise Invalid(_("The plan was not stored."), problems=problems, where=plan.key)
    return version


@act(Permission.PLAN_REVISE, subject="plan")
def start_revision(*, officer: Officer, at: datetime, plan: Plan) -> PlanVersion:
    """Open a draft that says what the version in force says, each measure carried from it; of a new plan, an empty one.

    The days of adoption and publication are those of the version in force and stay with it.
    Raises Conflict where a draft is open or none of the plan's versions is in force.
    """
    standing = version_in_force(plan)
    if standing is None and not plan.versions.exists():
        return _stored(plan, said.PlanDocument(plan=_as_said(plan)), based_on=None)
    if standing is None:
        raise Conflict(
            _("No version of this plan is in force."), where=plan.key, remedy=_("Adopt its draft first.")
        )
    return _stored(plan, _next_version(document_of(standing)), based_on=standing)


def _next_version(document: said.PlanDocument) -> said.PlanDocument:
    """The document as the draft of the next version: adopted and published on no day yet."""
    return replace(document, plan=replace(document.plan, adopted=None, published=None))


def _as_said(plan: Plan) -> said.PlanFacts:
    return said.PlanFacts(
        id=plan.key,
        level="national" if plan.level == Place.Level.NATION else plan.level,
        place=plan.place_code,
        title_en=plan.title_en,
        title_zh=plan.title_zh or None,
        parent=plan.parent.key if plan.parent else None,
        predecessor=plan.predecessor.key if plan.predecessor else None,
    )


@act(Permission.PLAN_DRAFT, subject="plan", record=("key",))
def start_successor(
    *,
    officer: Officer,
    at: datetime,
    plan: Plan,
    key: str,
    title_en: str,
    title_zh: str = "",
    period_from: date,
    period_to: date,
    measures: Collection[str] | None = None,
) -> PlanVersion:
    """Open the draft of the plan that follows this one, with the measures carried over (all, or those keys).

    Raises Conflict where nothing is in force or a successor exists, Invalid for a key that names no measure.
    """
    standing = version_in_force(plan)
    if standing is None or Plan.objects.filter(predecessor=plan).exists():
        raise Conflict(
            _("This plan has no version in force, or already has a successor."),
            where=plan.key,
            remedy=_("Open the successor, or adopt this plan first."),
        )
    before = document_of(standing)
    known = {measure.id for measure in before.all_measures()}
    unknown = sorted(set(measures or ()) - known)
    if unknown:
        raise Invalid(
            _("Some measures are not in the plan."),
            where=plan.key,
            problems=[Problem(_("There is no such measure."), field=one) for one in unknown],
        )
    facts = said.PlanFacts(
        id=key,
        level=before.plan.level,
        place=before.plan.place,
        title_en=title_en,
        title_zh=title_zh or None,
        issuer=before.plan.issuer,
        period=said.Period(period_from, period_to),
        victim_scope=before.plan.victim_scope,
        parent=before.plan.parent,
        predecessor=plan.key,
    )
    document = _carried_over(before, facts, known if measures is None else set(measures))
    after = _new_plan(officer, _plan_from(facts, plan.is_demonstration))
    _tie_to_neighbours(after, facts)
    return _stored(after, document, based_on=None)


def _carried_over(
    before: said.PlanDocument, facts: said.PlanFacts, keys: Collection[str]
) -> said.PlanDocument:
    def carried(measure: said.Measure) -> said.Measure:
        return replace(
            measure,
            carried_from=f"{before.plan.id}/{measure.id}",
            sub_measures=tuple(carried(below) for below in measure.sub_measures if below.id in keys),
            depends_on=tuple(need for need in measure.depends_on if need.on in keys),
        )

    strands = tuple(
        replace(strand, measures=tuple(carried(measure) for measure in strand.measures if measure.id in keys))
        for strand in before.strands
    )
    return said.PlanDocument(
        plan=facts,
        completeness=before.completeness,
        reading_levels=before.reading_levels,
        sources=before.sources,
        guiding_principle=before.guiding_principle,
        overall_goal=before.overall_goal,
        legal_basis_read=before.legal_basis_read,
        strategic_measures=before.strategic_measures,
        strands=strands,
        indicators=before.indicators,
    )


@act(Permission.PLAN_REVISE, subject=_facts_of_version)
def discard_draft(*, officer: Officer, at: datetime, version: PlanVersion) -> None:
    """Remove a draft version with everything in it; an adopted one can never be removed. Raises Conflict."""
    refuse_frozen(version)
    version.measures.update(carried_from=None)
    version.delete()


def refuse_frozen(version: PlanVersion) -> None:
    """Raise Conflict unless the version is a draft; the database refuses as well."""
    if version.state != PlanVersion.State.DRAFT:
        raise Conflict(
            _("An adopted version is frozen."),
            where=str(version),
            remedy=_("Start a revision; it becomes the next version."),
        )


def adoption_problems(version: PlanVersion, *, on: date) -> list[Problem]:
    """What stands in the way of adopting the draft on that day, every fault with its measure."""
    found = list(_without_lead(version))
    parts = Responsibility.objects.filter(measure__version=version).select_related("agency", "measure")
    for part in parts.order_by("measure__position"):
        agency = part.agency
        ended = agency.valid_to is not None and agency.valid_to <= on
        if ended or (agency.valid_from is not None and agency.valid_from > on):
            found.append(
                Problem(
                    _("The register holds no agency %(agency)s on %(day)s.")
                    % {"agency": agency.key, "day": on},
                    field=f"{part.measure.key}.{part.role}",
                    remedy=_("Name the agency that does this work on that day."),
                )
            )
    needs = Dependency.objects.filter(measure__version=version).values_list("needs__key", "measure__key")
    ring = find_cycle(needs.order_by("id"))
    if ring:
        found.append(cycle_problem(ring))
    if not version.measures.exists():
        found.append(Problem(_("The plan has no measure."), field="strands", remedy=_("Add at least one.")))
    return found + naming_problems(version) + wording_problems(version) + day_problems(version, on=on)


def _without_lead(version: PlanVersion) -> list[Problem]:
    measures = version.measures.filter(leads_read=True, lead_note="").exclude(
        responsibilities__role=Responsibility.Role.LEAD
    )
    return [
        Problem(
            _("The measure %(measure)s has no lead.") % {"measure": name_of(measure)},
            field=f"{measure.key}.lead",
            remedy=_("Name a lead, say in its note who leads, or mark its leads as not read."),
        )
        for measure in measures.filter(sub_measures=None)
    ]


@act(Permission.PLAN_ADOPT, subject=_facts_of_version)
def adopt_version(
    *, officer: Officer, at: datetime, version: PlanVersion, adopted_on: date | None
) -> PlanVersion:
    """Put the draft in force and freeze it; the version before is superseded.

    adopted_on None: the day was not read, and none is put in its place. Its `content_hash` is the SHA-256 of the
    canonical plan file. Raises Invalid with every problem, Conflict
    for a version that is no draft.
    """
    locked = PlanVersion.objects.select_for_update(of=("self",)).select_related("plan").get(pk=version.pk)
    refuse_frozen(locked)
    problems = adoption_problems(locked, on=adopted_on or at.date())
    if problems:
        raise Invalid(
            _("The plan was not adopted."),
            problems=problems,
            where=str(locked),
            remedy=_("Put each of these right in the draft."),
        )
    PlanVersion.objects.filter(plan_id=locked.plan_id, state=PlanVersion.State.ADOPTED).update(
        state=PlanVersion.State.SUPERSEDED
    )
    facts = document_of(locked).plan
    locked.extra["plan"] = freeze(replace(facts, adopted=adopted_on or facts.adopted))
    locked.adopted_on = adopted_on
    locked.content_hash = content_hash(document_of(locked))
    locked.adopted_by = officer
    locked.state = PlanVersion.State.ADOPTED
    locked.save()
    for name in ("adopted_on", "content_hash", "adopted_by", "state", "extra"):
        setattr(version, name, getattr(locked, name))
    return version


def unfrozen_measure(measure: Measure) -> Measure:
    """The measure, when its version is a draft; raises Conflict."""
    refuse_frozen(measure.version)
    return measure
