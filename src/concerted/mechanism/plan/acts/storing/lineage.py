"""Ties each measure of a draft to the one it carries on, by its key or by what `carried_from` says; words nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from concerted.errors import Invalid, Problem

from ... import models as rows
from ...keeping import thaw
from ...reads.naming import Names
from .problems import Placed

STATES = (rows.PlanVersion.State.ADOPTED, rows.PlanVersion.State.SUPERSEDED)


def measures_before(version: rows.PlanVersion, places: Sequence[Placed]) -> dict[str, rows.Measure]:
    """What each measure carries on: of the plan's version before the same key, or the one `carried_from` names.

    `carried_from` is a key of this plan, or PLAN/KEY. One of another plan ties a measure that the version before does
    not have yet. Raises Invalid for a key this plan never had.
    """
    last = version.based_on or _earlier(version).order_by("-number").first()
    standing = {} if last is None or last.plan_id != version.plan_id else _by_key(last)
    said = {p.measure.id: p.measure.carried_from for p in places if p.measure.carried_from}
    inside = {key: old for key, name in said.items() if (old := key_in_plan(name, version.plan.key))}
    ended = _ended(version, set(inside.values()) - set(standing))
    elsewhere = _of_other_plans({name for key, name in said.items() if key not in inside})
    found: dict[str, rows.Measure | None] = {}
    problems = []
    for place in places:
        key = place.measure.id
        same = standing.get(key)
        if key in inside and not _says_so_already(same, inside[key], version.plan.key):
            found[key] = standing.get(inside[key]) or ended.get(inside[key])
            if found[key] is None and last is not None:
                problems.append(unknown_before(key, inside[key]))
        else:
            found[key] = same or elsewhere.get(said.get(key, ""))
    if problems:
        raise Invalid(_("The plan was not stored."), problems=problems, where=version.plan.key)
    return {key: row for key, row in found.items() if row is not None}


def key_in_plan(name: str, plan: str) -> str:
    """The key that `carried_from` names in this plan; empty where it names a measure of another."""
    of_plan, _slash, key = name.rpartition("/")
    return key if of_plan in ("", plan) else ""


def said_of(measure: rows.Measure) -> str:
    """What the measure's own text says it is carried from, or nothing."""
    return str(thaw(measure.extra.get("kept", {}).get("carried_from")) or "")


def unknown_before(key: str, old: str) -> Problem:
    """The problem of a measure said to carry on one that the plan never had."""
    return Problem(
        _("%(key)s is no measure of an earlier version of this plan.") % {"key": old},
        field=f"{key}.carried_from",
        remedy=_(
            "Write the key that the measure had in the version in force, or leave it out for a new measure."
        ),
    )


def _says_so_already(same: rows.Measure | None, old: str, plan: str) -> bool:
    """Whether the version before has the measure under this key and says itself what it was carried from."""
    return same is not None and (same.key == old or key_in_plan(said_of(same), plan) == old)


def _earlier(version: rows.PlanVersion) -> QuerySet[rows.PlanVersion]:
    return rows.PlanVersion.objects.filter(plan_id=version.plan_id, number__lt=version.number)


def _by_key(version: rows.PlanVersion) -> dict[str, rows.Measure]:
    return {measure.key: measure for measure in version.measures.all()}


def _ended(version: rows.PlanVersion, keys: set[str]) -> dict[str, rows.Measure]:
    """The newest measures with these keys that the plan once had."""
    if not keys:
        return {}
    once = rows.Measure.objects.filter(version__plan=version.plan_id, version__state__in=STATES, key__in=keys)
    return {measure.key: measure for measure in once.order_by("version__number")}


def _of_other_plans(names: set[str]) -> Mapping[str, rows.Measure]:
    """The newest adopted measures of other plans, by PLAN/KEY."""
    plans = {name.rpartition("/")[0] for name in names}
    others = rows.Measure.objects.filter(version__plan__key__in=plans).exclude(version__state="draft")
    return {
        f"{m.version.plan.key}/{m.key}": m
        for m in others.select_related("version__plan").order_by("version__number")
    }


def naming_problems(version: rows.PlanVersion) -> list[Problem]:
    """What is wrong with the keys of a draft that renames measures: a key names one measure for ever in its plan."""
    names = Names([version.plan_id])
    together: dict[tuple[int, str], set[str]] = defaultdict(set)
    standing = rows.Measure.objects.filter(version__plan=version.plan_id)
    for number, key in standing.values_list("version__number", "key").order_by("version__number", "position"):
        together[number, names.first(version.plan_id, key)].add(key)
    mixed = {first for (_number, first), keys in together.items() if len(keys) > 1}
    return [
        Problem(
            _("The keys %(keys)s would name one measure, and they name several.")
            % {"keys": ", ".join(sorted(names.all_of(version.plan_id, first)))},
            field=f"{first}.carried_from",
            remedy=_(
                "Give a measure that carries on another a key the plan never had, and let one alone carry it on."
            ),
        )
        for first in sorted(mixed)
    ]
