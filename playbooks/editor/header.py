"""JSON Schema of playbook.yaml."""

from playbooks.editor.parts import FLAG, IDENTIFIER, MONEY, SHARE, WORDS, Schema, by_id, localized, one_of, table, text
from playbooks.schema.variable import VariableSort
from playbooks.schema.words import Medium

STARTING = table(
    {
        "propensity": {"type": "number", "minimum": 0, "maximum": 1, "description": "What is assumed before there are answers."},
        "evidence": {"type": "number", "minimum": 0, "maximum": 1e6, "description": "How many answers the assumption is worth."},
    },
    ("propensity", "evidence"),
)
KEYWORDS: Schema = {"type": "object", "additionalProperties": WORDS, "description": "Words that give it away, by language."}
CHANNEL = table(
    {
        "medium": one_of(Medium, "Spoken aloud or read."),
        "cost": MONEY,
        "fallback": {**IDENTIFIER, "description": "The action that answers when nothing is allowed."},
        "public": {**FLAG, "description": "Others can read along, so a name is never said."},
    },
    ("medium", "cost", "fallback"),
)
GROUP = table({"title": localized("Its name."), "starting": STARTING, "parent": IDENTIFIER}, ("title", "starting"))
CASUAL: Schema = {**FLAG, "description": "A question by the way: it opens no matter and takes no other reason's place."}
REASON = table({"title": localized("Its name."), "keywords": KEYWORDS, "casual": CASUAL}, ("title",))
FACT = table(
    {"type": one_of(("number", "text", "flag"), "What sort of value it is."), "unit": text("Its unit."), "title": localized("Its name.")},
    ("type", "title"),
)
EXPERIMENT = table({"control": SHARE, "challenger": SHARE, "exploration": SHARE})


def header_schema() -> Schema:
    keys: dict[str, Schema] = {
        "id": IDENTIFIER,
        "title": localized("The book's name."),
        "timezone": text("Such as Asia/Shanghai."),
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
        "languages": {**WORDS, "minItems": 1},
        "styles": {**WORDS, "minItems": 1},
        "channels": by_id(CHANNEL, "Every channel there is; another one is refused."),
        "groups": by_id(GROUP, "Actions that belong together; a new action borrows from its group."),
        "contact_reasons": by_id(REASON, "Why customers contact us."),
        "facts": by_id(FACT, "What a customer says that a policy may use."),
        "variables": by_id(table({"sort": one_of(VariableSort, "How it is said.")}, ("sort",)), "Further variables of scripts."),
        "certificates": {"oneOf": [WORDS, by_id(localized("Its name."), "Certificates by id.")]},
        "decline_reasons": by_id(localized("As the agent reads it."), "Why a customer says no."),
        "disclosures": by_id(localized("As it must be said."), "What must not be left out."),
        "experiment": EXPERIMENT,
        "need_words": table({"emotion": KEYWORDS, "issue": KEYWORDS}),
    }
    needed = ("id", "title", "timezone", "currency", "languages", "styles", "channels", "groups")
    return table(keys, needed, "playbook.yaml: what the book declares and everything else refers to.")
