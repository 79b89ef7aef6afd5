"""The benches of the workers on a small home: they measure what they say, and the contract's bound on memory holds on any machine."""

import shutil

import pytest

from features.home import Home
from serving.cli.benches.decision import beside_stock
from serving.cli.benches.workers import memory, two_beside_one

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(world, tmp_path_factory) -> Home:
    copied = Home(tmp_path_factory.mktemp("benched") / "home")
    shutil.copytree(world, copied.root)
    return copied


def test_a_worker_keeps_within_its_memory_with_the_trees_of_a_hundred_models(home, keys):
    figures = memory(home, keys["agent"], seconds=1.0)
    assert 100 < figures["worker_megabytes"] < figures["worker_megabytes_hundred_models"] <= 600


def test_stock_parts_answer_the_same_question_more_slowly(home, keys):
    figures = beside_stock(home, keys["agent"], rounds=1, seconds=2.0)
    assert figures["stock_per_second"] > 0
    assert figures["stock_ratio"] > 2, "6 and more on an idle machine"


def test_two_workers_both_answer(home, keys):
    figures = two_beside_one(home, keys["agent"], rounds=1, seconds=1.0)
    assert figures["two_per_second"] > 0
    assert figures["one_per_second"] > 0
