"""Search finds what people mean: held to a relevance set judged by hand, with figures that can fail."""

from dataclasses import dataclass

import pytest

from playbooks.load import default_book, load_playbook
from playbooks.search import Search, entries_of
from serving.cli.benches.search import JUDGED, Judgement, crowd, judge, read_judgements


@dataclass(frozen=True)
class Hit:
    entry: object


@dataclass(frozen=True)
class Named:
    entry_id: str
    action_id: str | None = None


class Fixed:
    """A search that always answers the same."""

    def __init__(self, *names: str) -> None:
        self.hits = [Hit(Named(name)) for name in names]

    def find(self, query: str, limit: int) -> list[Hit]:
        return self.hits[:limit]


def test_the_card_book_is_found_by_the_words_people_use():
    found = judge(Search(entries_of(load_playbook(default_book()))), read_judgements(JUDGED))
    assert found["queries"] >= 45
    assert found["ndcg_at_10"] >= 0.85, found
    assert found["recall_at_10"] >= 0.9, found


@pytest.mark.parametrize(
    ("names", "ndcg", "recall"),
    [(("a", "b"), 1.0, 1.0), (("x", "a", "b"), 0.6934, 1.0), (("x", "y"), 0.0, 0.0), (("b", "x"), 0.6131, 0.5)],
)
def test_the_figures_are_those_of_the_formula(names, ndcg, recall):
    """By hand, for two relevant entries: the ideal is 1 + 1/log2(3) = 1.6309; (x, a, b) gains 1/log2(3) + 1/2 = 1.1309."""
    found = judge(Fixed(*names), [Judgement("q", frozenset({"a", "b"}))])
    assert (found["ndcg_at_10"], found["recall_at_10"]) == (pytest.approx(ndcg, abs=1e-4), recall)


def test_the_crowd_is_as_large_as_stated_and_none_twice():
    entries = crowd(load_playbook(default_book()), 5_000)
    assert len({entry.entry_id for entry in entries}) == 5_000
