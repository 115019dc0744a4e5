"""Commands that fill an invented nation to try Concerted on; they write nothing outside acts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from concerted.errors import Invalid
from concerted.interfaces.commands.output import JsonFlag, print_json, stand_up

if TYPE_CHECKING:
    from concerted.methods.prevalence import PanelOptions

app = typer.Typer(help="The invented nation of a demonstration.", invoke_without_command=True)

_SIZES = ("tiny", "small", "standard", "national")


@app.callback()
def demo(
    context: typer.Context,
    size: Annotated[
        str,
        typer.Option(
            help="tiny, small, standard, or national: all counties report too, which takes minutes."
        ),
    ] = "standard",
    seed: Annotated[
        int | None, typer.Option(help="What the figures grow of; the same seed gives the same nation.")
    ] = None,
) -> None:
    """Fill an invented nation with years of reporting; where it is there already nothing changes."""
    if context.invoked_subcommand is not None:
        return
    if size not in _SIZES:
        raise Invalid(
            f"There is no size {size}.", where="--size", remedy=f"Choose one of {', '.join(_SIZES)}."
        )
    stand_up()
    fill_demonstration(size=size, seed=seed)


@app.command("officers")
def officers(json: JsonFlag = False) -> None:
    """Give the demonstration's officers new passwords and print them; the old ones end."""
    stand_up()
    given = issue_demonstration_officers()
    if json:
        print_json(given)
        return
    for officer in given:
        typer.echo(f"{officer['role']:<14} {officer['username']:<36} {officer['password']}")


def fill_demonstration(*, size: str = "standard", seed: int | None = None) -> bool:
    """Fill the demonstration and tell its seed; False where it is there already. Django must be set up."""
    from concerted.mechanism.plan import demonstration

    chosen = demonstration.SEED if seed is None else seed
    typer.echo(f"Invented nation, size {size}, seed {chosen}", err=True)
    carried_out = _fill_plan(size=size, seed=chosen)
    runs = _fill_estimates(quick=size in ("tiny", "small"))
    helped = _fill_cases(size=size, seed=chosen)
    anything = carried_out or helped or bool(runs)
    if not anything:
        typer.echo("It is there already; nothing was changed.", err=True)
    return anything


def _fill_plan(*, size: str, seed: int) -> bool:
    """Fill the plan with its reporting, evaluations and meetings; False where they are there already."""
    from django.utils import timezone

    from concerted.interfaces.exchange.plan_file import load_yaml
    from concerted.interfaces.exchange.reference import REFERENCE_FOLDER, read_provinces
    from concerted.mechanism.evaluation import demonstration as evaluation
    from concerted.mechanism.meetings import demonstration as meetings
    from concerted.mechanism.plan import demonstration

    folder = REFERENCE_FOLDER / "demonstration"
    shape = demonstration.SIZES[size]
    provinces = [
        demonstration.Province(one.code, one.name_en.lower().replace(" ", "-"), one.name_en, one.name_zh)
        for one in read_provinces()
        if one.is_on_grid
    ]
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        days = (demonstration.TODAY - shape.first_day).days
        task = bar.add_task("2008-01-02", total=days)

        def tell(day: date) -> None:
            passed = max(0, (day - shape.first_day).days)
            bar.update(task, completed=passed, description=day.isoformat())

        filled = demonstration.fill(
            seed=seed,
            size=shape,
            provinces=provinces,
            document=load_yaml(folder / "plan.yaml", "plan.yaml"),
            changes=load_yaml(folder / "revision.yaml", "revision.yaml"),
            tell=tell,
            at=timezone.now(),
        )
        bar.update(task, description="evaluations")
        evaluated = evaluation.fill()
        bar.update(task, description="meetings")
        met = meetings.fill(seed=seed, first_day=shape.first_day, tell=lambda _day: bar.refresh())
    return filled or evaluated or met


def _fill_estimates(*, quick: bool) -> int:
    """Estimation runs of two published tables and two invented ones, where they are not there yet."""
    from django.utils import timezone

    from concerted.foundation.access.reads import mechanism_now
    from concerted.interfaces.exchange.reference import REFERENCE_FOLDER
    from concerted.mechanism.figures import demonstration
    from concerted.mechanism.plan.demonstration import the_machine
    from concerted.methods.prevalence import LinkageDoubt, read_strata, read_table

    published, invented = REFERENCE_FOLDER / "prevalence", REFERENCE_FOLDER / "demonstration"
    by_sex = read_strata(invented / "invented-lists-by-sex.csv", ["sex"])
    tables = [
        demonstration.DemonstrationTable(
            "United Kingdom 2013, five lists",
            read_table(published / "uk5.csv"),
            "published",
            "Potential victims of modern slavery, National Crime Agency 2013, police and NCA merged. Silverman "
            "(2020), Journal of the Royal Statistical Society A 183(3), 691-736.",
        ),
        demonstration.DemonstrationTable(
            "Netherlands 2010-2015, five lists",
            read_table(published / "netherlands5.csv"),
            "published",
            "Presumed victims of human trafficking, two lists merged. Silverman (2020), Journal of the Royal "
            "Statistical Society A 183(3), 691-736.",
        ),
        demonstration.DemonstrationTable(
            "Four invented lists (demonstration)",
            read_table(invented / "invented-lists.csv"),
            "invented",
            "Invented for the demonstration: nobody was counted.",
            2010,
        ),
        demonstration.DemonstrationTable(
            "Four invented lists by sex (demonstration)",
            by_sex.whole,
            "invented",
            "Invented for the demonstration: nobody was counted, and the errors in joining records are invented too.",
            2011,
            strata=by_sex,
            linkage=LinkageDoubt(missed=0.1, false=0.02),
        ),
    ]
    at = mechanism_now()
    _machine, office = the_machine(at)
    with _told("Asking what is hidden"):
        return demonstration.fill(
            officer=office,
            at=at,
            real=timezone.now(),
            tables=tables,
            options=_quick_panel() if quick else None,
        )


def _quick_panel() -> PanelOptions:
    """Every method but the one whose chains take longest, with few resamples."""
    from concerted.methods.prevalence import METHODS, PanelOptions

    asked = tuple(name for name in METHODS if name != "latent-class")
    return PanelOptions(methods=asked, bootstrap=100, search_bootstrap=20)


@contextmanager
def _told(what: str) -> Iterator[None]:
    """A moving bar on standard error while it lasts."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        bar.add_task(what, total=None)
        yield


def _fill_cases(*, size: str, seed: int) -> bool:
    """Fill the demonstration's cases after its plan; False where they are there already."""
    from django.utils import timezone

    from concerted.interfaces.exchange.reference import REFERENCE_FOLDER
    from concerted.interfaces.exchange.screening import form_from, load_indicator_set, result_as_data
    from concerted.interfaces.exchange.service_directory import read_services
    from concerted.mechanism.cases import demonstration
    from concerted.methods.law import screen

    folder = REFERENCE_FOLDER / "demonstration"
    indicators = load_indicator_set()
    form = form_from(json.loads((folder / "screening.json").read_text(encoding="utf-8")))
    offers = [
        demonstration.Offer(one.agency, one.key, one.kind, one.values)
        for one in read_services(folder / "services.yaml")
    ]
    return demonstration.fill(
        size=size,
        seed=seed,
        scored=demonstration.Scored(
            indicators.id,
            str(indicators.version),
            form.answers,
            result_as_data(form, screen(form, indicators), indicators),
        ),
        offers=offers,
        at=timezone.now(),
    )


def issue_demonstration_officers() -> list[dict[str, str]]:
    """Fresh passwords of the demonstration's officers, as role, username and password; Django must be set up."""
    from django.utils import timezone

    from concerted.mechanism.cases import demonstration as cases
    from concerted.mechanism.plan import demonstration as plan

    now = timezone.now()
    return [*plan.remember_passwords(at=now), *cases.remember_passwords(at=now)]
