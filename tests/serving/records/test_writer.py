"""What is acknowledged is on disk, what is refused left nothing behind."""

import asyncio
import threading

import pytest
from small_home import START
from sqlalchemy import event, select

from serving.errors import Overloaded, RecordError
from serving.records.lines import Keep, Line
from serving.records.store import Store
from serving.records.tables import LEASES, OUTBOX
from serving.records.writer import AlreadyKept, Work, Writer


def _line(name: str, holder: str = "one", keep: Keep = Keep.NEW) -> Line:
    return Line(LEASES, {"name": name, "tenant": "t", "holder": holder, "until": START}, keep)


def _kept(store: Store) -> dict[str, str]:
    return {row.name: row.holder for row in store.rows(select(LEASES))}


def _write(writer: Writer, *works: Work) -> list[object]:
    async def together() -> list[object]:
        return await asyncio.gather(*(writer.write(work) for work in works), return_exceptions=True)

    return asyncio.run(together())


@pytest.fixture
def writer(store):
    made = Writer(store)
    yield made
    made.close()


def test_of_many_works_the_clashing_one_alone_is_refused(store, writer):
    assert _write(writer, Work([_line("a")])) == [None]
    said = _write(writer, *(Work([_line(name, "two")]) for name in "xaz"))
    assert [type(one) for one in said] == [type(None), AlreadyKept, type(None)]
    assert _kept(store) == {"a": "one", "x": "two", "z": "two"}


def test_a_work_is_kept_whole_or_not_at_all(store, writer):
    _write(writer, Work([_line("taken")]))
    said = _write(writer, Work([_line("fresh"), _line("taken", "two")]))
    assert isinstance(said[0], AlreadyKept)
    assert _kept(store) == {"taken": "one"}


def test_first_and_last_say_who_stays(store, writer):
    _write(writer, Work([_line("f"), _line("l")]))
    _write(writer, Work([_line("f", "two", Keep.FIRST), _line("l", "two", Keep.LAST)]))
    assert _kept(store) == {"f": "one", "l": "two"}


def test_many_works_share_few_commits(store, writer):
    commits = []
    event.listen(store.writing, "commit", commits.append)
    assert _write(writer, *(Work([_line(f"n{number}")]) for number in range(500))) == [None] * 500
    assert len(_kept(store)) == 500
    assert len(commits) <= 5


def test_more_than_can_wait_is_shed_at_once_and_the_rest_is_kept(store):
    narrow = Writer(store, capacity=10)
    said = _write(narrow, *(Work([_line(f"n{number}")]) for number in range(30)))
    shed = [one for one in said if isinstance(one, Overloaded)]
    assert len(shed) == 20
    assert shed[0].retry_after >= 1
    assert len(_kept(store)) == 10
    narrow.close()


def test_a_store_that_is_gone_is_said_and_the_next_work_after_it_is_back_is_kept(store, writer):
    with store.transaction() as connection:
        LEASES.drop(connection)
    said = _write(writer, Work([_line("lost")]))
    assert isinstance(said[0], RecordError)
    assert "may be sent again" in str(said[0])
    with store.transaction() as connection:
        LEASES.create(connection)
    assert _write(writer, Work([_line("lost")])) == [None]
    assert _kept(store) == {"lost": "one"}


def test_lines_of_one_table_keep_their_order(store, writer):
    lines = [Line(OUTBOX, {"tenant": "t", "kind": "k", "subject": f"{number}", "known_at": START}) for number in range(3)]
    _write(writer, *(Work([line]) for line in lines))
    assert [row.subject for row in store.rows(select(OUTBOX).order_by(OUTBOX.c.seq))] == ["0", "1", "2"]


def test_a_work_the_driver_chokes_on_does_not_take_its_neighbours_along(store, writer):
    said = _write(writer, Work([_line("good")]), Work([_line("bad", "\ud800")]), Work([_line("fine")]))
    assert [type(one) for one in said] == [type(None), UnicodeEncodeError, type(None)]
    assert set(_kept(store)) == {"good", "fine"}


def test_what_waits_too_long_is_given_up_and_never_kept(store):
    """The commit that is under way ends as it ends; what waits behind it is refused in time, and is not kept later."""
    impatient, let_go = Writer(store, patience=0.2), threading.Event()

    async def crowd() -> list[object]:
        first = asyncio.create_task(impatient.write(Work([_line("first")], [lambda _: let_go.wait(5) and None])))
        await asyncio.sleep(0.05)
        others = await asyncio.gather(*(impatient.write(Work([_line(f"n{number}")])) for number in range(3)), return_exceptions=True)
        let_go.set()
        return [await first, *others]

    said = asyncio.run(crowd())
    assert [type(one) for one in said] == [type(None), Overloaded, Overloaded, Overloaded]
    assert set(_kept(store)) == {"first"}
    impatient.close()
