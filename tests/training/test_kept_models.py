"""Copies of models: several processes of one home bring the same version at once, none is left half done, and a damaged one is brought anew."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from small_champions import crown_two

from features.home import Home
from training.errors import NoModel
from training.kept_models import keep
from training.registry import CHAMPION, Registry


def test_the_same_version_brought_by_many_at_once_is_there_once_and_whole(tmp_path):
    source = tmp_path / "saved"
    source.mkdir()
    for number in range(20):
        (source / f"{number}.txt").write_text("x" * 1000)
    folder = tmp_path / "champion"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: keep(source, folder, "2"), range(40)))
    assert [found.name for found in folder.iterdir()] == ["2"], "nothing half done lies beside it"
    assert len(list((folder / "2").iterdir())) == 20


DAMAGES = {
    "a file gone": lambda copy: (copy / "evidence.json").unlink(),
    "the trees gone": lambda copy: (copy / "model.txt").unlink(),
    "half a file": lambda copy: (copy / "columns.json").write_text('{"names": ['),
    "trees cut short": lambda copy: (copy / "model.txt").write_text("tree\nversion=v4\n"),
    "another shape": lambda copy: (copy / "calibrator.json").write_text("[]"),
}


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    return crown_two(Home(tmp_path_factory.mktemp("crowned") / "home"))


@pytest.fixture
def crowned(registry):
    """Both versions were served, the second last."""
    for version in ("1", "2"):
        registry.set_alias(CHAMPION, version)
        registry.load(CHAMPION)
    return registry


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_copy_is_fetched_anew_and_without_mlflow_the_newest_that_can_be_read_serves(crowned, damage):
    champions, alone = crowned.home.models / CHAMPION, Registry(crowned.home, "sqlite:////nowhere/mlflow.db")
    damage(champions / "2")
    assert crowned.load(CHAMPION).version == "2"
    assert not crowned.stale
    assert alone.load(CHAMPION).version == "2", "the copy is whole again"
    damage(champions / "2")
    assert alone.load(CHAMPION).version == "1"
    assert alone.stale
    damage(champions / "1")
    with pytest.raises(NoModel, match="no model has the alias 'champion'"):
        alone.load(CHAMPION)


def test_a_version_asked_for_by_number_is_fetched_where_its_copy_is_damaged(crowned):
    DAMAGES["a file gone"](crowned.home.models / CHAMPION / "1")
    assert crowned.load_version("1").version == "1"
