"""Events of customers, pushed as they happen: into the lake, and online before the answer."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Response
from pydantic import Field, JsonValue

from features.clock import ClockKind, WallClock
from features.events.tables import IDENTITIES, SAME_PERSON, TABLES, Table, Type
from serving.api.auth import EventSource, Served
from serving.api.bodies import Strict, Word
from serving.api.once import Kept
from serving.api.problems import problem
from serving.errors import MomentError
from serving.records.writer import Work
from serving.service import Service

router = APIRouter(prefix="/v1/events", tags=["events"])
TAKEN = ("contacts", "channel_events", "transactions", "customers", "identities")
DAYS = frozenset({"opened_on"})
"""Columns that name a day; everywhere else a time needs its offset."""
_NUL = re.compile(r"(?<!\\)(\\\\)*\\u0000")
OF_THE_BOOK = frozenset({"contacts", "channel_events"})
"""Tables whose channel is one the playbook declares; what a card was used on is not ours to declare."""


class EventsBody(Strict):
    """rows: objects with the columns of the table; further columns are kept. Times are ISO 8601 with their offset."""

    table: Annotated[Word, Field(json_schema_extra={"enum": list(TAKEN)})]
    rows: Annotated[list[JsonValue], Field(min_length=1, max_length=1000, json_schema_extra={"items": {"type": "object"}})]


@router.post("", status_code=201)
async def push(body: EventsBody, service: Served, principal: EventSource, kept: Kept) -> Response:
    """A bad row is refused by number (from 0) and the others stand; when all are refused it is a 422.

    Answered when the rows are in the lake and online. A row that is there already changes nothing; one with the same key and other content
    corrects it. `online` is false when the online store is away: then they follow as soon as it is back.
    """
    if body.table not in TAKEN:
        raise MomentError(f"table {body.table!r} cannot be sent; use one of {', '.join(TAKEN)}", "table")
    table = TABLES[body.table]
    judge = Judge(table, _latest(service), frozenset(service.playbook(principal.tenant).channels))
    refused = {number: why for number, row in enumerate(body.rows) if (why := judge.objection(row))}
    good = [number for number in range(len(body.rows)) if number not in refused]
    online = True
    if good:
        landed = await service.pusher.land(body.table, [row for number in good if isinstance(row := body.rows[number], dict)])
        refused |= {good[position]: why for position, why in landed.refused.items()}
        online = landed.waiting is None
    told = [{"number": number, "field": _field(table, refused[number]), "detail": refused[number]} for number in sorted(refused)]
    if len(refused) == len(body.rows):
        return problem(422, f"all rows were refused; the first: {told[0]['detail']}", told)
    answer = {"table": body.table, "accepted": len(body.rows) - len(refused), "refused": told, "online": online}
    return await kept.answer(Work(), 201, orjson.dumps(answer))


class Judge:
    """What a row of the API must obey beyond what the tables check: whole objects, times with their offset, nothing in the future."""

    def __init__(self, table: Table, latest: datetime, channels: frozenset[str]) -> None:
        self._times = tuple(column.name for column in table.columns if column.type is Type.TIME)
        self._happened_at = table.happened_at
        self._latest = latest
        self._identities = table is IDENTITIES
        self._channels = channels if table.name in OF_THE_BOOK else None

    def objection(self, row: JsonValue) -> str | None:
        """Why the row is refused, beginning with the column; None when nothing speaks against it."""
        if not isinstance(row, dict):
            return "row: is no object of columns and values"
        return next(self._objections(row), None)

    def _objections(self, row: Mapping[str, Any]) -> Iterator[str]:
        if flaw := _flaw(row):
            yield flaw
        if self._identities and row.get("kind") == SAME_PERSON:
            yield f"kind: '{SAME_PERSON}' merges two customers; say it with POST /v1/customers/{{customer_id}}/merge, and why"
        for name in self._times:
            moment = _moment(row.get(name))
            if moment is None or (name in DAYS and len(str(row[name])) == len("2026-03-10")):
                continue
            if moment.tzinfo is None:
                yield f"{name}: '{row[name]}' has no offset; write 2026-03-10T12:00:00+08:00 or a time that ends in Z"
            elif name == self._happened_at and moment > self._latest:
                yield f"{name}: '{row[name]}' is in the future; the latest accepted now is {self._latest.isoformat()}"
        channel = row.get("channel")
        if self._channels is not None and isinstance(channel, str) and channel.strip() and channel not in self._channels:
            yield f"channel: '{channel[:60]}' is not declared; use one of {', '.join(sorted(self._channels))}"


def _latest(service: Service) -> datetime:
    """How late an event may be. Times of the data and of requests move on with what comes in, so there only the wall clock bounds it."""
    if service.clock.kind is ClockKind.NOW:
        return service.latest()
    return WallClock().now() + service.settings.skew


def _moment(value: Any) -> datetime | None:
    """None for what is no time at all: the table's own check says that better."""
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _flaw(row: Mapping[str, Any]) -> str | None:
    """What no table can hold, anywhere in the row."""
    text = json.dumps(row, ensure_ascii=False)
    if _NUL.search(text):
        return "row: holds a NUL character; leave it out"
    return None if text.isascii() or text.encode(errors="replace").decode() == text else "row: holds half a character; send whole ones"


def _field(table: Table, why: str) -> str:
    """The column a refusal speaks of first."""
    name = why.partition(":")[0]
    return name if name in {column.name for column in table.columns} else "row"
