"""What an export is made from, and what it is: a schema and pieces that fit into memory."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyarrow as pa

from features.home import Home
from playbooks.schema.playbook import Playbook
from serving.records.store import Store

TIME = pa.timestamp("us", "UTC")
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Source:
    """at: the moment whose knowledge is exported; what happened or became known later stays out."""

    home: Home
    store: Store
    playbook: Playbook
    tenant: str
    at: datetime

    @property
    def windows(self) -> Mapping[str, timedelta]:
        """The response window by action id."""
        return {action.action_id: action.response_window for action in self.playbook.actions.values()}


@dataclass(frozen=True, slots=True)
class Export:
    """Every piece has exactly this schema."""

    schema: pa.Schema
    pieces: Iterator[pa.Table]
