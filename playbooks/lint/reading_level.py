"""Short sentences. The limits are our own choice: 45 Chinese characters or 25 words between two full stops."""

import re
from collections.abc import Iterator

from playbooks.lint.finding import Flag, Rule, Severity, Subject
from playbooks.lint.wordings import script_texts, scripts

CHINESE_CHARACTERS = 45
WORDS = 25
STOP = re.compile(r"[。！？!?；;\n]|\.(?=\s|$)")
HAN = re.compile(r"[\u3400-\u9fff]")
WORD = re.compile(r"[A-Za-z0-9{][A-Za-z0-9'{}_.-]*")


def check(subject: Subject) -> Iterator[Flag]:
    for _, script in scripts(subject.playbook):
        chinese = script.language.startswith(("zh", "yue"))
        limit, unit = (CHINESE_CHARACTERS, "characters") if chinese else (WORDS, "words")
        for said in script_texts(script):
            longest = max((len((HAN if chinese else WORD).findall(one)) for one in STOP.split(said.text)), default=0)
            if longest > limit:
                yield Flag(said.place, f"{said.where} has a sentence of {longest} {unit}", f"split it; {limit} {unit} are enough")


RULE = Rule("reading-level", Severity.WARNING, "sentences are short enough to follow by ear", check)
