"""RULES in the order they are run and shown; a rule a file."""

from playbooks.lint import (
    contradictions,
    coverage,
    disclosures,
    forbidden_words,
    four_qualities,
    objections,
    reading_level,
    required_phrases,
    spoken_length,
    trials,
    unknown_fields,
    validity,
    variables,
)
from playbooks.lint.finding import Rule

RULES: tuple[Rule, ...] = (
    disclosures.RULE,
    forbidden_words.RULE,
    required_phrases.RULE,
    spoken_length.RULE,
    variables.RULE,
    unknown_fields.RULE,
    contradictions.RULE,
    validity.RULE,
    trials.RULE,
    coverage.RULE,
    objections.RULE,
    reading_level.RULE,
    four_qualities.RULE,
)
