"""Evaluations under way are fenced, final ones frozen, steps only grow, unannounced writes are recorded."""

from django.db import migrations

from concerted.foundation.access.sql import fenced
from concerted.foundation.audit.sql import audited, history_only_grows

FROZEN = """
CREATE FUNCTION evaluation_refuse_thawing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'final' AND (TG_OP = 'DELETE' OR to_jsonb(NEW) <> to_jsonb(OLD)) THEN
    RAISE EXCEPTION 'a final evaluation is frozen: % refused', TG_OP USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER evaluation_stays_final BEFORE UPDATE OR DELETE ON evaluation_evaluation
  FOR EACH ROW EXECUTE FUNCTION evaluation_refuse_thawing();

CREATE FUNCTION evaluation_refuse_rewording() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  state_of text;
BEGIN
  SELECT state INTO state_of FROM evaluation_evaluation WHERE id = (to_jsonb(coalesce(NEW, OLD))->>'evaluation_id')::bigint;
  IF state_of = 'final' AND (
    TG_OP <> 'UPDATE'
    OR (NEW.evaluation_id, NEW.number, NEW.text, NEW.recommendation, NEW.severity, NEW.addressed_to_id,
        NEW.response_due, NEW.author_id)
      IS DISTINCT FROM (OLD.evaluation_id, OLD.number, OLD.text, OLD.recommendation, OLD.severity,
        OLD.addressed_to_id, OLD.response_due, OLD.author_id)
  ) THEN
    RAISE EXCEPTION 'a finding of a final evaluation is frozen: % refused', TG_OP
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER finding_keeps_its_words BEFORE INSERT OR UPDATE OR DELETE ON evaluation_finding
  FOR EACH ROW EXECUTE FUNCTION evaluation_refuse_rewording();
"""
FROZEN_REVERSE = """
DROP FUNCTION evaluation_refuse_thawing() CASCADE;
DROP FUNCTION evaluation_refuse_rewording() CASCADE;
"""

SEEN = "concerted_agency() IS NOT NULL AND (state = 'final' OR evaluator_id = concerted_agency())"
OWN = "evaluator_id = concerted_agency()"
WITHIN = "evaluation_id IN (SELECT e.id FROM evaluation_evaluation e)"
OF_FINDING = "finding_id IN (SELECT f.id FROM evaluation_finding f)"
INSIDE = "concerted_agency() IS NOT NULL"


class Migration(migrations.Migration):
    dependencies = [
        ("evaluation", "0001_initial"),
        ("access", "0002_need_to_know"),
        ("audit", "0002_only_grows"),
    ]

    operations = [
        migrations.RunSQL(FROZEN, FROZEN_REVERSE),
        fenced("evaluation_evaluation", see=SEEN, write=OWN),
        fenced("evaluation_finding", see=WITHIN),
        fenced("evaluation_evaluationoutcome", see=WITHIN),
        fenced("evaluation_findingmeasure", see=OF_FINDING),
        fenced("evaluation_findingmove", see=OF_FINDING),
        fenced(
            "evaluation_evaluationhistory",
            see=f"{OWN} OR (state = 'final' AND {INSIDE})",
            write="true",
        ),
        fenced(
            "evaluation_findinghistory",
            see=f"{WITHIN} AND (state <> 'draft' OR evaluation_id IN"
            f" (SELECT o.id FROM evaluation_evaluation o WHERE o.{OWN}))",
            write="true",
        ),
        fenced("evaluation_supervisedarea", see=INSIDE),
        fenced("evaluation_supervisionstep", see=INSIDE),
        audited(
            "evaluation_evaluation",
            "evaluation_evaluationoutcome",
            "evaluation_finding",
            "evaluation_findingmeasure",
            "evaluation_findingmove",
            "evaluation_supervisedarea",
            "evaluation_supervisionstep",
            "evaluation_instrument",
            "evaluation_reviewcycle",
            "evaluation_treatydeadline",
            "evaluation_recommendation",
            "evaluation_recommendationmeasure",
            "evaluation_recommendationmove",
        ),
        history_only_grows(
            "evaluation_evaluationhistory",
            "evaluation_findinghistory",
            "evaluation_recommendationhistory",
            "evaluation_findingmove",
            "evaluation_supervisionstep",
            "evaluation_recommendationmove",
        ),
    ]
