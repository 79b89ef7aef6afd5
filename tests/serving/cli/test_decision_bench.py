"""The caller of the decision bench counts whole answers only, and the book it asks of has the contract's size."""

import asyncio
import threading
import time

import pytest

from playbooks.load import default_book, load_playbook
from serving.cli.benches.decision_workers import ACTIONS, POLICIES, widened
from serving.cli.benches.load import Load, closed_loop, http_request, open_loop


class Echo:
    """Answers everything alike, after a pause."""

    def __init__(self, answer: bytes, pause: float = 0.0) -> None:
        self.answer, self.pause, self.port = answer, pause, 0
        self._started = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True).start()
        assert self._started.wait(5)

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        await server.serve_forever()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            await reader.readexactly(int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0]))
            await asyncio.sleep(self.pause)
            writer.write(self.answer)


REQUESTS = [http_request("/x", b"{}", "key")] * 200
FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def test_every_request_is_answered_once_and_timed():
    load = closed_loop(Echo(FINE, 0.01).port, REQUESTS[:40], 4, 5.0)
    assert len(load.seconds) == 40
    assert min(load.seconds) >= 0.01
    assert load.rate < 4 / 0.01


def test_an_open_loop_keeps_its_pace_and_counts_the_waiting():
    start = time.perf_counter()
    load = open_loop(Echo(FINE, 0.05).port, REQUESTS, 1, 1.0, rate=40.0)
    assert time.perf_counter() - start > 1.9, "one connection answers 20 a second: the 40 due in one second take two"
    assert load.quantile_ms(0.99) > 500


def test_a_refusal_is_no_answer():
    with pytest.raises(RuntimeError, match="503"):
        closed_loop(Echo(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n").port, REQUESTS, 1, 1.0)


def test_quantiles_are_in_milliseconds():
    load = Load(1.0, tuple(number / 1000 for number in range(1, 101)))
    assert (load.quantile_ms(0.5), load.quantile_ms(0.99), load.quantile_ms(1.0)) == (51.0, 100.0, 100.0)


def test_the_widened_book_has_the_contracts_size_and_every_action_its_words():
    book = widened(load_playbook(default_book()))
    assert len(book.actions) == ACTIONS
    assert len(book.engagement_policies) >= POLICIES
    assert all(script.action_id == action.action_id for action in book.actions.values() for script in action.scripts)
