"""What goes on beside the requests goes on, whatever befalls a step of it."""

import shutil
import threading

from small_home import open_service, opened

from features.home import Home
from training.registry import Registry


class FallingOver(Registry):
    """A registry that fails in a way nobody foresaw, and is asked again."""

    asked = 0

    def alias_version(self, alias: str) -> str | None:
        self.asked += 1
        if self.asked == 1:
            raise SystemError("unforeseen")
        ASKED_AGAIN.set()
        return super().alias_version(alias)


ASKED_AGAIN = threading.Event()


def test_a_step_that_fails_in_an_unforeseen_way_is_tried_again(blank_home, tmp_path, caplog):
    shutil.copytree(blank_home.root, tmp_path / "home")
    home = Home(tmp_path / "home")
    service = open_service(home)
    service.registry = FallingOver(home)
    with opened(service) as client:
        assert ASKED_AGAIN.wait(20)
        assert client.get("/readyz").status_code == 200
    service.store.close()
    assert "the background step failed and is tried again" in caplog.text
