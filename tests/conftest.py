"""The order of the suite: the files that take longest start first, so that no process works alone at the end."""

import pytest

FIRST = ("tests/e2e/test_closed_loop.py", "tests/house/test_examples.py", "tests/e2e/test_tutorial.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (not item.nodeid.startswith(FIRST), item.path not in slow))
