"""What is owed about a person is seen only by those concerned, and only inside the part that raised it."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from concerted.foundation.access.sql import fenced

#: Asked of secret rows only. As functions of cost 1, and not as subqueries, they leave the planner the plans it
#: would have without a fence: half a million rows that are common knowledge pay for one column and no more.
CONCERNED = """
CREATE FUNCTION obligations_concern(of_id bigint, of_kind text, owner bigint, owed_to bigint) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER COST 1 SET search_path = pg_catalog, public AS $$
  SELECT concerted_scope() = split_part(of_kind, '.', 1)
    AND (owner = concerted_agency() OR owed_to = concerted_agency()
      OR EXISTS (SELECT 1 FROM access_interest i WHERE i.agency_id = concerted_agency()
        AND i.subject_kind = 'obligations.obligation' AND i.subject_id = of_id
        AND i.since <= concerted_now() AND (i.until IS NULL OR i.until > concerted_now())))
$$;
CREATE FUNCTION obligations_concern_by_id(of_id bigint) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER COST 1 SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT 1 FROM obligations_obligation o WHERE o.id = of_id
    AND obligations_concern(o.id, o.subject_kind, o.owner_id, o.owed_to_id))
$$;
"""
CONCERNED_REVERSE = """
DROP FUNCTION obligations_concern_by_id(bigint);
DROP FUNCTION obligations_concern(bigint, text, bigint, bigint);
"""


def open_to_those_concerned(row: str) -> str:
    """One column decides for what is common knowledge; only secret rows are asked about further."""
    return f"NOT confidential OR obligations_concern({row}, subject_kind, owner_id, owed_to_id)"


OF_A_ROW = "NOT confidential OR obligations_concern_by_id(obligation_id)"


class Migration(migrations.Migration):
    dependencies = [
        ("obligations", "0006_ladders_as_data"),
        ("access", "0005_secret_interests"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="obligation",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="obligation",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="obligation",
            name="confidential",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="obligation",
            name="due_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="obligationevent",
            name="confidential",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="obligationhistory",
            name="confidential",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="obligationhistory",
            name="due_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="obligation",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "obligations_obligationhistory" ("accepted_at", "began_at", "closed_at", "confidential", "due", "due_at", "excused_at", "grace_until", "id", "kind", "label_en", "label_zh", "met_at", "opens", "owed_to_id", "owner_id", "period_key", "pgh_created_at", "pgh_label", "pgh_obj_id", "subject_id", "subject_kind") VALUES (NEW."accepted_at", NEW."began_at", NEW."closed_at", NEW."confidential", NEW."due", NEW."due_at", NEW."excused_at", NEW."grace_until", NEW."id", NEW."kind", NEW."label_en", NEW."label_zh", NEW."met_at", NEW."opens", NEW."owed_to_id", NEW."owner_id", NEW."period_key", NOW(), \'update\', NEW."id", NEW."subject_id", NEW."subject_kind"); RETURN NULL;',
                    hash="5d8b23051e6fe6fdeba061fdeafcc2fd148a3774",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_67dc6",
                    table="obligations_obligation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="obligation",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "obligations_obligationhistory" ("accepted_at", "began_at", "closed_at", "confidential", "due", "due_at", "excused_at", "grace_until", "id", "kind", "label_en", "label_zh", "met_at", "opens", "owed_to_id", "owner_id", "period_key", "pgh_created_at", "pgh_label", "pgh_obj_id", "subject_id", "subject_kind") VALUES (OLD."accepted_at", OLD."began_at", OLD."closed_at", OLD."confidential", OLD."due", OLD."due_at", OLD."excused_at", OLD."grace_until", OLD."id", OLD."kind", OLD."label_en", OLD."label_zh", OLD."met_at", OLD."opens", OLD."owed_to_id", OLD."owner_id", OLD."period_key", NOW(), \'delete\', OLD."id", OLD."subject_id", OLD."subject_kind"); RETURN NULL;',
                    hash="c52ae3f8056f96705aaf5373e420be2dea895ab4",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_cf486",
                    table="obligations_obligation",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL(CONCERNED, CONCERNED_REVERSE),
        fenced("obligations_obligation", see=open_to_those_concerned("obligations_obligation.id")),
        fenced(
            "obligations_obligationhistory",
            see=open_to_those_concerned("obligations_obligationhistory.pgh_obj_id"),
            write="true",
        ),
        fenced(
            "obligations_obligationevent",
            see=OF_A_ROW,
            write="NOT confidential OR concerted_agency() IS NOT NULL",
        ),
    ]
