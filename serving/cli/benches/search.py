"""Keyword search over 5,000 entries: how long it takes, and, on a stated relevance set, whether the right thing stands on top."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import log2
from pathlib import Path

from playbooks.load import default_book, load_playbook
from playbooks.schema.playbook import Playbook
from playbooks.search import Entry, Search, entries_of

ENTRIES = 5_000
QUERIES = 2_000
TOP = 10
ENOUGH = 200
JUDGED = Path(__file__).parents[3] / "tests" / "playbooks" / "relevance.tsv"
"""Our stated relevance set: query, tab, the ids of the actions, articles or SOPs that answer it, separated by blanks."""


@dataclass(frozen=True, slots=True)
class Judgement:
    query: str
    relevant: frozenset[str]


def measure(train: Path | None, test: Path | None) -> dict[str, object]:
    """test: another relevance set. Milliseconds over 5,000 entries; nDCG@10 and recall@10 over the card book's own."""
    del train
    playbook = load_playbook(default_book())
    crowded = Search(crowd(playbook, ENTRIES))
    spent = sorted(_spent(crowded, query) for query in _asked(playbook))
    figures: dict[str, object] = {
        "entries": ENTRIES,
        "queries": len(spent),
        "p50_ms": round(spent[len(spent) // 2], 3),
        "p99_ms": round(spent[int(len(spent) * 0.99)], 3),
    }
    judged = test or JUDGED
    if judged.exists():
        figures["relevance"] = judge(Search(entries_of(playbook)), read_judgements(judged))
    return figures


def crowd(playbook: Playbook, count: int) -> list[Entry]:
    """The book's entries over and over, each copy under an id of its own and with another entry's words added, so that none is a mere duplicate."""
    own = list(entries_of(playbook))
    return [
        replace(one, entry_id=f"{one.entry_id}-{number}", text=f"{one.text}\n{own[(number * 7) % len(own)].title}")
        for number, one in ((number, own[number % len(own)]) for number in range(count))
    ]


def _asked(playbook: Playbook) -> Iterator[str]:
    """What customers say by the book's own keywords, and the actions' titles, in both languages."""
    said = [word for reason in playbook.contact_reasons.values() for words in reason.keywords.values() for word in words]
    said += [title for action in playbook.actions.values() for title in action.title.values()]
    yield from (said[number % len(said)] for number in range(QUERIES))


def _spent(search: Search, query: str) -> float:
    begun = time.perf_counter()
    search.find(query)
    return (time.perf_counter() - begun) * 1000.0


def read_judgements(file: Path) -> list[Judgement]:
    lines = [line.split("\t") for line in file.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")]
    return [Judgement(query, frozenset(relevant.split())) for query, relevant in lines]


def judge(search: Search, judgements: Sequence[Judgement]) -> dict[str, object]:
    """Means over the queries. nDCG@10 with relevance 0 or 1 (Jarvelin & Kekalainen, 2002); an action counts once, however many scripts of it are found."""
    gains, found, missed = [], [], []
    for one in judgements:
        ranked = list(dict.fromkeys(hit.entry.action_id or hit.entry.entry_id for hit in search.find(one.query, limit=ENOUGH)))[:TOP]
        best = sum(1 / log2(rank + 2) for rank in range(min(TOP, len(one.relevant))))
        gains.append(sum(1 / log2(rank + 2) for rank, entry in enumerate(ranked) if entry in one.relevant) / best)
        found.append(len(one.relevant & set(ranked)) / len(one.relevant))
        if not one.relevant & set(ranked):
            missed.append(one.query)
    count = len(judgements)
    return {"queries": count, "ndcg_at_10": round(sum(gains) / count, 4), "recall_at_10": round(sum(found) / count, 4), "missed": missed}
