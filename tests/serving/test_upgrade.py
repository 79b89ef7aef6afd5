"""The service starts with the model an older release left in the home, and decides with it."""

import shutil

from small_home import Desk, open_service, opened
from small_model import save_as_first_release

from features.home import Home


def test_a_model_of_the_first_release_decides_after_the_upgrade(blank_home, tmp_path):
    shutil.copytree(blank_home.root, tmp_path / "home")
    home = Home(tmp_path / "home")
    save_as_first_release(home.models / "champion" / "3")
    service = open_service(home)
    try:
        decision = Desk(opened(service), home).decide("k1", "upgraded")
        assert decision["model_versions"] == {"propensity": "3"}
        assert all(0 < card["propensity"] < 1 for card in decision["actions"])
    finally:
        service.store.close()
