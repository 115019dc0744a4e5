"""What may be shared onward is read by whoever gets it onward, and ends for them when it ends for who shared it."""

from django.db import migrations

#: Opens, under the tag of a disclosure just made, the words of others that its giver holds and may share onward.
#: Asked for by its giver, or by its recipient on accepting.
PASSED = """
CREATE FUNCTION cases_pass_onward(of_disclosure bigint) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
DECLARE x cases_disclosure;
BEGIN
  SELECT * INTO x FROM cases_disclosure d WHERE d.id = of_disclosure AND d.given_at = concerted_now()
    AND d.recipient_id IS NOT NULL AND concerted_agency() IN (d.agency_id, d.recipient_id)
    AND current_setting('concerted.act', true) IN ('cases.disclose', 'cases.accept_referral');
  IF NOT FOUND THEN RETURN; END IF;
  INSERT INTO access_interest (subject_kind, subject_id, agency_id, basis, sections, since, until, granted_by_id)
  SELECT i.subject_kind, i.subject_id, x.recipient_id, x.tag, to_jsonb(array_agg(DISTINCT s.key)), concerted_now(),
    x.until, i.granted_by_id
  FROM cases_disclosure d
  JOIN access_interest i ON i.basis = d.tag AND i.agency_id = x.agency_id
    AND i.since <= concerted_now() AND (i.until IS NULL OR i.until > concerted_now())
  CROSS JOIN LATERAL jsonb_array_elements_text(i.sections) s(key)
  WHERE d.case_id = x.case_id AND d.recipient_id = x.agency_id AND d.may_share_onward
    AND d.ended_at IS NULL AND d.until >= x.until AND d.sections ? s.key AND x.sections ? s.key
    AND i.granted_by_id <> x.recipient_id
    AND (i.subject_kind = 'people.person' OR (i.subject_kind = 'cases.case' AND i.subject_id = x.case_id))
  GROUP BY i.subject_kind, i.subject_id, i.granted_by_id;
END $$;
"""

#: A disclosure that ends takes with it everything opened under its tag, and what its recipient passed on of it.
ENDED = """
CREATE FUNCTION cases_disclosure_ended() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE access_interest i SET until = NEW.ended_at WHERE i.basis = NEW.tag AND i.agency_id = NEW.recipient_id
    AND i.since <= NEW.ended_at AND (i.until IS NULL OR i.until > NEW.ended_at);
  IF NEW.may_share_onward THEN
    UPDATE cases_disclosure x SET ended_at = NEW.ended_at, ended_as = NEW.ended_as
      WHERE x.case_id = NEW.case_id AND x.agency_id = NEW.recipient_id AND x.ended_at IS NULL
      AND EXISTS (SELECT 1 FROM jsonb_array_elements_text(x.sections) s(key) WHERE NEW.sections ? s.key)
      AND EXISTS (SELECT 1 FROM access_interest i WHERE i.basis = x.tag AND i.granted_by_id <> x.agency_id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER cases_disclosure_ended AFTER UPDATE OF ended_at ON cases_disclosure FOR EACH ROW
  WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL AND NEW.recipient_id IS NOT NULL)
  EXECUTE FUNCTION cases_disclosure_ended();
"""
REVERSE = """
DROP FUNCTION cases_disclosure_ended() CASCADE;
DROP FUNCTION cases_pass_onward(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0011_what_stops_stops_everywhere"),
        ("access", "0006_an_emergency_is_one_officers"),
    ]

    operations = [migrations.RunSQL(PASSED + ENDED, REVERSE)]
