"""Checks what a plan document says as a whole: keys that repeat, references that lead nowhere, dates in
reverse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from concerted.interfaces.exchange.plan_file.codec import Decoder, Path
from concerted.interfaces.exchange.plan_file.document import NOT_READ, Measure, PlanDocument


def check_document(document: PlanDocument, decoder: Decoder) -> None:
    """Record every fault of the document as a whole in decoder."""
    measures = list(_measures(document))
    indicators = {each.key for each in document.indicators}
    sources = {each.id for each in document.sources}
    _once(decoder, ((("strands", at, "id"), each.id) for at, each in enumerate(document.strands)))
    _once(decoder, ((("sources", at, "id"), each.id) for at, each in enumerate(document.sources)))
    _once(decoder, ((("indicators", at, "key"), each.key) for at, each in enumerate(document.indicators)))
    _once(decoder, (((*path, "id"), measure.id) for path, measure in measures))
    _check_period(document, decoder)
    _check_objectives(document, decoder, indicators, sources)
    known = {measure.id for _path, measure in measures}
    for path, measure in measures:
        _check_measure(decoder, path, measure, known, indicators, sources)


def _measures(document: PlanDocument) -> Iterator[tuple[Path, Measure]]:
    for at, strand in enumerate(document.strands):
        for position, measure in enumerate(strand.measures):
            yield from _with_parts(("strands", at, "measures", position), measure)


def _with_parts(path: Path, measure: Measure) -> Iterator[tuple[Path, Measure]]:
    yield path, measure
    for at, each in enumerate(measure.sub_measures):
        yield from _with_parts((*path, "sub_measures", at), each)


def _once(decoder: Decoder, keys: Iterable[tuple[Path, str]]) -> None:
    seen: set[str] = set()
    for path, key in keys:
        if not key.strip():
            decoder.fault(path, _("The key is empty."), _("Give it a key of its own."))
        elif key in seen:
            decoder.fault(
                path,
                format_lazy(_("The key {key} stands here twice."), key=key),
                _("Give one of them another key."),
            )
        seen.add(key)


def _check_period(document: PlanDocument, decoder: Decoder) -> None:
    period = document.plan.period
    if period is not None and period.from_ > period.to:
        decoder.fault(
            ("plan", "period"),
            _("The period ends before it begins."),
            _("Exchange or correct the two dates."),
        )


def _known(decoder: Decoder, path: Path, names: Iterable[str], among: set[str], remedy: object) -> None:
    for name in names:
        if name not in among:
            decoder.fault(path, format_lazy(_("{name} is not in this file."), name=name), remedy)


def _check_objectives(
    document: PlanDocument, decoder: Decoder, indicators: set[str], sources: set[str]
) -> None:
    paths = []
    for at, strand in enumerate(document.strands):
        for position, objective in enumerate(strand.objectives):
            path: Path = ("strands", at, "objectives", position)
            paths.append(((*path, "id"), objective.id))
            _known(decoder, (*path, "indicators"), objective.indicators, indicators, _ADD_INDICATOR)
            _known(decoder, (*path, "source"), objective.source, sources, _ADD_SOURCE)
    _once(decoder, paths)


def _check_measure(
    decoder: Decoder, path: Path, measure: Measure, known: set[str], indicators: set[str], sources: set[str]
) -> None:
    _known(decoder, (*path, "indicators"), measure.indicators, indicators, _ADD_INDICATOR)
    _known(decoder, (*path, "sources"), measure.sources, sources, _ADD_SOURCE)
    _known(decoder, (*path, "depends_on"), (each.on for each in measure.depends_on), known, _ADD_MEASURE)
    if any(each.on == measure.id for each in measure.depends_on):
        decoder.fault(
            (*path, "depends_on"), _("A measure cannot wait for itself."), _("Remove this dependency.")
        )
    _once(decoder, (((*path, "milestones", at), each.key) for at, each in enumerate(measure.milestones)))
    for role, held in (("lead", measure.lead), ("support", measure.support)):
        for at, each in enumerate(held if held is not NOT_READ else ()):
            if each.valid_from and each.valid_to and each.valid_from > each.valid_to:
                decoder.fault(
                    (*path, role, at),
                    _("The responsibility ends before it begins."),
                    _("Correct the two dates."),
                )


_ADD_INDICATOR = _("Correct the key, or add the indicator under 'indicators'.")
_ADD_SOURCE = _("Correct the id, or add the source under 'sources'.")
_ADD_MEASURE = _("Correct the id, or add the measure.")
