"""Lets the provinces answer the invented plan each in its own way; it decides for no real province."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from concerted.foundation.agencies.reads import Officer, Post

from ..acts.alignment import adapt_measure, adopt_measures, decline_measure, keep_divergence, rebase
from ..acts.documents import adopt_version
from ..acts.editing import add_measure, add_responsibility
from ..acts.localising import open_local_plan
from ..models import Measure, Plan, PlanVersion
from ..reads.alignment import rebases_due, three_way_of
from .script import LAST_DAY, STILL_DRAFTING, WITHOUT_A_PLAN, Province, dice
from .stage import Stage

F = Post.Function

_COVERAGE = (
    ("Only in prefectures with much migration.", "仅限人口流动较多的地区。"),
    ("Cities first, counties from the second year on.", "先在城市实施，第二年起扩大到县。"),
)
_WHY_LATER = "Demonstration: local bodies were set up a year later / 演示：本地机构晚一年成立"
_WHY_PART = "Demonstration: money is enough for these places only / 演示：经费仅能覆盖上述地区"
_WHY_NOT = "Demonstration: the province has no such place or body / 演示：本省无此类场所或机构"
_WHY_KEEP = "Demonstration: the new wording asks for more than the budget allows this year / 演示：新要求超出本年度预算"


def answer_the_plan(
    *, stage: Stage, at: datetime, plan: Plan, nationals: Sequence[Measure], province: Province, seed: int
) -> None:
    """Open the province's plan, answer some national measures, and adopt it."""
    if province.slug in WITHOUT_A_PLAN:
        return
    officer = stage.officers[province.office, F.PROVINCIAL_OFFICE]
    begins = date(2009, 1, 1) if province.slug == "hunan" else at.date().replace(month=1, day=1)
    draft = open_local_plan(
        officer=officer,
        at=at,
        national=plan,
        key=f"demo-{province.slug}",
        title_en=f"Demonstration plan of {province.name_en} (invented), {begins.year}-2012",
        title_zh=f"{province.name_zh}演示计划（虚构），{begins.year}—2012年",
        period_from=begins,
        period_to=LAST_DAY,
        is_demonstration=True,
    )
    chosen = _choices(nationals, province, seed)
    adopt_measures(officer=officer, at=at, nationals=chosen["adopt"], plan=draft.plan)
    for number, measure in enumerate(chosen["adapt"]):
        _adapt(officer, at, draft.plan, measure, later=number % 2 == 0)
    for measure in chosen["decline"]:
        decline_measure(officer=officer, at=at, national=measure, reason=_WHY_NOT, plan=draft.plan)
    _add_own(stage, officer, at, draft, province, seed)
    if province.slug not in STILL_DRAFTING:
        adopt_version(officer=officer, at=at, version=draft, adopted_on=at.date())


def answer_the_revision(
    *, stage: Stage, at: datetime, version: PlanVersion, province: Province, seed: int
) -> None:
    """Take the nation's changes over, keep the own wording, or leave them waiting."""
    officer = stage.officers[province.office, F.PROVINCIAL_OFFICE]
    eager = float(dice(seed, "eager", province.slug).random())
    for due in rebases_due(province.code, on=at.date(), version=version):
        lot = dice(seed, "revision", province.slug, due.national_now.key).random()
        if lot > eager or not three_way_of(due.answer).is_due:
            continue
        if due.answer.kind == "declined" or lot < 0.12:
            keep_divergence(officer=officer, at=at, alignment=due.answer, reason=_WHY_KEEP)
        else:
            comparison = three_way_of(due.answer)
            changed = [each.field for each in comparison.fields.fields if each.base != each.theirs]
            choices = dict.fromkeys(changed, "national")
            rebase(officer=officer, at=at, alignment=due.answer, choices=choices)


def _choices(nationals: Sequence[Measure], province: Province, seed: int) -> dict[str, list[Measure]]:
    zeal = float(dice(seed, "zeal", province.slug).uniform(0.55, 1.0))
    found: dict[str, list[Measure]] = {"adopt": [], "adapt": [], "decline": []}
    for measure in nationals:
        lot = float(dice(seed, "answer", province.slug, measure.key).random())
        ceiling = zeal if measure.level == "provincial" else zeal * 0.35
        if lot < ceiling * 0.72:
            found["adopt"].append(measure)
        elif lot < ceiling * 0.92:
            found["adapt"].append(measure)
        elif lot < ceiling:
            found["decline"].append(measure)
    return found


def _adapt(officer: Officer, at: datetime, plan: Plan, measure: Measure, *, later: bool) -> None:
    fields: dict[str, object] = {}
    differs = {}
    if later and measure.deadline is not None and measure.deadline < LAST_DAY:
        fields["deadline"] = LAST_DAY
        differs["deadline"] = _WHY_LATER
    else:
        english, chinese = _COVERAGE[measure.position % len(_COVERAGE)]
        fields["coverage"] = f"{english} / {chinese}"
        differs["coverage"] = _WHY_PART
    adapt_measure(officer=officer, at=at, national=measure, fields=fields, differs=differs, plan=plan)


def _add_own(
    stage: Stage, officer: Officer, at: datetime, draft: PlanVersion, province: Province, seed: int
) -> None:
    """A measure of the province's own, in two provinces of five."""
    if dice(seed, "own measure", province.slug).random() > 0.4:
        return
    strand = draft.strands.order_by("position").first()
    if strand is None:
        return
    measure = add_measure(
        officer=officer,
        at=at,
        strand=strand,
        key=f"L-{province.slug}"[:40],
        number="L.1",
        title_en="Demonstration: liaison with neighbouring provinces",
        title_zh="演示：与相邻省份建立联络机制",
    )
    add_responsibility(
        officer=officer, at=at, measure=measure, agency=stage.agency(province.office), role="lead"
    )
