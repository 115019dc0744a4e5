"""Results as plain JSON values in two languages; it computes nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from concerted.methods.prevalence._result import NotEstimable
from concerted.methods.prevalence._table import CaptureTable
from concerted.methods.prevalence._wording import Said


def table_json(table: CaptureTable) -> dict[str, Any]:
    """Lists and observed histories with their counts, most lists last."""
    rows = sorted((int(w) for w in table.observed), key=lambda w: (w.bit_count(), w))
    return {
        "lists": list(table.lists),
        "n": table.n,
        "rows": [
            {
                "history": w,
                "lists": [name for i, name in enumerate(table.lists) if w >> i & 1],
                "count": int(table.counts[w]),
            }
            for w in rows
        ],
    }


def refusal_json(refused: NotEstimable) -> dict[str, Any]:
    """Why a method gives no number, in both languages."""
    return {"code": refused.code, **_both("text", refused.what), **_both("remedy", refused.remedy)}


def _both(key: str, text: object) -> dict[str, str]:
    return {key: str(text), f"{key}_zh": str(getattr(text, "zh", ""))}


def plain(value: Any) -> Any:
    """Plain JSON values: numpy's numbers as Python's, what is not finite as null."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if hasattr(value, "item") and not isinstance(value, str):
        value = value.tolist()
        return plain(value) if isinstance(value, list) else _plain_number(value)
    return _plain_number(value)


def _plain_number(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return str(value) if isinstance(value, Said) else value
