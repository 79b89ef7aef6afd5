"""Interactions as they are kept: opened by the first decision, moved on by signals and further decisions, closed once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, bindparam, select, update

from serving.decision.listening import Alert, Signal
from serving.decision.moment import Agent, Moment, Scene, Waiting
from serving.decision.record import Decision
from serving.errors import RecordError
from serving.records.lines import Keep, Line
from serving.records.scope import of_tenant, tenant_given
from serving.records.store import HotRead, Store
from serving.records.tables import INTERACTIONS, OUTBOX, SIGNALS, STREAM
from serving.records.writer import AlreadyKept, Work

_SCENE = ("contact_reason", "need", "need_level", "sentiment", "resolved", "complaint")


class UnknownInteraction(RecordError):
    """No decision was ever asked for in this interaction."""


class InteractionEnded(RecordError):
    """The talk is over."""


def opening_line(decision: Decision, moment: Moment) -> Line:
    """The talk as it stands with this decision. What began it, and what signals and the end have written, stays."""
    values = {
        "tenant": decision.tenant,
        "interaction_id": decision.interaction_id,
        "customer_id": decision.customer_id,
        "channel": decision.channel,
        "direction": decision.direction,
        "started_at": decision.decided_at,
        "opening": _standing(moment),
        "signals_seen": 0,
        "decision_id": decision.decision_id,
        "ended_at": None,
        "ending": None,
    }
    return Line(INTERACTIONS, values, Keep.LAST)


def _standing(moment: Moment) -> str:
    """What the next decision of this talk needs to know of it, as JSON. What was said is kept with the signals."""
    scene = {name: getattr(moment.scene, name) for name in _SCENE} | {"facts": dict(moment.scene.facts)}
    agent = {
        "agent_id": moment.agent.agent_id,
        "certificates": sorted(moment.agent.certificates),
        "experience": moment.agent.experience,
        "outside": moment.agent.outside,
    }
    talk = {"language": moment.language, "limit": moment.limit, "customer_known": moment.customer_known, "identity": moment.identity}
    return orjson.dumps(talk | {"scene": scene, "agent": agent, "contact": moment.contact}).decode()


def scene_told(told: Mapping[str, Any]) -> Scene:
    """The scene of a talk's JSON."""
    return Scene(**{name: told[name] for name in _SCENE}, facts=dict(told["facts"]))


def find_interaction(store: Store, tenant: str, interaction_id: str) -> Row[Any]:
    """Raises UnknownInteraction, also for an interaction of another tenant."""
    row = store.first(select(INTERACTIONS).where(of_tenant(INTERACTIONS, tenant), INTERACTIONS.c.interaction_id == interaction_id))
    if row is None:
        raise UnknownInteraction(f"no interaction {interaction_id!r}; ask for a decision in it first")
    return row


def standing_moment(row: Row[Any], at: datetime, answered: frozenset[str]) -> Moment:
    """The moment of this talk at `at`, as it stands in the records. Raises InteractionEnded."""
    if row.ended_at is not None:
        raise InteractionEnded(f"interaction {row.interaction_id!r} ended at {row.ended_at.isoformat()}; open another one")
    told = orjson.loads(row.opening)
    agent = told["agent"]
    return Moment(
        tenant=row.tenant,
        interaction_id=row.interaction_id,
        customer_id=row.customer_id,
        channel=row.channel,
        direction=row.direction,
        at=at,
        language=told["language"],
        limit=told["limit"],
        scene=scene_told(told["scene"]),
        agent=Agent(agent["agent_id"], frozenset(agent["certificates"]), agent["experience"], agent.get("outside", False)),
        contact=Waiting(**told["contact"]),
        answered=answered,
        customer_known=told["customer_known"],
        identity=told["identity"],
    )


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk so far. scene: None while no signal came, since then a request says all there is. identity: hash the caller was known by."""

    customer_id: str
    identity: str | None
    scene: Scene | None


@dataclass(slots=True)
class Remembered:
    """What is known of a talk when a decision is asked for in the middle of it."""

    store: Store
    _read: HotRead = field(init=False)

    def __post_init__(self) -> None:
        of_talk = (tenant_given(INTERACTIONS), INTERACTIONS.c.interaction_id == bindparam("interaction"))
        columns = (INTERACTIONS.c.customer_id, INTERACTIONS.c.opening, INTERACTIONS.c.signals_seen)
        self._read = self.store.hot(select(*columns).where(*of_talk))

    def talk(self, tenant: str, interaction_id: str) -> Talk | None:
        """None when the talk is new."""
        rows = self._read(tenant=tenant, interaction=interaction_id)
        if not rows:
            return None
        customer_id, opening, signals_seen = rows[0]
        told = orjson.loads(opening)
        return Talk(customer_id, told["identity"], scene_told(told["scene"]) if signals_seen else None)


def signal_work(row: Row[Any], moment: Moment, signals: Sequence[Signal], alerts: Sequence[Alert], decision_id: str | None) -> Work:
    """The signals, their alerts, and the talk as it stands after them.

    Refused with AlreadyKept when somebody else's signals were quicker: the talk is then another one, and is to be read again.
    """
    mine = {"tenant": row.tenant, "interaction_id": row.interaction_id}
    lines = [Line(SIGNALS, {**mine, "at": signal.at, "body": _body(signal)}) for signal in signals]
    told = {**mine, "event": "alert", "decision_id": None}
    lines += [Line(STREAM, {**told, "body": orjson.dumps(alert).decode()}) for alert in alerts]
    changed: dict[str, object] = {"opening": _standing(moment), "signals_seen": row.signals_seen + len(signals)}
    if decision_id is not None:
        changed["decision_id"] = decision_id

    def move_on(connection: Connection) -> None:
        as_read = (*_mine(row.tenant, row.interaction_id), INTERACTIONS.c.signals_seen == row.signals_seen)
        if not connection.execute(update(INTERACTIONS).where(*as_read).values(**changed)).rowcount:
            raise AlreadyKept(f"interaction {row.interaction_id!r} heard other signals at the same moment; send these again")

    return Work(lines, [move_on])


def _body(signal: Signal) -> str:
    return orjson.dumps({"type": signal.kind, "value": signal.value, "speaker": signal.speaker}).decode()


def _mine(tenant: str, interaction_id: str) -> tuple[Any, Any]:
    return of_tenant(INTERACTIONS, tenant), INTERACTIONS.c.interaction_id == interaction_id


def ending_work(row: Row[Any], ending: dict[str, object], now: datetime) -> Work:
    """Close the interaction, tell its listeners, and send it to the lake as a contact. Closed again, the last word counts and the end stays."""
    tenant, interaction_id = row.tenant, row.interaction_id
    body = orjson.dumps(ending).decode()

    def close(connection: Connection) -> None:
        open_still = (*_mine(tenant, interaction_id), INTERACTIONS.c.ended_at.is_(None))
        if connection.execute(update(INTERACTIONS).where(*open_still).values(ended_at=now, ending=body)).rowcount:
            told = orjson.dumps({"interaction_id": interaction_id, "ended_at": now, **ending}).decode()
            said = {"tenant": tenant, "interaction_id": interaction_id, "event": "ended", "decision_id": None, "body": told}
            connection.execute(STREAM.insert(), said)
        else:
            connection.execute(update(INTERACTIONS).where(*_mine(tenant, interaction_id)).values(ending=body))

    outbox = {"tenant": tenant, "kind": "ended", "subject": interaction_id, "known_at": now}
    return Work([Line(OUTBOX, outbox)], [close])
