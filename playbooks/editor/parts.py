"""The small parts JSON Schemas of playbook files are made of. They help an editor; what is true is decided by load and lint."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

Schema = dict[str, object]

DURATION: Schema = {
    "type": "string",
    "pattern": r"^\d{1,6}(\.\d{1,3})?\s*(second|minute|hour|day|week)s?$",
    "description": "A length of time with its unit, longer than nothing: 7 days, 12 hours.",
}
SHARE: Schema = {
    "oneOf": [
        {"type": "string", "pattern": r"^\d{1,3}(\.\d{1,6})?\s*[%％]$"},
        {"const": 0},
        {"type": "number", "minimum": 1, "maximum": 100},
    ],
    "description": "A share with its unit: 2 %.",
}
IDENTIFIER: Schema = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,59}$"}
SCRIPT_ID: Schema = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$"}
WORDS: Schema = {"type": "array", "items": {"type": ["string", "number"]}, "uniqueItems": True}
MONEY: Schema = {"type": "number", "minimum": 0, "maximum": 1e9}
FLAG: Schema = {"type": "boolean"}
DAY: Schema = {"type": "string", "description": "2026-01-31, or 2026-01-31 18:00, in the playbook's zone."}


def text(meaning: str) -> Schema:
    return {"type": ["string", "number", "boolean"], "description": meaning}


def localized(meaning: str) -> Schema:
    """A text by language."""
    return {"type": "object", "minProperties": 1, "additionalProperties": {"type": ["string", "number"]}, "description": meaning}


def one_of(words: Iterable[str], meaning: str) -> Schema:
    return {"enum": [word.value if isinstance(word, StrEnum) else word for word in words], "description": meaning}


def some_of(words: Iterable[str], meaning: str) -> Schema:
    return {"type": "array", "items": one_of(words, meaning), "uniqueItems": True, "description": meaning}


def condition(meaning: str) -> Schema:
    return {
        "type": ["string", "boolean"],
        "maxLength": 2000,
        "description": f"{meaning}, as in customer.spend_90d >= 1000 and not scene.resolved",
    }


def table(keys: Mapping[str, Schema], needed: Iterable[str] = (), meaning: str = "") -> Schema:
    """A table with these keys and no others; an empty place counts as an absent key."""
    optional = set(keys) - set(needed)
    properties = {key: {"anyOf": [schema, {"type": "null"}]} if key in optional else schema for key, schema in keys.items()}
    described: Schema = {"description": meaning} if meaning else {}
    return {"type": "object", "properties": properties, "required": list(needed), "additionalProperties": False} | described


def by_id(entry: Schema, meaning: str) -> Schema:
    return {"type": "object", "propertyNames": IDENTIFIER, "additionalProperties": entry, "description": meaning}


def listing(entry: Schema, meaning: str) -> Schema:
    return {"type": "array", "items": entry, "description": meaning}
