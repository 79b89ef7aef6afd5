"""Playbook versions in PostgreSQL: two machines over one database, each with a home of its own."""

import shutil
import threading

import pytest
from looking import comes
from small_home import Desk, open_service, opened
from sqlalchemy import create_engine, text

from features.home import Home
from playbooks.versions.database import close
from serving.chosen import chosen_book
from serving.settings import read_settings

ACTION = "actions/callback.yaml"
pytestmark = pytest.mark.needs_postgres


@pytest.fixture
def homes(blank_home, tmp_path) -> list[Home]:
    return [Home(shutil.copytree(blank_home.root, tmp_path / name)) for name in ("one", "other")]


@pytest.fixture
def address(postgres):
    yield postgres
    close(postgres)


@pytest.fixture
def desks(homes, address):
    """A worker on each of two machines."""
    services = [open_service(home, PLAYCALL_DATABASE_URL=address) for home in homes]
    with opened(services[0]) as one, opened(services[1]) as other:
        yield Desk(one, homes[0]), Desk(other, homes[1])
    for service in services:
        service.store.close()


def put(desk: Desk, draft_id: str, words: str, revision: int):
    headers = {"Authorization": f"Bearer {desk.keys['manager']}"}
    body = {"text": words, "revision": revision}
    return desk.client.put(f"/v1/playbooks/drafts/{draft_id}/files/{ACTION}", json=body, headers=headers)


def read(desk: Desk, draft_id: str) -> str:
    headers = {"Authorization": f"Bearer {desk.keys['manager']}"}
    return desk.client.get(f"/v1/playbooks/drafts/{draft_id}/files/{ACTION}", headers=headers).json()["text"]


def publish(desk: Desk, value: int) -> str:
    """The callback is worth something else from now on; returns the version."""
    draft_id = desk.post("/v1/playbooks/drafts", {}, "manager").json()["draft_id"]
    assert put(desk, draft_id, read(desk, draft_id).replace("\nvalue: ", f"\nvalue: {value} # was ", 1), 0).status_code == 200
    for step, role in (("validation", "manager"), ("review", "manager"), ("approval", "approver")):
        assert desk.post(f"/v1/playbooks/drafts/{draft_id}/{step}", {}, role).status_code == 200
    answer = desk.post(f"/v1/playbooks/drafts/{draft_id}/publish", {}, "approver")
    assert answer.status_code == 201, answer.text
    return str(answer.json()["version"])


def served(desk: Desk) -> str:
    return desk.client.get("/readyz").json()["playbook_version"]


def test_publishing_reaches_every_worker_within_two_seconds_and_rules_after_a_restart(desks, homes, address):
    version = publish(desks[0], 77)
    assert comes(lambda: {served(desk) for desk in desks} == {version}, within_seconds=2.0)
    assert not (homes[0].playbooks / "default").exists(), "nothing is kept as files"
    again = open_service(homes[1], PLAYCALL_DATABASE_URL=address)
    assert again.playbook("default").version == version
    again.store.close()
    settings = read_settings({"PLAYCALL_HOME": str(homes[1].root), "PLAYCALL_DATABASE_URL": address})
    assert chosen_book(settings, None).actions["callback"].value == 77


def at_once(desks: list[Desk], draft_id: str, texts: tuple[str, str]) -> list[int]:
    """What two people on two machines are answered who save these texts of one file at the same moment."""
    answers = [0, 0]

    def save(number: int) -> None:
        answers[number] = put(desks[number], draft_id, texts[number], 0).status_code

    people = [threading.Thread(target=save, args=(number,)) for number in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    return answers


def test_of_two_people_on_two_machines_who_change_one_value_the_second_gets_a_conflict_and_nothing_is_lost(desks):
    draft_id = desks[0].post("/v1/playbooks/drafts", {}, "manager").json()["draft_id"]
    before = read(desks[1], draft_id)
    texts = before.replace("\nvalue: ", "\nvalue: 7"), before.replace("\nvalue: ", "\nvalue: 8")
    answers = at_once(desks, draft_id, texts)
    assert sorted(answers) == [200, 409]
    assert read(desks[0], draft_id) == read(desks[1], draft_id) == texts[answers.index(200)]


def test_of_two_people_on_two_machines_who_change_different_values_of_one_file_both_keep_their_work(desks):
    draft_id = desks[0].post("/v1/playbooks/drafts", {}, "manager").json()["draft_id"]
    before = read(desks[1], draft_id)
    texts = before.replace("\nvalue: ", "\nvalue: 7"), f"# carol\n{before}"
    assert at_once(desks, draft_id, texts) == [200, 200]
    assert read(desks[0], draft_id) == read(desks[1], draft_id) == f"# carol\n{texts[0]}"


def test_when_the_versions_are_gone_the_last_one_taken_up_decides_and_its_return_is_noticed(desks, homes, address):
    version = publish(desks[0], 88)
    assert comes(lambda: served(desks[1]) == version, within_seconds=2.0)
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE playbook_files RENAME TO playbook_files_away"))
    service = open_service(homes[1], PLAYCALL_DATABASE_URL=address)
    assert (service.playbook("default").version, service.books.of("default").stale) == (version, True)
    answer = desks[0].post("/v1/playbooks/drafts", {}, "manager")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE playbook_files_away RENAME TO playbook_files"))
    service.books.take(service.fresher_books())
    assert (service.playbook("default").version, service.books.of("default").stale) == (version, False)
    service.store.close()
    engine.dispose()
