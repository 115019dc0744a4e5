"""Measures sealing and verifying a record of a million rows.

.venv/bin/python bench/audit/verify.py --rows 1000000
"""

from __future__ import annotations

import argparse
import resource
import time

import database

FILL = """
INSERT INTO audit_auditentry
  (transaction, at, kind, act, officer_id, appointment_id, agency_id, subject_kind, subject_id, detail)
SELECT n / 3 + 1, timestamptz '2010-01-04 08:00+08' + n * interval '3 seconds', 'act', 'plan.save_draft',
       n %% 47000, n %% 60000, n %% 900, 'plan.report', n, jsonb_build_object(
         'permission', 'plan:report:write', 'expected_row_version', n %% 7,
         'period', n %% 20, 'measure', n %% 50)
FROM generate_series(1, %s) n
"""


def main() -> None:
    """Fill, seal, verify, and print how long each took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    database.choose()
    database.make_anew()
    try:
        _run(rows)
    finally:
        database.drop()


def _run(rows: int) -> None:
    import django

    django.setup()
    from django.db import connections
    from django.utils import timezone

    from concerted.config import database as chosen
    from concerted.config import postgres
    from concerted.foundation.audit import acts
    from concerted.foundation.audit.verify import verify

    acts.ensure_epoch()
    with chosen.embedded_server().connect(user=postgres.OWNER, database=database.NAME) as owner:
        owner.execute(FILL.encode(), [rows])
        owner.execute(b"ANALYZE audit_auditentry")
        while owner.execute(b"SELECT pg_current_xact_id()::text::bigint <= %s", [rows // 3 + 2]).fetchone()[
            0
        ]:
            owner.execute(
                b"DO $$ BEGIN FOR i IN 1..20000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$"
            )
    print(f"{rows:,} rows\n\n{'step':<10}{'seconds':>9}{'rows/s':>12}")
    began = time.monotonic()
    segments = len(acts.seal(at=timezone.now()))
    _line("seal", rows, time.monotonic() - began)
    began = time.monotonic()
    verdict = verify()
    _line("verify", rows, time.monotonic() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"\n{segments} segments, intact: {verdict.intact}, unsealed: {verdict.unsealed}, peak {peak:.0f} MB"
    )
    connections.close_all()


def _line(step: str, rows: int, seconds: float) -> None:
    print(f"{step:<10}{seconds:>9.1f}{rows / seconds:>12,.0f}")


if __name__ == "__main__":
    main()
