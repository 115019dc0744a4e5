"""A small national plan and the places that answer it, built through acts for the tests of alignment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from tests.builders import World

from concerted.foundation.access import acts as access
from concerted.foundation.agencies.models import Agency, Officer, Place, Post
from concerted.mechanism.plan import document as said
from concerted.mechanism.plan.acts import alignment
from concerted.mechanism.plan.acts.documents import adopt_version, store_version
from concerted.mechanism.plan.models import Alignment, Measure, PlanVersion

ADOPTED_ON = date(2010, 1, 4)

PATROL = said.Measure(
    id="PRE-01",
    title="Watch stations",
    title_zh="加强车站巡查",
    description="Officers watch the stations.",
    lead=(said.Responsibility("mps"),),
    support=(said.Responsibility("mca"),),
    level="national",
    deadline=date(2012, 12, 31),
    indicators=("stations-watched",),
)
SHELTER = said.Measure(
    id="AST-01",
    title="Open shelters",
    description="Every prefecture opens a shelter.",
    lead=(said.Responsibility("mca"),),
    level="national",
    deadline="continuous",
    sub_measures=(
        said.Measure(
            id="AST-01-a", title="For children", lead=(said.Responsibility("mca"),), level="national"
        ),
    ),
)
CAMPAIGN = said.Measure(
    id="PUB-01",
    title="Publicity",
    description="Tell the villages.",
    lead=(said.Responsibility("mps"),),
    level="national",
    deadline="continuous",
)
WATCHED = said.Indicator(
    key="stations-watched",
    name_en="Share of stations watched",
    name_zh="巡查车站占比",
    unit="percent",
    direction="rise",
    kind="ratio",
    rollup_areas="ratio_of_sums",
    rollup_time="latest",
    baselines=(said.Baseline(2007, Decimal(40)),),
    targets=(said.IndicatorTarget(date(2012, 12, 31), Decimal(90)),),
)


def national_document(
    *measures: said.Measure, indicators: tuple[said.Indicator, ...] = (WATCHED,)
) -> said.PlanDocument:
    """A national plan of one strand with these measures."""
    return said.PlanDocument(
        plan=said.PlanFacts(
            id="npa",
            level="national",
            title_en="National plan",
            title_zh="国家计划",
            period=said.Period(date(2008, 1, 1), date(2012, 12, 31)),
        ),
        strands=(said.Strand(id="prevention", title="Prevention", title_zh="预防", measures=measures),),
        indicators=indicators,
    )


@dataclass
class Nation:
    """The world with its national plan in force and an empty local plan in each province that was opened."""

    world: World
    version: PlanVersion

    def measure(self, key: str) -> Measure:
        """The national measure of that key in force."""
        return Measure.objects.select_related("version__plan", "strand").get(version=self.version, key=key)

    @property
    def yunnan(self) -> Officer:
        return self.world.provincial

    @property
    def hunan(self) -> Officer:
        return self.world.officer_for(self.world.hunan, Post.Function.PROVINCIAL_OFFICE)

    def open_plan(self, officer: Officer) -> PlanVersion:
        """The empty draft with which the officer's province will answer."""
        agency = officer.agency
        assert agency is not None
        return alignment.open_local_plan(
            officer=officer,
            at=self.world.at,
            national=self.version.plan,
            title_en=f"Plan of {agency.place_code}",
            period_from=date(2009, 1, 1),
            period_to=date(2012, 12, 31),
        )

    def put_in_force(self, officer: Officer, draft: PlanVersion) -> PlanVersion:
        """Adopt the draft as the officer."""
        with self.world.seen_by(officer):
            fresh = PlanVersion.objects.select_related("plan").get(pk=draft.pk)
            return adopt_version(officer=officer, at=self.world.at, version=fresh, adopted_on=ADOPTED_ON)

    def revise(
        self, *measures: said.Measure, indicators: tuple[said.Indicator, ...] = (WATCHED,)
    ) -> PlanVersion:
        """Put a new national version in force that says this."""
        self.version = in_force(self.world, national_document(*measures, indicators=indicators))
        return self.version

    def standing(self, officer: Officer, key: str) -> Alignment:
        """The officer's province's standing answer to the measure, whatever its wording."""
        agency = officer.agency
        assert agency is not None
        with self.world.seen_by(officer):
            return Alignment.objects.select_related("local__version__plan", "national__version__plan").get(
                national__key=key, place_code=agency.place_code, replaced_at=None
            )


def in_force(world: World, document: said.PlanDocument) -> PlanVersion:
    """Store the document as the secretariat and adopt it."""
    office = world.secretariat
    version = store_version(officer=office, at=world.at, document=document)
    return adopt_version(officer=office, at=world.at, version=version, adopted_on=ADOPTED_ON)


def build_nation(world: World, *measures: said.Measure) -> Nation:
    """A national plan in force; a civil affairs department stands in Yunnan beside its police."""
    known = Agency.objects.filter(key="ca-yunnan").exists()
    if not known:
        access.load_agencies(
            officer=world.machine,
            at=world.at,
            records=[
                access.NewAgency(
                    key="ca-yunnan",
                    kind=Agency.Kind.LOCAL_DEPARTMENT,
                    name_en="Civil affairs department (tests)",
                    line="mca",
                    place_code="530000",
                    tier=Place.Level.PROVINCE,
                )
            ],
        )
    return Nation(world, in_force(world, national_document(*(measures or (PATROL, SHELTER, CAMPAIGN)))))


def changed(measure: said.Measure, **fields: Any) -> said.Measure:
    """The measure with another wording."""
    return replace(measure, **fields)
