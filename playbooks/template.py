"""The language of script texts: words and `{{ variable }}`, nothing else. A text is taken apart once; values are never parsed."""

import re
from dataclasses import dataclass
from functools import lru_cache

from playbooks.errors import RenderError

HOLE = re.compile(r"\{\{\s*([A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)?)\s*\}\}")
LEFTOVER = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")


@dataclass(frozen=True, slots=True)
class Template:
    """parts alternate: words, variable name, words, ... ; always an odd number of parts."""

    parts: tuple[str, ...]

    @property
    def variables(self) -> frozenset[str]:
        return frozenset(self.parts[1::2])


@lru_cache(maxsize=65536)
def parse_template(text: str) -> Template:
    """Take a text apart. Raises RenderError for anything in braces that is not one plain variable."""
    parts = tuple(HOLE.split(text))
    for words in parts[::2]:
        wrong = LEFTOVER.search(words)
        if wrong is not None:
            near = words[max(0, wrong.start() - 10) : wrong.end() + 20]
            raise RenderError(f"{near!r} is not a variable; write {{{{ customer_name }}}}, one name between two pairs of braces")
    return Template(parts)
