"""Keyword search over scripts, knowledge and SOPs (S5, S6): Chinese and English words, and pinyin typed instead of characters."""

import re
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from math import inf
from threading import Lock

import rjieba
from pypinyin import lazy_pinyin

from playbooks.normalise import plain
from playbooks.schema.knowledge import Sop, SopStep
from playbooks.schema.playbook import Playbook
from playbooks.spelling import Spelling

HAN = re.compile(r"[\u3400-\u9fff]")
LATIN_WORD = re.compile(r"[a-z0-9]+")
COMMON_TEXT = """
the a an is are was do does did i my me we you your it to of in on for and or can how what when where with this that be get why has have am not
的 了 吗 呢 我 你 您 是 有 在 就 也 都 和 与 怎么 什么 一下 请 啊 吧 这个 那个 为什么 能 能不能 会 要 想 给 把 被 让 还是 怎么样 老是 才
"""
COMMON = frozenset(COMMON_TEXT.split())
LONGEST_QUERY = 200
MOST_TOKENS = 24
WEIGHTS = "6.0, 4.0, 1.0, 0.4, 2.0"
"""Weights of the columns title, questions and keywords, body, single characters, pinyin: our own choice, held by the relevance test."""

TABLE = "CREATE VIRTUAL TABLE entries USING fts5(title, keywords, body, characters, pinyin, tokenize='porter unicode61')"
SORTS = "CREATE TABLE sorts(number INTEGER PRIMARY KEY, kind TEXT, language TEXT, action_id TEXT, begins REAL, ends REAL)"
FIND = (
    f"SELECT number, bm25(entries, {WEIGHTS}) AS score FROM entries JOIN sorts ON number = entries.rowid WHERE entries MATCH ?{{}}"
    " ORDER BY score, number LIMIT 400"
)
"""{} takes what the search is narrowed by. More than are shown, since channels are looked at afterwards."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to find: kind is script, article or sop. channels empty means every channel; valid_until is the first moment it is no longer valid."""

    kind: str
    entry_id: str
    language: str
    title: str
    keywords: str
    text: str
    place: str
    action_id: str | None = None
    channels: frozenset[str] = frozenset()
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """An entry with its score; larger is better, comparable within one search only."""

    entry: Entry
    score: float


def entries_of(playbook: Playbook) -> Iterator[Entry]:
    """Everything a playbook has to find, an entry per language."""
    for action in playbook.actions.values():
        dates = action.valid_from, action.valid_until
        for script in action.scripts:
            title = action.title.get(script.language, action.action_id)
            text = "\n".join(step.text for step in script.steps)
            says = " ".join(step.says for step in script.steps if step.says)
            of = action.action_id, script.channels, *dates
            yield Entry("script", script.script_id, script.language, title, says, text, script.place, *of)
    for article in playbook.articles.values():
        dates = article.valid_from, article.valid_until
        for language, answer in article.answer.items():
            title, asked = article.title.get(language, ""), article.questions.get(language, "")
            yield Entry("article", article.article_id, language, title, asked, answer, article.place, None, frozenset(), *dates)
    for sop in playbook.sops.values():
        dates = sop.valid_from, sop.valid_until
        for language, title in sop.title.items():
            text = _unfolded(sop, language)
            yield Entry("sop", sop.sop_id, language, title, " ".join(sop.keywords), text, sop.place, None, frozenset(), *dates)


def _unfolded(sop: Sop, language: str) -> str:
    lines: list[str] = []
    waiting: list[SopStep] = list(reversed(sop.steps))
    while waiting:
        step = waiting.pop()
        lines.extend(text for text in (step.title.get(language), step.text.get(language)) if text)
        waiting.extend(reversed(step.children))
    return "\n".join(lines)


def _dates(entry: Entry) -> tuple[float, float]:
    """Its first moment and the first after it, in seconds."""
    begins, ends = entry.valid_from, entry.valid_until
    return begins.timestamp() if begins else -inf, ends.timestamp() if ends else inf


def words(text: str) -> list[str]:
    """The words of a text, small and simplified: Chinese cut for search, Latin by letters and digits."""
    cut = rjieba.cut_for_search(plain(text), True)
    return [word for piece in cut for word in (LATIN_WORD.findall(piece) if piece.isascii() else [piece.strip()]) if word.isalnum()]


def pinyin_words(text: str) -> list[str]:
    """Pinyin of every Chinese word, of every syllable, and of two and three words run together."""
    cut = [word for word in rjieba.cut(plain(text), True) if HAN.match(word)]
    sounds = [lazy_pinyin(word) for word in cut]
    joined = ["".join(sound) for sound in sounds]
    pairs = ["".join(joined[at : at + length]) for length in (2, 3) for at in range(len(joined) - length + 1)]
    initials = ["".join(syllable[0] for syllable in sound) for sound in sounds if len(sound) > 1]
    return [*joined, *(syllable for sound in sounds for syllable in sound), *pairs, *initials]


class Search:
    """An index in memory over entries. Safe between threads; build a new one for a new playbook version."""

    def __init__(self, entries: Iterator[Entry] | list[Entry]) -> None:
        self._entries = list(entries)
        self._lock = Lock()
        self._index = sqlite3.connect(":memory:", check_same_thread=False)
        self._index.execute(TABLE)
        rows = list(self._rows())
        self._index.executemany("INSERT INTO entries(rowid, title, keywords, body, characters, pinyin) VALUES (?, ?, ?, ?, ?, ?)", rows)
        self._index.execute(SORTS)
        sorts = ((number, entry.kind, entry.language, entry.action_id, *_dates(entry)) for number, entry in enumerate(self._entries))
        self._index.executemany("INSERT INTO sorts VALUES (?, ?, ?, ?, ?, ?)", sorts)
        self._spelling = Spelling({word for row in rows for column in row[1:] for word in column.split() if word.isascii()})

    def _rows(self) -> Iterator[tuple[int, str, str, str, str, str]]:
        for number, entry in enumerate(self._entries):
            heading = f"{entry.title} {entry.keywords}"
            columns = (words(entry.title), words(entry.keywords), words(entry.text), HAN.findall(plain(heading)), pinyin_words(heading))
            yield (number, *map(" ".join, columns))  # type: ignore[misc]

    def find(
        self,
        query: str,
        *,
        kind: str | Collection[str] | None = None,
        language: str | None = None,
        channel: str | None = None,
        action_id: str | None = None,
        at: datetime | None = None,
        limit: int = 10,
    ) -> list[Found]:
        """The best entries for a query, best first; an entry of several languages shows once per language. Nothing for an empty query.

        kind: one or several of script, article, sop. at: only what is valid then; None: whenever it is valid.
        """
        asked = match_query(query[:LONGEST_QUERY], self._spelling)
        if not asked:
            return []
        kinds = [kind] if isinstance(kind, str) else list(kind or ())
        narrowed = [("language", [language] if language else []), ("action_id", [action_id] if action_id else []), ("kind", kinds)]
        clauses = "".join(f" AND {column} IN ({', '.join('?' * len(wanted))})" for column, wanted in narrowed if wanted)
        values: list[str | float] = [asked, *(word for _, wanted in narrowed for word in wanted)]
        if at is not None:
            clauses, values = clauses + " AND begins <= ? AND ends > ?", [*values, at.timestamp(), at.timestamp()]
        with self._lock:
            rows = self._index.execute(FIND.format(clauses), values).fetchall()
        found = (Found(self._entries[number], -rank) for number, rank in rows)
        fitting = (one for one in found if channel is None or not one.entry.channels or channel in one.entry.channels)
        return list(islice(fitting, limit))


def match_query(query: str, spelling: Spelling | None = None) -> str:
    """The query as the index understands it: any of its words; Latin words also as the beginning of a word, as pinyin and, misspelt, as what is near."""
    tokens = list(dict.fromkeys(words(query)))
    telling = [token for token in tokens if token not in COMMON] or tokens
    parts: list[str] = []
    for token in telling[:MOST_TOKENS]:
        if token.isascii():
            parts.append(f'"{token}"' if len(token) < 3 else f'"{token}" OR "{token}"*')
            parts.extend(f'"{near}"' for near in (spelling.near(token) if spelling else ()))
        else:
            parts.append(f'"{token}"')
            parts.extend(f'characters: "{character}"' for character in token if HAN.match(character))
            parts.append(f'pinyin: "{"".join(lazy_pinyin(token))}"')
    run_together = "".join(LATIN_WORD.findall(plain(query)))
    if len(telling) > 1 and run_together and plain(query).isascii() and len(run_together) <= 40:
        parts.append(f'pinyin: "{run_together}"*')
    return " OR ".join(parts)
