"""A share of the persons, dealt by a stable hash: every machine deals alike on every day, and the ids of one person stay together."""

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from features.events.persons import Persons

_HASH = "(md5_number_upper(coalesce(first_id, customer_id)) >> 32) / 4294967296.0"
"""In [0, 1)."""


@dataclass(frozen=True, slots=True)
class Share:
    """The persons whose hash lies from `start` up to, without it, `end`; both in [0, 1]."""

    start: float
    end: float


def dealt(parts: int) -> list[Share]:
    """Everybody in so many shares of about the same size."""
    return [Share(part / parts, (part + 1) / parts) for part in range(parts)]


def keep_share(connection: duckdb.DuckDBPyConnection, persons: Persons, share: Share) -> None:
    """From now on `proposals` and `outcomes` of this connection to the lake hold what was proposed to these persons only."""
    merged = persons.everyone
    first = [min(persons.circle([customer])) for customer in merged]
    connection.register("first_ids", pa.table({"customer_id": pa.array(merged, pa.string()), "first_id": pa.array(first, pa.string())}))
    connection.execute(
        f"CREATE TEMP VIEW proposals AS SELECT * EXCLUDE (first_id) FROM memory.main.proposals LEFT JOIN first_ids USING (customer_id) "
        f"WHERE {_HASH} >= {share.start!r} AND {_HASH} < {share.end!r}"
    )
    connection.execute(
        "CREATE TEMP VIEW outcomes AS SELECT * FROM memory.main.outcomes WHERE decision_id IN (SELECT decision_id FROM temp.main.proposals)"
    )
