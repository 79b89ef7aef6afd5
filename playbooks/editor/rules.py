"""JSON Schemas of policies, weights, phrases and greetings."""

from playbooks.editor.parts import (
    DURATION,
    IDENTIFIER,
    WORDS,
    Schema,
    condition,
    listing,
    localized,
    one_of,
    some_of,
    table,
    text,
)
from playbooks.reading.policies import COUNTED_OUTCOMES, ChannelsCounted
from playbooks.schema.phrase import PhraseRule
from playbooks.schema.words import ActionClass, ActionKind, Level, PolicyStage

FOR = table(
    {
        "actions": WORDS,
        "groups": WORDS,
        "kinds": some_of(ActionKind, "Kinds of action."),
        "classes": some_of(ActionClass, "Classes of action."),
    },
    meaning="Which actions; absent means all.",
)
STAGE = one_of(PolicyStage, "eligibility: may we; applicability: does it fit now; suitability: is it good for this person.")
CONTACT = table(
    {
        "id": IDENTIFIER,
        "for": FOR,
        "outcomes": {**some_of(COUNTED_OUTCOMES, "What is counted."), "minItems": 1},
        "level": one_of(Level, "What is counted and paused together."),
        "channels": one_of(ChannelsCounted, "all: over all channels together; one: each for itself."),
        "window": DURATION,
        "count": {"type": "integer", "minimum": 1, "maximum": 10_000},
        "pause": DURATION,
        "reason": localized("Told to the agent."),
    },
    ("id", "outcomes", "level", "window", "count", "pause", "reason"),
)
WEIGHT = table(
    {"for": FOR, "percent": {"type": "number", "minimum": -1000, "maximum": 1000}, "when": condition("It counts only while this is true")},
    ("percent",),
)
SEASON = table({"from": text("Month-day, as in 02-14."), "until": text("Month-day, inclusive.")}, ("from", "until"))
GREETING = table(
    {"channels": WORDS, "language": text("A declared language."), "brand": text("A brand."), "season": SEASON, "text": text("The words.")},
    ("language", "text"),
)


def engagement(*, inside_action: bool) -> Schema:
    """Inside an action's file a policy may not say `for`."""
    keys: dict[str, Schema] = {
        "id": IDENTIFIER,
        "stage": STAGE,
        "when": condition("The action stays only while this is true"),
        "reason": localized("Told to the agent."),
    }
    return table(keys if inside_action else keys | {"for": FOR}, ("id", "stage", "when", "reason"))


def policies_schema() -> Schema:
    keys = {
        "engagement": listing(engagement(inside_action=False), "Who may be proposed what."),
        "contact": listing(CONTACT, "How often, and the pause after."),
    }
    return table(keys, meaning="policies.yaml")


def weights_schema() -> Schema:
    keys = {"levers": listing(WEIGHT, "What the business wants."), "context_weights": listing(WEIGHT, "What the talk makes likelier.")}
    return table(keys, meaning="weights.yaml: percentages that are summed; factor = max(0, 1 + sum / 100).")


def _phrase(*, with_rule: bool) -> Schema:
    keys: dict[str, Schema] = {
        "phrase": text("The words."),
        "language": text("A declared language."),
        "when": condition("It hurts only while this is true"),
        "instead": text("What to say in its place."),
    }
    if with_rule:
        return table(keys | {"rule": one_of(PhraseRule, "What the phrase is.")}, ("phrase", "language", "rule"))
    return table(keys, ("phrase", "language"))


def phrases_schema() -> Schema:
    named = listing(_phrase(with_rule=False), "Phrases of one rule.")
    whole = listing(_phrase(with_rule=True), "Phrases, each with its rule.")
    return {"oneOf": [whole, table({"phrases": whole, "required": named, "forbidden": named, "minefields": named}, meaning="phrases.yaml")]}


def greetings_schema() -> Schema:
    keys = {"openings": listing(GREETING, "How a talk begins."), "closings": listing(GREETING, "How it ends.")}
    return table(keys, meaning="greetings.yaml")
