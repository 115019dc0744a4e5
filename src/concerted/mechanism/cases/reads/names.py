"""Gives rows the agencies and officers they name, each asked for once for all rows; it reads no case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.db import models

from concerted.foundation.agencies.models import Agency, Officer


def with_names(*rows: models.Model, also: Iterable[int] = ()) -> Mapping[int, Agency]:
    """Give each row the agencies and officers its columns name: one question for all agencies, one for all officers.

    also: ids of agencies that no column names. Returns the agencies by their ids.
    """
    agencies = Agency.objects.in_bulk(_named(rows, Agency) | set(also))
    officers = Officer.objects.in_bulk(_named(rows, Officer))
    for row in rows:
        _put(row, Agency, agencies)
        _put(row, Officer, officers)
    return agencies


def _named(rows: Iterable[models.Model], model: type[models.Model]) -> set[int]:
    ids = {getattr(row, field.attname) for row in rows for field in _naming(type(row), model)}
    return ids - {None}


def _put(row: models.Model, model: type[models.Model], found: Mapping[int, models.Model]) -> None:
    for field in _naming(type(row), model):
        pk = getattr(row, field.attname)
        if pk in found:
            setattr(row, field.name, found[pk])


@cache
def _naming(model: type[models.Model], named: type[models.Model]) -> tuple[Any, ...]:
    """The columns of a table that name an agency, or an officer."""
    return tuple(field for field in model._meta.concrete_fields if field.related_model is named)
