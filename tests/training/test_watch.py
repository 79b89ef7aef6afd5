"""Who asks what the aliases name again and again costs MLflow nothing, and hears of every change at once."""

from small_champions import AT, crown_two

from features.home import Home
from training.registry import CHALLENGER, CHAMPION, Registry
from training.registry_champions import Signature, roll_back


class Counting(Registry):
    asked = 0

    def alias_version(self, alias: str) -> str | None:
        self.asked += 1
        return super().alias_version(alias)


def test_mlflow_is_asked_again_when_its_file_has_changed_and_only_then(tmp_path):
    changing = crown_two(Home(tmp_path / "home"))
    changing.set_alias(CHALLENGER, "1")
    watching = Counting(changing.home)
    assert [watching.watch(CHAMPION, CHALLENGER) for _ in range(3)] == [("2", "1")] * 3
    assert watching.asked == 2
    for version in ("2", "1", "2"):
        changing.set_alias(CHALLENGER, version)
        assert watching.watch(CHAMPION, CHALLENGER) == ("2", version)
    roll_back(changing, Signature(AT))
    assert watching.watch(CHAMPION) == ("1",)


def test_what_is_not_there_is_looked_for_each_time(tmp_path):
    """An alias that cannot be read and one that is not there look alike."""
    changing = crown_two(Home(tmp_path / "home"))
    roll_back(changing, Signature(AT))
    watching = Counting(changing.home)
    assert [watching.watch(CHAMPION, CHALLENGER) for _ in range(2)] == [("1", None)] * 2
    assert watching.asked == 4
