"""What people answered to each style and each wording, read off the records as it comes in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row, Select, and_, exists, not_, or_, select

from features.events.tables import WRONG_NUMBER
from serving.decision.beliefs import NOTHING_BELIEVED, Answers, Beliefs, Key
from serving.records.scope import of_tenant
from serving.records.store import Store
from serving.records.tables import DECISIONS, EPOCH, OUTCOMES

YES = frozenset({"accepted", "converted"})
COUNTED = ("accepted", "converted", "declined", "opted_out")
MOST = 2_000
"""Answers read in one go; the rest waits for the next."""
_O, _D = OUTCOMES.c, DECISIONS.c
Segment = Callable[[Mapping[str, Any], Mapping[str, Any], str, float | None], str]
"""From the scene of the record, the features read, the channel and the seconds waited to the segment the style was chosen in."""


@dataclass(slots=True)
class StyleAnswers:
    """Counts by (segment, style) and by (segment, id of the script), kept up to date. An answer that another worker commits late, behind one counted already, is not seen."""

    store: Store
    tenant: str
    segment: Segment
    answers: dict[Key, Answers] = field(default_factory=dict)
    wordings: dict[Key, Answers] = field(default_factory=dict)
    _after: tuple[datetime, str, str] = (EPOCH, "", "")
    _believed: Beliefs = NOTHING_BELIEVED

    def catch_up(self) -> Beliefs:
        """Count what was answered since the last time. Raises RecordError when the records cannot be read.

        Without news the same beliefs as before, with what was worked out from them.
        """
        news = self.store.rows(self._fresh())
        for row in news:
            self._count(row)
            self._after = (row.recorded_at, row.decision_id, row.action_id)
        if news:
            self._believed = Beliefs(dict(self.answers), dict(self.wordings))
        return self._believed

    def _count(self, row: Row[Any]) -> None:
        answer = orjson.loads(row.answer)
        card = next((one for one in answer["actions"] if one["action_id"] == row.action_id), None)
        if card is None:
            return
        segment, script = self.segment(answer["scene"], orjson.loads(row.features), row.channel, row.wait_seconds), card["script"]
        expected = card["propensity"] * script.get("liking", 1.0)
        for counts, words in ((self.answers, script["style"]), (self.wordings, script["script_id"])):
            before = counts.get((segment, words), Answers())
            counts[segment, words] = Answers(before.count + 1, before.yes + (row.outcome in YES), before.expected + expected)

    def _fresh(self) -> Select[Any]:
        """Answers recorded after the last one counted, each proposal once: a conversion of what was accepted is no second yes."""
        at, decision_id, action_id = self._after
        later = or_(
            _O.recorded_at > at,
            and_(_O.recorded_at == at, or_(_O.decision_id > decision_id, and_(_O.decision_id == decision_id, _O.action_id > action_id))),
        )
        before = OUTCOMES.alias("before")
        accepted = and_(*(before.c[name] == _O[name] for name in ("tenant", "decision_id", "action_id")), before.c.outcome == "accepted")
        return (
            select(_O.recorded_at, _O.decision_id, _O.action_id, _O.outcome, _D.answer, _D.features, _D.channel, _D.wait_seconds)
            .join(DECISIONS, and_(_D.decision_id == _O.decision_id, _D.tenant == _O.tenant))
            .where(of_tenant(OUTCOMES, self.tenant), _O.outcome.in_(COUNTED), _O.reason.is_distinct_from(WRONG_NUMBER), later)
            .where(or_(_O.outcome != "converted", not_(exists().where(accepted))))
            .order_by(_O.recorded_at, _O.decision_id, _O.action_id)
            .limit(MOST)
        )
