"""Who may see which part of a meeting, adopted texts are frozen, histories only grow, unannounced writes are recorded."""

from django.db import migrations

from concerted.foundation.access.sql import fenced, interest_in
from concerted.foundation.audit.sql import audited, history_only_grows

#: keeps: the acting agency keeps the meeting; sits: it has a member's seat; watches: it has any seat.
FUNCTIONS = """
CREATE FUNCTION meetings_keeps(of bigint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT EXISTS (SELECT 1 FROM meetings_meeting m JOIN meetings_series s ON s.id = m.series_id
    WHERE m.id = of AND s.office_id = concerted_agency()) $$;
CREATE FUNCTION meetings_sits(of bigint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT EXISTS (SELECT 1 FROM meetings_seat s
    WHERE s.meeting_id = of AND s.agency_id = concerted_agency() AND s.role <> 'observer') $$;
CREATE FUNCTION meetings_watches(of bigint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT EXISTS (SELECT 1 FROM meetings_seat s WHERE s.meeting_id = of AND s.agency_id = concerted_agency()) $$;
CREATE FUNCTION meetings_of_minutes(of bigint) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT m.meeting_id FROM meetings_minutes m WHERE m.id = of $$;
CREATE FUNCTION meetings_is_circulated(of bigint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT EXISTS (SELECT 1 FROM meetings_minutes m WHERE m.meeting_id = of AND m.state <> 'draft') $$;
"""
FUNCTIONS_REVERSE = "\n".join(
    f"DROP FUNCTION {name}(bigint);"
    for name in (
        "meetings_is_circulated",
        "meetings_of_minutes",
        "meetings_watches",
        "meetings_sits",
        "meetings_keeps",
    )
)

FROZEN = """
CREATE FUNCTION meetings_minutes_are_settled(of bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM meetings_minutes m WHERE m.meeting_id = of AND m.state IN ('adopted', 'final')) $$;

CREATE FUNCTION meetings_refuse_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'final' OR TG_OP = 'DELETE'
     OR (OLD.state = 'adopted' AND NEW.state NOT IN ('adopted', 'final')) THEN
    RAISE EXCEPTION 'final minutes are frozen: % refused', TG_OP USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER meetings_minutes_stay_final BEFORE UPDATE OR DELETE ON meetings_minutes
  FOR EACH ROW WHEN (OLD.state IN ('adopted', 'final')) EXECUTE FUNCTION meetings_refuse_final();

CREATE FUNCTION meetings_refuse_section() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  row_of jsonb := to_jsonb(coalesce(NEW, OLD));
BEGIN
  IF EXISTS (SELECT 1 FROM meetings_minutes m WHERE m.id = (row_of->>'minutes_id')::bigint
             AND m.state IN ('adopted', 'final')) THEN
    RAISE EXCEPTION 'adopted minutes are frozen: % on % refused', TG_OP, TG_TABLE_NAME
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER meetings_section_frozen BEFORE INSERT OR UPDATE OR DELETE ON meetings_section
  FOR EACH ROW EXECUTE FUNCTION meetings_refuse_section();
CREATE TRIGGER meetings_amendment_frozen BEFORE INSERT OR UPDATE OR DELETE ON meetings_amendment
  FOR EACH ROW EXECUTE FUNCTION meetings_refuse_section();

CREATE FUNCTION meetings_refuse_wording() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  loose text[] := ARRAY['state', 'ended_on', 'end_reason', 'row_version', 'review_on'];
BEGIN
  IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - loose) <> (to_jsonb(OLD) - loose)
     OR NEW.state IN ('proposed', 'draft') THEN
    RAISE EXCEPTION 'adopted wording is frozen: % on % refused', TG_OP, TG_TABLE_NAME
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER meetings_decision_frozen BEFORE UPDATE OR DELETE ON meetings_decision
  FOR EACH ROW WHEN (OLD.state NOT IN ('proposed', 'struck')) EXECUTE FUNCTION meetings_refuse_wording();
CREATE TRIGGER meetings_action_frozen BEFORE UPDATE OR DELETE ON meetings_actionitem
  FOR EACH ROW WHEN (OLD.state NOT IN ('draft', 'struck')) EXECUTE FUNCTION meetings_refuse_wording();

CREATE FUNCTION meetings_refuse_dissent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  row_of jsonb := to_jsonb(coalesce(NEW, OLD));
BEGIN
  IF meetings_minutes_are_settled(
    (SELECT d.meeting_id FROM meetings_decision d WHERE d.id = (row_of->>'decision_id')::bigint)) THEN
    RAISE EXCEPTION 'adopted minutes are frozen: % on % refused', TG_OP, TG_TABLE_NAME
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER meetings_dissent_frozen BEFORE INSERT OR UPDATE OR DELETE ON meetings_dissent
  FOR EACH ROW EXECUTE FUNCTION meetings_refuse_dissent();
CREATE TRIGGER meetings_touch_frozen BEFORE INSERT OR UPDATE OR DELETE ON meetings_decisionmeasure
  FOR EACH ROW EXECUTE FUNCTION meetings_refuse_dissent();

CREATE FUNCTION meetings_refuse_closed_seat() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF meetings_minutes_are_settled(OLD.meeting_id) THEN
    RAISE EXCEPTION 'adopted minutes are frozen: % on % refused', TG_OP, TG_TABLE_NAME
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER meetings_seat_frozen BEFORE UPDATE OR DELETE ON meetings_seat
  FOR EACH ROW EXECUTE FUNCTION meetings_refuse_closed_seat();
"""
FROZEN_REVERSE = """
DROP FUNCTION meetings_refuse_closed_seat() CASCADE;
DROP FUNCTION meetings_refuse_dissent() CASCADE;
DROP FUNCTION meetings_refuse_wording() CASCADE;
DROP FUNCTION meetings_refuse_section() CASCADE;
DROP FUNCTION meetings_refuse_final() CASCADE;
DROP FUNCTION meetings_minutes_are_settled(bigint);
"""

KEEPS = "meetings_keeps(meeting_id)"
ITEM_SEEN = (
    f"{KEEPS} OR (state IN ('accepted', 'discussed', 'deferred') AND (meetings_sits(meeting_id)"
    " OR (NOT for_members_only AND meetings_watches(meeting_id))))"
    " OR asked_by_id = concerted_agency()"
)
DECISION_SEEN = (
    f"{KEEPS} OR (meetings_is_circulated(meeting_id) AND (meetings_sits(meeting_id)"
    " OR (NOT for_members_only AND meetings_watches(meeting_id))))"
    " OR (state NOT IN ('proposed', 'struck') AND NOT for_members_only AND concerted_agency() IS NOT NULL)"
)
ACTION_SEEN = (
    "assigned_by_id = concerted_agency() OR (state NOT IN ('draft', 'struck')"
    " AND (owner_id = concerted_agency() OR verifier_id = concerted_agency()))"
    " OR decision_id IN (SELECT d.id FROM meetings_decision d WHERE d.id = decision_id)"
)
ACTION_WRITTEN = (
    "owner_id = concerted_agency() OR verifier_id = concerted_agency() OR assigned_by_id = concerted_agency()"
)
MINUTES_SEEN = (
    f"{KEEPS} OR (state <> 'draft' AND meetings_sits(meeting_id))"
    " OR (state = 'final' AND concerted_agency() IS NOT NULL)"
)
OF_MINUTES = "meetings_of_minutes(minutes_id)"
SECTION_SEEN = (
    f"meetings_keeps({OF_MINUTES}) OR ({OF_MINUTES} IS NOT NULL"
    f" AND (NOT for_members_only OR meetings_sits({OF_MINUTES})))"
)
AMENDMENT_SEEN = f"meetings_keeps({OF_MINUTES}) OR meetings_sits({OF_MINUTES})"
PAPER_SEEN = (
    f"{KEEPS} OR (state = 'ready' AND (meetings_sits(meeting_id)"
    " OR (for_observers AND meetings_watches(meeting_id))))"
)
FENCES = [
    fenced("meetings_proposal", see=KEEPS),
    fenced(
        "meetings_agendaitem",
        see=ITEM_SEEN,
        write=f"{KEEPS} OR (asked_by_id = concerted_agency() AND meetings_sits(meeting_id))",
    ),
    fenced("meetings_note", see=KEEPS),
    fenced(
        "meetings_decision",
        see=f"{DECISION_SEEN} OR {interest_in('meetings.decision', 'meetings_decision.id')}",
        write=f"{KEEPS} OR {interest_in('meetings.decision', 'meetings_decision.id')}",
    ),
    fenced(
        "meetings_dissent",
        see="decision_id IN (SELECT d.id FROM meetings_decision d WHERE d.id = decision_id)",
    ),
    fenced("meetings_actionitem", see=ACTION_SEEN, write=ACTION_WRITTEN),
    fenced(
        "meetings_actionmove",
        see="action_item_id IN (SELECT a.id FROM meetings_actionitem a WHERE a.id = action_item_id)",
    ),
    fenced("meetings_minutes", see=MINUTES_SEEN, write=KEEPS),
    fenced("meetings_section", see=SECTION_SEEN, write=f"meetings_keeps({OF_MINUTES})"),
    fenced("meetings_amendment", see=AMENDMENT_SEEN),
    fenced("meetings_paper", see=PAPER_SEEN, write=KEEPS),
    fenced("meetings_agendaitemhistory", see=KEEPS, write="true"),
    fenced("meetings_notehistory", see=KEEPS, write="true"),
    fenced("meetings_decisionhistory", see=KEEPS, write="true"),
    fenced(
        "meetings_actionitemhistory",
        see="pgh_obj_id IN (SELECT a.id FROM meetings_actionitem a WHERE a.id = pgh_obj_id)"
        " AND (state <> 'draft' OR assigned_by_id = concerted_agency())",
        write="true",
    ),
    fenced("meetings_minuteshistory", see=KEEPS, write="true"),
    fenced("meetings_sectionhistory", see=f"meetings_keeps({OF_MINUTES})", write="true"),
    fenced("meetings_amendmenthistory", see=AMENDMENT_SEEN, write="true"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0001_initial"),
        ("access", "0002_need_to_know"),
        ("audit", "0002_only_grows"),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS, FUNCTIONS_REVERSE),
        migrations.RunSQL(FROZEN, FROZEN_REVERSE),
        *FENCES,
        history_only_grows(
            "meetings_actionmove",
            "meetings_agendaitemhistory",
            "meetings_notehistory",
            "meetings_decisionhistory",
            "meetings_actionitemhistory",
            "meetings_minuteshistory",
            "meetings_sectionhistory",
            "meetings_amendmenthistory",
            "meetings_seathistory",
        ),
        audited(
            "meetings_series",
            "meetings_chair",
            "meetings_meeting",
            "meetings_seat",
            "meetings_proposal",
            "meetings_agendaitem",
            "meetings_note",
            "meetings_decision",
            "meetings_decisionmeasure",
            "meetings_dissent",
            "meetings_actionitem",
            "meetings_actionmove",
            "meetings_minutes",
            "meetings_section",
            "meetings_amendment",
            "meetings_paper",
        ),
    ]
