"""Serving starts with the last good playbook of a folder, and a broken one never takes the place of a good one."""

import logging
import re
import shutil
import time
from datetime import timedelta
from pathlib import Path

import pytest
from small_home import START, Desk, open_service, opened

from features.home import Home
from playbooks.errors import PlaybookInvalid
from playbooks.load import default_book
from playbooks.versions.drafting import Hand, open_draft, write_files
from playbooks.versions.publishing import Term, publish, take_over
from playbooks.versions.steps import approve, check, submit


@pytest.fixture
def home(blank_home, tmp_path) -> Home:
    shutil.copytree(blank_home.root, tmp_path / "home")
    return Home(tmp_path / "home")


@pytest.fixture
def book(tmp_path) -> Path:
    return Path(shutil.copytree(default_book(), tmp_path / "book"))


def start(home: Home, book: Path):
    return open_service(home, PLAYCALL_PLAYBOOK=str(book))


def served_once(home: Home, book: Path) -> str:
    service = start(home, book)
    service.store.close()
    return service.playbook("default").version


def ruin(book: Path) -> int:
    """Break the time zone; returns its line."""
    header = book / "playbook.yaml"
    text = header.read_text("utf-8").replace("timezone: Asia/Shanghai", "timezone: Mars/Olympus")
    header.write_text(text, "utf-8")
    return next(number for number, line in enumerate(text.splitlines(), 1) if "Mars" in line)


def next_version(service) -> int:
    """The served book, published with another value of one action."""
    shelf, now = service.books.shelf("default"), service.books.now()
    anna, ben = Hand("anna", now), Hand("ben", now)
    take_over(shelf, service.books.first.contents, anna, "")
    draft = open_draft(shelf, anna, "")
    with shelf.open() as opened_shelf:
        text = opened_shelf.draft_contents(draft.draft_id)["actions/bill_instalment.yaml"].decode()
    changed = re.sub(r"(?m)^value: .*$", "value: 77", text).encode()
    write_files(shelf, draft.draft_id, {"actions/bill_instalment.yaml": changed}, anna, 0)
    check(shelf, draft.draft_id, anna, service.known_fields())
    submit(shelf, draft.draft_id, anna)
    approve(shelf, draft.draft_id, ben)
    return publish(shelf, draft.draft_id, ben, Term()).version


def asked(service, home: Home) -> tuple[dict, dict]:
    with opened(service) as client:
        answer = Desk(client, home).decide("k1", f"talk-{time.monotonic_ns()}", START), client.get("/readyz").json()
    service.store.close()
    return answer


def test_a_broken_folder_at_the_first_start_is_refused_with_file_and_line(home, book):
    line = ruin(book)
    with pytest.raises(PlaybookInvalid, match=rf"playbook\.yaml:{line}"):
        start(home, book)


@pytest.mark.parametrize("harm", ["broken", "away"])
def test_a_broken_folder_at_a_later_start_gives_way_to_the_last_good_book_and_it_says_so(home, book, harm, caplog):
    good = served_once(home, book)
    line = ruin(book)
    if harm == "away":
        shutil.rmtree(book)
    with caplog.at_level(logging.ERROR):
        decision, ready = asked(start(home, book), home)
    assert (decision["playbook_version"], ready["playbook_version"]) == (good, good)
    assert "playbook_stale" in decision["degraded"]
    assert "playbook_stale" in ready["degraded"]
    assert (f"playbook.yaml:{line}" if harm == "broken" else "holds no playbook.yaml") in caplog.text
    assert decision["actions"]


def test_another_folder_is_another_book_and_is_not_stood_in_for(home, book, tmp_path):
    served_once(home, book)
    other = Path(shutil.copytree(book, tmp_path / "other"))
    ruin(other)
    with pytest.raises(PlaybookInvalid):
        start(home, other)
    decision, _ = asked(start(home, book), home)
    assert "playbook_stale" not in decision["degraded"]


def test_damaged_versions_at_the_start_give_way_to_the_version_last_taken_up(home, book):
    service = start(home, book)
    version = str(next_version(service))
    service.store.close()
    assert served_once(home, book) == version
    (home.playbooks / "default" / "card" / "releases.jsonl").write_text("{ half a li")
    decision, ready = asked(start(home, book), home)
    assert (decision["playbook_version"], ready["playbook_version"]) == (version, version)
    assert "playbook_stale" in decision["degraded"]
    assert decision["actions"]


def test_a_changed_file_of_the_version_that_rules_gives_way_to_the_copy_and_mending_it_ends_the_degradation(home, book):
    service = start(home, book)
    version = str(next_version(service))
    service.store.close()
    assert served_once(home, book) == version
    kept = home.playbooks / "default" / "card" / f"versions/{int(version):04d}/book/policies.yaml"
    approved = kept.read_bytes()
    kept.write_bytes(b"engagement: []")
    service = start(home, book)
    assert (service.playbook("default").version, service.books.of("default").stale) == (version, True)
    kept.write_bytes(approved)
    later = service.books.now() + timedelta(minutes=1)
    service.books.now = lambda: later
    service.books.take(service.fresher_books())
    assert (service.playbook("default").version, service.books.of("default").stale) == (version, False)
    service.store.close()


def test_a_broken_version_on_reload_replaces_nothing_and_is_said(home, book):
    service = start(home, book)
    good = service.playbook("default").version
    version = next_version(service)
    (home.playbooks / "default" / "card" / f"versions/{version:04d}/book/policies.yaml").write_text("engagement: {{{")
    service.books.take(service.fresher_books())
    assert (service.playbook("default").version, service.books.of("default").stale) == (good, True)
    service.store.close()


def test_a_copy_that_is_damaged_is_no_last_good_book(home, book):
    served_once(home, book)
    for copy in home.last_books.iterdir():
        copy.write_bytes(copy.read_bytes()[:-200])
    ruin(book)
    with pytest.raises(PlaybookInvalid):
        start(home, book)
