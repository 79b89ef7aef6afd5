"""History and trail out of the lake, as they were known at a moment."""

from collections import defaultdict
from datetime import UTC, datetime

import duckdb

from features.customer import HistoryEvent, TrailEvent
from features.past import HISTORY_DAYS, TRAIL_STEPS, Event, Past
from features.views.sql import visible

_ANSWERS = f"""
SELECT m.asked_id, o.decision_id, o.action_id, o.outcome, coalesce(p.channel, '') AS channel, o.occurred_at, p.interaction_id, o.reason,
    try_cast(o.attributes['until'] AS TIMESTAMPTZ) AS until
FROM members m JOIN proposals p ON p.customer_id = m.customer_id AND {visible("p", "proposed_at")}
JOIN outcomes o ON o.decision_id = p.decision_id AND o.action_id = p.action_id AND {visible("o", "occurred_at")}
    AND (o.outcome = 'opted_out' OR o.reason = 'never_again' OR o.occurred_at >= m.at - INTERVAL {HISTORY_DAYS} DAY)
ORDER BY m.asked_id, o.occurred_at, o.decision_id, o.action_id, o.outcome
"""
_STEPS = f"""
WITH steps AS (
    SELECT m.asked_id, t.occurred_at, t.channel, t.event, t.topic, t.event_id AS id
    FROM members m JOIN channel_events t ON t.customer_id = m.customer_id AND {visible("t", "occurred_at")}
    UNION ALL
    SELECT m.asked_id, t.started_at, t.channel, 'contact', t.contact_reason, t.interaction_id
    FROM members m JOIN contacts t ON t.customer_id = m.customer_id AND {visible("t", "started_at")}
)
SELECT asked_id, occurred_at, channel, event, topic FROM steps
QUALIFY row_number() OVER (PARTITION BY asked_id ORDER BY occurred_at DESC, id) <= {TRAIL_STEPS}
ORDER BY asked_id, occurred_at DESC, id
"""


def histories(connection: duckdb.DuckDBPyConnection) -> Past[HistoryEvent]:
    """Oldest first; 'never again' stays however old it is. The connection's relations `moments` and `members` hold one moment per customer."""
    found: dict[str, list[HistoryEvent]] = defaultdict(list)
    for customer, decision, action, outcome, channel, occurred_at, interaction, reason, until in connection.execute(_ANSWERS).fetchall():
        later = None if until is None else until.astimezone(UTC)
        found[customer].append(HistoryEvent(decision, action, outcome, channel, _aware(occurred_at), interaction, reason, later))
    return _of_everyone(connection, found)


def trails(connection: duckdb.DuckDBPyConnection) -> Past[TrailEvent]:
    """Newest first, at most TRAIL_STEPS."""
    found: dict[str, list[TrailEvent]] = defaultdict(list)
    for customer, occurred_at, channel, event, topic in connection.execute(_STEPS).fetchall():
        found[customer].append(TrailEvent(_aware(occurred_at), channel, event, topic))
    return _of_everyone(connection, found)


def _of_everyone(connection: duckdb.DuckDBPyConnection, found: dict[str, list[Event]]) -> Past[Event]:
    everyone = connection.execute('SELECT customer_id, "at" FROM moments').fetchall()
    return {customer: (_aware(at), found.get(customer, [])) for customer, at in everyone}


def _aware(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC)
