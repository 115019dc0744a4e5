"""A sealed section among those given is never shared onward; leave to share the others onward holds for them."""

from importlib import import_module

from django.db import migrations

before = import_module("concerted.mechanism.cases.migrations.0012_shared_onward")

NEVER_ONWARD = """
CREATE FUNCTION cases_never_onward(section text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT section IN ('shelter_address', 'new_identity', 'witness_protection', 'health_detail')
$$;
"""
PASSED_BEFORE = before.PASSED.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
PASSED = PASSED_BEFORE.replace(
    "AND d.sections ? s.key AND x.sections ? s.key",
    "AND d.sections ? s.key AND x.sections ? s.key AND NOT cases_never_onward(s.key)",
)
ENDED_BEFORE = before.ENDED[: before.ENDED.index("CREATE TRIGGER")].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
ENDED = ENDED_BEFORE.replace(
    "WHERE NEW.sections ? s.key)", "WHERE NEW.sections ? s.key AND NOT cases_never_onward(s.key))"
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0014_word_of_a_suspect_ends")]

    operations = [
        migrations.RunSQL(
            NEVER_ONWARD + PASSED + ENDED,
            PASSED_BEFORE + ENDED_BEFORE + "DROP FUNCTION cases_never_onward(text);",
        )
    ]
