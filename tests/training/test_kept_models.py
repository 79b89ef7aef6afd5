"""Copies of models: several processes of one home bring the same version at once, and none is left half done."""

from concurrent.futures import ThreadPoolExecutor

from training.kept_models import keep


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
