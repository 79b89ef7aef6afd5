"""Compact rows in Redis: a hash per entity with a field per view, so that everything of one customer is one round trip."""

import functools
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from itertools import islice
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

import orjson
from redis import Redis, RedisError

from features.errors import OnlineStoreError
from features.redis_scripts import SET_BACK, WRITE
from features.row_codec import Layout
from features.row_store import ReadRow, StoredView, WrittenRow

HEAD = struct.Struct("<iqq")
"""layout, event_us, created_us; the row follows."""
ROWS_AT_ONCE = 500
SECONDS_TO_WAIT = 2.0
P = ParamSpec("P")
R = TypeVar("R")
Item = TypeVar("Item")


def _reached(method: Callable[Concatenate["RedisRows", P], R]) -> Callable[Concatenate["RedisRows", P], R]:
    @functools.wraps(method)
    def asked(self: "RedisRows", *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return method(self, *args, **kwargs)
        except RedisError as error:
            raise OnlineStoreError(f"{self.place}: Redis does not answer ({error}); start it, or check the address.") from error

    return cast("Callable[Concatenate[RedisRows, P], R]", asked)


class RedisRows:
    """A RowStore. Every key begins with the prefix; two prefixes never meet. Safe for many threads and processes."""

    def __init__(self, url: str, prefix: str) -> None:
        asked = urlsplit(url)
        self.place = f"{asked.scheme}://{asked.hostname or ''}{f':{asked.port}' if asked.port else ''}{asked.path} ({prefix})"
        # The library says of nearly every answer that it may be an awaitable too.
        self._redis: Any = Redis.from_url(url, socket_timeout=SECONDS_TO_WAIT, socket_connect_timeout=SECONDS_TO_WAIT)
        self._entity = f"{prefix}:e:".encode()
        self._views, self._layouts, self._numbers, self._lock = (f"{prefix}:{name}" for name in ("views", "layouts", "numbers", "lock"))
        self._write, self._set_back = (self._redis.register_script(script) for script in (WRITE, SET_BACK))
        self._known: dict[int, Layout] = {}

    @property
    def may_come_back(self) -> bool:
        return True

    @_reached
    def declare(self, project: str, name: str, layout: Layout, *, position: int | None = None, ttl_us: int | None = None) -> StoredView:
        with self._redis.lock(self._lock, timeout=30, blocking_timeout=30):
            stored = self.views(project)
            held = next((view for view in stored if view.name == name), None)
            view = held.view if held else self._number()
            fits = held is not None and self.layouts()[held.layout].serves(layout)
            number = held.layout if held and fits else self._layout(view, layout)
            place = position if position is not None else held.position if held else max([-1, *(other.position for other in stored)]) + 1
            declared = StoredView(view, project, name, place, ttl_us, number)
            if declared != held:
                self._redis.hset(self._views, str(view), orjson.dumps(astuple(declared)))
        return declared

    def _layout(self, view: int, layout: Layout) -> int:
        fields = layout.to_json()
        for number, owner in self.layout_owners().items():
            if owner == view and self._known[number].to_json() == fields:
                return number
        number = self._number()
        self._redis.hset(self._layouts, str(number), orjson.dumps([view, fields]))
        return number

    def _number(self) -> int:
        return int(self._redis.incr(self._numbers))

    @_reached
    def views(self, project: str) -> list[StoredView]:
        found = [StoredView(*orjson.loads(told)) for told in self._redis.hvals(self._views)]
        return sorted((view for view in found if view.project == project), key=lambda view: (view.position, view.view))

    @_reached
    def all_views(self) -> list[int]:
        return [int(number) for number in self._redis.hkeys(self._views)]

    @_reached
    def layouts(self) -> Mapping[int, Layout]:
        if self._redis.hlen(self._layouts) != len(self._known):
            self.layout_owners()
        return self._known

    @_reached
    def layout_owners(self) -> dict[int, int]:
        told = self._redis.hgetall(self._layouts)
        owners = {int(number): orjson.loads(value) for number, value in told.items()}
        self._known.update({number: Layout.from_json(fields) for number, (_, fields) in owners.items() if number not in self._known})
        return {number: view for number, (view, _) in owners.items()}

    @_reached
    def write(self, view: StoredView, rows: Iterable[WrittenRow]) -> None:
        for some in _some(rows):
            values = [HEAD.pack(view.layout, row.event_us, row.created_us) + row.row for row in some]
            self._write(keys=[self._entity + row.entity for row in some], args=[str(view.view), *values])

    @_reached
    def read(self, entity: bytes) -> list[ReadRow]:
        found = self._redis.hgetall(self._entity + entity)
        return [(int(view), *_parted(told)) for view, told in found.items()]

    @_reached
    def read_view(self, view: int, entities: Sequence[bytes]) -> list[tuple[int, int, bytes] | None]:
        told: list[bytes | None] = []
        for some in _some(entities):
            told += self._piped(lambda pipe, entity: pipe.hget(self._entity + entity, str(view)), some)
        return [None if row is None else _parted(row) for row in told]

    @_reached
    def stand_at(self, project: str, unlike: Sequence[str], entities: Sequence[bytes]) -> dict[bytes, int]:
        asked = [str(view.view) for view in self.views(project) if view.name not in unlike]
        found: dict[bytes, int] = {}
        for some in _some(entities if asked else ()):
            told = self._piped(lambda pipe, entity: pipe.hmget(self._entity + entity, asked), some)
            for entity, rows in zip(some, told, strict=True):
                if events := [HEAD.unpack_from(row)[1] for row in rows if row is not None]:
                    found[entity] = max(events)
        return found

    @_reached
    def set_back(self, project: str, event_us: int) -> None:
        views = [str(view.view) for view in self.views(project)]
        for keys in _some(self._keys()):
            self._set_back(keys=keys, args=[struct.pack("<q", event_us), *views])

    @_reached
    def entities(self, view: int) -> Iterator[tuple[bytes, bytes]]:
        kept = [key.removeprefix(self._entity) for key in self._keys()]
        found = zip(kept, self.read_view(view, kept), strict=True)
        return iter([(entity, row[2]) for entity, row in found if row is not None])

    @_reached
    def forget(self, entity: bytes) -> None:
        self._redis.delete(self._entity + entity)

    @_reached
    def drop(self, project: str, name: str) -> None:
        with self._redis.lock(self._lock, timeout=30, blocking_timeout=30):
            numbers = [view.view for view in self.views(project) if view.name == name]
            owned = [layout for layout, view in self.layout_owners().items() if view in numbers]
            for number in numbers:
                self._redis.hdel(self._views, str(number))
            for layout in owned:
                self._redis.hdel(self._layouts, str(layout))
                self._known.pop(layout)
        for keys in _some(self._keys() if numbers else ()):
            self._piped(lambda pipe, key: pipe.hdel(key, *map(str, numbers)), keys)

    def settle(self) -> None:
        """Nothing is written twice here."""

    def close(self) -> None:
        self._redis.close()

    def _piped(self, ask: Callable[[Any, bytes], object], entities: Sequence[bytes]) -> list[Any]:
        with self._redis.pipeline(transaction=False) as pipe:
            for entity in entities:
                ask(pipe, entity)
            return list(pipe.execute())

    def _keys(self) -> Iterator[bytes]:
        escaped = b"".join(b"\\" + bytes([byte]) if byte in b"*?[]^\\" else bytes([byte]) for byte in self._entity)
        # A scan may name a key twice.
        return iter(dict.fromkeys(self._redis.scan_iter(match=escaped + b"*", count=1000)))


def _some(items: Iterable[Item]) -> Iterator[list[Item]]:
    """A bounded number at a time."""
    left = iter(items)
    while some := list(islice(left, ROWS_AT_ONCE)):
        yield some


def _parted(told: bytes) -> tuple[int, int, bytes]:
    layout, event_us, _ = HEAD.unpack_from(told)
    return layout, event_us, told[HEAD.size :]
