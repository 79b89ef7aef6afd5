"""The words a playbook is made of."""

from collections.abc import Mapping
from enum import StrEnum

Text = Mapping[str, str]
"""A sentence by language tag, such as {"zh-CN": "...", "en": "..."}."""


class ActionKind(StrEnum):
    SELL = "sell"
    RETAIN = "retain"
    RECOVER = "recover"
    REACTIVATE = "reactivate"
    SERVE = "serve"
    EDUCATE = "educate"


class ActionClass(StrEnum):
    """promotional obeys everything; transactional is free of contact limits.

    mandatory is placed on top and still obeys law, consent and certificates.
    """

    PROMOTIONAL = "promotional"
    TRANSACTIONAL = "transactional"
    MANDATORY = "mandatory"


class Stage(StrEnum):
    OPEN = "open"
    ACKNOWLEDGE = "acknowledge"
    SOLVE = "solve"
    BRIDGE = "bridge"
    PROPOSE = "propose"
    OBJECTION = "objection"
    CLOSE = "close"


class PolicyStage(StrEnum):
    """eligibility: may we, by law and rule. applicability: does it fit now. suitability: is it good for this person."""

    ELIGIBILITY = "eligibility"
    APPLICABILITY = "applicability"
    SUITABILITY = "suitability"


class Level(StrEnum):
    ACTION = "action"
    GROUP = "group"
    KIND = "kind"


class Medium(StrEnum):
    """How words reach the customer on a channel: spoken aloud or read."""

    VOICE = "voice"
    TEXT = "text"
