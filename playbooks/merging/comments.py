"""The comments of a playbook file, counted, so that none is lost where two texts become one."""

import re
from collections import Counter
from collections.abc import Iterator

from playbooks.writing.spots import Spot, spots_of

COMMENT = re.compile(r"(?:^|(?<=\s))#[^\n]*", re.MULTILINE)


def keeps_comments(text: str, base: str, theirs: str, mine: str) -> bool:
    """Whether `text` has every comment that both sides left standing and every one that a side added."""
    there, old, standing, wanted = (_comments(one) for one in (text, base, theirs, mine))
    return all(
        there[comment] >= min(standing[comment] + wanted[comment] - old[comment], max(standing[comment], wanted[comment]))
        for comment in standing | wanted
    )


def _comments(text: str) -> Counter[str]:
    """What stands outside of every value."""
    at, outside = 0, list[str]()
    for start, end in _values(spots_of(text)):
        outside += [text[at:start], " "]
        at = end
    outside.append(text[at:])
    return Counter(comment.rstrip() for comment in COMMENT.findall("".join(outside)))


def _values(spot: Spot) -> Iterator[tuple[int, int]]:
    if spot.text is not None:
        yield spot.start, spot.end
    for number, item in enumerate(spot.items):
        if spot.keys is not None:
            yield from _values(spot.keys[number])
        yield from _values(item)
