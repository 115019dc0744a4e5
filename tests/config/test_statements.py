"""Statements are planned once, and a list of any length is answered."""

import pytest
from django.db import connection

from concerted.config.statements import MOST_VALUES, PREPARED_AFTER
from concerted.foundation.agencies.models import Agency, Officer

pytestmark = pytest.mark.django_db


def _planned(text: str) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE %s", [text]
        )
        return list(cursor.fetchall())


def test_a_statement_asked_often_is_kept_planned() -> None:
    for number in range(PREPARED_AFTER + 3):
        assert not Agency.objects.filter(key=f"nobody-{number}", tier="nowhere").exists()
    assert len(_planned('%FROM "agencies_agency"%"tier" = $%')) == 1


def test_more_values_than_the_protocol_counts_are_still_looked_for() -> None:
    there = set(Officer.objects.values_list("pk", flat=True))
    wanted = there | set(range(10**9, 10**9 + MOST_VALUES + 1))
    assert set(Officer.objects.filter(pk__in=wanted).values_list("pk", flat=True)) == there
