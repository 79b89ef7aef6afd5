"""The benches of the store at a size a test can afford: the figures are there, and the ratios hold on any machine."""

import pytest

from serving.cli.benches import online_store, point_in_time


@pytest.mark.slow
def test_materializing_reading_and_size_leave_the_stock_store_far_behind():
    figures = online_store.run(customers=4_000, features=100, stock_customers=1_000, reads=200, repeats=1)
    # 100,000 customers may take 150 MB: 1.5 KB each. The file's fixed part is small against 4,000.
    assert figures["megabytes"] < 4_000 * 1.6e-3
    assert figures["materialize_ratio_of_medians"] > 3
    # The contract: 0.10 ms against the 1.3 ms of the stock store.
    assert figures["read_ratio_of_medians"] > 13


@pytest.mark.slow
def test_the_join_keeps_up_with_the_hand_written_one():
    figures = point_in_time.run(labels=50_000, rows=250_000, repeats=3, feast_repeats=1)
    # 1.3 at the contract's size; here a fixed cost of milliseconds weighs more, and other work shares the machine.
    assert figures["ratio_ours"] < 1.8
    assert figures["ratio_ours"] < figures["ratio_feast"]
