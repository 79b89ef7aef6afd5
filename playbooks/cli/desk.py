"""What the verbs of a playbook are given from outside, since playbooks know neither features nor the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from playbooks.load import load_playbook
from playbooks.schema.playbook import Playbook


@dataclass(frozen=True, slots=True)
class Desk:
    """known_fields: `customer.<name>` of every feature there is. now: the present, aware."""

    known_fields: Callable[[], frozenset[str]]
    now: Callable[[], datetime]

    def book(self, name: str) -> Playbook:
        """The book that is named. Raises PlaybookInvalid with every finding."""
        return load_playbook(Path(name))
