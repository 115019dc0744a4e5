"""The person of a case lives in one shelter at a time, whichever agencies keep the beds; the asked shelter learns no more
of the other than that there is one."""

from django.db import migrations, models
from django.db.models import Q

#: An index cannot choose which of two arrivals is the true one; the shelters can.
ONE_ARRIVAL = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM cases_placement WHERE state = 'in' GROUP BY case_id HAVING count(*) > 1) THEN
    RAISE EXCEPTION 'a case stands as arrived in two shelters'
      USING HINT = 'Before the upgrade, let the shelter that she left record her departure.';
  END IF;
END $$;
"""
#: Yes or no, to the shelter that is asked for this bed while it keeps it or records an arrival, about the case of that
#: request alone. The case is held until the act ends, so that of two arrivals at once the second one is told.
ELSEWHERE = """
CREATE FUNCTION cases_sheltered_elsewhere(of_placement bigint) RETURNS boolean LANGUAGE plpgsql VOLATILE
  SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE asked bigint;
BEGIN
  SELECT p.case_id INTO asked FROM cases_placement p WHERE p.id = of_placement
    AND p.host_id = concerted_agency() AND p.state IN ('requested', 'offered')
    AND current_setting('concerted.act', true) IN ('cases.offer_bed', 'cases.record_arrival');
  IF asked IS NULL THEN RETURN false; END IF;
  PERFORM 1 FROM cases_case c WHERE c.id = asked FOR NO KEY UPDATE;
  RETURN EXISTS (SELECT 1 FROM cases_placement p WHERE p.case_id = asked AND p.state = 'in');
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0020_whose_consent_it_is")]

    operations = [
        migrations.RunSQL(ONE_ARRIVAL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "placement",
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="in"), name="in_one_shelter_at_a_time"
            ),
        ),
        migrations.RunSQL(ELSEWHERE, "DROP FUNCTION cases_sheltered_elsewhere(bigint);"),
    ]
