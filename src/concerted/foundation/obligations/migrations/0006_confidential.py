"""What is owed about a person is seen only by those concerned, and only inside the part that raised it."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from concerted.foundation.access.sql import fenced, interest_in

CONCERNED = (
    "(owner_id = concerted_agency() OR owed_to_id = concerted_agency()"
    f" OR {interest_in('obligations.obligation', '{row}')})"
)


def open_to_those_concerned(row: str) -> str:
    """One column decides for what is common knowledge; only the few secret rows are asked about further."""
    part = "concerted_scope() = split_part(subject_kind, '.', 1)"
    return f"NOT confidential OR ({part} AND {CONCERNED.format(row=row)})"


OF_A_ROW = (
    "NOT confidential"
    " OR EXISTS (SELECT 1 FROM obligations_obligation o WHERE o.id = obligation_id AND o.confidential)"
)


class Migration(migrations.Migration):
    dependencies = [
        ("obligations", "0005_history_only_grows"),
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
