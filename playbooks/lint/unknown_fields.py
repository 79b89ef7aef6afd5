"""A condition over a feature that nobody computes is never met."""

from collections.abc import Iterator
from difflib import get_close_matches

from playbooks.expression import Expression
from playbooks.lint.finding import Flag, Rule, Severity, Subject
from playbooks.lint.wordings import scripts


def conditions(subject: Subject) -> Iterator[tuple[str, Expression]]:
    """Every condition of the playbook with the name of the thing it belongs to."""
    playbook = subject.playbook
    for policy in playbook.engagement_policies:
        yield f"policy {policy.policy_id!r}", policy.condition
    for weight in (*playbook.levers, *playbook.context_weights):
        if weight.when is not None:
            yield "a weight", weight.when
    for phrase in playbook.phrases:
        if phrase.when is not None:
            yield f"phrase {phrase.phrase!r}", phrase.when
    for _, script in scripts(playbook):
        if script.when is not None:
            yield f"script {script.script_id!r}", script.when


def check(subject: Subject) -> Iterator[Flag]:
    if subject.known_fields is None:
        return
    for owner, condition in conditions(subject):
        for name in sorted(condition.names):
            if subject.lacks(name):
                close = get_close_matches(name, sorted(subject.known_fields), n=1)
                mend = f"did you mean {close[0]}?" if close else "name a feature that a view gives"
                yield Flag(condition.place, f"{owner} reads {name}, which no feature view gives", mend)


RULE = Rule("unknown-fields", Severity.ERROR, "conditions read only features that exist", check)
