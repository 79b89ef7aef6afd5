"""S8: forbidden words cannot be published, however they are dressed up; hurting ones are pointed out."""

from collections.abc import Iterator

from playbooks.lint.finding import Flag, Rule, Severity, Subject
from playbooks.lint.wordings import all_texts, same_language
from playbooks.normalise import phrase_pattern, plain
from playbooks.schema.phrase import PhraseRule


def check(subject: Subject) -> Iterator[Flag]:
    watched = [
        (phrase, pattern)
        for phrase in subject.playbook.phrases
        if phrase.rule is not PhraseRule.REQUIRED and (pattern := phrase_pattern(phrase.phrase)) is not None
    ]
    for said in all_texts(subject.playbook):
        text = plain(said.text)
        for phrase, pattern in watched:
            if same_language(phrase.language, said.language) and pattern.search(text):
                sort = "forbidden" if phrase.rule is PhraseRule.FORBIDDEN else "a minefield"
                mend = f"say {phrase.instead!r} instead" if phrase.instead else "say it another way"
                severity = Severity.ERROR if phrase.rule is PhraseRule.FORBIDDEN else Severity.WARNING
                yield Flag(said.place, f"{said.where} says {phrase.phrase!r}, which is {sort} ({phrase.place})", mend, severity)


RULE = Rule("forbidden-words", Severity.ERROR, "no text says a forbidden phrase (error) or a minefield (warning)", check)
