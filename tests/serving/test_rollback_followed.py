"""A running service follows a rollback by its polling, as it follows a promotion."""

import shutil

from small_champions import AT, crown_two
from small_home import open_service

from features.home import Home
from training.registry_champions import Signature, roll_back


def test_a_running_service_takes_the_champion_before_back_and_meets_the_withdrawn_one_no_more(blank_home, tmp_path):
    shutil.copytree(blank_home.root, tmp_path / "home")
    registry = crown_two(Home(tmp_path / "home"))
    service = open_service(registry.home)
    try:
        assert service.models.champion.version == "2"
        roll_back(registry, Signature(AT))
        assert service.reload_models()
        assert (service.models.champion.version, service.models.challenger) == ("1", None)
        assert not service.reload_models()
    finally:
        service.store.close()
