"""Which book a verb works with: the published version, the folder named by --playbook, the default book where nothing was published."""

import json
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from small_home import START, Desk, open_service, opened

from features.home import Home
from playbooks.load import default_book, load_playbook
from serving.chosen import chosen_book
from serving.cli.main import playcall
from serving.settings import read_settings
from training.errors import TooFewLabels

WORTH = 5000.0


@pytest.fixture(scope="module")
def asked_home(blank_home, tmp_path_factory) -> Home:
    """A home with proposals that nobody answered. Copy it."""
    home = Home(Path(shutil.copytree(blank_home.root, tmp_path_factory.mktemp("asked") / "home")))
    service = open_service(home)
    with opened(service) as client:
        desk = Desk(client, home)
        for name in ("k1", "k2"):
            desk.report(desk.decide(name, f"talk-{name}"), "presented", START + timedelta(minutes=1))
        service.deliver()
    service.store.close()
    return home


@pytest.fixture
def home(asked_home, tmp_path) -> Home:
    return Home(Path(shutil.copytree(asked_home.root, tmp_path / "home")))


@pytest.fixture(scope="module")
def dearer(tmp_path_factory) -> Path:
    """The card book, every action worth the same, its answers waited for ten years."""
    folder = Path(shutil.copytree(default_book(), tmp_path_factory.mktemp("dearer") / "card"))
    for file in (folder / "actions").glob("*.yaml"):
        text = re.sub(r"(?m)^response_window:.*\n", "", file.read_text("utf-8"))
        file.write_text(re.sub(r"(?m)^value: .*$", f"value: {WORTH:.0f}\nresponse_window: 3650 days", text, count=1), "utf-8")
    return folder


def run(home: Home, *arguments: str):
    return CliRunner(env={"PLAYCALL_HOME": str(home.root)}).invoke(playcall, list(arguments))


def publish(home: Home, folder: Path) -> None:
    ran = run(home, "playbook", "publish", str(folder), "--author", "anna", "--approver", "ben")
    assert ran.exit_code == 0, (ran.output, ran.exception)


def labelled(home: Home, *arguments: str) -> int:
    """How many labels train finds before it says that these are too few."""
    refused = run(home, "train", *arguments).exception
    assert isinstance(refused, TooFewLabels)
    return int(re.search(r"(\d+) labelled", str(refused))[1])


def test_a_published_value_reaches_batch(home, dearer, tmp_path):
    def expected(*arguments: str) -> float:
        """What the plan promises of its customers, in money."""
        out = tmp_path / "list.parquet"
        ran = run(home, "batch", "--out", str(out), "--no-record", "--control", "0", *arguments)
        assert ran.exit_code == 0, (ran.output, ran.exception)
        return sum(row["expected_value"] for row in pq.read_table(out).to_pylist())

    before = expected()
    assert before > 0
    publish(home, dearer)
    assert expected() > 5 * before
    assert expected("--playbook", str(default_book())) == pytest.approx(before), "a folder that is named is read as it stands"


def test_a_published_response_window_reaches_train(home, dearer):
    assert labelled(home) == 2, "a week of silence is a no"
    publish(home, dearer)
    assert labelled(home) == 0, "silence says nothing yet"
    assert labelled(home, "--playbook", str(default_book())) == 2


def test_a_published_response_window_reaches_export(home, dearer, tmp_path):
    publish(home, dearer)

    def decided(*arguments: str) -> list[object]:
        out = tmp_path / "set.parquet"
        assert run(home, "export", "--format", "training-set", "--out", str(out), *arguments).exit_code == 0
        return [row["label"] for row in pq.read_table(out).to_pylist() if row["label"] is not None]

    assert decided() == []
    assert decided("--playbook", str(default_book())) == [0, 0]


def test_without_a_published_version_the_folder_of_the_settings_is_read(home, dearer):
    settings = read_settings({"PLAYCALL_HOME": str(home.root), "PLAYCALL_PLAYBOOK": str(dearer)})
    assert chosen_book(settings, None).actions["bill_instalment"].value == WORTH
    assert chosen_book(settings, default_book()) == load_playbook(default_book())


def test_a_tenant_has_its_own_published_version(home, dearer):
    assert run(home, "tenant", "add", "acme").exit_code == 0
    theirs = home.tenant("acme")
    shutil.copytree(dearer, theirs.book)
    settings = read_settings({"PLAYCALL_HOME": str(home.root)})
    assert chosen_book(settings, None, "acme").actions["bill_instalment"].value == WORTH
    publish(theirs, dearer)
    inside = read_settings({"PLAYCALL_HOME": str(theirs.root)})
    assert chosen_book(settings, None, "acme").version == chosen_book(inside, None).version == "1"
    assert chosen_book(settings, None).actions["bill_instalment"].value != WORTH
    listed = json.loads(run(theirs, "playbook", "history", "--json").stdout)
    assert [one["number"] for one in listed["versions"]] == [1]
