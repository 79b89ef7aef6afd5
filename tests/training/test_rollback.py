"""One step back: the champion before this one returns, who did it and why is kept."""

import json
import shutil

import pytest
from click.testing import CliRunner
from small_champions import AT, crown_two, log

from features.home import Home
from playbooks.errors import PlaybookInvalid
from serving.cli.main import main, playcall
from serving.settings import read_settings
from training.errors import NoModel, NotPromoted
from training.promote import promote
from training.registry import CHALLENGER, CHAMPION, Registry
from training.registry_champions import PREVIOUS, WITHDRAWN, Signature, roll_back, signed


@pytest.fixture(scope="module")
def two_champions(tmp_path_factory) -> Home:
    """Version 1 was champion, version 2 is. Never written to by a test: copy it."""
    home = Home(tmp_path_factory.mktemp("two") / "home")
    crown_two(home)
    return home


@pytest.fixture
def registry(two_champions, tmp_path) -> Registry:
    shutil.copytree(two_champions.root, tmp_path / "home")
    return Registry(Home(tmp_path / "home"))


def aliases(registry: Registry) -> dict[str, str | None]:
    return {alias: registry.alias_version(alias) for alias in (CHAMPION, CHALLENGER, PREVIOUS, WITHDRAWN)}


def test_who_promoted_when_and_why_is_on_the_version(registry):
    assert signed(registry, "2") == {
        "promoted_at": "2026-05-01T00:00:00+00:00",
        "promoted_by": "li",
        "promoted_reason": "reason 2",
        "promoted_test": "tested",
    }


def test_a_rollback_puts_the_champion_before_back_and_withdraws_the_other(registry):
    assert roll_back(registry, Signature(AT, "wang", "complaints")) == ("1", "2")
    assert aliases(registry) == {CHAMPION: "1", CHALLENGER: None, PREVIOUS: None, WITHDRAWN: "2"}
    withdrawn, again = signed(registry, "2"), signed(registry, "1")
    assert (withdrawn["withdrawn_by"], withdrawn["withdrawn_reason"], withdrawn["promoted_by"]) == ("wang", "complaints", "li")
    assert (again["promoted_by"], again["promoted_reason"]) == ("wang", "version 2 was rolled back: complaints")


def test_a_rollback_nobody_signed_carries_nobodys_name(registry):
    roll_back(registry, Signature(AT))
    assert "promoted_by" not in signed(registry, "1")


def test_a_second_step_back_is_refused_and_changes_nothing(registry):
    roll_back(registry, Signature(AT))
    before = aliases(registry)
    with pytest.raises(NotPromoted, match="no champion before version 1 is remembered"):
        roll_back(registry, Signature(AT))
    assert aliases(registry) == before


def test_what_was_withdrawn_is_not_promoted_again_by_a_schedule(registry):
    roll_back(registry, Signature(AT))
    with pytest.raises(NoModel, match="playcall train"):
        promote(registry.home, None, AT)
    assert registry.alias_version(CHAMPION) == "1"


def test_a_challenger_trained_meanwhile_stays(registry):
    third = log(registry, 3)
    roll_back(registry, Signature(AT))
    assert registry.alias_version(CHALLENGER) == third


def test_without_the_registry_the_champion_of_the_rollback_serves_and_not_the_newest_copy(registry):
    for expected, step in (("2", lambda: None), ("1", lambda: roll_back(registry, Signature(AT)))):
        step()
        assert registry.load(CHAMPION).version == expected
    away = Registry(registry.home, "http://127.0.0.1:9")
    assert away.load(CHAMPION).version == "1"
    assert away.stale


def test_a_home_that_does_not_let_itself_be_written_to_serves_all_the_same(registry, caplog):
    (registry.home.models / CHAMPION / "last").mkdir(parents=True)
    assert registry.load(CHAMPION).version == "2"
    assert "cannot be written" in caplog.text
    assert Registry(registry.home, "http://127.0.0.1:9").load(CHAMPION).version == "2"


def test_the_verb_rolls_back_and_then_refuses_with_exit_code_1(registry, monkeypatch, capsys):
    told = CliRunner(env={"PLAYCALL_HOME": str(registry.home.root)}).invoke(playcall, ["promote", "--rollback", "--by", "li", "--json"])
    assert json.loads(told.output) == {"version": "1", "withdrawn": "2"}
    assert signed(registry, "1")["promoted_by"] == "li"
    monkeypatch.setenv("PLAYCALL_HOME", str(registry.home.root))
    monkeypatch.setattr("sys.argv", ["playcall", "promote", "--rollback"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert "not promoted: no champion before version 1 is remembered" in capsys.readouterr().err


def test_the_verbs_write_to_the_registry_the_settings_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    elsewhere = {"PLAYCALL_HOME": str(tmp_path / "home"), "PLAYCALL_MLFLOW_URI": f"sqlite:///{tmp_path}/server.db"}
    registry = Registry(read_settings(elsewhere).home)
    log(registry, 1)
    assert registry.alias_version(CHALLENGER) == "1"
    assert not (tmp_path / "home" / "mlflow.db").exists()
    assert Registry(Home(tmp_path / "home")).alias_version(CHALLENGER) is None


def test_a_further_tenants_models_never_go_to_the_shared_server(tmp_path):
    own, further = (
        {"PLAYCALL_HOME": str(home), "PLAYCALL_MLFLOW_URI": "http://shared"} for home in (tmp_path, tmp_path / "tenants" / "acme")
    )
    assert read_settings(own).home.mlflow_uri == "http://shared"
    assert read_settings(further).home.mlflow_uri is None


@pytest.mark.parametrize("verb", ["train", "drift"])
def test_the_verbs_of_learning_read_the_book_the_settings_name(verb, tmp_path):
    (tmp_path / "book").mkdir()
    told = CliRunner(env={"PLAYCALL_HOME": str(tmp_path / "home"), "PLAYCALL_PLAYBOOK": str(tmp_path / "book")}).invoke(playcall, [verb])
    assert isinstance(told.exception, PlaybookInvalid)
