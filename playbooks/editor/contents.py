"""JSON Schemas of actions with their scripts, knowledge articles and SOPs; and all kinds of file together."""

from collections.abc import Callable, Mapping

from playbooks.editor.header import STARTING, header_schema
from playbooks.editor.incremental import INCREMENTAL
from playbooks.editor.parts import (
    DAY,
    DURATION,
    IDENTIFIER,
    MONEY,
    SCRIPT_ID,
    SHARE,
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
from playbooks.editor.rules import engagement, greetings_schema, phrases_schema, policies_schema, weights_schema
from playbooks.schema.words import ActionClass, ActionKind, Medium, Stage

VALID = table({"from": DAY, "until": DAY}, meaning="Outside of these days nobody is offered it.")
DRAFT = "https://json-schema.org/draft/2020-12/schema"
FULLER: dict[str, Schema] = {
    "variants": listing(text("A further wording."), "Tried in order when a variable is missing."),
    "newcomer": text("The step said fuller."),
    "expert": text("The step said tighter."),
}


def _step(stage: Stage) -> Schema:
    if stage is Stage.OBJECTION:
        return table({"says": text("What the customer says."), "answer": text("What to answer."), **FULLER}, ("says", "answer"))
    return {"oneOf": [text("The words."), table({"text": text("The words."), **FULLER}, ("text",))]}


STEP: Schema = {"oneOf": [table({stage.value: _step(stage)}, (stage.value,)) for stage in Stage]}
SCRIPT = table(
    {
        "id": SCRIPT_ID,
        "language": text("A declared language."),
        "style": text("A declared style."),
        "channels": WORDS,
        "media": some_of(Medium, "Every channel of these media."),
        "when": condition("Only in this scene"),
        "disclosures": WORDS,
        "trial": table({"share": SHARE}, ("share",), "Said to this share of customers in place of the standing script."),
        "steps": {"type": "array", "items": STEP, "minItems": 1},
    },
    ("id", "language", "style", "steps"),
)


def action_schema() -> Schema:
    keys: dict[str, Schema] = {
        "action": IDENTIFIER,
        "kind": one_of(ActionKind, "What it is for."),
        "group": IDENTIFIER,
        "class": one_of(ActionClass, "promotional obeys everything; transactional is free of contact limits; mandatory is placed on top."),
        "title": localized("Its name on the card."),
        "value": {**MONEY, "description": "Money per accepted proposal."},
        "cost": {**MONEY, "description": "Money per proposal."},
        "valid": VALID,
        "certificates": WORDS,
        "response_window": DURATION,
        "incremental": INCREMENTAL,
        "starting": STARTING,
        "accept": localized("The yes on the card."),
        "decline": localized("The no on the card."),
        "decline_reasons": WORDS,
        "disclosures": WORDS,
        "excludes": WORDS,
        "members": {**WORDS, "description": "The actions of a fixed bundle."},
        "policies": listing(engagement(inside_action=True), "Policies of this action alone."),
        "scripts": listing(SCRIPT, "How it is said."),
    }
    needed = ("action", "kind", "group", "class", "title", "value", "accept", "decline")
    return table(keys, needed, "A file of actions/: one thing an agent can propose.")


def _file_of(entry: Schema, key: str) -> Schema:
    """One thing, a list of them, or a list under its key."""
    return {"oneOf": [entry, listing(entry, key), table({key: listing(entry, key)}, (key,))]}


def articles_schema() -> Schema:
    question: Schema = {"oneOf": [text("How customers ask it."), listing(text("How customers ask it."), "Ways to ask it.")]}
    keys: dict[str, Schema] = {
        "id": IDENTIFIER,
        "title": localized("Its name."),
        "questions": {"type": "object", "additionalProperties": question},
        "answer": localized("What you see is what you send."),
        "contact_reasons": WORDS,
        "valid": VALID,
    }
    return _file_of(table(keys, ("id", "title", "questions", "answer")), "articles")


def sops_schema() -> Schema:
    step = table({"title": localized("Its name."), "text": localized("What to do."), "children": {"type": "array"}}, ("title",))
    keys: dict[str, Schema] = {
        "id": IDENTIFIER,
        "title": localized("Its name."),
        "keywords": WORDS,
        "valid": VALID,
        "steps": listing(step, "Levels that unfold."),
    }
    return _file_of(table(keys, ("id", "title", "steps")), "sops")


KINDS: Mapping[str, Callable[[], Schema]] = {
    "playbook": header_schema,
    "action": action_schema,
    "policies": policies_schema,
    "weights": weights_schema,
    "phrases": phrases_schema,
    "greetings": greetings_schema,
    "articles": articles_schema,
    "sops": sops_schema,
}
FOLDER_KINDS = {"actions": "action", "knowledge": "articles", "sops": "sops"}


def kind_of(name: str) -> str:
    """Which kind of file stands at this relative path of a playbook."""
    folder, slash, _ = name.rpartition("/")
    return FOLDER_KINDS[folder] if slash else name.removesuffix(".yaml")


def schema_of_kind(kind: str) -> Schema:
    """The JSON Schema (2020-12) of one kind of file."""
    return {"$schema": DRAFT, "title": f"Playcall {kind}", **KINDS[kind]()}
