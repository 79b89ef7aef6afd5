"""`playcall bench batch` on a small centre: the figures are there, and they are of the same scores."""

from serving.cli import bench
from serving.cli.benches import batch


def test_the_figures_are_of_the_same_scores_and_tell_what_memory_grew(trained, monkeypatch):
    monkeypatch.setattr(batch, "LISTED", (20, 40))
    figures = batch.run(trained, 1_500)
    assert figures["customers"] == 1_500
    assert figures["actions"] == 64
    assert figures["trees"] > 0
    assert figures["largest_difference"] < 1e-9
    assert figures["ratio"] > 0
    assert list(figures["scoring_megabytes"]) == ["150", "1500"]
    assert list(figures["list_megabytes"]) == ["20", "40"]
    assert all(0 < grown < 200 for told in ("scoring_megabytes", "list_megabytes") for grown in figures[told].values())


def test_no_two_customers_of_the_crowd_are_alike_and_all_are_somebodys_values(trained):
    known = batch.known_of(trained, 20)
    chunks = list(batch.crowd(known, 1_500))
    crowd = [customer for chunk in chunks for customer, _ in chunk]
    assert [len(chunk) for chunk in chunks] == [1_024, 476]
    assert len({customer.customer_id for customer in crowd}) == len({customer.numbers.tobytes() for customer in crowd}) == 1_500
    for place in range(len(known.people[0].numbers)):
        theirs = {str(one.numbers[place]) for one in known.people}
        assert {str(one.numbers[place]) for one in crowd[:50]} <= theirs


def test_the_bench_is_listed():
    assert "batch" in bench.benches()
