"""Reads code lists; never writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .models import Code, CodeList


@dataclass(frozen=True)
class Label:
    """A code's names."""

    code: str
    name_en: str
    name_zh: str


def code_list(key: str) -> Mapping[str, Label]:
    """The newest version of a list, code -> names, in the list's order; empty when there is no such list."""
    newest = CodeList.objects.filter(key=key).order_by("-version").first()
    if newest is None:
        return {}
    return {c.code: Label(c.code, c.name_en, c.name_zh) for c in Code.objects.filter(code_list=newest)}


def code_lists() -> list[CodeList]:
    """Every list in every version, newest version of a list first."""
    return list(CodeList.objects.order_by("key", "-version").prefetch_related("codes"))
