"""What every tenant's customers answered to each style, kept up to date beside the decisions."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from playbooks.schema.playbook import Playbook
from playbooks.schema.words import Medium
from serving.decision.beliefs import NOTHING_BELIEVED, Beliefs
from serving.decision.moment import Moment, Scene, Waiting
from serving.decision.style import segment_of, suiting
from serving.records.store import Store
from serving.records.style_answers import StyleAnswers
from serving.records.tables import EPOCH


@dataclass(slots=True)
class Styles:
    """playbooks: the book a tenant decides with now, which says how a channel is held."""

    store: Store
    playbooks: Callable[[str], Playbook]
    _answers: dict[str, StyleAnswers] = field(default_factory=dict)
    _believed: dict[str, Beliefs] = field(default_factory=dict)

    def of(self, tenant: str) -> Beliefs:
        return self._believed.get(tenant, NOTHING_BELIEVED)

    def catch_up(self, tenants: Iterable[str]) -> None:
        """Count what came in since. Raises RecordError when the records cannot be read; the beliefs stay as they are then."""
        for tenant in tenants:
            if tenant not in self._answers:
                self._answers[tenant] = StyleAnswers(self.store, tenant, self._segment(tenant))
            self._believed[tenant] = self._answers[tenant].catch_up()

    def _segment(self, tenant: str) -> Callable[[Mapping[str, Any], Mapping[str, Any], str, float | None], str]:
        def segment(scene: Mapping[str, Any], read: Mapping[str, Any], channel: str, waited: float | None) -> str:
            known = self.playbooks(tenant).channels.get(channel)
            medium = known.medium if known else Medium.TEXT
            asked = Scene(need=scene["need"], sentiment=scene["sentiment"])
            moment = Moment(tenant, "", "", channel, "inbound", EPOCH, "", scene=asked, contact=Waiting(waited))
            return segment_of(medium, suiting(moment, dict(read), medium))

        return segment
