"""One thing of every kind in the reporting nation, so that calls can name what exists."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tests.attack.evaluated import build_evaluated
from tests.attack.met import build_met
from tests.interfaces.api.case_samples import CaseSamples, build_case_samples
from tests.interfaces.api.keys import Machine, Machines

from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.foundation.obligations.models import Obligation
from concerted.mechanism.figures import acts as estimates
from concerted.mechanism.plan.acts import alignment, documents, drafts, editing, localising, notes, support
from concerted.mechanism.plan.acts.observations import enter_observation
from concerted.mechanism.plan.models import Indicator, Measure, ReportingPeriod
from concerted.methods.prevalence import PanelOptions, agreement_panel, read_table


@dataclass
class Samples:
    """Keys to call with, values for path parameters by collection, and for fields of a body by name."""

    keys: list[Machine]
    paths: Mapping[str, list[Any]]
    named: Mapping[str, list[Any]]
    cases: CaseSamples

    def keys_for(self, permission: Permission) -> list[Machine]:
        """The keys that may open such an operation: those of case work know no plan, and the others no case."""
        return self.cases.keys if permission.is_secret else self.keys

    def named_for(self, permission: Permission | None) -> Mapping[str, list[Any]]:
        """Values for the fields of a body of such an operation; None: of one that needs no key."""
        return self.cases.named if permission is None or permission.is_secret else self.named

    def path_of(self, path: str, generated: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
        """The path's parameters, each an id that exists where there is one."""
        chosen = dict(generated)
        for name in chosen:
            before = path.partition("{" + name + "}")[0].rstrip("/").rpartition("/")[2]
            values = self.paths.get(before) or self.cases.paths.get(before) or self.paths.get(name)
            if values:
                chosen[name] = chance.choice(values)
        return chosen


def build_samples(machines: Machines) -> Samples:
    """A draft, a submitted and a published report, an open revision, answers, figures, notes and a text."""
    nation, world = machines.nation, machines.world
    office, ministry, province = world.secretariat, world.focal_point, world.provincial
    common: dict[str, Any] = {"at": world.at}
    published = nation.in_state("published")
    drafted = nation.draft(measure="m3")
    national = nation.measure("m2")
    local = localising.open_local_plan(
        officer=province, **common, national=nation.plan, title_en="Plan of Yunnan",
        period_from=date(2009, 1, 1), period_to=date(2012, 12, 31),
    )  # fmt: skip
    answer = alignment.decline_measure(officer=province, **common, national=national, reason="No stations.")
    revision = documents.start_revision(officer=office, **common, plan=nation.plan)
    with world.seen_by(office):
        in_draft = list(Measure.objects.filter(version=revision).order_by("position"))
    step = editing.add_milestone(
        officer=office, **common, measure=in_draft[0], key="first", title_en="First", due=date(2010, 6, 1)
    )
    link = editing.add_dependency(officer=office, **common, measure=in_draft[1], needs=in_draft[0])
    with world.seen_by(office):
        part = in_draft[0].responsibilities.first()
        version = published.measure.version_id
    assert part is not None
    quarter = nation.quarter
    indicator = Indicator.objects.get(plan=nation.plan, key="rescued")
    figures = [
        enter_observation(
            officer=who, **common, indicator=indicator, place_code="530000", period=quarter, value=value
        )
        for who, value in ((office, 3), (province, 4))
    ]
    note = notes.write_note(
        officer=ministry, **common, subject_kind="plan.measure", subject_id=national.pk, text="ask again"
    )
    request = support.ask_support(
        officer=ministry, **common, measure=nation.measure("m1"), period=quarter,
        asked=world.other_ministry, question="What did you do?",
    )  # fmt: skip
    text = drafts.save_draft_reading(
        officer=office, **common, filename="plan.txt", source_lines=["A plan"],
        reading={"title": "A plan", "period": None, "measures": [], "unknown_agencies": [], "unplaced": []},
    )  # fmt: skip
    run = _estimated(office, common["at"])
    periods = list(ReportingPeriod.objects.filter(plan=nation.plan).values_list("pk", flat=True))
    measures = [measure.pk for measure in in_draft] + [national.pk, published.measure_id]
    evaluated = build_evaluated(nation)
    met = build_met(nation)
    people = [office, ministry, world.clearer, province, world.officer_for(world.office, "evaluator")]
    return Samples(
        cases=build_case_samples(machines),
        keys=[machines.of(one) for one in people],
        paths={
            "plans": [nation.plan.key, local.plan.key],
            "versions": [version, revision.pk, local.pk],
            "measures": measures,
            "strands": ["help"],
            "responsibilities": [part.pk],
            "milestones": [step.pk],
            "dependencies": [link.pk],
            "periods": periods,
            "snapshots": [1],
            "reports": [published.pk, drafted.pk],
            "support-requests": [request.pk],
            "indicators": [indicator.pk],
            "observations": [figure.pk for figure in figures],
            "cells": ["530000"],
            "alignments": [answer.pk],
            "obligations": list(Obligation.objects.values_list("pk", flat=True)[:5]),
            "estimation-runs": [run],
            "notes": [note.pk],
            "plan-drafts": [text.pk],
            "agencies": ["mca", "ps-yunnan"],
            "places": ["530000"],
            "code-lists": ["tiers"],
            "meeting-series": [met.series],
            "meetings": [met.sitting, met.coming, met.circulated, met.adopted],
            "chairs": [met.chair],
            "meeting-seats": [met.seat],
            "agenda-items": [met.proposed, met.accepted, met.heard, met.dropped],
            "meeting-notes": [met.note],
            "decisions": [met.decision, met.worded],
            "action-items": [met.action, met.worded_action],
            "dissents": [met.dissent],
            "minutes-sections": [met.section],
            "amendments": [met.amendment],
            "papers": [met.paper],
            "evaluations": [evaluated.under_way, evaluated.final],
            "findings": [evaluated.finding],
            "supervised-areas": [evaluated.area],
            "instruments": [evaluated.instrument],
            "review-cycles": [evaluated.cycle],
            "treaty-papers": [evaluated.paper],
            "recommendations": [evaluated.recommendation],
        },
        named={
            "measure": measures,
            "needs": measures,
            "period": periods,
            "indicator": [indicator.pk],
            "asked": ["acwf", "mca"],
            "agency": ["mca", "acwf"],
            "owner": ["mca", "acwf"],
            "lead": ["mca", None],
            "place_code": ["530000", "000000"],
            "adopted_on": ["2010-04-12"],
            "subject_id": measures,
        },
    )


def _estimated(officer: Officer, at: datetime) -> int:
    """A run that is done; its id."""
    options = PanelOptions(methods=("chao", "chapman"), bootstrap=0)
    table = read_table("police,shelters,count\n1,0,50\n0,1,40\n1,1,12\n")
    asked = estimates.ask_for_run(officer=officer, at=at, table=table, title="Two lists", options=options)
    estimates.begin(run_id=asked.pk, at=at, real=at)
    estimates.finish(run_id=asked.pk, at=at, result=agreement_panel(table, options).to_json())
    return asked.pk
