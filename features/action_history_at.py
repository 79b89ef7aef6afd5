"""Fatigue of customers with actions, on every channel, out of the tables and as known at each moment: the numbers of `action_history`."""

import pyarrow as pa

from features.action_history import COUNTS, SINCE, WINDOW_DAYS
from features.events.tables import WRONG_NUMBER
from features.transform import EventTables, as_utc, connection_for
from features.views.sql import DAY, members, visible


def action_features_at(lake: EventTables, moments: pa.Table) -> pa.Table:
    """ACTION_NUMBERS (float64) for rows of customer_id, at and action_id, in their order, as known at each moment."""
    asked = pa.table(
        {
            "place": pa.array(range(moments.num_rows), pa.int64()),
            "customer_id": moments["customer_id"].cast(pa.string()),
            "at": as_utc(moments["at"]),
            "action_id": moments["action_id"].cast(pa.string()),
        }
    )
    with connection_for(lake, asked) as connection:
        connection.register("asked", asked)
        return connection.sql(_SQL).to_arrow_table()


def _ago(*outcomes: str) -> str:
    words = ", ".join(f"'{outcome}'" for outcome in outcomes)
    return f"min(ago) FILTER (WHERE outcome IN ({words}))"


def _sql() -> str:
    counts = [f"coalesce(count(*) FILTER (WHERE {kind} <= {days * DAY}), 0)::DOUBLE AS {name}" for name, kind, days in COUNTS]
    since = [f"min({kind}) / {DAY}.0 AS {name}" for name, kind in SINCE]
    return f"""
    WITH news AS (
        SELECT m.place, p.decision_id, o.outcome, epoch_us(m.at) - epoch_us(o.occurred_at) AS ago
        FROM ({members("asked")}) m JOIN proposals p ON p.customer_id = m.customer_id AND p.action_id = m.action_id AND {visible("p", "proposed_at")}
        JOIN outcomes o ON o.decision_id = p.decision_id AND o.action_id = p.action_id AND {visible("o", "occurred_at")}
            AND o.occurred_at >= m.at - INTERVAL {WINDOW_DAYS} DAY
    ), wrong AS (
        SELECT DISTINCT n.place, n.decision_id FROM news n JOIN asked m USING (place)
        JOIN outcomes o ON o.decision_id = n.decision_id AND o.reason = '{WRONG_NUMBER}' AND {visible("o", "occurred_at")}
    ), proposed AS (
        SELECT place, max(ago) AS shown, {_ago("declined")} AS no, {_ago("deferred")} AS later, {_ago("cancelled")} AS cancelled,
            CASE WHEN NOT bool_or(outcome = 'cancelled') THEN {_ago("accepted", "converted")} END AS yes
        FROM news ANTI JOIN wrong USING (place, decision_id) GROUP BY place, decision_id
    )
    SELECT {", ".join((*counts, *since))} FROM asked m LEFT JOIN proposed USING (place) GROUP BY place ORDER BY place
    """


_SQL = _sql()
