"""Keyword search over 5,000 entries: how long it takes, and, on a stated relevance set, whether the right thing stands on top."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
"""Our stated relevance set: where is searched, the query, and the ids of what answers it with their grades, by tabs."""
ANSWER = 3
GOOD = 2
PHONE = "voice"


@dataclass(frozen=True, slots=True)
class Judgement:
    """relevant: grade by id, 3 the answer, 2 nearly, 1 helps. kinds: what is searched; language: of the scripts, for a talk on the phone."""

    query: str
    relevant: Mapping[str, int]
    kinds: tuple[str, ...] | None = None
    language: str | None = None


def measure(train: Path | None, test: Path | None) -> dict[str, object]:
    """test: another relevance set. Milliseconds over 5,000 entries; nDCG@10 and recall@10 over the card book's own."""
    del train
    playbook = load_playbook(default_book())
    crowded = Search(crowd(playbook, ENTRIES))
    waited, worked = zip(*(_spent(crowded, query) for query in _asked(playbook)), strict=True)
    spent, busy = sorted(waited), sorted(worked)
    figures: dict[str, object] = {
        "entries": ENTRIES,
        "queries": len(spent),
        "p50_ms": round(spent[len(spent) // 2], 3),
        "p99_ms": round(spent[int(len(spent) * 0.99)], 3),
        "p99_processor_ms": round(busy[int(len(busy) * 0.99)], 3),
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


def _spent(search: Search, query: str) -> tuple[float, float]:
    """Milliseconds by the clock, and those the search itself worked."""
    begun, busy = time.perf_counter(), time.thread_time()
    search.find(query)
    return (time.perf_counter() - begun) * 1000.0, (time.thread_time() - busy) * 1000.0


def read_judgements(file: Path) -> list[Judgement]:
    lines = [line.split("\t") for line in file.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")]
    return [_judgement(*line) for line in lines]


def _judgement(where: str, query: str, relevant: str) -> Judgement:
    what, _, language = where.partition(" ")
    kinds = ("script",) if what == "scripts" else ("article", "sop")
    graded = (one.partition(":") for one in relevant.split())
    return Judgement(query, {name: int(grade or ANSWER) for name, _, grade in graded}, kinds, language or None)


def judge(search: Search, judgements: Sequence[Judgement]) -> dict[str, object]:
    """Means over the queries. nDCG@10 with gains 2^grade - 1 (Burges et al., 2005); an action counts once, however many scripts of it are found.

    recall@10 over what is nearly the answer or better.
    """
    gains, found, missed = [], [], []
    for one in judgements:
        ranked = _ranked(search, one)
        best = sorted(one.relevant.values(), reverse=True)[:TOP]
        gains.append(_gain(one.relevant.get(name, 0) for name in ranked) / _gain(best))
        wanted = {name for name, grade in one.relevant.items() if grade >= GOOD}
        found.append(len(wanted & set(ranked)) / len(wanted))
        if not wanted & set(ranked):
            missed.append(one.query)
    count = len(judgements)
    return {"queries": count, "ndcg_at_10": round(sum(gains) / count, 4), "recall_at_10": round(sum(found) / count, 4), "missed": missed}


def _ranked(search: Search, one: Judgement) -> list[str]:
    hits = search.find(one.query, kind=one.kinds, language=one.language, channel=PHONE if one.language else None, limit=ENOUGH)
    return list(dict.fromkeys(hit.entry.action_id or hit.entry.entry_id for hit in hits))[:TOP]


def _gain(grades: Iterable[int]) -> float:
    return sum((2.0**grade - 1.0) / log2(place + 2) for place, grade in enumerate(grades))
