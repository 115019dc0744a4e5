"""Gives rows the agencies and officers they name, each asked for once for all rows; it reads no case."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.db import models

from concerted.foundation.agencies.models import Agency, Officer


def with_names(*rows: models.Model) -> Mapping[int, Agency]:
    """Give each row the agencies and officers its columns name: one question for all agencies, one for all officers.

    Returns the agencies by their ids.
    """
    known: dict[type[models.Model], dict[int, Any]] = {}
    for model in (Agency, Officer):
        ids = {getattr(row, each.attname) for row in rows for each in _naming(type(row), model)}
        known[model] = model._default_manager.in_bulk(ids - {None})  # type: ignore[arg-type]
    for row in rows:
        for model, found in known.items():
            for field in _naming(type(row), model):
                pk = getattr(row, field.attname)
                if pk in found:
                    setattr(row, field.name, found[pk])
    return known[Agency]


@cache
def _naming(model: type[models.Model], named: type[models.Model]) -> tuple[Any, ...]:
    """The columns of a table that name an agency, or an officer."""
    return tuple(field for field in model._meta.concrete_fields if field.related_model is named)
