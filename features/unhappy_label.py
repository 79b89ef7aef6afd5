"""What became of customers within ninety days of a moment: did they spend less, or leave? The label of silent dissatisfaction (K5)."""

from datetime import datetime

import duckdb
import pyarrow as pa

from features.moments import naive_utc
from features.views.sql import members, visible

HORIZON_DAYS = 90
DROP = 0.5
"""Spending less than this share of before counts as a drop."""
AT_MOST = 12_000
"""Moments learned from; a stable sample of the customers beyond that."""

# Both halves are seen from the end of the horizon, as known then. Who was not active before is no case: nothing can fall from nothing.
_LABELS = f"""
WITH asked AS (SELECT moment, customer_id, "at" AS start, "at" + INTERVAL {HORIZON_DAYS} DAY AS "at" FROM cases),
mine AS ({members("asked")}),
touched AS (
    SELECT m.moment, t.occurred_at AS happened, CASE WHEN t.category = 'repayment' THEN 0 ELSE t.amount END AS spent, m.start
    FROM mine m JOIN transactions t ON t.customer_id = m.customer_id AND {visible("t", "occurred_at")}
    UNION ALL
    SELECT m.moment, t.started_at, 0, m.start FROM mine m JOIN contacts t ON t.customer_id = m.customer_id AND {visible("t", "started_at")}
    UNION ALL
    SELECT m.moment, t.occurred_at, 0, m.start FROM mine m JOIN channel_events t ON t.customer_id = m.customer_id AND {visible("t", "occurred_at")}
),
halves AS (
    SELECT moment, sum(CAST(round(spent * 100) AS BIGINT)) FILTER (WHERE happened < start) AS spent_before,
        coalesce(sum(CAST(round(spent * 100) AS BIGINT)) FILTER (WHERE happened >= start), 0) AS spent_after,
        count(*) FILTER (WHERE happened >= start) AS touches_after, count(*) FILTER (WHERE happened < start) AS touches_before
    FROM touched WHERE happened >= start - INTERVAL {HORIZON_DAYS} DAY GROUP BY moment
)
SELECT moment, CASE WHEN spent_before > 0 THEN spent_after < {DROP} * spent_before ELSE touches_after = 0 END AS lost
FROM halves WHERE touches_before > 0 ORDER BY moment
"""
_FIRST = """
SELECT min(happened) FROM (SELECT min(occurred_at) AS happened FROM transactions UNION ALL SELECT min(started_at) FROM contacts
UNION ALL SELECT min(occurred_at) FROM channel_events)
"""
# The first of every month that has a whole horizon before and after it. A customer's hash decides who is in a sample, so it is the same in every build.
_CASES = f"""
SELECT customer_id, month AS "at" FROM
    (SELECT DISTINCT customer_id FROM transactions UNION SELECT DISTINCT customer_id FROM contacts),
    (SELECT unnest(generate_series(date_trunc('month', $first::TIMESTAMP + INTERVAL {HORIZON_DAYS + 31} DAY),
        $at::TIMESTAMP - INTERVAL {HORIZON_DAYS} DAY, INTERVAL 1 MONTH)) AS month)
ORDER BY hash(customer_id), customer_id, month LIMIT {AT_MOST}
"""


def cases(connection: duckdb.DuckDBPyConnection, at: datetime) -> pa.Table:
    """Moments whose outcome is known at `at`: customer_id, at. Empty while the tables hold less than two horizons."""
    ((first,),) = connection.execute(_FIRST).fetchall()
    if first is None:
        return pa.table({"customer_id": pa.array([], pa.string()), "at": pa.array([], pa.timestamp("us"))})
    return connection.sql(_CASES, params={"first": first, "at": naive_utc(at)}).to_arrow_table()


def lost(connection: duckdb.DuckDBPyConnection, moments: pa.Table) -> pa.Table:
    """moment and lost (boolean) of those moments at which the customer was active; moments: moment, customer_id, at."""
    connection.register("cases", moments)
    found = connection.sql(_LABELS).to_arrow_table()
    connection.unregister("cases")
    return found
