"""A report as PDF and as one picture, set by typst; it lays nothing out anew and fetches nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from .report import Report, lay_out

FOLDER = Path(__file__).parent
DOTS_PER_INCH = 160.0


def report_pdf(
    panel: Mapping[str, Any],
    *,
    language: str,
    title: str = "",
    made: Sequence[tuple[str, str]] = (),
    made_at: datetime | None = None,
    fonts: Sequence[Path] = (),
) -> bytes:
    """The whole report as a tagged PDF. fonts: folders searched before the machine's own."""
    report = lay_out(panel, language=language, title=title, made=made)
    return _set(_said(report), "pdf", fonts, made_at)


def report_png(
    panel: Mapping[str, Any],
    *,
    language: str,
    title: str = "",
    fonts: Sequence[Path] = (),
) -> bytes:
    """Verdict, estimates and overlaps as one picture."""
    report = lay_out(panel, language=language, title=title)
    shown = [one for one in report.sections if one.key in ("methods", "overlaps")]
    said = _said(report) | {
        "picture": True,
        "sections": [{"heading": one.heading, "note": one.note, "svg": one.picture} for one in shown],
    }
    return _set(said, "png", fonts, None)


def _said(report: Report) -> dict[str, Any]:
    return {
        "language": "zh" if report.say.chinese else "en",
        "picture": False,
        "title": report.title,
        "verdict": report.say("verdict"),
        "standing": report.standing,
        "standing_words": report.standing_words,
        "summary": report.summary,
        "reasons": list(report.reasons),
        "sections": [
            {
                "heading": one.heading,
                "note": one.note,
                "svg": one.picture,
                "sentences": list(one.sentences),
                "head": list(one.grid.head) if one.grid else [],
                "rows": [list(row) for row in one.grid.rows] if one.grid else [],
                "numeric": sorted(one.grid.numeric) if one.grid else [],
            }
            for one in report.sections
        ],
    }


def _set(
    said: Mapping[str, Any], form: Literal["pdf", "png"], fonts: Sequence[Path], made_at: datetime | None
) -> bytes:
    import typst

    settings: dict[str, Any] = {"ppi": DOTS_PER_INCH} if form == "png" else {}
    if made_at is not None:
        settings["timestamp"] = made_at.replace(microsecond=0)  # a PDF keeps whole seconds
    done: Any = typst.compile(
        (FOLDER / "report.typ").read_bytes(),
        font_paths=list(fonts),
        format=form,
        sys_inputs={"report": json.dumps(said, ensure_ascii=False)},
        **settings,
    )
    return done if isinstance(done, bytes) else done[0]
