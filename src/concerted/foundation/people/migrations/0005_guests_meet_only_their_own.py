"""An officer who works here as a guest meets the records a higher part names, and those he wrote down himself."""

from importlib import import_module

from django.db import migrations

fences = import_module("concerted.foundation.people.migrations.0002_fences")

#: Which records the officer is limited to; NULL for nobody's guest. A part that takes guests in says it anew.
LIMIT = """
CREATE FUNCTION people_limited_to() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT NULL::bigint[] $$;
"""


def _limited(column: str, writer: str) -> str:
    return (
        f"((SELECT people_limited_to()) IS NULL OR {writer} = concerted_officer()"
        f" OR {column} = ANY ((SELECT people_limited_to())::bigint[]))"
    )


PERSON = f"{fences.PERSON_SEEN} AND {_limited('people_person.id', 'people_person.created_by_id')}"
ATTRIBUTE = (
    f"{fences.ATTRIBUTE_SEEN} AND {_limited('people_attribute.person_id', 'people_attribute.recorded_by_id')}"
)


def _seen(table: str, now: str, before: str) -> migrations.RunSQL:
    policies = "need_to_know_see", "need_to_know_change"
    return migrations.RunSQL(
        "\n".join(f"ALTER POLICY {policy} ON {table} USING ({now});" for policy in policies),
        "\n".join(f"ALTER POLICY {policy} ON {table} USING ({before});" for policy in policies),
    )


class Migration(migrations.Migration):
    dependencies = [("people", "0004_holds_lifted_by_two")]

    operations = [
        migrations.RunSQL(LIMIT, "DROP FUNCTION people_limited_to();"),
        _seen("people_person", PERSON, fences.PERSON_SEEN),
        _seen("people_attribute", ATTRIBUTE, fences.ATTRIBUTE_SEEN),
    ]
