"""A caller that costs little: keep-alive connections that send prepared bytes and read whole answers."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import uvloop


@dataclass(frozen=True, slots=True)
class Load:
    """What came back. seconds: the latency of every answer; rate: answers a second."""

    rate: float
    seconds: tuple[float, ...]

    def quantile_ms(self, share: float) -> float:
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def http_request(path: str, body: bytes, key: str) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def closed_loop(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> Load:
    """Every connection sends its next request as soon as it has the answer."""
    return uvloop.run(_run(port, requests, connections, seconds, rate=None))


def open_loop(port: int, requests: Sequence[bytes], connections: int, seconds: float, rate: float) -> Load:
    """Requests fall due at a steady rate, whether or not the service keeps up; latency counts from when one was due."""
    return uvloop.run(_run(port, requests, connections, seconds, rate=rate))


@dataclass(slots=True)
class _Calls:
    requests: Iterator[bytes]
    ends: float
    due: Iterator[float] | None
    seconds: list[float] = field(default_factory=list)


async def _run(port: int, requests: Sequence[bytes], connections: int, seconds: float, rate: float | None) -> Load:
    start = time.perf_counter()
    due = None if rate is None else iter([start + number / rate for number in range(int(seconds * rate))])
    calls = _Calls(iter(requests), start + seconds, due)
    await asyncio.gather(*(_call(port, calls) for _ in range(connections)))
    return Load(len(calls.seconds) / (time.perf_counter() - start), tuple(calls.seconds))


async def _call(port: int, calls: _Calls) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (begun := await _begin(calls)) is not None:
        request = next(calls.requests, None)
        if request is None:
            break
        writer.write(request)
        await _answer(reader)
        calls.seconds.append(time.perf_counter() - begun)
    writer.close()


async def _begin(calls: _Calls) -> float | None:
    """When the next request is due; None when it is over."""
    if calls.due is None:
        now = time.perf_counter()
        return now if now < calls.ends else None
    due = next(calls.due, None)
    if due is not None:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
    return due


async def _answer(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"the service answered {head.splitlines()[0].decode()}; the bench measures answers only")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    await reader.readexactly(length)
