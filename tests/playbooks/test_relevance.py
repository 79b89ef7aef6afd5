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

    def find(self, query: str, limit: int, **narrowed: object) -> list[Hit]:
        return self.hits[:limit]


BOOK = load_playbook(default_book())
JUDGED_HERE = read_judgements(JUDGED)


@pytest.mark.parametrize(
    ("kind", "queries", "ndcg", "recall"),
    [("article", 80, 0.94, 0.97), ("script", 60, 0.94, 0.97)],
)
def test_the_card_book_is_found_by_the_words_people_use(kind: str, queries: int, ndcg: float, recall: float):
    asked = [one for one in JUDGED_HERE if kind in one.kinds]
    found = judge(Search(entries_of(BOOK)), asked)
    assert found["queries"] >= queries
    assert found["ndcg_at_10"] >= ndcg, found
    assert found["recall_at_10"] >= recall, found


def test_what_is_judged_stands_in_the_book():
    known = {*BOOK.actions, *BOOK.articles, *BOOK.sops}
    assert not [name for one in JUDGED_HERE for name in one.relevant if name not in known]
    assert len({(one.query, one.kinds, one.language) for one in JUDGED_HERE}) == len(JUDGED_HERE)


@pytest.mark.parametrize(
    ("names", "ndcg", "recall"),
    [(("a", "b"), 1.0, 1.0), (("x", "a", "b"), 0.6934, 1.0), (("x", "y"), 0.0, 0.0), (("b", "x"), 0.6131, 0.5)],
)
def test_the_figures_are_those_of_the_formula(names, ndcg, recall):
    """By hand, for two relevant entries: the ideal is 1 + 1/log2(3) = 1.6309; (x, a, b) gains 1/log2(3) + 1/2 = 1.1309."""
    found = judge(Fixed(*names), [Judgement("q", {"a": 3, "b": 3})])
    assert (found["ndcg_at_10"], found["recall_at_10"]) == (pytest.approx(ndcg, abs=1e-4), recall)


def test_a_near_answer_on_top_is_worth_less_than_the_answer():
    """Gains 2^2 - 1 = 3 and 2^3 - 1 = 7: (near, answer) 3 + 7/log2(3) = 7.4165 of 7 + 3/log2(3) = 8.8928."""
    found = judge(Fixed("near", "answer"), [Judgement("q", {"answer": 3, "near": 2})])
    assert found["ndcg_at_10"] == pytest.approx(0.834, abs=1e-4)


def test_the_crowd_is_as_large_as_stated_and_none_twice():
    entries = crowd(load_playbook(default_book()), 5_000)
    assert len({entry.entry_id for entry in entries}) == 5_000
