"""The experiment of an action: who would have been proposed it, whom chance held it back from, and whether its goal came about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.events.lake import Lake
from features.moments import naive_utc
from playbooks.schema.incremental import Incremental
from playbooks.schema.playbook import Playbook

HOLDOUT = "holdout"
"""The attribute of a proposal that says from what share of customers it would have been held back."""
Vector = NDArray[np.float64]

_SEEN = "known_at < $at AND (superseded_at IS NULL OR superseded_at >= $at)"
_ONE_PERSON = "since < $at AND (until IS NULL OR until >= $at)"
# A person counts once, with the first moment: what follows it is what the proposal or its absence made of them.
_MOMENTS = f"""
WITH asked AS (
    SELECT customer_id, proposed_at AS moment, attributes[$held] IS NULL AS treated,
        1 - try_cast(coalesce(attributes[$held], attributes['{HOLDOUT}']) AS DOUBLE) AS chance
    FROM proposals
    WHERE (attributes[$held] IS NOT NULL OR (action_id = $action AND attributes['{HOLDOUT}'] IS NOT NULL))
        AND attributes['group'] IS DISTINCT FROM 'control' AND proposed_at < $at AND {_SEEN}
), people AS (
    SELECT asked.*, coalesce(person_id, customer_id) AS person
    FROM asked LEFT JOIN (SELECT DISTINCT customer_id, person_id FROM same_person WHERE {_ONE_PERSON}) USING (customer_id)
), first AS (
    FROM people QUALIFY row_number() OVER (PARTITION BY person ORDER BY moment, customer_id, treated) = 1
), whole AS (
    SELECT * FROM first WHERE moment + to_microseconds($within) <= $at AND chance > 0 AND chance < 1
), ids AS (
    SELECT person, moment, customer_id FROM whole
    UNION SELECT person, moment, other_id FROM whole JOIN same_person USING (customer_id) WHERE {_ONE_PERSON}
), reached AS (
    SELECT DISTINCT person FROM ids JOIN {{goals}} USING (customer_id)
    WHERE occurred_at > moment AND occurred_at <= moment + to_microseconds($within) AND occurred_at < $at AND {_SEEN} AND {{named}}
)
SELECT customer_id, moment AS "at", treated, chance, (reached.person IS NOT NULL)::DOUBLE AS reached
FROM whole LEFT JOIN reached USING (person) ORDER BY moment, customer_id
"""


def held_back_name(action_id: str) -> str:
    """The attribute, on every proposal of a decision, that says this action would have been proposed too and was held back, and from what share."""
    return f"held_back:{action_id}"


@dataclass(frozen=True, slots=True)
class Experiment:
    """n people, oldest first. moments: customer_id and at, the first moment of each. treated: (n,) whether it was proposed. reached: (n,) 1 where the goal came about within its time, else 0. chance: (n,) in (0, 1) of being proposed it."""

    goal: str
    moments: pa.Table
    treated: NDArray[np.bool_]
    reached: Vector
    chance: Vector

    @property
    def described(self) -> str:
        """Changes when there is something new to learn."""
        return f"{self.goal}: {len(self.treated)} people, {int(self.reached.sum())} reached it"


def experiments(lake: Lake, playbook: Playbook, at: datetime) -> Mapping[str, Experiment]:
    """By action id, of the actions with `incremental`, as known at `at`. Only people whose time for the goal is over."""
    return {
        action_id: experiment(lake, action_id, action.incremental, at)
        for action_id, action in playbook.actions.items()
        if action.incremental is not None
    }


def experiment(lake: Lake, action_id: str, told: Incremental, at: datetime) -> Experiment:
    """Everybody counts as they were drawn: proposed and not brought forward by the agent is proposed, since presenting is no chance's choice."""
    named = " AND ".join(f"{column} = $goal_{column}" for column, _ in told.equals)
    asked: dict[str, object] = {f"goal_{column}": value for column, value in told.equals}
    asked |= {
        "at": naive_utc(at),
        "action": action_id,
        "held": held_back_name(action_id),
        "within": told.within // timedelta(microseconds=1),
    }
    with lake.connect() as connection:
        found = connection.sql(_MOMENTS.format(goals=told.table, named=named), params=asked).to_arrow_table()
    columns = {name: found[name].to_numpy() for name in ("treated", "reached", "chance")}
    return Experiment(
        told.goal, found.select(["customer_id", "at"]), columns["treated"].astype(np.bool_), columns["reached"], columns["chance"]
    )
