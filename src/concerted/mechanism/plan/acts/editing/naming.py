"""Gives a draft's measure its key and ties it to the one it carries on; what is wrong is refused with its remedy."""

from __future__ import annotations

from django.utils.translation import gettext as _

from concerted.errors import Invalid, Problem

from ...models import Measure
from ...reads.naming import Names
from ..storing import key_in_plan, naming_problems, said_of, unknown_before


def name_measure(measure: Measure, *, key: str | None = None, carried_from: str | None = None) -> list[str]:
    """Set the measure's key, and by its key the measure of the version before that it carries on; None: as it is.

    carried_from '': it is new. Returns the fields to save; the measure's text says what it was called before.
    Raises Invalid for a key that is taken or none, and for one that the version before does not have.
    """
    problems = []
    if key is not None and key != measure.key:
        taken = measure.version.measures.exclude(pk=measure.pk).filter(key=key).exists()
        if taken or not key.strip():
            what = _("The key is empty or taken.")
            problems.append(Problem(what, field="key", remedy=_("Choose another key.")))
        measure.key = key
    if carried_from is not None:
        before = _before(measure, carried_from)
        if carried_from and before is None:
            fault = unknown_before(measure.key, carried_from)
            problems.append(Problem(fault.what, field="carried_from", remedy=fault.remedy))
        measure.carried_from = before
    if problems:
        raise Invalid(_("The measure was not changed."), problems=problems, where=measure.key)
    _say_before(measure)
    return ["key", "carried_from", "extra"]


def refuse_mixed(measure: Measure) -> None:
    """Raise Invalid where keys of the saved draft would name several measures as one."""
    problems = naming_problems(measure.version)
    if problems:
        raise Invalid(_("The measure was not changed."), problems=problems, where=measure.key)


def _before(measure: Measure, key: str) -> Measure | None:
    """The measure with that key, or one it bore, in the version that the draft is based on."""
    version = measure.version
    if not key or version.based_on is None:
        return None
    keys = Names([version.plan_id]).all_of(version.plan_id, key)
    return version.based_on.measures.filter(key__in=keys).first()


def _say_before(measure: Measure) -> None:
    """Let the measure's text name the key it was carried from, where that is another one."""
    kept = measure.extra.setdefault("kept", {})
    before, version = measure.carried_from, measure.version
    if before is not None and before.version.plan_id != version.plan_id:
        return
    said = ""
    if before is not None:
        said = before.key if before.key != measure.key else said_of(before)
    elif not key_in_plan(said_of(measure), version.plan.key):
        said = said_of(measure)
    if said:
        kept["carried_from"] = said
    else:
        kept.pop("carried_from", None)
