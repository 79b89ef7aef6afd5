"""The simulation bench decides as many logged moments as it says, twice each."""

import pytest

from features.home import Home
from serving.cli.benches.simulation import run


@pytest.mark.slow
def test_every_logged_moment_is_decided_and_the_draft_moves_some(tmp_path):
    figures = run(Home(tmp_path / "home"), customers=300, moments=250)
    assert figures["moments"] == 250
    assert 0 < figures["changed"] < 250
    assert figures["seconds"] > 0
