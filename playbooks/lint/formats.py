"""Findings as people, programs and code hosts read them."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

from playbooks.lint import RULES
from playbooks.lint.finding import Finding, Severity
from playbooks.lint.run import LOAD

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
SARIF_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def as_text(findings: Sequence[Finding]) -> str:
    """A line a finding, and a last line with the sums."""
    counts = Counter(one.severity for one in findings)
    sums = ", ".join(f"{counts[severity]} {severity}{'' if counts[severity] == 1 else 's'}" for severity in Severity)
    return "\n".join([*map(str, findings), sums])


def as_json(findings: Sequence[Finding]) -> str:
    return json.dumps([asdict(one) for one in findings], ensure_ascii=False, indent=2)


def as_sarif(findings: Sequence[Finding]) -> str:
    """SARIF 2.1.0, one run."""
    meanings = {rule.rule_id: rule.meaning for rule in RULES} | {LOAD: "the files can be read as a playbook"}
    rules = [{"id": rule_id, "shortDescription": {"text": meaning}} for rule_id, meaning in meanings.items()]
    driver = {"name": "playcall playbook lint", "rules": rules}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": [_result(one) for one in findings]}
    return json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _result(one: Finding) -> dict[str, object]:
    location = {"artifactLocation": {"uri": one.file}, "region": {"startLine": max(1, one.line)}}
    message = {"text": f"{one.message}; {one.mend}"}
    return {"ruleId": one.rule, "level": SARIF_LEVELS[one.severity], "message": message, "locations": [{"physicalLocation": location}]}
