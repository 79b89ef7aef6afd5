"""Conditions as they stand in a file: compiled, with every word they compare checked against what is declared."""

from playbooks.condition.compared import compared_values
from playbooks.condition.vocabulary import FIXED_WORDS
from playbooks.errors import ExpressionError
from playbooks.expression import Expression, compile_expression
from playbooks.reading.fields import Fields
from playbooks.reading.findings import nearest_of

DECLARED_WORDS = {
    "scene.contact_reason": "contact reason",
    "talk.channel": "channel",
    "talk.language": "language",
    "agent.certificates": "certificate",
    "action.action_id": "action",
    "action.group": "group",
}


def condition(fields: Fields, key: str) -> Expression | None:
    """The compiled condition of a key, None when it is absent or wrong (then it is reported)."""
    text = fields.maybe_text(key)
    if not text:
        return None
    place = fields.source.at(fields.line_of(key))
    try:
        expression = compile_expression(text, place)
    except ExpressionError as error:
        where, _, rest = str(error).partition(": ")
        what, _, mend = rest.rpartition("; ")
        fields.source.findings.report(where, f"{fields.name}: {what}", mend)
        return None
    _check_words(fields, text, place)
    for name in sorted(expression.names):
        if name.startswith("facts."):
            fields.source.findings.refer("fact", name.removeprefix("facts."), place)
    return expression


def needed_condition(fields: Fields, key: str) -> Expression:
    """Like `condition`; an absent one is reported and reads as one that is always true, which nobody will see."""
    fields.needed(key)
    return condition(fields, key) or compile_expression("true", fields.place)


def _check_words(fields: Fields, text: str, place: str) -> None:
    findings = fields.source.findings
    for compared in compared_values(text, place):
        if not isinstance(compared.value, str):
            continue
        sort, fixed = DECLARED_WORDS.get(compared.name), FIXED_WORDS.get(compared.name)
        if sort is not None:
            findings.refer(sort, compared.value, place)
        elif fixed is not None and compared.value not in fixed:
            what = f"{fields.name}: {compared.name} is never {compared.value!r}"
            findings.report(place, what, nearest_of(compared.value, tuple(fixed)))
