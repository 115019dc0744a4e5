"""How runs, methods and their texts are worded in the officer's language; it decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from concerted.interfaces.pages.shell.words import day_words, speaks_chinese
from concerted.mechanism.figures.reads import EstimationRun

STATES = {
    "queued": _("Waiting"),
    "running": _("Being computed"),
    "done": pgettext_lazy("run", "Done"),
    "failed": pgettext_lazy("run", "Failed"),
    "cancelled": _("Cancelled"),
}
#: State of a run -> a look of the shell.
LOOKS = {
    "queued": "planned",
    "running": "in_progress",
    "done": "accepted",
    "failed": "off_track",
    "cancelled": "superseded",
}
ORIGINS = {
    "uploaded": _("An agency's own lists"),
    "published": _("A published table"),
    "invented": _("Invented for the demonstration"),
}
STANDINGS = {
    "stable": pgettext_lazy("verdict", "Stable"),
    "unstable": _("Unstable"),
    "not_identified": _("Not identified"),
}
#: Verdict -> a look of the shell.
STANDING_LOOKS = {"stable": "accepted", "unstable": "at_risk", "not_identified": "off_track"}
POOLING_WORDS = {
    "both": _("Both, beside each other"),
    "none": _("Each stratum alone"),
    "partial": _("Partial pooling only"),
}
STEPS = {
    "threshold-path": _("Threshold path"),
    "leave-one-out": _("Lists left out and merged"),
    "odds-ratio": _("Odds-ratio curve"),
    "consistency": _("Foretelling known lists"),
    "strata": _("Strata"),
    "linkage": _("Drawn linkages"),
}


def language() -> str:
    """The language of reports: zh or en."""
    return "zh" if speaks_chinese() else "en"


def said(text: object) -> str:
    """A text of the library in the officer's language."""
    chinese = getattr(text, "zh", "")
    return chinese if chinese and speaks_chinese() else str(text)


def of(thing: Mapping[str, Any], key: str = "text") -> str:
    """A text that a result carries in both languages."""
    return str((thing.get(f"{key}_zh") if speaks_chinese() else "") or thing.get(key) or "")


def step(name: str) -> str:
    """What is being computed, in words."""
    from concerted.methods.prevalence import METHODS

    if name in METHODS:
        return said(METHODS[name].label)
    return str(STEPS.get(name, ""))


def made(run: EstimationRun) -> list[tuple[str, str]]:
    """What a reader of a report must know of how it was made."""
    rows = [
        (gettext("Run"), f"{run.pk}"),
        (gettext("Agency"), (run.agency.name_zh if speaks_chinese() else "") or run.agency.name_en),
        (gettext("Table"), str(ORIGINS[run.origin])),
        (gettext("Source of the table"), run.source),
        (gettext("Year"), str(run.year or "")),
        (gettext("Asked on"), day_words(run.asked_at)),
        (gettext("SHA-256 of the table"), run.data_hash),
        (gettext("SHA-256 of the result"), run.result_hash),
        (gettext("Version"), run.version),
    ]
    return [row for row in rows if row[1]]


def asked_beside(first: EstimationRun, second: EstimationRun) -> list[dict[str, str]]:
    """How two runs were asked, line by line."""
    told = [
        {
            gettext("Lists"): ", ".join(run.lists),
            gettext("Strata"): ", ".join(run.strata_by),
            gettext("Year"): str(run.year or ""),
            gettext("SHA-256 of the table"): run.data_hash,
            gettext("SHA-256 of the result"): run.result_hash,
            gettext("Version"): run.version,
            gettext("Seed"): str(run.seed),
            gettext("Options"): ", ".join(
                f"{key} {value}"
                for key, value in run.options.items()
                if key not in ("methods", "seed", "linkage") and value is not None
            ),
        }
        for run in (first, second)
    ]
    return [{"what": what, "first": value, "second": told[1][what]} for what, value in told[0].items()]


def in_own_language(thing: Any) -> str:
    """The name of a thing in the officer's language."""
    return (thing.name_zh if speaks_chinese() else "") or thing.name_en
