"""Sets one paper as PDF with typst from a layout and its words; the machine's own typefaces are never used."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from concerted.deferred import typst

from .fonts import CHINESE_SANS, CHINESE_SERIF, font_folders


def set_pdf(layout: Path, name: str, said: Mapping[str, Any], *, language: str, made_on: date) -> bytes:
    """Return the PDF of a layout that reads `said` as the JSON input `name`; the same words give the same bytes.

    Raises Unready where no Chinese typeface is installed.
    """
    chinese = language.startswith("zh")
    told = {
        **said,
        "serif": CHINESE_SERIF,
        "sans": CHINESE_SANS,
        "chinese": chinese,
        "lang": "zh" if chinese else "en",
        "region": "cn" if chinese else "gb",
    }
    return typst.compile(
        str(layout),
        format="pdf",
        font_paths=[str(folder) for folder in font_folders()],
        ignore_system_fonts=True,
        sys_inputs={name: json.dumps(told, ensure_ascii=False)},
        timestamp=datetime.combine(made_on, time(), tzinfo=UTC),
    )
