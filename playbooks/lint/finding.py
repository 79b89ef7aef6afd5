"""What a rule is, what it looks at, and what it says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from playbooks.schema.playbook import Playbook

BROUGHT = "customer.attr_"


class Severity(StrEnum):
    """error: must not be published. warning: somebody should look. note: a point of a checklist."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Subject:
    """The playbook under the lamp. known_fields: dotted names of customer features, None when nobody could say. at: the present, None: no expiry."""

    playbook: Playbook
    known_fields: frozenset[str] | None = None
    at: datetime | None = None

    def lacks(self, name: str) -> bool:
        """Whether `customer.<name>` surely does not exist. What a company brings (attr_ ...) is known only once some of it is."""
        if self.known_fields is None or not name.startswith("customer.") or name in self.known_fields:
            return False
        return not name.startswith(BROUGHT) or any(known.startswith(BROUGHT) for known in self.known_fields)


@dataclass(frozen=True, slots=True)
class Flag:
    """One thing a rule saw, at file:line."""

    place: str
    message: str
    mend: str
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """severity is that of its flags unless a flag says otherwise."""

    rule_id: str
    severity: Severity
    meaning: str
    check: Callable[[Subject], Iterator[Flag]]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    file: str
    line: int
    rule: str
    severity: Severity
    message: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.severity} [{self.rule}] {self.message}; {self.mend}"


def finding(rule: str, severity: Severity, place: str, message: str, mend: str) -> Finding:
    """`place` is file:line, or a file alone."""
    file, _, line = place.rpartition(":")
    return Finding(file, int(line), rule, severity, message, mend) if line.isdigit() else Finding(place, 1, rule, severity, message, mend)
