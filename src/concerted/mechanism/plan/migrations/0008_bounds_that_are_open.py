"""Opens the stored bounds that a figure nobody reported does not have; computes no value.

Ratios that are not shares (days a person) were taken to be at most one, scores to be at least nothing. Where somebody
stayed silent, such a bound is taken away; it comes back, if there is one, when the roll-up is computed the next time.
"""

from __future__ import annotations

from django.db import migrations

_OPEN = """
UPDATE plan_rollup SET high = NULL FROM plan_indicator AS i
WHERE i.id = plan_rollup.indicator_id AND plan_rollup.reported < plan_rollup.expected AND plan_rollup.high IS NOT NULL
  AND i.kind = 'ratio' AND i.unit NOT IN ('percent', '%') AND i.rollup_areas = 'ratio_of_sums';
UPDATE plan_rollup SET low = NULL FROM plan_indicator AS i
WHERE i.id = plan_rollup.indicator_id AND plan_rollup.reported < plan_rollup.expected AND plan_rollup.low IS NOT NULL
  AND i.kind = 'score' AND i.rollup_areas NOT IN ('max', 'count_reporting');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("plan", "0007_history_keeps_what_was_before"),
    ]

    operations = [
        migrations.RunSQL(_OPEN, migrations.RunSQL.noop),
    ]
