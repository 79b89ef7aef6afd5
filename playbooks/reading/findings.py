"""What is found wrong while a playbook is read, all of it; and which words are declared and used where."""

from dataclasses import dataclass, field
from difflib import get_close_matches

from playbooks.errors import PlaybookInvalid

MAX_FINDINGS = 200
MAX_LISTED = 12


@dataclass(slots=True)
class Findings:
    """Gathers findings, declarations (sort of thing -> id -> place) and references to check at the end."""

    found: list[str] = field(default_factory=list)
    declared: dict[str, dict[str, str]] = field(default_factory=dict)
    references: list[tuple[str, str, str]] = field(default_factory=list)
    unlisted: int = 0

    def report(self, place: str, what: str, mend: str) -> None:
        if len(self.found) < MAX_FINDINGS:
            self.found.append(f"{place}: {what}; {mend}")
        else:
            self.unlisted += 1

    def declare(self, sort: str, word: str, place: str) -> None:
        """Say that `word` exists. Two things of one sort with one id are refused."""
        known = self.declared.setdefault(sort, {})
        if word in known:
            self.report(place, f"{sort} {word!r} is there already, at {known[word]}", "give one of them another id")
        else:
            known[word] = place

    def refer(self, sort: str, word: str, place: str) -> None:
        """Say that `word` is used; whether it exists is checked when everything is read."""
        self.references.append((sort, word, place))

    def check_references(self) -> None:
        for sort, word, place in self.references:
            known = self.declared.get(sort, {})
            if word not in known:
                self.report(place, f"{sort} {word!r} is not declared", nearest_of(word, known))

    def raise_if_any(self) -> None:
        """Raises PlaybookInvalid with every finding."""
        if self.found:
            more = [f"... and {self.unlisted} more"] if self.unlisted else []
            error = PlaybookInvalid("\n".join([*self.found, *more]))
            error.findings = tuple(self.found)
            raise error


def nearest_of(word: str, known: "dict[str, str] | tuple[str, ...]") -> str:
    """A mend that names the nearest known word, or the list."""
    listed = sorted(map(str, known))
    close = get_close_matches(word, listed, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    if not known:
        return "none is declared; declare it"
    return "known are " + ", ".join(listed[:MAX_LISTED]) + (", ..." if len(listed) > MAX_LISTED else "")
